/* Facts in the making. */
#ifndef AG_REPORT_FACTS_H
#define AG_REPORT_FACTS_H

#include <aligngame/facts.h>
#include <jansson.h>

/* ag_facts_find with a prediction at hand, which is taken, also after a failure; NULL: theory is
 * not asked, and there is no verdict. */
ag_status ag_facts_of(const ag_game *game, const ag_result *result, ag_prediction *prediction,
                      ag_facts **facts, ag_error *error);

/* The predicted ends against an outcome, log_mass [n] by item. steps: the result whose course says
 * whether it has come to rest. Status: AG_ERROR_MEMORY. */
ag_status ag_ending_find(const ag_game *game, const ag_prediction *prediction,
                         const ag_result *steps, const double *log_mass, ag_ending *ending,
                         ag_error *error);

/* The object `facts` of JSON documents; NULL where memory is out. */
json_t *ag_facts_json(const ag_game *game, const ag_facts *facts);

#endif

/* What the identities of a study say, in words. */
#ifndef AG_THEORY_DRIFT_WORDS_H
#define AG_THEORY_DRIFT_WORDS_H

#include <aligngame/drift.h>

/* Fills identity->meaning from the study's settings and identity->exact; number:
 * the identity's place in the study. */
void ag_drift_explain(const ag_drift_settings *settings, size_t number,
                      ag_drift_identity *identity);

#endif

/* What survives of a user's own items under curation. In libaligngame alone. */
#ifndef AG_FORECAST_H
#define AG_FORECAST_H

#include <aligngame/api.h>
#include <aligngame/facts.h>
#include <aligngame/run.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ag_forecast_options {
  const char *file;  /* CSV */
  const char *owner; /* columns */
  const char *public_;
  const char *label, *group, *mass; /* columns, or NULL */
  ag_pool pool_owner, pool_public;
  double temperature_owner, temperature_public; /* <= 0: the column's standard deviation */
  size_t generations;
  const char *const *overrides; /* `key.path=value` on the game that is made */
  size_t override_count;
} ag_forecast_options;

AG_API void ag_forecast_options_default(ag_forecast_options *options); /* pools 8, 60 generations */

typedef struct ag_forecast_saving {
  double real_share;       /* alpha */
  double effective_number; /* at the end */
  size_t surviving;        /* items that keep at least a tenth of their initial share */
  double half_life;        /* as of ag_facts */
} ag_forecast_saving;

typedef struct ag_forecast {
  ag_game *game;     /* the game that was played */
  ag_result *result; /* snapshots of every generation when n is small enough, see forecast.c */
  ag_facts *facts;   /* what came of it */
  size_t
      track_count; /* items followed by generation: the most massive at the end and at the start */
  size_t *track;   /* [track_count] items */
  double *share;   /* [track_count, generations + 1] */
  size_t saving_count;
  ag_forecast_saving *saving; /* for real shares 1 %, 5 %, 20 % */
} ag_forecast;

AG_API ag_status ag_forecast_make(const ag_forecast_options *options, ag_forecast **forecast,
                                  ag_error *error);
AG_API void ag_forecast_free(ag_forecast *forecast);
AG_API char *ag_forecast_json(const ag_forecast *forecast);

#ifdef __cplusplus
}
#endif

#endif

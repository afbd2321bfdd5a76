/* Parts of the ensemble. */
#ifndef AG_THEORY_ENSEMBLE_H
#define AG_THEORY_ENSEMBLE_H

#include <stdbool.h>

#include <aligngame/audit.h>

/* Progress and the first failure, shared by threads. */
typedef struct ag_ensemble_watch {
  const ag_ensemble_options *options;
  size_t done, of;
  ag_status failure;
} ag_ensemble_watch;

void ag_watch_done(ag_ensemble_watch *watch, ag_status status);
bool ag_watch_failed(const ag_ensemble_watch *watch);

/* Random games played to their end, against the predicted sinks and rates. */
void ag_ensemble_sinks(const ag_ensemble_options *options, ag_ensemble *ensemble,
                       ag_ensemble_watch *watch);

#endif

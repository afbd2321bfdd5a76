/* Experiments played many times, with the mean and standard error of what they give. */
#ifndef AG_THEORY_DRIFT_REPLICATES_H
#define AG_THEORY_DRIFT_REPLICATES_H

#include <aligngame/drift.h>

#include "base/random.h"

/* One replicate fills value [values]; room: memory to work in, 64-byte aligned. */
typedef struct ag_experiment {
  void (*play)(const void *context, ag_random *random, void *room, double *value);
  const void *context;
  size_t room, values; /* bytes; numbers */
} ag_experiment;

/* Returned: found [what->values]. Status: AG_ERROR_INPUT, AG_ERROR_MEMORY,
 * AG_ERROR_INTERRUPTED. The same bits for any number of threads. */
ag_status ag_replicates_play(const ag_experiment *what, const ag_drift_options *options,
                             ag_drift_estimate *found, ag_error *error);

#endif

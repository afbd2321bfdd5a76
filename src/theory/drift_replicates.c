#include "theory/drift_replicates.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

/* Mean and sum of squared deviations (Welford), exact for equal values. */
typedef struct moments {
  double count, mean, squares;
} moments;

static void moments_add(moments *to, double value)
{
  double off = value - to->mean;
  to->count++;
  to->mean += off / to->count;
  to->squares += off * (value - to->mean);
}

static void moments_join(moments *to, const moments *other)
{
  if (other->count == 0)
    return;
  double count = to->count + other->count, off = other->mean - to->mean;
  to->squares += other->squares + off * off * (to->count * other->count / count);
  to->mean += off * (other->count / count);
  to->count = count;
}

/* Replicates are shared out to as many parts for any number of threads, and the
 * parts joined in order. */
enum { PARTS = 64 };

static ag_status play_part(const ag_experiment *what, const ag_drift_options *options, size_t part,
                           moments *sums, ag_error *error)
{
  size_t begin = options->replicates * part / PARTS;
  size_t end = options->replicates * (part + 1) / PARTS;
  double *value = NULL;
  void *room = NULL;
  ag_status status = ag_array_create(what->values, sizeof *value, &value, error);
  if (!status)
    status = ag_array_create(what->room, 1, &room, error);
  for (size_t i = 0; i < what->values; i++)
    sums[i] = (moments){0};
  for (size_t r = begin; !status && r < end; r++) {
    ag_random random = ag_random_start(options->seed, AG_RANDOM_DRIFT, r);
    what->play(what->context, &random, room, value);
    for (size_t i = 0; i < what->values; i++)
      moments_add(&sums[i], value[i]);
    if (options->interrupt && *options->interrupt)
      status = ag_fail(error, AG_ERROR_INTERRUPTED, "interrupted");
  }
  free(room);
  free(value);
  return status;
}

static void join_parts(const ag_experiment *what, const moments *sums, ag_drift_estimate *found)
{
  for (size_t i = 0; i < what->values; i++) {
    moments all = {0};
    for (size_t part = 0; part < PARTS; part++)
      moments_join(&all, &sums[part * what->values + i]);
    found[i] = (ag_drift_estimate){all.mean, sqrt(all.squares / (all.count - 1) / all.count)};
  }
}

ag_status ag_replicates_play(const ag_experiment *what, const ag_drift_options *options,
                             ag_drift_estimate *found, ag_error *error)
{
  if (options->replicates < 2 || options->replicates > SIZE_MAX / PARTS)
    return ag_fail(error, AG_ERROR_INPUT, "%zu replicates; expected 2 or more",
                   options->replicates);
  moments *sums = NULL;
  ag_status status = ag_array_create(PARTS * what->values, sizeof *sums, &sums, error);
#pragma omp parallel for schedule(dynamic, 1) if (!status)
  for (size_t part = 0; part < PARTS; part++) {
    ag_status before;
    ag_error words = {0};
#pragma omp atomic read
    before = status;
    if (before)
      continue;
    ag_status here = play_part(what, options, part, sums + part * what->values, &words);
#pragma omp critical(drift_failure)
    if (here && !status) {
#pragma omp atomic write
      status = here;
      if (error)
        *error = words;
    }
  }
  if (!status)
    join_parts(what, sums, found);
  free(sums);
  return status;
}

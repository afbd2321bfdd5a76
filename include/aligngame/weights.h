/* Bradley–Terry weights of a finite distribution, exact for every pool size. */
#ifndef AG_WEIGHTS_H
#define AG_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include <aligngame/api.h>
#include <aligngame/status.h>
#include <aligngame/table.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A pool size: K = 2, 3, …, or AG_POOL_INFINITE for the limit. */
typedef int64_t ag_pool;
#define AG_POOL_INFINITE ((ag_pool)0)

/* log H_{K,r}^p(x) for every atom of p.
 * Given: n atoms; log_mass [n], natural logarithms, any common offset,
 *   -INFINITY for mass zero, at least one finite; reward [n], finite where
 *   the mass is not zero; pool K; temperature tau > 0, in units of the reward.
 * Returned: log_weight [n]; NaN for an atom of mass zero whose reward is not finite.
 * Error: |log_weight - exact| <= 1e-12 max(1, |exact|); see docs/numerics.md.
 * Status: AG_ERROR_INPUT, AG_ERROR_MEMORY; log_weight untouched on failure.
 * Cost: a sort and O(n), whatever K.
 * Source: arXiv 2511.12804, Definition 1. */
AG_API ag_status ag_weights(size_t n, const double *log_mass, const double *reward, ag_pool pool,
                            double temperature, double *log_weight, ag_error *error);

/* The same from a table in a file with columns `mass` and `reward` (path "-": standard
 * input). options: how it is written, or NULL. *table: the weights by row, for
 * ag_weights_table_free. */
typedef struct ag_weights_table {
  size_t count;
  double *mass, *reward, *weight, *log_weight; /* [count] */
  char *understood;                            /* how the file was read, in a line */
} ag_weights_table;

AG_API ag_status ag_weights_load(const char *path, const ag_table_options *options, ag_pool pool,
                                 double temperature, ag_weights_table *table, ag_error *error);
AG_API void ag_weights_table_free(ag_weights_table *table);

/* The law of what a selection rule keeps, as the candidates and the kept ones grow in number
 * at a fixed ratio: what a sample of some thousands comes near to.
 *   pools: p H_K. groups: p H of the groups' sizes, the two whole numbers around the ratio.
 *   softmax: p (1 - exp(-s u)), s such that the ratio's share is kept. top: the largest
 *   rewards, ties in proportion.
 * Given: rule by its name; n items; mass [n], adding up to 1; reward [n], finite where the
 *   mass is not zero; pool K (of `pools`); temperature > 0; candidates for each that is
 *   kept, >= 1 (of no account to `pools`).
 * Returned: kept [n], adding up to 1; relative error below 1e-11. May be mass.
 * Status: AG_ERROR_INPUT, AG_ERROR_MEMORY; kept untouched on failure.
 * Cost: that of ag_weights; softmax 60 passes; top O(n^2).
 * Source: docs/samples.md, "What selecting 100 of 1000 means". */
AG_API ag_status ag_selection_law(const char *rule, size_t n, const double *mass,
                                  const double *reward, ag_pool pool, double temperature,
                                  double candidates_each, double *kept, ag_error *error);

/* Reads `2`, `1000`, `inf` or `infinity`. Status: AG_ERROR_INPUT for anything else. */
AG_API ag_status ag_pool_read(const char *text, ag_pool *pool, ag_error *error);

#ifdef __cplusplus
}
#endif

#endif

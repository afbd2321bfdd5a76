/* The sampled engine: one replicate of a game played with datasets, selection
 * rules and a fitted generator (arXiv 2511.12804, step (4) and Section 6.1).
 *
 * One generation plays the loop's steps on D_t: the model is fitted to what the first selection
 * keeps and generates, the later steps meet what it has generated, and the dataset's rule makes
 * D_{t+1} of what they leave. */
#ifndef AG_GAME_SAMPLED_H
#define AG_GAME_SAMPLED_H

#include <aligngame/run.h>

#include "game/game.h"
#include "population/dataset.h"

/* What all replicates of a game share; immutable. */
typedef struct ag_sampled_tables ag_sampled_tables;

/* Status: AG_ERROR_MEMORY. Owner: ag_sampled_tables_free; borrows the game.
 * Memory: 8 (curators + 4) bytes an item of a finite space. */
ag_status ag_sampled_tables_create(const ag_game *game, ag_sampled_tables **tables,
                                   ag_error *error);
void ag_sampled_tables_free(ag_sampled_tables *tables);
/* Who watches the models of replicates made from now on; NULL: nobody. Borrowed. */
void ag_sampled_tables_set_watch(ag_sampled_tables *tables, const ag_watch *watch);

typedef struct ag_sampled ag_sampled;

/* A replicate at generation 0, measured: D_1 is drawn. Replicates differ in their random
 * numbers alone.
 * Status: AG_ERROR_INPUT: a reward that is not finite at a point; AG_ERROR_MEMORY.
 * Owner: ag_sampled_free; borrows the tables. */
ag_status ag_sampled_create(const ag_sampled_tables *tables, size_t replicate, ag_sampled **sampled,
                            ag_error *error);
void ag_sampled_free(ag_sampled *sampled);

/* Plays one generation; the same bits for any number of threads. Memory grows only with
 * the dataset. Status: as ag_sampled_create; the replicate cannot go on after a failure. */
ag_status ag_sampled_step(ag_sampled *sampled, ag_error *error);

size_t ag_sampled_generation(const ag_sampled *sampled);
const double *ag_sampled_metrics(const ag_sampled *sampled); /* [ag_game_metric_count] */
const ag_dataset *ag_sampled_dataset(const ag_sampled *sampled);
/* The population that the game measures. */
const ag_dataset *ag_sampled_measured(const ag_sampled *sampled);
/* What the last generation has published; at first, and after a restart, the dataset. */
const ag_dataset *ag_sampled_published(const ag_sampled *sampled);
/* The model that plays. */
const ag_model *ag_sampled_model(const ag_sampled *sampled);
/* Its shares of the items of a finite space, [n]; NULL for a cloud, and for texts. */
const double *ag_sampled_mass(const ag_sampled *sampled);
void ag_sampled_add_fits(const ag_sampled *sampled, ag_fit_counts *counts);

/* Counts as numbers, for files. */
enum { AG_FIT_COUNTS = sizeof(ag_fit_counts) / sizeof(size_t) };
void ag_fit_counts_write(const ag_fit_counts *counts, double value[AG_FIT_COUNTS]);
void ag_fit_counts_read(const double value[AG_FIT_COUNTS], ag_fit_counts *counts);

/* All that is needed to go on with the same bits, as numbers; in a game on texts also the
 * arrays of the model. Status: AG_ERROR_MEMORY. Owner: the caller frees *state [*size]. */
ag_status ag_sampled_save(const ag_sampled *sampled, double **state, size_t *size, ag_error *error);
/* A replicate that goes on from a saved state. model [models]: the arrays of its model, or
 * none. Status: AG_ERROR_INPUT: no state of this game; and as ag_sampled_create.
 * Owner: ag_sampled_free. */
ag_status ag_sampled_restore(const ag_sampled_tables *tables, size_t replicate, const double *state,
                             size_t size, const ag_generator_array *model, size_t models,
                             ag_sampled **sampled, ag_error *error);

#endif

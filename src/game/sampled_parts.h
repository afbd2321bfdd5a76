/* What the files of the sampled engine share. */
#ifndef AG_GAME_SAMPLED_PARTS_H
#define AG_GAME_SAMPLED_PARTS_H

#include "game/sampled.h"
#include "game/sampled_texts.h"

struct ag_sampled_tables {
  const ag_game *game;
  double **reward;       /* [curators][n] by item; a finite space */
  double *log_mass;      /* [n] log p_0 */
  double *cumulative;    /* [n] of p_0 */
  uint32_t *item;        /* [n] 0, 1, … */
  const ag_watch *watch; /* of the models' work; or NULL */
};

struct ag_sampled {
  const ag_sampled_tables *tables;
  uint64_t seed;
  size_t generation;
  /* Columns: every curator's rewards, then every curator's utilities; none in training. */
  ag_dataset data, training, generated, kept[2];
  const ag_dataset *published; /* one of the above */
  ag_model model;
  ag_sampled_texts *texts; /* or NULL */
  ag_selector *selector;
  uint32_t *chosen; /* [the most that a stage keeps] */
  size_t *segment;  /* [size] items of each generation in a window */
  size_t segment_count;
  ag_fit_counts fits;
  size_t sum_count;
  double *metric;          /* [metric_count] */
  double *sum;             /* [sum_count], and room for those of some chunks */
  double *mass, *previous; /* [n] of a finite space */
  double *log_mass;        /* [n] */
};

/* r_i(x) / tau_i of curator i, in one of the datasets. */
static inline double *ag_sampled_utility(const ag_sampled *sampled, const ag_dataset *dataset,
                                         size_t curator)
{
  return dataset->column[sampled->tables->game->curator_count + curator];
}

/* Adds count draws of p_0 to the sample, which has room for them. */
void ag_sampled_draw(const ag_sampled_tables *tables, const ag_random_key *key,
                     ag_random_purpose purpose, size_t count, ag_sample *sample);

/* Rewards and utilities of the dataset's items from number `at` on.
 * Status: AG_ERROR_INPUT: a reward that is not finite; AG_ERROR_MEMORY. */
ag_status ag_sampled_score(const ag_sampled *sampled, ag_dataset *dataset, size_t at,
                           ag_error *error);
/* Their rewards, and where they come from: the next generation, or the start. */
ag_status ag_sampled_describe(const ag_sampled *sampled, ag_dataset *dataset, size_t at,
                              unsigned char origin, ag_error *error);

ag_status ag_sampled_create_measures(ag_sampled *sampled, ag_error *error);
/* Puts a saved state in place of D_1. Status: AG_ERROR_INPUT: no state of this game;
 * AG_ERROR_MEMORY. */
ag_status ag_sampled_load(ag_sampled *sampled, const double *state, size_t size, ag_error *error);

/* Metrics of the present generation. Status: AG_ERROR_MEMORY, and what a model that is asked
 * can meet. */
ag_status ag_sampled_measure(ag_sampled *sampled, ag_error *error);
/* Those of texts: value [their columns]. Status: likewise. */
ag_status ag_sampled_measure_texts(const ag_sampled *sampled, const ag_dataset *measured,
                                   double *value, ag_error *error);

/* Whether samples number the items of a finite space, whose shares are known. */
static inline bool ag_sampled_has_shares(const ag_game *game)
{
  return !game->texts && !ag_space_is_cloud(game->space);
}

#endif

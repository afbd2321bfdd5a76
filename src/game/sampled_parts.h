/* What the files of the sampled engine share. */
#ifndef AG_GAME_SAMPLED_PARTS_H
#define AG_GAME_SAMPLED_PARTS_H

#include "game/sampled.h"

struct ag_sampled_tables {
  const ag_game *game;
  double **reward;    /* [curators][n] by item; a finite space */
  double *log_mass;   /* [n] log p_0 */
  double *cumulative; /* [n] of p_0 */
  uint32_t *item;     /* [n] 0, 1, … */
};

struct ag_sampled {
  const ag_sampled_tables *tables;
  uint64_t seed;
  size_t generation;
  ag_dataset data, training, generated, kept[2];
  const ag_dataset *published; /* one of the above */
  ag_model model;
  ag_selector *selector;
  uint32_t *chosen; /* [the most that a stage keeps] */
  double *utility;  /* [utility_room] */
  size_t utility_room;
  size_t *segment; /* [size] items of each generation in a window */
  size_t segment_count;
  ag_fit_counts fits;
  size_t sum_count;
  double *metric;          /* [metric_count] */
  double *sum;             /* [sum_count] */
  double *mass, *previous; /* [n] of a finite space */
  double *log_mass;        /* [n] */
};

/* Room for count numbers in *array [*room]; what it held is lost. */
ag_status ag_sampled_room(double **array, size_t *room, size_t count, ag_error *error);

/* Adds count draws of p_0 to the sample, which has room for them. */
void ag_sampled_draw(const ag_sampled_tables *tables, const ag_random_key *key,
                     ag_random_purpose purpose, size_t count, ag_sample *sample);

/* Rewards of the dataset's items from number `at` on.
 * Status: AG_ERROR_INPUT: a reward that is not finite; AG_ERROR_MEMORY. */
ag_status ag_sampled_score(const ag_sampled *sampled, ag_dataset *dataset, size_t at,
                           ag_error *error);
/* Their rewards, and where they come from: the next generation, or the start. */
ag_status ag_sampled_describe(const ag_sampled *sampled, ag_dataset *dataset, size_t at,
                              unsigned char origin, ag_error *error);

ag_status ag_sampled_create_measures(ag_sampled *sampled, ag_error *error);
/* Metrics of the present generation. */
void ag_sampled_measure(ag_sampled *sampled);

#endif

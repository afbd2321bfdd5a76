/* What the files of the sampled engine share. */
#ifndef AG_GAME_SAMPLED_PARTS_H
#define AG_GAME_SAMPLED_PARTS_H

#include "game/sampled.h"
#include "game/sampled_texts.h"
#include "generator/held_out.h"

struct ag_sampled_tables {
  const ag_game *game;
  double **reward;       /* [curators][n] by item; a finite space */
  double *log_mass;      /* [n] log p_0 */
  double *cumulative;    /* [n] of p_0 */
  uint32_t *item;        /* [n] 0, 1, … */
  const ag_watch *watch; /* of the models' work; or NULL */
};

enum { AG_SAMPLED_BATCHES = 3 }; /* at hand, published, and one to fill */

struct ag_sampled {
  const ag_sampled_tables *tables;
  uint64_t seed;
  size_t generation;
  /* Columns: every curator's rewards; none in training. */
  ag_dataset data, training, generated, kept[AG_SAMPLED_BATCHES];
  const ag_dataset *current;     /* what the next step meets: one of the above, */
  const ag_dataset *published;   /* and so is this */
  bool learnt;                   /* in this generation: what is at hand comes from the model */
  bool publishes;                /* the loop has a step that publishes */
  size_t reals, keeps, sharpens; /* steps of these kinds that this generation has seen */
  ag_model model;
  ag_sampled_texts *texts; /* or NULL */
  ag_held_out held_out;    /* the space's, by the words of D_1; {0}: nobody asks */
  ag_selector *selector;
  uint32_t *chosen; /* [the most that a stage keeps] */
  double *utility;  /* [utility_room] of the candidates of a choice */
  size_t utility_room;
  size_t *segment; /* [size] items of each generation in a window */
  size_t segment_count;
  ag_fit_counts fits;
  size_t sum_count;
  double *metric;          /* [metric_count] */
  double *sum;             /* [sum_count], and room for those of some chunks */
  double *mass, *previous; /* [n] of a finite space */
  double *log_mass;        /* [n] */
};

/* Adds count draws of p_0 to the sample, which has room for them. */
void ag_sampled_draw(const ag_sampled_tables *tables, const ag_random_key *key,
                     ag_random_purpose purpose, size_t count, ag_sample *sample);

/* The same of a replicate, whose texts have numbers of their own. */
void ag_sampled_draw_real(const ag_sampled *sampled, const ag_random_key *key,
                          ag_random_purpose purpose, size_t count, ag_sample *sample);

/* What steps do with the samples at hand. select: its curators choose from them, and what they
 * keep is at hand (the first time: what the model makes of it). publish: they choose from them
 * what people see. join: draws of p_0 (AG_RANDOM_REAL) or of D_t (AG_RANDOM_KEEP) join them and
 * become a share of them all. sharpen: as many are drawn from them as there are, the shares of the
 * items raised to a power; of points and texts nobody knows the shares. Status: AG_ERROR_INPUT:
 * nothing to choose from, or a reward that is not finite; AG_ERROR_MEMORY, and what a model can
 * meet. */
ag_status ag_sampled_select(const ag_step *step, ag_sampled *sampled, ag_error *error);
ag_status ag_sampled_publish(const ag_step *step, ag_sampled *sampled, ag_error *error);
ag_status ag_sampled_join(ag_sampled *sampled, ag_random_purpose purpose, double share,
                          ag_error *error);
ag_status ag_sampled_sharpen(ag_sampled *sampled, double power, ag_error *error);
/* All steps of a generation; what is at hand at the end joins the dataset. */
ag_status ag_sampled_play_steps(ag_sampled *sampled, ag_error *error);

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

/* Counts what a model's texts have lost since it was last asked. */
void ag_sampled_count_cuts(ag_sampled *sampled, const ag_model *model);
/* Held-out texts as models are asked about them; D_1 is there. Status: AG_ERROR_MEMORY. */
ag_status ag_sampled_hold_out(ag_sampled *sampled, ag_error *error);

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

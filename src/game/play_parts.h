/* What the files of the exact engine share. */
#ifndef AG_GAME_PLAY_PARTS_H
#define AG_GAME_PLAY_PARTS_H

#include "curation/bradley_terry.h"
#include "game/game.h"
#include "game/play.h"

enum { AG_PLAY_BLOCK = 512 }; /* items whose masses stay in the first-level cache */

/* A curator's weights in one step. */
typedef struct play_slot {
  size_t curator;
  double *coefficient; /* of a reward: [cells, AG_TERMS]; else NULL */
  double *top;         /* [cells] the curve at the cell's upper end, its largest value */
  double *vector;      /* of preferences: [live] log 2 E P(x beats Y), less log_total; else NULL */
  double most;         /* the largest of vector */
} play_slot;

typedef struct play_step {
  const ag_step *step;
  size_t slot, slot_count; /* its curators' weights */
  bool weighs;             /* the mass that it meets must be measured */
  double log_total;        /* log of that mass */
} play_step;

/* A curator as the play has it now; pool and temperature may change with t. */
typedef struct play_curator {
  ag_pool pool;
  double temperature;
  double *value;          /* [n] r(x) by position */
  double *now;            /* [n] r(x) by item, of a reward with a state; else NULL */
  double *shown;          /* [n] by position, what it was at first, which metrics see; or NULL */
  double *state;          /* in the play's `state`; or NULL */
  ag_bradley_terry *plan; /* NULL where there are preferences */
} play_curator;

struct ag_play {
  const ag_game *game;
  const ag_kernels *kernels;
  size_t generation;
  ag_layout layout;      /* position j holds item layout.item[j] */
  play_curator *curator; /* [curators] */
  double *initial;       /* [n] log p_0 by position; NULL: uniform */
  size_t state_count;    /* numbers of all rewards' states */
  double *state;         /* [state_count] */
  double *item_log_mass; /* [n] log_mass by item: what a checkpoint of a game whose layout changes
                            keeps; else NULL */
  size_t step_count;     /* steps that change p */
  play_step *step;       /* [step_count] */
  size_t leading;        /* steps at the beginning that only add curves */
  size_t published;      /* the step behind which `published` is measured */
  size_t slot_count;
  play_slot *slot;      /* [slot_count] */
  double total;         /* log of the mass of log_mass */
  double *log_mass;     /* [live] log p_t, normalised but for `total` */
  double *work;         /* [live] what a step with preferences meets; NULL: there is none */
  double *mass_of_item; /* [n] likewise */
  double *run_most;     /* [runs] the largest log_mass of the run */
  double *run_scale;    /* [runs] exp(run_scale) is the unit of the run's moments */
  double *run_initial;  /* [runs] the largest log p_0 of the run */
  double *moment;       /* [slots measured together, runs, AG_TERMS] */
  double *cell_scale;   /* [cells, the most of any curator] */
  double *cell_moment;  /* [cells, AG_TERMS] */
  double uniform[AG_PLAY_BLOCK]; /* log p_0 where every item has the same */
  size_t sum_count;              /* of all metrics */
  double *chunk_sum;             /* [chunks, sum_count] */
  double *sum;                   /* [sum_count] */
  double *metric;                /* [metric_count] */
};

/* One pass over all items: steps [0, end) are applied, and what step `measure` needs is measured
 * (step_count: nothing). */
typedef struct play_pass {
  size_t end, measure;
  bool stores;      /* the last pass of a generation: log_mass becomes the result */
  bool metrics;     /* and metrics are read off */
  bool keeps_scale; /* run_scale is given, not made: after a checkpoint */
} play_pass;

void ag_play_pass_over(ag_play *play, const play_pass *pass);

/* Puts the play's arrays in the order of the layout that the temperatures of its generation ask
 * for; log_mass [n] by item (NULL: p_0). ag_play_forget frees them. Status: AG_ERROR_MEMORY,
 * AG_ERROR_INPUT: a span beyond numbers. */
ag_status ag_play_arrange(ag_play *play, const double *log_mass, ag_error *error);
void ag_play_forget(ag_play *play);

#endif

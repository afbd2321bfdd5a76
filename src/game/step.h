/* A generation is a list of steps, from p_t to p_{t+1} (docs/theory.md, "The loop"). A kind of
 * step is one file with one ag_step_type; the list in step.c registers it.
 *
 * What a step makes of an item depends on the item alone, once its curators' weights are known.
 * One function says it: the engine calls it for every item, growth-factor theory for a rare item
 * beside its resident, and the search for rest points for classes. */
#ifndef AG_GAME_STEP_H
#define AG_GAME_STEP_H

#include "base/parameter.h"
#include "game/schedule.h"

struct ag_sampled;
typedef struct ag_step_type ag_step_type;

typedef struct ag_step {
  const ag_step_type *type;
  size_t curator_count;
  size_t *curator;    /* [curator_count] */
  ag_schedule *share; /* [curator_count] of a mixture; NULL: equal */
  bool by_number;     /* on samples the shares are the numbers that the curators keep */
  ag_schedule rate;
  double initial, added; /* n_0 and m of `accumulate` */
  size_t stage;          /* the number of its first stage: one for each of its curators */
} ag_step;

/* Some items that a step meets; all arrays [count]. */
typedef struct ag_step_block {
  size_t generation, count;
  const double *start;       /* log p_t, normalised */
  const double *initial;     /* log p_ref, normalised */
  const double *const *gain; /* [curators of the step] log H_i less log_total, of what it meets */
  double log_total;          /* of the mass that the step meets: 0, but after an unnormalised step
                                where this one mixes */
} ag_step_block;

/* What stands under a step's key in a game file. */
typedef enum ag_step_value {
  AG_STEP_CURATOR,  /* a curator's name */
  AG_STEP_CURATORS, /* a list of names, or one */
  AG_STEP_SHARES,   /* a mapping from names to shares */
  AG_STEP_RATE,     /* a number, perhaps a schedule */
  AG_STEP_SIZES     /* {initial: n_0, added: m} */
} ag_step_value;

struct ag_step_type {
  AG_DESCRIBED;
  ag_step_value value;
  ag_bounds rate;   /* of AG_STEP_RATE */
  bool compares;    /* its curators have preferences, not rewards */
  bool publishes;   /* p stays: only what people see is selected */
  bool mixes;       /* adds masses, so that what it meets must be normalised */
  bool rescales;    /* leaves a mass that is not one */
  bool accumulates; /* on samples the dataset keeps every item */
  /* Why a rare item has no growth factor that is a number; NULL: it has. */
  const char *nonlinear;
  /* In place: log mass [count] of the items. NULL: p stays. */
  void (*apply)(const ag_step *step, const ag_step_block *block, double *log_mass);
  /* What it makes of the samples at hand. */
  ag_status (*sample)(const ag_step *step, struct ag_sampled *sampled, ag_error *error);
  /* In words, as ag_game_step_words says. */
  size_t (*say)(const ag_step *step, const ag_game *game, char *text, size_t size);
};

extern const ag_step_type *const ag_step_types[]; /* ended by NULL */
extern const ag_list ag_steps;                    /* the same */
const ag_step_type *ag_step_find(const char *name);

/* Whether curators choose in it. */
static inline bool ag_step_selects(const ag_step *step)
{
  return step->curator_count > 0;
}

/* The share of curator number i of the step, in generation t; they add up to one. */
double ag_step_share(const ag_step *step, size_t i, size_t generation);

/* log masses become log(exp(kept) share + exp(log_mass) (1 - share)): for steps that mix. */
void ag_step_mix(const double *kept, double share, double log_total, size_t count,
                 double *log_mass);

/* "owner and public" [size], of the step's curators; returns the length. */
size_t ag_step_names(const ag_step *step, const ag_game *game, char *text, size_t size);

void ag_step_free(ag_step *step);

#endif

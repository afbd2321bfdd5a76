/* Rewards r : X -> R. One reward is one file with one ag_reward_type; the
 * list in reward.c registers it. */
#ifndef AG_REWARD_REWARD_H
#define AG_REWARD_REWARD_H

#include "base/config.h"
#include "population/texts.h"
#include "space/space.h"

/* A language model that rewards may ask. */
typedef struct ag_judge {
  /* score [count] of text [count]. Status: AG_ERROR_MEMORY and what the model can meet. */
  ag_status (*score)(void *model, const char *const *text, size_t count, ag_text_score *score,
                     ag_error *error);
  void *model;
} ag_judge;

/* The model that plays, the same as it was before the first generation, or one of its own. */
enum { AG_JUDGED_NOT, AG_JUDGED_CURRENT, AG_JUDGED_BASE, AG_JUDGED_GIVEN };

typedef struct ag_reward_type {
  const char *name;    /* the key in a game file */
  const char *summary; /* one line for `aligngame list` */
  const char *example; /* YAML, one line */
  /* Reads the value under the key; *parameters is later freed by free_parameters. */
  ag_status (*read)(ag_node node, const ag_space *space, void **parameters, ag_error *error);
  /* reward [n] of every item; the value must be finite wherever p_0 > 0. */
  ag_status (*evaluate)(const void *parameters, const ag_space *space, double *reward,
                        ag_error *error);
  void (*free_parameters)(void *parameters);
  /* The centre [dim] of a reward that has one, or NULL; may be NULL itself. */
  const double *(*centre)(const void *parameters);
  /* The reward from which an item satisfies its curator (1 for a disc); NULL:
   * the largest reward in the space. */
  double (*satisfaction_level)(const void *parameters);
  /* The radius of a disc around the centre inside which the reward is largest; NULL: the
   * reward is no disc. */
  double (*radius)(const void *parameters);
  /* Whether evaluate needs nothing of an item but its label (and the space's judge): such a
   * reward weighs texts that a model has written. NULL: no. */
  bool (*on_texts)(const void *parameters);
  /* Which language model evaluate asks, as the space's judge: AG_JUDGED_…. NULL: none. */
  unsigned (*asks_judge)(const void *parameters);
} ag_reward_type;

typedef struct ag_reward {
  const ag_reward_type *type;
  void *parameters;
} ag_reward;

extern const ag_reward_type *const ag_reward_types[]; /* ended by NULL */

/* Reads a reward: a mapping with exactly one key, the reward's name. */
ag_status ag_reward_read(ag_node node, const ag_space *space, ag_reward *reward, ag_error *error);
/* values [n]. Refuses (at node's place) a value that is NaN or infinite where p_0 > 0. */
ag_status ag_reward_evaluate(const ag_reward *reward, ag_node node, const ag_space *space,
                             double *values, ag_error *error);
void ag_reward_free(ag_reward *reward);

/* The smallest reward that counts as equal to max: what lies nearer than 1e-12 temperatures, or
 * than a few roundings of the number itself, is a tie. Neither depends on a unit. */
double ag_reward_tie_level(double max, double temperature);

#endif

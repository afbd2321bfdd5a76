/* Rewards r : X -> R. One reward is one file with one ag_reward_type; the
 * list in reward.c registers it. */
#ifndef AG_REWARD_REWARD_H
#define AG_REWARD_REWARD_H

#include "base/parameter.h"
#include "population/items.h"

/* The model that plays, the same as it was before the first generation, or one of its own. */
enum { AG_JUDGED_NOT, AG_JUDGED_CURRENT, AG_JUDGED_BASE, AG_JUDGED_GIVEN };

/* What a reward needs of the space. Those of labels and of sentences need nothing else of an
 * item, so that they weigh texts that a model has written. */
typedef enum ag_reward_needs {
  AG_NEEDS_NOTHING,
  AG_NEEDS_ITEMS, /* not a cloud */
  AG_NEEDS_COORDINATES,
  AG_NEEDS_LABELS,
  AG_NEEDS_SENTENCES
} ag_reward_needs;

/* What a generation has made, as a reward with a state sees it. */
typedef struct ag_reward_seen {
  size_t count;        /* n items */
  const double *mass;  /* [n] p */
  double satisfaction; /* the mass that satisfies the curator */
} ag_reward_seen;

/* Everything but AG_DESCRIBED's name and summary, and evaluate, is optional. */
typedef struct ag_reward_type {
  AG_DESCRIBED;
  ag_reward_needs needs;
  /* Reads what the table leaves to it and checks what one parameter says of another. node: the
   * value under the key; parameters: as the table has filled them. */
  ag_status (*read)(ag_node node, const ag_space *space, void *parameters, ag_error *error);
  /* reward [n] of every item; the value must be finite wherever p_0 > 0. Called by
   * ag_reward_weigh alone. */
  ag_status (*evaluate)(const void *parameters, const ag_items *items, double *reward,
                        ag_error *error);
  /* A state of state_count numbers, which a generation advances by what it has seen; 0: the reward
   * stays as it is. begin: the state at first; evaluate_at: the rewards with that state. */
  size_t state_count;
  void (*begin)(const void *parameters, double *state);
  void (*advance)(const void *parameters, const ag_reward_seen *seen, double *state);
  ag_status (*evaluate_at)(const void *parameters, const ag_items *items, const double *state,
                           double *reward, ag_error *error);
  /* Frees what read has made in the parameters. */
  void (*release)(void *parameters);
  /* The centre [dim] of a reward that has one, or NULL; may be NULL itself. */
  const double *(*centre)(const void *parameters);
  /* The reward from which an item satisfies its curator (1 for a disc); NULL:
   * the largest reward in the space. */
  double (*satisfaction_level)(const void *parameters);
  /* The radius of a disc around the centre inside which the reward is largest; NULL: the
   * reward is no disc. */
  double (*radius)(const void *parameters);
  /* Whether it weighs texts that a model has written; NULL: as `needs` says. */
  bool (*on_texts)(const void *parameters);
  /* Which language model evaluate asks, as the items' judge: AG_JUDGED_…. NULL: none. */
  unsigned (*asks_judge)(const void *parameters);
} ag_reward_type;

typedef struct ag_reward {
  const ag_reward_type *type;
  void *parameters;
} ag_reward;

extern const ag_reward_type *const ag_reward_types[]; /* ended by NULL */
extern const ag_list ag_rewards;                      /* the same */

/* Reads a reward: a mapping with exactly one key, the reward's name. */
ag_status ag_reward_read(ag_node node, const ag_space *space, ag_reward *reward, ag_error *error);
/* values [n] by the reward's own rule, whatever they are. */
ag_status ag_reward_weigh(const ag_reward *reward, const ag_items *items, double *values,
                          ag_error *error);
/* The same; refuses (at node's place) a value that is NaN or infinite where p_0 > 0. */
ag_status ag_reward_evaluate(const ag_reward *reward, ag_node node, const ag_items *items,
                             double *values, ag_error *error);
void ag_reward_free(ag_reward *reward);

/* Whether it weighs texts that a model has written. */
bool ag_reward_on_texts(const ag_reward *reward);
/* Which language model it asks: AG_JUDGED_…. */
unsigned ag_reward_judge(const ag_reward *reward);

/* The smallest reward that counts as equal to max: what lies nearer than 1e-12 temperatures, or
 * than a few roundings of the number itself, is a tie. Neither depends on a unit. */
double ag_reward_tie_level(double max, double temperature);

#endif

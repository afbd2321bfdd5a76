/* Classes of items that the loop cannot tell apart, and invasion between them. */
#ifndef AG_THEORY_CLASSES_H
#define AG_THEORY_CLASSES_H

#include "game/make.h"

typedef struct ag_class {
  size_t begin, count; /* items place[begin … begin + count) */
  double log_mass;     /* log p_0 of the whole class */
} ag_class;

/* Items are in one class where every curator that acts gives them the same reward; where all who
 * act see everything at once (K = infinity, in sequence), where the sum of their rewards in
 * temperatures is the same: nothing else counts then. Curators with preferences, and steps that
 * change the ratios of equals (sharpen), tell all items apart. Ties are ag_reward_tie_level's.
 * Classes stand by decreasing rewards, the first curator's first. */
typedef struct ag_classes {
  const ag_game *game;
  size_t count;
  ag_class *item; /* [count] */
  size_t *place;  /* [live] items, class by class */
  double *reward; /* [count, curators] of each class's first item */
  bool by_sum;    /* only the sum counts */
  size_t front_count;
  size_t *front; /* [front_count] the classes that nobody who acts could improve on for all */
} ag_classes;

/* The game must have items, not points or texts. Status: AG_ERROR_MEMORY.
 * Cost: O(n log n + n front). Owner: ag_classes_free. */
ag_status ag_classes_create(const ag_game *game, ag_classes *classes, ag_error *error);
/* The same by rewards even where only their sum counts: for games whose rewards will be changed. */
ag_status ag_classes_create_fine(const ag_game *game, ag_classes *classes, ag_error *error);
void ag_classes_free(ag_classes *classes);

/* The first item of a class. */
size_t ag_classes_item(const ag_classes *classes, size_t number);

/* log p of the classes [count], from log p by item. */
void ag_classes_log_mass(const ag_classes *classes, const double *log_mass, double *of_class);

/* The game with one item a class: items of a class keep their ratios, so its limit decides the
 * game's. Item number c is class c. Owner: ag_game_numbers_free. */
ag_status ag_classes_numbers(const ag_classes *classes, ag_game_numbers *numbers, ag_error *error);

/* log lambda(rare | resident) over one generation of the game's steps. */
double ag_classes_invasion(const ag_classes *classes, size_t rare, size_t resident);

/* The largest log lambda of any class against the resident; -INFINITY if there
 * is no other. *invader: the class. */
double ag_classes_worst_invader(const ag_classes *classes, size_t resident, size_t *invader);

/* The classes that are sinks, most massive at the start first; *sinks is the
 * caller's to free. Cost: O(front^2). */
ag_status ag_classes_sinks(const ag_classes *classes, size_t **sinks, size_t *count,
                           ag_error *error);

#endif

/* A game in the making: the public description, and beside it the parts that a word and its keys
 * name. A file is read into one; a caller's description is one; ag_outline_make makes the game of
 * either, so that both meet the same checks and the same defaults. */
#ifndef AG_GAME_OUTLINE_H
#define AG_GAME_OUTLINE_H

#include "game/game.h"

typedef struct ag_outline_curator {
  ag_reward reward; /* type NULL: an array, or a function */
  ag_generator judge;
  double *prefers; /* [n, n], or NULL */
} ag_outline_curator;

typedef struct ag_outline {
  ag_game_spec spec;
  const ag_known_rewards *known; /* or NULL; borrowed */
  ag_node root;                  /* the document, where mistakes have their places; or absent */
  ag_space *space;               /* that is there already; NULL: as the description says */
  ag_generator generator;        /* type NULL: ideal, or as the description says */
  ag_outline_curator *curator;   /* [spec.curator_count], or NULL */
  ag_samples_spec samples;       /* that spec may point to */
  void **owned;                  /* [owned_count] arrays that spec points to */
  size_t owned_count;
} ag_outline;

/* What the document says, into a outline that holds what a caller gives: that goes first. config
 * outlives the outline. Status: AG_ERROR_INPUT at the place; AG_ERROR_MEMORY. Owner:
 * ag_outline_free, after a failure too. */
ag_status ag_outline_read(const ag_config *config, ag_outline *outline, ag_error *error);
void ag_outline_free(ag_outline *outline);

/* The game; takes the outline's objects. Status: AG_ERROR_INPUT, at the place where there is a
 * document; AG_ERROR_MEMORY. */
ag_status ag_outline_make(ag_outline *outline, ag_game **game, ag_error *error);

/* The game that a document describes, whose paths become absolute; the document stays the caller's.
 * Status: AG_ERROR_INPUT with a place, AG_ERROR_MEMORY. Owner: ag_game_free. */
ag_status ag_game_read(ag_config *config, ag_game **game, ag_error *error);

/* The same on a space that is read already, one more of whose owners the game becomes. */
ag_status ag_game_read_on(ag_config *config, ag_space *space, ag_game **game, ag_error *error);

/* --- the parts of reading; the space is there --- */

ag_status ag_outline_read_curators(ag_outline *outline, ag_error *error);
ag_status ag_outline_read_loop(ag_outline *outline, ag_error *error);
ag_status ag_outline_read_samples(ag_outline *outline, ag_error *error);
/* The steps of the reading that the description names, which has none. */
ag_status ag_outline_expand(ag_outline *outline, ag_error *error);

/* count elements of size bytes, all zero, that live as long as the outline. */
ag_status ag_outline_room(ag_outline *outline, size_t count, size_t size, void *array,
                          ag_error *error);
/* Takes an array from the heap, which is freed at once where memory is out. */
ag_status ag_outline_keep(ag_outline *outline, void *array, ag_error *error);

/* As ag_schedule_read, for the game's generations. */
ag_status ag_outline_schedule(ag_outline *outline, ag_node node, const ag_bounds *bounds,
                              ag_schedule *schedule, ag_error *error);

/* --- the parts of making --- */

ag_status ag_outline_make_space(const ag_game_spec *spec, ag_space **space, ag_error *error);
ag_status ag_outline_make_curators(ag_outline *outline, ag_game *game, ag_error *error);
ag_status ag_outline_make_samples(const ag_outline *outline, ag_game *game, ag_error *error);
ag_status ag_outline_make_metrics(const ag_outline *outline, ag_game *game, ag_error *error);

/* Whether the engines tell the curator's rewards apart as they are, at all its temperatures. place:
 * the curator's, or absent. Status: AG_ERROR_INPUT, at the temperature's place; AG_ERROR_MEMORY. */
ag_status ag_curator_check_rewards(const ag_game *game, const ag_curator *curator, ag_node place,
                                   ag_error *error);

/* The least and the most of rewards [n], over items with mass. */
typedef struct ag_reward_span {
  double low, high;
} ag_reward_span;
ag_reward_span ag_reward_span_find(const ag_game *game, const double *reward);

/* The standard deviation of the rewards under p_0; 0 where they are equal but for rounding. */
double ag_reward_deviation(const ag_game *game, const double *reward);
/* The curator's temperature is that of its rewards, or 1 where it is 0. Status: AG_ERROR_INPUT:
 * there is none. */
ag_status ag_curator_set_deviation(const ag_game *game, ag_node place, ag_curator *curator,
                                   ag_error *error);

extern const char *const ag_dataset_words[], *const ag_measured_words[]; /* ended by NULL */
extern const ag_bounds ag_pool_bounds, ag_temperature_bounds;

#endif

/* Parts of the ensemble. */
#ifndef AG_THEORY_ENSEMBLE_H
#define AG_THEORY_ENSEMBLE_H

#include <stdbool.h>

#include <aligngame/audit.h>
#include <aligngame/spec.h>

enum { AG_RANDOM_ATOMS = 40, AG_RANDOM_CURATORS = 3 };

typedef struct ag_random_game {
  size_t atoms, curators;
  double log_mass[AG_RANDOM_ATOMS], reward[AG_RANDOM_CURATORS][AG_RANDOM_ATOMS];
  double temperature[AG_RANDOM_CURATORS];
  ag_pool pool[AG_RANDOM_CURATORS];
  const double *rows[AG_RANDOM_CURATORS]; /* of reward, for the description */
} ag_random_game;

/* The game's description, which borrows from it: curators who select one after another. */
ag_game_spec ag_random_game_spec(ag_random_game *game);

/* Progress and the first failure, shared by threads. */
typedef struct ag_ensemble_watch {
  const ag_ensemble_options *options;
  size_t done, of;
  ag_status failure;
} ag_ensemble_watch;

void ag_watch_done(ag_ensemble_watch *watch, ag_status status);
bool ag_watch_failed(const ag_ensemble_watch *watch);

/* Random games played to their end, against the predicted sinks and rates. */
void ag_ensemble_sinks(const ag_ensemble_options *options, ag_ensemble *ensemble,
                       ag_ensemble_watch *watch);

#endif

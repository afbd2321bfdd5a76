/* A game as data: what a game file says, for those who have arrays. */
#ifndef AG_SPEC_H
#define AG_SPEC_H

#include <aligngame/game.h>

/* A number that may change with the generation t: the step from p_t to p_{t+1} uses its value at
 * t. */
typedef struct ag_schedule {
  double value;                /* where count is 0: the same for every t */
  size_t count;                /* */
  const double *by_generation; /* [count] the values at t = 0, 1, …; the last one stays */
} ag_schedule;

/* One step of a generation (docs/theory.md, "The loop"). What a kind of step has no use for is
 * ignored; `aligngame list steps` shows them. */
typedef struct ag_step_spec {
  const char *kind; /* curate, mixture, prefer, publish, keep, accumulate, real, sharpen */
  size_t curator_count;
  const size_t *curator;    /* [curator_count] who choose: one, but for mixture and publish */
  const ag_schedule *share; /* [curator_count] of mixture, of any sum; NULL: equal shares */
  ag_schedule rate;         /* keep: c; real: alpha; sharpen: beta */
  double initial, added;    /* accumulate: n_0 and m, above 0 */
} ag_step_spec;

/* A game on n items. Everything is copied; zero and NULL are the defaults. */
typedef struct ag_game_spec {
  const char *name;       /* NULL: "game" */
  size_t count;           /* n items */
  const double *log_mass; /* [n] log p_0 but for an offset; NULL: uniform */
  size_t curator_count;
  const char *const *curator;   /* [curators] names; NULL: "curator 0", … */
  const double *const *reward;  /* [curators][n]; NULL where there are preferences */
  const double *const *prefers; /* [curators][n, n] P(x beats y); NULL: nobody has any */
  const ag_pool *pool;          /* [curators] NULL: 8, and 2 where there are preferences */
  const double *temperature;    /* [curators] NULL: 1 */
  const ag_schedule *pools, *temperatures; /* [curators] in place of the two; NULL: they stay */
  size_t step_count;
  const ag_step_spec *step; /* [step_count] NULL: every curator curates, in order */
} ag_game_spec;

/* Status: AG_ERROR_INPUT: no items or curators, a number outside its bounds, rewards that are not
 *   finite or spread beyond 2^50 temperatures, a step that is unknown or lacks its curators (the
 *   message says which); AG_ERROR_MEMORY. Owner: ag_game_free.
 * Cost: O(curators n). The game is exact, has no metrics and no description. */
ag_status ag_game_make(const ag_game_spec *spec, ag_game **game, ag_error *error);

#endif

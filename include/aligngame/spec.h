/* A game as data: what a game file says, for those who have arrays. */
#ifndef AG_SPEC_H
#define AG_SPEC_H

#include <aligngame/api.h>
#include <aligngame/game.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A number that may change with the generation t: the step from p_t to p_{t+1} uses its value at
 * t. */
typedef struct ag_schedule {
  double value;                /* where count is 0: the same for every t */
  size_t count;                /* */
  const double *by_generation; /* [count] the values at t = 0, 1, …; the last one stays */
} ag_schedule;

/* As a temperature: the standard deviation of the rewards, as the items weigh at first; 1 where all
 * rewards are equal. */
#define AG_TEMPERATURE_DEVIATION (-1.0)

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

/* Some of what is judged or learnt: items, points or texts. All borrowed for the call. */
typedef struct ag_batch {
  size_t count;
  const uint32_t *item; /* [count] their numbers; NULL: points, or texts that a model has written */
  size_t dimension;
  const double *point;     /* [count, dimension], or NULL */
  const char *const *text; /* [count] of a space of texts, or NULL */
} ag_batch;

/* A reward that the caller computes: reward [batch->count], all finite. It is called by one thread
 * at a time, for batches of any size; of items once, when the game is made, of points and of texts
 * that a model writes whenever there are new ones. A status other than AG_OK ends what is going on,
 * with *error. context is borrowed and outlives the game. */
typedef struct ag_reward_function {
  ag_status (*evaluate)(void *context, const ag_batch *batch, double *reward, ag_error *error);
  void *context;
} ag_reward_function;

/* Takes texts that a model writes. */
typedef struct ag_text_writer ag_text_writer;
/* The next text: length bytes, UTF-8 without NUL. Status: AG_ERROR_INPUT: more than were asked for,
 * or no such bytes; AG_ERROR_MEMORY. */
AG_API ag_status ag_text_write(ag_text_writer *writer, const char *text, size_t length,
                               ag_error *error);

/* A model of the caller's. fit: forgets what it knew and learns the batch; sample: count items or
 * points of what it has learnt, into item [count] or point [count, dimension] (the other is NULL);
 * write: in place of sample where texts are learnt, count of them by ag_text_write; NULL: it knows
 * no texts. The same seed gives the same. Called by one thread at a time, fit before the others. */
typedef struct ag_generator_function {
  ag_status (*fit)(void *context, const ag_batch *data, uint64_t seed, ag_error *error);
  ag_status (*sample)(void *context, size_t count, uint64_t seed, uint32_t *item, double *point,
                      ag_error *error);
  void *context;
  ag_status (*write)(void *context, size_t count, uint64_t seed, ag_text_writer *writer,
                     ag_error *error);
} ag_generator_function;

/* A game on samples (docs/samples.md); zero and NULL are the defaults. */
typedef struct ag_samples_spec {
  size_t initial, generate;               /* 0: as many as points, or 1000 */
  const size_t *keep;                     /* [curators] NULL: half of `generate` each */
  const char *selection;                  /* NULL: pools */
  const char *dataset;                    /* replace, accumulate, window, subsample */
  size_t dataset_size;                    /* of window (generations) and subsample (items) */
  const ag_generator_function *generator; /* NULL: ideal */
  size_t replicates;                      /* 0: 1 */
} ag_samples_spec;

/* A game on n items, or (count 0) on points. Everything but functions is copied; zero and NULL are
 * the defaults. */
typedef struct ag_game_spec {
  const char *name; /* NULL: "game" */
  uint64_t seed;
  size_t generations; /* that ag_run plays */
  /* items */
  size_t count;             /* n */
  const double *mass;       /* [n] p_0 but for a factor; or NULL, and then */
  const double *log_mass;   /* [n] log p_0 but for an offset; NULL: uniform */
  const char *const *label; /* [n] or NULL */
  const char *const *group; /* [n] whose shares are measured; NULL: there are none */
  /* points: a cloud, played on samples; uniform in the box at first */
  size_t point_count, dimension;
  const double *lower, *upper; /* [dimension] */
  size_t curator_count;
  const char *const *curator; /* [curators] names; NULL: "curator 0", … */
  /* What a curator selects by: one of these three, or a setting. */
  const double *const *reward;               /* [curators][n], or NULL */
  const ag_reward_function *reward_function; /* [curators] evaluate NULL: another; or NULL */
  const double *const *prefers;              /* [curators][n, n] P(x beats y); or NULL */
  const ag_pool *pool;       /* [curators] NULL: 8, and 2 where there are preferences */
  const double *temperature; /* [curators] NULL: 1; AG_TEMPERATURE_DEVIATION */
  const ag_schedule *pools, *temperatures; /* [curators] in place of the two; NULL: they stay */
  const double *weight; /* [curators] shares where all choose side by side; NULL: equal */
  size_t step_count;
  const ag_step_spec *step; /* [step_count] NULL: every curator curates, in order */
  const char *reading;      /* NULL, or in place of steps the reading that is short for them */
  const ag_samples_spec *samples; /* NULL: the exact engine */
  size_t metric_count;
  const char *const *metric; /* [metric_count] names; all that apply by default: {"default"} */
  const char *measured;      /* dataset, published, generated; NULL: dataset */
  /* What has no arrays, as in a game file: files, kinds of rewards, models. Each is a path with its
   * value, as `-s` takes them: "space.table.file=films.csv", "curators.owner.reward.column=stars",
   * "generator.gmm.components=5". What is given above goes first; a curator of a name may have its
   * rewards there and its other keys here. */
  size_t setting_count;
  const char *const *setting; /* [setting_count] */
} ag_game_spec;

/* Status: AG_ERROR_INPUT: no items or curators, a number outside its bounds, rewards that are not
 *   finite or spread beyond 2^49 temperatures, a step that is unknown or lacks its curators (the
 *   message says which), a setting that is wrong (with its place); AG_ERROR_MEMORY. Owner:
 *   ag_game_free.
 * Cost: O(curators n). A game of arrays has no description, so that it is played in memory, not
 * into a run directory; one of settings alone has. */
AG_API ag_status ag_game_make(const ag_game_spec *spec, ag_game **game, ag_error *error);

#ifdef __cplusplus
}
#endif

#endif

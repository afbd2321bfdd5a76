/* A game: immutable once loaded. */
#ifndef AG_GAME_H
#define AG_GAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aligngame/api.h>
#include <aligngame/status.h>
#include <aligngame/weights.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ag_game ag_game;

/* Reads a game from a file (or a preset by its name, where there is no such file), or from size
 * bytes of YAML called name in errors. overrides[0..count): `key.path=value` each. Status:
 * AG_ERROR_INPUT with a place; AG_ERROR_MEMORY; AG_ERROR_IO. Owner: ag_game_free. */
AG_API ag_status ag_game_load(const char *path, const char *const *overrides, size_t count,
                              ag_game **game, ag_error *error);
/* The same of a game whose programs may be started: those that a reward or a generator names in
 * `command`. The other calls refuse to start one, with AG_ERROR_INPUT, where its answers are
 * needed: whoever opens a game as data runs nothing of it. */
AG_API ag_status ag_game_load_trusted(const char *path, const char *const *overrides, size_t count,
                                      ag_game **game, ag_error *error);
AG_API ag_status ag_game_parse(const char *name, const char *text, size_t size,
                               const char *const *overrides, size_t count, ag_game **game,
                               ag_error *error);
AG_API void ag_game_free(ag_game *game);

/* All strings are borrowed from the game. */
AG_API const char *ag_game_name(const ag_game *game);
AG_API const char *
ag_game_text(const ag_game *game); /* the whole description, overrides applied, as YAML */
AG_API const char *ag_game_engine(const ag_game *game);
AG_API const char *ag_game_reading(const ag_game *game);
AG_API const char *ag_game_space_kind(const ag_game *game);
AG_API bool ag_game_is_sampled(const ag_game *game); /* the engine is `samples` */
/* Whether its samples are texts that a language model writes: it has no items then. */
AG_API bool ag_game_is_text(const ag_game *game);
AG_API bool ag_game_is_cloud(const ag_game *game); /* points in place of items */
/* The columns of metrics, in the order of the results. */
AG_API size_t ag_game_metric_count(const ag_game *game);
AG_API const char *ag_game_metric_name(const ag_game *game, size_t metric);
AG_API size_t ag_game_replicates(const ag_game *game);
AG_API const char *ag_game_generator(const ag_game *game); /* ideal, gmm, … */
AG_API uint64_t ag_game_seed(const ag_game *game);
AG_API size_t ag_game_generations(const ag_game *game);
AG_API double ag_game_real_share(const ag_game *game); /* alpha */
AG_API size_t ag_game_item_count(const ag_game *game);
/* What was met when a text space's file was read, in words: sentences left out, broken bytes; NULL
 * for other spaces. */
AG_API const char *ag_game_space_remark(const ag_game *game);
/* What was understood of the files of its generator, in a sentence without its full stop; NULL:
 * there are none. */
AG_API const char *ag_game_generator_remark(const ag_game *game);
/* How the file of a table or of a cloud's points was read, in a line; NULL for other spaces. */
AG_API const char *ag_game_understood(const ag_game *game);
AG_API size_t
ag_game_dropped_count(const ag_game *game); /* table rows left out for missing cells */
/* The item's label, or its line in a table, its coordinates "(x, y)", "atom I"; returns the
 * length, as snprintf does. */
AG_API size_t ag_game_item_label(const ag_game *game, size_t item, char *text, size_t size);

/* The name of the item's group, borrowed; NULL where there are no groups. */
AG_API const char *ag_game_item_group(const ag_game *game, size_t item);

AG_API size_t ag_game_curator_count(const ag_game *game);
AG_API const char *ag_game_curator_name(const ag_game *game, size_t curator);
AG_API ag_pool ag_game_curator_pool(const ag_game *game, size_t curator);
AG_API double ag_game_curator_temperature(const ag_game *game, size_t curator);
/* In a generation t; those above are at t = 0. */
AG_API ag_pool ag_game_curator_pool_at(const ag_game *game, size_t curator, size_t generation);
AG_API double ag_game_curator_temperature_at(const ag_game *game, size_t curator,
                                             size_t generation);
/* Whether the curator compares items two by two, without a reward. */
AG_API bool ag_game_curator_prefers(const ag_game *game, size_t curator);
/* The curator's rewards, and log p_0, of every item: [n], by item. */
AG_API void ag_game_rewards(const ag_game *game, size_t curator, double *reward);
AG_API void ag_game_initial_log_mass(const ag_game *game, double *log_mass);
/* The order of play: curators' numbers. */
AG_API size_t ag_game_stage_count(const ag_game *game);
AG_API size_t ag_game_stage_curator(const ag_game *game, size_t stage);
/* Whether what it keeps is learnt: false for stages that only publish. */
AG_API bool ag_game_stage_acts(const ag_game *game, size_t stage);
/* Whether the curator changes p in some stage. */
AG_API bool ag_game_curator_acts(const ag_game *game, size_t curator);

/* The steps of a generation, from p_t to p_{t+1}: a preset reading is such a list too. */
AG_API size_t ag_game_step_count(const ag_game *game);
AG_API const char *ag_game_step_name(const ag_game *game, size_t step); /* curate, keep, real, … */
/* What the step does, in words that follow "then": "owner keeps one of 8". Returns the length, as
 * snprintf does. */
AG_API size_t ag_game_step_words(const ag_game *game, size_t step, char *text, size_t size);

/* The grid of a box: dim coordinates (0 for other spaces), cells [dim]. */
AG_API size_t ag_game_dimension(const ag_game *game);
AG_API const size_t *ag_game_cells(const ag_game *game);
/* Its edges: lower, upper [dim]. */
AG_API void ag_game_bounds(const ag_game *game, double *lower, double *upper);
/* Whether the curator's reward is a disc, and which: centre [dim], radius. */
AG_API bool ag_game_curator_disc(const ag_game *game, size_t curator, double *centre,
                                 double *radius);

/* The sizes and rules of a sampled game. */
typedef struct ag_sampling {
  size_t initial;        /* |D_1| */
  size_t generate;       /* items of the model in each generation */
  const char *selection; /* pools, groups, softmax, top */
  const char *law;       /* what the rule samples, in words */
  const char *dataset;   /* replace, accumulate, window, subsample */
  size_t dataset_size;   /* n of window (generations) and subsample (items); else 0 */
  const char *measured;  /* what metrics are read off: dataset, published, generated */
} ag_sampling;

/* All zero and NULL for an exact game, but for `measured`. Strings are static. */
AG_API ag_sampling ag_game_sampling(const ag_game *game);
/* The number of items that a stage keeps; 0 in an exact game. */
AG_API size_t ag_game_stage_keep(const ag_game *game, size_t stage);

/* The exact game that a sampled one approaches with growing samples: the same curators,
 * with the ideal learner; points become the cells of a grid. *exact: NULL where there is
 * none, and *why then says why (borrowed); owner: ag_game_free.
 * Status: AG_ERROR_MEMORY. */
AG_API ag_status ag_game_counterpart(const ag_game *game, ag_game **exact, const char **why,
                                     ag_error *error);

#ifdef __cplusplus
}
#endif

#endif

/* What survives of a user's own items under curation. In libaligngame alone. */
#ifndef AG_FORECAST_H
#define AG_FORECAST_H

#include <aligngame/api.h>
#include <aligngame/facts.h>
#include <aligngame/run.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ag_forecast_options {
  const char *file;  /* a table, see aligngame/table.h; "-": standard input */
  const char *owner; /* columns of scores */
  const char *public_;
  const char *label, *group, *mass; /* columns, or NULL */
  ag_pool pool_owner, pool_public;
  double temperature_owner, temperature_public; /* <= 0: the standard deviation of the scores that
                                                   are played, weighted by their shares */
  size_t generations;
  const char *period; /* what a generation is called: "month"; NULL: "generation" */
  const size_t *at;   /* [at_count] generations whose shares are told of every item; NULL: an early
                         one and the last */
  size_t at_count;
  size_t keep; /* also with finite data: so many items each side keeps a generation; 0: not */
  const char *owner_se, *public_se; /* columns of the scores' standard errors, or NULL, */
  size_t draws;                 /* and so many games on scores that are drawn with them; 0: none */
  const char *const *overrides; /* `key.path=value` on the game that is made */
  size_t override_count;
  /* Called after each game that is played beside the first: what for, and how many of how many
   * have been. May be NULL. */
  void (*progress)(void *context, const char *what, size_t done, size_t total);
  void *context;
} ag_forecast_options;

AG_API void ag_forecast_options_default(ag_forecast_options *options); /* pools 8, 60 generations */

typedef struct ag_forecast_saving {
  double real_share;       /* alpha */
  double effective_number; /* at the end */
  size_t surviving;        /* items that keep at least a tenth of their initial share */
  double half_life;        /* as of ag_facts */
} ag_forecast_saving;

/* A quantity by generation in games that differ by chance: nine of ten lie between low and high. */
typedef struct ag_forecast_band {
  size_t games;       /* 0: nothing was asked for */
  double *middle;     /* [T + 1] medians */
  double *low, *high; /* [T + 1] */
} ag_forecast_band;

typedef struct ag_forecast {
  ag_forecast_options options;      /* as given, with the temperatures that were found; borrows */
  bool owner_chosen, public_chosen; /* whose temperature was given */
  ag_game *game;                    /* the game that was played */
  ag_result *result;          /* its snapshots: all generations of at most 1000 items, else some */
  ag_facts *facts;            /* what came of it */
  size_t items;               /* n */
  double *start;              /* [n] shares at the start */
  bool *appears;              /* [n] the share at the start is above 0, however small */
  size_t *rank;               /* [n] from 1, by the share at the end; equal shares rank alike */
  bool *survives;             /* [n] keeps at least a tenth of its initial share */
  size_t shown_count, *shown; /* generations whose shares are told, ascending; the last is T */
  size_t saving_count;
  ag_forecast_saving *saving; /* for real shares 1 %, 5 %, 20 % */
  ag_forecast_saving half;    /* the least real share that leaves half of the diversity, to a
                                 thousandth of it; NaN: none is needed, or it was not sought */
  ag_forecast_band finite;    /* effective numbers with finite data */
  size_t draws;               /* games on drawn scores: */
  double *chance;             /* [n] the share of them in which the item survives; or NULL */
  double *first;              /* [n] and in which it has most; or NULL */
  size_t remark_count;
  char **remark; /* [remark_count] what is odd about the table, and what to do, in sentences */
  struct ag_forecast_table *table; /* as it was read */
} ag_forecast;

/* Status: AG_ERROR_INPUT: the table or a column is refused, with its place; AG_ERROR_MEMORY.
 * Cost: a play, and about a dozen more for what real data saves. */
AG_API ag_status ag_forecast_make(const ag_forecast_options *options, ag_forecast **forecast,
                                  ag_error *error);
AG_API void ag_forecast_free(ag_forecast *forecast);

/* The share of an item at a generation; NaN where it was not kept. */
AG_API double ag_forecast_share(const ag_forecast *forecast, size_t item, size_t generation);

/* What is said of it, from what was played. Sentences of a part, one a line, on the heap; NULL
 * where memory is out. The terminal, the page and JSON have the same. */
typedef enum ag_forecast_part {
  AG_FORECAST_SETTING, /* what was played */
  AG_FORECAST_SHORT,   /* what came of it */
  AG_FORECAST_REMARKS, /* what is odd about the table, and what to do */
  AG_FORECAST_SAVED,   /* what real data saves */
  AG_FORECAST_ASSUMED  /* what was assumed, and how to change it */
} ag_forecast_part;
AG_API char *ag_forecast_words(const ag_forecast *forecast, ag_forecast_part part);
/* "10 months" */
AG_API ag_short_text ag_forecast_time(const ag_forecast *forecast, double generations);

/* A share in words that need no exponents: "<0.001 %". */
AG_API ag_short_text ag_forecast_share_text(double share);

/* The document of `forecast --json`: every item, and all settings. On the heap; NULL where memory
 * is out. */
AG_API char *ag_forecast_json(const ag_forecast *forecast);

/* Writes items.csv (every row of the table with its columns, the shares that are told, rank and
 * fate), forecast.json, forecast.png and .svg, and forecast.html into a directory, which is made.
 * Every file appears whole or not at all. Status: AG_ERROR_INPUT: a file of that name is the table
 * itself, or none that a forecast has written; AG_ERROR_IO, AG_ERROR_MEMORY. */
AG_API ag_status ag_forecast_write(const ag_forecast *forecast, const char *directory,
                                   ag_error *error);

#ifdef __cplusplus
}
#endif

#endif

/* What this build can do, as data: for `aligngame list`. */
#ifndef AG_CATALOGUE_H
#define AG_CATALOGUE_H

#include <stddef.h>

#include <aligngame/api.h>
#include <aligngame/status.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ag_catalogue_entry {
  const char *name, *summary, *example; /* example may be NULL */
} ag_catalogue_entry;

/* A key of an entry: what it takes and what it means. */
typedef struct ag_catalogue_parameter {
  char name[64]; /* with the keys around it, "density.gaussian.mean"; "": the value itself */
  const char *help;
  const char *kind;         /* real, whole, flag, word, text, path, reals, table or node */
  char takes[256];          /* in words: "a number above 0 (seconds)" */
  char otherwise[192];      /* likewise: "default 1", "must be given" */
  const char *unit;         /* or NULL */
  const char *fallback;     /* the default, as a game file would say it; or NULL */
  const char *const *words; /* of a word, ended by NULL; or NULL */
  double low, high;         /* of each number; infinite: no bound */
  int above;                /* low itself is refused */
  int required;
  const char *with, *without; /* keys that must (must not) be given beside it; or NULL */
} ag_catalogue_parameter;

/* Kinds: "keys", "spaces", "rewards", "readings", "metrics", "presets", … */
AG_API size_t ag_catalogue_kind_count(void);
AG_API const char *ag_catalogue_kind(size_t kind);
/* A line about a kind. */
AG_API const char *ag_catalogue_kind_summary(size_t kind);
/* Entry number index of a kind by name. Returns 0 past the end or for an
 * unknown kind, 1 otherwise. */
AG_API int ag_catalogue_entry_at(const char *kind, size_t index, ag_catalogue_entry *entry);
/* Parameter number index of an entry. Returns 0 past the end or for an unknown entry, 1
 * otherwise. */
AG_API int ag_catalogue_parameter_at(const char *kind, const char *entry, size_t index,
                                     ag_catalogue_parameter *parameter);

/* How a metric is drawn. */
typedef struct ag_metric_picture {
  const char *title;   /* "Distance": a figure's heading */
  const char *axis;    /* "mean distance": the label of the values, with their unit */
  const char *caption; /* a sentence that says what a line is; `@` stands for its member */
  const char *each;    /* what `@` is where all lines are meant: "each curator"; or NULL */
  int in_tables;       /* others say it better in figures */
  int logarithmic;     /* its values may span decades */
  int distances;       /* it means something only where items have distances */
  double rounding;     /* of a value that is zero at rest: what is below comes of rounding */
} ag_metric_picture;

/* Of a column of the metrics, `distance.owner`, or of a metric, `distance`. Returned: 0 for an
 * unknown one, 1 otherwise. */
AG_API int ag_metric_picture_of(const char *column, ag_metric_picture *picture);
/* Its caption, about the column's member or, for a metric's own name, about all of them: "The
 * mean distance from what owner likes best." "" for an unknown one. */
AG_API void ag_metric_caption(const char *column, char *text, size_t size);

/* A value of a column as people are shown it: 0 where it is no more than rounding. */
AG_API double ag_metric_shown(const char *column, double value);

/* The YAML of a preset game ("circles-perfect", …), or NULL. */
AG_API const char *ag_preset_text(const char *name);

/* What this build lacks or does more slowly, a sentence for each index from 0; NULL past the
 * end. */
AG_API const char *ag_build_remark(size_t index);

/* Whether the environment's variables that the library reads (ALIGNGAME_MAX_CPU, the most able
 * instruction set that kernels may use: avx512, avx2 or baseline) say what it knows; what it does
 * not know it takes for nothing. Status: AG_ERROR_INPUT. */
AG_API ag_status ag_environment_check(ag_error *error);

/* "0.1.0" */
AG_API const char *ag_version(void);

#ifdef __cplusplus
}
#endif

#endif

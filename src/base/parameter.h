/* Parameters as tables. A table says what a mapping of a game file may hold: its keys, what each
 * takes, its unit, bounds, default and meaning, and where the value goes. The reader, the lists,
 * the manual page and the reference come from it; what one value says of another is the owner's. */
#ifndef AG_BASE_PARAMETER_H
#define AG_BASE_PARAMETER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/config.h"

typedef enum ag_parameter_kind {
  AG_NODE,  /* anything: the owner finds it in the mapping and reads it; there is no field */
  AG_PATH,  /* likewise: a path, as seen from the game's folder */
  AG_REAL,  /* double; NaN where it is absent without a default */
  AG_WHOLE, /* size_t; 0 likewise */
  AG_FLAG,  /* bool */
  AG_WORD,  /* an enum: the number of the word in `words` */
  AG_TEXT,  /* char *, on the heap; NULL likewise */
  AG_REALS, /* ag_reals, on the heap; count 0 likewise */
  AG_TABLE, /* a struct: a mapping with the parameters `within`, whose offsets are its own */
} ag_parameter_kind;

typedef struct ag_reals {
  double *value; /* [count] */
  size_t count;
} ag_reals;

typedef struct ag_parameter ag_parameter;
struct ag_parameter {
  const char *name; /* the key; "": the value itself, without a mapping; NULL ends a table */
  const char *help; /* what it means, in a line */
  ag_parameter_kind kind;
  size_t at;            /* of the field in the owner's struct */
  const char *takes;    /* in place of the kind's own words: "a list of column names" */
  const char *unit;     /* "seconds" */
  const char *fallback; /* the default, as a game file would say it; */
  const char *absent;   /* or, in words, what holds without the key. Neither: it must be given */
  const char *example;  /* a value, for the error where it is missing */
  const char *const *words;   /* of AG_WORD, ended by NULL */
  double low, high;           /* of each number; both 0: any. INFINITY is no bound */
  bool above;                 /* low itself is refused */
  bool alone;                 /* it may stand for the whole mapping: `command: ./scorer.py` */
  unsigned char choice;       /* not 0: of those with this number exactly one is given */
  const char *with, *without; /* a key that must (must not) be given beside it */
  const ag_parameter *within; /* of AG_TABLE, or of the mappings that its owner reads */
  /* Reads a value that no kind knows; value: absent where the key is. NULL: the kind does it. */
  ag_status (*read)(ag_node value, const ag_parameter *parameter, void *field, ag_error *error);
};

/* Reads node, a mapping (absent: an empty one), into *self, whose bytes are zero. what: the
 * owner's name in errors. Status: AG_ERROR_INPUT at the place: unknown keys with a "did you
 * mean", missing ones, values outside their bounds; AG_ERROR_MEMORY. After a failure nothing is
 * owned. Owner: ag_parameters_free. */
ag_status ag_parameters_read(ag_node node, const char *what, const ag_parameter *table, void *self,
                             ag_error *error);
/* Frees what the table's fields own; self may be NULL. */
void ag_parameters_free(const ag_parameter *table, void *self);

/* For `read`, with a field of ag_node: the owner reads the node, absent where the key is. */
ag_status ag_parameter_node(ag_node value, const ag_parameter *parameter, void *field,
                            ag_error *error);

/* What it takes, in words: "a number above 0 (seconds)". */
void ag_parameter_say(const ag_parameter *parameter, char *text, size_t size);
/* Those of a table that share its choice: "exactly one of mass, log_mass and count". */
void ag_parameter_say_choice(const ag_parameter *parameter, const ag_parameter *table, char *text,
                             size_t size);

/* ---- descriptors ---- */

/* What every descriptor of a list begins with. Only name and summary have to be there. */
#define AG_DESCRIPTION_FIELDS                                                                      \
  const char *name;               /* the word or key in a game file */                             \
  const char *summary;            /* one line for lists */                                         \
  const char *example;            /* YAML, one line; NULL: the name alone */                       \
  const ag_parameter *parameters; /* ended by one without a name; NULL: there are none */          \
  size_t size;                    /* of the struct that they fill; 0: there is none */

typedef struct ag_description {
  AG_DESCRIPTION_FIELDS
} ag_description;

/* The first member of a descriptor: its fields, and all of them together as `is`. */
#define AG_DESCRIBED                                                                               \
  union {                                                                                          \
    ag_description is;                                                                             \
    struct {                                                                                       \
      AG_DESCRIPTION_FIELDS                                                                        \
    };                                                                                             \
  }

/* A list of descriptors. */
typedef struct ag_list {
  const char *what; /* "reward": one of them */
  /* Entry number index; NULL: the one after the last. */
  const ag_description *(*at)(size_t index);
  bool bare;                   /* a name may stand without a mapping */
  const char *several;         /* added where there are two names in place of one; or NULL */
  const struct ag_need *needs; /* words that some builds lack; or NULL */
} ag_list;

/* The entry called name, or NULL. */
const ag_description *ag_list_find(const ag_list *list, const char *name);
/* Refuses a name that is not in the list, with a "did you mean". */
ag_status ag_list_fail(const ag_list *list, ag_node node, const char *name, ag_error *error);

/* The entry that a node names: `name` (of a bare list) or `{name: value}`, where the key `besides`
 * (NULL: none) belongs to somebody else. name_node: where the name stands; value: absent for a
 * bare name. Status: AG_ERROR_INPUT at the place. */
ag_status ag_list_pick(const ag_list *list, ag_node node, const char *besides,
                       const ag_description **picked, ag_node *name_node, ag_node *value,
                       ag_error *error);

/* Makes the struct of a descriptor and reads value into it (*self NULL where its size is 0).
 * name_node: the place of what is missing where value is absent. Status: as
 * ag_parameters_read. Owner: ag_description_free. */
ag_status ag_description_read(const ag_description *type, ag_node name_node, ag_node value,
                              void **self, ag_error *error);
void ag_description_free(const ag_description *type, void *self);

#endif

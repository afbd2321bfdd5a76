/* A YAML document whose every node knows its place, read by libyaml's
 * document API. Everything that a game file says is read through here. */
#ifndef AG_BASE_CONFIG_H
#define AG_BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

typedef struct ag_config ag_config;

/* A borrowed view of one node; the absent node is {NULL, 0}. */
typedef struct ag_node {
  const ag_config *config;
  int id;
} ag_node;

typedef enum ag_node_kind {
  AG_NODE_ABSENT,
  AG_NODE_SCALAR,
  AG_NODE_SEQUENCE,
  AG_NODE_MAPPING
} ag_node_kind;

/* The text of a file that ag_config_load reads, on the heap. */
ag_status ag_config_read(const char *path, char **text, size_t *size, ag_error *error);
/* Reads a document from a file, or from text of size bytes called name in
 * errors. overrides[0..count): `key.path=value` each, applied in order: the
 * value is YAML; missing mappings on the path are made; a list element is
 * addressed by its number; a name with a point or = in it stands in quotes:
 * curators."gpt-4.1".pool=4. Refused: malformed YAML, more than one document,
 * aliases and anchors, duplicate keys, non-scalar keys, a root that is not a
 * mapping, tags, empty keys, NUL characters, invalid UTF-8, nesting deeper than
 * 64. An error in an override names the file `-s key.path=value` and counts
 * columns in that text.
 * Status: AG_ERROR_INPUT with a place (without line for a file that cannot be
 * opened), AG_ERROR_IO, AG_ERROR_MEMORY. Owner: ag_config_free. */
ag_status ag_config_load(const char *path, const char *const *overrides, size_t count,
                         ag_config **config, ag_error *error);
ag_status ag_config_parse(const char *name, const char *text, size_t size,
                          const char *const *overrides, size_t count, ag_config **config,
                          ag_error *error);
void ag_config_free(ag_config *config);

/* A document that is made here: an empty mapping, called name. Status: AG_ERROR_MEMORY. */
ag_status ag_config_create(const char *name, ag_config **config, ag_error *error);
/* Overrides, as for ag_config_load, on a document that is there. */
ag_status ag_config_apply(ag_config *config, const char *const *overrides, size_t count,
                          ag_error *error);

/* Values put at a path as an override's would be, but that are no text of YAML: a text, whatever
 * its characters; a number; lists; an empty mapping (items 0) or a list of empty mappings.
 * Status: AG_ERROR_INPUT: no such place; AG_ERROR_MEMORY. */
ag_status ag_config_set_text(ag_config *config, const char *path, const char *text,
                             ag_error *error);
ag_status ag_config_set_real(ag_config *config, const char *path, double value, ag_error *error);
ag_status ag_config_set_reals(ag_config *config, const char *path, const double *value,
                              size_t count, ag_error *error);
ag_status ag_config_set_texts(ag_config *config, const char *path, const char *const *text,
                              size_t count, ag_error *error);
ag_status ag_config_set_empty(ag_config *config, const char *path, size_t items, ag_error *error);

/* Puts a text in place of a scalar's. Status: AG_ERROR_MEMORY. */
ag_status ag_config_replace_text(ag_config *config, ag_node scalar, const char *text,
                                 ag_error *error);

/* Marks a document whose game is looked at and never played: a model that is gone is no mistake. */
void ag_config_set_shown(ag_config *config);
bool ag_config_is_shown(const ag_config *config);

/* Programs that a document names are started for somebody who asked for it, and for nobody else. */
void ag_config_allow_programs(ag_config *config);
bool ag_config_allows_programs(const ag_config *config);

/* The file's path as given (for relative paths inside it), or the name. */
const char *ag_config_name(const ag_config *config);
ag_node ag_config_root(const ag_config *config);

/* The document with its overrides applied, as YAML text on the heap (the
 * caller frees it); NULL where memory is out. */
char *ag_config_text(const ag_config *config);

ag_node_kind ag_node_get_kind(ag_node node);
bool ag_node_present(ag_node node);
/* Entries of a mapping, items of a sequence, 0 otherwise. */
size_t ag_node_count(ag_node node);
ag_node ag_node_item(ag_node sequence, size_t index);
/* The value under key, or the absent node. */
ag_node ag_node_find(ag_node mapping, const char *key);
/* Entry number index of a mapping: *key borrowed; key_node for errors. */
void ag_node_entry(ag_node mapping, size_t index, const char **key, ag_node *key_node,
                   ag_node *value);

/* Refuses a node that is not a mapping or holds a key outside
 * known[0..count), with a "did you mean". what: "a curator", "the loop". */
ag_status ag_node_expect_keys(ag_node node, const char *what, const char *const *known,
                              size_t count, ag_error *error);

/* Typed values. Each refuses a wrong type or a value outside its range at the
 * node's place, saying what was expected, and leaves *value untouched.
 * Reals: finite decimal numbers. Integers: digits, or a decimal number such as
 * 1e6 that is whole. Nothing, `~` and `null` are no value of any type; a quoted
 * scalar is text only. what names the value in the message. */
ag_status ag_node_real(ag_node node, const char *what, double *value, ag_error *error);
ag_status ag_node_integer(ag_node node, const char *what, long long least, long long most,
                          long long *value, ag_error *error);
ag_status ag_node_bool(ag_node node, const char *what, bool *value, ag_error *error);
/* *value is borrowed from the document. */
ag_status ag_node_text(ag_node node, const char *what, const char **value, ag_error *error);
/* A sequence of reals (a single real counts as a sequence of one); *values is
 * the caller's to free. Empty sequences are refused. */
ag_status ag_node_reals(ag_node node, const char *what, double **values, size_t *count,
                        ag_error *error);

/* An error at the node's place. */
ag_status ag_node_fail(ag_node node, ag_error *error, const char *format, ...) AG_PRINTF(3, 4);

#endif

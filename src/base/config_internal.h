/* What the files of config share; nobody else includes this. */
#ifndef AG_BASE_CONFIG_INTERNAL_H
#define AG_BASE_CONFIG_INTERNAL_H

#include <yaml.h>

#include "base/config.h"

enum { AG_CONFIG_DEPTH = 64 };

/* A text that nodes come from: source 0 is the file, source k override k. */
typedef struct ag_source {
  char *name; /* as errors call it */
  char *text; /* without a byte-order mark, ended by NUL */
  size_t size;
} ag_source;

struct ag_config {
  char *name;
  yaml_document_t document;
  bool loaded;   /* document needs deletion */
  bool shown;    /* its game is never played */
  bool programs; /* those that it names may be started */
  ag_source *source;
  size_t source_count;
};

/* Each node's start_mark is rewritten on loading: index counts the characters
 * of its source's text, line holds the number of the source. The rest of a place
 * follows from these when an error needs it. */
static inline void ag_mark_set(yaml_node_t *node, size_t source, size_t index)
{
  node->start_mark = (yaml_mark_t){.index = index, .line = source};
}

/* The node behind a view, or NULL for the absent node. */
yaml_node_t *ag_node_yaml(ag_node node);

/* An empty plain scalar, `~` or `null`. */
bool ag_yaml_is_null(const yaml_node_t *node);

/* An error at a character of a source. */
ag_status ag_source_fail(const ag_source *source, size_t index, ag_error *error, const char *format,
                         ...) AG_PRINTF(4, 5);

/* Loads the YAML that starts at byte skip of source number `number` and holds it
 * to the rules of ag_config_load. On AG_OK the caller deletes *document, whose
 * root may be missing. */
ag_status ag_yaml_load(const ag_source *source, size_t number, size_t skip,
                       yaml_document_t *document, ag_error *error);

/* Copies node id of a document, with all below it, to another document.
 * Returned: the copy's id; 0 where memory is out. */
int ag_yaml_copy(const yaml_document_t *from, int id, yaml_document_t *to);

/* Adds the source `path=`, for a value that is put there without a text; *number: its number. */
ag_status ag_config_add_path(ag_config *config, const char *path, size_t *number, ag_error *error);

/* Applies override number `number` (source number) to the document. */
ag_status ag_config_override(ag_config *config, size_t number, ag_error *error);

#endif

/* The files that a game's description names. */
#ifndef AG_GAME_FILES_H
#define AG_GAME_FILES_H

#include "base/config.h"

typedef enum ag_named {
  AG_NAMED_DATA,   /* a file that is read: a table, a text, a lexicon */
  AG_NAMED_MODEL,  /* a folder with a language model */
  AG_NAMED_COMMAND /* a command line */
} ag_named;

/* node: the scalar that names it. */
typedef ag_status ag_named_visitor(void *context, ag_node node, ag_named kind, ag_error *error);

/* Visits all of them, in the document's order, until one visit fails. */
ag_status ag_game_visit_files(const ag_config *config, ag_named_visitor *visit, void *context,
                              ag_error *error);

#endif

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

/* What came through pipes and standard input, as files in memory: a pipe can be read once, and a
 * game's files are read again by its run directory and for its exact counterpart. */
typedef struct ag_streams {
  int *descriptor; /* [count] */
  size_t count;
} ag_streams;

/* Reads what the document names and is no regular file to its end, and puts the paths of the files
 * that hold it in their places. Status: AG_ERROR_IO, AG_ERROR_MEMORY. Owner: ag_streams_close,
 * after a failure too. */
ag_status ag_streams_hold(ag_config *config, ag_streams *streams, ag_error *error);
void ag_streams_close(ag_streams *streams);

/* Whether a path names such a file, or what one would be made of. */
bool ag_stream_is(const char *path);

#endif

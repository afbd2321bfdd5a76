/* One line on standard error that is drawn again and again; silent where
 * standard error is not a terminal. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include <aligngame/run.h>

typedef struct progress_line {
  const char *name; /* of the game */
  size_t items;
  bool texts;   /* generations of texts: a model tells how fast it is */
  size_t first; /* the generation that was reported first; SIZE_MAX: none yet */
  double drawn; /* when, in seconds since the start */
  bool on;
} progress_line;

progress_line progress_begin(const ag_game *game, bool quiet);
/* For ag_run_options: context is the progress. */
void progress_report(void *context, const ag_progress *report);
/* Leaves an empty line behind. */
void progress_end(progress_line *progress);

/* The line of work that is counted: `name`, a bar, and how many units are done. */
void progress_bar(const char *name, const char *unit, size_t done, size_t of);

#endif

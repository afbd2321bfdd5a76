/* What the paper's experiments share. This folder sees the public headers alone, as any program
 * does: what it needs of errors, overrides and files it has here. */
#ifndef AG_PAPER_PARTS_H
#define AG_PAPER_PARTS_H

#include <stdio.h>

#include <aligngame/figure.h>
#include <aligngame/document.h>
#include <aligngame/files.h>
#include <aligngame/paper.h>

/* --- errors --- */

/* Fills the error (which may be NULL) and returns status. */
ag_status ag_paper_fail(ag_error *error, ag_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
ag_status ag_paper_no_memory(ag_error *error);

/* --- games --- */

/* Overrides, collected one by one. Want of memory is remembered until they are used. */
typedef struct ag_paper_changes {
  size_t count;
  char **text; /* [count] */
  bool failed;
} ag_paper_changes;

void ag_paper_change(ag_paper_changes *changes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void ag_paper_changes_free(ag_paper_changes *changes);
/* Reads a preset with these overrides. Owner: ag_game_free. */
ag_status ag_paper_load(const char *preset, const ag_paper_changes *changes, ag_game **game,
                        ag_error *error);

/* ag_run, in the folder that the options name for such games, where they do. */
ag_status ag_paper_run(const ag_paper_options *options, const ag_game *game, ag_run_options *run,
                       ag_result **result, ag_error *error);

/* A metric over the replicates; all NaN where there is none of this name. */
ag_status ag_paper_spread(const ag_result *result, const char *metric, size_t generation,
                          ag_spread *spread, ag_error *error);
/* What its mean says of the paper's value, which was read off a figure as low … high, to +-
 * error: agrees, higher, lower, undefined; single_seeds: some seeds, where only those reach it. */
const char *ag_paper_verdict(const ag_spread *spread, double low, double high, double error,
                             bool single_seeds);
/* The wanted generations before the end, and the end; returns how many, at most count + 1. */
size_t ag_paper_moments(const size_t *wanted, size_t count, size_t end, size_t *moment);

/* What the samples' values say of a play of the circles; fills its fields. */
ag_status ag_paper_judge(ag_paper_play *play, ag_error *error);
/* Counts who won, and concludes. */
void ag_paper_conclude(ag_paper_circles *circles);

/* The exact game of a game on texts; freed by ag_paper_law_free in any case. */
ag_status ag_paper_law_play(const ag_game *game, ag_paper_law *law, ag_error *error);
void ag_paper_law_free(ag_paper_law *law);
/* What a game on texts and its exact game say; fills the play's fields. */
ag_status ag_paper_text_judge(ag_paper_text *play, ag_error *error);

/* --- files --- */

json_t *ag_paper_spread_json(const ag_spread *spread);
/* The document as text on the heap; takes it (NULL: memory was out). */
char *ag_paper_dump(json_t *document);
/* Closes a stream of open_memstream; its text, or NULL where memory was out. */
char *ag_paper_close(FILE *stream, char **text);
/* A comma and the number, or nothing behind it. */
void ag_paper_put_real(FILE *csv, double value);

/* Writes text into directory/name, ended by a line's end, and frees it; NULL: memory was out. */
ag_status ag_paper_save(char *text, const char *directory, const char *name, ag_error *error);
/* Draws directory/name as PNG, SVG and PDF. */
typedef ag_status ag_paper_draw(const void *what, const char *path, ag_error *error);
ag_status ag_paper_save_figure(ag_paper_draw *draw, const void *what, const char *directory,
                               const char *name, ag_error *error);

#endif

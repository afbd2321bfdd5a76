/* The parts of a report. Text goes into the page through ag_page_text and ag_page_say,
 * which escape it; ag_buffer_print and ag_page_html write markup. */
#ifndef AG_REPORT_PAGE_H
#define AG_REPORT_PAGE_H

#include <aligngame/facts.h>
#include <aligngame/report.h>

#include "report/figure_parts.h"
#include "report/figure_run.h"

enum { AG_PAGE_NOTES = 4, AG_PAGE_LABEL = 96 };

/* A run as the page sees it. */
typedef struct ag_page_run {
  size_t number;             /* from 1: its place on the page */
  char label[AG_PAGE_LABEL]; /* its name among the others */
  const char *directory;     /* or NULL: played in memory */
  ag_game *game;
  ag_result *result;
  ag_facts *facts;           /* what came of it */
  char *note[AG_PAGE_NOTES]; /* of ag_page_note_key; NULL: not known */
  char *text;                /* the game file as the directory has it; NULL: as the game has it */
  size_t input_count, leg_count;
  ag_run_input *input;
  ag_run_leg *leg;
} ag_page_run;

/* The game file. */
static inline const char *ag_page_game_text(const ag_page_run *run)
{
  return run->text ? run->text : ag_game_text(run->game);
}

extern const char *const ag_page_note_key[AG_PAGE_NOTES];

/* --- paths --- */

/* An absolute path's last name; any other path as it is. */
const char *ag_page_file_name(const char *path);
/* A game's description, on the heap, replaced by one without absolute paths: only their last names
 * are shown. Status: AG_ERROR_MEMORY; AG_ERROR_INPUT for what is no description. */
ag_status ag_page_hide_paths(char **text, ag_error *error);

/* --- text --- */

void ag_page_html(ag_buffer *page, const char *markup);
/* Escaped; what is not UTF-8, control characters and marks that turn a line become U+FFFD. */
void ag_page_text(ag_buffer *page, const char *text);
/* Formats, then escapes all of it. */
void ag_page_say(ag_buffer *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Markup, in which a text stands for each %s, escaped. */
void ag_page_put(ag_buffer *page, const char *markup, ...) __attribute__((format(printf, 2, 3)));
/* Copies an SVG file's element, with ids that begin with prefix. */
void ag_page_svg(ag_buffer *page, const char *svg, const char *prefix);

ag_short_text ag_page_number(double value);      /* four digits; – for NaN */
ag_short_text ag_page_share(double share);       /* 12.3 %; less than 0.01 % */
ag_short_text ag_page_short_share(double share); /* < 0.01 % */

extern const char ag_page_style[]; /* the style sheet */

/* Words of the facts, which are taken; NULL: memory was out. */
void ag_page_words(ag_buffer *page, char *words);
/* The page's first sentence about a run. */
void ag_page_lede(ag_buffer *page, const ag_page_run *run);

/* What stands before the header, and after the main part. */
void ag_page_begin(ag_buffer *page, const char *title);
void ag_page_end(ag_buffer *page);

/* --- sections --- */

void ag_page_played(ag_buffer *page, const ag_page_run *run);
ag_status ag_page_story(ag_buffer *page, const ag_page_run *run, ag_error *error);
void ag_page_tiles(ag_buffer *page, const ag_page_run *run);
ag_status ag_page_tables(ag_buffer *page, const ag_page_run *run, ag_error *error);
/* Of a game on texts: what it has written; else nothing. */
void ag_page_texts(ag_buffer *page, const ag_page_run *run);
/* Which files are no longer as the run has read them; nothing where all are. */
void ag_page_originals(ag_buffer *page, const ag_page_run *run);
void ag_page_provenance(ag_buffer *page, const ag_page_run *run);
ag_status ag_page_compare(ag_buffer *page, const ag_page_run *run, size_t count, ag_error *error);

/* The panels, each a figure with its caption; prefix: of their ids. */
ag_status ag_page_figures(ag_buffer *page, const ag_panel_set *panels, const char *prefix,
                          ag_error *error);

/* The whole document. Status: AG_ERROR_MEMORY. */
ag_status ag_page_render(const ag_page_run *run, size_t count, const char *title, ag_buffer *page,
                         ag_error *error);

#endif

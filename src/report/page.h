/* The parts of a report. Text goes into the page through ag_page_text and ag_page_say,
 * which escape it; ag_buffer_print and ag_page_html write markup. */
#ifndef AG_REPORT_PAGE_H
#define AG_REPORT_PAGE_H

#include <aligngame/report.h>
#include <aligngame/theory.h>

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
  ag_prediction *prediction; /* NULL: the game has no items */
  char *note[AG_PAGE_NOTES]; /* of ag_page_note_key; NULL: not known */
} ag_page_run;

extern const char *const ag_page_note_key[AG_PAGE_NOTES];

/* --- text --- */

void ag_page_html(ag_buffer *page, const char *markup);
/* Escaped; what is not UTF-8 and control characters become U+FFFD. */
void ag_page_text(ag_buffer *page, const char *text);
/* Formats, then escapes all of it. */
void ag_page_say(ag_buffer *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Copies an SVG file's element, with ids that begin with prefix. */
void ag_page_svg(ag_buffer *page, const char *svg, const char *prefix);

typedef struct ag_page_word {
  char text[64];
} ag_page_word;

ag_page_word ag_page_number(double value);      /* four digits; – for NaN */
ag_page_word ag_page_share(double share);       /* 12.3 %; less than 0.01 % */
ag_page_word ag_page_short_share(double share); /* < 0.01 % */
ag_page_word ag_page_count(size_t count);       /* 160,000 */

extern const char ag_page_style[]; /* the style sheet */

/* --- what is read off a run --- */

/* A metric at a generation; NaN: not there. */
double ag_page_metric(const ag_result *result, const char *prefix, const char *member,
                      size_t generation);
/* exp(entropy), measured or made from the entropy; NaN: neither is there. */
double ag_page_diversity(const ag_result *result, size_t generation);
/* The first generation at which diversity is at most half of the first; SIZE_MAX: none. */
size_t ag_page_half_life(const ag_result *result);
/* log masses by item at the end, or NULL: of the run, or of its exact counterpart. */
const double *ag_page_outcome(const ag_page_run *run);
/* The mass of a set at the end; NaN: the run has no items. */
double ag_page_set_share(const ag_page_run *run, const ag_item_set *set);
/* What a population is made of: `item`, `cell`, `point`. */
const char *ag_page_thing(const ag_page_run *run);
/* Items in words: three of them at most. */
void ag_page_say_set(ag_buffer *page, const ag_page_run *run, const ag_item_set *set);
/* `who came out ahead`, in a few words. */
void ag_page_say_verdict(ag_buffer *page, const ag_page_run *run);
/* The page's first sentence about a run. */
void ag_page_lede(ag_buffer *page, const ag_page_run *run);

/* --- sections --- */

ag_status ag_page_story(ag_buffer *page, const ag_page_run *run, ag_error *error);
void ag_page_tiles(ag_buffer *page, const ag_page_run *run);
ag_status ag_page_tables(ag_buffer *page, const ag_page_run *run, ag_error *error);
/* Of a game on texts: what it has written; else nothing. */
void ag_page_texts(ag_buffer *page, const ag_page_run *run);
void ag_page_provenance(ag_buffer *page, const ag_page_run *run);
ag_status ag_page_compare(ag_buffer *page, const ag_page_run *run, size_t count, ag_error *error);

/* The panels, each a figure with its caption; prefix: of their ids. */
ag_status ag_page_figures(ag_buffer *page, const ag_panel_set *panels, const char *prefix,
                          ag_error *error);

/* The whole document. Status: AG_ERROR_MEMORY. */
ag_status ag_page_render(const ag_page_run *run, size_t count, const char *title, ag_buffer *page,
                         ag_error *error);

#endif

/* Text for people: numbers, bars, sparklines, tables and pictures, in UTF-8,
 * aligned by the columns that a terminal shows. */
#ifndef CLI_RENDER_H
#define CLI_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <aligngame/facts.h>

/* Decides on colour and width: none where NO_COLOR is set or standard output
 * is not a terminal. */
void render_begin(void);
/* Switch emphasis on and off; empty without colour. */
const char *render_bold(void);
const char *render_dim(void);
const char *render_plain(void);
/* The columns of the terminal; 80 where there is none. */
size_t render_columns(void);

typedef ag_short_text render_text;

render_text render_share(double share);     /* 12.3 %, 1.2e-7 % */
render_text render_number(double value);    /* four digits; – for NaN */
render_text render_count(size_t count);     /* 160,000 */
render_text render_seconds(double seconds); /* 0.84 s, 3 min 12 s */
render_text render_pool(long long pool);    /* 0 is the infinite one */

/* Whether a terminal obeys a character, or shows a line with it as it was not written. */
bool render_deceives(uint32_t code);
/* The columns that a UTF-8 text takes on a terminal. */
size_t render_width(const char *text);
/* Prints what is not our own so that a terminal obeys none of it: control characters, marks
 * that turn the direction, what cannot be seen and what is no UTF-8 become `?`, white space is a
 * space. All that follows does the same. */
void render_clean(FILE *out, const char *text);
/* Prints a JSON text, in which such characters stand in strings alone: as escapes, \u202e, which
 * are the same document. */
void render_json(FILE *out, const char *text);
/* The same as render_clean of a printf format, whose newlines stay. */
void render_format(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints text in exactly columns columns: padded, or cut with an ellipsis. */
void render_cell(FILE *out, const char *text, size_t columns, bool right);

/* Words broken at the terminal's width. The line already holds used columns;
 * what is printed stands from column indent on. */
void render_wrap(FILE *out, const char *text, size_t used, size_t indent);
/* The same of a printf format. */
void render_say(FILE *out, size_t used, size_t indent, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Prints the first lines of a text, at most so many; where there are more the last one ends in an
 * ellipsis. Returns how many it printed. */
size_t render_lines(FILE *out, const char *text, size_t most);

/* value[0], value[stride], …: count values in at most columns characters, from
 * the least to the greatest of them; a constant is a flat line. */
void render_sparkline(FILE *out, const double *value, size_t count, size_t stride, size_t columns);
/* A bar of share of columns characters, padded to that width if pad. */
void render_bar(FILE *out, double share, size_t columns, bool pad);

/* The digits, at least four, that tell different values apart; for some values: O(count^2). */
int render_digits(const double *value, size_t count);
render_text render_precise(double value, int digits);

/* A table whose columns of text give way, by need, when the terminal is narrow.
 * Headings that begin with `>` make a column of right-aligned cells. */
typedef struct render_table render_table;
render_table *render_table_create(size_t columns, const char *const *heading);
void render_table_add(render_table *table, const char *cell); /* copied; row by row */
/* The same of a printf format. */
void render_table_format(render_table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A number in a printf format of one double; – for NaN. */
void render_table_number(render_table *table, const char *format, double value);
void render_table_print(const render_table *table, FILE *out, size_t indent);
void render_table_free(render_table *table);
/* Prints and frees it. */
void render_table_end(render_table *table, FILE *out, size_t indent);

/* The density of log_mass [cells[0], cells[1]], first coordinate to the right,
 * second upwards, in decades below its peak, with a legend. */
void render_density(FILE *out, const double *log_mass, const size_t cells[2]);

#endif

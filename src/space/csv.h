/* Tables as people have them: CSV of any program (commas, semicolons, tabs, bars or blanks between
 * the cells, quotes doubled or escaped, `sep=` and comment lines, row numbers in front, a separator
 * behind), JSON with an object a row, in any encoding that base/input.h reads. How a file is
 * written is found from many of its rows and can be set; what was found can be told. */
#ifndef AG_SPACE_CSV_H
#define AG_SPACE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/parameter.h"

typedef struct ag_csv ag_csv;

/* How a file is written, where it is not to be found out; all zero: find out. Borrowed until
 * ag_csv_free. */
typedef struct ag_csv_options {
  char *encoding;  /* as of ag_input_read */
  char *missing;   /* words that mean a missing cell, besides the usual ones; one a line */
  char separator;  /* ' ': any run of blanks */
  char decimal;    /* '.' or ',': of columns that can be read in two ways */
  char thousands;  /* likewise '.' or ','; others need not be said */
  bool no_header;  /* columns are called 1, 2, ... */
  bool has_header; /* even where all names are numbers */
} ag_csv_options;

/* The keys of a game file for these options, in a struct whose member `csv` they are. */
/* Versions of clang-format differ about braces in macros. */
/* clang-format off */
#define AG_CSV_PARAMETERS(type)                                                                    \
  {"separator",                                                                                    \
   "what stands between two cells",                                                                \
   AG_NODE,                                                                                        \
   offsetof(type, csv.separator),                                                                  \
   .takes = "comma, semicolon, tab, pipe or blank, or the character itself",                       \
   .absent = "found in the file",                                                                  \
   .read = ag_csv_read_separator,                                                                  \
   .with = "file"},                                                                                \
      {"decimal",                                                                                  \
       "the decimal sign where numbers can be read in two ways",                                   \
       AG_NODE,                                                                                    \
       offsetof(type, csv.decimal),                                                                \
       .takes = "point or comma, or the character itself",                                         \
       .absent = "found in each column",                                                           \
       .read = ag_csv_read_mark,                                                                   \
       .with = "file"},                                                                            \
      {"thousands",                                                                                \
       "likewise what groups the digits by threes",                                                \
       AG_NODE,                                                                                    \
       offsetof(type, csv.thousands),                                                              \
       .takes = "point or comma, or the character itself",                                         \
       .absent = "found in each column",                                                           \
       .read = ag_csv_read_mark,                                                                   \
       .with = "file"},                                                                            \
      {"missing",                                                                                  \
       "what means that there is no value, besides NA, null and the like",                         \
       AG_TEXT,                                                                                    \
       offsetof(type, csv.missing),                                                                \
       .takes = "a word or a list of words",                                                       \
       .absent = "none",                                                                           \
       .read = ag_csv_read_missing,                                                                \
       .with = "file"},                                                                            \
      {"header",                                                                                   \
       "whether the first line has the names; without, they are numbers from 1",                   \
       AG_NODE,                                                                                    \
       .takes = "true or false",                                                                   \
       .absent = "it has, and a line of numbers is refused",                                       \
       .with = "file"},                                                                            \
  {                                                                                                \
    "encoding", "of the file, such as windows-1252", AG_TEXT, offsetof(type, csv.encoding),        \
        .absent = "UTF-8, or UTF-16 where the file shows it", .with = "file"                       \
  }
/* clang-format on */
ag_status ag_csv_read_separator(ag_node value, const ag_parameter *parameter, void *field,
                                ag_error *error);
ag_status ag_csv_read_mark(ag_node value, const ag_parameter *parameter, void *field,
                           ag_error *error);
ag_status ag_csv_read_missing(ag_node value, const ag_parameter *parameter, void *field,
                              ag_error *error);
/* `header` of a mapping, which is two of the options. */
ag_status ag_csv_read_header(ag_node mapping, ag_csv_options *options, ag_error *error);
/* The character that `comma`, `tab` or the character itself says; 0: none. */
char ag_csv_separator_of(const char *word);
char ag_csv_mark_of(const char *word);

/* Reads a whole file, `-` for standard input (or size bytes called name in errors). options: NULL
 * for none.
 * Refused, with line and column: an empty file, an unclosed quote, text after a closing quote, a
 * row longer than the others, duplicate names, a column of values without a name, a first line of
 * numbers, what base/input.h refuses.
 * Cost: time linear in the bytes; memory about the file's size plus 16 bytes a cell. */
ag_status ag_csv_load(const char *path, const ag_csv_options *options, ag_csv **csv,
                      ag_error *error);
ag_status ag_csv_parse(const char *name, const char *text, size_t size,
                       const ag_csv_options *options, ag_csv **csv, ag_error *error);
void ag_csv_free(ag_csv *csv);

size_t ag_csv_row_count(const ag_csv *csv); /* without the header */
size_t ag_csv_column_count(const ag_csv *csv);
/* Borrowed; "" for row numbers or an empty column without a name, which is never found. */
const char *ag_csv_header(const ag_csv *csv, size_t column);
const char *ag_csv_cell(const ag_csv *csv, size_t row, size_t column); /* borrowed; "" if missing */

/* The line of the file where a row starts, from 1. */
long ag_csv_row_line(const ag_csv *csv, size_t row);

/* How the file is written, in words: "CSV, separated by tabs, in UTF-16LE". On the heap; NULL where
 * memory is out. */
char *ag_csv_describe(const ag_csv *csv);

/* The column called name; AG_ERROR_INPUT with a "did you mean" and the names there are otherwise.
 */
ag_status ag_csv_find(const ag_csv *csv, const char *name, size_t *column, ag_error *error);

/* How a column's numbers are written. */
typedef struct ag_csv_numbers {
  char decimal, thousands; /* 0: there is none */
  bool percent;            /* 85% is 0.85 */
  size_t missing;          /* cells without a value */
} ag_csv_numbers;

/* A column's numbers: values [rows]; a missing cell (empty, one of the usual words such as NA, or
 * one of the options') becomes NaN. Decimal commas, grouped digits and per cent are found where
 * the column allows one reading alone; *told, where not NULL, says what was found. Refused at their
 * place: what can be read in two ways, as 1.000 alone can (unless the options say which), what is
 * written another way than the rest of the column, infinities, and whatever else is no decimal
 * number (values then holds the rows before it). */
ag_status ag_csv_reals(const ag_csv *csv, size_t column, double *values, ag_csv_numbers *told,
                       ag_error *error);

/* Whether a cell is missing by the same rule. */
bool ag_csv_is_missing(const ag_csv *csv, size_t row, size_t column);

/* Whether every non-missing cell of the column is a number (and one is), if perhaps in two ways. */
bool ag_csv_is_numeric(const ag_csv *csv, size_t column);

/* An error at a cell's place; row AG_CSV_HEADER is the header. */
#define AG_CSV_HEADER SIZE_MAX
ag_status ag_csv_fail(const ag_csv *csv, size_t row, size_t column, ag_error *error,
                      const char *format, ...) AG_PRINTF(5, 6);

#endif

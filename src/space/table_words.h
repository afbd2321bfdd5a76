/* What was understood of a table, in one line: how it is written, the columns that are used, the
 * rows that are left out, what was read other than it stands there. */
#ifndef AG_SPACE_TABLE_WORDS_H
#define AG_SPACE_TABLE_WORDS_H

#include <stdio.h>

#include "space/csv.h"

typedef struct ag_table_words {
  FILE *used, *dropped, *notes; /* texts in memory, behind them */
  char *used_text, *dropped_text, *notes_text;
  size_t used_size, dropped_size, notes_size;
  size_t used_count, massless;
} ag_table_words;

/* Status: AG_ERROR_MEMORY. Owner: ag_table_words_end, also after a failure. */
ag_status ag_table_words_begin(ag_table_words *words, ag_error *error);
/* A column that is used, and as what. */
void ag_table_words_use(ag_table_words *words, const char *column, const char *what);
/* Rows that were left out for want of a cell in a column; 0: none. */
void ag_table_words_drop(ag_table_words *words, const char *column, size_t rows);
/* A column of numbers that was read. */
void ag_table_words_numbers(ag_table_words *words, const char *column,
                            const ag_csv_numbers *numbers);
/* The line, on the heap; NULL where memory is out or there was no begin. dropped: rows in all. */
char *ag_table_words_end(ag_table_words *words, const char *source, const ag_csv *csv,
                         size_t dropped);

#endif

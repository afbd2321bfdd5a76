/* What the files csv*.c share. */
#ifndef AG_SPACE_CSV_PARTS_H
#define AG_SPACE_CSV_PARTS_H

#include "space/csv.h"

/* How the cells are written. */
typedef struct ag_csv_dialect {
  char separator;    /* ' ': any run of blanks */
  bool escapes;      /* a quote inside quotes is \" */
  bool skips_blanks; /* blanks may stand before a quote */
  bool shifted;      /* the rows have one cell more in front than the header: R's row names */
  bool trailing;     /* or one empty cell more behind */
  size_t start;      /* where the first row begins, behind `sep=` and comment lines */
} ag_csv_dialect;

typedef struct ag_csv_row {
  size_t first; /* number of the row's first cell */
  long line;    /* where the row starts */
} ag_csv_row;

/* The text is cut into cells in place: each cell is ended by a NUL where its separator, line end or
 * closing quote was, and doubled quotes are halved. An error that needs the original line builds it
 * again from the cells. Of JSON the text stays as it is, and the cells lie in an arena. */
struct ag_csv {
  char *name, *text;
  size_t size;
  const char *encoding; /* borrowed */
  bool unpacked, json;
  const ag_csv_options *options; /* borrowed, or NULL */
  ag_csv_dialect dialect;
  const char **cell; /* all rows one after the other, the header first */
  size_t cell_count, cell_capacity;
  ag_csv_row *row;                /* [row_count + 1]; the last one is the end */
  size_t row_count, row_capacity; /* with the header */
  size_t header_rows;             /* 1, or 0 where the names are no row */
  char **header;                  /* [column_count] names without blanks around them */
  size_t column_count, header_capacity;
  /* of JSON */
  char **arena; /* [arena_count] texts of cells */
  size_t arena_count, arena_capacity;
  bool *native; /* [column_count] the column has numbers that are no texts */
};

/* Room for one more element; false where memory is out. */
bool ag_csv_reserve(void *array, size_t size, size_t used, size_t *capacity);
ag_status ag_csv_out_of_memory(ag_error *error);

/* Finds how the text is written. Status: AG_ERROR_INPUT: there is nothing. */
ag_status ag_csv_find_dialect(ag_csv *csv, ag_error *error);
/* Cuts the text into cells and rows. */
ag_status ag_csv_cut(ag_csv *csv, ag_error *error);
/* Whether a cell stands in quotes. */
bool ag_csv_is_quoted(const ag_csv *csv, const char *cell);

/* Whether the text is JSON; and its reading, in csv_json.c. */
bool ag_csv_is_json(const char *text);
ag_status ag_csv_read_json(ag_csv *csv, ag_error *error);

/* The words of `missing` that are always there. */
bool ag_csv_means_missing(const ag_csv_options *options, const char *text, size_t length);

#endif

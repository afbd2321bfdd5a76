/* Text as files bring it: UTF-8, places in it, decimal numbers. */
#ifndef AG_BASE_TEXT_H
#define AG_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aligngame/words.h>

#include "base/status.h"

/* The offset of the first byte that is not UTF-8, or is NUL; size if none. */
size_t ag_utf8_find_invalid(const char *text, size_t size);

/* Ends a text where it is no UTF-8: takes off the beginning of a character that did not fit. */
void ag_utf8_end(char *text);

/* Where a byte of a text is. line and column count from 1, column in
 * characters (a byte that is not UTF-8 counts as one); source: start of the
 * line, borrowed. */
typedef struct ag_place {
  long line, column;
  const char *source;
} ag_place;
ag_place ag_text_place(const char *text, size_t offset);

/* text[*begin, *end) without the spaces, tabs and line ends around it. */
void ag_text_trim(const char *text, size_t *begin, size_t *end);

typedef enum ag_number { AG_NUMBER_OK, AG_NUMBER_MALFORMED, AG_NUMBER_OUT_OF_RANGE } ag_number;

/* The decimal number that text[0..length) is from end to end: sign, digits with
 * at most one point, exponent; no hexadecimal, nan or inf. Out of range: what
 * would round to infinity, or to 0 without being 0. Correctly rounded in any
 * locale. *value is set on AG_NUMBER_OK only. */
ag_number ag_text_real(const char *text, size_t length, double *value);

/* What has been seen of a text that comes in pieces; all zero before the first. */
typedef struct ag_lines {
  size_t count, length; /* ended lines; bytes of the line that follows them */
} ag_lines;

/* Takes the next piece of it. Status: AG_ERROR_INPUT at a line of more than 134 MB: what has one
 * is no text, and may have no end. */
ag_status ag_lines_take(ag_lines *lines, const char *name, const char *bytes, size_t size,
                        ag_error *error);

/* Reads a whole file of lines (a pipe too; `-` is standard input) into *text, ended by NUL, the
 * caller's to free. Status: AG_ERROR_INPUT for a file that is not there or not to be opened or has
 * too long a line, AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_file_read(const char *path, char **text, size_t *size, ag_error *error);
/* The bytes of an open file that may be read: what memory allows, and less of a device. */
size_t ag_file_room(int descriptor);
/* The same, lines of any length, of a file that has no business to be longer than `most` bytes. */
ag_status ag_file_read_short(const char *path, size_t most, char **text, size_t *size,
                             ag_error *error);
/* The same of a file of at most 256 MB that another file names: a pipe there would keep the reader
 * waiting. */
ag_status ag_file_read_regular(const char *path, char **text, size_t *size, ag_error *error);

#endif

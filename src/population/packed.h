/* Texts as numbers: their bytes, each text ended by NUL, in an array of doubles, so that they
 * can be kept where numbers are. */
#ifndef AG_POPULATION_PACKED_H
#define AG_POPULATION_PACKED_H

#include <stddef.h>

#include "base/status.h"

/* Numbers that text [count] takes. */
size_t ag_packed_size(const char *const *text, size_t count);
/* packed [ag_packed_size]. */
void ag_packed_write(const char *const *text, size_t count, double *packed);
/* text [count]: where each text begins in packed [size], borrowed from it.
 * Status: AG_ERROR_INPUT: these are not so many texts. */
ag_status ag_packed_read(const double *packed, size_t size, size_t count, const char **text,
                         ag_error *error);

#endif

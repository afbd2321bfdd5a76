/* Making errors. */
#ifndef AG_BASE_STATUS_H
#define AG_BASE_STATUS_H

#include <aligngame/status.h>

#if defined(__GNUC__)
#define AG_PRINTF(words, first) __attribute__((format(printf, words, first)))
#else
#define AG_PRINTF(words, first)
#endif

/* Fills error (NULL is fine) with a message and returns status, so that a
 * failing function can `return ag_fail(error, AG_ERROR_IO, "…")`. */
ag_status ag_fail(ag_error *error, ag_status status, const char *format, ...) AG_PRINTF(3, 4);

/* The same at a place in a text. source: the offending line (ended by
 * '\n' or '\0'), or NULL; column counts characters from 1; 0: unknown. */
ag_status ag_fail_at(ag_error *error, const char *file, long line, long column, const char *source,
                     const char *format, ...) AG_PRINTF(6, 7);

/* The name in names[0..count) nearest to word in edit distance, or NULL if
 * none is near enough to suggest. */
const char *ag_nearest_name(const char *word, const char *const *names, size_t count);

/* Writes names[0..count) with commas between, the last ones cut off by "..."
 * where the text is too small. */
void ag_join_names(const char *const *names, size_t count, char *text, size_t size);

#endif

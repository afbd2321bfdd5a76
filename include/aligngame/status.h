/* Status codes and errors: every fallible function returns an ag_status and
 * fills a caller-owned ag_error (which may be NULL when the caller does not
 * want the words). */
#ifndef AG_STATUS_H
#define AG_STATUS_H

#include <stddef.h>

#include <aligngame/api.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum ag_status {
  AG_OK = 0,
  AG_ERROR_INPUT,       /* the user's file, option or value is wrong */
  AG_ERROR_MEMORY,      /* an allocation failed */
  AG_ERROR_IO,          /* reading or writing failed */
  AG_ERROR_INTERRUPTED, /* the caller asked to stop; a checkpoint is kept */
  AG_ERROR_INTERNAL     /* a library underneath failed in an unexpected way */
} ag_status;

enum { AG_ERROR_FILE_SIZE = 512, AG_ERROR_MESSAGE_SIZE = 1024, AG_ERROR_SOURCE_SIZE = 256 };

typedef struct ag_error {
  ag_status status;
  long line;                           /* from 1; 0: no place inside a file */
  long column;                         /* from 1, in characters (not bytes); 0: unknown */
  char file[AG_ERROR_FILE_SIZE];       /* empty: no file */
  char message[AG_ERROR_MESSAGE_SIZE]; /* what is wrong, what was expected */
  char source[AG_ERROR_SOURCE_SIZE];   /* the offending line, or empty */
} ag_error;

/* Writes an error as `file:line:column: error: message`, then the offending
 * line and a caret where they are known.
 * Given: error; text, size: the buffer, always terminated.
 * Returned: the length that the whole text needs, without the terminator. */
AG_API size_t ag_error_format(const ag_error *error, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif

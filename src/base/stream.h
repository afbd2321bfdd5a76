/* Text in memory as a stream. The C library's open_memstream loses what memory fails for and says
 * nothing; here it shows, as for a file, in ferror and fclose. */
#ifndef AG_BASE_STREAM_H
#define AG_BASE_STREAM_H

#include <stddef.h>
#include <stdio.h>

/* *text, which ends with NUL, and *size are right after fflush and fclose; *text is the caller's to
 * free. NULL, and *text too: memory is out. */
FILE *ag_text_stream(char **text, size_t *size);

/* Closes a stream; text, or NULL, and it is freed, where it is not whole or there is no stream. */
char *ag_text_stream_end(FILE *stream, char **text);

#endif

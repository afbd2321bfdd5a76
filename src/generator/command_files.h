/* Folders and files of texts, as external programs take and leave them. */
#ifndef AG_GENERATOR_COMMAND_FILES_H
#define AG_GENERATOR_COMMAND_FILES_H

#include <stdio.h>

#include "population/sample.h"

/* `folder/name…` with the format's words, on the heap. Status: AG_ERROR_MEMORY. */
ag_status ag_command_path(char **path, ag_error *error, const char *folder, const char *format, ...)
    AG_PRINTF(4, 5);

/* A folder of its own under $TMPDIR (/tmp), where those that killed processes have left are
 * removed. *lock: a descriptor that keeps it, or -1. Status: AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_folder_create_temporary(char **path, int *lock, ag_error *error);
/* The folder and those above it, as far as they are not there. Status: AG_ERROR_IO. */
ag_status ag_folder_create(const char *path, ag_error *error);
/* Removes a folder with all that is in it, as far as that can be done. */
void ag_folder_remove(const char *path);
/* The folder is there and empty. Status: AG_ERROR_IO. */
ag_status ag_folder_clear(const char *path, ag_error *error);

/* A new file, whatever stood there before: a pipe, say, that a program has left. Status:
 * AG_ERROR_IO. Owner of *file: the caller. */
ag_status ag_file_create_anew(const char *path, FILE **file, ag_error *error);

/* A line for each text; line ends within a text become spaces. Status: AG_ERROR_IO. */
ag_status ag_texts_write(const char *path, const ag_sample *sample, ag_error *error);

/* Makes out the lines of a file, which must be count. A byte that is not UTF-8 becomes
 * U+FFFD, a control character a space; spaces at either end go.
 * Status: AG_ERROR_INPUT, in words that follow "has written", for another number of lines, for what
 *   is no file, and for more than 64 KiB a text and 1 GiB in all; AG_ERROR_IO; those of
 * ag_texts_add. out is then empty. */
ag_status ag_texts_read(const char *path, size_t count, ag_sample *out, ag_error *error);

#endif

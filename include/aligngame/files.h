/* Files and folders that are there as a whole or not at all. In libaligngame alone. */
#ifndef AG_FILES_H
#define AG_FILES_H

#include <stddef.h>
#include <stdio.h>

#include <aligngame/api.h>
#include <aligngame/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes text, which is released, and a line's end where it has none at its end.
 * Status: AG_ERROR_IO; AG_ERROR_MEMORY, also for text NULL. */
AG_API ag_status ag_text_save(char *text, const char *path, ag_error *error);

/* What is left in a folder, from the first file on. */
typedef struct ag_results {
  const char *mark;        /* among the first bytes of the first file */
  const char *const *file; /* ended by NULL */
} ag_results;

/* Refuses a folder in which files would be replaced that nobody can tell from the user's own: the
 * first is there with its mark, or none of them is. directory NULL: files are paths.
 * Status: AG_ERROR_INPUT: names the file; AG_ERROR_IO, AG_ERROR_MEMORY. */
AG_API ag_status ag_results_expect_own(const ag_results *results, const char *directory,
                                       ag_error *error);

/* Text in memory as a stream, as open_memstream, but what memory failed for shows in ferror and
 * fclose. NULL: memory is out. */
AG_API FILE *ag_text_open(char **text, size_t *size);

/* Makes a new folder beside path, in which files wait until all are there; its path is the
 * caller's to free. Status: AG_ERROR_IO, AG_ERROR_MEMORY; then *draft is NULL. */
AG_API ag_status ag_folder_begin(const char *path, char **draft, ag_error *error);
/* The draft, whose files are on the disk, takes the place of path. A folder of files that stands
 * there gives way at the same moment and is removed. Status: AG_ERROR_IO, AG_ERROR_MEMORY; then
 * path is as it was, or new where only the disk could not be waited for. */
AG_API ag_status ag_folder_publish(const char *draft, const char *path, ag_error *error);
/* Removes a folder of files, as far as it can; NULL is fine. */
AG_API void ag_folder_discard(const char *draft);

#ifdef __cplusplus
}
#endif

#endif

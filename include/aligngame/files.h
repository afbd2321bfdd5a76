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
 * first is there with its mark, or none of them is. What killed processes were writing of them is
 * removed. directory NULL: files are paths.
 * Status: AG_ERROR_INPUT: names the file; AG_ERROR_IO, AG_ERROR_MEMORY. */
AG_API ag_status ag_results_begin(const ag_results *results, const char *directory,
                                  ag_error *error);

/* Text in memory as a stream, as open_memstream, but what memory failed for shows in ferror and
 * fclose. NULL: memory is out. */
AG_API FILE *ag_text_open(char **text, size_t *size);

/* A new folder beside another's place, in which files wait until all are there. */
typedef struct ag_folder_draft {
  char *path;
  int lock; /* that it is in use */
} ag_folder_draft;

/* Begins one, after those that killed processes have left. Status: AG_ERROR_IO, AG_ERROR_MEMORY;
 * then *draft is empty. Owner: the caller, who ends it with ag_folder_publish or
 * ag_folder_discard. */
AG_API ag_status ag_folder_begin(const char *path, ag_folder_draft *draft, ag_error *error);
/* The draft, whose files are on the disk, takes the place of path, and is ended. A folder of files
 * that stands there gives way at the same moment and is removed. Status: AG_ERROR_IO,
 * AG_ERROR_MEMORY; then path is as it was and the draft not ended, or path is new where only the
 * disk could not be waited for. */
AG_API ag_status ag_folder_publish(ag_folder_draft *draft, const char *path, ag_error *error);
/* Removes it, as far as it can; an empty one is fine. */
AG_API void ag_folder_discard(ag_folder_draft *draft);

#ifdef __cplusplus
}
#endif

#endif

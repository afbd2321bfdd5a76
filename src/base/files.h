/* Files that appear whole or not at all, and the directories they are in. */
#ifndef AG_BASE_FILES_H
#define AG_BASE_FILES_H

#include <stdbool.h>
#include <stdio.h>

#include "base/status.h"

/* A file being written under a temporary name: it takes its place only when
 * it is complete and on the disk. */
typedef struct ag_draft {
  char *path;
  char *temporary;
  int descriptor;
  FILE *stream; /* over the descriptor, or NULL */
} ag_draft;

/* Begins a draft of path; draft is empty after a failure.
 * Status: AG_ERROR_IO, AG_ERROR_MEMORY. Owner: the caller, who ends it with
 * ag_draft_publish or ag_draft_discard. */
ag_status ag_draft_open(const char *path, ag_draft *draft, ag_error *error);
/* The same to be written through draft->stream: a write that fails shows when the draft is
 * published. */
ag_status ag_draft_open_stream(const char *path, ag_draft *draft, ag_error *error);
/* Puts the draft in its place, in the order that survives a power cut: data,
 * name, directory. The draft is ended whatever the status; after AG_ERROR_IO
 * an older file at path may still be there. */
ag_status ag_draft_publish(ag_draft *draft, ag_error *error);
/* Whether a name in a folder is that of a draft, which a killed process has left unless it is being
 * written; *length: how much of it is the name that it is a draft of. */
bool ag_draft_is_named(const char *name, size_t *length);
/* Removes drafts of path, files or folders of files, whose processes were killed: each holds a lock
 * on its own while it lives. */
void ag_drafts_sweep(const char *path);
/* Makes a draft that is a folder. *path: its path, which is the caller's; *lock: to be closed.
 * Status: AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_draft_make_folder(const char *of, char **path, int *lock, ag_error *error);
/* Removes a folder of files, as far as it can. */
void ag_folder_of_files_remove(const char *path);
/* Removes the draft; an empty one is fine. */
void ag_draft_discard(ag_draft *draft);

/* directory/name on the heap; NULL where memory is out. */
char *ag_path_join(const char *directory, const char *name);
/* A relative path begins in the present directory from now on, wherever a later command runs.
 * *path: on the heap, replaced. Status: AG_ERROR_IO, AG_ERROR_MEMORY; *path is as it was. */
ag_status ag_path_make_absolute(char **path, ag_error *error);

/* False only where there surely is nothing of this name: whoever opens it tells what else is
 * wrong. */
bool ag_path_is_there(const char *path);

/* Whether word is among the first `most` bytes of a file, at most 4096. Status: AG_ERROR_IO. */
ag_status ag_file_begins(const char *path, size_t most, const char *word, bool *found,
                         ag_error *error);

/* Makes a directory and its missing parents; one that exists is fine. */
ag_status ag_directory_make(const char *path, ag_error *error);

/* Waits until the name of a file or directory is on the disk. Status: AG_ERROR_IO,
 * AG_ERROR_MEMORY. */
ag_status ag_directory_sync_parent(const char *path, ag_error *error);

/* AG_ERROR_IO as `cannot ACTION PATH: REASON`; reason: an errno. */
ag_status ag_fail_system(ag_error *error, const char *action, const char *path, int reason);
ag_status ag_fail_memory(ag_error *error);

#endif

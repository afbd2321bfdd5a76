/* SHA256SUMS: the digests of a run directory's files, a line each as sha256sum writes and checks
 * them, and at the end, in a comment, the digest of these lines. */
#ifndef AG_ARCHIVE_DIGESTS_H
#define AG_ARCHIVE_DIGESTS_H

#include <stdbool.h>

#include "base/sha256.h"
#include "base/status.h"

/* Files in a directory. */
typedef struct ag_named_file {
  char *name;                 /* on the heap */
  char sha256[AG_SHA256_HEX]; /* empty: not known yet */
} ag_named_file;

typedef struct ag_names {
  ag_named_file *file; /* [count] */
  size_t count;
} ag_names;

/* Adds a copy; sha256: NULL: not known. Status: AG_ERROR_MEMORY. */
ag_status ag_names_add(ag_names *names, const char *name, const char *sha256, ag_error *error);
/* Adds the regular files of directory/folder, in order, as folder/NAME; none where there is no
 * such folder. */
ag_status ag_names_add_folder(ag_names *names, const char *directory, const char *folder,
                              ag_error *error);
void ag_names_free(ag_names *names);

/* Writes the list, whole or not at all. Cost: reads the files whose digests are not known once. */
ag_status ag_digests_write(const char *directory, const ag_names *names, ag_error *error);

/* Holds every file that the list names to its digest. *found: there is a list; *sealed: it names
 * `last`. results_may_lack: a file that can be made
 * again, neither `last` nor in a folder, may be missing; *lacks: one is.
 * Status: AG_ERROR_INPUT names the file that has changed or is missing; AG_ERROR_IO,
 * AG_ERROR_MEMORY. */
typedef struct ag_digests_state {
  bool found, sealed, lacks;
} ag_digests_state;
ag_status ag_digests_check(const char *directory, const char *last, bool results_may_lack,
                           ag_digests_state *state, ag_error *error);

/* What only the list itself says; no other file is read. */
ag_status ag_digests_look(const char *directory, const char *last, ag_digests_state *state,
                          ag_error *error);

#endif

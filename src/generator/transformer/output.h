/* A file that is written through a stream and appears whole or not at all. */
#ifndef AG_GENERATOR_TRANSFORMER_OUTPUT_H
#define AG_GENERATOR_TRANSFORMER_OUTPUT_H

#include <stdio.h>

#include "base/status.h"

typedef struct ag_output {
  char *path, *temporary;
  FILE *stream;
} ag_output;

/* Status: AG_ERROR_IO, AG_ERROR_MEMORY; after a failure output is empty. */
ag_status ag_output_open(const char *path, ag_output *output, ag_error *error);
/* Ends what was opened: puts the file in its place where status is AG_OK and everything
 * was written, removes it otherwise. Returned: status, or AG_ERROR_IO. */
ag_status ag_output_close(ag_output *output, ag_status status, ag_error *error);

/* directory/name; *path is the caller's to free. Status: AG_ERROR_MEMORY. */
ag_status ag_model_path(const char *directory, const char *name, char **path, ag_error *error);

#endif

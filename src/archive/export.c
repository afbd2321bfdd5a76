#include "archive/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/arrays.h"
#include "base/apart.h"
#include "base/features.h"
#include "base/files.h"

#if AG_HAVE_HDF5

typedef struct export_job {
  const char *path;
  const ag_result *result;
  const ag_safetensors *outcome;
} export_job;

/* Refuses to replace what is no HDF5 file: a file of the run, say. */
static ag_status expect_hdf5(const char *path, ag_error *error)
{
  static const char signature[8] = "\x89HDF\r\n\x1a\n";
  char begin[sizeof signature] = "";
  if (!ag_path_is_there(path))
    return AG_OK;
  FILE *file = fopen(path, "rbe");
  bool same = file && fread(begin, sizeof begin, 1, file) == 1 &&
              memcmp(begin, signature, sizeof begin) == 0;
  if (file)
    fclose(file);
  return same ? AG_OK
              : ag_fail(error, AG_ERROR_INPUT, "%s is no HDF5 file and is not written over", path);
}

static ag_status write_apart(const void *context, int output, ag_error *error)
{
  const export_job *job = context;
  (void)output; /* the file is written by its name */
  return ag_export_hdf5(job->path, job->result, job->outcome, error);
}

/* HDF5 crashes where memory fails: it works in a process of its own, on a draft. */
static ag_status write_draft(const char *path, const ag_result *result,
                             const ag_safetensors *outcome, ag_error *error)
{
  ag_draft draft;
  char what[AG_ERROR_FILE_SIZE], *bytes = NULL;
  size_t size = 0;
  snprintf(what, sizeof what, "write %s", path);
  ag_status status = expect_hdf5(path, error);
  if (status == AG_OK) {
    ag_drafts_sweep(path);
    status = ag_draft_open(path, &draft, error);
  }
  if (status != AG_OK)
    return status;
  export_job job = {draft.temporary, result, outcome};
  status = ag_apart(what, write_apart, &job, &bytes, &size, error);
  free(bytes);
  if (status == AG_OK)
    return ag_draft_publish(&draft, error);
  ag_draft_discard(&draft);
  return status;
}

#else

static ag_status write_draft(const char *path, const ag_result *result,
                             const ag_safetensors *outcome, ag_error *error)
{
  (void)result, (void)outcome;
  return ag_fail(error, AG_ERROR_INPUT, "%s: this program was built without HDF5", path);
}

#endif

ag_status ag_run_export_hdf5(const char *directory, const char *path, ag_error *error)
{
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_arrays *outcome = NULL;
  size_t generation;
  ag_status status = ag_run_read(directory, &game, &result, error);
  if (status != AG_OK)
    return status;
  char *name = ag_path_join(directory, "outcome" AG_ARRAYS_ENDING);
  status =
      name != NULL ? ag_arrays_open(name, &generation, &outcome, error) : ag_fail_memory(error);
  if (status == AG_OK)
    status = write_draft(path, result, ag_arrays_tensors(outcome), error);
  ag_arrays_close(outcome);
  free(name);
  ag_result_free(result);
  ag_game_free(game);
  return status;
}

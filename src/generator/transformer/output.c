#include "generator/transformer/output.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

ag_status ag_model_path(const char *directory, const char *name, char **path, ag_error *error)
{
  size_t length = strlen(directory);
  const char *separator = length > 0 && directory[length - 1] == '/' ? "" : "/";
  size_t size = length + strlen(name) + 2;
  ag_status status = ag_array_create(size, 1, path, error);
  if (!status)
    snprintf(*path, size, "%s%s%s", directory, separator, name);
  return status;
}

static ag_status fail_write(const char *path, int reason, ag_error *error)
{
  return ag_fail(error, AG_ERROR_IO, "cannot write %s: %s", path, strerror(reason));
}

static void output_clear(ag_output *output)
{
  free(output->path);
  free(output->temporary);
  *output = (ag_output){0};
}

ag_status ag_output_open(const char *path, ag_output *output, ag_error *error)
{
  size_t size = strlen(path) + sizeof ".tmp";
  *output = (ag_output){0};
  ag_status status = ag_array_create(size, 1, &output->path, error);
  if (!status)
    status = ag_array_create(size, 1, &output->temporary, error);
  if (!status) {
    strcpy(output->path, path);
    snprintf(output->temporary, size, "%s.tmp", path);
    output->stream = fopen(output->temporary, "wbe");
    if (!output->stream)
      status = fail_write(path, errno, error);
  }
  if (status)
    output_clear(output);
  return status;
}

ag_status ag_output_close(ag_output *output, ag_status status, ag_error *error)
{
  if (!output->stream)
    return status;
  bool bad = fflush(output->stream) != 0 || ferror(output->stream);
  bad = bad || (status == AG_OK && fsync(fileno(output->stream)) != 0);
  int reason = bad ? errno : 0;
  if (fclose(output->stream) != 0 && !bad)
    reason = errno, bad = true;
  if (status == AG_OK && !bad && rename(output->temporary, output->path) != 0)
    reason = errno, bad = true;
  if (status != AG_OK || bad)
    unlink(output->temporary);
  if (status == AG_OK && bad)
    status = fail_write(output->path, reason, error);
  output_clear(output);
  return status;
}

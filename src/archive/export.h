/* A finished run in the formats of other programs. */
#ifndef AG_ARCHIVE_EXPORT_H
#define AG_ARCHIVE_EXPORT_H

#include <aligngame/run.h>

#include "base/safetensors.h"

/* The arrays of an outcome under their names, and `metric` [generations + 1, metrics] with
 * `metric_name`, into a new HDF5 file at path. The library may abort.
 * Status: AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_export_hdf5(const char *path, const ag_result *result, const ag_safetensors *outcome,
                         ag_error *error);

#endif

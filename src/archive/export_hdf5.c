/* What a finished run has kept, as one HDF5 file; the one file that knows HDF5. */
#include "archive/export.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* A dataset of an array in memory. kind: of its elements, as in memory and in the file. */
static bool write_dataset(hid_t file, const char *name, hid_t kind, int dimensions,
                          const hsize_t *shape, const void *value)
{
  hid_t space = H5Screate_simple(dimensions, shape, NULL), dataset = -1;
  hid_t links = H5Pcreate(H5P_LINK_CREATE), creation = H5Pcreate(H5P_DATASET_CREATE);
  bool empty = H5Sget_simple_extent_npoints(space) == 0;
  /* no times: the same run is the same file */
  if (space >= 0 && H5Pset_create_intermediate_group(links, 1) >= 0 &&
      H5Pset_obj_track_times(creation, 0) >= 0)
    dataset = H5Dcreate2(file, name, kind, space, links, creation, H5P_DEFAULT);
  bool good =
      dataset >= 0 && (empty || H5Dwrite(dataset, kind, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0);
  if (dataset >= 0)
    good = H5Dclose(dataset) >= 0 && good;
  H5Pclose(creation);
  H5Pclose(links);
  H5Sclose(space);
  return good;
}

/* Texts of one width, padded with zeros. */
static bool write_texts(hid_t file, const char *name, size_t count, size_t width, const char *text)
{
  hsize_t shape = count;
  hid_t kind = H5Tcopy(H5T_C_S1);
  bool good = kind >= 0 && H5Tset_size(kind, width) >= 0 && H5Tset_cset(kind, H5T_CSET_UTF8) >= 0 &&
              H5Tset_strpad(kind, H5T_STR_NULLPAD) >= 0 &&
              write_dataset(file, name, kind, 1, &shape, text);
  H5Tclose(kind);
  return good;
}

static ag_status write_tensor(hid_t file, const ag_safetensors *from, const ag_tensor *tensor,
                              bool *good, ag_error *error)
{
  void *value = NULL;
  hsize_t shape = tensor->count;
  ag_status status = ag_array_create((size_t)tensor->size, 1, &value, error);
  if (status == AG_OK)
    status = ag_safetensors_read_raw(from, tensor, value, error);
  if (status == AG_OK && tensor->type == AG_TENSOR_F64)
    *good = write_dataset(file, tensor->name, H5T_IEEE_F64LE, 1, &shape, value);
  else if (status == AG_OK && tensor->dimensions == 2 && tensor->shape[1] > 0)
    *good = write_texts(file, tensor->name, tensor->shape[0], tensor->shape[1], value);
  free(value);
  return status;
}

static ag_status write_metrics(hid_t file, const ag_result *result, bool *good, ag_error *error)
{
  hsize_t shape[] = {result->generations + 1, result->metric_count};
  size_t width = 1;
  char *text = NULL;
  for (size_t m = 0; m < result->metric_count; m++)
    width = strlen(result->metric_name[m]) > width ? strlen(result->metric_name[m]) : width;
  ag_status status = ag_array_create(result->metric_count * width, 1, &text, error);
  if (status != AG_OK)
    return status;
  memset(text, 0, result->metric_count * width);
  for (size_t m = 0; m < result->metric_count; m++)
    memcpy(text + m * width, result->metric_name[m], strlen(result->metric_name[m]));
  *good = write_dataset(file, "metric", H5T_NATIVE_DOUBLE, 2, shape, result->metric) &&
          write_texts(file, "metric_name", result->metric_count, width, text);
  free(text);
  return status;
}

ag_status ag_export_hdf5(const char *path, const ag_result *result, const ag_safetensors *outcome,
                         ag_error *error)
{
  bool good = true;
  ag_status status = AG_OK;
  hid_t creation = H5Pcreate(H5P_FILE_CREATE);
  H5Pset_obj_track_times(creation, 0);
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_file_locking(access, false, true); /* whoever made the draft holds its lock */
  hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
  H5Pclose(access);
  H5Pclose(creation);
  good = file >= 0;
  for (size_t i = 0; good && status == AG_OK && i < ag_safetensors_count(outcome); i++)
    status = write_tensor(file, outcome, ag_safetensors_at(outcome, i), &good, error);
  if (good && status == AG_OK)
    status = write_metrics(file, result, &good, error);
  if (file >= 0)
    good = H5Fclose(file) >= 0 && good;
  if (status == AG_OK && !good)
    status = ag_fail(error, AG_ERROR_IO, "the HDF5 library cannot write it: is the disk full?");
  return status;
}

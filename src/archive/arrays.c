#include "archive/arrays.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/driver.h"
#include "base/files.h"
#include "archive/seal.h"
#include "base/memory.h"

enum { CHUNK_BYTES = 1 << 20 };

struct ag_arrays {
  size_t generation; /* of a file opened for reading */
  ag_draft draft;    /* of a writer; a reader has the path and the descriptor only */
  int failure;       /* the driver's first errno */
  hid_t file, driver;
};

/* HDF5 prints its errors unless told not to; the host's setting is put back. */
#define QUIETLY(statement)                                                                         \
  H5E_BEGIN_TRY                                                                                    \
  {                                                                                                \
    statement;                                                                                     \
  }                                                                                                \
  H5E_END_TRY

static ag_status fail_write(const ag_arrays *file, ag_error *error)
{
  if (file->failure != 0)
    return ag_fail_system(error, "write", file->draft.path, file->failure);
  return ag_fail(error, AG_ERROR_INTERNAL, "cannot write %s: the HDF5 library failed",
                 file->draft.path);
}

static ag_status fail_read(const ag_arrays *file, ag_error *error)
{
  if (file->failure != 0)
    return ag_fail_system(error, "read", file->draft.path, file->failure);
  return ag_fail(error, AG_ERROR_INPUT, "%s is damaged or not a file of this program",
                 file->draft.path);
}

static bool write_generation(hid_t file, size_t generation)
{
  uint64_t value = generation;
  hid_t space = H5Screate(H5S_SCALAR);
  hid_t attribute = H5Acreate2(file, "generation", H5T_STD_U64LE, space, H5P_DEFAULT, H5P_DEFAULT);
  bool good = attribute >= 0 && H5Awrite(attribute, H5T_NATIVE_UINT64, &value) >= 0;
  if (attribute >= 0)
    H5Aclose(attribute);
  if (space >= 0)
    H5Sclose(space);
  return good;
}

static bool read_generation(hid_t file, size_t *generation)
{
  uint64_t value = 0;
  hid_t attribute = H5Aopen(file, "generation", H5P_DEFAULT);
  bool good = attribute >= 0 && H5Aread(attribute, H5T_NATIVE_UINT64, &value) >= 0;
  if (attribute >= 0)
    H5Aclose(attribute);
  if (good)
    *generation = (size_t)value;
  return good;
}

/* Chunks with a checksum; an empty array has no chunks. */
static bool set_layout(hid_t creation, size_t count, size_t size)
{
  if (count == 0)
    return true;
  hsize_t chunk = size < CHUNK_BYTES ? CHUNK_BYTES / size : 1;
  if (chunk > count)
    chunk = count;
  return H5Pset_chunk(creation, 1, &chunk) >= 0 && H5Pset_fletcher32(creation) >= 0 &&
         H5Pset_fill_time(creation, H5D_FILL_TIME_NEVER) >= 0;
}

/* Makes the group that a name with a slash is in, unless it is there. */
static bool make_group(hid_t file, const char *name)
{
  const char *slash = strchr(name, '/');
  char group[64];
  if (slash == NULL)
    return true;
  if ((size_t)(slash - name) >= sizeof group)
    return false;
  memcpy(group, name, (size_t)(slash - name));
  group[slash - name] = '\0';
  if (H5Lexists(file, group, H5P_DEFAULT) > 0)
    return true;
  hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
  hid_t made = -1;
  if (creation >= 0 && H5Pset_obj_track_times(creation, 0) >= 0)
    made = H5Gcreate2(file, group, H5P_DEFAULT, creation, H5P_DEFAULT);
  if (made >= 0)
    H5Gclose(made);
  if (creation >= 0)
    H5Pclose(creation);
  return made >= 0;
}

/* Adds a dataset of count elements: as stored in the file, as in memory. */
static bool write_dataset(hid_t file, const char *name, hid_t stored, hid_t memory,
                          const void *value, size_t count)
{
  hsize_t shape = count;
  hid_t space = H5Screate_simple(1, &shape, NULL);
  hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  hid_t dataset = -1;
  bool good = space >= 0 && creation >= 0 && make_group(file, name) &&
              H5Pset_obj_track_times(creation, 0) >= 0 &&
              set_layout(creation, count, H5Tget_size(stored));
  if (good)
    dataset = H5Dcreate2(file, name, stored, space, H5P_DEFAULT, creation, H5P_DEFAULT);
  good = dataset >= 0 &&
         (count == 0 || H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0);
  if (dataset >= 0)
    good = H5Dclose(dataset) >= 0 && good;
  if (creation >= 0)
    H5Pclose(creation);
  if (space >= 0)
    H5Sclose(space);
  return good;
}

static bool read_dataset(hid_t file, const char *name, double *value, size_t count)
{
  hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
  if (dataset < 0)
    return false;
  hid_t space = H5Dget_space(dataset);
  hid_t type = H5Dget_type(dataset);
  bool good = space >= 0 && type >= 0 && H5Tget_class(type) == H5T_FLOAT &&
              H5Tget_size(type) == sizeof(double) &&
              H5Sget_simple_extent_npoints(space) == (hssize_t)count;
  if (good && count > 0)
    good = H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0;
  if (type >= 0)
    H5Tclose(type);
  if (space >= 0)
    H5Sclose(space);
  H5Dclose(dataset);
  return good;
}

/* The HDF5 file on the descriptor, new or existing. */
static hid_t open_file(ag_arrays *file, bool create)
{
  hid_t access = ag_driver_access(file->draft.descriptor, &file->failure, &file->driver);
  hid_t creation = H5Pcreate(H5P_FILE_CREATE);
  hid_t id = -1;
  /* No times anywhere: the same arrays are the same file to the byte. */
  if (access >= 0 && creation >= 0 && H5Pset_obj_track_times(creation, 0) >= 0 &&
      H5Pset_userblock(creation, AG_SEAL_SIZE) >= 0)
    id = create ? H5Fcreate(file->draft.temporary, H5F_ACC_TRUNC, creation, access)
                : H5Fopen(file->draft.path, H5F_ACC_RDONLY, access);
  if (creation >= 0)
    H5Pclose(creation);
  if (access >= 0)
    H5Pclose(access);
  return id;
}

ag_status ag_arrays_create(const char *path, size_t generation, ag_arrays **file, ag_error *error)
{
  ag_arrays *arrays = calloc(1, sizeof *arrays);
  if (arrays == NULL)
    return ag_fail_memory(error);
  arrays->file = -1;
  ag_status status = ag_draft_open(path, &arrays->draft, error);
  if (status != AG_OK) {
    free(arrays);
    return status;
  }
  bool good = false;
  QUIETLY({
    arrays->file = open_file(arrays, true);
    good = arrays->file >= 0 && write_generation(arrays->file, generation);
  });
  if (!good || arrays->failure != 0) {
    status = fail_write(arrays, error);
    ag_arrays_close(arrays);
    return status;
  }
  *file = arrays;
  return AG_OK;
}

ag_status ag_arrays_write(ag_arrays *file, const char *name, const double *value, size_t count,
                          ag_error *error)
{
  bool good = false;
  QUIETLY(good = write_dataset(file->file, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, value, count));
  return good && file->failure == 0 ? AG_OK : fail_write(file, error);
}

ag_status ag_arrays_write_text(ag_arrays *file, const char *name, const char *text, size_t count,
                               size_t width, ag_error *error)
{
  bool good = false;
  QUIETLY({
    hid_t type = H5Tcopy(H5T_C_S1);
    good = type >= 0 && H5Tset_size(type, width) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0 &&
           H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0 &&
           write_dataset(file->file, name, type, type, text, count);
    if (type >= 0)
      H5Tclose(type);
  });
  return good && file->failure == 0 ? AG_OK : fail_write(file, error);
}

ag_status ag_arrays_commit(ag_arrays *file, ag_error *error)
{
  herr_t closed = -1;
  QUIETLY(closed = H5Fclose(file->file));
  file->file = -1;
  if (closed >= 0 && file->failure == 0)
    file->failure = ag_seal_write(file->draft.descriptor);
  ag_status status;
  if (closed < 0 || file->failure != 0)
    status = fail_write(file, error);
  else
    status = ag_draft_publish(&file->draft, error);
  ag_arrays_close(file);
  return status;
}

/* Opens the HDF5 file once the seal has shown that it is whole. */
static ag_status open_sealed(ag_arrays *file, size_t *generation, ag_error *error)
{
  bool good = false;
  file->draft.descriptor = open(file->draft.path, O_RDONLY | O_CLOEXEC);
  if (file->draft.descriptor < 0)
    return ag_fail_system(error, "read", file->draft.path, errno);
  file->failure = ag_seal_check(file->draft.descriptor, &good);
  if (!good)
    return fail_read(file, error);
  QUIETLY({
    file->file = open_file(file, false);
    good = file->file >= 0 && read_generation(file->file, generation);
  });
  return good ? AG_OK : fail_read(file, error);
}

ag_status ag_arrays_open(const char *path, size_t *generation, ag_arrays **file, ag_error *error)
{
  ag_arrays *arrays = calloc(1, sizeof *arrays);
  if (arrays == NULL)
    return ag_fail_memory(error);
  arrays->file = -1;
  arrays->draft.descriptor = -1;
  arrays->draft.path = ag_text_copy(path);
  ag_status status =
      arrays->draft.path != NULL ? open_sealed(arrays, generation, error) : ag_fail_memory(error);
  if (status != AG_OK) {
    ag_arrays_close(arrays);
    return status;
  }
  arrays->generation = *generation;
  *file = arrays;
  return AG_OK;
}

size_t ag_arrays_generation(const ag_arrays *file)
{
  return file->generation;
}

ag_status ag_arrays_size(ag_arrays *file, const char *name, size_t *count, ag_error *error)
{
  hssize_t points = -1;
  QUIETLY({
    hid_t dataset = H5Dopen2(file->file, name, H5P_DEFAULT);
    hid_t space = dataset >= 0 ? H5Dget_space(dataset) : -1;
    if (space >= 0) {
      points = H5Sget_simple_extent_npoints(space);
      H5Sclose(space);
    }
    if (dataset >= 0)
      H5Dclose(dataset);
  });
  if (points < 0)
    return fail_read(file, error);
  *count = (size_t)points;
  return AG_OK;
}

bool ag_arrays_has(const ag_arrays *file, const char *name)
{
  bool has = false;
  QUIETLY({
    hid_t dataset = H5Dopen2(file->file, name, H5P_DEFAULT);
    has = dataset >= 0;
    if (has)
      H5Dclose(dataset);
  });
  return has;
}

ag_status ag_arrays_read(ag_arrays *file, const char *name, double *value, size_t count,
                         ag_error *error)
{
  bool good = false;
  QUIETLY(good = read_dataset(file->file, name, value, count));
  return good ? AG_OK : fail_read(file, error);
}

void ag_arrays_close(ag_arrays *file)
{
  if (file == NULL)
    return;
  if (file->file >= 0) {
    if (file->draft.temporary != NULL && file->failure == 0)
      file->failure = ECANCELED; /* what is about to be removed need not be written */
    QUIETLY(H5Fclose(file->file));
  }
  if (file->driver > 0)
    QUIETLY(H5FDunregister(file->driver));
  if (file->draft.temporary != NULL) {
    ag_draft_discard(&file->draft);
  } else {
    if (file->draft.descriptor >= 0)
      close(file->draft.descriptor);
    free(file->draft.path);
  }
  free(file);
}

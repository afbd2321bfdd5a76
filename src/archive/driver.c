#include "archive/driver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

typedef struct driver_target {
  int descriptor;
  int *failure;
} driver_target;

typedef struct driver_file {
  H5FD_t base; /* HDF5 looks here: must be first */
  driver_target target;
  haddr_t allocated; /* end of the addresses that HDF5 has given out */
  haddr_t end;       /* end of the file */
} driver_file;

static void note_failure(driver_file *file)
{
  if (*file->target.failure == 0)
    *file->target.failure = errno != 0 ? errno : EIO;
}

static H5FD_t *driver_open(const char *name, unsigned flags, hid_t access, haddr_t most)
{
  (void)name, (void)flags, (void)most;
  const driver_target *target = H5Pget_driver_info(access);
  struct stat information;
  if (target == NULL || fstat(target->descriptor, &information) != 0)
    return NULL;
  driver_file *file = calloc(1, sizeof *file);
  if (file == NULL)
    return NULL;
  file->target = *target;
  file->end = (haddr_t)information.st_size;
  return &file->base;
}

static herr_t driver_close(H5FD_t *base)
{
  free(base);
  return 0;
}

static herr_t driver_query(const H5FD_t *base, unsigned long *flags)
{
  (void)base;
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA;
  return 0;
}

static haddr_t driver_get_eoa(const H5FD_t *base, H5FD_mem_t type)
{
  (void)type;
  return ((const driver_file *)base)->allocated;
}

static herr_t driver_set_eoa(H5FD_t *base, H5FD_mem_t type, haddr_t address)
{
  (void)type;
  ((driver_file *)base)->allocated = address;
  return 0;
}

static haddr_t driver_get_eof(const H5FD_t *base, H5FD_mem_t type)
{
  (void)type;
  return ((const driver_file *)base)->end;
}

static herr_t driver_read(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address,
                          size_t size, void *buffer)
{
  (void)type, (void)transfer;
  driver_file *file = (driver_file *)base;
  char *next = buffer;
  while (size > 0) {
    ssize_t count = pread(file->target.descriptor, next, size, (off_t)address);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0) {
      note_failure(file);
      return -1;
    }
    if (count == 0) { /* past the end: HDF5 expects zeros */
      memset(next, 0, size);
      return 0;
    }
    next += count, address += (haddr_t)count, size -= (size_t)count;
  }
  return 0;
}

static herr_t driver_write(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address,
                           size_t size, const void *buffer)
{
  (void)type, (void)transfer;
  driver_file *file = (driver_file *)base;
  const char *next = buffer;
  while (size > 0 && *file->target.failure == 0) {
    errno = 0;
    ssize_t count = pwrite(file->target.descriptor, next, size, (off_t)address);
    if (count < 0 && errno == EINTR)
      continue;
    if (count <= 0) {
      note_failure(file);
      return 0;
    }
    next += count, address += (haddr_t)count, size -= (size_t)count;
    if (address > file->end)
      file->end = address;
  }
  return 0;
}

static herr_t driver_truncate(H5FD_t *base, hid_t transfer, hbool_t closing)
{
  (void)transfer, (void)closing;
  driver_file *file = (driver_file *)base;
  if (file->end == file->allocated)
    return 0;
  if (*file->target.failure == 0 && ftruncate(file->target.descriptor, (off_t)file->allocated) != 0)
    note_failure(file);
  file->end = file->allocated;
  return 0;
}

static const H5FD_class_t driver_class = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)400, /* from the range for unregistered drivers */
#endif
    .name = "aligngame",
    .maxaddr = ((haddr_t)1 << (8 * sizeof(off_t) - 1)) - 1,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(driver_target),
    .open = driver_open,
    .close = driver_close,
    .query = driver_query,
    .get_eoa = driver_get_eoa,
    .set_eoa = driver_set_eoa,
    .get_eof = driver_get_eof,
    .read = driver_read,
    .write = driver_write,
    .truncate = driver_truncate,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

hid_t ag_driver_access(int descriptor, int *failure, hid_t *driver)
{
  driver_target target = {descriptor, failure};
  *driver = H5FDregister(&driver_class);
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  /* Of the formats this one alone has checksums on all its metadata. */
  int bad = *driver < 0 || access < 0 || H5Pset_driver(access, *driver, &target) < 0 ||
            H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) < 0;
  if (bad && access >= 0)
    H5Pclose(access);
  return bad ? -1 : access;
}

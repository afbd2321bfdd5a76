/* An HDF5 file driver on an open descriptor that remembers why it failed.
 * HDF5's own drivers lose errno, and after a failed write its files can no
 * longer be closed. This one notes the first errno and from then on takes
 * every write without doing it, so that HDF5 closes in order; the caller asks
 * for the reason afterwards. */
#ifndef AG_ARCHIVE_DRIVER_H
#define AG_ARCHIVE_DRIVER_H

#include <hdf5.h>

/* A file access list for the driver. descriptor stays the caller's and open;
 * *failure receives the first errno and must be 0 before and outlive the HDF5
 * file. Returned: the list, negative on failure. Owner: H5Pclose. *driver is
 * to be given to H5FDunregister once the file is closed, not before: HDF5 1.10
 * closes a file through the class that this releases. */
hid_t ag_driver_access(int descriptor, int *failure, hid_t *driver);

#endif

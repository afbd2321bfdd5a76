/* What keeps a database of somebody else's making from doing anything but being read: what SQLite
 * may do, how long, and that its tables are ours. */
#ifndef AG_ARCHIVE_STORE_GUARD_H
#define AG_ARCHIVE_STORE_GUARD_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/status.h"

/* How long one statement may work: as long as the file's size explains. */
typedef struct ag_store_patience {
  const char *path;
  unsigned long long steps, most;
} ag_store_patience;

/* Refuses what SQLite must not even open: no regular file, a write-ahead log, a journal that names
 * other files. A file that is missing is fine. Status: AG_ERROR_INPUT. */
ag_status ag_store_guard_files(const char *path, ag_error *error);

/* Takes away what this program does not need: triggers, views, functions in a schema, attached
 * databases, memory maps, large statements. patience: borrowed, as long as the database is open;
 * its steps are to be set back before each statement. */
void ag_store_guard_database(sqlite3 *database, ag_store_patience *patience);

/* Whether the database holds the tables of `schema`, to the letter, and nothing else.
 * Returned: a code of SQLite's. */
int ag_store_guard_schema(sqlite3 *database, const char *schema, bool *same);

#endif

#include "archive/store_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

/* --- files --- */

static ag_status fail_foreign(const char *path, const char *end, const char *what, ag_error *error)
{
  return ag_fail(error, AG_ERROR_INPUT,
                 "%s%s %s: it is damaged or not of this program. Nothing was touched", path, end,
                 what);
}

/* The header's two bytes that say how the file is written and read; both 1: with a journal that is
 * rolled back. An empty file has no header yet, nor has one whose first write a power cut took:
 * that is both 0, and nothing that SQLite would open. */
static ag_status check_header(const char *path, int descriptor, ag_error *error)
{
  enum { WRITE_VERSION = 18, VERSIONS = 2 };
  unsigned char version[VERSIONS] = {0, 0};
  ssize_t count = pread(descriptor, version, VERSIONS, WRITE_VERSION);
  if (count < 0)
    return ag_fail_system(error, "read", path, errno);
  bool usual = version[0] == 1 && version[1] == 1, none = version[0] == 0 && version[1] == 0;
  if (count == VERSIONS && !usual && !none)
    return fail_foreign(path, "", "is no database with a rollback journal", error);
  return AG_OK;
}

/* A journal that ends in another's name makes SQLite read that file, and remove it. Ours never
 * have one: a run has one database. */
static ag_status check_journal(const char *path, int descriptor, ag_error *error)
{
  static const unsigned char magic[] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
  unsigned char end[sizeof magic];
  struct stat information;
  if (fstat(descriptor, &information) != 0)
    return ag_fail_system(error, "read", path, errno);
  ssize_t count = information.st_size < (off_t)sizeof end
                      ? 0
                      : pread(descriptor, end, sizeof end, information.st_size - (off_t)sizeof end);
  if (count == (ssize_t)sizeof end && information.st_size > 512 &&
      memcmp(end, magic, sizeof end) == 0)
    return fail_foreign(path, "", "names a file of another database", error);
  return AG_OK;
}

typedef ag_status file_check(const char *path, int descriptor, ag_error *error);

static ag_status check_file(const char *path, const char *end, file_check *check, ag_error *error)
{
  struct stat information;
  size_t size = strlen(path) + strlen(end) + 1;
  char *name = malloc(size);
  if (name == NULL)
    return ag_fail_memory(error);
  snprintf(name, size, "%s%s", path, end);
  ag_status status = AG_OK;
  int descriptor = -1;
  if (lstat(name, &information) != 0)
    goto out; /* who opens it says why it cannot be */
  if (check == NULL)
    status = fail_foreign(path, end, "is a write-ahead log", error);
  else if (!S_ISREG(information.st_mode))
    status = fail_foreign(path, end, "is no regular file", error);
  else if ((descriptor = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) >= 0)
    status = check(name, descriptor, error);
out:
  if (descriptor >= 0)
    close(descriptor);
  free(name);
  return status;
}

ag_status ag_store_guard_files(const char *path, ag_error *error)
{
  ag_status status = check_file(path, "", check_header, error);
  if (status == AG_OK)
    status = check_file(path, "-journal", check_journal, error);
  if (status == AG_OK)
    status = check_file(path, "-wal", NULL, error);
  return status == AG_OK ? check_file(path, "-shm", NULL, error) : status;
}

/* --- the connection --- */

enum { BEAT = 1000 }; /* steps of SQLite's machine between looks */

/* A row takes some bytes of the file and some ten steps, however it is read or written. */
static int count_steps(void *context)
{
  enum { STEPS_A_BYTE = 64 };
  static const unsigned long long always = 200000000;
  ag_store_patience *patience = context;
  struct stat information;
  patience->steps += BEAT;
  if (patience->steps <= patience->most)
    return 0;
  patience->most = always;
  if (stat(patience->path, &information) == 0)
    patience->most += STEPS_A_BYTE * (unsigned long long)information.st_size;
  return patience->steps > patience->most;
}

void ag_store_guard_database(sqlite3 *database, ag_store_patience *patience)
{
  static const int setting[][2] = {
#ifdef SQLITE_DBCONFIG_TRUSTED_SCHEMA
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
#endif
#ifdef SQLITE_DBCONFIG_DEFENSIVE
      {SQLITE_DBCONFIG_DEFENSIVE, 1},
#endif
#ifdef SQLITE_DBCONFIG_ENABLE_VIEW
      {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
#endif
#ifdef SQLITE_DBCONFIG_DQS_DDL
      {SQLITE_DBCONFIG_DQS_DDL, 0},        {SQLITE_DBCONFIG_DQS_DML, 0},
#endif
      {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
  };
  static const int limit[][2] = {
      {SQLITE_LIMIT_LENGTH, 1 << 28},     {SQLITE_LIMIT_SQL_LENGTH, 1 << 16},
      {SQLITE_LIMIT_COLUMN, 64},          {SQLITE_LIMIT_EXPR_DEPTH, 32},
      {SQLITE_LIMIT_COMPOUND_SELECT, 4},  {SQLITE_LIMIT_VDBE_OP, 100000},
      {SQLITE_LIMIT_FUNCTION_ARG, 16},    {SQLITE_LIMIT_ATTACHED, 0},
      {SQLITE_LIMIT_VARIABLE_NUMBER, 64}, {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
      {SQLITE_LIMIT_WORKER_THREADS, 0},
  };
  for (size_t i = 0; i < sizeof setting / sizeof *setting; i++)
    sqlite3_db_config(database, setting[i][0], setting[i][1], NULL);
  for (size_t i = 0; i < sizeof limit / sizeof *limit; i++)
    sqlite3_limit(database, limit[i][0], limit[i][1]);
  patience->most = 0;
  sqlite3_progress_handler(database, BEAT, count_steps, patience);
}

/* --- the schema --- */

/* All of a schema as one text, on SQLite's heap. */
static int read_schema(sqlite3 *database, char **text)
{
  static const char query[] =
      "SELECT group_concat(quote(type) || quote(name) || quote(tbl_name) || quote(sql))"
      " FROM (SELECT * FROM sqlite_master ORDER BY name)";
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(database, query, -1, &statement, NULL);
  if (code == SQLITE_OK && (code = sqlite3_step(statement)) == SQLITE_ROW) {
    *text = sqlite3_mprintf("%s", sqlite3_column_text(statement, 0));
    code = *text != NULL ? SQLITE_OK : SQLITE_NOMEM;
  }
  sqlite3_finalize(statement);
  return code;
}

int ag_store_guard_schema(sqlite3 *database, const char *schema, bool *same)
{
  sqlite3 *model = NULL;
  char *found = NULL, *expected = NULL;
  int code = sqlite3_open_v2(":memory:", &model, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_exec(model, schema, NULL, NULL, NULL);
  if (code == SQLITE_OK)
    code = read_schema(model, &expected);
  if (code == SQLITE_OK)
    code = read_schema(database, &found);
  if (code == SQLITE_OK)
    *same = strcmp(found, expected) == 0;
  sqlite3_free(found);
  sqlite3_free(expected);
  sqlite3_close(model);
  return code;
}

#include "archive/store.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/seal.h"
#include "archive/store_guard.h"
#include "base/files.h"
#include "base/memory.h"

enum { SCHEMA_VERSION = 3, BUSY_MILLISECONDS = 10000, SUM_SIZE = 17 };

static const char rows_key[] = "rows_sum";

/* The column `value` has no declared type on purpose: a REAL column stores
 * whole numbers as integers and loses the sign of zero. */
static const char schema[] =
    "CREATE TABLE provenance (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE input (number INTEGER PRIMARY KEY, name TEXT, path TEXT NOT NULL,"
    "  bytes TEXT NOT NULL, sha256 TEXT NOT NULL);"
    "CREATE TABLE leg (number INTEGER PRIMARY KEY, version TEXT, platform TEXT,"
    "  instructions TEXT, threads TEXT, command TEXT, first TEXT, last TEXT, begun TEXT,"
    "  ended TEXT, remark TEXT);"
    "CREATE TABLE metric (name TEXT NOT NULL UNIQUE, position INTEGER PRIMARY KEY);"
    "CREATE TABLE value (generation INTEGER, metric INTEGER REFERENCES metric (position), value,"
    "  PRIMARY KEY (generation, metric)) WITHOUT ROWID;"
    "CREATE TABLE checkpoint (generation INTEGER PRIMARY KEY, file TEXT NOT NULL,"
    "  written TEXT NOT NULL);"
    "CREATE TABLE seal (number INTEGER PRIMARY KEY, sum TEXT NOT NULL);"
    "CREATE VIEW metrics AS SELECT generation, name, value FROM value JOIN metric"
    "  ON metric = position;"
    "PRAGMA user_version = 3;";

enum {
  SET_KEY,
  DROP_KEY,
  GET_KEY,
  ADD_INPUT,
  LIST_INPUTS,
  ADD_LEG,
  MOVE_LEG,
  LIST_LEGS,
  ADD_METRIC,
  LIST_METRICS,
  ADD_VALUE,
  LIST_VALUES,
  DROP_VALUES,
  ADD_CHECKPOINT,
  GET_CHECKPOINT,
  SET_SEAL,
  GET_SEAL,
  SUM_PROVENANCE,
  SUM_INPUTS,
  SUM_LEGS,
  SUM_METRICS,
  SUM_CHECKPOINT,
  STATEMENT_COUNT
};

static const char *const statement_text[STATEMENT_COUNT] = {
    [SET_KEY] = "INSERT OR REPLACE INTO provenance (key, value) VALUES (?, ?)",
    [DROP_KEY] = "DELETE FROM provenance WHERE key = ?",
    [GET_KEY] = "SELECT value FROM provenance WHERE key = ?",
    [ADD_INPUT] = "INSERT INTO input (name, path, bytes, sha256) VALUES (?, ?, ?, ?)",
    [LIST_INPUTS] = "SELECT name, path, bytes, sha256 FROM input ORDER BY number",
    [ADD_LEG] = "INSERT INTO leg (version, platform, instructions, threads, command, first, last,"
                " begun, ended, remark) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [MOVE_LEG] = "UPDATE leg SET last = ?, ended = ? WHERE number = (SELECT max(number) FROM leg)",
    [LIST_LEGS] = "SELECT version, platform, instructions, threads, command, first, last, begun,"
                  " ended, remark FROM leg ORDER BY number",
    [ADD_METRIC] = "INSERT INTO metric (name, position) VALUES (?, ?)",
    [LIST_METRICS] = "SELECT name FROM metric ORDER BY position",
    [ADD_VALUE] = "INSERT OR REPLACE INTO value (generation, metric, value) VALUES (?, ?, ?)",
    [LIST_VALUES] = "SELECT * FROM value WHERE generation < ? ORDER BY generation, metric",
    [DROP_VALUES] = "DELETE FROM value WHERE generation >= ?",
    [ADD_CHECKPOINT] = "INSERT INTO checkpoint (generation, file, written) VALUES (?, ?, ?)",
    [GET_CHECKPOINT] = "SELECT generation, file FROM checkpoint ORDER BY generation DESC LIMIT 1",
    [SET_SEAL] = "INSERT OR REPLACE INTO seal (number, sum) VALUES (1, ?)",
    [GET_SEAL] = "SELECT sum FROM seal WHERE number = 1",
    [SUM_PROVENANCE] = "SELECT * FROM provenance ORDER BY key",
    [SUM_INPUTS] = "SELECT * FROM input ORDER BY number",
    [SUM_LEGS] = "SELECT * FROM leg ORDER BY number",
    [SUM_METRICS] = "SELECT * FROM metric ORDER BY position",
    [SUM_CHECKPOINT] = "SELECT * FROM checkpoint ORDER BY generation",
};

struct ag_store {
  char *path;
  sqlite3 *database;
  ag_store_patience patience;
  sqlite3_stmt *statement[STATEMENT_COUNT]; /* prepared when first needed */
};

/* The system's reason, or 0. SQLite keeps it only for some failures; for the
 * others errno, cleared before each statement, still has it. */
static int failure_reason(const ag_store *store)
{
  int last = errno, kept = sqlite3_system_errno(store->database);
  int code = sqlite3_errcode(store->database) & 0xff;
  return kept != 0 ? kept : code == SQLITE_IOERR ? last : 0;
}

static ag_status fail_store(const ag_store *store, ag_error *error)
{
  int reason = failure_reason(store);
  switch (sqlite3_errcode(store->database) & 0xff) {
  case SQLITE_NOMEM:
    return ag_fail_memory(error);
  case SQLITE_NOTADB:
  case SQLITE_CORRUPT:
  case SQLITE_ERROR: /* the tables are not as they should be */
  case SQLITE_MISMATCH:
    return ag_fail(error, AG_ERROR_INPUT, "%s is damaged or not a database of this program: %s",
                   store->path, sqlite3_errmsg(store->database));
  case SQLITE_INTERRUPT: /* nobody but our patience interrupts */
    return ag_fail(error, AG_ERROR_INPUT,
                   "%s is damaged or not a database of this program: reading it takes longer than "
                   "its size explains",
                   store->path);
  case SQLITE_TOOBIG:
    return ag_fail(error, AG_ERROR_INPUT, "%s: a text of more than 256 MiB", store->path);
  case SQLITE_FULL:
    return ag_fail_system(error, "write", store->path, ENOSPC);
  case SQLITE_READONLY:
    if (sqlite3_extended_errcode(store->database) == SQLITE_READONLY_ROLLBACK)
      return ag_fail(error, AG_ERROR_INPUT,
                     "%s was left in the middle of a write: `aligngame run --resume` puts it right",
                     store->path);
    return ag_fail_system(error, "write", store->path, reason != 0 ? reason : EACCES);
  default:
    if (reason != 0)
      return ag_fail_system(error, "read or write", store->path, reason);
    return ag_fail(error, AG_ERROR_IO, "cannot read or write %s: %s", store->path,
                   sqlite3_errmsg(store->database));
  }
}

static ag_status execute(ag_store *store, const char *sql, ag_error *error)
{
  errno = 0;
  store->patience.steps = 0;
  int code = sqlite3_exec(store->database, sql, NULL, NULL, NULL);
  return code == SQLITE_OK ? AG_OK : fail_store(store, error);
}

/* The statement, ready for its values. */
static ag_status prepare(ag_store *store, int which, sqlite3_stmt **statement, ag_error *error)
{
  errno = 0;
  store->patience.steps = 0;
  if (store->statement[which] == NULL &&
      sqlite3_prepare_v3(store->database, statement_text[which], -1, SQLITE_PREPARE_PERSISTENT,
                         &store->statement[which], NULL) != SQLITE_OK)
    return fail_store(store, error);
  *statement = store->statement[which];
  return AG_OK;
}

/* Ends a statement after its last step; code is what that step returned. */
static ag_status finish(ag_store *store, sqlite3_stmt *statement, int code, ag_error *error)
{
  ag_status status = AG_OK;
  if (code != SQLITE_DONE && code != SQLITE_ROW)
    status = fail_store(store, error);
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return status;
}

static ag_status read_version(ag_store *store, int *version, ag_error *error)
{
  sqlite3_stmt *statement = NULL;
  errno = 0;
  if (sqlite3_prepare_v2(store->database, "PRAGMA user_version", -1, &statement, NULL) != SQLITE_OK)
    return fail_store(store, error);
  int code = sqlite3_step(statement);
  ag_status status = code == SQLITE_ROW ? AG_OK : fail_store(store, error);
  *version = status == AG_OK ? sqlite3_column_int(statement, 0) : 0;
  sqlite3_finalize(statement);
  return status;
}

/* Tables and indices to the letter: what stands in their place would be obeyed. */
static ag_status expect_schema(ag_store *store, ag_error *error)
{
  bool same = false;
  errno = 0;
  int code = ag_store_guard_schema(store->database, schema, &same);
  if (code != SQLITE_OK)
    return code == SQLITE_NOMEM ? ag_fail_memory(error) : fail_store(store, error);
  return same ? AG_OK
              : ag_fail(error, AG_ERROR_INPUT,
                        "%s is damaged or not a database of this program: its tables are others",
                        store->path);
}

/* --- the seal: a killed run has no digest of its database, which sees to itself --- */

/* Goes on with a sum over what a statement lists. */
static ag_status sum_table(ag_store *store, int which, uint64_t *sum, ag_error *error)
{
  sqlite3_stmt *statement = NULL;
  ag_status status = prepare(store, which, &statement, error);
  if (status != AG_OK)
    return status;
  int code;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW)
    for (int c = 0; c < sqlite3_column_count(statement); c++) {
      const void *text = sqlite3_column_text(statement, c);
      size_t size = text != NULL ? (size_t)sqlite3_column_bytes(statement, c) : 0;
      *sum = ag_hash(*sum + size + (text != NULL), text != NULL ? text : "", size);
    }
  return finish(store, statement, code, error);
}

/* Of all tables but the metrics' values, which have a sum of their own among them. */
static ag_status sum_tables(ag_store *store, char text[SUM_SIZE], ag_error *error)
{
  uint64_t sum = 0;
  ag_status status = AG_OK;
  for (int which = SUM_PROVENANCE; status == AG_OK && which <= SUM_CHECKPOINT; which++)
    status = sum_table(store, which, &sum, error);
  snprintf(text, SUM_SIZE, "%016" PRIx64, sum);
  return status;
}

static ag_status seal(ag_store *store, ag_error *error)
{
  char sum[SUM_SIZE];
  sqlite3_stmt *statement = NULL;
  ag_status status = sum_tables(store, sum, error);
  if (status == AG_OK)
    status = prepare(store, SET_SEAL, &statement, error);
  if (status != AG_OK)
    return status;
  sqlite3_bind_text(statement, 1, sum, -1, SQLITE_STATIC);
  return finish(store, statement, sqlite3_step(statement), error);
}

static ag_status fail_seal(const ag_store *store, ag_error *error)
{
  return ag_fail(error, AG_ERROR_INPUT,
                 "%s is damaged: what it holds has changed since it was written. Nothing was "
                 "touched; put back a good copy of the file",
                 store->path);
}

static ag_status expect_seal(ag_store *store, ag_error *error)
{
  char sum[SUM_SIZE];
  sqlite3_stmt *statement = NULL;
  ag_status status = sum_tables(store, sum, error);
  if (status == AG_OK)
    status = prepare(store, GET_SEAL, &statement, error);
  if (status != AG_OK)
    return status;
  int code = sqlite3_step(statement);
  const char *kept = code == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
  bool same = kept != NULL && strcmp(kept, sum) == 0;
  status = finish(store, statement, code, error);
  return status != AG_OK || same ? status : fail_seal(store, error);
}

static ag_status open_schema(ag_store *store, bool create, ag_error *error)
{
  int version = 0;
  ag_status status = read_version(store, &version, error);
  if (status != AG_OK)
    return status;
  if (version == SCHEMA_VERSION) {
    status = expect_schema(store, error);
    return status == AG_OK ? expect_seal(store, error) : status;
  }
  if (version > SCHEMA_VERSION)
    return ag_fail(error, AG_ERROR_INPUT, "%s was written by a newer version (its format is %d)",
                   store->path, version);
  if (version > 0)
    return ag_fail(error, AG_ERROR_INPUT, "%s was written by an older version (its format is %d)",
                   store->path, version);
  if (!create)
    return ag_fail(
        error, AG_ERROR_INPUT,
        "%s holds no run: one that was stopped at once begins by `aligngame run GAME.yaml "
        "--resume -o` its directory",
        store->path);
  status = ag_store_begin(store, error);
  if (status == AG_OK)
    status = execute(store, schema, error);
  if (status == AG_OK)
    status = ag_store_commit(store, error);
  return status;
}

static ag_status open_database(const char *path, int flags, const char *pragmas, ag_store **store,
                               ag_error *error)
{
  ag_store *opened = calloc(1, sizeof *opened);
  if (opened == NULL || (opened->path = ag_text_copy(path)) == NULL) {
    free(opened);
    return ag_fail_memory(error);
  }
  ag_status status = ag_store_guard_files(path, error);
  if (status == AG_OK &&
      sqlite3_open_v2(path, &opened->database, flags | SQLITE_OPEN_PRIVATECACHE, NULL) != SQLITE_OK)
    status = opened->database == NULL ? ag_fail_memory(error) : fail_store(opened, error);
  if (status == AG_OK) {
    opened->patience.path = opened->path;
    ag_store_guard_database(opened->database, &opened->patience);
    sqlite3_busy_timeout(opened->database, BUSY_MILLISECONDS);
    status = execute(opened, pragmas, error);
  }
  if (status == AG_OK)
    status = open_schema(opened, (flags & SQLITE_OPEN_CREATE) != 0, error);
  if (status != AG_OK)
    ag_store_close(opened);
  else
    *store = opened;
  return status;
}

ag_status ag_store_open(const char *path, bool create, ag_store **store, ag_error *error)
{
  /* EXTRA: a commit outlives a power cut, so the older checkpoint may be
   * removed once the newer one is recorded. */
  return open_database(path, SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0),
                       "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
                       "PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA",
                       store, error);
}

ag_status ag_store_open_reader(const char *path, ag_store **store, ag_error *error)
{
  return open_database(path, SQLITE_OPEN_READONLY,
                       "PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"
                       "PRAGMA temp_store = MEMORY; PRAGMA query_only = ON",
                       store, error);
}

void ag_store_close(ag_store *store)
{
  if (store == NULL)
    return;
  for (int i = 0; i < STATEMENT_COUNT; i++)
    sqlite3_finalize(store->statement[i]);
  sqlite3_close(store->database);
  free(store->path);
  free(store);
}

ag_status ag_store_begin(ag_store *store, ag_error *error)
{
  return execute(store, "BEGIN IMMEDIATE", error);
}

ag_status ag_store_commit(ag_store *store, ag_error *error)
{
  ag_status status = seal(store, error);
  return status == AG_OK ? execute(store, "COMMIT", error) : status;
}

void ag_store_rollback(ag_store *store)
{
  if (!sqlite3_get_autocommit(store->database))
    sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
}

/* A write outside a pair is a pair of its own. */
static ag_status begin_write(ag_store *store, bool *alone, ag_error *error)
{
  *alone = sqlite3_get_autocommit(store->database) != 0;
  return *alone ? ag_store_begin(store, error) : AG_OK;
}

static ag_status end_write(ag_store *store, bool alone, ag_status status, ag_error *error)
{
  if (!alone)
    return status;
  if (status == AG_OK)
    status = ag_store_commit(store, error);
  ag_store_rollback(store);
  return status;
}

static ag_status set_key(ag_store *store, const char *key, const char *value, ag_error *error)
{
  sqlite3_stmt *statement = NULL;
  ag_status status = prepare(store, value == NULL ? DROP_KEY : SET_KEY, &statement, error);
  if (status != AG_OK)
    return status;
  sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
  if (value != NULL)
    sqlite3_bind_text(statement, 2, value, -1, SQLITE_STATIC);
  return finish(store, statement, sqlite3_step(statement), error);
}

ag_status ag_store_set(ag_store *store, const char *key, const char *value, ag_error *error)
{
  bool alone;
  ag_status status = begin_write(store, &alone, error);
  if (status == AG_OK)
    status = set_key(store, key, value, error);
  return end_write(store, alone, status, error);
}

/* A copy of a text column. */
static ag_status copy_text(sqlite3_stmt *statement, int column, char **text, ag_error *error)
{
  const unsigned char *value = sqlite3_column_text(statement, column);
  *text = ag_text_copy(value != NULL ? (const char *)value : "");
  return *text != NULL ? AG_OK : ag_fail_memory(error);
}

ag_status ag_store_get(ag_store *store, const char *key, char **value, ag_error *error)
{
  sqlite3_stmt *statement = NULL;
  ag_status status = prepare(store, GET_KEY, &statement, error);
  if (status != AG_OK)
    return status;
  sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
  int code = sqlite3_step(statement);
  char *text = NULL;
  if (code == SQLITE_ROW)
    status = copy_text(statement, 0, &text, error);
  ag_status ended = finish(store, statement, code, status == AG_OK ? error : NULL);
  if (status == AG_OK)
    status = ended;
  if (status == AG_OK)
    *value = text;
  return status;
}

/* --- rows of texts: inputs and legs --- */

static ag_status write_texts(ag_store *store, int which, const char *const *column, int count,
                             ag_error *error)
{
  sqlite3_stmt *statement = NULL;
  bool alone;
  ag_status status = begin_write(store, &alone, error);
  if (status == AG_OK)
    status = prepare(store, which, &statement, error);
  for (int c = 0; status == AG_OK && c < count; c++)
    if (column[c] != NULL)
      sqlite3_bind_text(statement, c + 1, column[c], -1, SQLITE_STATIC);
  if (status == AG_OK)
    status = finish(store, statement, sqlite3_step(statement), error);
  return end_write(store, alone, status, error);
}

static ag_status visit_texts(ag_store *store, int which, ag_store_visitor *visit, void *context,
                             ag_error *error)
{
  const char *column[AG_LEG_COLUMNS]; /* the longer of the two */
  sqlite3_stmt *statement = NULL;
  ag_status status = prepare(store, which, &statement, error);
  if (status != AG_OK)
    return status;
  int code;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW && status == AG_OK) {
    for (int c = 0; c < sqlite3_column_count(statement) && c < AG_LEG_COLUMNS; c++)
      column[c] = (const char *)sqlite3_column_text(statement, c);
    status = visit(context, column, error);
  }
  ag_status ended = finish(store, statement, code, status == AG_OK ? error : NULL);
  return status == AG_OK ? ended : status;
}

ag_status ag_store_clear_inputs(ag_store *store, ag_error *error)
{
  bool alone;
  ag_status status = begin_write(store, &alone, error);
  if (status == AG_OK)
    status = execute(store, "DELETE FROM input", error);
  return end_write(store, alone, status, error);
}

ag_status ag_store_add_input(ag_store *store, const char *const column[AG_INPUT_COLUMNS],
                             ag_error *error)
{
  return write_texts(store, ADD_INPUT, column, AG_INPUT_COLUMNS, error);
}

ag_status ag_store_visit_inputs(ag_store *store, ag_store_visitor *visit, void *context,
                                ag_error *error)
{
  return visit_texts(store, LIST_INPUTS, visit, context, error);
}

ag_status ag_store_add_leg(ag_store *store, const char *const column[AG_LEG_COLUMNS],
                           ag_error *error)
{
  return write_texts(store, ADD_LEG, column, AG_LEG_COLUMNS, error);
}

ag_status ag_store_move_leg(ag_store *store, const char *to, const char *ended, ag_error *error)
{
  return write_texts(store, MOVE_LEG, (const char *const[]){to, ended}, 2, error);
}

ag_status ag_store_visit_legs(ag_store *store, ag_store_visitor *visit, void *context,
                              ag_error *error)
{
  return visit_texts(store, LIST_LEGS, visit, context, error);
}

/* --- metrics --- */

ag_status ag_store_set_metrics(ag_store *store, const char *const *name, size_t count,
                               ag_error *error)
{
  sqlite3_stmt *statement = NULL;
  bool alone;
  ag_status status = begin_write(store, &alone, error);
  if (status == AG_OK)
    status = execute(store, "DELETE FROM metric", error);
  if (status == AG_OK)
    status = prepare(store, ADD_METRIC, &statement, error);
  for (size_t m = 0; status == AG_OK && m < count; m++) {
    sqlite3_bind_text(statement, 1, name[m], -1, SQLITE_STATIC);
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)m);
    status = finish(store, statement, sqlite3_step(statement), error);
  }
  return end_write(store, alone, status, error);
}

ag_status ag_store_has_metrics(ag_store *store, const char *const *name, size_t count, bool *same,
                               ag_error *error)
{
  sqlite3_stmt *statement = NULL;
  ag_status status = prepare(store, LIST_METRICS, &statement, error);
  if (status != AG_OK)
    return status;
  size_t found = 0;
  bool equal = true;
  int code;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    const char *stored = (const char *)sqlite3_column_text(statement, 0);
    equal = equal && found < count && stored != NULL && strcmp(stored, name[found]) == 0;
    found++;
  }
  status = finish(store, statement, code, error);
  if (status == AG_OK)
    *same = equal && found == count;
  return status;
}

ag_status ag_store_write_rows(ag_store *store, size_t first, size_t rows, size_t metrics,
                              const double *value, ag_error *error)
{
  sqlite3_stmt *statement = NULL;
  ag_status status = prepare(store, ADD_VALUE, &statement, error);
  for (size_t i = 0; status == AG_OK && i < rows * metrics; i++) {
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)(first + i / metrics));
    sqlite3_bind_int64(statement, 2, (sqlite3_int64)(i % metrics));
    sqlite3_bind_double(statement, 3, value[i]); /* a NaN becomes NULL */
    status = finish(store, statement, sqlite3_step(statement), error);
  }
  return status;
}

static void sum_rows(size_t rows, size_t metrics, const double *value, char text[SUM_SIZE])
{
  uint64_t sum = rows;
  for (size_t i = 0; i < rows * metrics; i++) {
    double plain = isnan(value[i]) ? (double)NAN : value[i]; /* as it is read */
    sum = ag_hash(sum, &plain, sizeof plain);
  }
  snprintf(text, SUM_SIZE, "%016" PRIx64, sum);
}

ag_status ag_store_seal_rows(ag_store *store, size_t rows, size_t metrics, const double *value,
                             ag_error *error)
{
  char sum[SUM_SIZE];
  sum_rows(rows, metrics, value, sum);
  return ag_store_set(store, rows_key, sum, error);
}

/* Refuses rows that are not those that were sealed. */
static ag_status expect_rows(ag_store *store, size_t rows, size_t metrics, const double *value,
                             ag_error *error)
{
  char sum[SUM_SIZE], *kept = NULL;
  ag_status status = ag_store_get(store, rows_key, &kept, error);
  sum_rows(rows, metrics, value, sum);
  if (status == AG_OK && kept != NULL && strcmp(kept, sum) != 0)
    status = fail_seal(store, error);
  free(kept);
  return status;
}

ag_status ag_store_read_rows(ag_store *store, size_t rows, size_t metrics, double *value,
                             bool *complete, ag_error *error)
{
  sqlite3_stmt *statement = NULL;
  ag_status status = prepare(store, LIST_VALUES, &statement, error);
  if (status != AG_OK)
    return status;
  sqlite3_bind_int64(statement, 1, (sqlite3_int64)rows);
  size_t next = 0;
  bool in_order = true;
  int code;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW && in_order) {
    size_t generation = (size_t)sqlite3_column_int64(statement, 0);
    size_t metric = (size_t)sqlite3_column_int64(statement, 1);
    in_order = generation < rows && metric < metrics && generation * metrics + metric == next;
    if (in_order)
      value[next++] = sqlite3_column_type(statement, 2) == SQLITE_NULL
                          ? (double)NAN
                          : sqlite3_column_double(statement, 2);
  }
  status = finish(store, statement, code, error);
  if (status != AG_OK)
    return status;
  *complete = in_order && next == rows * metrics;
  return *complete ? expect_rows(store, rows, metrics, value, error) : AG_OK;
}

ag_status ag_store_drop_rows(ag_store *store, size_t first, ag_error *error)
{
  sqlite3_stmt *statement = NULL;
  ag_status status = prepare(store, DROP_VALUES, &statement, error);
  if (status != AG_OK)
    return status;
  sqlite3_bind_int64(statement, 1, (sqlite3_int64)first);
  return finish(store, statement, sqlite3_step(statement), error);
}

ag_status ag_store_set_checkpoint(ag_store *store, size_t generation, const char *file,
                                  const char *written, ag_error *error)
{
  sqlite3_stmt *statement = NULL;
  bool alone;
  ag_status status = begin_write(store, &alone, error);
  if (status == AG_OK)
    status = execute(store, "DELETE FROM checkpoint", error);
  if (status == AG_OK && file != NULL)
    status = prepare(store, ADD_CHECKPOINT, &statement, error);
  if (status == AG_OK && file != NULL) {
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)generation);
    sqlite3_bind_text(statement, 2, file, -1, SQLITE_STATIC);
    sqlite3_bind_text(statement, 3, written, -1, SQLITE_STATIC);
    status = finish(store, statement, sqlite3_step(statement), error);
  }
  return end_write(store, alone, status, error);
}

ag_status ag_store_get_checkpoint(ag_store *store, size_t *generation, char **file, ag_error *error)
{
  sqlite3_stmt *statement = NULL;
  ag_status status = prepare(store, GET_CHECKPOINT, &statement, error);
  if (status != AG_OK)
    return status;
  int code = sqlite3_step(statement);
  char *text = NULL;
  size_t found = 0;
  if (code == SQLITE_ROW) {
    found = (size_t)sqlite3_column_int64(statement, 0);
    status = copy_text(statement, 1, &text, error);
  }
  ag_status ended = finish(store, statement, code, status == AG_OK ? error : NULL);
  if (status == AG_OK)
    status = ended;
  if (status == AG_OK) {
    *generation = found;
    *file = text;
  }
  return status;
}

/* The store and the array files by themselves: every bit survives, a crash or
 * a full disk costs nothing that was committed, damage is recognised. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archive/arrays.h"
#include "base/files.h"
#include "archive/store.h"
#include "tests/check.h"

enum { PATH_SIZE = 256 };

static char folder[PATH_SIZE];

/* A path in the test's folder; four may be in use at a time. */
static const char *place(const char *name)
{
  static char path[4][2 * PATH_SIZE];
  static int next;
  next = (next + 1) % 4;
  snprintf(path[next], sizeof path[next], "%s/%s", folder, name);
  return path[next];
}

static void empty_folder(void)
{
  DIR *listing = opendir(folder);
  if (listing == NULL)
    return;
  for (struct dirent *entry; (entry = readdir(listing)) != NULL;)
    unlinkat(dirfd(listing), entry->d_name, 0);
  closedir(listing);
}

static size_t count_files(void)
{
  size_t count = 0;
  DIR *listing = opendir(folder);
  for (struct dirent *entry; listing != NULL && (entry = readdir(listing)) != NULL;)
    count += entry->d_name[0] != '.';
  if (listing != NULL)
    closedir(listing);
  return count;
}

static double from_bits(uint64_t bits)
{
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static bool same_bits(const double *left, const double *right, size_t count)
{
  return count == 0 || memcmp(left, right, count * sizeof *left) == 0;
}

/* The whole of a file, on the heap. */
static unsigned char *slurp(const char *path, size_t *size)
{
  FILE *stream = fopen(path, "rb");
  struct stat information;
  if (stream == NULL || fstat(fileno(stream), &information) != 0)
    return NULL;
  *size = (size_t)information.st_size;
  unsigned char *bytes = malloc(*size + 1);
  if (fread(bytes, 1, *size, stream) != *size)
    *size = 0;
  fclose(stream);
  return bytes;
}

static void spill(const char *path, const unsigned char *bytes, size_t size)
{
  FILE *stream = fopen(path, "wb");
  CHECK(stream != NULL && fwrite(bytes, 1, size, stream) == size);
  if (stream != NULL)
    fclose(stream);
}

/* What a process of its own does with files of at most limit bytes (0: no
 * limit) and its standard error in the file "said"; the exit status, or -1 if
 * a signal ended it. */
static int in_child(int (*act)(void), rlim_t limit)
{
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    struct rlimit before, most;
    getrlimit(RLIMIT_FSIZE, &before);
    most = (struct rlimit){limit, before.rlim_max};
    int said = open(place("said"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(said, STDERR_FILENO);
    signal(SIGXFSZ, SIG_IGN);
    if (limit > 0)
      setrlimit(RLIMIT_FSIZE, &most);
    int done = act();
    setrlimit(RLIMIT_FSIZE, &before); /* what is written at the exit, such as counts of branches */
    exit(done);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static size_t said_bytes(void)
{
  struct stat information;
  return stat(place("said"), &information) == 0 ? (size_t)information.st_size : 0;
}

/* --- the store --- */

static ag_store *open_store(void)
{
  ag_store *store = NULL;
  ag_error error = {0};
  if (ag_store_open(place("run.sqlite"), true, &store, &error) != AG_OK) {
    printf("# %s\n", error.message);
    exit(1);
  }
  return store;
}

static void store_keeps_every_bit_of_a_value(void)
{
  static const char *const name[] = {"entropy", "mean_reward.owner"};
  const double value[] = {0.1,       -0.0,     from_bits(1), 5e-310,    1e308, INFINITY,
                          -INFINITY, 3.0,      -3.0,         1. / 3,    1e15,  -4e-320,
                          0.0,       123456.0, 1e22,         0x1p-1074, 1.0,   0x1.fffffffffffffp0};
  enum { METRICS = 2, ROWS = sizeof value / sizeof value[0] / METRICS };
  ag_store *store = open_store();
  CHECK(ag_store_set_metrics(store, name, METRICS, NULL) == AG_OK);
  CHECK(ag_store_write_rows(store, 0, ROWS, METRICS, value, NULL) == AG_OK);
  ag_store_close(store);
  store = open_store();
  double found[ROWS * METRICS];
  bool complete = false, same = false;
  CHECK(ag_store_read_rows(store, ROWS, METRICS, found, &complete, NULL) == AG_OK);
  CHECK(complete && same_bits(found, value, ROWS * METRICS));
  CHECK(ag_store_has_metrics(store, name, METRICS, &same, NULL) == AG_OK && same);
  CHECK(ag_store_has_metrics(store, name, 1, &same, NULL) == AG_OK && !same);
  ag_store_close(store);
  empty_folder();
}

static void store_keeps_an_undefined_value(void)
{
  const double value = NAN;
  double found = 0;
  bool complete = false;
  ag_store *store = open_store();
  CHECK(ag_store_write_rows(store, 0, 1, 1, &value, NULL) == AG_OK);
  CHECK(ag_store_read_rows(store, 1, 1, &found, &complete, NULL) == AG_OK);
  CHECK(complete && isnan(found));
  ag_store_close(store);
  empty_folder();
}

static void store_knows_which_rows_are_missing(void)
{
  const double value[] = {1, 2, 3, 4, 5, 6};
  double found[6];
  bool complete = true;
  ag_store *store = open_store();
  CHECK(ag_store_write_rows(store, 0, 3, 2, value, NULL) == AG_OK);
  CHECK(ag_store_drop_rows(store, 2, NULL) == AG_OK);
  CHECK(ag_store_read_rows(store, 3, 2, found, &complete, NULL) == AG_OK && !complete);
  CHECK(ag_store_read_rows(store, 2, 2, found, &complete, NULL) == AG_OK && complete);
  ag_store_close(store);
  empty_folder();
}

static void store_keeps_provenance_and_the_newest_checkpoint(void)
{
  static const char description[] = "name: \"caf\xc3\xa9 'x'\"\nseed: 1\n";
  char *value = NULL, *file = NULL;
  size_t generation = 0;
  ag_store *store = open_store();
  CHECK(ag_store_get_checkpoint(store, &generation, &file, NULL) == AG_OK && file == NULL);
  CHECK(ag_store_set(store, "description", description, NULL) == AG_OK);
  CHECK(ag_store_set_checkpoint(store, 7, "checkpoint-000007.safetensors", "then", NULL) == AG_OK);
  CHECK(ag_store_set_checkpoint(store, 5, "checkpoint-000005.safetensors", "now", NULL) == AG_OK);
  ag_store_close(store);
  store = open_store();
  CHECK(ag_store_get(store, "description", &value, NULL) == AG_OK && value != NULL);
  CHECK_TEXT(value != NULL ? value : "", description);
  CHECK(ag_store_get_checkpoint(store, &generation, &file, NULL) == AG_OK && generation == 5);
  CHECK_TEXT(file != NULL ? file : "", "checkpoint-000005.safetensors");
  free(value);
  free(file);
  CHECK(ag_store_set(store, "description", NULL, NULL) == AG_OK);
  CHECK(ag_store_get(store, "description", &value, NULL) == AG_OK && value == NULL);
  ag_store_close(store);
  empty_folder();
}

/* Commits one value, writes megabytes more and is killed. */
static int die_within_a_transaction(void)
{
  enum { ROWS = 200000 };
  double *value = calloc(ROWS, sizeof *value);
  ag_store *store = open_store();
  ag_store_set(store, "committed", "yes", NULL);
  ag_store_begin(store, NULL);
  ag_store_set(store, "uncommitted", "yes", NULL);
  ag_store_write_rows(store, 0, ROWS, 1, value, NULL); /* more than its cache holds */
  raise(SIGKILL);
  return 0;
}

static void store_of_a_killed_process_holds_what_was_committed(void)
{
  char *committed = NULL, *uncommitted = NULL;
  double found;
  bool complete = true;
  CHECK(in_child(die_within_a_transaction, 0) == -1);
  ag_store *store = open_store();
  CHECK(ag_store_get(store, "committed", &committed, NULL) == AG_OK && committed != NULL);
  CHECK(ag_store_get(store, "uncommitted", &uncommitted, NULL) == AG_OK && uncommitted == NULL);
  CHECK(ag_store_read_rows(store, 1, 1, &found, &complete, NULL) == AG_OK && !complete);
  free(committed);
  ag_store_close(store);
  empty_folder();
}

/* Exit status 0: the disk was full, and the error says so. */
static int fill_the_store(void)
{
  enum { ROWS = 100000 };
  ag_error error = {0};
  double *value = calloc(ROWS, sizeof *value);
  ag_store *store = open_store();
  ag_status status = ag_store_set(store, "committed", "yes", &error);
  if (status == AG_OK)
    status = ag_store_begin(store, &error);
  if (status == AG_OK)
    status = ag_store_write_rows(store, 0, ROWS, 1, value, &error);
  if (status == AG_OK)
    status = ag_store_commit(store, &error);
  ag_store_close(store);
  free(value);
  bool clear = strstr(error.message, place("run.sqlite")) != NULL &&
               (strstr(error.message, "File too large") != NULL ||
                strstr(error.message, "No space left on device") != NULL);
  if (status == AG_ERROR_IO && clear)
    return 0;
  printf("# status %d: %s\n", status, error.message);
  return 1;
}

static void store_on_a_full_disk_says_so_and_loses_nothing(void)
{
  char *committed = NULL;
  CHECK(in_child(fill_the_store, 1 << 16) == 0);
  ag_store *store = open_store();
  CHECK(ag_store_get(store, "committed", &committed, NULL) == AG_OK && committed != NULL);
  free(committed);
  ag_store_close(store);
  empty_folder();
}

static void store_refuses_what_is_no_database(void)
{
  static const unsigned char text[] = "generation,entropy\n0,1\n and so on, long enough";
  ag_store *store = NULL;
  ag_error error = {0};
  spill(place("run.sqlite"), text, sizeof text);
  CHECK(ag_store_open(place("run.sqlite"), true, &store, &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, "damaged") != NULL && store == NULL);
  CHECK(ag_store_open(place("absent"), false, &store, &error) == AG_ERROR_IO);
  CHECK(strstr(error.message, "No such file") != NULL);
  empty_folder();
}

/* --- arrays --- */

static void save(const char *path, size_t generation, const double *value, size_t count)
{
  ag_arrays *file = NULL;
  ag_error error = {0};
  CHECK(ag_arrays_create(path, generation, &file, &error) == AG_OK);
  CHECK(ag_arrays_write(file, "log_mass", value, count, &error) == AG_OK);
  CHECK(ag_arrays_commit(file, &error) == AG_OK);
}

static ag_status load(const char *path, size_t *generation, double *value, size_t count,
                      ag_error *error)
{
  ag_arrays *file = NULL;
  ag_status status = ag_arrays_open(path, generation, &file, error);
  if (status == AG_OK)
    status = ag_arrays_read(file, "log_mass", value, count, error);
  ag_arrays_close(file);
  return status;
}

/* Doubles of all kinds: any bits at all. */
static void fill(double *value, size_t count)
{
  uint64_t state = 1;
  for (size_t i = 0; i < count; i++) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    value[i] = from_bits(state);
  }
}

static void arrays_keep_every_bit(void)
{
  enum { MOST = 300000 }; /* more than one piece */
  static const size_t size[] = {0, 1, 2, 1000, 131072, 131073, MOST};
  double *value = malloc(MOST * sizeof *value), *found = malloc(MOST * sizeof *found);
  const double special[] = {-0.0,         INFINITY,     -INFINITY,
                            NAN,          from_bits(1), from_bits(UINT64_C(0xfff8000000000001)),
                            -from_bits(1)};
  fill(value, MOST);
  memcpy(value, special, sizeof special);
  for (size_t s = 0; s < sizeof size / sizeof size[0]; s++) {
    size_t generation = 0;
    memset(found, 0xa5, MOST * sizeof *found);
    save(place("a.safetensors"), 60 + s, value, size[s]);
    CHECK(load(place("a.safetensors"), &generation, found, size[s], NULL) == AG_OK);
    CHECK(generation == 60 + s && same_bits(found, value, size[s]));
    CHECK(load(place("a.safetensors"), &generation, found, size[s] + 1, NULL) == AG_ERROR_INPUT);
  }
  CHECK(count_files() == 1); /* no temporary file is left */
  free(value);
  free(found);
  empty_folder();
}

static void write_outcome(const char *path, const double *value)
{
  ag_arrays *file = NULL;
  CHECK(ag_arrays_create(path, 9, &file, NULL) == AG_OK);
  CHECK(ag_arrays_write(file, "log_mass", value, 3, NULL) == AG_OK);
  CHECK(ag_arrays_write(file, "snapshot/000005", value + 1, 3, NULL) == AG_OK);
  CHECK(ag_arrays_write(file, "snapshot/000006", value + 2, 3, NULL) == AG_OK);
  CHECK(ag_arrays_write_text(file, "label", "caf\xc3\xa9teeth\0film\0\0", 3, 5, NULL) == AG_OK);
  CHECK(ag_arrays_commit(file, NULL) == AG_OK);
}

static void arrays_of_the_same_values_are_the_same_file(void)
{
  const double value[] = {-1, -2, -3, -4, -5};
  double found[3];
  size_t generation, size[2] = {0, 0};
  ag_arrays *file = NULL;
  write_outcome(place("a.safetensors"), value);
  sleep(1); /* a time stamp would differ */
  write_outcome(place("b.safetensors"), value);
  unsigned char *a = slurp(place("a.safetensors"), &size[0]),
                *b = slurp(place("b.safetensors"), &size[1]);
  CHECK(size[0] > 0 && size[0] == size[1] && memcmp(a, b, size[0]) == 0);
  free(a);
  free(b);
  CHECK(ag_arrays_open(place("a.safetensors"), &generation, &file, NULL) == AG_OK &&
        generation == 9);
  CHECK(ag_arrays_read(file, "snapshot/000006", found, 3, NULL) == AG_OK);
  CHECK(same_bits(found, value + 2, 3));
  CHECK(ag_arrays_has(file, "label") && !ag_arrays_has(file, "snapshot/000007"));
  ag_arrays_close(file);
  empty_folder();
}

/* A header that needs more room than is kept for it moves what is written already. */
static void arrays_may_be_many(void)
{
  enum { ARRAYS = 300, COUNT = 1000 };
  double value[COUNT], found[COUNT];
  ag_arrays *file = NULL;
  size_t generation;
  char name[24];
  fill(value, COUNT);
  CHECK(ag_arrays_create(place("a.safetensors"), 4, &file, NULL) == AG_OK);
  for (int i = 0; i < ARRAYS; i++) {
    snprintf(name, sizeof name, "snapshot/%06d", i);
    CHECK(ag_arrays_write(file, name, value + i, (size_t)(COUNT - i), NULL) == AG_OK);
  }
  CHECK(ag_arrays_commit(file, NULL) == AG_OK);
  CHECK(ag_arrays_open(place("a.safetensors"), &generation, &file, NULL) == AG_OK);
  for (int i = 0; i < ARRAYS; i++) {
    snprintf(name, sizeof name, "snapshot/%06d", i);
    CHECK(ag_arrays_read(file, name, found, (size_t)(COUNT - i), NULL) == AG_OK);
    CHECK(same_bits(found, value + i, (size_t)(COUNT - i)));
  }
  ag_arrays_close(file);
  empty_folder();
}

/* Damage is reported as such, and nothing is printed or left open. */
static void check_damaged(const char *path, size_t count)
{
  double found[64];
  size_t generation = 0;
  ag_error error = {0};
  CHECK(load(path, &generation, found, count, &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, path) != NULL && strstr(error.message, "damaged") != NULL);
}

static void arrays_notice_every_damaged_byte(void)
{
  enum { COUNT = 64 };
  double value[COUNT];
  size_t size = 0;
  fill(value, COUNT);
  save(place("a.safetensors"), 3, value, COUNT);
  int descriptor = open(place("a.safetensors"), O_RDWR);
  unsigned char *bytes = slurp(place("a.safetensors"), &size);
  CHECK(size > COUNT * sizeof(double));
  for (size_t i = 0; i < size; i++) {
    unsigned char byte = bytes[i] ^ 0x11;
    CHECK(pwrite(descriptor, &byte, 1, (off_t)i) == 1);
    check_damaged(place("a.safetensors"), COUNT);
    CHECK(pwrite(descriptor, &bytes[i], 1, (off_t)i) == 1);
  }
  close(descriptor);
  free(bytes);
  empty_folder();
}

static void arrays_notice_a_file_cut_short(void)
{
  enum { COUNT = 64 };
  double value[COUNT];
  fill(value, COUNT);
  save(place("a.safetensors"), 3, value, COUNT);
  struct stat information;
  CHECK(stat(place("a.safetensors"), &information) == 0);
  for (off_t length = information.st_size - 1; length >= 0; length -= length % 7 + 1) {
    CHECK(truncate(place("a.safetensors"), length) == 0);
    check_damaged(place("a.safetensors"), COUNT);
  }
  empty_folder();
}

static void arrays_given_up_leave_no_trace(void)
{
  double value[100] = {0};
  ag_arrays *file = NULL;
  CHECK(ag_arrays_create(place("a.safetensors"), 1, &file, NULL) == AG_OK);
  CHECK(ag_arrays_write(file, "log_mass", value, 100, NULL) == AG_OK);
  ag_arrays_close(file);
  CHECK(count_files() == 0);
}

static void arrays_name_the_place_and_the_reason(void)
{
  ag_error error = {0};
  ag_arrays *file = NULL;
  size_t generation;
  spill(place("regular"), (const unsigned char *)"x", 1);
  CHECK(ag_arrays_create(place("regular/a.safetensors"), 1, &file, &error) == AG_ERROR_IO);
  CHECK(strstr(error.message, place("regular/a.safetensors")) != NULL);
  CHECK(strstr(error.message, "Not a directory") != NULL);
  CHECK(ag_arrays_open(place("absent.safetensors"), &generation, &file, &error) == AG_ERROR_IO);
  CHECK(strstr(error.message, "No such file") != NULL);
  CHECK(ag_directory_make(place("regular/deeper/still"), &error) == AG_ERROR_IO);
  CHECK(strstr(error.message, "Not a directory") != NULL);
  empty_folder();
}

static void arrays_in_a_forbidden_directory_are_an_error(void)
{
  ag_error error = {0};
  ag_arrays *file = NULL;
  chmod(folder, 0500);
  CHECK(ag_arrays_create(place("a.safetensors"), 1, &file, &error) == AG_ERROR_IO);
  CHECK(strstr(error.message, "Permission denied") != NULL);
  chmod(folder, 0700);
}

enum { LARGE = 500000 };

/* Exit status 0: the disk was full, the error says so. */
static int fill_the_disk_with_arrays(void)
{
  ag_error error = {0};
  ag_arrays *file = NULL;
  double *value = calloc(LARGE, sizeof *value);
  ag_status status = ag_arrays_create(place("a.safetensors"), 2, &file, &error);
  for (int i = 0; status == AG_OK && i < 4; i++) {
    char name[16];
    snprintf(name, sizeof name, "x%d", i);
    status = ag_arrays_write(file, name, value, LARGE, &error);
  }
  if (status == AG_OK)
    status = ag_arrays_commit(file, &error);
  else
    ag_arrays_close(file);
  free(value);
  if (status == AG_ERROR_IO && strstr(error.message, place("a.safetensors")) != NULL &&
      strstr(error.message, "File too large") != NULL)
    return 0;
  printf("# status %d: %s\n", status, error.message);
  return 1;
}

/* From no room for the header to room for all but the end. */
static void arrays_on_a_full_disk_say_so_and_leave_the_old_file(void)
{
  static const rlim_t limit[] = {1, 1000, 5000, 100000, 1 << 20, 3 << 20, 8 << 20, 15 << 20};
  const double value[] = {-1, -2};
  save(place("a.safetensors"), 1, value, 2);
  for (size_t i = 0; i < sizeof limit / sizeof limit[0]; i++) {
    double found[2] = {0, 0};
    size_t generation = 0;
    CHECK(in_child(fill_the_disk_with_arrays, limit[i]) == 0);
    CHECK(said_bytes() == 0);
    CHECK(load(place("a.safetensors"), &generation, found, 2, NULL) == AG_OK);
    CHECK(generation == 1 && same_bits(found, value, 2));
    CHECK(count_files() == 2); /* it and "said" */
  }
  empty_folder();
}

int main(void)
{
  const char *base = getenv("TMPDIR");
  snprintf(folder, sizeof folder, "%s/aligngame-archive-XXXXXX", base != NULL ? base : "/tmp");
  if (mkdtemp(folder) == NULL) {
    perror(folder);
    return 1;
  }
  CHECK_RUN(store_keeps_every_bit_of_a_value);
  CHECK_RUN(store_keeps_an_undefined_value);
  CHECK_RUN(store_knows_which_rows_are_missing);
  CHECK_RUN(store_keeps_provenance_and_the_newest_checkpoint);
  CHECK_RUN(store_of_a_killed_process_holds_what_was_committed);
  CHECK_RUN(store_on_a_full_disk_says_so_and_loses_nothing);
  CHECK_RUN(store_refuses_what_is_no_database);
  CHECK_RUN(arrays_keep_every_bit);
  CHECK_RUN(arrays_of_the_same_values_are_the_same_file);
  CHECK_RUN(arrays_may_be_many);
  CHECK_RUN(arrays_notice_every_damaged_byte);
  CHECK_RUN(arrays_notice_a_file_cut_short);
  CHECK_RUN(arrays_given_up_leave_no_trace);
  CHECK_RUN(arrays_name_the_place_and_the_reason);
  if (geteuid() == 0)
    check_skip("arrays_in_a_forbidden_directory_are_an_error", "root may write anywhere");
  else
    CHECK_RUN(arrays_in_a_forbidden_directory_are_an_error);
  CHECK_RUN(arrays_on_a_full_disk_say_so_and_leave_the_old_file);
  empty_folder();
  rmdir(folder);
  return check_end();
}

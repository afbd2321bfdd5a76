/* Any bytes in place of a file of a finished run, or over a part of it, with digests that agree or
 * not: it is read, or refused with words; nothing crashes or hangs. */
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <aligngame/facts.h>
#include <aligngame/run.h>

#include "archive/digests.h"
#include "base/files.h"
#include "fuzz.h"

enum { FILES = 12, WHOLE = 1, AGREE = 2, GO_ON = 4 };

static const char game_text[] =
    "name: fuzz\ngenerations: 3\nspace: {atoms: {mass: [9, 9, 2], labels: [a, b, c]}}\n"
    "curators:\n  owner: {reward: {values: [3, 0, 2]}, pool: 8}\n"
    "  public: {reward: {values: [0, 3, 2]}, pool: 8}\n";

/* The run as it was left. */
static struct {
  char folder[64], path[80];
  ag_names names;
  char *data[FILES];
  size_t size[FILES];
} run;

static void put(const char *name, const char *data, size_t size)
{
  char *path = ag_path_join(run.path, name);
  FILE *to = fopen(path, "we");
  require(to && fwrite(data, 1, size, to) == size && fclose(to) == 0);
  free(path);
}

static void put_all(void)
{
  for (size_t i = 0; i < run.names.count; i++)
    put(run.names.file[i].name, run.data[i], run.size[i]);
}

static void remove_all(void)
{
  char words[160];
  snprintf(words, sizeof words, "rm -rf %s", run.folder);
  if (system(words) != 0)
    fputs("the folder is left\n", stderr);
}

static void play(ag_status expected)
{
  ag_game *game = NULL;
  ag_result *result = NULL;
  const size_t snapshot = 1;
  ag_error error = {0};
  ag_run_options options = {.directory = run.path,
                            .resume = expected != AG_OK,
                            .snapshots = &snapshot,
                            .snapshot_count = 1};
  require(ag_game_parse("game", game_text, sizeof game_text - 1, NULL, 0, &game, NULL) == AG_OK);
  ag_status status = ag_run(game, &options, &result, &error);
  require(status == AG_OK || (expected != AG_OK && error.message[0]));
  ag_result_free(result);
  ag_game_free(game);
}

/* Leaves a run to be damaged, in memory where there is such a folder. */
static void begin(void)
{
  bool shared = access("/dev/shm", W_OK) == 0;
  snprintf(run.folder, sizeof run.folder, "%s/aligngame-fuzz-XXXXXX", shared ? "/dev/shm" : "/tmp");
  require(mkdtemp(run.folder) != NULL && atexit(remove_all) == 0);
  snprintf(run.path, sizeof run.path, "%s/r", run.folder);
  play(AG_OK);
  require(ag_names_add_folder(&run.names, run.path, ".", NULL) == AG_OK);
  require(ag_names_add_folder(&run.names, run.path, "inputs", NULL) == AG_OK);
  require(run.names.count <= FILES);
  for (size_t i = 0; i < run.names.count; i++) {
    char *path = ag_path_join(run.path, run.names.file[i].name);
    require(ag_file_read(path, &run.data[i], &run.size[i], NULL) == AG_OK);
    free(path);
  }
}

/* The digests as a good forger writes them. */
static void agree(void)
{
  ag_names names = {0};
  char *path = ag_path_join(run.path, "SHA256SUMS");
  unlink(path);
  free(path);
  for (size_t i = 0; i < run.names.count; i++) {
    const char *name = run.names.file[i].name;
    name += strncmp(name, "./", 2) == 0 ? 2 : 0;
    if (strcmp(name, "SHA256SUMS") != 0)
      require(ag_names_add(&names, name, NULL, NULL) == AG_OK);
  }
  require(ag_digests_write(run.path, &names, NULL) == AG_OK);
  ag_names_free(&names);
}

static void damage(size_t file, bool whole, const uint8_t *data, size_t size)
{
  if (whole) {
    put(run.names.file[file].name, (const char *)data, size);
    return;
  }
  size_t at = size >= 2 ? (data[0] | (size_t)data[1] << 8) % (run.size[file] + 1) : 0;
  size_t used = size >= 2 ? size - 2 : 0, end = at + used;
  size_t total = end > run.size[file] ? end : run.size[file];
  char *changed = malloc(total + 1);
  memcpy(changed, run.data[file], run.size[file]);
  if (used > 0)
    memcpy(changed + at, data + 2, used);
  put(run.names.file[file].name, changed, total);
  free(changed);
}

static void read_run(void)
{
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_facts *facts = NULL;
  char *words = NULL;
  ag_error error = {0};
  if (ag_run_read(run.path, &game, &result, &error) == AG_OK) {
    require(ag_facts_find(game, result, &facts, &error) == AG_OK);
    char *text = ag_result_json(game, result, facts);
    require(text != NULL);
    free(text);
  } else {
    require(error.message[0]);
  }
  ag_facts_free(facts);
  ag_result_free(result);
  ag_game_free(game);
  if (ag_run_note(run.path, "version", &words, &error) != AG_OK)
    require(error.message[0]);
  free(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (run.names.count == 0)
    begin();
  if (size < 2)
    return 0;
  damage(data[0] % run.names.count, data[1] & WHOLE, data + 2, size - 2);
  if (data[1] & AGREE)
    agree();
  read_run();
  if (data[1] & GO_ON)
    play(AG_ERROR_INPUT);
  put_all();
  return 0;
}

/* command: a model that programs of the user's own train and sample, by way of files.
 *
 * In each generation `train` gets {data}, a file with one text a line, and leaves in the
 * folder {model}, which is empty, whatever `sample` needs; {previous} is the folder of the
 * generation before (of `start` at first, or an empty one). `sample` writes {count} texts,
 * one a line, to the file {output}. {seed} is a whole number below 2^31 that is this
 * generation's own, {generation} its number. All of it happens in a temporary folder that is
 * removed at the end, unless `keep` names a folder for the models:
 * KEEP/replicate-SEED/generation-000012.
 *
 * What a run that is taken up again needs: nothing where `train` does without {previous};
 * elsewhere the last model, which only `keep` keeps. A model counts as kept once the file
 * beside it, generation-000012.done, is there. The programs must do the same for the same
 * files and the same seed. Item i of a sample may depend on how many are asked for. */
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/process.h"
#include "generator/command_files.h"
#include "generator/command_line.h"
#include "generator/generator.h"
#include "space/kinds.h"

/* --- settings --- */

typedef enum part { START, TRAIN, SAMPLE, PARTS } part;

#define AT(place) (1u << AG_PLACE_##place)

static const struct {
  const char *key;
  unsigned needs, takes; /* places */
} parts[PARTS] = {
    [START] = {"start", AT(MODEL), AT(DATA) | AT(MODEL) | AT(COUNT) | AT(SEED)},
    [TRAIN] = {"train", AT(DATA) | AT(MODEL),
               AT(DATA) | AT(MODEL) | AT(PREVIOUS) | AT(COUNT) | AT(SEED) | AT(GENERATION)},
    [SAMPLE] = {"sample", AT(MODEL) | AT(OUTPUT),
                AT(MODEL) | AT(COUNT) | AT(SEED) | AT(OUTPUT) | AT(GENERATION)},
};

typedef struct settings {
  char *line[PARTS]; /* start: or NULL */
  char *folder;      /* where they run */
  char *keep;        /* where models stay, or NULL */
  double timeout;
  bool uses_previous, allowed; /* allowed: to be started */
} settings;

#define FIELD(member) offsetof(settings, member)
static const ag_parameter command_parameters[] = {
    {"train", "learns: gets {data}, a file with one text a line, and fills the folder {model}",
     AG_TEXT, FIELD(line[TRAIN]), .takes = "a command line",
     .example = "'train.py {data} {model}'"},
    {"sample", "writes {count} texts of {model}, one a line, to the file {output}", AG_TEXT,
     FIELD(line[SAMPLE]), .takes = "a command line",
     .example = "'sample.py {model} {count} {seed} {output}'"},
    {"start", "makes the first {model}, which train then knows as {previous}", AG_TEXT,
     FIELD(line[START]), .takes = "a command line", .absent = "an empty folder"},
    {"timeout", "how long each may take", AG_REAL, FIELD(timeout), .unit = "seconds",
     .fallback = "3600", .above = true, .high = INFINITY},
    {"keep", "where the models stay", AG_PATH, .absent = "a temporary folder, removed at the end"},
    {0}};

static void command_release(void *given)
{
  settings *self = given;
  free(self->folder);
  free(self->keep);
}

static ag_status check_places(ag_node node, part p, const char *line, ag_error *error)
{
  for (int place = 0; place < AG_PLACES; place++) {
    const char *name = ag_command_place_name((ag_command_place)place);
    bool there = ag_command_mentions(line, (ag_command_place)place);
    if (there && !(parts[p].takes >> place & 1))
      return ag_node_fail(node, error, "%s: there is no {%s} here", parts[p].key, name);
    if (!there && parts[p].needs >> place & 1)
      return ag_node_fail(node, error, "%s: expected a command with {%s} in it", parts[p].key,
                          name);
  }
  return AG_OK;
}

static ag_status command_read(ag_node node, const ag_space *space, void *given, ag_error *error)
{
  settings *self = given;
  ag_node keep = ag_node_find(node, "keep");
  ag_status status = AG_OK;
  (void)space;
  for (int p = 0; p < PARTS && status == AG_OK; p++)
    if (self->line[p])
      status = check_places(ag_node_find(node, parts[p].key), (part)p, self->line[p], error);
  if (status == AG_OK)
    status = ag_space_find_folder(node.config, &self->folder, error);
  self->allowed = ag_config_allows_programs(node.config);
  self->uses_previous = ag_command_mentions(self->line[TRAIN], AG_PLACE_PREVIOUS);
  if (status == AG_OK && self->line[START] && !self->uses_previous)
    status = ag_node_fail(ag_node_find(node, "start"), error,
                          "start makes the first {previous}, but train does not use it");
  if (status == AG_OK && ag_node_present(keep))
    status = ag_space_resolve_path(keep, &self->keep, error);
  if (status == AG_OK && self->keep) /* the commands run in another folder */
    status = ag_path_make_absolute(&self->keep, error);
  return status;
}

/* --- models --- */

typedef enum stage { NOTHING, STARTED, FITTED } stage;

/* What is saved: the generation, and the replicate's seed in two halves. */
enum { SAVED_GENERATION, SAVED_HIGH, SAVED_LOW, SAVED };

typedef struct command {
  const settings *settings;
  const ag_watch *watch;
  char *room; /* the temporary folder; NULL: not made yet */
  int lock;   /* that keeps it, or -1 */
  stage stage;
  bool lost;         /* the model of this stage is not there any more */
  uint64_t seed;     /* of the replicate, */
  double generation; /* and of the fit; -1 for a start */
  char *model;       /* the folder of that model, or NULL */
  char *previous;    /* that it was made from, or NULL */
  double saved[SAVED];
} command;

static ag_status command_create(const void *given, const ag_items *items, void **model,
                                ag_error *error)
{
  command *made = NULL;
  (void)items;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status != AG_OK)
    return status;
  *made = (command){.settings = given, .lock = -1};
  *model = made;
  return AG_OK;
}

static void command_free(void *model)
{
  command *self = model;
  if (!self)
    return;
  if (self->room)
    ag_folder_remove(self->room);
  if (self->lock >= 0)
    close(self->lock);
  free(self->room);
  free(self->model);
  free(self->previous);
  free(self);
}

static void command_watch(void *model, const ag_watch *watch)
{
  ((command *)model)->watch = watch;
}

/* generation: -1 for a start. */
static ag_status name_folder(const command *self, uint64_t seed, double generation, char **path,
                             ag_error *error)
{
  char name[64] = "start";
  if (generation >= 0)
    snprintf(name, sizeof name, "generation-%06.0f", generation);
  if (self->settings->keep)
    return ag_command_path(path, error, self->settings->keep, "replicate-%016llx/%s",
                           (unsigned long long)seed, name);
  return ag_command_path(path, error, self->room, "%s", name);
}

/* The file that says that a kept model is whole. */
static bool is_whole(const char *folder)
{
  char mark[PATH_MAX];
  return snprintf(mark, sizeof mark, "%s.done", folder) < (int)sizeof mark &&
         access(mark, F_OK) == 0;
}

static ag_status mark_whole(const char *folder, bool whole, ag_error *error)
{
  char *mark = NULL;
  FILE *file = NULL;
  if (asprintf(&mark, "%s.done", folder) < 0)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for a path");
  ag_status status = AG_OK;
  if (!whole)
    ag_folder_remove(mark);
  else
    status = ag_file_create_anew(mark, &file, error);
  if (file)
    fclose(file);
  free(mark);
  return status;
}

static ag_status run(const command *self, part p, const char *const value[AG_PLACES],
                     ag_error *error)
{
  const settings *set = self->settings;
  const ag_process_patience patience = {set->timeout, self->watch ? self->watch->interrupt : NULL};
  char *line = NULL;
  ag_error reason;
  if (!set->allowed)
    return ag_process_refuse(set->line[p], error);
  ag_status status = ag_command_fill(set->line[p], value, &line, error);
  if (status != AG_OK)
    return status;
  status = ag_process_run(line, set->folder, &patience, &reason);
  free(line);
  return status ? ag_fail(error, status, "%s: %s", parts[p].key, reason.message) : AG_OK;
}

/* Below 2^31, which is what everybody's random numbers take. */
static unsigned seed_of(const ag_random_key *key, ag_random_purpose purpose)
{
  uint64_t word;
  ag_random random = ag_random_at(key, purpose, 0);
  ag_random_words(&random, 1, &word);
  return (unsigned)(word >> 33);
}

static void set_path(char **path, char *taken)
{
  free(*path);
  *path = taken;
}

/* What start and train have in common: data in, a folder out. */
static ag_status make_model(command *self, part p, const ag_sample *data, const ag_random_key *key,
                            const char *folder, ag_error *error)
{
  char count[32], seed[32], generation[32], *file = NULL, *none = NULL;
  snprintf(count, sizeof count, "%zu", data->count);
  snprintf(seed, sizeof seed, "%u", seed_of(key, AG_RANDOM_FIT));
  snprintf(generation, sizeof generation, "%lu", (unsigned long)key->generation);
  ag_status status = ag_command_path(&file, error, self->room, "data.txt");
  if (status == AG_OK)
    status = ag_command_path(&none, error, self->room, "none");
  if (status == AG_OK)
    status = ag_folder_clear(none, error);
  if (status == AG_OK)
    status = ag_texts_write(file, data, error);
  if (status == AG_OK)
    status = mark_whole(folder, false, error);
  if (status == AG_OK)
    status = ag_folder_clear(folder, error);
  if (status == AG_OK) {
    const char *const value[AG_PLACES] = {
        [AG_PLACE_DATA] = file,
        [AG_PLACE_MODEL] = folder,
        [AG_PLACE_COUNT] = count,
        [AG_PLACE_SEED] = seed,
        [AG_PLACE_PREVIOUS] = self->previous ? self->previous : none,
        [AG_PLACE_GENERATION] = generation,
    };
    status = run(self, p, value, error);
  }
  if (status == AG_OK && self->settings->keep)
    status = mark_whole(folder, true, error);
  free(file);
  free(none);
  return status;
}

static ag_status make_room(command *self, const ag_sample *data, ag_error *error)
{
  ag_status status = ag_generator_check_data(data, error);
  if (status == AG_OK && !self->room)
    status = ag_folder_create_temporary(&self->room, &self->lock, error);
  return status;
}

static ag_status command_start(void *model, const ag_sample *data, const ag_random_key *key,
                               ag_error *error)
{
  command *self = model;
  char *folder = NULL;
  self->stage = NOTHING;
  set_path(&self->model, NULL);
  set_path(&self->previous, NULL);
  if (!self->settings->line[START])
    return AG_OK;
  ag_status status = make_room(self, data, error);
  if (status == AG_OK)
    status = name_folder(self, key->seed, -1, &folder, error);
  if (status == AG_OK)
    status = make_model(self, START, data, key, folder, error);
  if (status != AG_OK) {
    free(folder);
    return status;
  }
  self->stage = STARTED;
  self->lost = false;
  self->seed = key->seed;
  self->generation = -1;
  set_path(&self->model, folder);
  return AG_OK;
}

/* The last model becomes what the next one is made from; the one before it goes. A second
 * fit of one generation begins where the first did. */
static void step(command *self)
{
  if (self->previous && !self->settings->keep)
    ag_folder_remove(self->previous);
  set_path(&self->previous, self->model);
  self->model = NULL;
}

static ag_status fail_lost(const command *self, ag_error *error)
{
  return ag_fail(error, AG_ERROR_INPUT,
                 "the model of generation %.0f is not there: either its training failed, or it was "
                 "in a temporary folder; `keep: DIR` in the generator `command` keeps models",
                 self->generation);
}

static ag_status command_fit(void *model, const ag_sample *data, const ag_random_key *key,
                             ag_fit_report *report, ag_error *error)
{
  command *self = model;
  char *folder = NULL;
  bool again = self->seed == key->seed && self->generation == key->generation;
  if (self->lost && self->settings->uses_previous && !again)
    return fail_lost(self, error);
  ag_status status = make_room(self, data, error);
  if (status == AG_OK)
    status = name_folder(self, key->seed, key->generation, &folder, error);
  if (status != AG_OK)
    return status;
  if (self->stage != NOTHING && !again)
    step(self);
  self->stage = FITTED;
  self->lost = true;
  self->seed = key->seed;
  self->generation = key->generation;
  set_path(&self->model, folder);
  status = make_model(self, TRAIN, data, key, folder, error);
  self->lost = status != AG_OK;
  if (status == AG_OK)
    *report = (ag_fit_report){.converged = true, .log_likelihood = NAN};
  return status;
}

static ag_status take_output(const command *self, const char *file, size_t count, ag_sample *out,
                             ag_error *error)
{
  const char *line = self->settings->line[SAMPLE];
  ag_error reason;
  struct stat there;
  if (lstat(file, &there) != 0)
    return ag_fail(error, AG_ERROR_INPUT, "sample: `%.120s` has not written {output}", line);
  ag_status status = ag_texts_read(file, count, out, &reason);
  return status ? ag_fail(error, status, "sample: `%.120s` has written %s", line, reason.message)
                : AG_OK;
}

static ag_status command_sample(void *model, size_t count, const ag_random_key *key, ag_sample *out,
                                ag_error *error)
{
  command *self = model;
  char number[32], seed[32], generation[32], *file = NULL;
  if (self->stage == NOTHING)
    return ag_fail(error, AG_ERROR_INPUT, "the generator `command` has no model yet");
  if (self->lost)
    return fail_lost(self, error);
  snprintf(number, sizeof number, "%zu", count);
  snprintf(seed, sizeof seed, "%u", seed_of(key, AG_RANDOM_GENERATE));
  snprintf(generation, sizeof generation, "%lu", (unsigned long)key->generation);
  ag_status status = ag_command_path(&file, error, self->room, "output.txt");
  if (status != AG_OK)
    return status;
  ag_folder_remove(file);
  const char *const value[AG_PLACES] = {
      [AG_PLACE_MODEL] = self->model, [AG_PLACE_COUNT] = number,          [AG_PLACE_SEED] = seed,
      [AG_PLACE_OUTPUT] = file,       [AG_PLACE_GENERATION] = generation,
  };
  status = run(self, SAMPLE, value, error);
  if (status == AG_OK)
    status = take_output(self, file, count, out, error);
  free(file);
  return status;
}

/* --- saving --- */

/* Only a fit: a start is made anew. */
static size_t command_save(void *model, ag_generator_array array[AG_GENERATOR_ARRAYS_MOST])
{
  command *self = model;
  if (self->stage != FITTED)
    return 0;
  self->saved[SAVED_GENERATION] = self->generation;
  self->saved[SAVED_HIGH] = (double)(self->seed >> 32);
  self->saved[SAVED_LOW] = (double)(self->seed & UINT32_MAX);
  array[0] = (ag_generator_array){"fit", SAVED, self->saved};
  return 1;
}

/* Not AG_ERROR_INPUT, which would make it a damaged checkpoint, and the run begin anew without
 * a word. */
static ag_status fail_kept(const command *self, double generation, const char *folder,
                           ag_error *error)
{
  if (self->settings->keep)
    return ag_fail(error, AG_ERROR_IO, "there is no whole model in %s", folder);
  return ag_fail(error, AG_ERROR_IO,
                 "train uses {previous}, and the model of generation %.0f was in a temporary "
                 "folder: such a run can be resumed only with `keep: DIR` in the generator "
                 "`command`",
                 generation);
}

/* Without `keep` the model itself is gone, which matters only to those who ask for it. */
static ag_status command_load(void *model, const ag_generator_array *array, size_t arrays,
                              ag_error *error)
{
  command *self = model;
  size_t count = SAVED;
  char *folder = NULL;
  const double *saved = ag_generator_find(array, arrays, "fit", &count);
  bool right = saved != NULL;
  for (size_t i = 0; i < SAVED && right; i++)
    right = saved[i] >= 0 && saved[i] <= UINT32_MAX && saved[i] == floor(saved[i]);
  if (!right)
    return ag_fail(error, AG_ERROR_INPUT, "the saved arrays are no generator `command`");
  uint64_t seed = (uint64_t)saved[SAVED_HIGH] << 32 | (uint64_t)saved[SAVED_LOW];
  double generation = saved[SAVED_GENERATION];
  if (self->stage == FITTED && !self->lost && self->seed == seed && self->generation == generation)
    return AG_OK; /* the very model that is there already */
  ag_status status = AG_OK;
  if (!self->room)
    status = ag_folder_create_temporary(&self->room, &self->lock, error);
  if (status == AG_OK && self->settings->keep)
    status = name_folder(self, seed, generation, &folder, error);
  if (status == AG_OK && (folder ? !is_whole(folder) : self->settings->uses_previous))
    status = fail_kept(self, generation, folder, error);
  if (status != AG_OK) {
    free(folder);
    return status;
  }
  self->stage = FITTED;
  self->lost = !folder;
  self->seed = seed;
  self->generation = generation;
  set_path(&self->model, folder);
  set_path(&self->previous, NULL);
  return AG_OK;
}

extern const ag_generator_type ag_generator_command;
const ag_generator_type ag_generator_command = {
    .name = "command",
    .summary = "programs of your own that train and sample a model, by way of files",
    .example = "command: {train: 'train.py {data} {model}', "
               "sample: 'sample.py {model} {count} {seed} {output}'}",
    .takes_texts = true,
    .alone = true,
    .parameters = command_parameters,
    .size = sizeof(settings),
    .read = command_read,
    .release = command_release,
    .create = command_create,
    .free_model = command_free,
    .watch = command_watch,
    .start = command_start,
    .fit = command_fit,
    .sample = command_sample,
    .save = command_save,
    .load = command_load,
};

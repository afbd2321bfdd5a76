/* What a run directory says of its files and its legs, and the game that it keeps. */
#include <aligngame/run.h>

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/inputs.h"
#include "archive/run_directory.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/sha256.h"

enum { TIME_SIZE = 40 };

/* Rows of a table as structs that consist of texts first of all. */
typedef struct rows {
  void *row;
  size_t count, size;
} rows;

/* Adds a row, cleared. */
static void *add_row(rows *list, ag_error *error)
{
  char *wider = realloc(list->row, (list->count + 1) * list->size);
  if (wider == NULL) {
    ag_fail_memory(error);
    return NULL;
  }
  list->row = wider;
  return memset(wider + list->count++ * list->size, 0, list->size);
}

static ag_status copy_text(const char *from, char **to, ag_error *error)
{
  *to = ag_text_copy(from != NULL ? from : "");
  return *to != NULL ? AG_OK : ag_fail_memory(error);
}

/* --- inputs --- */

static ag_status find_original(ag_run_input *input, ag_error *error)
{
  char hex[AG_SHA256_HEX];
  uint64_t size = 0;
  struct stat information;
  input->original = AG_ORIGINAL_MISSING;
  if (input->path[0] != '/') { /* standard input is not there any more, and never was */
    input->original = AG_ORIGINAL_SAME;
    return AG_OK;
  }
  if (stat(input->path, &information) != 0)
    return AG_OK; /* also where it may not be looked for */
  input->original = AG_ORIGINAL_CHANGED;
  if (!S_ISREG(information.st_mode) || (unsigned long long)information.st_size != input->size)
    return AG_OK;
  ag_error reason;
  ag_status status = ag_sha256_file(input->path, hex, &size, &reason);
  if (status == AG_OK && strcmp(hex, input->sha256) == 0)
    input->original = AG_ORIGINAL_SAME;
  if (status == AG_ERROR_MEMORY && error != NULL)
    *error = reason;
  return status == AG_ERROR_MEMORY ? status : AG_OK;
}

static ag_status add_input(void *context, const char *const *column, ag_error *error)
{
  ag_run_input *input = add_row(context, error);
  if (input == NULL)
    return AG_ERROR_MEMORY;
  ag_status status = copy_text(column[AG_INPUT_PATH], &input->path, error);
  if (status == AG_OK)
    status = copy_text(column[AG_INPUT_DIGEST], &input->sha256, error);
  if (status == AG_OK && column[AG_INPUT_NAME] != NULL)
    status = copy_text(column[AG_INPUT_NAME], &input->name, error);
  if (column[AG_INPUT_BYTES] != NULL)
    input->size = strtoull(column[AG_INPUT_BYTES], NULL, 10);
  return status == AG_OK ? find_original(input, error) : status;
}

void ag_run_inputs_free(ag_run_input *input, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    free(input[i].name);
    free(input[i].path);
    free(input[i].sha256);
  }
  free(input);
}

ag_status ag_run_inputs(const char *directory, ag_run_input **input, size_t *count, ag_error *error)
{
  ag_run_directory *opened = NULL;
  rows list = {.size = sizeof **input};
  ag_status status = ag_run_directory_open_reader(directory, &opened, error);
  if (status == AG_OK)
    status = ag_store_visit_inputs(opened->store, add_input, &list, error);
  ag_run_directory_close(opened);
  if (status != AG_OK) {
    ag_run_inputs_free(list.row, list.count);
    return status;
  }
  *input = list.row;
  *count = list.count;
  return AG_OK;
}

/* --- legs --- */

static ag_status add_leg(void *context, const char *const *column, ag_error *error)
{
  ag_run_leg *leg = add_row(context, error);
  if (leg == NULL)
    return AG_ERROR_MEMORY;
  char **const text[AG_LEG_COLUMNS] = {[AG_LEG_VERSION] = &leg->version,
                                       [AG_LEG_PLATFORM] = &leg->platform,
                                       [AG_LEG_INSTRUCTIONS] = &leg->instructions,
                                       [AG_LEG_THREADS] = &leg->threads,
                                       [AG_LEG_COMMAND] = &leg->command,
                                       [AG_LEG_FROM] = &leg->from,
                                       [AG_LEG_TO] = &leg->to,
                                       [AG_LEG_BEGUN] = &leg->begun,
                                       [AG_LEG_ENDED] = &leg->ended,
                                       [AG_LEG_REMARK] = &leg->remark};
  ag_status status = AG_OK;
  for (int c = 0; c < AG_LEG_COLUMNS && status == AG_OK; c++)
    status = copy_text(column[c], text[c], error);
  return status;
}

void ag_run_legs_free(ag_run_leg *leg, size_t count)
{
  for (size_t i = 0; i < count; i++) {
    char *const text[] = {leg[i].version, leg[i].platform, leg[i].instructions, leg[i].threads,
                          leg[i].command, leg[i].from,     leg[i].to,           leg[i].begun,
                          leg[i].ended,   leg[i].remark};
    for (size_t k = 0; k < sizeof text / sizeof *text; k++)
      free(text[k]);
  }
  free(leg);
}

ag_status ag_run_legs(const char *directory, ag_run_leg **leg, size_t *count, ag_error *error)
{
  ag_run_directory *opened = NULL;
  rows list = {.size = sizeof **leg};
  ag_status status = ag_run_directory_open_reader(directory, &opened, error);
  if (status == AG_OK)
    status = ag_store_visit_legs(opened->store, add_leg, &list, error);
  ag_run_directory_close(opened);
  if (status != AG_OK) {
    ag_run_legs_free(list.row, list.count);
    return status;
  }
  *leg = list.row;
  *count = list.count;
  return AG_OK;
}

/* --- the game --- */

/* What is sealed and what was copied is as it was. */
static ag_status check_files(const char *directory, ag_error *error)
{
  ag_digests_state state;
  ag_status status = ag_run_directory_expect_files(directory, error);
  return status == AG_OK ? ag_digests_check(directory, ag_run_store_name, true, &state, error)
                         : status;
}

/* time: the override of the generations that the file asks for; "" where it says nothing. */
static ag_status expect_same(const char *directory, const char *description, const char *path,
                             const char *const *overrides, size_t count, char time[TIME_SIZE],
                             ag_error *error)
{
  ag_config *config = NULL;
  bool same = false;
  long long generations = 0;
  ag_status status = ag_game_open(path, overrides, count, &config, error);
  if (status == AG_OK)
    status = ag_inputs_match(directory, description, config, &same, error);
  if (status == AG_OK && !same)
    status =
        ag_fail(error, AG_ERROR_INPUT,
                "%s holds a run of another game: its description differs from this one", directory);
  ag_node node =
      status == AG_OK ? ag_node_find(ag_config_root(config), "generations") : (ag_node){0};
  if (status == AG_OK && ag_node_present(node)) {
    status = ag_node_integer(node, "generations", 0, LLONG_MAX, &generations, error);
    snprintf(time, TIME_SIZE, "generations=%lld", generations);
  }
  ag_config_free(config);
  return status;
}

/* Programs that a stranger's directory names are not started unasked. */
static ag_status expect_own(const char *directory, unsigned allow, ag_error *error)
{
  char *why = NULL;
  struct stat information;
  if (allow & AG_ALLOW_STRANGER || stat(directory, &information) != 0)
    return AG_OK;
  ag_status status = ag_run_is_strange(directory, &why, error);
  if (status == AG_OK && why != NULL)
    status = ag_fail(error, AG_ERROR_INPUT,
                     "%s: going on may start programs that the directory names, as you. --trust "
                     "goes on all the same",
                     why);
  free(why);
  return status;
}

ag_status ag_run_game(const char *directory, const char *path, const char *const *overrides,
                      size_t count, unsigned allow, ag_game **game, ag_error *error)
{
  char *description = NULL, time[TIME_SIZE] = "";
  const char *const longer[] = {time};
  ag_status status = expect_own(directory, allow, error);
  if (status == AG_OK)
    status = check_files(directory, error);
  if (status == AG_OK)
    status = ag_run_description(directory, &description, error);
  if (status == AG_OK && path != NULL)
    status = expect_same(directory, description, path, overrides, count, time, error);
  if (status == AG_OK)
    status = ag_inputs_read_game(directory, description, path != NULL ? longer : overrides,
                                 path != NULL ? time[0] != '\0' : count, game, error);
  free(description);
  return status;
}

/* Finished runs read back: for reports, which must not change what they show. */
#include <aligngame/run.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "archive/digests.h"
#include "archive/inputs.h"
#include "archive/result.h"
#include "archive/run_directory.h"
#include "base/memory.h"

/* Refuses a run that has not come to its end, with how to bring it there. */
static ag_status expect_finished(const ag_run_directory *directory, ag_error *error)
{
  char *finished = NULL;
  ag_status status = ag_store_get(directory->store, "finished", &finished, error);
  if (status == AG_OK && finished == NULL)
    status = ag_fail(error, AG_ERROR_INPUT,
                     "the run in %s is not finished: go on with `aligngame run --resume -o %s`",
                     directory->path, directory->path);
  free(finished);
  return status;
}

/* What is sealed is checked before anything is read of it. */
static ag_status check_sealed(const char *directory, ag_error *error)
{
  ag_digests_state state;
  ag_status status = ag_run_directory_expect_files(directory, error);
  return status == AG_OK ? ag_digests_check(directory, ag_run_store_name, false, &state, error)
                         : status;
}

/* One that was killed just before its end has a file without a digest. */
static ag_status expect_sealed(const ag_run_directory *directory, ag_error *error)
{
  ag_digests_state state;
  ag_status status = ag_digests_look(directory->path, ag_run_store_name, &state, error);
  if (status == AG_OK && !state.found)
    return ag_fail(error, AG_ERROR_INPUT,
                   "%s/SHA256SUMS is missing: whether the files are as they were cannot be told",
                   directory->path);
  if (status == AG_OK && !state.sealed)
    status = ag_fail(error, AG_ERROR_INPUT,
                     "the run in %s ends without the digests of its files in SHA256SUMS: "
                     "`aligngame run --resume -o %s` completes it",
                     directory->path, directory->path);
  return status;
}

static ag_status fail_damaged(const ag_run_directory *directory, ag_error *error)
{
  return ag_fail(error, AG_ERROR_INPUT,
                 "the run in %s cannot be read, although its files are as they were written: its "
                 "game or its outcome is another program's",
                 directory->path);
}

static ag_status read_game(const ag_run_directory *directory, ag_game **game, ag_error *error)
{
  char *text = NULL;
  ag_status status = ag_store_get(directory->store, "description", &text, error);
  if (status == AG_OK && text == NULL)
    status = fail_damaged(directory, error);
  if (status == AG_OK)
    status = ag_inputs_show_game(directory->path, text, game, error);
  free(text);
  return status;
}

/* Makes a result with room for all that the run kept, and fills it. */
static ag_status read_result(ag_run_directory *directory, const ag_game *game, ag_result **result,
                             ag_error *error)
{
  size_t *snapshot = NULL, count = 0;
  bool good = false;
  ag_result *made = NULL;
  ag_status status = ag_run_directory_join_snapshots(directory, &snapshot, &count, error);
  if (status == AG_OK)
    status = ag_run_directory_match(directory, game, error);
  if (status == AG_OK)
    status = ag_result_create(game, snapshot, count, &made, error);
  if (status == AG_OK)
    status = ag_run_directory_read(directory, made, &good, error);
  if (status == AG_OK && !good)
    status = fail_damaged(directory, error);
  if (status == AG_OK && ag_game_is_sampled(game))
    status = ag_result_add_counterpart(game, NULL, made, error);
  if (status == AG_OK && (made->directory = ag_text_copy(directory->path)) == NULL)
    status = ag_fail_memory(error);
  if (status == AG_OK) {
    ag_result_rank(made);
    *result = made;
    made = NULL;
  }
  ag_result_free(made);
  free(snapshot);
  return status;
}

ag_status ag_run_read(const char *directory, ag_game **game, ag_result **result, ag_error *error)
{
  ag_run_directory *opened = NULL;
  ag_game *played = NULL;
  ag_status status = check_sealed(directory, error);
  if (status == AG_OK)
    status = ag_run_directory_open_reader(directory, &opened, error);
  if (status == AG_OK)
    status = expect_finished(opened, error);
  if (status == AG_OK)
    status = expect_sealed(opened, error);
  if (status == AG_OK)
    status = read_game(opened, &played, error);
  if (status == AG_OK)
    status = read_result(opened, played, result, error);
  if (status == AG_OK)
    *game = played;
  else
    ag_game_free(played);
  ag_run_directory_close(opened);
  return status;
}

ag_status ag_run_note(const char *directory, const char *key, char **value, ag_error *error)
{
  static const char *const alias[][2] = {{"begun", "created"}, {"machine", "platform"}};
  ag_run_directory *opened = NULL;
  for (size_t i = 0; i < sizeof alias / sizeof *alias; i++)
    if (strcmp(key, alias[i][0]) == 0)
      key = alias[i][1];
  ag_status status = ag_run_directory_open_reader(directory, &opened, error);
  if (status == AG_OK)
    status = ag_store_get(opened->store, key, value, error);
  ag_run_directory_close(opened);
  return status;
}

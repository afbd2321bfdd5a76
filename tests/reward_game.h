/* A space and a reward from a document, evaluated, for the tests of rewards. */
#ifndef AG_TESTS_REWARD_GAME_H
#define AG_TESTS_REWARD_GAME_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "reward/reward.h"
#include "tests/check.h"

typedef struct game {
  ag_config *config;
  ag_space *space;
  ag_reward reward;
  double *value; /* [n] */
  ag_status status;
  ag_error error;
} game;

static char folder[] = "/tmp/aligngame-reward-XXXXXX";

static inline void write_file(const char *name, const char *text)
{
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  if (!file || fputs(text, file) < 0 || fclose(file) != 0)
    exit(99);
}

static inline void remove_file(const char *name)
{
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  remove(path);
}

/* Reads a document with a space and a reward, and evaluates the reward. */
static inline game game_open(const char *text)
{
  game made = {.status = AG_OK};
  char name[256];
  snprintf(name, sizeof name, "%s/game.yaml", folder);
  made.status = ag_config_parse(name, text, strlen(text), NULL, 0, &made.config, &made.error);
  if (made.status == AG_OK)
    made.status =
        ag_space_read(ag_node_find(ag_config_root(made.config), "space"), &made.space, &made.error);
  if (made.status != AG_OK) {
    printf("# no space: %s\n", made.error.message);
    exit(99);
  }
  ag_node node = ag_node_find(ag_config_root(made.config), "reward");
  made.status = ag_reward_read(node, made.space, &made.reward, &made.error);
  made.value = calloc(made.space->count, sizeof *made.value);
  const ag_items items = ag_items_of_space(made.space);
  if (made.status == AG_OK)
    made.status = ag_reward_evaluate(&made.reward, node, &items, made.value, &made.error);
  return made;
}

static inline void game_close(game *played)
{
  ag_reward_free(&played->reward);
  free(played->value);
  ag_space_free(played->space);
  ag_config_free(played->config);
}

static inline void check_values(const char *text, const double *expected, size_t count,
                                double tolerance)
{
  game played = game_open(text);
  if (played.status != AG_OK)
    printf("# %s\n", played.error.message);
  CHECK(played.status == AG_OK);
  CHECK(played.space->count == count);
  for (size_t i = 0; i < count && played.status == AG_OK; i++)
    CHECK_NEAR(played.value[i], expected[i], tolerance);
  game_close(&played);
}

/* The reward is refused at line and column of the text, with words. */
static inline void check_refused(const char *text, long line, long column, const char *words)
{
  game played = game_open(text);
  CHECK(played.status == AG_ERROR_INPUT);
  if (!strstr(played.error.message, words) || played.error.line != line ||
      played.error.column != column) {
    printf("# expected %ld:%ld %s\n#      got %ld:%ld %s\n", line, column, words, played.error.line,
           played.error.column, played.error.message);
    CHECK(!"the place and the words");
  }
  game_close(&played);
}

#endif

/* Any bytes as a game: it is refused with a place, or it plays, and all that is said of it is said.
 * What follows the first NUL are overrides, with NULs between them. Games that name files or
 * programs and large ones are left out; of the others, three generations are played. */
#include <jansson.h>
#include <math.h>

#include <aligngame/analysis.h>
#include <aligngame/audit.h>
#include <aligngame/facts.h>
#include <aligngame/json.h>
#include <aligngame/run.h>
#include <aligngame/theory.h>

#include "../../cli/analysis_report.h"
#include "../../cli/outcome.h"
#include "base/config.h"
#include "fuzz.h"

enum { OVERRIDES = 8, LARGEST = 40, LONGEST = 400 };

/* ---- which games are played ---- */

static bool is_among(const char *word, const char *const *list)
{
  while (*list && strcmp(*list, word) != 0)
    list++;
  return *list != NULL;
}

/* Of these, a number may be large: it makes nothing longer. */
static bool is_free(const char *key)
{
  static const char *const list[] = {"seed",   "mass",   "values", "temperature", "slope",  "pool",
                                     "center", "radius", "lower",  "upper",       "weight", NULL};
  return is_among(key, list);
}

static bool is_outside(const char *key)
{
  static const char *const list[] = {"file", "command", "run", "model", "table", "gpt2", NULL};
  return is_among(key, list);
}

static bool is_small(ag_node node, bool free)
{
  double value;
  const char *text;
  if (ag_node_get_kind(node) == AG_NODE_SCALAR) {
    if (ag_node_text(node, "", &text, NULL) == AG_OK && (strchr(text, '/') || is_outside(text)))
      return false;
    return free || ag_node_real(node, "", &value, NULL) != AG_OK || fabs(value) <= LARGEST;
  }
  size_t count = ag_node_count(node);
  bool small = count <= LARGEST;
  for (size_t i = 0; small && i < count; i++) {
    const char *key = "";
    ag_node at, value_at;
    if (ag_node_get_kind(node) == AG_NODE_MAPPING)
      ag_node_entry(node, i, &key, &at, &value_at);
    else
      value_at = ag_node_item(node, i);
    if ((strcmp(key, "cells") == 0 && ag_node_count(value_at) > 2) ||
        (strcmp(key, "text") == 0 && !ag_node_present(ag_node_find(value_at, "sentences"))))
      return false;
    small = !is_outside(key) && is_small(value_at, free || is_free(key));
  }
  return small;
}

/* Whether the whole description, overrides applied, is a small game that stands alone. */
static bool is_played(const char *text, size_t size, const char *const *overrides, size_t count)
{
  ag_config *config = NULL;
  ag_error error = {0};
  if (ag_config_parse("fuzz.yaml", text, size, overrides, count, &config, &error) != AG_OK)
    return true; /* to be refused */
  bool small = is_small(ag_config_root(config), false);
  ag_config_free(config);
  return small;
}

/* What a game does not say has its default, which may be large. */
static bool is_short(const ag_game *game)
{
  ag_sampling sampling = ag_game_sampling(game);
  return ag_game_item_count(game) <= LONGEST && sampling.initial <= LONGEST &&
         sampling.generate <= LONGEST && ag_game_replicates(game) <= LARGEST;
}

/* The search for rest points takes seconds. */
static bool is_settled_soon(const ag_game *game)
{
  ag_theory theory;
  ag_theory_of(game, &theory);
  return theory.kind != AG_THEORY_REST_POINTS || ag_game_item_count(game) <= 2;
}

/* ---- what is said of one ---- */

static void check_json(char *text)
{
  require(text != NULL);
  json_error_t reason;
  json_t *root = json_loads(text, 0, &reason);
  require(json_is_object(root));
  json_decref(root);
  free(text);
}

static void say_result(FILE *out, const ag_game *game, const ag_result *result)
{
  ag_facts *facts = NULL;
  ag_error error = {0};
  require(ag_facts_find(game, result, &facts, &error) == AG_OK);
  outcome_view outcome = {game, result, facts};
  outcome_print_short(out, &outcome, NULL);
  outcome_print_game(out, game);
  outcome_print_theory(out, &outcome);
  outcome_print_survival(out, &outcome);
  outcome_print_metrics(out, result);
  check_json(ag_result_json(game, result, facts));
  ag_facts_free(facts);
}

static void play(FILE *out, const ag_game *game)
{
  ag_result *result = NULL;
  ag_error error = {0};
  const size_t snapshot = 1;
  ag_run_options options = {.counterpart = true, .snapshots = &snapshot, .snapshot_count = 1};
  if (ag_run(game, &options, &result, &error) != AG_OK) {
    require_refusal(&error);
    return;
  }
  for (size_t i = 0; i < result->item_count; i++)
    require(!isnan(result->log_mass[i]) && result->log_mass[i] <= 1e-9);
  if (is_settled_soon(game))
    say_result(out, game, result);
  ag_result_free(result);
}

static void analyze(FILE *out, const ag_game *game)
{
  ag_analysis *analysis = NULL;
  ag_error error = {0};
  if (ag_analyze(game, &analysis, &error) != AG_OK) {
    require_refusal(&error);
    return;
  }
  report_analysis(out, game, analysis);
  check_json(ag_analysis_json(game, analysis, NULL));
  ag_analysis_free(analysis);
}

/* Its own description is the same game. */
static void check_description(const ag_game *game)
{
  ag_game *again = NULL;
  ag_error error = {0};
  const char *text = ag_game_text(game);
  require(ag_game_parse("again.yaml", text, strlen(text), NULL, 0, &again, &error) == AG_OK);
  require(strcmp(ag_game_text(again), text) == 0);
  ag_game_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char generations[] = "generations=3";
  const char *at = (const char *)data, *overrides[OVERRIDES + 1];
  char *owned[OVERRIDES];
  size_t length, count = 0, piece_size;
  const char *text = take_piece(&at, &size, &length);
  while (size > 0 && count < OVERRIDES) {
    const char *piece = take_piece(&at, &size, &piece_size);
    overrides[count] = owned[count] = strndup(piece, piece_size);
    count++;
  }
  overrides[count] = generations;
  ag_game *game = NULL;
  ag_error error = {0};
  if (is_played(text, length, overrides, count + 1)) {
    if (ag_game_parse("fuzz.yaml", text, length, overrides, count + 1, &game, &error) != AG_OK)
      require_refusal(&error);
  }
  if (game && is_short(game)) {
    FILE *out = fopen("/dev/null", "we");
    check_description(game);
    play(out, game);
    if (!ag_game_is_sampled(game) && is_settled_soon(game))
      analyze(out, game);
    fclose(out);
  }
  ag_game_free(game);
  for (size_t i = 0; i < count; i++)
    free(owned[i]);
  return 0;
}

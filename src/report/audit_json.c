#include <aligngame/json.h>

#include <stdlib.h>

#include "report/json.h"

static json_t *evidence_json(const ag_claim *claim)
{
  json_t *evidence = json_object();
  for (size_t e = 0; e < claim->evidence_count; e++)
    ag_json_put(&evidence, claim->evidence[e].name, ag_json_real(claim->evidence[e].value));
  return evidence;
}

/* --- what the verdicts are about --- */

enum { ITEMS_TOLD = 20 };

static json_t *steps_json(const ag_game *game)
{
  json_t *steps = json_array();
  for (size_t s = 0; s < ag_game_step_count(game); s++) {
    size_t size = ag_game_step_words(game, s, NULL, 0) + 1;
    char *words = malloc(size);
    if (words)
      ag_game_step_words(game, s, words, size);
    ag_json_append(&steps, words ? json_string(words) : NULL);
    free(words);
  }
  return steps;
}

/* Few items' rewards, or masses: null of many. */
static json_t *items_json(const ag_game *game, size_t curator, bool masses)
{
  double value[ITEMS_TOLD];
  size_t count = ag_game_item_count(game);
  if (count > ITEMS_TOLD || ag_game_is_cloud(game) || ag_game_is_text(game) ||
      (!masses && ag_game_curator_prefers(game, curator)))
    return json_null();
  if (masses)
    ag_game_initial_log_mass(game, value);
  else
    ag_game_rewards(game, curator, value);
  for (size_t i = 0; masses && i < count; i++)
    value[i] = exp(value[i]);
  return ag_json_reals(value, count, 1);
}

static json_t *profile_json(const ag_game *game)
{
  ag_theory theory;
  json_t *rewards = json_object(), *acting = json_array();
  for (size_t c = 0; c < ag_game_curator_count(game); c++) {
    const char *name = ag_game_curator_name(game, c);
    ag_json_put(&rewards, name, items_json(game, c, false));
    if (ag_game_curator_acts(game, c))
      ag_json_append(&acting, json_string(name));
  }
  ag_theory_of(game, &theory);
  return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "reading", ag_game_reading(game), "steps",
                   steps_json(game), "acting", acting, "rewards", rewards, "start",
                   items_json(game, 0, true), "theory", ag_json_theory(&theory));
}

char *ag_audit_json(const ag_game *game, const ag_audit *audit)
{
  json_t *claims = json_array();
  for (size_t c = 0; c < audit->claim_count; c++) {
    const ag_claim *claim = &audit->claim[c];
    ag_json_append(&claims, json_pack("{s:s, s:s, s:o, s:s}", "claim", claim->claim, "verdict",
                                      ag_verdict_name(claim->verdict), "evidence",
                                      evidence_json(claim), "explanation", claim->explanation));
  }
  json_t *document = json_pack("{s:o, s:s, s:o, s:o}", "settings", ag_json_settings(game), "name",
                               ag_game_name(game), "profile", profile_json(game), "claims", claims);
  ag_json_add_input(&document, game);
  return ag_json_finish("audit", document);
}

/* --- the ensemble --- */

static json_t *witness_json(const ag_witness *witness)
{
  if (!witness->found)
    return json_null();
  return json_pack(
      "{s:o, s:o, s:o, s:o, s:I, s:o}", "mass", ag_json_reals(witness->mass, witness->atoms, 1),
      "owner", ag_json_reals(witness->reward[0], witness->atoms, 1), "public",
      ag_json_reals(witness->reward[1], witness->atoms, 1), "pool", ag_json_pool(witness->pool),
      "end", (json_int_t)witness->end, "gain", ag_json_real(witness->gain));
}

static json_t *row_json(const ag_ensemble_row *row)
{
  static const char *const regimes[] = {"perfect", "partial", "disjoint"};
  json_t *counts = json_object();
  for (int r = 0; r < 3; r++) {
    json_t *verdicts = json_object();
    for (int v = 0; v < 4; v++)
      ag_json_put(&verdicts, ag_verdict_name((ag_verdict)v),
                  json_integer((json_int_t)row->count[r][v]));
    ag_json_put(&counts, regimes[r], verdicts);
  }
  return json_pack("{s:s, s:o, s:o}", "claim", row->claim, "games", counts, "counterexample",
                   witness_json(&row->witness));
}

char *ag_ensemble_json(const ag_ensemble *ensemble)
{
  json_t *claims = json_array(), *share = json_array();
  for (size_t r = 0; r < ensemble->row_count; r++)
    ag_json_append(&claims, row_json(&ensemble->row[r]));
  for (size_t y = 0; y < ensemble->side; y++)
    ag_json_append(&share, ag_json_reals(ensemble->share + y * ensemble->side, ensemble->side, 1));
  json_t *sinks =
      json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "games", (json_int_t)ensemble->sink_games,
                "ended_at_sink", (json_int_t)ensemble->ended_at_sink, "elsewhere",
                (json_int_t)ensemble->elsewhere, "unsettled", (json_int_t)ensemble->unsettled,
                "lock_in", (json_int_t)ensemble->lock_in, "rates", (json_int_t)ensemble->rates,
                "worst_rate_error", ag_json_real(ensemble->worst_rate_error));
  return ag_json_finish(
      "paper", json_pack("{s:{s:s, s:I, s:I, s:I}, s:o, s:o, s:{s:o, s:o}}", "settings", "part",
                         "claims", "seed", (json_int_t)ensemble->options.seed, "games",
                         (json_int_t)ensemble->options.games, "sink_games",
                         (json_int_t)ensemble->options.sink_games, "claims", claims, "sinks", sinks,
                         "theorem_4", "gap", ag_json_reals(ensemble->gap, ensemble->side, 1),
                         "share_by_public_gap_then_owner_gap", share));
}

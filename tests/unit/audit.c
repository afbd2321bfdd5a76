/* Audits of a game that is not played long enough to end. Public headers alone. */
#include <aligngame/audit.h>
#include <aligngame/spec.h>

#include "tests/check.h"

/* A gap g one way and back: H(g) H(-g) < 1, so that each of the three atoms is a sink, and only
 * play tells where it ends. */
static const char three_sinks[] = "space: {atoms: {mass: [1, 1, 1]}}\n"
                                  "curators:\n"
                                  "  owner: {reward: {values: [2, 1, 0]}, pool: 8}\n"
                                  "  public: {reward: {values: [0, 1, 2]}, pool: 8}\n"
                                  "loop: {order: [owner, public]}\n";

static ag_audit *audit(size_t generations)
{
  const ag_audit_options options = {.generations = generations, .searches = 2};
  ag_game *game = NULL;
  ag_audit *made = NULL;
  CHECK(ag_game_parse("three", three_sinks, strlen(three_sinks), NULL, 0, &game, NULL) == AG_OK);
  CHECK(ag_audit_game(game, &options, &made, NULL) == AG_OK);
  ag_game_free(game);
  return made;
}

static const ag_claim *find(const ag_audit *made, const char *name)
{
  for (size_t i = 0; i < made->claim_count; i++)
    if (strcmp(made->claim[i].claim, name) == 0)
      return &made->claim[i];
  return NULL;
}

static void what_more_play_would_decide_is_undecided(void)
{
  static const char *const open[][2] = {{"theorem 4", "more generations would decide"},
                                        {"theorem 5", "both optimal sets still have mass"},
                                        {"theorem 7", "not settled after"}};
  ag_audit *brief = audit(1), *whole = audit(0);
  for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
    const ag_claim *claim = find(brief, open[i][0]), *decided = find(whole, open[i][0]);
    CHECK(claim && claim->verdict == AG_VERDICT_UNDECIDED);
    CHECK(claim && strstr(claim->explanation, open[i][1]));
    CHECK(decided &&
          (decided->verdict == AG_VERDICT_HOLDS || decided->verdict == AG_VERDICT_FAILS));
  }
  ag_audit_free(brief);
  ag_audit_free(whole);
}

int main(void)
{
  CHECK_RUN(what_more_play_would_decide_is_undecided);
  return check_end();
}

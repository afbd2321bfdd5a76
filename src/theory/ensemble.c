/* The paper's claims over random games, and exact play against invasion
 * analysis. Every game's numbers depend on the seed and its place only. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "theory/audit.h"
#include "theory/ensemble.h"

enum { ATOMS_MOST = 8, REGIMES = 3, VERDICTS = 4 };

/* All claims but the last, which is about real data: the random games have none. */
enum { ROWS = AG_AUDIT_CLAIMS - 1 };

/* --- one random game --- */

ag_game_spec ag_random_game_spec(ag_random_game *game)
{
  static const char *const names[AG_RANDOM_CURATORS] = {"owner", "public", "third"};
  for (size_t c = 0; c < game->curators; c++)
    game->rows[c] = game->reward[c];
  return (ag_game_spec){.count = game->atoms,
                        .log_mass = game->log_mass,
                        .curator_count = game->curators,
                        .curator = names,
                        .reward = game->rows,
                        .pool = game->pool,
                        .temperature = game->temperature};
}

static ag_pool random_pool(ag_random *random)
{
  static const ag_pool pools[] = {2, 3, 4, 8, 16, 64, 256, 1000, AG_POOL_INFINITE};
  return pools[ag_random_below(random, sizeof pools / sizeof *pools)];
}

/* Rewards drawn so that the regime holds: the curators' best items are made
 * equal, made to share some, or left apart. Every reward gets a gap below its
 * maximum of a random size. */
static void draw_rewards(ag_random *random, ag_regime regime, ag_random_game *game)
{
  size_t n = game->atoms, best[2];
  for (int i = 0; i < 2; i++) {
    double scale = exp(2 * ag_random_uniform(random) - 0.5);
    for (size_t x = 0; x < n; x++)
      game->reward[i][x] = -scale * (0.1 + ag_random_exponential(random));
    best[i] = ag_random_below(random, n);
  }
  if (regime != AG_REGIME_DISJOINT)
    best[1] = best[0];
  else if (best[1] == best[0])
    best[1] = (best[0] + 1) % n;
  game->reward[0][best[0]] = game->reward[1][best[1]] = 0;
  if (regime == AG_REGIME_PARTIAL) /* one of the two has another favourite as well */
    game->reward[ag_random_below(random, 2)][(best[0] + 1) % n] = 0;
  if (regime == AG_REGIME_PERFECT && ag_random_below(random, 3) == 0)
    game->reward[0][(best[0] + 1) % n] = game->reward[1][(best[0] + 1) % n] = 0;
}

static void draw_game(ag_random *random, ag_regime regime, ag_random_game *game)
{
  game->atoms = 2 + ag_random_below(random, ATOMS_MOST - 1);
  game->curators = 2;
  for (size_t x = 0; x < game->atoms; x++)
    game->log_mass[x] = log(ag_random_exponential(random));
  for (int i = 0; i < 2; i++) {
    game->pool[i] = random_pool(random);
    game->temperature[i] = 1;
  }
  draw_rewards(random, regime, game);
}

/* Verdicts of the wanted rows on one game; claim[] keeps the evidence. */
static ag_status judge_game(ag_random_game *numbers, const ag_audit_options *options,
                            const bool wanted[ROWS], ag_claim claim[ROWS], size_t *end,
                            ag_regime *regime, ag_error *error)
{
  ag_game *game = NULL;
  ag_audit_case one = {0};
  ag_game_spec spec = ag_random_game_spec(numbers);
  ag_status status = ag_game_make(&spec, &game, error);
  if (!status)
    status = ag_audit_case_create(game, options, &one, error);
  for (size_t r = 0; !status && r < ROWS; r++) {
    claim[r] = (ag_claim){.claim = ag_audit_claims[r].name, .verdict = AG_VERDICT_NOT_APPLICABLE};
    if (wanted[r])
      status = ag_audit_judge(&one, &ag_audit_claims[r], &claim[r], error);
  }
  if (!status) {
    *end = one.applies ? ag_audit_item(&one, one.own.limit.number) : 0;
    *regime = one.prediction->regime;
  }
  ag_audit_case_free(&one);
  ag_game_free(game);
  return status;
}

/* --- progress and failure, from many threads --- */

void ag_watch_done(ag_ensemble_watch *watch, ag_status status)
{
#pragma omp critical(ensemble_watch)
  {
    if (status && !watch->failure)
      watch->failure = status;
    watch->done++;
    if (watch->options->progress)
      watch->options->progress(watch->options->context, watch->done, watch->of);
  }
}

bool ag_watch_failed(const ag_ensemble_watch *watch)
{
  ag_status failure;
#pragma omp atomic read
  failure = watch->failure;
  return failure != AG_OK;
}

/* --- the claims --- */

static void count_claims(ag_ensemble *ensemble, ag_regime regime, const ag_claim *claim)
{
  for (size_t r = 0; r < ROWS; r++) {
    size_t *count = &ensemble->row[r].count[regime][claim[r].verdict];
#pragma omp atomic update
    (*count)++;
  }
}

static void play_claims(const ag_ensemble_options *options, ag_ensemble *ensemble,
                        ag_ensemble_watch *watch)
{
  const ag_audit_options audit = {.seed = options->seed, .searches = 60};
  bool all[ROWS];
  memset(all, true, sizeof all);
#pragma omp parallel for schedule(dynamic, 1)
  for (size_t k = 0; k < REGIMES * options->games; k++) {
    ag_regime wanted = (ag_regime)(k % REGIMES), regime = wanted;
    ag_random random = ag_random_start(options->seed, AG_RANDOM_ENSEMBLE, k);
    ag_random_game numbers;
    ag_claim claim[ROWS];
    size_t end;
    if (ag_watch_failed(watch))
      continue;
    draw_game(&random, wanted, &numbers);
    ag_status status = judge_game(&numbers, &audit, all, claim, &end, &regime, NULL);
    if (!status)
      count_claims(ensemble, regime, claim);
    ag_watch_done(watch, status);
  }
}

/* --- the smallest counterexamples --- */

/* Game number `code` among those of n atoms: rewards 0 … 3, uniform mass, one
 * pool for both. */
static void decode_game(size_t n, size_t code, ag_pool pool, ag_random_game *game)
{
  *game = (ag_random_game){.atoms = n, .curators = 2, .temperature = {1, 1}, .pool = {pool, pool}};
  for (int i = 0; i < 2; i++)
    for (size_t x = 0; x < n; x++, code /= 4)
      game->reward[i][x] = (double)(code % 4);
}

static double evidence_of(const ag_claim *claim, const char *name)
{
  for (size_t e = 0; e < claim->evidence_count; e++)
    if (strstr(claim->evidence[e].name, name))
      return claim->evidence[e].value;
  return (double)NAN;
}

/* A lie that pays while the other reports its truth is the plainer witness. */
static bool is_plain(const ag_claim *claim)
{
  return claim->verdict == AG_VERDICT_FAILS && evidence_of(claim, "reports its truth") != 0;
}

static void keep_witness(const ag_random_game *numbers, const ag_claim *claim, size_t end,
                         ag_witness *witness)
{
  *witness =
      (ag_witness){.found = true, .atoms = numbers->atoms, .pool = numbers->pool[0], .end = end};
  for (size_t x = 0; x < numbers->atoms; x++) {
    witness->mass[x] = 1;
    witness->reward[0][x] = numbers->reward[0][x];
    witness->reward[1][x] = numbers->reward[1][x];
  }
  double gain =
      evidence_of(claim, "utility by the lie") - evidence_of(claim, "utility by the truth");
  witness->gain = gain > 0 ? gain : 0;
}

/* Fewest atoms first, then the smallest sum of rewards, the smallest pool, and
 * the first number: an order without ties, whatever thread comes first. */
static bool smaller(const ag_random_game *a, size_t code, const ag_witness *b, size_t b_code)
{
  double sum_a = 0, sum_b = 0;
  if (!b->found || a->atoms != b->atoms)
    return !b->found || a->atoms < b->atoms;
  for (size_t x = 0; x < a->atoms; x++) {
    sum_a += a->reward[0][x] + a->reward[1][x];
    sum_b += b->reward[0][x] + b->reward[1][x];
  }
  if (sum_a != sum_b)
    return sum_a < sum_b;
  return a->pool[0] != b->pool ? a->pool[0] < b->pool : code < b_code;
}

/* The claims that failed in random games and that fewer atoms did not refute. */
static size_t wanted_rows(const ag_ensemble *ensemble, bool wanted[ROWS])
{
  size_t count = 0;
  for (size_t r = 0; r < ROWS; r++) {
    size_t failed = 0;
    for (int regime = 0; regime < REGIMES; regime++)
      failed += ensemble->row[r].count[regime][AG_VERDICT_FAILS];
    wanted[r] = failed > 0 && !ensemble->row[r].witness.found;
    count += wanted[r];
  }
  return count;
}

/* All games of n atoms with small integer rewards. */
static void search_witnesses(size_t n, ag_ensemble *ensemble, ag_ensemble_watch *watch)
{
  static const ag_pool pools[] = {2, 8};
  const ag_audit_options audit = {.seed = 1, .searches = 1, .generations = 3000};
  size_t games = (size_t)2 << (4 * n), best[ROWS] = {0};
  bool wanted[ROWS];
  if (wanted_rows(ensemble, wanted) == 0)
    return;
  watch->of += games;
#pragma omp parallel for schedule(dynamic, 8)
  for (size_t k = 0; k < games; k++) {
    ag_random_game numbers;
    ag_claim claim[ROWS];
    ag_regime regime;
    size_t end;
    if (ag_watch_failed(watch))
      continue;
    decode_game(n, k / 2, pools[k % 2], &numbers);
    ag_status status = judge_game(&numbers, &audit, wanted, claim, &end, &regime, NULL);
    for (size_t r = 0; !status && r < ROWS; r++)
#pragma omp critical(ensemble_witness)
      if (is_plain(&claim[r]) && smaller(&numbers, k, &ensemble->row[r].witness, best[r])) {
        keep_witness(&numbers, &claim[r], end, &ensemble->row[r].witness);
        best[r] = k;
      }
    ag_watch_done(watch, status);
  }
}

/* --- Theorem 4 over the two gaps --- */

/* A random disjoint game whose curators have exactly these gaps. */
static void draw_gapped(ag_random *random, double gap_owner, double gap_public,
                        ag_random_game *game)
{
  const double gap[2] = {gap_owner, gap_public};
  *game = (ag_random_game){.atoms = 3 + ag_random_below(random, ATOMS_MOST - 2),
                           .curators = 2,
                           .temperature = {1, 1},
                           .pool = {8, 8}};
  for (size_t x = 0; x < game->atoms; x++)
    game->log_mass[x] = log(ag_random_exponential(random));
  for (int i = 0; i < 2; i++) {
    for (size_t x = 0; x < game->atoms; x++)
      game->reward[i][x] = -gap[i] * (1 + ag_random_uniform(random));
    game->reward[i][i] = 0;       /* the Owner likes item 0 best, the Public item 1 */
    game->reward[i][2] = -gap[i]; /* item 2 is next for both: the gap is exact */
  }
}

static void play_gaps(const ag_ensemble_options *options, ag_ensemble *ensemble,
                      ag_ensemble_watch *watch)
{
  size_t side = ensemble->side;
#pragma omp parallel for schedule(dynamic, 1)
  for (size_t k = 0; k < side * side; k++) {
    size_t held = 0;
    ag_status status = AG_OK;
    for (size_t g = 0; !status && !ag_watch_failed(watch) && g < options->phase_games; g++) {
      ag_random random = ag_random_start(options->seed, AG_RANDOM_ENSEMBLE,
                                         ((uint64_t)1 << 40) + k * options->phase_games + g);
      ag_random_game numbers;
      ag_limit limit = {0};
      draw_gapped(&random, ensemble->gap[k % side], ensemble->gap[k / side], &numbers);
      ag_game_spec spec = ag_random_game_spec(&numbers);
      status = ag_limit_of(&spec, 4000, &limit, NULL, NULL);
      held += !status && limit.number == 0;
    }
    ensemble->share[k] = (double)held / (double)options->phase_games;
    ag_watch_done(watch, status);
  }
}

/* --- all together --- */

static void set_defaults(ag_ensemble_options *options)
{
  options->games = options->games ? options->games : 1000;
  options->sink_games = options->sink_games ? options->sink_games : 1000;
  options->phase_side = options->phase_side ? options->phase_side : 16;
  options->phase_games = options->phase_games ? options->phase_games : 24;
}

static ag_status create_ensemble(const ag_ensemble_options *options, ag_ensemble **out,
                                 ag_error *error)
{
  ag_ensemble *ensemble = calloc(1, sizeof *ensemble);
  size_t side = options->phase_side;
  if (!ensemble)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for an ensemble");
  ensemble->row_count = ROWS;
  ensemble->side = side;
  ensemble->row = calloc(ROWS, sizeof *ensemble->row);
  ag_status status = ag_array_create(side, sizeof(double), &ensemble->gap, error);
  if (!status)
    status = ag_array_create(side * side, sizeof(double), &ensemble->share, error);
  if (!status && !ensemble->row)
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for an ensemble");
  if (status) {
    ag_ensemble_free(ensemble);
    return status;
  }
  for (size_t r = 0; r < ROWS; r++)
    ensemble->row[r].claim = ag_audit_claims[r].name;
  for (size_t g = 0; g < side; g++) /* gaps from a quarter of a temperature to six */
    ensemble->gap[g] = 0.25 * pow(24, (double)g / (double)(side > 1 ? side - 1 : 1));
  *out = ensemble;
  return AG_OK;
}

ag_status ag_ensemble_play(const ag_ensemble_options *given, ag_ensemble **out, ag_error *error)
{
  ag_ensemble_options options = *given;
  ag_ensemble *ensemble = NULL;
  set_defaults(&options);
  ag_status status = create_ensemble(&options, &ensemble, error);
  if (status)
    return status;
  ag_ensemble_watch watch = {.options = &options,
                             .of = REGIMES * options.games + options.sink_games +
                                   options.phase_side * options.phase_side};
  play_claims(&options, ensemble, &watch);
  search_witnesses(2, ensemble, &watch);
  search_witnesses(3, ensemble, &watch);
  play_gaps(&options, ensemble, &watch);
  ag_ensemble_sinks(&options, ensemble, &watch);
  if (watch.failure) {
    ag_ensemble_free(ensemble);
    return ag_fail(error, watch.failure, "a game of the ensemble could not be played");
  }
  ensemble->options = options;
  *out = ensemble;
  return AG_OK;
}

void ag_ensemble_free(ag_ensemble *ensemble)
{
  if (!ensemble)
    return;
  free(ensemble->row);
  free(ensemble->gap);
  free(ensemble->share);
  free(ensemble);
}

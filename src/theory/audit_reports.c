/* Theorem 6: does it pay to misreport one's reward? */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "theory/audit.h"

enum { REPORT_GENERATIONS = 4000, TARGETS = 64 };

/* One search: the game with one curator's reward replaced by its report. */
typedef struct report_search {
  const ag_audit_case *one;
  size_t curator;
  const double *truth; /* [classes] */
  double *report;      /* [classes] the one being tried */
  ag_game_spec spec;
  const double **reward; /* [curators] */
  ag_misreport *best;
} report_search;

/* Plays the report; keeps it if it pays more than the best so far. Reports
 * whose play does not settle prove nothing. */
static ag_status try_report(report_search *search, const char *kind, ag_error *error)
{
  ag_limit limit;
  ag_status status = ag_limit_of(&search->spec, REPORT_GENERATIONS, &limit, NULL, error);
  if (status)
    return status;
  search->best->tried++;
  double gain = search->truth[limit.number] - search->best->truth;
  if (limit.settled && gain > search->best->gain) {
    search->best->gain = gain;
    memcpy(search->best->report, search->report, search->spec.count * sizeof *search->report);
    snprintf(search->best->kind, sizeof search->best->kind, "%s", kind);
  }
  return AG_OK;
}

static ag_status try_scalings(report_search *search, ag_error *error)
{
  static const double factors[] = {2, 3, 4, 8, 16, 0.5, 0.25, 0, -1};
  for (size_t f = 0; f < sizeof factors / sizeof *factors; f++) {
    char kind[64];
    for (size_t c = 0; c < search->spec.count; c++)
      search->report[c] = factors[f] * search->truth[c];
    snprintf(kind, sizeof kind, "the truth times %g", factors[f]);
    ag_status status = try_report(search, kind, error);
    if (status)
      return status;
  }
  return AG_OK;
}

/* Toward one item: the truth with that item raised, and nothing but it. */
static ag_status try_targets(report_search *search, double span, ag_error *error)
{
  static const double raises[] = {0.5, 2, 8};
  const ag_classes *classes = search->one->classes;
  for (size_t t = 0; t < classes->front_count && t < TARGETS; t++) {
    size_t target = classes->front[t];
    for (int r = 0; r < 4; r++) {
      char kind[64];
      for (size_t c = 0; c < search->spec.count; c++)
        search->report[c] = r < 3 ? search->truth[c] : 0;
      search->report[target] += (r < 3 ? raises[r] : 4) * span;
      snprintf(kind, sizeof kind, r < 3 ? "the truth with one item raised" : "one item only");
      ag_status status = try_report(search, kind, error);
      if (status)
        return status;
    }
  }
  return AG_OK;
}

/* Random steps from the best report so far, long and short. */
static ag_status try_random(report_search *search, double span, ag_error *error)
{
  const ag_audit_case *one = search->one;
  ag_random random = ag_random_start(one->options.seed, AG_RANDOM_MISREPORT, search->curator);
  for (size_t k = 0; k < one->options.searches; k++) {
    double reach = span * exp(3 * (ag_random_uniform(&random) - 0.5));
    const double *from = k % 2 ? search->best->report : search->truth;
    for (size_t c = 0; c < search->spec.count; c++)
      search->report[c] = from[c] + reach * ag_random_normal(&random);
    ag_status status = try_report(search, "a random report", error);
    if (status)
      return status;
  }
  return AG_OK;
}

static double span_of(const double *value, size_t count)
{
  double most = -INFINITY, least = INFINITY;
  for (size_t i = 0; i < count; i++) {
    most = fmax(most, value[i]);
    least = fmin(least, value[i]);
  }
  return most - least;
}

ag_status ag_misreport_find(const ag_audit_case *one, size_t curator, ag_misreport *best,
                            ag_error *error)
{
  size_t n = one->classes->count;
  report_search search = {.one = one,
                          .curator = curator,
                          .truth = one->numbers.reward[curator],
                          .spec = one->numbers.spec,
                          .best = best};
  *best = (ag_misreport){.truth = one->numbers.reward[curator][one->own.number]};
  ag_status status = ag_array_create(n, sizeof(double), &best->report, error);
  if (!status)
    status = ag_array_create(n, sizeof(double), &search.report, error);
  search.reward = malloc(one->game->curator_count * sizeof *search.reward);
  if (!status && !search.reward)
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for a search");
  if (!status) {
    memcpy(best->report, search.truth, n * sizeof(double));
    for (size_t c = 0; c < one->game->curator_count; c++)
      search.reward[c] = c == curator ? search.report : one->numbers.reward[c];
    search.spec.reward = search.reward;
    double span = fmax(span_of(search.truth, n), one->game->curator[curator].temperature);
    status = try_scalings(&search, error);
    if (!status)
      status = try_targets(&search, span, error);
    if (!status)
      status = try_random(&search, span, error);
  }
  free(search.reward);
  free(search.report);
  return status;
}

ag_status ag_audit_theorem_6(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  if (!one->two) {
    ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE,
                 "the claim is about two curators who move once each a generation.");
    return AG_OK;
  }
  if (!one->own.settled) {
    ag_claim_say(claim, AG_VERDICT_UNDECIDED,
                 "the truthful game has not settled after %zu generations; more would decide.",
                 one->own.generations);
    return AG_OK;
  }
  ag_misreport best[2] = {{0}};
  const size_t curator[2] = {one->owner, one->public_};
  bool satisfied[2];
  ag_status status = AG_OK;
  for (size_t i = 0; !status && i < 2; i++) {
    const ag_curator *who = &one->game->curator[curator[i]];
    char name[40];
    satisfied[i] = one->numbers.reward[curator[i]][one->own.number] >= who->optimal_level;
    if (!satisfied[i])
      status = ag_misreport_find(one, curator[i], &best[i], error);
    snprintf(name, sizeof name, "truthful utility of %.16s", who->name);
    ag_claim_add(claim, name, one->numbers.reward[curator[i]][one->own.number]);
    snprintf(name, sizeof name, "best gain found for %.16s", who->name);
    ag_claim_add(claim, name, best[i].gain);
    snprintf(name, sizeof name, "reports tried for %.16s", who->name);
    ag_claim_add(claim, name, (double)best[i].tried);
  }
  size_t liar = best[1].gain > best[0].gain;
  if (!status && best[liar].gain > 1e-9)
    ag_claim_say(claim, AG_VERDICT_FAILS,
                 "%s gains %.6g by reporting %s: lying pays, so the truth is not dominant.",
                 one->game->curator[curator[liar]].name, best[liar].gain, best[liar].kind);
  else if (!status && satisfied[0] && satisfied[1])
    ag_claim_say(claim, AG_VERDICT_HOLDS,
                 "both curators get their best item by the truth: no report can gain.");
  else if (!status)
    ag_claim_say(claim, AG_VERDICT_UNDECIDED,
                 "no report among %zu tried gains; only a search over all reports could decide.",
                 best[0].tried + best[1].tried);
  free(best[0].report);
  free(best[1].report);
  return status;
}

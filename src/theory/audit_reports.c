/* A search for lies that pay: a report that gives a curator more than its truth does, against the
 * same report of the other. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "theory/audit.h"

/* DOUBLINGS, HALVINGS: of the other's report against one's favourites, in temperatures. */
enum { REPORT_GENERATIONS = 4000, TARGETS = 64, FOES = 8, DOUBLINGS = 11, HALVINGS = 30 };

/* One search: the game with both curators' rewards replaced by reports. */
typedef struct report_search {
  const ag_audit_case *one;
  size_t curator, rival, n; /* n: classes */
  const double *truth;      /* [n] of the curator; it is judged by this */
  double *report, *other;   /* [n] what is being tried */
  double *p;                /* [n] where that ends */
  const double **reward;    /* [curators] */
  ag_game_spec spec;
  double span, best; /* of the truth: its differences, its largest */
  double honest;     /* utility of the truth against `other`; NaN: not known */
  ag_misreport *found;
} report_search;

static double span_of(const double *value, size_t count)
{
  double most = -INFINITY, least = INFINITY;
  for (size_t i = 0; i < count; i++) {
    most = fmax(most, value[i]);
    least = fmin(least, value[i]);
  }
  return most - least;
}

static double utility(const report_search *search, const double *p)
{
  double sum = 0;
  for (size_t c = 0; c < search->n; c++)
    sum += p[c] * search->truth[c];
  return sum;
}

/* The utility where both report what stands in the search; NaN: it did not settle, which proves
 * nothing. */
static ag_status play_reports(report_search *search, double *value, ag_error *error)
{
  ag_limit limit;
  ag_status status = ag_limit_find(&search->spec, REPORT_GENERATIONS, &limit, search->p, error);
  if (!status)
    *value = limit.settled ? utility(search, search->p) : (double)NAN;
  return status;
}

/* Whether so much more is a gain: rounding of sums of rewards is none. */
static bool pays(const report_search *search, double lying)
{
  return lying - search->honest > 1e-9 * search->span;
}

/* Plays the lie; keeps it if it pays more than the best so far. */
static ag_status try_report(report_search *search, const char *kind, ag_error *error)
{
  ag_misreport *found = search->found;
  double lying;
  ag_status status = play_reports(search, &lying, error);
  if (status)
    return status;
  found->tried++;
  if (pays(search, lying) &&
      (found->truth != AG_TRUTH_BEATEN || lying - search->honest > found->lying - found->honest)) {
    found->truth = AG_TRUTH_BEATEN;
    found->honest = search->honest;
    found->lying = lying;
    memcpy(found->report, search->report, search->n * sizeof *search->report);
    memcpy(found->other, search->other, search->n * sizeof *search->other);
    snprintf(found->kind, sizeof found->kind, "%s", kind);
  }
  return AG_OK;
}

static void report_truth(report_search *search, double factor)
{
  for (size_t c = 0; c < search->n; c++)
    search->report[c] = factor * search->truth[c];
}

/* What the truth gives against the other's report at hand. */
static ag_status be_honest(report_search *search, ag_error *error)
{
  report_truth(search, 1);
  return play_reports(search, &search->honest, error);
}

/* The truth, louder or softer or turned round. */
static ag_status try_factors(report_search *search, const double *factor, size_t count,
                             ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t f = 0; !status && f < count; f++) {
    char kind[64];
    report_truth(search, factor[f]);
    snprintf(kind, sizeof kind, "the truth times %g", factor[f]);
    status = try_report(search, kind, error);
  }
  return status;
}

/* Toward one item: the truth with that item raised, and nothing but it. */
static ag_status try_targets(report_search *search, ag_error *error)
{
  static const double raises[] = {0.5, 2, 8};
  const ag_classes *classes = &search->one->classes;
  ag_status status = AG_OK;
  for (size_t t = 0; t < classes->front_count && t < TARGETS; t++)
    for (int r = 0; !status && r < 4; r++) {
      report_truth(search, r < 3);
      search->report[classes->front[t]] += (r < 3 ? raises[r] : 4) * search->span;
      status =
          try_report(search, r < 3 ? "the truth with one item raised" : "one item only", error);
    }
  return status;
}

/* --- the other's reports against the curator's favourites --- */

static bool is_best(const report_search *search, size_t number)
{
  const ag_curator *curator = &search->one->game->curator[search->curator];
  return search->truth[number] >= curator->optimal_level;
}

/* The other reports `push` more for the foe (SIZE_MAX: for everything else) than for the curator's
 * favourites, and the third ones, if any, far below. */
static void oppose(report_search *search, size_t foe, double push)
{
  double scale = search->one->game->curator[search->rival].temperature;
  for (size_t c = 0; c < search->n; c++)
    search->other[c] = is_best(search, c)            ? 0
                       : foe == SIZE_MAX || c == foe ? push * scale
                                                     : -64 * scale;
}

/* The lies that a curator has who is opposed: its favourites louder. */
static ag_status try_louder(report_search *search, ag_error *error)
{
  static const double factors[] = {2, 5, 16};
  ag_status status = try_factors(search, factors, sizeof factors / sizeof *factors, error);
  for (size_t c = 0; c < search->n; c++)
    search->report[c] = is_best(search, c) ? 16 * search->span : 0;
  return status ? status : try_report(search, "its favourites only", error);
}

/* Between a push that leaves the truth its favourites and one that takes them from the lies too,
 * there is one that a lie withstands and the truth does not. */
static ag_status try_foe(report_search *search, size_t foe, ag_error *error)
{
  double low = 0, high = INFINITY;
  for (int k = 0; k < DOUBLINGS + HALVINGS && search->found->truth != AG_TRUTH_BEATEN; k++) {
    double push = high < INFINITY ? (low + high) / 2 : low > 0 ? 2 * low : 1;
    if (high == INFINITY && k >= DOUBLINGS) /* no push takes them from the truth */
      return AG_OK;
    oppose(search, foe, push);
    ag_status status = be_honest(search, error);
    if (status)
      return status;
    if (!(search->honest < search->best - 1e-9 * search->span)) {
      low = push;
      continue;
    }
    high = push;
    status = try_louder(search, error);
    if (status)
      return status;
  }
  return AG_OK;
}

static ag_status try_opposition(report_search *search, ag_error *error)
{
  const ag_classes *classes = &search->one->classes;
  ag_status status = try_foe(search, SIZE_MAX, error);
  for (size_t f = 0, foes = 0; !status && f < classes->front_count && foes < FOES; f++) {
    if (is_best(search, classes->front[f]) || search->found->truth == AG_TRUTH_BEATEN)
      continue;
    foes++;
    status = try_foe(search, classes->front[f], error);
  }
  return status;
}

/* --- at random --- */

/* Random lies: at first against the other's truth, then against random reports of the other. */
static ag_status try_random(report_search *search, ag_error *error)
{
  const ag_audit_case *one = search->one;
  const double *rival = one->numbers.reward[search->rival];
  double reach = fmax(span_of(rival, search->n), one->game->curator[search->rival].temperature);
  ag_random random = ag_random_start(one->options.seed, AG_RANDOM_MISREPORT, search->curator);
  ag_status status = AG_OK;
  for (size_t k = 0;
       !status && k < one->options.searches && search->found->truth != AG_TRUTH_BEATEN; k++) {
    double far = exp(3 * (ag_random_uniform(&random) - 0.5));
    for (size_t c = 0; c < search->n; c++)
      search->other[c] = rival[c] + (k % 2 ? far * reach * ag_random_normal(&random) : 0);
    status = be_honest(search, error);
    for (size_t c = 0; c < search->n; c++)
      search->report[c] = search->truth[c] + far * search->span * ag_random_normal(&random);
    if (!status)
      status = try_report(search, "a random report", error);
  }
  return status;
}

/* --- all together --- */

/* The lies against the other's truth first: they need the least. */
static ag_status search_all(report_search *search, ag_error *error)
{
  static const double factors[] = {2, 3, 4, 8, 16, 0.5, 0.25, 0, -1};
  ag_misreport *found = search->found;
  const ag_audit_end *own = &search->one->own;
  memcpy(search->other, search->one->numbers.reward[search->rival],
         search->n * sizeof *search->other);
  search->honest = own->limit.settled ? utility(search, own->p) : (double)NAN;
  found->against_truth = true;
  ag_status status = AG_OK;
  if (search->honest < search->best - 1e-9 * search->span) {
    status = try_factors(search, factors, sizeof factors / sizeof *factors, error);
    if (!status && found->truth != AG_TRUTH_BEATEN)
      status = try_targets(search, error);
  }
  if (status || found->truth == AG_TRUTH_BEATEN)
    return status;
  found->against_truth = false;
  status = try_opposition(search, error);
  return status ? status : try_random(search, error);
}

static ag_status create_search(report_search *search, ag_error *error)
{
  const ag_audit_case *one = search->one;
  double **const arrays[] = {&search->report, &search->other, &search->p, &search->found->report,
                             &search->found->other};
  ag_status status = AG_OK;
  for (size_t a = 0; !status && a < sizeof arrays / sizeof *arrays; a++)
    status = ag_array_create(search->n, sizeof(double), arrays[a], error);
  search->reward = calloc(one->game->curator_count, sizeof *search->reward);
  if (!status && !search->reward)
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for a search");
  if (status)
    return status;
  for (size_t c = 0; c < one->game->curator_count; c++)
    search->reward[c] = one->numbers.reward[c];
  search->reward[search->curator] = search->report;
  search->reward[search->rival] = search->other;
  search->spec.reward = search->reward;
  for (size_t c = 0; c < search->n; c++)
    search->best = fmax(search->best, search->truth[c]);
  return AG_OK;
}

static bool is_indifferent(const report_search *search)
{
  for (size_t c = 0; c < search->n; c++)
    if (!is_best(search, c))
      return false;
  return true;
}

ag_status ag_misreport_find(const ag_audit_case *one, size_t curator, ag_misreport *found,
                            ag_error *error)
{
  report_search search = {.one = one,
                          .curator = curator,
                          .rival = curator == one->owner ? one->public_ : one->owner,
                          .n = one->classes.count,
                          .truth = one->numbers.reward[curator],
                          .spec = one->numbers.spec,
                          .best = -INFINITY,
                          .found = found};
  bool prevails = false;
  *found = (ag_misreport){.truth = AG_TRUTH_UNKNOWN, .indifferent = is_indifferent(&search)};
  search.span = span_of(search.truth, search.n);
  ag_status status = create_search(&search, error);
  if (!status && !found->indifferent)
    status = ag_truth_prevails(one, curator, &prevails, error);
  if (!status && (prevails || found->indifferent))
    found->truth = AG_TRUTH_DOMINANT;
  else if (!status)
    status = search_all(&search, error);
  free(search.report);
  free(search.other);
  free(search.p);
  free(search.reward);
  return status;
}

void ag_misreport_free(ag_misreport *found)
{
  free(found->report);
  free(found->other);
  *found = (ag_misreport){0};
}

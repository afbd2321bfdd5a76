/* Theorem 6: is the truth a curator's best report, whatever the other reports? */
#include <math.h>
#include <stdio.h>

#include <aligngame/weights.h>

#include "base/memory.h"
#include "theory/audit.h"

/* --- a proof that it is --- */

/* The masses inside and outside a curator's optimal set, as logs. */
typedef struct two_parts {
  double inside, outside;
} two_parts;

/* The other keeps an item of the set only from pools that have nothing else: the worst it can do.
 */
static two_parts oppose(two_parts p, ag_pool pool)
{
  double inside = pool == AG_POOL_INFINITE ? -INFINITY : (double)pool * p.inside;
  if (p.inside > -1e-8) /* 1 - (1 - y)^K is K y */
    return (two_parts){inside, fmin(0, log((double)pool) + p.outside)};
  return (two_parts){inside, log(-expm1(inside))};
}

/* The curator itself, where everything outside the set is its second best: also the worst. */
static ag_status select_own(two_parts *p, ag_pool pool, double gap, ag_error *error)
{
  const double log_mass[2] = {p->inside, p->outside}, reward[2] = {gap, 0};
  double weight[2];
  ag_status status = ag_weights(2, log_mass, reward, pool, 1, weight, error);
  if (status)
    return status;
  p->outside += weight[1];
  p->inside = p->outside < -1 ? log1p(-exp(p->outside)) : p->inside + weight[0];
  return AG_OK;
}

/* The gap below the curator's best in temperatures, and log p_0 of its optimal set and the rest. */
static double measure_set(const ag_audit_case *one, size_t curator, two_parts *p)
{
  const ag_curator *judge = &one->game->curator[curator];
  const double *reward = one->numbers.reward[curator], *log_mass = one->numbers.log_mass;
  double best = INFINITY, second = -INFINITY, inside = 0, outside = 0;
  for (size_t c = 0; c < one->classes.count; c++) {
    bool in = reward[c] >= judge->optimal_level;
    *(in ? &inside : &outside) += exp(log_mass[c]);
    if (in)
      best = fmin(best, reward[c]);
    else
      second = fmax(second, reward[c]);
  }
  *p = (two_parts){log(inside / (inside + outside)), log(outside / (inside + outside))};
  return (best - second) / judge->temperature;
}

ag_status ag_truth_prevails(const ag_audit_case *one, size_t curator, bool *prevails,
                            ag_error *error)
{
  enum { ROUNDS = 10000 };
  const double nothing = -46; /* log 1e-20 */
  bool first = curator == one->owner;
  ag_pool own = one->game->curator[curator].pool;
  ag_pool other = one->game->curator[first ? one->public_ : one->owner].pool;
  two_parts p;
  double gap = measure_set(one, curator, &p);
  *prevails = false;
  if (other == AG_POOL_INFINITE)
    return AG_OK;
  for (int k = 0; k < ROUNDS && p.outside > nothing; k++) {
    two_parts next = first ? p : oppose(p, other);
    ag_status status = select_own(&next, own, gap, error);
    if (status)
      return status;
    if (first)
      next = oppose(next, other);
    if (!(next.outside < p.outside)) /* the map is monotone: it stays below here */
      return AG_OK;
    p = next;
  }
  *prevails = p.outside <= nothing;
  return AG_OK;
}

/* --- what is said --- */

enum { LISTED = 4 };

/* Few classes by their first items: order [LISTED]. */
static size_t order_classes(const ag_audit_case *one, size_t order[LISTED])
{
  size_t n = one->classes.count;
  for (size_t c = 0; c < n && n <= LISTED; c++) {
    size_t place = c;
    for (; place > 0 && ag_audit_item(one, order[place - 1]) > ag_audit_item(one, c); place--)
      order[place] = order[place - 1];
    order[place] = c;
  }
  return n <= LISTED ? n : 0;
}

/* "(0, 3)" of few classes; of many: what was done to them. */
static void say_report(const ag_audit_case *one, const double *report, const char *kind, char *text,
                       size_t size)
{
  size_t order[LISTED], n = order_classes(one, order), used = 0;
  if (n == 0) {
    snprintf(text, size, "%s", kind);
    return;
  }
  for (size_t i = 0; i < n && used < size; i++)
    used += (size_t)snprintf(text + used, size - used, "%s%.6g", i ? ", " : "(", report[order[i]]);
  if (used < size)
    snprintf(text + used, size - used, ")");
}

/* The reports of few classes as numbers. */
static void add_report(const ag_audit_case *one, const char *name, const double *report,
                       ag_claim *claim)
{
  size_t order[LISTED], n = order_classes(one, order);
  for (size_t i = 0; i < n; i++) {
    char label[192];
    ag_audit_label(one, order[i], label, sizeof label);
    ag_claim_add(claim, report[order[i]], "%s reports for %s", name, label);
  }
}

static void add_evidence(const ag_audit_case *one, size_t curator, const ag_misreport *found,
                         ag_claim *claim)
{
  const char *name = one->game->curator[curator].name;
  bool paid = found->truth == AG_TRUTH_BEATEN;
  double honest = 0;
  for (size_t c = 0; c < one->classes.count; c++)
    honest += one->own.p[c] * one->numbers.reward[curator][c];
  ag_claim_add(claim, honest, "truthful utility of %s", name);
  ag_claim_add(claim, paid ? found->lying - found->honest : 0, "best gain found for %s", name);
  ag_claim_add(claim, (double)found->tried, "reports tried for %s", name);
}

static void say_lie(const ag_audit_case *one, size_t liar, const ag_misreport *found,
                    ag_claim *claim)
{
  const ag_curator *curator = one->game->curator;
  const char *name = curator[liar].name;
  size_t rival = liar == one->owner ? one->public_ : one->owner;
  char lie[96], truth[96], other[96];
  say_report(one, found->report, found->kind, lie, sizeof lie);
  say_report(one, one->numbers.reward[liar], "its truth", truth, sizeof truth);
  say_report(one, found->other, found->against_truth ? "its truth" : "against its favourites",
             other, sizeof other);
  ag_claim_say(
      claim, AG_VERDICT_FAILS,
      "where %s reports %s%s, %s gets %.6g by the truth, %s, and %.6g by reporting %s: lying "
      "pays, so the truth is not dominant.",
      curator[rival].name, other,
      found->against_truth && one->classes.count <= LISTED ? ", its truth" : "", name,
      found->honest, truth, found->lying, lie);
  ag_claim_add(claim, found->against_truth, "%s reports its truth", curator[rival].name);
  ag_claim_add(claim, found->honest, "utility by the truth there of %s", name);
  ag_claim_add(claim, found->lying, "utility by the lie there of %s", name);
  add_report(one, curator[rival].name, found->other, claim);
  add_report(one, name, found->report, claim);
}

/* Why nothing that this curator could report is better than its truth. */
static void say_proof(const ag_audit_case *one, size_t curator, const ag_misreport *found,
                      ag_claim *claim)
{
  const char *name = one->game->curator[curator].name;
  if (found->indifferent)
    ag_claim_go_on(claim, " %s likes all items alike and has nothing to gain.", name);
  else
    ag_claim_go_on(claim,
                   " By the truth everything ends on what %s likes best, even if the other keeps "
                   "that only from pools that have nothing else.",
                   name);
}

static void say_search(const ag_audit_case *one, size_t curator, const ag_misreport *found,
                       ag_claim *claim)
{
  ag_claim_go_on(
      claim,
      " Of %s %zu pairs of reports were tried: its truth raised, lowered and scaled, and "
      "%zu at random; the other's truth, up to 1024 temperatures against its favourites "
      "for everything else and for one item alone, and random ones.",
      one->game->curator[curator].name, found->tried, one->options.searches);
}

ag_status ag_audit_theorem_6(const ag_audit_case *one, ag_claim *claim, ag_error *error)
{
  ag_misreport found[2] = {{0}};
  const size_t curator[2] = {one->owner, one->public_};
  ag_status status = AG_OK;
  for (size_t i = 0; !status && i < 2; i++) {
    status = ag_misreport_find(one, curator[i], &found[i], error);
    if (!status)
      add_evidence(one, curator[i], &found[i], claim);
  }
  bool beaten[2] = {found[0].truth == AG_TRUTH_BEATEN, found[1].truth == AG_TRUTH_BEATEN};
  /* the one that needs no lie of the other is the plainer counterexample, then the larger gain */
  double gain[2] = {found[0].lying - found[0].honest, found[1].lying - found[1].honest};
  size_t liar =
      !beaten[0] ||
      (beaten[1] && (found[1].against_truth > found[0].against_truth ||
                     (found[1].against_truth == found[0].against_truth && gain[1] > gain[0])));
  if (!status && beaten[liar]) {
    say_lie(one, curator[liar], &found[liar], claim);
  } else if (!status) {
    bool proven = found[0].truth == AG_TRUTH_DOMINANT && found[1].truth == AG_TRUTH_DOMINANT;
    ag_claim_say(claim, proven ? AG_VERDICT_HOLDS : AG_VERDICT_UNDECIDED, "%s",
                 proven ? "whatever both report, nobody gains by a lie."
                        : "no lie that was tried pays, and there is no proof that none does.");
    for (size_t i = 0; i < 2; i++)
      (found[i].truth == AG_TRUTH_DOMINANT ? say_proof : say_search)(one, curator[i], &found[i],
                                                                     claim);
  }
  if (!status)
    ag_claim_weigh(claim);
  ag_misreport_free(&found[0]);
  ag_misreport_free(&found[1]);
  return status;
}

/* Rest points: p with growth 1 on its support, and at most 1 outside (theory of mixtures,
 * preferences and real data, docs/theory.md). The game with one item a class is played from several
 * starts; what it comes near to is polished by Newton's method on its support; whatever absent
 * class would grow is let in and the polishing repeated; the certificate is the largest growth
 * factor outside. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "base/random.h"
#include "game/map.h"
#include "game/play.h"
#include "theory/concave.h"
#include "theory/ends.h"

/* SUPPORT_MOST: classes that Newton's method and the Jacobian are worked out for. PRECISE_MOST:
 * those whose certificate is worked out in long double. */
enum { PRECISE_MOST = 100, MANY = 100 };
enum { SUPPORT_MOST = 60, NEWTON_MOST = 80, LOOKS = 7, RANDOM_STARTS = 2, VERTICES_MOST = 4 };
/* Below this a class is taken as gone. */
static const double gone = 1e-13;

typedef struct search {
  const ag_classes *classes;
  ag_ends *ends;
  ag_game_numbers numbers;
  ag_game *game;  /* one item a class, */
  ag_game *plain; /* and the same without the steps that accumulate, which move no rest point */
  ag_map *map;    /* of that */
  ag_play *play;
  size_t n;
  bool concave;                                     /* the loop climbs a concave function */
  bool proven;                                      /* and its only maximum was found */
  bool grounded;                                    /* real data keep every class of p_0 */
  double *log_mass, *average, *growth, *high, *low; /* [n] */
  double *jacobian, *square;                        /* [SUPPORT_MOST^2] */
  size_t support_count;
  size_t support[SUPPORT_MOST];
  double step[SUPPORT_MOST];
  size_t spent; /* items weighed so far */
} search;

/* Of many classes, items weighed in all: some seconds of work. What is not found by then is not
 * known. */
static const size_t spent_most = 300000;

/* Likewise items times generations played from one start. */
static const size_t played_most = 600000;

static bool may_go_on(const search *self)
{
  return self->n <= MANY || self->spent < spent_most;
}

/* growth [n] of one generation from log_mass. */
static void weigh(search *self, ag_map_mode mode, double *growth)
{
  self->spent += mode == AG_MAP_PRESENT ? self->support_count : self->n;
  ag_map_apply(self->map, 0, self->log_mass, mode, growth, NULL);
}

/* --- Newton's method on the support --- */

/* Solves the m equations in place by elimination with pivots; false: singular. */
static bool solve(size_t m, double *matrix, double *right)
{
  for (size_t k = 0; k < m; k++) {
    size_t pivot = k;
    for (size_t i = k + 1; i < m; i++)
      pivot = fabs(matrix[i * m + k]) > fabs(matrix[pivot * m + k]) ? i : pivot;
    if (!(fabs(matrix[pivot * m + k]) > 1e-300))
      return false;
    for (size_t j = 0; j < m && pivot != k; j++) {
      double swap = matrix[k * m + j];
      matrix[k * m + j] = matrix[pivot * m + j];
      matrix[pivot * m + j] = swap;
    }
    double swap = right[k];
    right[k] = right[pivot];
    right[pivot] = swap;
    for (size_t i = k + 1; i < m; i++) {
      double factor = matrix[i * m + k] / matrix[k * m + k];
      for (size_t j = k; j < m; j++)
        matrix[i * m + j] -= factor * matrix[k * m + j];
      right[i] -= factor * right[k];
    }
  }
  for (size_t k = m; k-- > 0;) {
    for (size_t j = k + 1; j < m; j++)
      right[k] -= matrix[k * m + j] * right[j];
    right[k] /= matrix[k * m + k];
  }
  return true;
}

/* jacobian [m, m]: of log growth on the support by the logs of the masses there, by central
 * differences (error about 1e-9). */
static void differentiate(search *self)
{
  const double h = 1e-5;
  size_t m = self->support_count;
  for (size_t j = 0; j < m; j++) {
    double *moved = &self->log_mass[self->support[j]], kept = *moved;
    *moved = kept + h;
    weigh(self, AG_MAP_PRESENT, self->high);
    *moved = kept - h;
    weigh(self, AG_MAP_PRESENT, self->low);
    *moved = kept;
    for (size_t i = 0; i < m; i++) {
      size_t x = self->support[i];
      self->jacobian[i * m + j] = (self->high[x] - self->low[x]) / (2 * h);
    }
  }
}

/* One step; returns the largest |log growth| before it, INFINITY where it cannot be made. */
static double newton_step(search *self)
{
  size_t m = self->support_count;
  double worst = 0, longest = 0;
  ag_log_normalize(self->log_mass, self->n);
  weigh(self, AG_MAP_PRESENT, self->growth);
  differentiate(self);
  for (size_t i = 0; i < m; i++) {
    worst = fmax(worst, fabs(self->growth[self->support[i]]));
    self->step[i] = -self->growth[self->support[i]];
    for (size_t j = 0; j < m; j++) /* growth does not see the total: fix it */
      self->jacobian[i * m + j] += exp(self->log_mass[self->support[j]]);
  }
  if (!solve(m, self->jacobian, self->step))
    return INFINITY;
  for (size_t i = 0; i < m; i++)
    longest = fmax(longest, fabs(self->step[i]));
  if (!isfinite(longest))
    return INFINITY;
  for (size_t i = 0; i < m; i++)
    self->log_mass[self->support[i]] += self->step[i] * fmin(1, 1 / longest);
  return worst;
}

static void drop_gone(search *self)
{
  size_t kept = 0;
  for (size_t i = 0; i < self->support_count; i++) {
    size_t x = self->support[i];
    if (exp(self->log_mass[x]) > gone)
      self->support[kept++] = x;
    else
      self->log_mass[x] = -INFINITY;
  }
  self->support_count = kept;
}

/* Moves log_mass to a point where the support is at rest; false: there is none near. */
static bool polish(search *self)
{
  double worst = INFINITY;
  for (int k = 0; k < NEWTON_MOST && !(worst < 1e-14) && may_go_on(self); k++) {
    double before = worst;
    ag_log_normalize(self->log_mass, self->n);
    if (self->support_count <= 1)
      return self->support_count == 1;
    worst = newton_step(self);
    if (worst == INFINITY)
      return false;
    ag_log_normalize(self->log_mass, self->n);
    drop_gone(self);
    if (worst < 1e-12 && worst >= before / 2) /* rounding is all that is left */
      break;
  }
  return worst < 1e-10;
}

/* --- the certificate --- */

static bool is_present(const search *self, size_t x)
{
  return self->log_mass[x] > -INFINITY;
}

/* The absent class that grows fastest; SIZE_MAX: none is absent. */
static size_t fastest_absent(search *self, double *log_growth)
{
  size_t fastest = SIZE_MAX;
  *log_growth = -INFINITY;
  weigh(self, self->n <= PRECISE_MOST ? AG_MAP_PRECISE : AG_MAP_ALL, self->growth);
  for (size_t x = 0; x < self->n; x++)
    if (!is_present(self, x) && (fastest == SIZE_MAX || self->growth[x] > *log_growth)) {
      fastest = x;
      *log_growth = self->growth[x];
    }
  return fastest;
}

/* Many classes are there (real data keep them): whether log_mass is at rest itself. */
static bool rests(search *self, double *log_growth)
{
  const double step = 1e-11; /* total variation; near it rounding sets in */
  double change = 0;
  weigh(self, AG_MAP_ALL, self->growth);
  *log_growth = -INFINITY;
  for (size_t x = 0; x < self->n; x++)
    if (is_present(self, x))
      change += exp(self->log_mass[x]) * fabs(expm1(self->growth[x])) / 2;
    else
      *log_growth = fmax(*log_growth, self->growth[x]);
  self->support_count = 0;
  return change < step && *log_growth <= 1e-10;
}

/* The point near log_mass at which the support rests and nothing absent grows; false: none. The
 * classes above `least` are tried first; 1: the heaviest alone. */
static bool certify(search *self, double least, double *log_growth)
{
  const double rounding = 1e-10;
  size_t wanted = 0, heaviest = 0;
  for (size_t x = 0; x < self->n; x++)
    heaviest = self->log_mass[x] > self->log_mass[heaviest] ? x : heaviest;
  for (size_t x = 0; x < self->n; x++)
    wanted += exp(self->log_mass[x]) > least;
  if (wanted > SUPPORT_MOST)
    return rests(self, log_growth);
  self->support_count = 0;
  for (size_t x = 0; x < self->n; x++) {
    bool in = (least < 1 ? exp(self->log_mass[x]) > least : x == heaviest) &&
              self->support_count < SUPPORT_MOST;
    if (in)
      self->support[self->support_count++] = x;
    else
      self->log_mass[x] = -INFINITY;
  }
  for (size_t round = 0; round <= self->n && round < SUPPORT_MOST; round++) {
    if (!polish(self))
      return false;
    size_t fastest = fastest_absent(self, log_growth);
    if (fastest == SIZE_MAX || *log_growth <= rounding)
      return true;
    if (self->support_count == SUPPORT_MOST)
      return false;
    self->support[self->support_count++] = fastest;
    self->log_mass[fastest] = log(1e-3);
  }
  return false;
}

/* The spectral radius of the map on the support, at rest: of I + J without the direction in which
 * only the total changes; by squaring (Gelfand), to 1e-6 or so. */
static double find_radius(search *self)
{
  size_t m = self->support_count;
  double *a = self->jacobian, *b = self->square, log_norm = 0, power = 1;
  if (m < 2)
    return (double)NAN;
  differentiate(self);
  for (size_t i = 0; i < m; i++)
    for (size_t j = 0; j < m; j++)
      a[i * m + j] += (i == j) - exp(self->log_mass[self->support[j]]);
  for (int k = 0; k < 24; k++, power *= 2) {
    double norm = 0;
    for (size_t i = 0; i < m * m; i++)
      norm = fmax(norm, fabs(a[i]));
    if (norm == 0)
      return 0;
    log_norm += log(norm) / power;
    for (size_t i = 0; i < m; i++)
      for (size_t j = 0; j < m; j++) {
        double sum = 0;
        for (size_t l = 0; l < m; l++)
          sum += a[i * m + l] / norm * (a[l * m + j] / norm);
        b[i * m + j] = sum;
      }
    memcpy(a, b, m * m * sizeof *a);
  }
  return exp(log_norm);
}

/* --- keeping what was found --- */

static int by_mass(const void *a, const void *b, void *log_mass)
{
  size_t x = *(const size_t *)a, y = *(const size_t *)b;
  const double *mass = log_mass;
  return mass[x] != mass[y] ? (mass[x] < mass[y]) - (mass[x] > mass[y]) : (x > y) - (x < y);
}

static ag_status add_end(search *self, double log_growth, ag_error *error)
{
  ag_ends *ends = self->ends;
  ag_end *wider = realloc(ends->end, (ends->count + 1) * sizeof *wider);
  if (!wider)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the rest points");
  ends->end = wider;
  ag_end *end = &wider[ends->count];
  double radius = find_radius(self), surely = 1 - 1e-7;
  size_t present = 0;
  for (size_t x = 0; x < self->n; x++)
    present += is_present(self, x);
  *end = (ag_end){.count = present,
                  .log_lambda = log_growth,
                  .radius = radius,
                  .growth_outside = log_growth > -INFINITY ? fmax(exp(log_growth), 1e-300) : 0,
                  .stable = isnan(radius) || radius < surely};
  end->attracts = end->stable;
  ag_status status = ag_array_create(end->count, sizeof *end->number, &end->number, error);
  if (!status)
    status = ag_array_create(end->count, sizeof *end->mass, &end->mass, error);
  ends->count++; /* whatever was made is freed with it */
  for (size_t x = 0, i = 0; !status && x < self->n; x++)
    if (is_present(self, x))
      end->number[i++] = x;
  if (status)
    return status;
  qsort_r(end->number, end->count, sizeof *end->number, by_mass, self->log_mass);
  for (size_t i = 0; i < end->count; i++)
    end->mass[i] = exp(self->log_mass[end->number[i]]);
  return AG_OK;
}

/* The certified point near log_mass, as a number of ends; SIZE_MAX: none. log_mass is lost. */
static ag_status find_near(search *self, size_t *found, ag_error *error)
{
  static const double least[] = {1e-3, 1e-6, 1e-2, 1e-9, 1}, everyone[] = {-1};
  size_t tries = self->grounded ? 1 : sizeof least / sizeof *least;
  ag_status status = AG_OK;
  if (self->concave && (status = ag_concave_climb(self->game, self->log_mass, error)))
    return status;
  double *start = self->average + self->n;
  memcpy(start, self->log_mass, self->n * sizeof *start);
  *found = SIZE_MAX;
  for (size_t i = 0; !status && *found == SIZE_MAX && i < tries; i++) {
    double log_growth;
    memcpy(self->log_mass, start, self->n * sizeof *start);
    if (!certify(self, self->grounded ? everyone[i] : least[i], &log_growth))
      continue;
    for (size_t x = 0; x < self->n; x++)
      self->growth[x] = exp(self->log_mass[x]);
    *found = ag_ends_nearest(self->classes, self->ends, self->growth, 1e-7);
    if (*found == SIZE_MAX) {
      status = add_end(self, log_growth, error);
      *found = self->ends->count - 1;
    }
  }
  return status;
}

/* --- starts --- */

/* p of the play, and its running mean over time. */
static double distance_to(search *self, size_t end)
{
  ag_play_log_mass(self->play, self->log_mass);
  for (size_t x = 0; x < self->n; x++)
    self->growth[x] = exp(self->log_mass[x]);
  return ag_end_distance(self->classes, &self->ends->end[end], self->growth);
}

static ag_status play_until(search *self, size_t generation, ag_error *error)
{
  ag_status status = AG_OK;
  double half = (double)generation / 2;
  size_t counted = 0;
  memset(self->average, 0, self->n * sizeof *self->average);
  while (!status && ag_play_generation(self->play) < generation) {
    status = ag_play_step(self->play, error);
    if ((double)ag_play_generation(self->play) < half)
      continue;
    ag_play_log_mass(self->play, self->log_mass);
    counted++;
    for (size_t x = 0; x < self->n; x++)
      self->average[x] += (exp(self->log_mass[x]) - self->average[x]) / (double)counted;
  }
  return status;
}

/* Whether the play is at the end, or comes ever nearer to it. */
static bool leads_to(search *self, size_t end, double before, double *now)
{
  *now = distance_to(self, end);
  return self->ends->end[end].attracts && (*now < 1e-7 || *now < 0.9 * before);
}

/* A maximum that is flat in no direction is the only one. */
static bool is_only_maximum(const search *self, size_t end)
{
  const ag_end *found = &self->ends->end[end];
  return self->concave && found->stable && found->growth_outside < 1 - 1e-9;
}

/* The end that attracts and is at hand already; SIZE_MAX: none. */
static size_t known_end(search *self)
{
  for (size_t e = 0; e < self->ends->count; e++)
    if (self->ends->end[e].attracts && distance_to(self, e) < 1e-7)
      return e;
  return SIZE_MAX;
}

/* Plays from start [n] (logs) to an end; SIZE_MAX: not known. */
static ag_status follow(search *self, const double *start, size_t *end, ag_error *error)
{
  static const size_t looks[LOOKS] = {30, 100, 300, 1000, 3000, 10000, 20000};
  double before = INFINITY, now;
  size_t known = SIZE_MAX;
  *end = SIZE_MAX;
  ag_status status = ag_play_start(self->play, start, error);
  for (size_t look = 0;
       !status && look < LOOKS && (self->n <= MANY || looks[look] * self->n <= played_most);
       look++) {
    size_t found = SIZE_MAX;
    status = play_until(self, looks[look], error);
    if (status)
      return status;
    if ((*end = known_end(self)) != SIZE_MAX)
      return AG_OK;
    ag_play_log_mass(self->play, self->log_mass);
    status = find_near(self, &found, error);
    if (status || found == SIZE_MAX)
      continue;
    if (is_only_maximum(self, found)) {
      self->proven = true;
      *end = found;
      return AG_OK;
    }
    before = found == known ? before : INFINITY;
    known = found;
    if (leads_to(self, found, before, &now) && (before < INFINITY || now < 1e-7)) {
      *end = found;
      return AG_OK;
    }
    before = now;
  }
  if (status)
    return status;
  /* it goes round: what it goes round is near its mean over time */
  for (size_t x = 0; x < self->n; x++)
    self->log_mass[x] = self->average[x] > 0 ? log(self->average[x]) : -INFINITY;
  size_t round;
  return find_near(self, &round, error);
}

/* Start number k; false: there are no more. */
static bool make_start(const search *self, size_t k, double *start)
{
  size_t vertices = self->n < VERTICES_MOST ? self->n : VERTICES_MOST;
  ag_random random = ag_random_start(1, AG_RANDOM_REST, k);
  if ((self->n > MANY && k > 1) || (self->concave && k > 0)) /* dear ones; needless ones */
    return false;
  for (size_t x = 0; x < self->n; x++) {
    if (k == 0)
      start[x] = self->numbers.log_mass[x];
    else if (k == 1)
      start[x] = 0;
    else if (k < 2 + vertices)
      start[x] = x == self->classes->front[(k - 2) % self->classes->front_count]
                     ? log(100 * (double)self->n)
                     : 0;
    else
      start[x] = log(ag_random_exponential(&random));
  }
  return k < 2 + vertices + RANDOM_STARTS;
}

static ag_status follow_all(search *self, ag_error *error)
{
  ag_ends *ends = self->ends;
  double *start = self->average + 2 * self->n;
  ag_status status = AG_OK;
  bool together = true;
  size_t first = SIZE_MAX;
  for (size_t k = 0; !status && !self->proven && make_start(self, k, start); k++) {
    size_t end;
    status = follow(self, start, &end, error);
    ends->starts = k + 1;
    if (k == 0)
      first = ends->own = end;
    together &= end == first;
  }
  for (size_t e = 0; !status && e < ends->count; e++)
    ends->end[e].every_start = together && e == first;
  return status;
}

/* The own start's end first. A point that certifies but does not attract is kept only where
 * nothing does: the game then goes round it. */
static void sort_out(ag_ends *ends)
{
  bool any = false;
  size_t kept = 0;
  for (size_t e = 0; e < ends->count; e++)
    any |= ends->end[e].attracts;
  for (size_t e = 0; e < ends->count; e++) {
    ag_end end = ends->end[e];
    if (any && !end.attracts) {
      free(end.number);
      free(end.mass);
      ends->own = ends->own == e ? SIZE_MAX : ends->own;
      continue;
    }
    ends->own = ends->own == e ? kept : ends->own;
    ends->end[kept++] = end;
  }
  ends->count = kept;
  ends->cycles = !any && kept > 0;
  if (ends->own != SIZE_MAX && ends->own > 0) {
    ag_end own = ends->end[ends->own];
    memmove(ends->end + 1, ends->end, ends->own * sizeof own);
    ends->end[0] = own;
    ends->own = 0;
  }
}

static ag_status make_plain(search *self, ag_error *error)
{
  ag_game_spec spec = self->numbers.spec;
  size_t kept = 0;
  for (size_t s = 0; s < spec.step_count; s++)
    if (!ag_step_find(spec.step[s].kind)->accumulates)
      self->numbers.step[kept++] = spec.step[s];
  spec.step_count = kept;
  return ag_game_make(&spec, &self->plain, error);
}

static ag_status create_search(search *self, ag_error *error)
{
  size_t n = self->n;
  ag_status status = ag_classes_numbers(self->classes, &self->numbers, error);
  if (!status)
    status = ag_game_make(&self->numbers.spec, &self->game, error);
  if (!status)
    status = make_plain(self, error);
  if (!status)
    status = ag_map_create(self->plain, &self->map, error);
  if (!status)
    status = ag_play_create(self->game, &self->play, error);
  double **const arrays[] = {&self->log_mass, &self->growth, &self->high, &self->low};
  for (size_t a = 0; !status && a < sizeof arrays / sizeof *arrays; a++)
    status = ag_array_create(n, sizeof(double), arrays[a], error);
  if (!status) /* and room for two starts */
    status = ag_array_create(3 * n, sizeof(double), &self->average, error);
  if (!status)
    status = ag_array_create(SUPPORT_MOST * SUPPORT_MOST, sizeof(double), &self->jacobian, error);
  if (!status)
    status = ag_array_create(SUPPORT_MOST * SUPPORT_MOST, sizeof(double), &self->square, error);
  return status;
}

static void free_search(search *self)
{
  ag_play_free(self->play);
  ag_map_free(self->map);
  ag_game_free(self->game);
  ag_game_free(self->plain);
  ag_game_numbers_free(&self->numbers);
  void *const owned[] = {self->log_mass, self->average,  self->growth, self->high,
                         self->low,      self->jacobian, self->square};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
    free(owned[i]);
}

ag_status ag_rest_points_search(const ag_classes *classes, ag_ends *ends, ag_error *error)
{
  search self = {.classes = classes,
                 .ends = ends,
                 .n = classes->count,
                 .concave = ag_game_is_concave(classes->game),
                 .grounded = ag_loop_real_share(&classes->game->loop) > 0};
  ag_status status = create_search(&self, error);
  if (!status)
    status = follow_all(&self, error);
  if (!status)
    sort_out(ends);
  free_search(&self);
  return status;
}

#include "curation/bradley_terry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Nodes are s_k = exp(k / 4) in units of 1 / u(centre of the top cell). A cell
 * is two nodes wide, so what a cell sees at node k depends on
 * i = k - 2 index only: one small table of i serves all cells. */
#define NODE_STEP 0.25
enum {
  CELL_NODES = 2,      /* AG_CELL_WIDTH / NODE_STEP */
  DARK = 28,           /* from here on exp(-s u) = 0: exp(7 - 1/4) > 745 */
  BAND_END = DARK + 1, /* one dark node, so that a gap's L stands at its left end */
  GATHER_END = 17,     /* u(x) exp(-s u(x)) below exp(-42) from here on */
  FLAT_BAND = -150     /* up to here exp(-s u(x)) = 1: exp(-37.5 + 1/4) < 2^-53 */
};

typedef struct node_segment {
  int64_t first; /* node number k of the first node */
  size_t count;
  size_t offset; /* of the first node in the plan's arrays */
} node_segment;

struct ag_bradley_terry {
  const ag_cells *cells;
  const ag_kernels *kernels;
  double pool;        /* K; INFINITY */
  int64_t band_begin; /* up to here (K - 1)(1 - exp(-s u)) is nothing */
  size_t band;        /* nodes in the band */
  double *fallen, *kept,
      *density; /* [AG_TERMS, band]: moments or points of 1-e^-su, e^-su, su e^-su */
  size_t segment_count;
  node_segment *segment;
  size_t *cell_segment; /* [cells] */
  size_t node_count;
  double *fall;            /* [nodes] 1 - L */
  double *keep;            /* [nodes] L exp(-reference) */
  double *reference;       /* [nodes] */
  double *power;           /* [nodes] (K - 1) log L */
  double *prefix;          /* [nodes] sum over earlier nodes of step s L^(K-1), in ... */
  double *prefix_scale;    /* [nodes] ... units of exp(prefix_scale) */
  double *work;            /* [band] */
  double *suffix_scale;    /* [cells] largest log_scale of this cell and those below */
  double growth[AG_TERMS]; /* exp(x - centre) at the Chebyshev points */
  double point[AG_TERMS];  /* Chebyshev points */
  double from_points[AG_TERMS][AG_TERMS]; /* values at the points -> Chebyshev coefficients */
  double to_powers[AG_TERMS][AG_TERMS];   /* Chebyshev coefficients -> powers */
};

/* --- tables --- */

static void make_transforms(ag_bradley_terry *plan)
{
  const double pi = 3.14159265358979323846;
  for (int j = 0; j < AG_TERMS; j++) {
    double angle = pi * (2 * j + 1) / (2 * AG_TERMS);
    plan->point[j] = cos(angle);
    plan->growth[j] = exp(AG_CELL_WIDTH / 2 * plan->point[j]);
    for (int k = 0; k < AG_TERMS; k++)
      plan->from_points[k][j] = (k ? 2.0 : 1.0) / AG_TERMS * cos(k * angle);
  }
  memset(plan->to_powers, 0, sizeof plan->to_powers);
  plan->to_powers[0][0] = plan->to_powers[1][1] = 1;
  for (int k = 2; k < AG_TERMS; k++)
    for (int m = 0; m <= k; m++)
      plan->to_powers[k][m] =
          (m ? 2 * plan->to_powers[k - 1][m - 1] : 0) - plan->to_powers[k - 2][m];
}

static void make_tables(ag_bradley_terry *plan)
{
  for (size_t b = 0; b < plan->band; b++) {
    double fallen[AG_TERMS], kept[AG_TERMS];
    for (int j = 0; j < AG_TERMS; j++) {
      double su = exp(NODE_STEP * (double)(plan->band_begin + (int64_t)b) +
                      AG_CELL_WIDTH / 2 * plan->point[j]);
      fallen[j] = -expm1(-su);
      kept[j] = exp(-su);
      plan->density[(size_t)j * plan->band + b] = NODE_STEP * su * kept[j];
    }
    for (int k = 0; k < AG_TERMS; k++) {
      double f = 0, e = 0;
      for (int j = 0; j < AG_TERMS; j++) {
        f += plan->from_points[k][j] * fallen[j];
        e += plan->from_points[k][j] * kept[j];
      }
      plan->fallen[(size_t)k * plan->band + b] = f;
      plan->kept[(size_t)k * plan->band + b] = e;
    }
  }
}

/* Nodes from which the sum starts: below, L^(K-1) and exp(-su) are 1 to
 * within 2^-27 and a geometric series takes over (error 2^-54). */
static int64_t first_node(const ag_bradley_terry *plan)
{
  return (int64_t)floor((-27 * log(2) - log(plan->pool) - AG_CELL_WIDTH / 2) / NODE_STEP);
}

/* The union of the cells' bands; where no cell has its band L is constant
 * and no nodes are needed. Counts, or records when plan->segment is set. */
static void make_segments(ag_bradley_terry *plan)
{
  int64_t begin = first_node(plan);
  plan->segment_count = plan->node_count = 0;
  for (size_t c = 0; c < plan->cells->count; c++) {
    int64_t from = CELL_NODES * plan->cells->index[c] + plan->band_begin;
    int64_t end = from + (int64_t)plan->band;
    from = from < begin ? begin : from;
    node_segment *last = plan->segment + plan->segment_count - 1;
    if (c > 0 && from <= last->first + (int64_t)last->count) {
      plan->node_count += (size_t)(end - last->first) - last->count;
      last->count = (size_t)(end - last->first);
    } else {
      plan->segment[plan->segment_count++] =
          (node_segment){from, (size_t)(end - from), plan->node_count};
      plan->node_count += (size_t)(end - from);
    }
    plan->cell_segment[c] = plan->segment_count - 1;
  }
}

static ag_status make_nodes(ag_bradley_terry *plan, ag_error *error)
{
  double **const arrays[] = {&plan->fall,  &plan->keep,   &plan->reference,
                             &plan->power, &plan->prefix, &plan->prefix_scale};
  ag_status status =
      ag_array_create(plan->cells->count, sizeof *plan->segment, &plan->segment, error);
  if (!status)
    status =
        ag_array_create(plan->cells->count, sizeof *plan->cell_segment, &plan->cell_segment, error);
  if (status)
    return status;
  make_segments(plan);
  for (size_t a = 0; !status && a < sizeof arrays / sizeof *arrays; a++)
    status = ag_array_create(plan->node_count, sizeof(double), arrays[a], error);
  return status;
}

ag_status ag_bradley_terry_create(ag_pool pool, const ag_cells *cells, ag_bradley_terry **out,
                                  ag_error *error)
{
  ag_bradley_terry *plan = calloc(1, sizeof *plan);
  if (!plan)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the weights' tables");
  plan->cells = cells;
  plan->kernels = ag_kernels_get();
  plan->pool = pool == AG_POOL_INFINITE ? INFINITY : (double)pool;
  make_transforms(plan);
  ag_status status = AG_OK;
  if (pool != AG_POOL_INFINITE) {
    plan->band_begin = FLAT_BAND - (int64_t)ceil(log(plan->pool) / NODE_STEP);
    plan->band = (size_t)(BAND_END - plan->band_begin);
    double **const tables[] = {&plan->fallen, &plan->kept, &plan->density};
    for (size_t a = 0; !status && a < 3; a++)
      status = ag_array_create(AG_TERMS * plan->band, sizeof(double), tables[a], error);
    if (!status)
      status = ag_array_create(plan->band, sizeof(double), &plan->work, error);
    if (!status)
      status = ag_array_create(cells->count, sizeof(double), &plan->suffix_scale, error);
    if (!status) {
      make_tables(plan);
      status = make_nodes(plan, error);
    }
  }
  if (status)
    ag_bradley_terry_free(plan);
  else
    *out = plan;
  return status;
}

void ag_bradley_terry_free(ag_bradley_terry *plan)
{
  if (!plan)
    return;
  void *const owned[] = {plan->fallen,      plan->kept,   plan->density,      plan->segment,
                         plan->fall,        plan->keep,   plan->reference,    plan->cell_segment,
                         plan->power,       plan->prefix, plan->prefix_scale, plan->work,
                         plan->suffix_scale};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
    free(owned[i]);
  free(plan);
}

/* --- solving --- */

/* The logarithm of sum_c exp(log_scale[c] + shift[c]) value(c) for positive
 * values. */
static double log_total(size_t count, const double *log_scale, const double *moment)
{
  double most = -INFINITY, sum = 0;
  for (size_t c = 0; c < count; c++)
    most = fmax(most, log_scale[c]);
  for (size_t c = 0; c < count; c++)
    sum += exp(log_scale[c] - most) * moment[c * AG_TERMS];
  return most + log(sum);
}

/* From values at the Chebyshev points of a cell to powers of t. */
static void to_powers(const ag_bradley_terry *plan, const double *value, double *coefficient)
{
  double chebyshev[AG_TERMS];
  for (int k = 0; k < AG_TERMS; k++) {
    chebyshev[k] = 0;
    /* differences from the first value: nothing is lost when log H is large */
    for (int j = 0; j < AG_TERMS; j++)
      chebyshev[k] += plan->from_points[k][j] * (value[j] - value[0]);
  }
  chebyshev[0] += value[0];
  for (int m = 0; m < AG_TERMS; m++) {
    coefficient[m] = 0;
    for (int k = AG_TERMS - 1; k >= m; k--)
      coefficient[m] += plan->to_powers[k][m] * chebyshev[k];
  }
}

/* K = infinity: log H = r / tau - log E_p u, linear in every cell. */
static void solve_infinite(const ag_bradley_terry *plan, const double *log_scale,
                           const double *moment, double total, double *coefficient)
{
  const ag_cells *cells = plan->cells;
  double growth[AG_TERMS], most = -INFINITY, sum = 0;
  for (int k = 0; k < AG_TERMS; k++) {
    growth[k] = 0;
    for (int j = 0; j < AG_TERMS; j++)
      growth[k] += plan->from_points[k][j] * plan->growth[j];
  }
  for (size_t c = 0; c < cells->count; c++)
    most = fmax(most, log_scale[c] - AG_CELL_WIDTH * (double)cells->index[c]);
  for (size_t c = 0; c < cells->count; c++) {
    double u = 0;
    for (int k = 0; k < AG_TERMS; k++)
      u += growth[k] * moment[c * AG_TERMS + (size_t)k];
    sum += exp(log_scale[c] - AG_CELL_WIDTH * (double)cells->index[c] - most) * u;
  }
  double log_mean = most + log(sum) - total;
  for (size_t c = 0; c < cells->count; c++) {
    double *a = coefficient + c * AG_TERMS;
    memset(a, 0, AG_TERMS * sizeof *a);
    a[0] = -AG_CELL_WIDTH * (double)cells->index[c] - log_mean - total;
    a[1] = AG_CELL_WIDTH / 2;
  }
}

/* Where a cell's band, clipped to [begin, end) of the table, lies. */
typedef struct cell_band {
  size_t node;  /* offset of the first node in the plan's arrays */
  size_t table; /* offset in the table */
  size_t count;
} cell_band;

static cell_band find_band(const ag_bradley_terry *plan, size_t cell, int64_t begin, int64_t end)
{
  const node_segment *segment = &plan->segment[plan->cell_segment[cell]];
  int64_t base = CELL_NODES * plan->cells->index[cell];
  int64_t from = base + begin < segment->first ? segment->first : base + begin;
  return (cell_band){.node = segment->offset + (size_t)(from - segment->first),
                     .table = (size_t)(from - base - plan->band_begin),
                     .count = (size_t)(base + end - from)};
}

/* The scale in which L is added up at each node: the largest of the cells
 * that are not yet extinguished there. */
static void set_references(ag_bradley_terry *plan, const double *log_scale)
{
  const ag_cells *cells = plan->cells;
  double most = -INFINITY;
  for (size_t c = cells->count; c-- > 0;) {
    most = fmax(most, log_scale[c]);
    plan->suffix_scale[c] = most;
  }
  size_t cell = 0;
  for (size_t g = 0; g < plan->segment_count; g++)
    for (size_t n = 0; n < plan->segment[g].count; n++) {
      int64_t k = plan->segment[g].first + (int64_t)n;
      while (k >= CELL_NODES * cells->index[cell] + DARK && cell + 1 < cells->count)
        cell++;
      plan->reference[plan->segment[g].offset + n] = plan->suffix_scale[cell];
    }
}

/* 1 - L and L at every node, for total mass exp(total). */
static void add_bands(ag_bradley_terry *plan, const double *log_scale, const double *moment,
                      double total)
{
  memset(plan->fall, 0, plan->node_count * sizeof *plan->fall);
  memset(plan->keep, 0, plan->node_count * sizeof *plan->keep);
  for (size_t c = 0; c < plan->cells->count; c++) {
    cell_band band = find_band(plan, c, plan->band_begin, BAND_END);
    const double *m = moment + c * AG_TERMS;
    plan->kernels->spread(band.count, plan->fallen + band.table, plan->band, m,
                          exp(log_scale[c] - total), plan->fall + band.node);
    band = find_band(plan, c, plan->band_begin, DARK);
    for (size_t i = 0; i < band.count;) {
      double reference = plan->reference[band.node + i];
      size_t same = i + 1;
      while (same < band.count && plan->reference[band.node + same] == reference)
        same++;
      plan->kernels->spread(same - i, plan->kept + band.table + i, plan->band, m,
                            exp(log_scale[c] - reference), plan->keep + band.node + i);
      i = same;
    }
  }
}

/* Cells past their band at a node have lost everything (1 - L gains their
 * mass); cells before it have lost nothing (L keeps their mass). */
static void add_saturated(ag_bradley_terry *plan, const double *log_scale, const double *moment,
                          double total)
{
  const ag_cells *cells = plan->cells;
  double lost = 0, kept = 0, scale = -INFINITY;
  size_t cell = 0;
  for (size_t g = 0; g < plan->segment_count; g++)
    for (size_t n = 0; n < plan->segment[g].count; n++) {
      int64_t k = plan->segment[g].first + (int64_t)n;
      for (; cell < cells->count && k >= CELL_NODES * cells->index[cell] + BAND_END; cell++)
        lost += exp(log_scale[cell] - total) * moment[cell * AG_TERMS];
      plan->fall[plan->segment[g].offset + n] += lost;
    }
  cell = cells->count;
  for (size_t g = plan->segment_count; g-- > 0;)
    for (size_t n = plan->segment[g].count; n-- > 0;) {
      int64_t k = plan->segment[g].first + (int64_t)n;
      for (; cell > 0 && k < CELL_NODES * cells->index[cell - 1] + plan->band_begin; cell--) {
        double larger = fmax(scale, log_scale[cell - 1]);
        kept = kept * exp(scale - larger) +
               exp(log_scale[cell - 1] - larger) * moment[(cell - 1) * AG_TERMS];
        scale = larger;
      }
      size_t at = plan->segment[g].offset + n;
      if (kept > 0)
        plan->keep[at] += kept * exp(scale - plan->reference[at]);
    }
}

/* (K - 1) log L at every node, from 1 - L where that is the small one: with
 * w = 1 - f rounded, log(1 - f) = log w + (1 - f - w) / w to double precision. */
static void take_powers(ag_bradley_terry *plan, double total)
{
  const double smallest = 1e-300; /* interpolation noise where L is extinguished */
  for (size_t n = 0; n < plan->node_count; n++) {
    double kept = plan->keep[n] > smallest ? plan->keep[n] : smallest;
    plan->keep[n] = plan->fall[n] < 0.5 ? 1 - plan->fall[n] : kept;
  }
  plan->kernels->log(plan->node_count, plan->keep, plan->power);
  for (size_t n = 0; n < plan->node_count; n++) {
    double w = plan->keep[n];
    double log_l = plan->power[n] + (plan->fall[n] < 0.5 ? ((1 - w) - plan->fall[n]) / w
                                                         : plan->reference[n] - total);
    plan->power[n] = (plan->pool - 1) * log_l;
  }
}

/* The sum over all earlier nodes of step s L^(K-1): what a cell far below sees
 * of them, as prefix exp(prefix_scale). Gaps between segments are geometric
 * sums. From node to node a term grows by a factor exp(1/4) at most. */
static void take_prefixes(ag_bradley_terry *plan)
{
  enum { AT_ONCE = 32 };
  const double geometric = NODE_STEP / expm1(NODE_STEP);
  double scale = NODE_STEP * (double)plan->segment[0].first, sum = geometric, term[AT_ONCE];
  for (size_t g = 0; g < plan->segment_count; g++) {
    const node_segment *segment = &plan->segment[g];
    if (g > 0) {
      const node_segment *before = segment - 1;
      double last =
          NODE_STEP * (double)segment->first + plan->power[before->offset + before->count - 1];
      double gap = NODE_STEP * (double)(segment->first - before->first - (int64_t)before->count);
      double larger = fmax(scale, last);
      sum = sum * exp(scale - larger) - geometric * expm1(-gap) * exp(last - larger);
      scale = larger;
    }
    for (size_t n = 0; n < segment->count; n += AT_ONCE) {
      size_t at = segment->offset + n, left = segment->count - n;
      size_t count = left < AT_ONCE ? left : AT_ONCE;
      double most = scale;
      for (size_t i = 0; i < count; i++) {
        term[i] = NODE_STEP * (double)(segment->first + (int64_t)(n + i)) + plan->power[at + i];
        most = term[i] > most ? term[i] : most;
      }
      sum *= exp(scale - most);
      scale = most;
      plan->kernels->exp(count, term, scale, term);
      for (size_t i = 0; i < count; i++) {
        plan->prefix[at + i] = sum;
        plan->prefix_scale[at + i] = scale;
        sum += NODE_STEP * term[i];
      }
    }
  }
}

/* log H at the Chebyshev points of one cell. */
static void solve_cell(ag_bradley_terry *plan, size_t cell, double *value)
{
  cell_band band = find_band(plan, cell, FLAT_BAND, GATHER_END);
  double below = plan->prefix_scale[band.node] + log(plan->prefix[band.node]) -
                 AG_CELL_WIDTH * (double)plan->cells->index[cell];
  double scale = below;
  /* the integrand grows by exp(1/4) a node at most: a sample bounds it well */
  for (size_t i = 0; i < band.count; i += 8) {
    double su = NODE_STEP * (double)(plan->band_begin + (int64_t)(band.table + i));
    double term = plan->power[band.node + i] + (su < 0 ? su : 0);
    scale = term > scale ? term : scale;
  }
  plan->kernels->exp(band.count, plan->power + band.node, scale, plan->work);
  plan->kernels->gather(band.count, plan->density + band.table, plan->band, plan->work, value);
  double flat = exp(below - scale), log_pool = log(plan->pool);
  for (int j = 0; j < AG_TERMS; j++)
    value[j] += flat * plan->growth[j];
  plan->kernels->log(AG_TERMS, value, value);
  for (int j = 0; j < AG_TERMS; j++)
    value[j] += log_pool + scale;
}

double ag_bradley_terry_solve(ag_bradley_terry *plan, const double *log_scale, const double *moment,
                              double *coefficient)
{
  double total = log_total(plan->cells->count, log_scale, moment);
  if (isinf(plan->pool)) {
    solve_infinite(plan, log_scale, moment, total, coefficient);
    return total;
  }
  set_references(plan, log_scale);
  add_bands(plan, log_scale, moment, total);
  add_saturated(plan, log_scale, moment, total);
  take_powers(plan, total);
  take_prefixes(plan);
  for (size_t c = 0; c < plan->cells->count; c++) {
    double value[AG_TERMS];
    solve_cell(plan, c, value);
    to_powers(plan, value, coefficient + c * AG_TERMS);
    coefficient[c * AG_TERMS] -= total;
  }
  return total;
}

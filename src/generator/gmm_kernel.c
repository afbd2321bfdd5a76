/* Compiled with AG_KERNEL_NAME = avx512, avx2 or baseline. */
#include "generator/gmm_kernel.h"

#include <math.h>
#include <string.h>

#include "base/simd.h"

#ifdef __AVX512F__
#include <immintrin.h>
#endif

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)
#define INLINE static inline __attribute__((always_inline))

enum { FIXED = 3 }; /* dimensions up to this have loops of their own */
enum { FIXED_SIZE = 1 + FIXED + FIXED * (FIXED + 1) / 2 };

static const double LOG_TWO = 0x1.62e42fefa39efp-1;
/* Densities outside are formed again relative to the largest. */
static const double FAINT = 0x1p-800, BRIGHT = 0x1p800;
static const double FARTHEST = -1e300; /* instead of exponents below, and of no number */

INLINE v8 wide(double x)
{
  return x - (v8){0};
}

INLINE v8 choose(i8 pick, v8 yes, v8 no)
{
  return (v8)(((i8)yes & pick) | ((i8)no & ~pick));
}

/* The larger; b where a is no number. */
INLINE v8 at_least(v8 a, v8 b)
{
#ifdef __AVX512F__
  return (v8)_mm512_max_pd((__m512d)a, (__m512d)b);
#else
  return larger(a, b);
#endif
}

/* 2^t for |t| < 1000. With the permutations of AVX-512, t is cut to a sixteenth and
 * looked up, 2^f = 1 + f q(f) for the rest: error 1e-14. Otherwise t is cut to the whole,
 * with more terms: 1e-15. */
INLINE v8 power_of_two(v8 t)
{
#ifdef __AVX512F__
  /* 2^(j/16), less the j that the shifted bits bring along */
  static const unsigned long long table[16] = {
      0x3ff0000000000000, 0x3fefb5586cf9890f, 0x3fef72b83c7d517b, 0x3fef387a6e756238,
      0x3fef06fe0a31b715, 0x3feedea64c123422, 0x3feebfdad5362a27, 0x3feeab07dd485429,
      0x3feea09e667f3bcd, 0x3feea11473eb0187, 0x3feeace5422aa0db, 0x3feec49182a3f090,
      0x3feee89f995ad3ad, 0x3fef199bdd85529c, 0x3fef5818dcfba487, 0x3fefa4afa2a490da};
  const double shift = 0x1.8p48;
  v8 n = t + shift;
  v8 f = t - (n - shift);
  v8 low = (v8)_mm512_loadu_pd(table), high = (v8)_mm512_loadu_pd(table + 8);
  v8 power = (v8)_mm512_permutex2var_pd((__m512d)low, (__m512i)n, (__m512d)high);
  power = (v8)((u8)power + ((u8)n << 48));
  v8 q = 0x1.c6b08d6faa1bep-5 + f * (0x1.3b2c4ac7da565p-7 + f * 0x1.5d893e58acc63p-10);
  q = 0x1.62e42fefa39efp-1 + f * (0x1.ebfbdff6988c8p-3 + f * q);
  return power + power * (f * q);
#else
  const double shift = 0x1.8p52;
  v8 n = t + shift;
  v8 f = t - (n - shift), f2 = f * f, f4 = f2 * f2;
  v8 q0 = (0x1.62e42fefa39f7p-1 + f * 0x1.ebfbdff82c590p-3) +
          f2 * (0x1.c6b08d7044119p-5 + f * 0x1.3b2ab6fba385fp-7);
  v8 q1 = (0x1.5d87fe908f88ap-10 + f * 0x1.4309130378460p-13) +
          f2 * (0x1.ffcb76789860fp-17 + f * 0x1.62bfe46117445p-20);
  v8 q2 = 0x1.b6571de2f2351p-24 + f * 0x1.e5e9f548e5725p-28;
  v8 y = 1.0 + f * (q0 + f4 * (q1 + f4 * q2));
  return (v8)((u8)y + ((u8)n << 52));
#endif
}

INLINE v8 inverse_of(v8 x)
{
#ifdef __AVX512F__
  v8 y = (v8)_mm512_rcp14_pd((__m512d)x);
  y += y * (1.0 - x * y);
  return y + y * (1.0 - x * y);
#else
  return 1.0 / x;
#endif
}

/* Lanes of the eight points from number begin on that are there. */
INLINE i8 lanes_there(size_t begin, size_t count)
{
  const i8 lane = {0, 1, 2, 3, 4, 5, 6, 7};
  return lane < (long long)(count - begin);
}

/* ---- where things lie in the room ---- */

typedef struct workbench {
  double *weight; /* [components, BLOCK] densities; of a row: weight + k * BLOCK */
  double *total;  /* [BLOCK] their sums, then the inverses */
  double *row;    /* [2 dim, BLOCK] */
  v8 *step;       /* [dim] */
  double *lanes;  /* [components, component size, 8] */
} workbench;

static workbench lay_out(const ag_gmm_pass *pass)
{
  workbench bench = {.weight = pass->room};
  bench.total = bench.weight + pass->components * AG_GMM_BLOCK;
  bench.row = bench.total + AG_GMM_BLOCK;
  double *rest = bench.row + 2 * pass->dim * AG_GMM_BLOCK;
  bench.step = (v8 *)rest;
  bench.lanes = rest + 8 * pass->dim;
  return bench;
}

INLINE size_t row_of(size_t i)
{
  return i * (i + 1) / 2;
}

/* ---- E ---- */

/* The exponents of one component's density at eight points; step [dim] is room. */
INLINE v8 density_exponent(const double *parameter, size_t dim, bool full, const double *x,
                           size_t stride, v8 *step)
{
  const double *mean = parameter + 1, *a = mean + dim;
  v8 t = wide(parameter[0]);
  for (size_t i = 0; i < dim; i++)
    step[i] = load(x + i * stride) - mean[i];
  for (size_t i = 0; i < dim; i++) {
    v8 z = step[i] * a[full ? row_of(i) + i : i];
    for (size_t j = 0; full && j < i; j++)
      z += step[j] * a[row_of(i) + j];
    t -= z * z;
  }
  return t;
}

INLINE v8 squared_distance(const double *mean, size_t dim, const double *x, size_t stride)
{
  v8 sum = {0};
  for (size_t i = 0; i < dim; i++) {
    v8 step = load(x + i * stride) - mean[i];
    sum += step * step;
  }
  return sum;
}

/* Densities of a block's points, and their sums. */
INLINE void block_densities(const ag_gmm_pass *pass, const workbench *bench, const double *x,
                            size_t count, size_t dim, bool full)
{
  size_t size = ag_gmm_component_size(dim, full);
  v8 fixed[FIXED], *step = dim <= FIXED ? fixed : bench->step;
  double copy[FIXED_SIZE];
  for (size_t k = 0; k < pass->components; k++) {
    const double *parameter = pass->parameter + k * size;
    double *weight = bench->weight + k * AG_GMM_BLOCK;
    if (dim <= FIXED) /* in registers, whatever is written meanwhile */
      parameter = memcpy(copy, parameter, size * sizeof *copy);
    for (size_t i = 0; i < count; i += 8) {
      v8 t = density_exponent(parameter, dim, full, x + i, pass->stride, step);
      v8 p = power_of_two(at_least(t, wide(AG_GMM_LEAST)));
      store(weight + i, p);
      store(bench->total + i, k == 0 ? p : load(bench->total + i) + p);
    }
  }
}

/* Eight points of which some are too far from every component, or too near to one: the
 * densities relative to the largest, whose exponent is returned. */
static v8 weigh_again(const ag_gmm_pass *pass, const workbench *bench, const double *x, size_t i)
{
  size_t size = ag_gmm_component_size(pass->dim, pass->full);
  v8 most = wide(FARTHEST), sum = {0};
  for (size_t k = 0; k < pass->components; k++) {
    v8 t = density_exponent(pass->parameter + k * size, pass->dim, pass->full, x + i, pass->stride,
                            bench->step);
    t = at_least(t, wide(FARTHEST));
    most = at_least(t, most);
    store(bench->weight + k * AG_GMM_BLOCK + i, t);
  }
  for (size_t k = 0; k < pass->components; k++) {
    double *weight = bench->weight + k * AG_GMM_BLOCK + i;
    v8 p = power_of_two(at_least(load(weight) - most, wide(AG_GMM_LEAST)));
    store(weight, p);
    sum += p;
  }
  store(bench->total + i, sum);
  return most;
}

INLINE bool any_lane(i8 lanes)
{
  long long any = 0;
  for (int i = 0; i < 8; i++)
    any |= lanes[i];
  return any != 0;
}

/* A product of many numbers as 2^exponent mantissa: one logarithm for all of them. */
typedef struct product {
  i8 exponent;
  v8 mantissa;
  v8 apart; /* exponents of what is left out of the numbers */
} product;

INLINE void multiply(product *all, v8 x)
{
  all->exponent += ((i8)x >> 52) - 1023;
  all->mantissa *= (v8)(((i8)x & 0x000fffffffffffffLL) | 0x3ff0000000000000LL);
}

static double product_log(const product *all)
{
  v8 exponent = __builtin_convertvector(all->exponent, v8) + all->apart;
  return lanes_sum(exponent) * LOG_TWO + lanes_sum(vector_log(all->mantissa));
}

/* The sums become their inverses, 0 past the end; all collects their product. */
INLINE void block_inverses(const ag_gmm_pass *pass, const workbench *bench, const double *x,
                           size_t count, product *all)
{
  i8 out = {0};
  for (size_t i = 0; i < count; i += 8) {
    v8 total = load(bench->total + i);
    out |= ~((total > FAINT) & (total < BRIGHT));
  }
  bool again = any_lane(out);
  for (size_t i = 0; i < count; i += 8) {
    v8 total = load(bench->total + i);
    i8 there = lanes_there(i, count);
    if (again && any_lane(~((total > FAINT) & (total < BRIGHT)))) {
      all->apart += choose(there, weigh_again(pass, bench, x, i), (v8){0});
      total = load(bench->total + i);
    }
    v8 inverse = inverse_of(total);
    if (i + 8 > count) {
      total = choose(there, total, wide(1));
      inverse = choose(there, inverse, (v8){0});
    }
    multiply(all, total);
    store(bench->total + i, inverse);
  }
}

/* As densities: 1 for the nearest mean, 0 for the others; the sums' inverses. */
INLINE v8 block_nearest(const ag_gmm_pass *pass, const workbench *bench, const double *x,
                        size_t count, size_t dim, bool full)
{
  size_t size = ag_gmm_component_size(dim, full);
  v8 distances = {0};
  for (size_t i = 0; i < count; i += 8) {
    v8 least = squared_distance(pass->parameter + 1, dim, x + i, pass->stride), nearest = {0};
    store(bench->weight + i, least);
    for (size_t k = 1; k < pass->components; k++) {
      const double *mean = pass->parameter + k * size + 1;
      v8 square = squared_distance(mean, dim, x + i, pass->stride);
      least = -at_least(-square, -least);
      store(bench->weight + k * AG_GMM_BLOCK + i, square);
    }
    for (size_t k = 0; k < pass->components; k++) {
      double *weight = bench->weight + k * AG_GMM_BLOCK + i;
      v8 one = choose(load(weight) == least, wide(1), (v8){0});
      store(weight, one);
      nearest += one;
    }
    i8 there = lanes_there(i, count);
    store(bench->total + i, choose(there, 1.0 / nearest, (v8){0}));
    distances += choose(there, least, (v8){0});
  }
  return distances;
}

/* ---- M ---- */

/* Adds one component's moments of a block to its lanes. */
INLINE void block_moments_fixed(const ag_gmm_pass *pass, const workbench *bench, const double *x,
                                size_t count, size_t k, size_t dim, bool full)
{
  size_t size = ag_gmm_component_size(dim, full);
  const double *weight = bench->weight + k * AG_GMM_BLOCK, *inverse = bench->total;
  double mean[FIXED], *lanes = bench->lanes + 8 * k * size;
  v8 sum[FIXED_SIZE] = {{0}};
  memcpy(mean, pass->parameter + k * size + 1, dim * sizeof *mean);
  for (size_t i = 0; i < count; i += 8) {
    v8 share = load(weight + i) * load(inverse + i), step[FIXED];
    sum[0] += share;
    for (size_t d = 0; d < dim; d++) {
      step[d] = load(x + d * pass->stride + i) - mean[d];
      v8 moment = share * step[d];
      sum[1 + d] += moment;
      if (!full)
        sum[1 + dim + d] += moment * step[d];
      for (size_t e = 0; full && e <= d; e++)
        sum[1 + dim + row_of(d) + e] += moment * step[e];
    }
  }
  for (size_t m = 0; m < size; m++)
    store(lanes + 8 * m, load(lanes + 8 * m) + sum[m]);
}

/* lanes [columns, 8] += sum over a block's points of row times each of the columns;
 * four at a time, because each product needs two loads otherwise. */
static void add_products(const double *row, const double *column, size_t columns, size_t count,
                         double *lanes)
{
  size_t e = 0;
  for (; e + 4 <= columns; e += 4) {
    const double *from = column + e * AG_GMM_BLOCK;
    v8 sum[4] = {{0}};
    for (size_t i = 0; i < count; i += 8) {
      v8 x = load(row + i);
      for (size_t c = 0; c < 4; c++)
        sum[c] += x * load(from + c * AG_GMM_BLOCK + i);
    }
    for (size_t c = 0; c < 4; c++)
      store(lanes + 8 * (e + c), load(lanes + 8 * (e + c)) + sum[c]);
  }
  for (; e < columns; e++) {
    v8 sum = {0};
    for (size_t i = 0; i < count; i += 8)
      sum += load(row + i) * load(column + e * AG_GMM_BLOCK + i);
    store(lanes + 8 * e, load(lanes + 8 * e) + sum);
  }
}

static void block_moments_any(const ag_gmm_pass *pass, const workbench *bench, const double *x,
                              size_t count, size_t k)
{
  size_t dim = pass->dim, size = ag_gmm_component_size(dim, pass->full);
  const double *weight = bench->weight + k * AG_GMM_BLOCK, *mean = pass->parameter + k * size + 1;
  double *lanes = bench->lanes + 8 * k * size, *square = lanes + 8 * (1 + dim);
  double *steps = bench->row, *moments = bench->row + dim * AG_GMM_BLOCK;
  v8 total = {0};
  for (size_t i = 0; i < count; i += 8)
    total += load(weight + i) * load(bench->total + i);
  store(lanes, load(lanes) + total);
  for (size_t d = 0; d < dim; d++) {
    double *step = steps + d * AG_GMM_BLOCK, *moment = moments + d * AG_GMM_BLOCK;
    v8 sum = {0};
    for (size_t i = 0; i < count; i += 8) {
      v8 s = load(x + d * pass->stride + i) - mean[d];
      v8 m = load(weight + i) * load(bench->total + i) * s;
      store(step + i, s);
      store(moment + i, m);
      sum += m;
    }
    store(lanes + 8 * (1 + d), load(lanes + 8 * (1 + d)) + sum);
    if (pass->full)
      add_products(moment, steps, d + 1, count, square + 8 * row_of(d));
    else
      add_products(moment, step, 1, count, square + 8 * d);
  }
}

/* ---- a chunk ---- */

INLINE size_t block_count(size_t begin, size_t end)
{
  return end - begin < AG_GMM_BLOCK ? end - begin : AG_GMM_BLOCK;
}

/* dim and full are constants where this is inlined, up to FIXED dimensions. */
INLINE void run_chunk(ag_gmm_pass *pass, size_t dim, bool full, bool hard)
{
  workbench bench = lay_out(pass);
  size_t sums = pass->components * ag_gmm_component_size(dim, full);
  product all = {.mantissa = wide(1)};
  v8 distances = {0};
  memset(bench.lanes, 0, 8 * sums * sizeof *bench.lanes);
  for (size_t begin = 0; begin < pass->count; begin += AG_GMM_BLOCK) {
    size_t count = block_count(begin, pass->count);
    const double *x = pass->x + begin;
    if (hard) {
      distances += block_nearest(pass, &bench, x, count, dim, full);
    } else {
      block_densities(pass, &bench, x, count, dim, full);
      block_inverses(pass, &bench, x, count, &all);
    }
    for (size_t k = 0; k < pass->components; k++)
      if (dim <= FIXED)
        block_moments_fixed(pass, &bench, x, count, k, dim, full);
      else
        block_moments_any(pass, &bench, x, count, k);
  }
  for (size_t m = 0; m < sums; m++)
    pass->moment[m] = lanes_sum(load(bench.lanes + 8 * m));
  pass->sum = hard ? lanes_sum(distances) : product_log(&all);
}

INLINE void run_dimension(ag_gmm_pass *pass, size_t dim, bool hard)
{
  if (pass->full)
    run_chunk(pass, dim, true, hard);
  else
    run_chunk(pass, dim, false, hard);
}

INLINE void run(ag_gmm_pass *pass, bool hard)
{
  switch (pass->dim) {
  case 1:
    run_chunk(pass, 1, false, hard); /* the two kinds are one */
    break;
  case 2:
    run_dimension(pass, 2, hard);
    break;
  case 3:
    run_dimension(pass, 3, hard);
    break;
  default:
    run_chunk(pass, pass->dim, pass->full, hard);
  }
}

static void kernel_learn(ag_gmm_pass *pass)
{
  run(pass, false);
}

static void kernel_assign(ag_gmm_pass *pass)
{
  run(pass, true);
}

static void kernel_weigh(ag_gmm_pass *pass, double *log_density)
{
  workbench bench = lay_out(pass);
  v8 sum = {0};
  for (size_t begin = 0; begin < pass->count; begin += AG_GMM_BLOCK) {
    size_t count = block_count(begin, pass->count);
    const double *x = pass->x + begin;
    if (pass->dim == 2 && pass->full)
      block_densities(pass, &bench, x, count, 2, true);
    else
      block_densities(pass, &bench, x, count, pass->dim, pass->full);
    for (size_t i = 0; i < count; i += 8) {
      v8 total = load(bench.total + i), most = {0};
      if (any_lane(~((total > FAINT) & (total < BRIGHT)))) {
        most = weigh_again(pass, &bench, x, i);
        total = load(bench.total + i);
      }
      v8 log = most * LOG_TWO + vector_log(total);
      log = choose(most <= FARTHEST, wide(-INFINITY), log);
      size_t rest = count - i;
      if (log_density)
        memcpy(log_density + begin + i, &log, (rest < 8 ? rest : 8) * sizeof *log_density);
      sum += choose(lanes_there(i, count), log, (v8){0});
    }
  }
  pass->sum = lanes_sum(sum);
}

static double kernel_approach(const ag_gmm_pass *pass, const double *centre, const double *closest,
                              double *nearer)
{
  v8 sum = {0};
  for (size_t i = 0; i < pass->count; i += 8) {
    v8 square = squared_distance(centre, pass->dim, pass->x + i, pass->stride);
    square = -at_least(-square, -load(closest + i));
    square = choose(lanes_there(i, pass->count), square, (v8){0});
    sum += square;
    if (nearer)
      store(nearer + i, square);
  }
  return lanes_sum(sum);
}

/* ---- the end of M ---- */

INLINE v8 root_of(v8 x)
{
#if defined __AVX512F__
  return (v8)_mm512_sqrt_pd((__m512d)x);
#else
  for (int i = 0; i < 8; i++)
    x[i] = __builtin_sqrt(x[i]);
  return x;
#endif
}

typedef struct eight {
  v8 weight, mean[FIXED], factor[FIXED_SIZE], inverse[FIXED_SIZE];
} eight;

/* L and L^-1 of a covariance in l; returned: lanes where some variance is too small. */
INLINE i8 factorize_eight(v8 *l, v8 *a, const v8 *least, size_t dim, bool full)
{
  i8 singular = {0};
  for (size_t i = 0; i < dim; i++) {
    size_t row = row_of(i), ii = full ? row + i : i;
    for (size_t j = 0; full && j < i; j++) {
      for (size_t e = 0; e < j; e++)
        l[row + j] -= l[row + e] * l[row_of(j) + e];
      l[row + j] *= a[row_of(j) + j];
      l[ii] -= l[row + j] * l[row + j];
    }
    singular |= ~(l[ii] >= least[i]);
    l[ii] = root_of(l[ii]);
    a[ii] = inverse_of(l[ii]);
    for (size_t j = 0; full && j < i; j++) {
      v8 sum = {0};
      for (size_t e = j; e < i; e++)
        sum -= l[row + e] * a[row_of(e) + j];
      a[row + j] = sum * a[ii];
    }
  }
  return singular;
}

INLINE void gather(const double *rows, size_t size, size_t count, size_t columns, v8 *lanes)
{
  for (size_t k = 0; k < 8 && k < count; k++)
    for (size_t m = 0; m < columns; m++)
      lanes[m][k] = rows[k * size + m];
}

INLINE void scatter(const v8 *lanes, size_t size, size_t count, size_t columns, double *rows)
{
  for (size_t k = 0; k < 8 && k < count; k++)
    for (size_t m = 0; m < columns; m++)
      rows[k * size + m] = lanes[m][k];
}

/* Components from number first on; whether all of them could be done. */
INLINE bool update_eight(const ag_gmm_step *step, size_t first, size_t dim, bool full, eight *made)
{
  size_t size = ag_gmm_component_size(dim, full), count = step->components - first;
  v8 moment[FIXED_SIZE] = {{0}}, shift[FIXED], least[FIXED], *variance = made->factor, mean = {0};
  gather(step->moment + first * size, size, count, size, moment);
  gather(step->parameter + first * size + 1, size, count, dim, made->mean);
  v8 inverse = 1.0 / moment[0];
  made->weight = moment[0] / step->total;
  for (size_t i = 0, at = 0; i < dim; i++) {
    shift[i] = moment[1 + i] * inverse;
    made->mean[i] += shift[i];
    for (size_t j = full ? 0 : i; j <= i; j++, at++)
      variance[at] = moment[1 + dim + at] * inverse - shift[i] * shift[j];
    variance[at - 1] += step->added;
    mean += variance[at - 1] * (1 / (double)dim);
  }
  for (size_t i = 0; i < dim; i++) {
    v8 *own = variance + (full ? row_of(i) + i : i);
    *own = step->spherical ? mean : *own;
    least[i] = at_least(*own * step->least_share, wide(step->least[i]));
  }
  i8 bad = factorize_eight(variance, made->inverse, least, dim, full);
  bad |= ~(moment[0] > step->least_points);
  return !any_lane(bad & lanes_there(0, count));
}

/* The components' rows of parameters; see ag_gmm_mixture_parameters. */
INLINE void write_eight(const ag_gmm_step *step, size_t first, size_t dim, bool full,
                        const eight *made)
{
  const double half_log2_two_pi = 1.3257480647361593990, root_half_log2_e = 0.84932180028801904272;
  size_t size = ag_gmm_component_size(dim, full), factors = size - 1 - dim;
  size_t count = step->components - first;
  double *row = step->parameter + first * size;
  v8 height = made->weight, scaled[FIXED_SIZE];
  for (size_t i = 0; i < factors; i++)
    scaled[i] = made->inverse[i] * root_half_log2_e;
  for (size_t i = 0; i < dim; i++)
    height *= made->inverse[full ? row_of(i) + i : i];
  height = vector_log(height) * (1 / LOG_TWO) - (double)dim * half_log2_two_pi;
  scatter(&height, size, count, 1, row);
  scatter(made->mean, size, count, dim, row + 1);
  scatter(scaled, size, count, factors, row + 1 + dim);
  scatter(&made->weight, 1, count, 1, step->weight + first);
  scatter(made->mean, dim, count, dim, step->mean + first * dim);
  scatter(made->factor, factors, count, factors, step->factor + first * factors);
  scatter(made->inverse, factors, count, factors, step->inverse + first * factors);
}

INLINE bool update_fixed(const ag_gmm_step *step, size_t dim, bool full)
{
  eight made;
  for (size_t first = 8; first < step->components; first += 8) /* all or nothing */
    if (!update_eight(step, first, dim, full, &made))
      return false;
  if (!update_eight(step, 0, dim, full, &made))
    return false;
  write_eight(step, 0, dim, full, &made);
  for (size_t first = 8; first < step->components; first += 8) {
    update_eight(step, first, dim, full, &made);
    write_eight(step, first, dim, full, &made);
  }
  return true;
}

static bool kernel_update(const ag_gmm_step *step)
{
  switch (step->dim) {
  case 1:
    return update_fixed(step, 1, false);
  case 2:
    return step->full ? update_fixed(step, 2, true) : update_fixed(step, 2, false);
  default:
    return step->full ? update_fixed(step, 3, true) : update_fixed(step, 3, false);
  }
}

const ag_gmm_kernels PASTE(ag_gmm_kernels_, AG_KERNEL_NAME) = {TEXT(AG_KERNEL_NAME), kernel_learn,
                                                               kernel_assign,        kernel_weigh,
                                                               kernel_approach,      kernel_update};

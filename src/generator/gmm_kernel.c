/* Compiled with AG_KERNEL_NAME = avx512, avx2 or baseline. */
#include "generator/gmm_kernel.h"

#include <math.h>
#include <string.h>

#include "base/kernel.h"
#include "base/simd.h"

#ifdef __AVX512F__
#include <immintrin.h>
#endif

enum { FIXED = AG_GMM_CLOSED, FIXED_SIZE = 1 + FIXED + FIXED * (FIXED + 1) / 2 };

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

/* The smaller; b where a is no number. */
INLINE v8 at_most(v8 a, v8 b)
{
#ifdef __AVX512F__
  return (v8)_mm512_min_pd((__m512d)a, (__m512d)b);
#else
  return -larger(-a, -b);
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
  size_t rows;    /* of one component: its densities, and z [dim] up to FIXED dimensions */
  double *weight; /* [components, rows, BLOCK] */
  double *total;  /* [BLOCK] sums of the densities, then the inverses */
  double *row;    /* [2 dim, BLOCK] beyond FIXED dimensions */
  v8 *step;       /* [dim] */
  double *lanes;  /* [moment rows, columns, 8] */
} workbench;

INLINE workbench lay_out(const ag_gmm_pass *pass, size_t dim)
{
  workbench bench = {.rows = dim <= FIXED ? 1 + dim : 1, .weight = pass->room};
  bench.total = bench.weight + pass->components * bench.rows * AG_GMM_BLOCK;
  bench.row = bench.total + AG_GMM_BLOCK;
  double *rest = bench.row + (dim <= FIXED ? 0 : 2 * dim * AG_GMM_BLOCK);
  bench.step = (v8 *)rest;
  bench.lanes = rest + 8 * dim;
  return bench;
}

INLINE size_t row_of(size_t i)
{
  return i * (i + 1) / 2;
}

/* ---- E ---- */

/* A component of few dimensions: z = A x + offset. */
typedef struct affine {
  double height, offset[FIXED], a[FIXED_SIZE];
} affine;

INLINE affine affine_of(const ag_gmm_pass *pass, size_t k, size_t dim, bool full)
{
  const double *column = pass->state + k, *mean = column + pass->columns;
  const double *a = mean + dim * pass->columns;
  affine made = {.height = column[0]};
  for (size_t i = 0; i < ag_gmm_factor_size(dim, full); i++)
    made.a[i] = a[i * pass->columns];
  for (size_t i = 0; i < dim; i++) {
    made.offset[i] = 0;
    for (size_t j = full ? 0 : i; j <= i; j++)
      made.offset[i] -= made.a[full ? row_of(i) + j : i] * mean[j * pass->columns];
  }
  return made;
}

/* The exponents of its density at eight points, and their z. */
INLINE v8 affine_exponent(const affine *component, size_t dim, bool full, const double *x,
                          size_t stride, v8 *z)
{
  v8 t = wide(component->height);
  for (size_t i = 0; i < dim; i++) {
    z[i] = wide(component->offset[i]);
    for (size_t j = full ? 0 : i; j <= i; j++)
      z[i] += load(x + j * stride) * component->a[full ? row_of(i) + j : i];
    t -= z[i] * z[i];
  }
  return t;
}

/* The exponents of a density at eight points, in any dimension; step [dim] is room. */
INLINE v8 density_exponent(const ag_gmm_pass *pass, size_t k, const double *x, v8 *step)
{
  size_t dim = pass->dim, columns = pass->columns;
  const double *column = pass->state + k, *mean = column + columns, *a = mean + dim * columns;
  v8 t = wide(column[0]);
  for (size_t i = 0; i < dim; i++)
    step[i] = load(x + i * pass->stride) - mean[i * columns];
  for (size_t i = 0; i < dim; i++) {
    v8 z = {0};
    for (size_t j = pass->full ? 0 : i; j <= i; j++, a += columns)
      z += step[j] * *a;
    t -= z * z;
  }
  return t;
}

/* mean: its coordinates are columns apart. */
INLINE v8 squared_distance(const double *mean, size_t columns, size_t dim, const double *x,
                           size_t stride)
{
  v8 sum = {0};
  for (size_t i = 0; i < dim; i++) {
    v8 step = load(x + i * stride) - mean[i * columns];
    sum += step * step;
  }
  return sum;
}

/* Densities of a block's points, and their sums; z too up to FIXED dimensions. */
INLINE void block_densities(const ag_gmm_pass *pass, const workbench *bench, const double *x,
                            size_t count, size_t dim, bool full)
{
  for (size_t k = 0; k < pass->components; k++) {
    double *weight = bench->weight + k * bench->rows * AG_GMM_BLOCK;
    affine component = {0};
    if (dim <= FIXED)
      component = affine_of(pass, k, dim, full);
    for (size_t i = 0; i < count; i += 8) {
      v8 z[FIXED], t = dim <= FIXED ? affine_exponent(&component, dim, full, x + i, pass->stride, z)
                                    : density_exponent(pass, k, x + i, bench->step);
      v8 p = power_of_two(at_least(t, wide(AG_GMM_LEAST)));
      store(weight + i, p);
      for (size_t d = 0; d < dim && dim <= FIXED; d++)
        store(weight + (1 + d) * AG_GMM_BLOCK + i, z[d]);
      store(bench->total + i, k == 0 ? p : load(bench->total + i) + p);
    }
  }
}

/* Eight points of which some are too far from every component, or too near to one: the
 * densities relative to the largest, whose exponent is returned. */
static v8 weigh_again(const ag_gmm_pass *pass, const workbench *bench, const double *x, size_t i)
{
  v8 most = wide(FARTHEST), sum = {0};
  for (size_t k = 0; k < pass->components; k++) {
    v8 t = density_exponent(pass, k, x + i, bench->step);
    t = at_least(t, wide(FARTHEST));
    most = at_least(t, most);
    store(bench->weight + k * bench->rows * AG_GMM_BLOCK + i, t);
  }
  for (size_t k = 0; k < pass->components; k++) {
    double *weight = bench->weight + k * bench->rows * AG_GMM_BLOCK + i;
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
  product last = *all;
  double mantissa = 1;
  last.mantissa = wide(1);
  multiply(&last, all->mantissa); /* lanes below 2 again */
  for (int i = 0; i < 8; i++)
    mantissa *= last.mantissa[i];
  v8 exponent = __builtin_convertvector(last.exponent, v8) + last.apart;
  return lanes_sum(exponent) * LOG_TWO + log(mantissa);
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

/* As densities: 1 for the nearest mean, 0 for the others; the sums' inverses; as z up to
 * FIXED dimensions: x - mean. Returned: the squared distances. */
INLINE v8 block_nearest(const ag_gmm_pass *pass, const workbench *bench, const double *x,
                        size_t count, size_t dim)
{
  size_t columns = pass->columns, apart = bench->rows * AG_GMM_BLOCK;
  v8 distances = {0};
  for (size_t i = 0; i < count; i += 8) {
    v8 least = wide(INFINITY), nearest = {0};
    for (size_t k = 0; k < pass->components; k++) {
      const double *mean = pass->state + columns + k;
      v8 square = squared_distance(mean, columns, dim, x + i, pass->stride);
      least = at_most(square, least);
      store(bench->weight + k * apart + i, square);
      for (size_t d = 0; d < dim && dim <= FIXED; d++)
        store(bench->weight + k * apart + (1 + d) * AG_GMM_BLOCK + i,
              load(x + d * pass->stride + i) - mean[d * columns]);
    }
    for (size_t k = 0; k < pass->components; k++) {
      double *weight = bench->weight + k * apart + i;
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

INLINE void add_to(double *lanes, v8 sum)
{
  store(lanes, load(lanes) + sum);
}

/* Adds one component's moments of a block to its lanes. */
INLINE void block_moments_fixed(const ag_gmm_pass *pass, const workbench *bench, size_t count,
                                size_t k, size_t dim, bool full)
{
  const double *weight = bench->weight + k * bench->rows * AG_GMM_BLOCK, *inverse = bench->total;
  v8 sum[FIXED_SIZE] = {{0}};
  for (size_t i = 0; i < count; i += 8) {
    v8 share = load(weight + i) * load(inverse + i), z[FIXED];
    sum[0] += share;
    for (size_t d = 0, at = 1 + dim; d < dim; d++) {
      z[d] = load(weight + (1 + d) * AG_GMM_BLOCK + i);
      v8 moment = share * z[d];
      sum[1 + d] += moment;
      for (size_t e = full ? 0 : d; e <= d; e++, at++)
        sum[at] += moment * z[e];
    }
  }
  for (size_t m = 0; m < ag_gmm_moment_rows(dim, full); m++)
    add_to(bench->lanes + 8 * (m * pass->columns + k), sum[m]);
}

/* Adds to lanes [columns], which are apart, the sums over a block's points of row times
 * each of the columns; four at a time, because each product needs two loads otherwise. */
static void add_products(const double *row, const double *column, size_t columns, size_t count,
                         size_t apart, double *lanes)
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
      add_to(lanes + (e + c) * apart, sum[c]);
  }
  for (; e < columns; e++) {
    v8 sum = {0};
    for (size_t i = 0; i < count; i += 8)
      sum += load(row + i) * load(column + e * AG_GMM_BLOCK + i);
    add_to(lanes + e * apart, sum);
  }
}

static void block_moments_any(const ag_gmm_pass *pass, const workbench *bench, const double *x,
                              size_t count, size_t k)
{
  size_t dim = pass->dim, apart = 8 * pass->columns;
  const double *weight = bench->weight + k * AG_GMM_BLOCK, *mean = pass->state + pass->columns + k;
  double *lanes = bench->lanes + 8 * k, *square = lanes + (1 + dim) * apart;
  double *steps = bench->row, *moments = bench->row + dim * AG_GMM_BLOCK;
  v8 total = {0};
  for (size_t i = 0; i < count; i += 8)
    total += load(weight + i) * load(bench->total + i);
  add_to(lanes, total);
  for (size_t d = 0; d < dim; d++) {
    double *step = steps + d * AG_GMM_BLOCK, *moment = moments + d * AG_GMM_BLOCK;
    v8 sum = {0};
    for (size_t i = 0; i < count; i += 8) {
      v8 s = load(x + d * pass->stride + i) - mean[d * pass->columns];
      v8 m = load(weight + i) * load(bench->total + i) * s;
      store(step + i, s);
      store(moment + i, m);
      sum += m;
    }
    add_to(lanes + (1 + d) * apart, sum);
    if (pass->full)
      add_products(moment, steps, d + 1, count, apart, square + row_of(d) * apart);
    else
      add_products(moment, step, 1, count, apart, square + d * apart);
  }
}

/* ---- a chunk ---- */

INLINE size_t block_count(size_t begin, size_t end)
{
  return end - begin < AG_GMM_BLOCK ? end - begin : AG_GMM_BLOCK;
}

/* The sum of each of eight vectors, in the order of lanes_sum. */
INLINE v8 sum_eight(const double *lanes)
{
  v8 two[4], four[2];
  for (size_t i = 0; i < 4; i++) {
    v8 a = load(lanes + 16 * i), b = load(lanes + 16 * i + 8);
    two[i] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14) +
             __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (size_t i = 0; i < 2; i++) {
    v8 a = two[2 * i], b = two[2 * i + 1];
    four[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13) +
              __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
  return __builtin_shufflevector(four[0], four[1], 0, 1, 2, 3, 8, 9, 10, 11) +
         __builtin_shufflevector(four[0], four[1], 4, 5, 6, 7, 12, 13, 14, 15);
}

/* dim and full are constants where this is inlined, up to FIXED dimensions. */
INLINE void run_chunk(ag_gmm_pass *pass, size_t dim, bool full, bool hard)
{
  workbench bench = lay_out(pass, dim);
  size_t sums = pass->columns * ag_gmm_moment_rows(dim, full);
  product all = {.mantissa = wide(1)};
  v8 distances = {0};
  memset(bench.lanes, 0, 8 * sums * sizeof *bench.lanes);
  for (size_t begin = 0; begin < pass->count; begin += AG_GMM_BLOCK) {
    size_t count = block_count(begin, pass->count);
    const double *x = pass->x + begin;
    if (hard) {
      distances += block_nearest(pass, &bench, x, count, dim);
    } else {
      block_densities(pass, &bench, x, count, dim, full);
      block_inverses(pass, &bench, x, count, &all);
    }
    for (size_t k = 0; k < pass->components; k++)
      if (dim <= FIXED)
        block_moments_fixed(pass, &bench, count, k, dim, full);
      else
        block_moments_any(pass, &bench, x, count, k);
  }
  for (size_t m = 0; m < sums; m += 8)
    store(pass->moment + m, sum_eight(bench.lanes + 8 * m));
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

INLINE void weigh_chunk(ag_gmm_pass *pass, size_t dim, bool full, double *log_density)
{
  workbench bench = lay_out(pass, dim);
  product all = {.mantissa = wide(1)};
  for (size_t begin = 0; begin < pass->count; begin += AG_GMM_BLOCK) {
    size_t count = block_count(begin, pass->count);
    const double *x = pass->x + begin;
    block_densities(pass, &bench, x, count, dim, full);
    if (!log_density) {
      block_inverses(pass, &bench, x, count, &all);
      continue;
    }
    for (size_t i = 0; i < count; i += 8) {
      v8 total = load(bench.total + i), most = {0};
      if (any_lane(~((total > FAINT) & (total < BRIGHT)))) {
        most = weigh_again(pass, &bench, x, i);
        total = load(bench.total + i);
      }
      v8 log = most * LOG_TWO + vector_log(total);
      log = choose(most <= FARTHEST, wide(-INFINITY), log);
      size_t rest = count - i;
      memcpy(log_density + begin + i, &log, (rest < 8 ? rest : 8) * sizeof *log_density);
    }
  }
  pass->sum = product_log(&all);
}

static void kernel_weigh(ag_gmm_pass *pass, double *log_density)
{
  if (pass->dim == 2 && pass->full)
    weigh_chunk(pass, 2, true, log_density);
  else
    weigh_chunk(pass, pass->dim, pass->full, log_density);
}

static double kernel_approach(const ag_gmm_pass *pass, const double *centre, const double *closest,
                              double *nearer)
{
  v8 sum = {0};
  for (size_t i = 0; i < pass->count; i += 8) {
    v8 square = squared_distance(centre, 1, pass->dim, pass->x + i, pass->stride);
    square = at_most(square, load(closest + i));
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

/* covariance = L C L^T / log2(e) * 2, C the central moments of z. */
INLINE void from_z(const v8 *l, size_t dim, bool full, const v8 *c, v8 *covariance)
{
  const double inverse = 1 / (AG_GMM_ROOT * AG_GMM_ROOT);
  for (size_t i = 0; i < dim && !full; i++)
    covariance[i] = l[i] * l[i] * c[i] * inverse;
  for (size_t i = 0; i < dim && full; i++) {
    v8 row[FIXED]; /* of L C */
    for (size_t j = 0; j <= i; j++) {
      row[j] = (v8){0};
      for (size_t e = 0; e <= i; e++)
        row[j] += l[row_of(i) + e] * c[e > j ? row_of(e) + j : row_of(j) + e];
    }
    for (size_t j = 0; j <= i; j++) {
      v8 sum = {0};
      for (size_t e = 0; e <= j; e++)
        sum += row[e] * l[row_of(j) + e];
      covariance[row_of(i) + j] = sum * inverse;
    }
  }
}

/* Mean and covariance (its regularisation added) of eight components, from number first
 * on, in terms of their last z. */
INLINE void moments_eight(const ag_gmm_step *step, size_t first, size_t dim, bool full, v8 *mean,
                          v8 *covariance)
{
  size_t columns = step->columns, factors = ag_gmm_factor_size(dim, full);
  const double *moment = step->moment + first, *state = step->state + first;
  const double *factor = state + (1 + ag_gmm_weight_row(dim, full)) * columns;
  v8 inverse = 1.0 / load(moment), z[FIXED], c[FIXED_SIZE] = {0}, l[FIXED_SIZE], trace = {0};
  for (size_t i = 0; i < factors; i++)
    l[i] = load(factor + i * columns);
  for (size_t i = 0, at = 0; i < dim; i++) {
    z[i] = load(moment + (1 + i) * columns) * inverse;
    for (size_t j = full ? 0 : i; j <= i; j++, at++)
      c[at] = load(moment + (1 + dim + at) * columns) * inverse - z[i] * z[j];
  }
  for (size_t i = 0, at = 0; i < dim; i++) {
    v8 shift = {0};
    for (size_t j = full ? 0 : i; j <= i; j++, at++)
      shift += l[at] * z[j];
    mean[i] = load(state + (1 + i) * columns) + shift * (1 / AG_GMM_ROOT);
  }
  from_z(l, dim, full, c, covariance);
  for (size_t i = 0; i < dim; i++)
    trace += covariance[full ? row_of(i) + i : i];
  for (size_t i = 0; i < dim; i++) {
    v8 *own = covariance + (full ? row_of(i) + i : i);
    *own = (step->spherical ? trace * (1 / (double)dim) : *own) + step->added[i];
  }
}

/* Whether all of eight components could be done; written, unless it is a rehearsal. */
INLINE bool update_eight(const ag_gmm_step *step, size_t first, size_t dim, bool full,
                         bool rehearsal)
{
  const double half_log2_two_pi = 1.3257480647361593990;
  size_t columns = step->columns, factors = ag_gmm_factor_size(dim, full);
  v8 mean[FIXED], l[FIXED_SIZE], a[FIXED_SIZE], least[FIXED], points = load(step->moment + first);
  moments_eight(step, first, dim, full, mean, l);
  for (size_t i = 0; i < dim; i++)
    least[i] = at_least(l[full ? row_of(i) + i : i] * step->least_share, wide(step->least[i]));
  i8 bad = factorize_eight(l, a, least, dim, full);
  bad |= ~(points > step->least_points);
  if (any_lane(bad & lanes_there(first, step->components)))
    return false;
  if (rehearsal)
    return true;
  v8 weight = points / step->total, height = weight;
  double *row = step->state + first;
  for (size_t i = 0; i < dim; i++)
    height *= a[full ? row_of(i) + i : i];
  store(row, vector_log(height) * (1 / LOG_TWO) - (double)dim * half_log2_two_pi);
  for (size_t i = 0; i < dim; i++)
    store(row += columns, mean[i]);
  for (size_t i = 0; i < factors; i++)
    store(row += columns, a[i] * AG_GMM_ROOT);
  store(row += columns, weight);
  for (size_t i = 0; i < factors; i++)
    store(row += columns, l[i]);
  return true;
}

INLINE bool update_fixed(const ag_gmm_step *step, size_t dim, bool full)
{
  bool right = true;
  for (size_t first = 8; first < step->components && right; first += 8) /* all or nothing */
    right = update_eight(step, first, dim, full, true);
  right = right && update_eight(step, 0, dim, full, false);
  for (size_t first = 8; first < step->components && right; first += 8)
    update_eight(step, first, dim, full, false);
  return right;
}

INLINE void measure_fixed(const ag_gmm_step *step, size_t dim, bool full, double *table)
{
  v8 mean[FIXED], covariance[FIXED_SIZE];
  for (size_t first = 0; first < step->components; first += 8) {
    double *row = table + first;
    moments_eight(step, first, dim, full, mean, covariance);
    for (size_t i = 0; i < dim; i++, row += step->columns)
      store(row, mean[i]);
    for (size_t i = 0; i < ag_gmm_factor_size(dim, full); i++, row += step->columns)
      store(row, covariance[i]);
  }
}

static void kernel_measure(const ag_gmm_step *step, double *table)
{
  measure_fixed(step, step->dim, step->full, table);
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

const ag_gmm_kernels PASTE(ag_gmm_kernels_, AG_KERNEL_NAME) = {
    TEXT(AG_KERNEL_NAME), kernel_learn,  kernel_assign, kernel_weigh,
    kernel_approach,      kernel_update, kernel_measure};

/* The mixture's loops over points, of every instruction set, against plain loops. */
#include "generator/gmm_kernel.h"
#include "tests/check.h"

#include <stdint.h>

enum { DIM_MOST = 6, COUNT_MOST = 400, COMPONENTS = 11, COLUMNS = 16, AREA = DIM_MOST * DIM_MOST };
enum { ROWS_MOST = 2 + DIM_MOST + 2 * AREA };

static uint64_t seed = 3;

static double uniform(void)
{
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (double)(seed >> 11) * 0x1p-53;
}

/* A chunk and a state, with what plain loops make of them. */
typedef struct subject {
  ag_gmm_pass pass;
  double x[DIM_MOST * COUNT_MOST], state[ROWS_MOST * COLUMNS];
  double log_density[COUNT_MOST], sum, squares;
  double soft[ROWS_MOST][COMPONENTS], hard[ROWS_MOST][COMPONENTS];
} subject;

static void draw(subject *self, size_t dim, bool full, size_t count)
{
  size_t factors = ag_gmm_factor_size(dim, full), stride = (count + 7) / 8 * 8;
  *self = (subject){.pass = {.dim = dim,
                             .components = COMPONENTS,
                             .full = full,
                             .count = count,
                             .stride = stride,
                             .columns = COLUMNS}};
  for (size_t d = 0; d < dim; d++)
    for (size_t i = 0; i < stride; i++)
      self->x[d * stride + i] = i < count ? 4 * uniform() - 2 : 0;
  self->x[count / 2] = 90; /* out of every component's sight */
  for (size_t k = 0; k < COMPONENTS; k++) {
    self->state[k] = 4 * uniform();
    for (size_t d = 0; d < dim; d++)
      self->state[(1 + d) * COLUMNS + k] = 4 * uniform() - 2;
    for (size_t i = 0, at = 0; i < dim; i++)
      for (size_t j = full ? 0 : i; j <= i; j++, at++)
        self->state[(1 + dim + at) * COLUMNS + k] = i == j ? 1 + uniform() : uniform() - 0.5;
  }
  for (size_t i = 0; i < (1 + factors) * COLUMNS; i++) /* weight and factor: not needed */
    self->state[(1 + dim + factors) * COLUMNS + i] = NAN;
}

/* step = x - mean, y = z or step, as moments are of; returned: the exponent. */
static double plain_component(const subject *self, size_t i, size_t k, double *step, double *y)
{
  size_t dim = self->pass.dim, at = 0;
  double exponent = self->state[k];
  for (size_t d = 0; d < dim; d++)
    step[d] = self->x[d * self->pass.stride + i] - self->state[(1 + d) * COLUMNS + k];
  for (size_t d = 0; d < dim; d++) {
    double z = 0;
    for (size_t e = self->pass.full ? 0 : d; e <= d; e++, at++)
      z += self->state[(1 + dim + at) * COLUMNS + k] * step[e];
    exponent -= z * z;
    y[d] = dim <= AG_GMM_CLOSED ? z : step[d];
  }
  return exponent;
}

static void add_moments(const subject *self, double r, const double *y, size_t k,
                        double (*sum)[COMPONENTS])
{
  size_t dim = self->pass.dim, at = 1 + dim;
  sum[0][k] += r;
  for (size_t d = 0; d < dim; d++) {
    sum[1 + d][k] += r * y[d];
    for (size_t e = self->pass.full ? 0 : d; e <= d; e++)
      sum[at++][k] += r * y[d] * y[e];
  }
}

static void plain_loops(subject *self)
{
  for (size_t i = 0; i < self->pass.count; i++) {
    double exponent[COMPONENTS], square[COMPONENTS], step[COMPONENTS][DIM_MOST],
        y[COMPONENTS][DIM_MOST], most = -INFINITY, least = INFINITY, sum = 0;
    for (size_t k = 0; k < COMPONENTS; k++) {
      exponent[k] = plain_component(self, i, k, step[k], y[k]);
      square[k] = 0;
      for (size_t d = 0; d < self->pass.dim; d++)
        square[k] += step[k][d] * step[k][d];
      most = fmax(most, exponent[k]);
      least = fmin(least, square[k]);
    }
    for (size_t k = 0; k < COMPONENTS; k++)
      sum += exp2(exponent[k] - most);
    for (size_t k = 0; k < COMPONENTS; k++) {
      add_moments(self, exp2(exponent[k] - most) / sum, y[k], k, self->soft);
      add_moments(self, square[k] == least, step[k], k, self->hard);
    }
    self->log_density[i] = log(2) * (most + log2(sum));
    self->sum += self->log_density[i];
    self->squares += least;
  }
}

/* Responsibilities are good to 1e-13 (the error of 2^t and of exponents below 100); y is
 * below 20 for what is seen: 400 products of two of them. The point out of sight adds its
 * own size, relative. */
static void check_moments(const subject *self, const double *moment,
                          const double (*expected)[COMPONENTS])
{
  size_t rows = ag_gmm_moment_rows(self->pass.dim, self->pass.full);
  for (size_t m = 0; m < rows; m++)
    for (size_t k = 0; k < COMPONENTS; k++)
      CHECK_NEAR(moment[m * COLUMNS + k], expected[m][k],
                 1e-13 * (400 * 20 + fabs(expected[m][k])));
}

static double room[1 << 17] __attribute__((aligned(64)));

static void against_plain_loops(const ag_gmm_kernels *kernels, size_t dim, bool full, size_t count)
{
  static subject self;
  static double moment[ROWS_MOST * COLUMNS], log_density[COUNT_MOST + 1];
  draw(&self, dim, full, count);
  plain_loops(&self);
  CHECK(ag_gmm_room_size(dim, COMPONENTS, full) <= sizeof room / sizeof *room);
  for (size_t i = 0; i < sizeof room / sizeof *room; i++)
    room[i] = NAN;
  self.pass.x = self.x;
  self.pass.state = self.state;
  self.pass.room = room;
  self.pass.moment = moment;
  kernels->learn(&self.pass);
  check_moments(&self, moment, self.soft);
  CHECK_NEAR(self.pass.sum, self.sum, 1e-12 * fabs(self.sum));
  kernels->assign(&self.pass);
  check_moments(&self, moment, self.hard);
  CHECK_NEAR(self.pass.sum, self.squares, 1e-13 * self.squares);
  log_density[count] = 7;
  kernels->weigh(&self.pass, log_density);
  for (size_t i = 0; i < count; i++) /* exponents below 100, or of size 1e4 and relative */
    CHECK_NEAR(log_density[i], self.log_density[i], 1e-13 * fmax(1, fabs(self.log_density[i])));
  CHECK(log_density[count] == 7);
  kernels->weigh(&self.pass, NULL);
  CHECK_NEAR(self.pass.sum, self.sum, 1e-12 * fabs(self.sum));
}

static void every_instruction_set(void)
{
  static const size_t counts[] = {1, 7, 8, 9, 100, 127, 128, 129, 256, 399};
  for (const ag_gmm_kernels *const *kernels = ag_gmm_kernels_all(); *kernels; kernels++) {
    printf("# %s\n", (*kernels)->name);
    for (size_t dim = 1; dim <= DIM_MOST; dim++)
      for (size_t c = 0; c < 2 * sizeof counts / sizeof *counts; c++)
        against_plain_loops(*kernels, dim, c % 2 || dim == 1, counts[c / 2]);
  }
}

/* One component: log density = c log 2 - |z|^2 log 2, whatever its size. */
static void densities_near_and_far(void)
{
  for (const ag_gmm_kernels *const *kernels = ag_gmm_kernels_all(); *kernels; kernels++) {
    double state[8 * 8] = {0}, x[8] = {0, 1, 20, 30.5, 1e3, 1e100, 1e200, INFINITY}, got[8];
    state[0] = 500; /* c */
    state[16] = 2;  /* A */
    ag_gmm_pass pass = {.dim = 1,
                        .components = 1,
                        .full = true,
                        .count = 8,
                        .stride = 8,
                        .x = x,
                        .state = state,
                        .columns = 8,
                        .room = room};
    (*kernels)->weigh(&pass, got);
    for (int i = 0; i < 6; i++) {
      double expected = log(2) * (500 - 4 * x[i] * x[i]);
      CHECK_NEAR(got[i], expected, 1e-15 * fabs(expected) + 1e-14);
    }
    CHECK(got[6] == -INFINITY && got[7] == -INFINITY);
  }
}

static void distances_to_a_centre(void)
{
  for (const ag_gmm_kernels *const *kernels = ag_gmm_kernels_all(); *kernels; kernels++)
    for (size_t count = 1; count <= 20; count++) {
      double x[2 * 24], closest[24], nearer[25], centre[2] = {0.3, -0.2}, expected = 0;
      for (size_t i = 0; i < 48; i++)
        x[i] = i % 24 < count ? uniform() : 0;
      for (size_t i = 0; i < 24; i++)
        closest[i] = i < count ? (i % 3 ? 0.5 : INFINITY) : 0;
      ag_gmm_pass pass = {.dim = 2, .count = count, .stride = 24, .x = x};
      double sum = (*kernels)->approach(&pass, centre, closest, nearer);
      CHECK((*kernels)->approach(&pass, centre, closest, NULL) == sum);
      for (size_t i = 0; i < count; i++) {
        double square = pow(x[i] - 0.3, 2) + pow(x[24 + i] + 0.2, 2);
        CHECK_NEAR(nearer[i], fmin(square, closest[i]), 1e-15);
        expected += fmin(square, closest[i]);
      }
      CHECK_NEAR(sum, expected, 1e-14);
      for (size_t i = count; i % 8; i++)
        CHECK(nearer[i] == 0);
    }
}

int main(void)
{
  CHECK_RUN(every_instruction_set);
  CHECK_RUN(densities_near_and_far);
  CHECK_RUN(distances_to_a_centre);
  return check_end();
}

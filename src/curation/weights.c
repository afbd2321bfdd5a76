#include <aligngame/weights.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "curation/bradley_terry.h"

ag_status ag_pool_read(const char *text, ag_pool *pool, ag_error *error)
{
  if (!strcmp(text, "inf") || !strcmp(text, "infinity") || !strcmp(text, ".inf")) {
    *pool = AG_POOL_INFINITE;
    return AG_OK;
  }
  char *end;
  long long value = strtoll(text, &end, 10);
  if (end == text || *end || value < 2 || value > 1LL << 53)
    return ag_fail(error, AG_ERROR_INPUT,
                   "'%s' is not a pool size; expected a whole number from 2 to 2^53, or inf", text);
  *pool = value;
  return AG_OK;
}

/* The moments of every cell, from runs of one axis. */
static void measure_runs(const ag_layout *layout, const double *reward, const double *log_mass,
                         double *log_scale, double *moment)
{
  const ag_cells *cells = layout->axis;
  const ag_kernels *kernels = ag_kernels_get();
  for (size_t c = 0; c < cells->count; c++)
    log_scale[c] = -INFINITY;
  for (size_t i = 0, r = 0; r < layout->run_count; r++)
    for (size_t end = i + layout->run[r].count; i < end; i++)
      log_scale[layout->run_cell[r]] = fmax(log_scale[layout->run_cell[r]], log_mass[i]);
  memset(moment, 0, cells->count * AG_TERMS * sizeof *moment);
  for (size_t r = 0; r < layout->run_count; r++) {
    double part[AG_TERMS];
    size_t begin = layout->run[r].begin, cell = layout->run_cell[r];
    ag_kernel_curve axis = {reward + begin, cells->top, 2 / cells->width,
                            ag_cells_offset(cells, cell), NULL};
    ag_kernel_run run = {.count = layout->run[r].count,
                         .log_mass = log_mass + begin,
                         .scale = log_scale[cell],
                         .measure = &axis,
                         .moment = part};
    kernels->run(&run);
    for (size_t k = 0; k < AG_TERMS; k++)
      moment[cell * AG_TERMS + k] += part[k];
  }
}

/* log H of every item, in the items' own order. */
static void evaluate_runs(const ag_layout *layout, const double *reward, const double *zero,
                          const double *coefficient, double total, double *log_weight)
{
  const ag_cells *cells = layout->axis;
  double value[AG_RUN_MOST];
  for (size_t r = 0; r < layout->run_count; r++) {
    size_t begin = layout->run[r].begin, count = layout->run[r].count;
    ag_kernel_curve curve = {reward + begin, cells->top, 2 / cells->width,
                             ag_cells_offset(cells, layout->run_cell[r]),
                             coefficient + layout->run_cell[r] * AG_TERMS};
    ag_kernel_run run = {
        .count = count, .log_mass = zero, .curve_count = 1, .curve = &curve, .advanced = value};
    ag_kernels_get()->run(&run);
    for (size_t i = 0; i < count; i++)
      log_weight[layout->item[begin + i]] = value[i] + total;
  }
}

static ag_status check_input(size_t n, const double *log_mass, const double *reward, ag_pool pool,
                             double temperature, ag_error *error)
{
  size_t live = 0;
  if (pool != AG_POOL_INFINITE && (pool < 2 || pool > 1LL << 53))
    return ag_fail(error, AG_ERROR_INPUT, "pool %lld; expected 2 to 2^53, or infinite",
                   (long long)pool);
  if (!(temperature > 0) || isinf(temperature))
    return ag_fail(error, AG_ERROR_INPUT, "temperature %g; expected a positive number",
                   temperature);
  for (size_t i = 0; i < n; i++) {
    if (isnan(log_mass[i]) || log_mass[i] == INFINITY)
      return ag_fail(error, AG_ERROR_INPUT, "log mass %zu is %g; expected a number or -inf", i,
                     log_mass[i]);
    if (log_mass[i] > -INFINITY && !isfinite(reward[i]))
      return ag_fail(error, AG_ERROR_INPUT, "reward %zu is %g; expected a finite number", i,
                     reward[i]);
    live += log_mass[i] > -INFINITY;
  }
  if (live == 0)
    return ag_fail(error, AG_ERROR_INPUT, "the total mass is zero");
  return AG_OK;
}

/* An atom of mass zero still has a weight: it takes part with a mass that
 * exp cannot tell from zero. */
static void weigh_dead(size_t n, const double *log_mass, const double *reward, double *mass)
{
  double most = -INFINITY;
  for (size_t i = 0; i < n; i++)
    most = fmax(most, log_mass[i]);
  for (size_t i = 0; i < n; i++) {
    mass[i] = log_mass[i];
    if (mass[i] == -INFINITY && isfinite(reward[i]))
      mass[i] = most - 0x1p40;
  }
}

ag_status ag_weights(size_t n, const double *log_mass, const double *reward, ag_pool pool,
                     double temperature, double *log_weight, ag_error *error)
{
  ag_layout layout = {0};
  ag_bradley_terry *plan = NULL;
  double *array = NULL, *cell_array = NULL, width = AG_CELL_WIDTH * temperature;
  ag_status status = check_input(n, log_mass, reward, pool, temperature, error);
  if (status || (status = ag_array_create(2 * n + AG_RUN_MOST, sizeof *array, &array, error)))
    return status;
  double *mass = array, *sorted = array + n, *zero = array + 2 * n;
  weigh_dead(n, log_mass, reward, mass);
  memcpy(sorted, reward, n * sizeof *sorted);
  memset(zero, 0, AG_RUN_MOST * sizeof *zero);
  if ((status = ag_layout_create(n, 1, &sorted, &width, mass, &layout, error)) ||
      (status = ag_bradley_terry_create(pool, layout.axis, &plan, error)) ||
      (status = ag_array_create(layout.axis->count * (2 * AG_TERMS + 1), sizeof *cell_array,
                                &cell_array, error)))
    goto out;
  double *log_scale = cell_array, *moment = log_scale + layout.axis->count;
  double *coefficient = moment + layout.axis->count * AG_TERMS;
  measure_runs(&layout, sorted, mass, log_scale, moment);
  double total = ag_bradley_terry_solve(plan, log_scale, moment, coefficient);
  evaluate_runs(&layout, sorted, zero, coefficient, total, log_weight);
  for (size_t j = layout.live; j < n; j++)
    log_weight[layout.item[j]] = NAN;
out:
  free(cell_array);
  free(array);
  ag_bradley_terry_free(plan);
  ag_layout_free(&layout);
  return status;
}

#include "population/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "population/span.h"

enum { BUCKETS_MOST = 1 << 20 };

/* Finds the number of a cell among the occupied ones: a table over all cells
 * where they are not too many, else a search. */
typedef struct axis_finder {
  const double *reward; /* [n] */
  ag_cells *cells;
  double scale;     /* 1 / width */
  uint32_t *number; /* [index + 1], or NULL */
} axis_finder;

static int64_t cell_index(const axis_finder *axis, size_t i)
{
  return (int64_t)((axis->cells->top - axis->reward[i]) * axis->scale);
}

static size_t cell_number(const axis_finder *axis, size_t i)
{
  int64_t index = cell_index(axis, i);
  if (axis->number)
    return axis->number[index];
  size_t low = 0, high = axis->cells->count - 1;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (axis->cells->index[middle] < index)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static int by_index(const void *a, const void *b)
{
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static ag_status occupied_by_table(axis_finder *axis, const uint32_t *item, size_t live,
                                   int64_t last, ag_error *error)
{
  ag_status status = ag_array_create((size_t)last + 1, sizeof *axis->number, &axis->number, error);
  if (status)
    return status;
  memset(axis->number, 0, ((size_t)last + 1) * sizeof *axis->number);
  for (size_t j = 0; j < live; j++)
    axis->number[cell_index(axis, item[j])] = 1;
  size_t count = 0;
  for (int64_t c = 0; c <= last; c++)
    count += axis->number[c];
  status = ag_array_create(count, sizeof *axis->cells->index, &axis->cells->index, error);
  if (status)
    return status;
  axis->cells->count = count;
  for (int64_t c = 0, k = 0; c <= last; c++)
    if (axis->number[c]) {
      axis->number[c] = (uint32_t)k;
      axis->cells->index[k++] = c;
    }
  return AG_OK;
}

static ag_status occupied_by_sort(axis_finder *axis, const uint32_t *item, size_t live,
                                  ag_error *error)
{
  int64_t *index = NULL;
  ag_status status = ag_array_create(live, sizeof *index, &index, error);
  if (status)
    return status;
  for (size_t j = 0; j < live; j++)
    index[j] = cell_index(axis, item[j]);
  qsort(index, live, sizeof *index, by_index);
  size_t count = 0;
  for (size_t j = 0; j < live; j++)
    if (count == 0 || index[j] != index[count - 1])
      index[count++] = index[j];
  axis->cells->index = index;
  axis->cells->count = count;
  return AG_OK;
}

static ag_status axis_prepare(axis_finder *axis, const uint32_t *item, size_t live, double width,
                              ag_error *error)
{
  double top = -INFINITY, bottom = INFINITY;
  for (size_t j = 0; j < live; j++) {
    top = fmax(top, axis->reward[item[j]]);
    bottom = fmin(bottom, axis->reward[item[j]]);
  }
  ag_status status = ag_span_check(bottom, top, width / AG_CELL_WIDTH, error);
  if (status)
    return status;
  if (top == bottom) /* one cell, however narrow */
    width = 1;
  axis->cells->top = top;
  axis->cells->width = width;
  axis->scale = 1 / width;
  double last = (top - bottom) * axis->scale;
  if (last < 65536 || last < 2 * (double)live)
    return occupied_by_table(axis, item, live, (int64_t)last, error);
  return occupied_by_sort(axis, item, live, error);
}

/* One stable counting sort of item[0..live) by the cells of axes
 * [first, end), whose product is buckets. */
static void sort_by_axes(const axis_finder *axis, size_t first, size_t end, size_t *start,
                         size_t buckets, const uint32_t *item, size_t live, uint32_t *sorted)
{
  memset(start, 0, (buckets + 1) * sizeof *start);
  for (int fill = 0; fill < 2; fill++) {
    for (size_t j = 0; j < live; j++) {
      size_t key = 0;
      for (size_t a = first; a < end; a++)
        key = key * axis[a].cells->count + cell_number(&axis[a], item[j]);
      if (fill)
        sorted[start[key]++] = item[j];
      else
        start[key + 1]++;
    }
    for (size_t b = 0; !fill && b < buckets; b++)
      start[b + 1] += start[b];
  }
}

/* Sorts by all axes, the first most significant: groups of axes, last first. */
static ag_status sort_items(const axis_finder *axis, size_t axis_count, ag_layout *layout,
                            ag_error *error)
{
  uint32_t *other = NULL;
  size_t *start = NULL, most = 1;
  for (size_t a = 0; a < axis_count; a++)
    most = axis[a].cells->count > most ? axis[a].cells->count : most;
  most = most > BUCKETS_MOST ? most : BUCKETS_MOST;
  ag_status status = ag_array_create(layout->count, sizeof *other, &other, error);
  if (!status)
    status = ag_array_create(most + 1, sizeof *start, &start, error);
  for (size_t end = axis_count; !status && end > 0;) {
    size_t first = end - 1, buckets = axis[first].cells->count;
    while (first > 0 && buckets * axis[first - 1].cells->count <= BUCKETS_MOST)
      buckets *= axis[--first].cells->count;
    sort_by_axes(axis, first, end, start, buckets, layout->item, layout->live, other);
    memcpy(other + layout->live, layout->item + layout->live,
           (layout->count - layout->live) * sizeof *other);
    uint32_t *swap = layout->item;
    layout->item = other;
    other = swap;
    end = first;
  }
  free(start);
  free(other);
  return status;
}

static void permute(const uint32_t *item, size_t n, double *column, double *scratch)
{
  memcpy(scratch, column, n * sizeof *column);
#pragma omp parallel for schedule(static) if (n > 65536)
  for (size_t j = 0; j < n; j++)
    column[j] = scratch[item[j]];
}

/* Visits the runs in order; with layout->run set, records them. */
static size_t scan_runs(const axis_finder *axis, ag_layout *layout, uint32_t *cell)
{
  size_t axes = layout->axis_count, runs = 0, begin = 0;
  for (size_t j = 0; j <= layout->live; j++) {
    int ends = j == layout->live || j - begin == AG_RUN_MOST;
    for (size_t a = 0; a < axes && !ends && j > begin; a++)
      ends = cell_index(&axis[a], j) != cell_index(&axis[a], begin);
    if (!ends || j == begin)
      continue;
    if (layout->run) {
      layout->run[runs] = (ag_run_range){begin, j - begin};
      for (size_t a = 0; a < axes; a++)
        cell[runs * axes + a] = (uint32_t)cell_number(&axis[a], begin);
    }
    runs++;
    begin = j;
  }
  return runs;
}

static ag_status make_runs(const axis_finder *axis, ag_layout *layout, ag_error *error)
{
  size_t runs = scan_runs(axis, layout, NULL);
  layout->run_count = runs;
  ag_status status = ag_array_create(runs, sizeof *layout->run, &layout->run, error);
  if (!status)
    status = ag_array_create(runs * layout->axis_count, sizeof *layout->run_cell, &layout->run_cell,
                             error);
  if (!status)
    status = ag_array_create(runs + 1, sizeof *layout->chunk, &layout->chunk, error);
  if (status)
    return status;
  scan_runs(axis, layout, layout->run_cell);
  size_t items = AG_RUN_MOST;
  for (size_t r = 0; r < runs; r++) {
    if (items + layout->run[r].count > AG_RUN_MOST) {
      layout->chunk[layout->chunk_count++] = r;
      items = 0;
    }
    items += layout->run[r].count;
  }
  layout->chunk[layout->chunk_count] = runs;
  return AG_OK;
}

/* Items with mass first, both parts in the items' own order. */
static ag_status list_live(const double *log_mass, ag_layout *layout, ag_error *error)
{
  size_t n = layout->count;
  ag_status status = ag_array_create(n, sizeof *layout->item, &layout->item, error);
  if (status)
    return status;
  size_t live = 0, dead = n;
  for (size_t i = 0; i < n; i++)
    live += !log_mass || log_mass[i] > -INFINITY;
  layout->live = live;
  for (size_t i = n, at = live; i-- > 0;)
    layout->item[!log_mass || log_mass[i] > -INFINITY ? --at : --dead] = (uint32_t)i;
  return AG_OK;
}

ag_status ag_layout_create(size_t n, size_t axis_count, double *const *reward, const double *width,
                           double *log_mass, ag_layout *layout, ag_error *error)
{
  ag_layout made = {.count = n, .axis_count = axis_count};
  axis_finder *axis = NULL;
  double *scratch = NULL;
  ag_status status = AG_OK;
  if (n == 0 || n >= UINT32_MAX)
    return ag_fail(error, AG_ERROR_INPUT, "%zu items; between 1 and 2^32 - 2 can be played", n);
  if ((status = list_live(log_mass, &made, error)) ||
      (status = ag_array_create(axis_count, sizeof *axis, &axis, error)) ||
      (status = ag_array_create(axis_count, sizeof *made.axis, &made.axis, error)))
    goto out;
  memset(made.axis, 0, axis_count * sizeof *made.axis);
  for (size_t a = 0; a < axis_count; a++)
    axis[a] = (axis_finder){.reward = reward[a], .cells = &made.axis[a]};
  for (size_t a = 0; a < axis_count; a++)
    if ((status = axis_prepare(&axis[a], made.item, made.live, width[a], error)))
      goto out;
  if ((status = sort_items(axis, axis_count, &made, error)) ||
      (status = ag_array_create(n, sizeof *scratch, &scratch, error)))
    goto out;
  for (size_t a = 0; a < axis_count; a++)
    permute(made.item, n, reward[a], scratch);
  if (log_mass)
    permute(made.item, n, log_mass, scratch);
  status = make_runs(axis, &made, error);
out:
  for (size_t a = 0; axis && made.axis && a < axis_count; a++)
    free(axis[a].number);
  free(axis);
  free(scratch);
  if (status)
    ag_layout_free(&made);
  else
    *layout = made;
  return status;
}

void ag_layout_free(ag_layout *layout)
{
  for (size_t a = 0; layout->axis && a < layout->axis_count; a++)
    free(layout->axis[a].index);
  free(layout->axis);
  free(layout->item);
  free(layout->run);
  free(layout->run_cell);
  free(layout->chunk);
  *layout = (ag_layout){0};
}

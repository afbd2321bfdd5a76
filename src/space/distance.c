/* Distances to a set of items. In a box: the exact Euclidean distance transform
 * one dimension at a time, each line as the lower envelope of parabolas
 * (Felzenszwalb and Huttenlocher, "Distance transforms of sampled functions",
 * Theory of Computing 8, 2012). */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "space/space.h"

/* Work for lines of up to n cells. */
typedef struct envelope {
  double *height; /* [n] heights of the line's parabolas, in cells squared */
  double *start;  /* [n] where each parabola of the envelope begins, in cells */
  size_t *apex;   /* [n] the cells of the envelope's parabolas */
} envelope;

/* Where the parabola of cell b gets below that of a cell a < b. */
static double crossing(const double *height, size_t a, size_t b)
{
  double gap = (double)(b - a);
  return (height[b] - height[a]) / (2 * gap) + 0.5 * (double)(a + b);
}

/* The envelope of the finite heights; returns its number of parabolas. */
static size_t build_envelope(envelope *work, size_t n)
{
  size_t count = 0;
  for (size_t q = 0; q < n; q++) {
    if (isinf(work->height[q]))
      continue;
    double start = -INFINITY;
    while (count > 0 &&
           (start = crossing(work->height, work->apex[count - 1], q)) <= work->start[count - 1])
      count--;
    work->apex[count] = q;
    work->start[count] = count > 0 ? start : -INFINITY;
    count++;
  }
  return count;
}

/* Replaces squared distances along a line (n values, stride apart) by the least
 * of value + squared way along the line; width: of a cell. */
static void transform_line(double *line, size_t n, size_t stride, double width, envelope *work)
{
  for (size_t i = 0; i < n; i++)
    work->height[i] = line[i * stride] / width / width;
  size_t count = build_envelope(work, n);
  if (count == 0)
    return;
  size_t k = 0;
  for (size_t i = 0; i < n; i++) {
    while (k + 1 < count && work->start[k + 1] < (double)i)
      k++;
    double way = (double)i - (double)work->apex[k];
    line[i * stride] = (work->height[work->apex[k]] + way * way) * width * width;
  }
}

static void transform_dimension(const ag_space *space, size_t d, size_t stride, double *squared,
                                envelope *work)
{
  size_t n = space->cells[d], block = n * stride;
  double width = (space->upper[d] - space->lower[d]) / (double)n;
  for (size_t outer = 0; outer < space->count; outer += block)
    for (size_t inner = 0; inner < stride; inner++)
      transform_line(squared + outer + inner, n, stride, width, work);
}

static ag_status envelope_create(envelope *work, size_t n, ag_error *error)
{
  *work = (envelope){0};
  ag_status status = ag_array_create(n, sizeof *work->height, &work->height, error);
  if (status == AG_OK)
    status = ag_array_create(n, sizeof *work->start, &work->start, error);
  if (status == AG_OK)
    status = ag_array_create(n, sizeof *work->apex, &work->apex, error);
  return status;
}

static void envelope_free(envelope *work)
{
  free(work->height);
  free(work->start);
  free(work->apex);
}

static ag_status box_distance(const ag_space *space, const unsigned char *member, double *distance,
                              ag_error *error)
{
  size_t longest = 0;
  for (size_t d = 0; d < space->dim; d++)
    longest = space->cells[d] > longest ? space->cells[d] : longest;
  envelope work;
  ag_status status = envelope_create(&work, longest, error);
  if (status == AG_OK) {
    for (size_t i = 0; i < space->count; i++)
      distance[i] = member[i] ? 0 : INFINITY;
    for (size_t d = space->dim, stride = 1; d-- > 0; stride *= space->cells[d])
      transform_dimension(space, d, stride, distance, &work);
    for (size_t i = 0; i < space->count; i++)
      distance[i] = sqrt(distance[i]);
  }
  envelope_free(&work);
  return status;
}

ag_status ag_space_distance(const ag_space *space, const unsigned char *member, double *distance,
                            ag_error *error)
{
  if (space->dim > 0)
    return box_distance(space, member, distance, error);
  double outside = INFINITY;
  for (size_t i = 0; i < space->count && isinf(outside); i++)
    outside = member[i] ? 1 : INFINITY;
  for (size_t i = 0; i < space->count; i++)
    distance[i] = member[i] ? 0 : outside;
  return AG_OK;
}

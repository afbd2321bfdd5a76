/* A phase diagram as a picture and as a table. */
#include <aligngame/figure.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/figure_parts.h"

enum { WINNERS = AG_PHASE_WINNERS, LABEL = 128 };

/* The words and marks of a legend. */
typedef struct winner_legend {
  char label[2][LABEL], mark[2][2];
  ag_category category[WINNERS];
} winner_legend;

static void make_legend(const ag_phase *phase, winner_legend *made)
{
  static const ag_category others[WINNERS] = {
      [AG_PHASE_SHARED] = {"optimum of both", "S", 3},
      [AG_PHASE_COMPROMISE] = {"compromise: nobody's optimum", "C", 2},
      [AG_PHASE_UNSETTLED] = {"not settled", "–", 4},
      [AG_PHASE_DIVERSE] = {"several kept side by side", "D", 5},
      [AG_PHASE_REFUSED] = {"refused", "×", 6},
  };
  for (size_t w = AG_PHASE_SHARED; w < WINNERS; w++)
    made->category[w] = others[w];
  for (size_t k = 0; k < 2; k++) {
    snprintf(made->label[k], LABEL, "optimum of %s", phase->curator[k]);
    ag_utf8_end(made->label[k]);
    made->mark[k][0] = ag_phase_letter(phase, (ag_phase_winner)k);
    made->mark[k][1] = '\0';
    made->category[k] = (ag_category){made->label[k], made->mark[k], k};
  }
}

/* The edges of cells around the values: half way to the next other value, on
 * the axis's own scale, so that of equal values (rounded ones) the first has
 * all the width. edge [count + 1]. */
static void find_edges(const ag_phase_axis *axis, const double *value, double *edge)
{
  size_t count = axis->count;
  bool log_scale = axis->logarithmic;
  for (size_t i = 1; i <= count; i++) {
    size_t next = i;
    while (next < count && value[next] == value[i - 1])
      next++;
    edge[i] = next == count ? NAN
              : log_scale   ? sqrt(value[i - 1] * value[next])
                            : (value[i - 1] + value[next]) / 2;
  }
  /* the outermost cells are as wide outwards as inwards */
  double first = value[0], last = value[count - 1], inner = edge[1];
  edge[0] = log_scale ? first * first / inner : 2 * first - inner;
  for (size_t i = count; i > 0 && value[i - 1] == last; i--)
    inner = edge[i - 1];
  for (size_t i = 1; i <= count; i++)
    if (isnan(edge[i]))
      edge[i] = log_scale ? last * last / inner : 2 * last - inner;
}

/* From low to high, whichever way the user asked for it. */
static ag_axis make_axis(const ag_phase_axis *axis, const double *edge)
{
  double first = edge[0], last = edge[axis->count];
  return (ag_axis){.label = axis->path,
                   .low = fmin(first, last),
                   .high = fmax(first, last),
                   .logarithmic = axis->logarithmic};
}

ag_status ag_phase_draw(const ag_phase *phase, const char *path, ag_error *error)
{
  size_t columns = phase->axis[0].count, rows = phase->axis[1].count;
  double *edge[2] = {NULL, NULL};
  unsigned char *lock_in = NULL;
  winner_legend legend;
  make_legend(phase, &legend);
  ag_status status = ag_array_create(columns + 1, sizeof(double), &edge[0], error);
  if (!status)
    status = ag_array_create(rows + 1, sizeof(double), &edge[1], error);
  if (!status)
    status = ag_array_create(columns * rows, 1, &lock_in, error);
  if (!status) {
    for (size_t a = 0; a < 2; a++)
      find_edges(&phase->axis[a], phase->value[a], edge[a]);
    for (size_t i = 0; i < columns * rows; i++)
      lock_in[i] = phase->sink_count[i] > 1;
    ag_layer map = {.kind = AG_LAYER_CELLS,
                    .x = edge[0],
                    .y = edge[1],
                    .columns = columns,
                    .rows = rows,
                    .category = phase->winner,
                    .hatched = lock_in,
                    .hatched_name = "lock-in: the start decides",
                    .categories = legend.category,
                    .category_count = WINNERS};
    ag_panel panel = {.x = make_axis(&phase->axis[0], edge[0]),
                      .y = make_axis(&phase->axis[1], edge[1]),
                      .legend = AG_LEGEND_OUTSIDE,
                      .layer_count = 1,
                      .layer = &map};
    ag_figure figure = {.title = "Where the game ends",
                        .width = 520,
                        .height = 340,
                        .panel_count = 1,
                        .panel = &panel};
    status = ag_figure_write(&figure, path, 0, error);
  }
  free(edge[0]);
  free(edge[1]);
  free(lock_in);
  return status;
}

/* A name as a CSV cell. */
static void add_cell(ag_buffer *buffer, const char *text)
{
  ag_buffer_print(buffer, "\"");
  for (; *text; text++)
    ag_buffer_print(buffer, *text == '"' ? "\"\"" : "%c", *text);
  ag_buffer_print(buffer, "\"");
}

ag_status ag_phase_write_csv(const ag_phase *phase, const char *path, ag_error *error)
{
  ag_buffer buffer = {0};
  size_t columns = phase->axis[0].count, rows = phase->axis[1].count;
  for (size_t a = 0; a < 2; a++) {
    add_cell(&buffer, phase->axis[a].path);
    ag_buffer_print(&buffer, ",");
  }
  ag_buffer_print(&buffer, "winner,sinks,effective_number\n");
  for (size_t i = 0; i < columns * rows; i++) {
    ag_buffer_print(&buffer, "%.17g,%.17g,", phase->value[0][i % columns],
                    phase->value[1][i / columns]);
    add_cell(&buffer, ag_phase_winner_word(phase, (ag_phase_winner)phase->winner[i]));
    ag_buffer_print(&buffer, ",%d,%.17g\n", phase->sink_count[i], phase->effective_number[i]);
  }
  ag_status status = ag_buffer_save(&buffer, path, error);
  free(buffer.text);
  return status;
}

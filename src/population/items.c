#include "population/items.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"

ag_items ag_items_of_space(const ag_space *space)
{
  return (ag_items){.count = space->count,
                    .log_mass = space->log_mass,
                    .dim = space->dim,
                    .lower = space->lower,
                    .upper = space->upper,
                    .cells = space->cells,
                    .text = (const char *const *)space->label,
                    .texts = space->sentences,
                    .column = (const double *const *)space->column,
                    .column_name = (const char *const *)space->column_name,
                    .source = space->source,
                    .source_line = space->source_line};
}

const double *ag_items_at(const ag_items *items, size_t item, double *room)
{
  if (items->point)
    return items->point + item * items->dim;
  for (size_t d = items->dim; d-- > 0;) {
    size_t cells = items->cells[d];
    double width = items->upper[d] - items->lower[d];
    room[d] = items->lower[d] + ((double)(item % cells) + 0.5) * width / (double)cells;
    item /= cells;
  }
  return room;
}

ag_status ag_items_square_distance(const ag_items *items, const double *centre, double *square,
                                   ag_error *error)
{
  double *room = NULL;
  ag_status status = ag_array_create(items->dim, sizeof *room, &room, error);
  for (size_t i = 0; i < items->count && status == AG_OK; i++) {
    const double *x = ag_items_at(items, i, room);
    double sum = 0;
    for (size_t k = 0; k < items->dim; k++)
      sum += (x[k] - centre[k]) * (x[k] - centre[k]);
    square[i] = sum;
  }
  free(room);
  return status;
}

void ag_items_name(const ag_items *items, size_t item, char *text, size_t size)
{
  char label[128] = "", line[128] = "";
  if (items->text && items->text[item])
    snprintf(label, sizeof label, "\"%.100s\"", items->text[item]);
  if (items->source && items->source_line)
    snprintf(line, sizeof line, "line %zu of %.90s", items->source_line[item], items->source);
  if (label[0] || line[0])
    snprintf(text, size, "item %zu (%s%s%s)", item, label, label[0] && line[0] ? ", " : "", line);
  else
    snprintf(text, size, "item %zu", item);
}

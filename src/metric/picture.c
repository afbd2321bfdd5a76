/* How the columns of the metrics are drawn. */
#include <stdio.h>
#include <string.h>

#include "metric/metric.h"

/* What the sampled engine adds about where a dataset comes from. */
static const struct {
  const char *name;
  ag_metric_picture picture;
} provenance[] = {
    {"dataset_size",
     {.title = "Size of the dataset",
      .axis = "items",
      .caption = "How many items the dataset has.",
      .in_tables = 1}},
    {"original_share",
     {.title = "Real data",
      .axis = "share of the dataset",
      .caption = "The share of the dataset that was there from the start."}},
    {"dataset_age",
     {.title = "Age of the dataset",
      .axis = "generations",
      .caption = "The mean number of generations since an item was made.",
      .in_tables = 1}},
};

static const ag_metric_picture *find_picture(const char *column)
{
  size_t length = strcspn(column, ".");
  for (size_t k = 0; ag_metric_types[k]; k++)
    if (strncmp(ag_metric_types[k]->name, column, length) == 0 &&
        ag_metric_types[k]->name[length] == '\0')
      return &ag_metric_types[k]->picture;
  for (size_t k = 0; k < sizeof provenance / sizeof *provenance; k++)
    if (strcmp(provenance[k].name, column) == 0)
      return &provenance[k].picture;
  return NULL;
}

int ag_metric_picture_of(const char *column, ag_metric_picture *picture)
{
  const ag_metric_picture *found = find_picture(column);
  if (found)
    *picture = *found;
  return found != NULL;
}

double ag_metric_shown(const char *column, double value)
{
  const ag_metric_picture *picture = find_picture(column);
  return picture && value > -picture->rounding && value < picture->rounding ? 0 : value;
}

void ag_metric_caption(const char *column, char *text, size_t size)
{
  const ag_metric_picture *picture = find_picture(column);
  const char *caption = picture ? picture->caption : "", *dot = strchr(column, '.');
  const char *member = picture && !dot && picture->each ? picture->each : dot ? dot + 1 : "";
  size_t before = strcspn(caption, "@");
  const char *after = caption[before] ? caption + before + 1 : "";
  snprintf(text, size, "%.*s%s%s", (int)before, caption, caption[before] ? member : "", after);
}

#include "archive/result.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/files.h"
#include "base/memory.h"

static ag_status create_metrics(const ag_game *game, ag_result *result, ag_error *error)
{
  size_t count = ag_game_metric_count(game);
  result->metric_name = calloc(count + 1, sizeof *result->metric_name);
  if (result->metric_name == NULL)
    return ag_fail_memory(error);
  for (; result->metric_count < count; result->metric_count++) {
    char *name = ag_text_copy(ag_game_metric_name(game, result->metric_count));
    if (name == NULL)
      return ag_fail_memory(error);
    result->metric_name[result->metric_count] = name;
  }
  size_t rows = result->generations + 1;
  if (count > 0 && rows > SIZE_MAX / sizeof(double) / count)
    return ag_fail_memory(error);
  ag_status status = ag_array_create(rows * count, sizeof(double), &result->metric, error);
  for (size_t i = 0; status == AG_OK && i < rows * count; i++)
    result->metric[i] = (double)NAN;
  return status;
}

static ag_status create_replicates(size_t replicates, ag_result *result, ag_error *error)
{
  size_t row = (result->generations + 1) * result->metric_count;
  if (replicates > SIZE_MAX / sizeof(double) / row)
    return ag_fail_memory(error);
  ag_status status =
      ag_array_create(replicates * row, sizeof(double), &result->replicate_metric, error);
  result->replicates = replicates;
  for (size_t i = 0; status == AG_OK && i < replicates * row; i++)
    result->replicate_metric[i] = (double)NAN;
  return status;
}

static ag_status create_snapshots(const size_t *snapshot, size_t count, ag_result *result,
                                  ag_error *error)
{
  result->snapshot = calloc(count + 1, sizeof *result->snapshot);
  result->snapshot_log_mass = calloc(count + 1, sizeof *result->snapshot_log_mass);
  result->snapshot_point_count = calloc(count + 1, sizeof *result->snapshot_point_count);
  result->snapshot_point = calloc(count + 1, sizeof *result->snapshot_point);
  if (result->snapshot == NULL || result->snapshot_log_mass == NULL ||
      result->snapshot_point_count == NULL || result->snapshot_point == NULL)
    return ag_fail_memory(error);
  ag_status status = AG_OK;
  for (size_t s = 0; status == AG_OK && s < count; s++) {
    result->snapshot[s] = snapshot[s];
    result->snapshot_count = s + 1;
    status =
        ag_array_create(result->item_count, sizeof(double), &result->snapshot_log_mass[s], error);
  }
  return status;
}

static ag_status create_outcome(const ag_game *game, ag_result *result, ag_error *error)
{
  size_t n = result->item_count;
  ag_status status = ag_array_create(n, sizeof(double), &result->log_mass, error);
  bool published = false;
  for (size_t s = 0; !ag_game_is_sampled(game) && s < ag_game_stage_count(game); s++)
    published |= !ag_game_stage_acts(game, s);
  if (status == AG_OK && published)
    status = ag_array_create(n, sizeof(double), &result->published_log_mass, error);
  if (status == AG_OK)
    status = ag_array_create(AG_OUTCOME_MOST, sizeof *result->outcome, &result->outcome, error);
  return status;
}

/* Refuses a result that the memory would not hold. */
static ag_status expect_room(const ag_game *game, size_t snapshots, ag_error *error)
{
  char what[160];
  double rows = (double)ag_game_generations(game) + 1, metrics = (double)ag_game_metric_count(game);
  double replicates = ag_game_is_sampled(game) ? (double)ag_game_replicates(game) : 0;
  double values = rows * metrics * (1 + replicates) +
                  ((double)snapshots + 2) * (double)ag_game_item_count(game);
  snprintf(what, sizeof what,
           "%.4g metrics of %.4g generations and %.4g replicates, and %zu snapshots", metrics, rows,
           replicates, snapshots);
  return ag_memory_expect(values * sizeof(double), what, error);
}

ag_status ag_result_create(const ag_game *game, const size_t *snapshot, size_t snapshot_count,
                           ag_result **result, ag_error *error)
{
  ag_result *created = calloc(1, sizeof *created);
  if (created == NULL)
    return ag_fail_memory(error);
  created->generations = ag_game_generations(game);
  created->item_count = ag_game_item_count(game);
  created->dimension = ag_game_is_cloud(game) ? ag_game_dimension(game) : 0;
  ag_status status = expect_room(game, snapshot_count, error);
  if (status == AG_OK)
    status = create_metrics(game, created, error);
  if (status == AG_OK && ag_game_is_sampled(game))
    status = create_replicates(ag_game_replicates(game), created, error);
  if (status == AG_OK)
    status = create_snapshots(snapshot, snapshot_count, created, error);
  if (status == AG_OK)
    status = create_outcome(game, created, error);
  if (status == AG_OK && ag_game_is_text(game))
    status = ag_result_create_texts(created, error);
  if (status != AG_OK)
    ag_result_free(created);
  else
    *result = created;
  return status;
}

void ag_result_free(ag_result *result)
{
  if (result == NULL)
    return;
  for (size_t m = 0; m < result->metric_count; m++)
    free(result->metric_name[m]);
  for (size_t s = 0; s < result->snapshot_count; s++) {
    free(result->snapshot_log_mass[s]);
    free(result->snapshot_point[s]);
  }
  ag_result_free_texts(result);
  ag_result_free(result->exact);
  free(result->replicate_metric);
  free(result->dataset.item);
  free(result->dataset.born);
  free(result->dataset.origin);
  free(result->snapshot_point_count);
  free(result->snapshot_point);
  free(result->point);
  free(result->metric_name);
  free(result->metric);
  free(result->snapshot);
  free(result->snapshot_log_mass);
  free(result->log_mass);
  free(result->published_log_mass);
  free(result->outcome);
  free(result->directory);
  free(result);
}

size_t ag_result_find_metric(const ag_result *result, const char *name)
{
  for (size_t m = 0; m < result->metric_count; m++)
    if (strcmp(result->metric_name[m], name) == 0)
      return m;
  return SIZE_MAX;
}

double ag_result_metric(const ag_result *result, size_t generation, size_t metric)
{
  if (generation > result->generations || metric >= result->metric_count)
    return (double)NAN;
  return result->metric[generation * result->metric_count + metric];
}

double ag_result_diversity(const ag_result *result, size_t generation)
{
  size_t metric = ag_result_find_metric(result, "effective_number");
  if (metric != SIZE_MAX)
    return ag_result_metric(result, generation, metric);
  return exp(ag_result_metric(result, generation, ag_result_find_metric(result, "entropy")));
}

static int compare_sizes(const void *left, const void *right)
{
  size_t a = *(const size_t *)left, b = *(const size_t *)right;
  return (a > b) - (a < b);
}

size_t ag_generations_sort(size_t *generation, size_t count)
{
  size_t kept = 0;
  qsort(generation, count, sizeof *generation, compare_sizes);
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || generation[i] != generation[kept - 1])
      generation[kept++] = generation[i];
  return kept;
}

size_t ag_result_find_snapshot(const ag_result *result, size_t generation)
{
  for (size_t s = 0; s < result->snapshot_count; s++)
    if (result->snapshot[s] == generation)
      return s;
  return SIZE_MAX;
}

void ag_result_rank(ag_result *result)
{
  ag_outcome_item *top = result->outcome;
  size_t count = 0;
  for (size_t i = 0; i < result->item_count; i++) {
    double log_mass = result->log_mass[i];
    if (count == AG_OUTCOME_MOST && !(log_mass > top[count - 1].mass))
      continue;
    /* Items come in order of number: behind its equals is the right place. */
    size_t place = count < AG_OUTCOME_MOST ? count++ : count - 1;
    for (; place > 0 && log_mass > top[place - 1].mass; place--)
      top[place] = top[place - 1];
    top[place] = (ag_outcome_item){i, log_mass};
  }
  for (size_t k = 0; k < count; k++)
    top[k].mass = exp(top[k].mass);
  result->outcome_count = count;
}

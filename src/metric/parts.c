#include "metric/parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space/words.h"

ag_status ag_metric_make_columns(ag_metric *metric, size_t count, ag_error *error)
{
  ag_status status =
      ag_array_create(count, sizeof *metric->column_name, &metric->column_name, error);
  if (status != AG_OK)
    return status;
  metric->sum_count = count;
  for (metric->column_count = 0; metric->column_count < count; metric->column_count++) {
    char *name = ag_text_copy(metric->type->name);
    if (!name)
      return ag_fail(error, AG_ERROR_MEMORY, "out of memory for the columns of a metric");
    metric->column_name[metric->column_count] = name;
  }
  return AG_OK;
}

ag_status ag_metric_name_column(ag_metric *metric, size_t index, const char *suffix,
                                ag_error *error)
{
  size_t size = strlen(metric->type->name) + 1 + strlen(suffix) + 1;
  char *name = NULL;
  ag_status status = ag_array_create(size, 1, &name, error);
  if (status != AG_OK)
    return status;
  snprintf(name, size, "%s.%s", metric->type->name, suffix);
  free(metric->column_name[index]);
  metric->column_name[index] = name;
  return AG_OK;
}

static ag_status name_after_curators(ag_metric *metric, const ag_metric_context *context,
                                     ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t k = 0; k < context->curator_count && status == AG_OK; k++)
    status = ag_metric_name_column(metric, k, context->curator[k].name, error);
  return status;
}

ag_status ag_metric_make_curator_columns(ag_metric *metric, const ag_metric_context *context,
                                         ag_error *error)
{
  ag_status status = ag_metric_make_columns(metric, context->curator_count, error);
  if (status == AG_OK)
    status = name_after_curators(metric, context, error);
  return status;
}

bool ag_metric_has_words(const ag_metric_context *context)
{
  return context->texts || context->space->sentences;
}

ag_status ag_metric_count_words(const ag_metric_context *context, uint32_t **words, ag_error *error)
{
  const ag_space *space = context->space;
  uint32_t *made = NULL;
  ag_status status = AG_OK;
  if (!context->texts)
    status = ag_array_create(space->count, sizeof *made, &made, error);
  for (size_t i = 0; made && i < space->count; i++)
    made[i] = (uint32_t)ag_word_count(space->label[i], strlen(space->label[i]));
  if (status == AG_OK)
    *words = made;
  return status;
}

void ag_metric_words_of(const uint32_t *words, const ag_metric_block *block, size_t begin,
                        size_t end, double *count)
{
  for (size_t i = begin; i < end; i++)
    count[i - begin] = words ? (double)words[block->item[i]]
                             : (double)ag_word_count(block->text[i], strlen(block->text[i]));
}

void ag_metric_add_entropy(const ag_metric *metric, const ag_metric_block *block, double *sums)
{
  (void)metric;
  AG_ADD_OVER(sums[0], i, block->count, -ag_weigh(block->mass[i], block->log_mass[i]));
}

double ag_metric_entropy_of(double sum, double total)
{
  return fmax(0, sum / total + log(total));
}

bool ag_metric_is_empty(const double *mass, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (mass[i] > 0)
      return false;
  return true;
}

/* Bit k % 8 of byte[k / 8 * items + i] says whether set k holds item i. */
struct ag_metric_sets {
  size_t items;
  unsigned char *byte; /* [ceil(sets / 8)][items] */
};

ag_status ag_metric_sets_create(ag_metric *metric, size_t items, ag_error *error)
{
  ag_metric_sets *sets = NULL;
  ag_status status = ag_array_create(1, sizeof *sets, &sets, error);
  if (status != AG_OK)
    return status;
  size_t planes = (metric->column_count + 7) / 8;
  *sets = (ag_metric_sets){.items = items};
  metric->state = sets;
  /* The plane is the element, so that the product's overflow is checked. */
  status = ag_array_create(planes, items, &sets->byte, error);
  if (status == AG_OK && sets->byte)
    memset(sets->byte, 0, planes * items);
  return status;
}

void ag_metric_sets_insert(ag_metric *metric, size_t set, size_t item)
{
  ag_metric_sets *sets = metric->state;
  sets->byte[set / 8 * sets->items + item] |= (unsigned char)(1u << (set % 8));
}

/* Up to eight sets of one plane, looked up once. Most parts of a block lie
 * outside a set, because the engine keeps items of like rewards together. */
static void add_plane(const unsigned char *plane, size_t sets, const ag_metric_block *block,
                      size_t begin, size_t count, double *sums)
{
  const double *mass = block->mass + begin;
  unsigned char member[AG_METRIC_GATHER], any = 0;
  for (size_t i = 0; i < count; i++)
    any |= member[i] = plane[block->item[begin + i]];
  for (size_t set = 0; set < sets; set++)
    if (any >> set & 1)
      AG_ADD_OVER(sums[set], i, count, mass[i] * ((member[i] >> set) & 1));
}

void ag_metric_sets_accumulate(const ag_metric *metric, const ag_metric_block *block, double *sums)
{
  const ag_metric_sets *sets = metric->state;
  size_t columns = metric->column_count;
  for (size_t begin = 0; begin < block->count; begin += AG_METRIC_GATHER) {
    size_t rest = block->count - begin, count = rest < AG_METRIC_GATHER ? rest : AG_METRIC_GATHER;
    if (ag_metric_is_empty(block->mass + begin, count))
      continue;
    for (size_t set = 0; set < columns; set += 8)
      add_plane(sets->byte + set / 8 * sets->items, columns - set < 8 ? columns - set : 8, block,
                begin, count, sums + set);
  }
}

void ag_metric_sets_free(void *state)
{
  ag_metric_sets *sets = state;
  if (sets)
    free(sets->byte);
  free(sets);
}

ag_status ag_metric_make_optimal_columns(ag_metric *metric, const ag_metric_context *context,
                                         ag_error *error)
{
  size_t curators = context->curator_count;
  ag_status status = ag_metric_make_columns(metric, curators + (curators > 1), error);
  if (status == AG_OK)
    status = name_after_curators(metric, context, error);
  if (status == AG_OK && curators > 1)
    status = ag_metric_name_column(metric, curators, "intersection", error);
  return status;
}

void ag_metric_optimal_members(const ag_metric_context *context, size_t index,
                               unsigned char *member)
{
  const ag_space *space = context->space;
  size_t first = index < context->curator_count ? index : 0;
  size_t end = index < context->curator_count ? index + 1 : context->curator_count;
  for (size_t i = 0; i < space->count; i++)
    member[i] = !space->log_mass || space->log_mass[i] > -INFINITY;
  for (size_t k = first; k < end; k++) {
    const ag_metric_curator *curator = &context->curator[k];
    for (size_t i = 0; i < space->count; i++)
      member[i] &= curator->value[i] >= curator->optimal_level;
  }
}

/* The part of a result that only games on texts have. In outcome.safetensors and in checkpoints,
 * texts are packed (population/packed.h): `texts/shown`, `texts/shown_count` [T + 1],
 * `texts/dataset`, `texts/frequent` and `texts/frequent_share`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "archive/result.h"
#include "base/memory.h"
#include "population/packed.h"

static void free_list(char **text, size_t count)
{
  for (size_t i = 0; text != NULL && i < count; i++)
    free(text[i]);
  free(text);
}

static size_t shown_most(const ag_result *result)
{
  return (result->generations + 1) * AG_TEXTS_SHOWN;
}

ag_status ag_result_create_texts(ag_result *result, ag_error *error)
{
  ag_result_texts *texts = result->texts = calloc(1, sizeof *texts);
  if (texts == NULL)
    return ag_fail_memory(error);
  texts->shown = calloc(shown_most(result), sizeof *texts->shown);
  texts->shown_count = calloc(result->generations + 1, sizeof *texts->shown_count);
  texts->frequent = calloc(AG_OUTCOME_MOST, sizeof *texts->frequent);
  texts->frequent_share = calloc(AG_OUTCOME_MOST, sizeof *texts->frequent_share);
  return texts->shown != NULL && texts->shown_count != NULL && texts->frequent != NULL &&
                 texts->frequent_share != NULL
             ? AG_OK
             : ag_fail_memory(error);
}

void ag_result_free_texts(ag_result *result)
{
  ag_result_texts *texts = result->texts;
  if (texts == NULL)
    return;
  free_list(texts->shown, shown_most(result));
  free_list(texts->dataset, texts->dataset_count);
  free_list(texts->frequent, AG_OUTCOME_MOST);
  free(texts->shown_count);
  free(texts->frequent_share);
  free(texts);
  result->texts = NULL;
}

/* --- keeping --- */

static ag_status replace(char **text, const char *with, ag_error *error)
{
  char *copy = ag_text_copy(with);
  if (copy == NULL)
    return ag_fail_memory(error);
  free(*text);
  *text = copy;
  return AG_OK;
}

ag_status ag_result_show_texts(ag_result *result, size_t generation, const ag_sample *sample,
                               ag_error *error)
{
  ag_result_texts *texts = result->texts;
  size_t count = sample->count < AG_TEXTS_SHOWN ? sample->count : AG_TEXTS_SHOWN;
  ag_status status = AG_OK;
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    size_t j = (size_t)((double)i * (double)sample->count / (double)count);
    status = replace(&texts->shown[generation * AG_TEXTS_SHOWN + i],
                     ag_texts_get(sample->texts, sample->item[j], NULL), error);
  }
  texts->shown_count[generation] = status == AG_OK ? count : 0;
  return status;
}

typedef struct tally {
  uint32_t id, first;
  size_t count;
} tally;

static int by_id(const void *left, const void *right)
{
  const tally *a = left, *b = right;
  return a->id != b->id ? (a->id > b->id) - (a->id < b->id)
                        : (a->first > b->first) - (a->first < b->first);
}

/* Most frequent first; of equals the one that came first. */
static int by_count(const void *left, const void *right)
{
  const tally *a = left, *b = right;
  return a->count != b->count ? (a->count < b->count) - (a->count > b->count)
                              : (a->first > b->first) - (a->first < b->first);
}

/* Counts each text of the sample: item [count] becomes the texts, each once. */
static size_t count_texts(tally *item, size_t count)
{
  size_t kept = 0;
  qsort(item, count, sizeof *item, by_id);
  for (size_t i = 0; i < count; i++) {
    if (kept > 0 && item[kept - 1].id == item[i].id)
      item[kept - 1].count++;
    else
      item[kept++] = item[i];
  }
  qsort(item, kept, sizeof *item, by_count);
  return kept;
}

ag_status ag_result_rank_texts(ag_result *result, const ag_sample *sample, ag_error *error)
{
  ag_result_texts *texts = result->texts;
  tally *item = NULL;
  ag_status status = ag_array_create(sample->count, sizeof *item, &item, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < sample->count; i++)
    item[i] = (tally){sample->item[i], (uint32_t)i, 1};
  size_t kept = count_texts(item, sample->count);
  kept = kept < AG_OUTCOME_MOST ? kept : AG_OUTCOME_MOST;
  for (size_t k = 0; k < kept && status == AG_OK; k++) {
    status = replace(&texts->frequent[k], ag_texts_get(sample->texts, item[k].id, NULL), error);
    texts->frequent_share[k] = (double)item[k].count / (double)sample->count;
  }
  texts->frequent_count = status == AG_OK ? kept : 0;
  free(item);
  return status;
}

ag_status ag_result_keep_text(ag_result *result, size_t number, size_t count, const char *text,
                              ag_error *error)
{
  ag_result_texts *texts = result->texts;
  if (number == 0) {
    free_list(texts->dataset, texts->dataset_count);
    texts->dataset_count = 0;
    texts->dataset = calloc(count, sizeof *texts->dataset);
    if (texts->dataset == NULL)
      return ag_fail_memory(error);
    texts->dataset_count = count;
  }
  return replace(&texts->dataset[number], text, error);
}

/* --- to and from a file --- */

static ag_status write_list(ag_arrays *file, const char *name, char *const *text, size_t count,
                            ag_error *error)
{
  const char *const *list = (const char *const *)text;
  double *packed = NULL;
  size_t size = ag_packed_size(list, count);
  if (size == 0)
    return AG_OK;
  ag_status status = ag_array_create(size, sizeof *packed, &packed, error);
  if (status != AG_OK)
    return status;
  ag_packed_write(list, count, packed);
  status = ag_arrays_write(file, name, packed, size, error);
  free(packed);
  return status;
}

ag_status ag_result_write_texts(const ag_result *result, ag_arrays *file, ag_error *error)
{
  const ag_result_texts *texts = result->texts;
  size_t rows = result->generations + 1, total = 0;
  double *count = NULL;
  char **shown = NULL;
  ag_status status = ag_array_create(rows, sizeof *count, &count, error);
  if (status == AG_OK)
    status = ag_array_create(shown_most(result), sizeof *shown, &shown, error);
  for (size_t g = 0; g < rows && status == AG_OK; g++) {
    count[g] = (double)texts->shown_count[g];
    for (size_t i = 0; i < texts->shown_count[g]; i++)
      shown[total++] = texts->shown[g * AG_TEXTS_SHOWN + i];
  }
  if (status == AG_OK)
    status = ag_arrays_write(file, "texts/shown_count", count, rows, error);
  if (status == AG_OK)
    status = write_list(file, "texts/shown", shown, total, error);
  if (status == AG_OK)
    status = write_list(file, "texts/dataset", texts->dataset, texts->dataset_count, error);
  if (status == AG_OK)
    status = write_list(file, "texts/frequent", texts->frequent, texts->frequent_count, error);
  if (status == AG_OK && texts->frequent_count > 0)
    status = ag_arrays_write(file, "texts/frequent_share", texts->frequent_share,
                             texts->frequent_count, error);
  free(count);
  free(shown);
  return status;
}

/* text [count] on the heap; none where the file has no such list. */
static ag_status read_list(ag_arrays *file, const char *name, size_t count, char **text,
                           ag_error *error)
{
  double *packed = NULL;
  const char **list = NULL;
  size_t size = 0;
  if (count == 0)
    return AG_OK;
  ag_status status = ag_arrays_size(file, name, &size, error);
  if (status == AG_OK)
    status = ag_array_create(size, sizeof *packed, &packed, error);
  if (status == AG_OK)
    status = ag_arrays_read(file, name, packed, size, error);
  if (status == AG_OK)
    status = ag_array_create(count, sizeof *list, &list, error);
  if (status == AG_OK)
    status = ag_packed_read(packed, size, count, list, error);
  for (size_t i = 0; i < count && status == AG_OK; i++)
    status = replace(&text[i], list[i], error);
  free(packed);
  free(list);
  return status;
}

static ag_status read_shown(ag_result *result, ag_arrays *file, ag_error *error)
{
  ag_result_texts *texts = result->texts;
  size_t rows = result->generations + 1, total = 0;
  double *count = NULL;
  char **shown = calloc(shown_most(result), sizeof *shown);
  ag_status status =
      shown != NULL ? ag_array_create(rows, sizeof *count, &count, error) : ag_fail_memory(error);
  if (status == AG_OK)
    status = ag_arrays_read(file, "texts/shown_count", count, rows, error);
  for (size_t g = 0; g < rows && status == AG_OK; g++) {
    if (!(count[g] >= 0 && count[g] <= AG_TEXTS_SHOWN))
      status = ag_fail(error, AG_ERROR_INPUT, "texts of another game");
    else
      total += (size_t)count[g];
  }
  if (status == AG_OK)
    status = read_list(file, "texts/shown", total, shown, error);
  for (size_t g = 0, k = 0; g < rows && status == AG_OK; g++) {
    texts->shown_count[g] = (size_t)count[g];
    for (size_t i = 0; i < texts->shown_count[g]; i++, k++) {
      free(texts->shown[g * AG_TEXTS_SHOWN + i]);
      texts->shown[g * AG_TEXTS_SHOWN + i] = shown[k];
      shown[k] = NULL;
    }
  }
  free(count);
  free_list(shown, total);
  return status;
}

ag_status ag_result_read_texts(ag_result *result, ag_arrays *file, ag_error *error)
{
  ag_result_texts *texts = result->texts;
  size_t count = result->dataset.count, frequent = 0;
  ag_status status = read_shown(result, file, error);
  free_list(texts->dataset, texts->dataset_count);
  texts->dataset_count = 0;
  texts->dataset = calloc(count + 1, sizeof *texts->dataset);
  if (texts->dataset == NULL)
    return ag_fail_memory(error);
  texts->dataset_count = count;
  if (status == AG_OK)
    status = read_list(file, "texts/dataset", count, texts->dataset, error);
  if (status != AG_OK || !ag_arrays_has(file, "texts/frequent"))
    return status;
  status = ag_arrays_size(file, "texts/frequent_share", &frequent, error);
  if (status == AG_OK && frequent > AG_OUTCOME_MOST)
    status = ag_fail(error, AG_ERROR_INPUT, "texts of another game");
  if (status == AG_OK)
    status = ag_arrays_read(file, "texts/frequent_share", texts->frequent_share, frequent, error);
  if (status == AG_OK)
    status = read_list(file, "texts/frequent", frequent, texts->frequent, error);
  texts->frequent_count = status == AG_OK ? frequent : 0;
  return status;
}

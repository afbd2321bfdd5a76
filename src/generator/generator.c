#include "generator/generator.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/features.h"
#include "base/memory.h"

/* A new generator: its file, and its word here. */
#define GENERATORS(GENERATOR)                                                                      \
  GENERATOR(ideal)                                                                                 \
  GENERATOR(gmm)                                                                                   \
  GENERATOR(kde)                                                                                   \
  GENERATOR(categorical)                                                                           \
  GENERATOR(ngram)                                                                                 \
  AG_WITH_GPT2(GENERATOR(gpt2))                                                                    \
  GENERATOR(command)

#define DECLARE(name) extern const ag_generator_type ag_generator_##name;
#define ADDRESS(name) &ag_generator_##name,

GENERATORS(DECLARE)

const ag_generator_type *const ag_generator_types[] = {GENERATORS(ADDRESS) NULL};

static const ag_description *generator_at(size_t index)
{
  return ag_generator_types[index] ? &ag_generator_types[index]->is : NULL;
}

static const ag_need needs[] = {{"gpt2", "jansson and pcre2", AG_HAVE_GPT2}, {NULL, NULL, false}};

const ag_list ag_generators = {
    .what = "generator", .at = generator_at, .bare = true, .needs = needs};

static bool takes(const ag_generator_type *type, const ag_space *space)
{
  if (ag_space_is_cloud(space))
    return type->takes_points;
  return type->takes_items || (type->takes_texts && space->sentences);
}

static ag_status fail_space(ag_node node, const ag_generator_type *type, const ag_space *space,
                            ag_error *error)
{
  const char *learns = type->takes_texts   ? "texts"
                       : type->takes_items ? "items of a finite space"
                                           : "points of a cloud";
  const char *has = ag_space_is_cloud(space) ? "points of a cloud"
                    : space->sentences       ? "texts"
                                             : "a finite number of items";
  char list[512] = "";
  for (size_t i = 0, used = 0; ag_generator_types[i] && used < sizeof list; i++)
    if (takes(ag_generator_types[i], space))
      used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", used > 0 ? ", " : "",
                               ag_generator_types[i]->name);
  return ag_node_fail(node, error, "`%s` learns %s, but this space has %s; expected one of: %s",
                      type->name, learns, has, list);
}

ag_status ag_generator_read(ag_node node, const ag_space *space, ag_generator *generator,
                            ag_error *error)
{
  const ag_description *picked = ag_generators.at(0);
  ag_node name_node = node, value = {NULL, 0};
  ag_generator made = {.type = NULL};
  ag_status status = AG_OK;
  if (ag_node_present(node))
    status = ag_list_pick(&ag_generators, node, NULL, &picked, &name_node, &value, error);
  made.type = (const ag_generator_type *)picked;
  if (status == AG_OK && !takes(made.type, space))
    status = fail_space(name_node, made.type, space, error);
  if (status == AG_OK)
    status = ag_description_read(picked, name_node, value, &made.settings, error);
  if (status != AG_OK)
    return status;
  if (made.type->read)
    status = made.type->read(value, space, made.settings, error);
  if (status == AG_OK)
    *generator = made;
  else
    ag_generator_free(&made);
  return status;
}

void ag_generator_free(ag_generator *generator)
{
  if (generator->type && generator->type->release)
    generator->type->release(generator->settings);
  if (generator->type)
    ag_description_free(&generator->type->is, generator->settings);
  *generator = (ag_generator){.type = NULL};
}

static ag_status create_basis(const void *settings, const ag_items *items, void **model,
                              ag_error *error)
{
  ag_generator_basis *made = NULL;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status != AG_OK)
    return status;
  *made = (ag_generator_basis){settings, *items};
  *model = made;
  return AG_OK;
}

ag_status ag_model_create(const ag_generator *generator, const ag_space *space, ag_model *model,
                          ag_error *error)
{
  ag_model made = {.type = generator->type};
  const ag_items items = ag_items_of_space(space);
  ag_status status = (made.type->create ? made.type->create : create_basis)(
      generator->settings, &items, &made.state, error);
  if (status == AG_OK)
    *model = made;
  return status;
}

void ag_model_free(ag_model *model)
{
  if (model->type)
    (model->type->free_model ? model->type->free_model : free)(model->state);
  *model = (ag_model){.type = NULL};
}

ag_status ag_model_fit(ag_model *model, const ag_sample *data, const ag_random_key *key,
                       ag_fit_report *report, ag_error *error)
{
  if (model->type->fit)
    return model->type->fit(model->state, data, key, report, error);
  *report = (ag_fit_report){.converged = true, .log_likelihood = NAN};
  return ag_generator_check_data(data, error);
}

size_t ag_model_save(const ag_model *model, ag_generator_array array[AG_GENERATOR_ARRAYS_MOST])
{
  return model->type->save ? model->type->save(model->state, array) : 0;
}

ag_status ag_model_load(ag_model *model, const ag_generator_array *array, size_t count,
                        ag_error *error)
{
  if (model->type->load)
    return model->type->load(model->state, array, count, error);
  return count == 0 ? AG_OK
                    : ag_fail(error, AG_ERROR_INPUT, "the saved arrays are of another generator");
}

ag_status ag_generator_check_data(const ag_sample *data, ag_error *error)
{
  if (data->count == 0)
    return ag_fail(error, AG_ERROR_INPUT, "there is nothing to learn from: the dataset is empty");
  for (size_t i = 0; i < data->count; i++)
    for (size_t d = 0; d < data->dim; d++)
      if (!isfinite(data->point[i * data->dim + d]))
        return ag_fail(error, AG_ERROR_INPUT,
                       "item %zu of the dataset has the coordinate %g in dimension %zu; a "
                       "generator learns from finite coordinates",
                       i, data->point[i * data->dim + d], d);
  return AG_OK;
}

const double *ag_generator_find(const ag_generator_array *array, size_t arrays, const char *name,
                                size_t *count)
{
  for (size_t k = 0; k < arrays; k++) {
    if (strcmp(array[k].name, name) != 0)
      continue;
    if (*count != SIZE_MAX && *count != array[k].count)
      return NULL;
    *count = array[k].count;
    return array[k].value;
  }
  return NULL;
}

static void fill_block(ag_generator_fill *fill, const void *model, const ag_random_key *key,
                       size_t block, ag_sample *out)
{
  size_t first = block * AG_RANDOM_BLOCK, end = first + AG_RANDOM_BLOCK;
  fill(model, key, (uint32_t)block, first, end < out->count ? end : out->count, out);
}

ag_status ag_generator_fill_blocks(ag_generator_fill *fill, const void *model, size_t count,
                                   const ag_random_key *key, ag_sample *out, ag_error *error)
{
  enum { PARALLEL_BLOCKS = 4 }; /* fewer are done before the threads have started */
  ag_status status = ag_sample_reserve(out, count, error);
  if (status != AG_OK)
    return status;
  out->count = count;
  size_t blocks = (count + AG_RANDOM_BLOCK - 1) / AG_RANDOM_BLOCK;
  if (blocks <
      PARALLEL_BLOCKS) { /* out of OpenMP, whose regions of one thread cost a microsecond */
    for (size_t b = 0; b < blocks; b++)
      fill_block(fill, model, key, b, out);
    return AG_OK;
  }
#pragma omp parallel for schedule(static)
  for (size_t b = 0; b < blocks; b++)
    fill_block(fill, model, key, b, out);
  return AG_OK;
}

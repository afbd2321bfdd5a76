#include "generator/generator.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/features.h"

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
#define WORD(name) #name,

GENERATORS(DECLARE)

const ag_generator_type *const ag_generator_types[] = {GENERATORS(ADDRESS) NULL};

static const char *const words[] = {GENERATORS(WORD)};
enum { word_count = sizeof words / sizeof *words };

static const ag_generator_type *find_type(const char *name)
{
  for (const ag_generator_type *const *type = ag_generator_types; *type; type++)
    if (strcmp((*type)->name, name) == 0)
      return *type;
  return NULL;
}

bool ag_generator_learns_points(const ag_space *space)
{
  return space->dim > 0 && !space->cells;
}

bool ag_generator_is_item(const ag_space *space, double value)
{
  return value >= 0 && value < (double)space->count && value == floor(value);
}

static bool takes(const ag_generator_type *type, const ag_space *space)
{
  if (ag_generator_learns_points(space))
    return type->takes_points;
  return type->takes_items || (type->takes_texts && space->sentences);
}

/* The names of the generators (of those for space, unless it is NULL). */
static void list_names(const ag_space *space, char *list, size_t size)
{
  size_t used = 0;
  list[0] = '\0';
  for (const ag_generator_type *const *type = ag_generator_types; *type && used < size; type++)
    if (!space || takes(*type, space))
      used +=
          (size_t)snprintf(list + used, size - used, "%s%s", used > 0 ? ", " : "", (*type)->name);
}

static const ag_need needs[] = {{"gpt2", "jansson and pcre2", AG_HAVE_GPT2}, {NULL, NULL, false}};

static ag_status fail_unknown(ag_node node, const char *name, ag_error *error)
{
  const char *library = ag_need_missing(needs, name);
  if (library)
    return ag_node_fail(node, error, "the generator `%s` needs %s, which this build lacks", name,
                        library);
  const char *near = ag_nearest_name(name, words, word_count);
  if (near)
    return ag_node_fail(node, error, "unknown generator `%s`; did you mean `%s`?", name, near);
  char list[512];
  list_names(NULL, list, sizeof list);
  return ag_node_fail(node, error, "unknown generator `%s`; there are: %s", name, list);
}

static ag_status fail_space(ag_node node, const ag_generator_type *type, const ag_space *space,
                            ag_error *error)
{
  const char *learns = type->takes_texts   ? "texts"
                       : type->takes_items ? "items of a finite space"
                                           : "points of a cloud";
  const char *has = ag_generator_learns_points(space) ? "points of a cloud"
                    : space->sentences                ? "texts"
                                                      : "a finite number of items";
  char list[512];
  list_names(space, list, sizeof list);
  return ag_node_fail(node, error, "`%s` learns %s, but this space has %s; expected one of: %s",
                      type->name, learns, has, list);
}

/* The generator that node names, where the name stands, and its settings. */
static ag_status read_type(ag_node node, const ag_generator_type **type, ag_node *name_node,
                           ag_node *settings, ag_error *error)
{
  const char *name = ag_generator_types[0]->name;
  ag_status status = AG_OK;
  *name_node = node;
  if (ag_node_get_kind(node) == AG_NODE_MAPPING && ag_node_count(node) == 1)
    ag_node_entry(node, 0, &name, name_node, settings);
  else if (ag_node_get_kind(node) == AG_NODE_SCALAR)
    status = ag_node_text(node, "a generator", &name, error);
  else if (ag_node_present(node))
    status = ag_node_fail(node, error,
                          "expected a generator: its name, or one name with its settings, such "
                          "as `%s`",
                          ag_generator_types[word_count - 1]->example);
  if (status == AG_OK && !(*type = find_type(name)))
    status = fail_unknown(*name_node, name, error);
  return status;
}

ag_status ag_generator_read(ag_node node, const ag_space *space, ag_generator *generator,
                            ag_error *error)
{
  ag_generator made = {.type = NULL};
  ag_node name_node, settings = {NULL, 0};
  ag_status status = read_type(node, &made.type, &name_node, &settings, error);
  if (status == AG_OK && !takes(made.type, space))
    status = fail_space(name_node, made.type, space, error);
  if (status == AG_OK)
    status = made.type->read(settings, space, &made.settings, error);
  if (status == AG_OK)
    *generator = made;
  return status;
}

void ag_generator_free(ag_generator *generator)
{
  if (generator->type && generator->type->free_settings)
    generator->type->free_settings(generator->settings);
  *generator = (ag_generator){.type = NULL};
}

ag_status ag_model_create(const ag_generator *generator, const ag_space *space, ag_model *model,
                          ag_error *error)
{
  ag_model made = {.type = generator->type};
  ag_status status = made.type->create(generator->settings, space, &made.state, error);
  if (status == AG_OK)
    *model = made;
  return status;
}

void ag_model_free(ag_model *model)
{
  if (model->type)
    model->type->free_model(model->state);
  *model = (ag_model){.type = NULL};
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

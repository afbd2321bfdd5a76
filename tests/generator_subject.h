/* Every generator in the list with spaces that it takes, and data to learn there. */
#ifndef AG_TESTS_GENERATOR_SUBJECT_H
#define AG_TESTS_GENERATOR_SUBJECT_H

#include <stdint.h>

#include "base/text.h"
#include "generator/generator.h"
#include "tests/check.h"

/* ---- subjects ---- */

/* A generator with settings, and a space that it takes. */
typedef struct subject {
  const ag_generator_type *type;
  const char *text; /* its line in a game file */
  const ag_space *space;
  size_t dim;      /* of the points; 0: items, or texts */
  ag_texts *texts; /* the pool, for texts */
  ag_config *config;
  ag_node node; /* under `generator` */
  ag_generator generator;
} subject;

static double masses[] = {-1, -2, -INFINITY, -0.5, -3}; /* item 2 has none at first */
static const char *const sentences[] = {
    "The old house stood near the river.", "A small dog ran to the old house, and the cat slept.",
    "She saw the small dog near the river.", "The river was \xc3\xa9norme (so they said)!", ""};
static const ag_space spaces[] = {{.count = 5, .log_mass = masses},
                                  {.dim = 1},
                                  {.dim = 2},
                                  {.dim = 5},
                                  {.count = 5, .log_mass = masses, .sentences = true}};
enum { SPACES = sizeof spaces / sizeof *spaces };

static const ag_random_key key = {.seed = 11, .generation = 3, .stage = 1};

static void need(bool condition, const char *what)
{
  if (!condition) {
    printf("Bail out! %s\n", what);
    exit(1);
  }
}

static void read_generator(subject *self)
{
  char text[256];
  ag_error error = {0};
  snprintf(text, sizeof text, "generator: {%s}", self->text);
  if (!strchr(self->text, ':'))
    snprintf(text, sizeof text, "generator: %s", self->text);
  need(ag_config_parse("g.yaml", text, strlen(text), NULL, 0, &self->config, &error) == AG_OK,
       text);
  self->node = ag_node_find(ag_config_root(self->config), "generator");
  need(ag_generator_read(self->node, self->space, &self->generator, &error) == AG_OK,
       error.message);
}

/* A pool of the sentences, whose numbers are then their places. */
static ag_texts *make_pool(void)
{
  ag_texts *texts = NULL;
  uint32_t id = 0;
  need(ag_texts_create(&texts, NULL) == AG_OK, "no pool");
  for (uint32_t i = 0; i < 5; i++)
    need(ag_texts_add(texts, sentences[i], strlen(sentences[i]), &id, NULL) == AG_OK && id == i,
         "no text");
  return texts;
}

static void with_subject(const ag_generator_type *type, const char *text, const ag_space *space,
                         void (*fact)(const subject *))
{
  subject self = {.type = type, .text = text, .space = space, .dim = space->dim};
  self.texts = type->takes_texts ? make_pool() : NULL;
  int failed_before = check_current_failed;
  check_current_failed = 0;
  read_generator(&self);
  fact(&self);
  if (check_current_failed)
    printf("# … with `%s`, dimension %zu\n", text, space->dim);
  check_current_failed |= failed_before;
  ag_generator_free(&self.generator);
  ag_config_free(self.config);
  ag_texts_free(self.texts);
}

static bool takes(const ag_generator_type *type, const ag_space *space)
{
  if (ag_space_is_cloud(space))
    return type->takes_points;
  return type->takes_items || (type->takes_texts && space->sentences && !type->alone);
}

static void with_every_subject(void (*fact)(const subject *))
{
  for (const ag_generator_type *const *type = ag_generator_types; *type; type++)
    for (size_t s = 0; s < SPACES; s++)
      if (takes(*type, &spaces[s])) {
        with_subject(*type, (*type)->name, &spaces[s], fact);
        with_subject(*type, (*type)->example, &spaces[s], fact);
      }
}

static ag_model model_of(const subject *self)
{
  ag_model model;
  need(ag_model_create(&self->generator, self->space, &model, NULL) == AG_OK, "no model");
  return model;
}

/* ---- data ---- */

typedef enum data_shape { ORDINARY, ONE, TWO, EQUAL, LINE, SHAPES } data_shape;

/* Two clumps in space, askew; items in the proportions 0, 1, 0, 2, 3. */
static ag_sample make_data(const subject *self, data_shape shape, size_t count)
{
  static const uint32_t item[] = {3, 4, 4, 1, 3, 4};
  ag_random random = ag_random_start(5, AG_RANDOM_INITIAL, 0);
  ag_sample data;
  count = shape == ONE ? 1 : shape == TWO ? 2 : count;
  need(ag_sample_create(self->dim, count, &data, NULL) == AG_OK, "no memory for data");
  data.count = count;
  data.texts = self->texts;
  for (size_t i = 0; i < count && self->dim == 0; i++)
    data.item[i] = shape == EQUAL ? 3 : item[i % 6];
  for (size_t i = 0; i < count && self->dim > 0; i++) {
    double *x = data.point + i * self->dim, along = ag_random_normal(&random);
    for (size_t d = 0; d < self->dim; d++)
      if (shape == EQUAL)
        x[d] = 0.1 + (double)d;
      else if (shape == LINE)
        x[d] = 0.1 + (double)d * along;
      else
        x[d] = 1 - (double)d + (i % 3 ? 0 : 4) + 0.3 * along + ag_random_normal(&random);
  }
  return data;
}

static ag_fit_report fit(const ag_model *model, const ag_sample *data)
{
  ag_fit_report report = {.log_likelihood = -12345};
  ag_error error = {0};
  need(model->type->fit(model->state, data, &key, &report, &error) == AG_OK, error.message);
  return report;
}

static ag_sample generate(const subject *self, const ag_model *model, size_t count,
                          const ag_random_key *at)
{
  ag_sample out;
  need(ag_sample_create(self->dim, 0, &out, NULL) == AG_OK, "no sample");
  out.texts = self->texts;
  need(model->type->sample(model->state, count, at, &out, NULL) == AG_OK, "cannot generate");
  return out;
}

static bool same_items(const ag_sample *a, const ag_sample *b, size_t count)
{
  return a->dim > 0 ? !memcmp(a->point, b->point, count * a->dim * sizeof *a->point)
                    : !memcmp(a->item, b->item, count * sizeof *a->item);
}

/* UTF-8, and one line without control characters. */
static bool is_text(const char *text, size_t length)
{
  bool right = ag_utf8_find_invalid(text, length) == length;
  for (size_t i = 0; i < length; i++)
    right = right && (unsigned char)text[i] >= ' ';
  return right;
}

static bool all_texts(const ag_sample *sample)
{
  bool right = true;
  for (size_t i = 0; i < sample->count && right; i++) {
    size_t length = 0;
    right = sample->item[i] < ag_texts_count(sample->texts);
    const char *text = right ? ag_texts_get(sample->texts, sample->item[i], &length) : "";
    right = right && is_text(text, length);
  }
  return right;
}

static bool all_defined(const ag_sample *sample, const ag_space *space)
{
  bool right = true;
  if (sample->texts)
    return all_texts(sample);
  for (size_t i = 0; i < sample->count; i++)
    if (sample->dim == 0)
      right = right && sample->item[i] < space->count && isfinite(space->log_mass[sample->item[i]]);
  for (size_t i = 0; i < sample->count * sample->dim; i++)
    right = right && isfinite(sample->point[i]);
  return right;
}

#endif

/* What every generator promises, for each one in the list: with its default settings
 * and with those of its example, on every kind of space that it takes. Those that keep all
 * threads busy themselves have facts of their own: their models are large. */
#include <stdint.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/threads.h"
#include "tests/check.h"
#include "tests/generator_subject.h"

/* ---- facts ---- */

static void fits_anything(const subject *self)
{
  ag_model model = model_of(self);
  for (data_shape shape = 0; shape < SHAPES; shape++) {
    ag_sample data = make_data(self, shape, 60);
    ag_fit_report report = fit(&model, &data);
    ag_sample out = generate(self, &model, 300, &key);
    CHECK(report.log_likelihood != -12345 && !isinf(report.log_likelihood));
    CHECK(out.count == 300 && out.dim == self->dim && all_defined(&out, self->space));
    if (self->type->log_density) {
      double log_density[60];
      self->type->log_density(model.state, &data, log_density);
      for (size_t i = 0; i < data.count; i++)
        CHECK(isfinite(log_density[i]));
    }
    ag_sample_free(&out);
    ag_sample_free(&data);
  }
  ag_model_free(&model);
}

static void every_defined_dataset_can_be_learned(void)
{
  with_every_subject(fits_anything);
}

static void is_each_of_its_place(const subject *self)
{
  ag_model model = model_of(self);
  ag_sample data = make_data(self, ORDINARY, 90);
  ag_random_key elsewhere = key;
  elsewhere.stage++;
  fit(&model, &data);
  ag_sample few = generate(self, &model, 11, &key);
  ag_sample some = generate(self, &model, AG_RANDOM_BLOCK + 11, &key);
  ag_sample many = generate(self, &model, 5 * AG_RANDOM_BLOCK, &key);
  ag_sample other = generate(self, &model, AG_RANDOM_BLOCK + 11, &elsewhere);
  CHECK(same_items(&few, &many, few.count) && same_items(&some, &many, some.count));
  CHECK(!same_items(&some, &other, some.count));
  CHECK(all_defined(&many, self->space));
  /* blocks have numbers of their own */
  ag_sample second = many;
  second.point += AG_RANDOM_BLOCK * self->dim;
  second.item += self->dim > 0 ? 0 : AG_RANDOM_BLOCK;
  CHECK(!same_items(&many, &second, AG_RANDOM_BLOCK));
  /* room that is there is used again, and the room's contents do not matter */
  need(self->type->sample(model.state, 11, &key, &other, NULL) == AG_OK, "cannot generate");
  CHECK(other.count == 11 && same_items(&few, &other, 11));
  ag_sample_free(&few);
  ag_sample_free(&some);
  ag_sample_free(&many);
  ag_sample_free(&other);
  ag_sample_free(&data);
  ag_model_free(&model);
}

static void an_item_depends_on_its_place_alone(void)
{
  with_every_subject(is_each_of_its_place);
}

/* What a model gives: what it generates and how it weighs that. */
typedef struct evidence {
  ag_sample out;
  double log_density[300];
  ag_text_score score[300];
} evidence;

static const char **list_texts(const ag_sample *sample, size_t count)
{
  const char **text = calloc(count, sizeof *text);
  for (size_t i = 0; i < count; i++)
    text[i] = ag_texts_get(sample->texts, sample->item[i], NULL);
  return text;
}

static evidence gather(const subject *self, const ag_model *model, size_t count)
{
  evidence made = {.out = generate(self, model, count, &key)};
  ag_sample first = made.out;
  first.count = 300;
  if (self->type->log_density)
    self->type->log_density(model->state, &first, made.log_density);
  if (self->texts && self->type->score) {
    const char **text = list_texts(&first, 300);
    need(self->type->score(model->state, &(ag_text_question){.count = 300, .text = text},
                           made.score, NULL) == AG_OK,
         "no score");
    free(text);
  }
  return made;
}

static bool same_evidence(const evidence *a, const evidence *b)
{
  return a->out.count == b->out.count && same_items(&a->out, &b->out, a->out.count) &&
         !memcmp(a->log_density, b->log_density, sizeof a->log_density) &&
         !memcmp(a->score, b->score, sizeof a->score);
}

static void ignores_threads(const subject *self)
{
  static const int threads[] = {1, 2, 3};
  evidence made[3];
  ag_sample data = make_data(self, ORDINARY, 17000); /* enough to be shared */
  for (size_t k = 0; k < 3; k++) {
    ag_model model = model_of(self);
    omp_set_num_threads(threads[k]);
    fit(&model, &data);
    made[k] = gather(self, &model, 5 * AG_RANDOM_BLOCK);
    ag_model_free(&model);
  }
  omp_set_num_threads(omp_get_num_procs());
  CHECK(same_evidence(&made[0], &made[1]) && same_evidence(&made[0], &made[2]));
  for (size_t k = 0; k < 3; k++)
    ag_sample_free(&made[k].out);
  ag_sample_free(&data);
}

static void threads_do_not_change_a_bit(void)
{
  with_every_subject(ignores_threads);
}

static void forgets(const subject *self)
{
  static const size_t counts[] = {1, 256, 257, 700}; /* room grows, and is used again */
  ag_model used = model_of(self), fresh = model_of(self);
  ag_sample data = make_data(self, TWO, 2);
  for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
    ag_sample before = make_data(self, ORDINARY, counts[k]);
    fit(&used, &before);
    ag_sample_free(&before);
  }
  fit(&used, &data);
  fit(&fresh, &data);
  evidence a = gather(self, &used, 300), b = gather(self, &fresh, 300);
  CHECK(same_evidence(&a, &b));
  ag_sample_free(&a.out);
  ag_sample_free(&b.out);
  ag_sample_free(&data);
  ag_model_free(&used);
  ag_model_free(&fresh);
}

static void an_earlier_fit_is_forgotten(void)
{
  with_every_subject(forgets);
}

static void comes_back(const subject *self)
{
  for (data_shape shape = 0; shape < SHAPES; shape++) {
    ag_model model = model_of(self), again = model_of(self);
    ag_generator_array array[AG_GENERATOR_ARRAYS_MOST], second[AG_GENERATOR_ARRAYS_MOST];
    ag_sample data = make_data(self, shape, 300);
    ag_error error = {0};
    fit(&model, &data);
    size_t arrays = self->type->save(model.state, array);
    CHECK(arrays >= 1 && arrays <= AG_GENERATOR_ARRAYS_MOST);
    need(self->type->load(again.state, array, arrays, &error) == AG_OK, error.message);
    evidence a = gather(self, &model, 5000), b = gather(self, &again, 5000);
    CHECK(same_evidence(&a, &b));
    CHECK(self->type->save(again.state, second) == arrays);
    for (size_t k = 0; k < arrays; k++) {
      CHECK(strcmp(array[k].name, second[k].name) == 0 && array[k].count == second[k].count);
      CHECK(!memcmp(array[k].value, second[k].value, array[k].count * sizeof(double)));
    }
    ag_sample_free(&a.out);
    ag_sample_free(&b.out);
    ag_sample_free(&data);
    ag_model_free(&model);
    ag_model_free(&again);
  }
}

static void a_saved_model_comes_back_with_the_same_bits(void)
{
  with_every_subject(comes_back);
}

/* ---- what cannot be ---- */

static void refuses_data(const subject *self)
{
  ag_model model = model_of(self);
  ag_sample data = make_data(self, ORDINARY, 50), empty = {.dim = self->dim};
  ag_fit_report report;
  ag_error error = {0};
  CHECK(self->type->fit(model.state, &empty, &key, &report, &error) == AG_ERROR_INPUT);
  CHECK(error.message[0]);
  for (int k = 0; k < 3 && self->dim > 0; k++) {
    double *bad = &data.point[17 * self->dim + self->dim - 1], kept = *bad;
    *bad = (double[]){NAN, INFINITY, -INFINITY}[k];
    error = (ag_error){0};
    CHECK(self->type->fit(model.state, &data, &key, &report, &error) == AG_ERROR_INPUT);
    CHECK(strstr(error.message, "item 17 ") != NULL);
    *bad = kept;
  }
  fit(&model, &data);
  ag_sample_free(&data);
  ag_model_free(&model);
}

static void what_is_not_finite_is_refused_by_name(void)
{
  with_every_subject(refuses_data);
}

/* Loads arrays into a model of its own; where that is allowed, the model must work. */
static ag_status try_load(const subject *self, const ag_generator_array *array, size_t arrays)
{
  ag_model model = model_of(self);
  ag_error error = {0};
  ag_status status = self->type->load(model.state, array, arrays, &error);
  CHECK(status == AG_OK || (status == AG_ERROR_INPUT && error.message[0]));
  if (status == AG_OK) {
    ag_sample out = generate(self, &model, 100, &key);
    bool right = out.count == 100;
    for (size_t i = 0; i < 100 && self->dim == 0 && !self->texts; i++)
      right = right && out.item[i] < self->space->count;
    CHECK(right && (!self->texts || all_texts(&out)));
    ag_sample_free(&out);
  }
  ag_model_free(&model);
  return status;
}

/* One array at a time is spoilt. */
static void try_spoilt(const subject *self, const ag_generator_array *array, size_t arrays,
                       size_t spoilt)
{
  static const double nonsense[] = {0, -1, 0.5, 1e300, -1e300, 1e-320, NAN, INFINITY};
  ag_generator_array wrong[AG_GENERATOR_ARRAYS_MOST];
  double *value = calloc(array[spoilt].count + 1, sizeof *value);
  memcpy(wrong, array, arrays * sizeof *array);
  wrong[spoilt].value = value;
  memcpy(value, array[spoilt].value, array[spoilt].count * sizeof *value);
  wrong[spoilt].count = 0;
  CHECK(try_load(self, wrong, arrays) == AG_ERROR_INPUT);
  wrong[spoilt].count = array[spoilt].count + 1;
  try_load(self, wrong, arrays);
  wrong[spoilt].count = array[spoilt].count - 1;
  try_load(self, wrong, arrays);
  wrong[spoilt].count = array[spoilt].count;
  for (size_t k = 0; k < sizeof nonsense / sizeof *nonsense; k++) {
    value[array[spoilt].count / 2] = nonsense[k];
    ag_status status = try_load(self, wrong, arrays);
    CHECK(isfinite(nonsense[k]) || status == AG_ERROR_INPUT);
  }
  for (size_t k = 0; k < sizeof nonsense / sizeof *nonsense; k++) {
    for (size_t i = 0; i < array[spoilt].count; i++)
      value[i] = nonsense[k];
    try_load(self, wrong, arrays);
  }
  wrong[spoilt].name = "nothing_known";
  CHECK(try_load(self, wrong, arrays) == AG_ERROR_INPUT);
  free(value);
}

static void refuses_arrays(const subject *self)
{
  ag_model model = model_of(self);
  ag_generator_array array[AG_GENERATOR_ARRAYS_MOST];
  ag_sample data = make_data(self, ORDINARY, 60);
  fit(&model, &data);
  size_t arrays = self->type->save(model.state, array);
  CHECK(try_load(self, array, arrays) == AG_OK);
  CHECK(try_load(self, array, 0) == AG_ERROR_INPUT);
  for (size_t k = 0; k < arrays; k++)
    try_spoilt(self, array, arrays, k);
  ag_sample_free(&data);
  ag_model_free(&model);
}

static void nonsense_is_not_loaded(void)
{
  with_every_subject(refuses_arrays);
}

/* ---- texts ---- */

static void with_every_text_subject(void (*fact)(const subject *))
{
  for (const ag_generator_type *const *type = ag_generator_types; *type; type++)
    for (size_t s = 0; s < SPACES; s++)
      if ((*type)->takes_texts && takes(*type, &spaces[s])) {
        with_subject(*type, (*type)->name, &spaces[s], fact);
        with_subject(*type, (*type)->example, &spaces[s], fact);
      }
}

/* The numbers that new texts get in a pool of their own. */
static void numbers_ignore_threads(const subject *self)
{
  static const int threads[] = {1, 2, 3};
  enum { COUNT = 3000 };
  ag_sample made[3], data = make_data(self, ORDINARY, 200);
  for (size_t k = 0; k < 3; k++) {
    ag_model model = model_of(self);
    omp_set_num_threads(threads[k]);
    fit(&model, &data);
    need(ag_sample_create(0, 0, &made[k], NULL) == AG_OK, "no sample");
    made[k].texts = make_pool();
    need(self->type->sample(model.state, COUNT, &key, &made[k], NULL) == AG_OK, "no texts");
    CHECK(all_texts(&made[k]) && same_items(&made[k], &made[0], COUNT));
    CHECK(ag_texts_count(made[k].texts) == ag_texts_count(made[0].texts));
    for (uint32_t i = 0; i < ag_texts_count(made[0].texts); i++)
      CHECK_TEXT(ag_texts_get(made[k].texts, i, NULL), ag_texts_get(made[0].texts, i, NULL));
    ag_model_free(&model);
  }
  omp_set_num_threads(omp_get_num_procs());
  for (size_t k = 0; k < 3; k++) {
    ag_texts_free(made[k].texts);
    ag_sample_free(&made[k]);
  }
  ag_sample_free(&data);
}

static void new_texts_are_numbered_in_their_order(void)
{
  with_every_text_subject(numbers_ignore_threads);
}

/* A started model weighs texts, and is the same after it was saved: started, and fitted. */
static void starts(const subject *self)
{
  ag_sample all = make_data(self, ORDINARY, 6), few = make_data(self, ONE, 1);
  ag_model model = model_of(self), again = model_of(self);
  ag_generator_array array[AG_GENERATOR_ARRAYS_MOST];
  need(self->type->start(model.state, &all, &key, NULL) == AG_OK, "no start");
  for (int fitted = 0; fitted < 2; fitted++) {
    ag_text_score score[5];
    if (fitted)
      fit(&model, &few);
    need(self->type->score(model.state, &(ag_text_question){.count = 5, .text = sentences}, score,
                           NULL) == AG_OK,
         "no score");
    for (size_t i = 0; i < 5; i++)
      CHECK(score[i].log_probability < 0 && isfinite(score[i].log_probability) && score[i].tokens);
    need(self->type->load(again.state, array, self->type->save(model.state, array), NULL) == AG_OK,
         "no model comes back");
    evidence a = gather(self, &model, 500), b = gather(self, &again, 500);
    CHECK(same_evidence(&a, &b));
    ag_sample_free(&a.out);
    ag_sample_free(&b.out);
  }
  ag_sample_free(&all);
  ag_sample_free(&few);
  ag_model_free(&model);
  ag_model_free(&again);
}

static void a_started_model_comes_back_with_the_same_bits(void)
{
  with_every_text_subject(starts);
}

#ifdef AG_FAULT_INJECTION
/* One life of a generator; the status of the first call that fails. */
static ag_status live(const subject *self, const ag_sample *data, ag_sample *out, ag_error *error)
{
  ag_generator generator = {.type = NULL};
  ag_model model = {.type = NULL}, again = {.type = NULL};
  ag_generator_array array[AG_GENERATOR_ARRAYS_MOST];
  ag_fit_report report;
  ag_status status = ag_generator_read(self->node, self->space, &generator, error);
  if (!status)
    status = ag_model_create(&generator, self->space, &model, error);
  if (!status && self->type->start)
    status = self->type->start(model.state, data, &key, error);
  if (!status)
    status = self->type->fit(model.state, data, &key, &report, error);
  if (!status)
    status = ag_model_create(&generator, self->space, &again, error);
  if (!status)
    status = self->type->load(again.state, array, self->type->save(model.state, array), error);
  if (!status)
    status = self->type->sample(again.state, 50, &key, out, error);
  ag_model_free(&again);
  ag_model_free(&model);
  ag_generator_free(&generator);
  return status;
}

static void survives(const subject *self)
{
  ag_sample data = make_data(self, ORDINARY, 60);
  long n = 1, errors = 0;
  for (ag_status status = AG_ERROR_MEMORY; status != AG_OK && n < 1000; n++) {
    ag_sample out = {.dim = self->dim, .texts = self->texts};
    ag_error error = {0};
    ag_fault_countdown = n;
    status = live(self, &data, &out, &error);
    CHECK(status == AG_OK ? out.count == 50 : status == AG_ERROR_MEMORY && error.message[0]);
    CHECK(status == AG_OK || out.count == 0);
    errors += status != AG_OK;
    ag_sample_free(&out);
  }
  ag_fault_countdown = 0;
  CHECK(errors > 0 && n < 1000);
  ag_sample_free(&data);
}

static void memory_that_runs_out_is_an_error(void)
{
  with_every_subject(survives);
}
#endif

/* ---- densities ---- */

/* A model of ordinary data, and the box that holds them with ten deviations to spare. */
typedef struct fitted {
  ag_model model;
  ag_fit_report report;
  ag_sample data;
  double low[5], high[5], mean[5], deviation[5];
} fitted;

static fitted fit_ordinary(const subject *self, size_t count)
{
  fitted made = {.model = model_of(self), .data = make_data(self, ORDINARY, count)};
  made.report = fit(&made.model, &made.data);
  for (size_t d = 0; d < self->dim; d++) {
    double sum = 0, squares = 0;
    made.low[d] = INFINITY;
    made.high[d] = -INFINITY;
    for (size_t i = 0; i < count; i++) {
      double x = made.data.point[i * self->dim + d];
      sum += x;
      squares += x * x;
      made.low[d] = fmin(made.low[d], x);
      made.high[d] = fmax(made.high[d], x);
    }
    made.mean[d] = sum / (double)count;
    made.deviation[d] = sqrt(squares / (double)count - made.mean[d] * made.mean[d]);
    made.low[d] -= 10 * made.deviation[d];
    made.high[d] += 10 * made.deviation[d];
  }
  return made;
}

static void fitted_free(fitted *self)
{
  ag_sample_free(&self->data);
  ag_model_free(&self->model);
}

/* Densities at the centres of a regular grid's cells, in one or two dimensions. */
static double *grid_density(const subject *self, const fitted *at, size_t cells, double *volume)
{
  size_t dim = self->dim, count = dim == 1 ? cells : cells * cells;
  ag_sample grid;
  need(ag_sample_create(dim, count, &grid, NULL) == AG_OK, "no grid");
  grid.count = count;
  *volume = 1;
  for (size_t d = 0; d < dim; d++) {
    double step = (at->high[d] - at->low[d]) / (double)cells;
    *volume *= step;
    for (size_t i = 0; i < count; i++)
      grid.point[i * dim + d] = at->low[d] + step * (0.5 + (double)(d ? i % cells : i / cells));
    if (dim == 1)
      for (size_t i = 0; i < count; i++)
        grid.point[i] = at->low[0] + step * (0.5 + (double)i);
  }
  double *density = calloc(count, sizeof *density);
  self->type->log_density(at->model.state, &grid, density);
  for (size_t i = 0; i < count; i++)
    density[i] = exp(density[i]);
  ag_sample_free(&grid);
  return density;
}

/* For sums of Gaussians of deviation s the midpoint rule with step h is off by
 * 2 exp(-2 (pi s/h)^2) in a dimension, below 1e-12 for s > 1.2 h (h is below 0.01 in one
 * dimension and 0.11 in two), and what lies outside the box weighs less than 1e-22; a
 * log density near -30 has lost 1e-14 by rounding. */
static void sums_to_one(const subject *self)
{
  if (!self->type->log_density || self->dim > 2)
    return;
  fitted at = fit_ordinary(self, 200);
  double total = 0;
  if (self->dim == 0) {
    uint32_t item[] = {0, 1, 2, 3, 4};
    double log_probability[5];
    ag_sample all = {.count = 5, .item = item};
    self->type->log_density(at.model.state, &all, log_probability);
    for (size_t i = 0; i < 5; i++)
      total += exp(log_probability[i]);
    CHECK(log_probability[2] == -INFINITY);
  } else {
    size_t cells = self->dim == 1 ? 8000 : 450;
    double volume, *density = grid_density(self, &at, cells, &volume);
    for (size_t i = 0; i < (self->dim == 1 ? cells : cells * cells); i++)
      total += density[i] * volume;
    free(density);
  }
  CHECK_NEAR(total, 1, self->dim == 0 ? 5 * 2.3e-16 : 1e-12);
  fitted_free(&at);
}

static void densities_integrate_to_one(void)
{
  with_every_subject(sums_to_one);
}

/* The normal deviate of a chi-square (Wilson and Hilferty, 1931), about right in the tail
 * that is tested: above 5 once in 3 million. */
static double chi_square_deviate(double square, double freedom)
{
  double v = 2 / (9 * freedom);
  return (cbrt(square / freedom) - (1 - v)) / sqrt(v);
}

/* Counts [bins] against their expectations; bins that expect less than ten together. */
static double deviate(const double *count, const double *expected, size_t bins)
{
  double square = 0, freedom = -1, rest_count = 0, rest_expected = 0;
  for (size_t b = 0; b < bins; b++) {
    if (expected[b] < 10) {
      rest_count += count[b];
      rest_expected += expected[b];
      continue;
    }
    square += (count[b] - expected[b]) * (count[b] - expected[b]) / expected[b];
    freedom++;
  }
  if (rest_expected >= 10) {
    square += (rest_count - rest_expected) * (rest_count - rest_expected) / rest_expected;
    freedom++;
  }
  CHECK(rest_expected >= 10 || rest_count < 60); /* a Poisson count: never */
  return chi_square_deviate(square, freedom);
}

static size_t cell_of(const fitted *at, size_t d, double x, size_t cells)
{
  double place = (x - at->low[d]) / (at->high[d] - at->low[d]) * (double)cells;
  return place < 0 ? 0 : place >= (double)cells ? cells - 1 : (size_t)place;
}

/* Bins are 100 cells in one dimension and 40 by 40 in two. The midpoint rule inside a
 * bin, with h as above, is off by less than h^2/24 of the bin's curvature: for Gaussians
 * of deviation 10 h a share below 4e-4, far below one deviation of any count here. */
static void frequencies_in_space(const subject *self)
{
  enum { COUNT = 20000 };
  size_t dim = self->dim, side = dim == 1 ? 100 : 40, fine = dim == 1 ? 80 : 12;
  size_t bins = dim == 1 ? side : side * side, cells = side * fine;
  fitted at = fit_ordinary(self, 200);
  double volume, *density = grid_density(self, &at, cells, &volume);
  double *count = calloc(bins, sizeof *count), *expected = calloc(bins, sizeof *expected);
  for (size_t i = 0; i < (dim == 1 ? cells : cells * cells); i++) {
    size_t bin = dim == 1 ? i / fine : i / cells / fine * side + i % cells / fine;
    expected[bin] += COUNT * volume * density[i];
  }
  ag_sample out = generate(self, &at.model, COUNT, &key);
  for (size_t i = 0; i < COUNT; i++) {
    size_t bin = cell_of(&at, 0, out.point[i * dim], side);
    if (dim == 2)
      bin = bin * side + cell_of(&at, 1, out.point[i * dim + 1], side);
    count[bin]++;
  }
  double z = deviate(count, expected, bins);
  printf("# %s, dimension %zu: z %.2f\n", self->text, dim, z);
  CHECK(fabs(z) < 5);
  ag_sample_free(&out);
  free(density);
  free(count);
  free(expected);
  fitted_free(&at);
}

static void frequencies_of_items(const subject *self)
{
  enum { COUNT = 20000 };
  fitted at = fit_ordinary(self, 200);
  uint32_t item[] = {0, 1, 2, 3, 4};
  double expected[5], count[5] = {0};
  ag_sample all = {.count = 5, .item = item};
  self->type->log_density(at.model.state, &all, expected);
  ag_sample out = generate(self, &at.model, COUNT, &key);
  for (size_t i = 0; i < 5; i++)
    expected[i] = COUNT * exp(expected[i]);
  for (size_t i = 0; i < COUNT; i++)
    count[out.item[i]]++;
  for (size_t i = 0; i < 5; i++)
    CHECK(expected[i] > 0 || count[i] == 0);
  double z = deviate(count, expected, 5);
  printf("# %s, items: z %.2f\n", self->text, z);
  CHECK(fabs(z) < 5);
  ag_sample_free(&out);
  fitted_free(&at);
}

/* In any dimension: E g(X)/f(X) = 1 for X of density f and any density g that has no mass
 * where f has none. g: a normal with half the data's deviations, so that the quotient is
 * bounded. z is normal by the central limit theorem: beyond 5 once in two million. */
static void weighs_what_it_generates(const subject *self)
{
  enum { COUNT = 20000 };
  fitted at = fit_ordinary(self, 400);
  ag_sample out = generate(self, &at.model, COUNT, &key);
  double *log_density = calloc(COUNT, sizeof *log_density), sum = 0, squares = 0;
  self->type->log_density(at.model.state, &out, log_density);
  for (size_t i = 0; i < COUNT; i++) {
    double log_g = 0;
    for (size_t d = 0; d < self->dim; d++) {
      double s = 0.5 * at.deviation[d], z = (out.point[i * self->dim + d] - at.mean[d]) / s;
      log_g -= 0.5 * z * z + log(s) + 0.91893853320467274178;
    }
    double quotient = exp(log_g - log_density[i]);
    sum += quotient;
    squares += quotient * quotient;
  }
  double mean = sum / COUNT, variance = squares / COUNT - mean * mean;
  double z = (mean - 1) / sqrt(variance / COUNT);
  printf("# %s, dimension %zu: E g/f = %.4f, z %.2f\n", self->text, self->dim, mean, z);
  CHECK(fabs(z) < 5 && variance > 0);
  free(log_density);
  ag_sample_free(&out);
  fitted_free(&at);
}

static void generates_its_density(const subject *self)
{
  if (!self->type->log_density)
    return;
  if (self->dim == 0)
    frequencies_of_items(self);
  if (self->dim == 1 || self->dim == 2)
    frequencies_in_space(self);
  if (self->dim > 0)
    weighs_what_it_generates(self);
}

static void frequencies_agree_with_densities(void)
{
  with_every_subject(generates_its_density);
}

static void score_each(const subject *self, const fitted *at, double *value, size_t count)
{
  ag_text_score *score = calloc(count, sizeof *score);
  const char **text = list_texts(&at->data, count);
  need(self->type->score(at->model.state, &(ag_text_question){.count = count, .text = text}, score,
                         NULL) == AG_OK,
       "no score");
  for (size_t i = 0; i < count; i++)
    value[i] = score[i].log_probability;
  free(text);
  free(score);
}

/* The report's likelihood, where there is one, is the data's under the model. A mean of n
 * terms down to -20 is off by at most 20 n ulp. */
static void reports_its_likelihood(const subject *self)
{
  enum { COUNT = 200 };
  double log_density[COUNT], sum = 0;
  bool scores = self->texts && self->type->score;
  fitted at = fit_ordinary(self, COUNT);
  if (scores)
    score_each(self, &at, log_density, COUNT);
  else if (self->type->log_density)
    self->type->log_density(at.model.state, &at.data, log_density);
  if (!isnan(at.report.log_likelihood)) {
    CHECK(scores || self->type->log_density);
    for (size_t i = 0; i < COUNT; i++)
      sum += log_density[i];
    CHECK_NEAR(at.report.log_likelihood, sum / COUNT, 20 * COUNT * 2.3e-16);
  }
  fitted_free(&at);
}

static void the_reported_likelihood_is_the_datas(void)
{
  with_every_subject(reports_its_likelihood);
}

static void weighs_the_far_away(const subject *self)
{
  static const double far[] = {1e6, -1e150, 1.7e308, INFINITY};
  if (!self->type->log_density || self->dim == 0)
    return;
  fitted at = fit_ordinary(self, 100);
  for (size_t k = 0; k < sizeof far / sizeof *far; k++) {
    double x[5] = {far[k], 1, far[k], 1, 1}, log_density = NAN;
    ag_sample one = {.count = 1, .dim = self->dim, .point = x};
    self->type->log_density(at.model.state, &one, &log_density);
    CHECK(log_density < -1e4);
  }
  fitted_free(&at);
}

static void far_away_there_is_almost_nothing(void)
{
  with_every_subject(weighs_the_far_away);
}

int main(void)
{
  CHECK_RUN(every_defined_dataset_can_be_learned);
  CHECK_RUN(an_item_depends_on_its_place_alone);
  CHECK_RUN(threads_do_not_change_a_bit);
  CHECK_RUN(an_earlier_fit_is_forgotten);
  CHECK_RUN(a_saved_model_comes_back_with_the_same_bits);
  CHECK_RUN(what_is_not_finite_is_refused_by_name);
  CHECK_RUN(nonsense_is_not_loaded);
  CHECK_RUN(new_texts_are_numbered_in_their_order);
  CHECK_RUN(a_started_model_comes_back_with_the_same_bits);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(memory_that_runs_out_is_an_error);
#else
  check_skip("memory_that_runs_out_is_an_error", "built without -Dfault_injection=true");
#endif
  CHECK_RUN(densities_integrate_to_one);
  CHECK_RUN(frequencies_agree_with_densities);
  CHECK_RUN(the_reported_likelihood_is_the_datas);
  CHECK_RUN(far_away_there_is_almost_nothing);
  return check_end();
}

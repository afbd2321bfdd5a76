/* gpt2: a GPT-2 that is fine-tuned on what was kept, and writes texts.
 *
 * Its first model is a folder's, as Hugging Face keeps them, or a small one that start
 * learns from the first dataset: a byte-level vocabulary, then all parameters. Each fit has
 * an AdamW of its own, whose rate falls to zero; it begins with the model that the last fit
 * left (`continue: true`, as the paper says that the model is fine-tuned recursively) or
 * with the first. A text is learnt between two ends; what is beyond the context is cut.
 *
 * Saved are the parameters as they are in memory, two to a double: their bits matter, not
 * their values. A vocabulary that start learnt is saved beside them, and so are the first
 * model's parameters where a fit needs them again and no folder has them. */
#include "generator/transformer/gpt2.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "generator/generator.h"
#include "generator/transformer/learn.h"
#include "population/packed.h"

enum { SHAPE = 5 };

typedef struct gpt2 {
  const ag_gpt2_settings *settings;
  const ag_watch *watch; /* or NULL */
  ag_transformer model;  /* cleared: not started */
  bool ready;            /* the model is one that was started, fitted or loaded */
  ag_bpe *learnt;        /* the vocabulary, where no folder has it */
  double *packed;        /* [packed_size] its two files */
  size_t packed_size;
  float *base;         /* [model.size] the first model, or NULL */
  double shape[SHAPE]; /* of the model, to be saved */
  ag_text_cuts cuts;   /* not taken yet */
} gpt2;

static const ag_bpe *bpe_of(const gpt2 *self)
{
  return self->settings->folder.bpe ? self->settings->folder.bpe : self->learnt;
}

static ag_status gpt2_create(const void *settings, const ag_items *items, void **model,
                             ag_error *error)
{
  gpt2 *made = NULL;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  (void)items;
  if (status != AG_OK)
    return status;
  *made = (gpt2){.settings = settings};
  *model = made;
  return AG_OK;
}

static void forget(gpt2 *self)
{
  ag_transformer_free(&self->model);
  ag_bpe_free(self->learnt);
  free(self->packed);
  free(self->base);
  *self = (gpt2){.settings = self->settings, .watch = self->watch};
}

static void gpt2_free(void *model)
{
  if (!model)
    return;
  forget(model);
  free(model);
}

static void gpt2_watch(void *model, const ag_watch *watch)
{
  gpt2 *self = model;
  self->watch = watch;
}

/* ---- learning ---- */

static ag_status list_texts(const ag_sample *data, const char ***text, ag_error *error)
{
  ag_status status = ag_generator_check_data(data, error);
  if (status == AG_OK)
    status = ag_array_create(data->count, sizeof **text, text, error);
  for (size_t i = 0; i < data->count && status == AG_OK; i++)
    (*text)[i] = ag_texts_get(data->texts, data->item[i], NULL);
  return status;
}

static ag_status play_lesson(ag_lesson *lesson, ag_batches *batches, ag_error *error)
{
  double loss;
  ag_status status = AG_OK;
  for (size_t epoch = 0; epoch < lesson->epochs && status == AG_OK; epoch++)
    status = ag_lesson_epoch(lesson, batches, epoch, &loss, error);
  return status;
}

/* A course over texts; adamw: all but its rate and steps. */
static ag_status learn(gpt2 *self, const char *const *text, size_t count,
                       const ag_gpt2_course *course, ag_adamw adamw, const ag_random_key *key,
                       const char *phase, ag_error *error)
{
  ag_corpus corpus = {.texts = 0};
  ag_batches batches = {.corpus = NULL};
  ag_trainer trainer = {.step = 0};
  ag_lesson lesson = {.model = &self->model,
                      .trainer = &trainer,
                      .settings = &adamw,
                      .dropout = self->settings->dropout,
                      .key = *key,
                      .epochs = course->epochs,
                      .watch = self->watch,
                      .phase = phase,
                      .begun = ag_time_now()};
  size_t context = self->model.config.context;
  ag_status status =
      ag_corpus_create(bpe_of(self), context, AG_CORPUS_CUT, text, count, &corpus, error);
  if (status == AG_OK)
    status = ag_batches_create(&corpus, course->batch, 0, &batches, error);
  if (status == AG_OK)
    status = ag_trainer_create(&self->model, &trainer, error);
  if (status == AG_OK)
    status = ag_transformer_work_create(&self->model, batches.room, true, &lesson.work, error);
  if (status == AG_OK) {
    adamw.rate = course->rate;
    adamw.steps = course->epochs * batches.count;
    status = play_lesson(&lesson, &batches, error);
  }
  ag_transformer_work_free(lesson.work);
  ag_trainer_free(&trainer);
  ag_batches_free(&batches);
  self->cuts.learnt += corpus.texts;
  self->cuts.learnt_cut += corpus.cut;
  ag_corpus_free(&corpus);
  return status;
}

/* ---- the first model ---- */

/* A model of the settings' shape, its parameters still to come. */
static ag_status make_model(gpt2 *self, size_t vocabulary, ag_error *error)
{
  const ag_gpt2_config *c = &self->settings->config;
  ag_transformer_config config = {vocabulary, c->n_positions, c->n_embd, c->n_layer, c->n_head};
  ag_precision precision = self->settings->precision;
  ag_status status = ag_transformer_expect(&config, precision, AG_TRAINER_BYTES, 1, error);
  if (status == AG_OK)
    status = ag_transformer_create(&config, precision, &self->model, error);
  const size_t shape[SHAPE] = {vocabulary, c->n_positions, c->n_embd, c->n_layer, c->n_head};
  for (size_t i = 0; i < SHAPE; i++)
    self->shape[i] = (double)shape[i];
  return status;
}

/* self->packed from self->learnt. */
static ag_status pack_vocabulary(gpt2 *self, ag_error *error)
{
  char *file[2] = {NULL, NULL};
  ag_status status = ag_bpe_format(self->learnt, &file[0], &file[1], error);
  if (status != AG_OK)
    return status;
  const char *const text[] = {file[0], file[1]};
  size_t size = ag_packed_size(text, 2);
  status = ag_array_create(size, sizeof *self->packed, &self->packed, error);
  if (status == AG_OK) {
    ag_packed_write(text, 2, self->packed);
    self->packed_size = size;
  }
  free(file[0]);
  free(file[1]);
  return status;
}

static ag_status learn_vocabulary(gpt2 *self, const char *const *text, size_t count,
                                  ag_error *error)
{
  size_t *size = NULL;
  ag_status status = ag_array_create(count, sizeof *size, &size, error);
  for (size_t i = 0; i < count && status == AG_OK; i++)
    size[i] = strlen(text[i]);
  if (status == AG_OK)
    status =
        ag_bpe_train(text, size, count, self->settings->config.vocab_size, &self->learnt, error);
  if (status == AG_OK)
    status = pack_vocabulary(self, error);
  free(size);
  return status;
}

static ag_status keep_base(gpt2 *self, const float *parameter, ag_error *error)
{
  ag_status status = ag_array_create(self->model.size, sizeof *self->base, &self->base, error);
  if (status == AG_OK)
    memcpy(self->base, parameter, self->model.size * sizeof *self->base);
  return status;
}

/* The numbers of a start are not those of a fit with the same key. */
static ag_random_key start_key(const ag_random_key *key)
{
  ag_random_key own = *key;
  own.seed = ag_random_replicate_seed(key->seed, UINT64_MAX);
  return own;
}

static ag_status learn_base(gpt2 *self, const ag_sample *data, const ag_random_key *key,
                            ag_error *error)
{
  const ag_gpt2_settings *settings = self->settings;
  const ag_gpt2_course *course = &settings->start;
  const char **text = NULL;
  ag_random_key own = start_key(key);
  ag_status status = list_texts(data, &text, error);
  if (status == AG_OK)
    status = learn_vocabulary(self, text, data->count, error);
  if (status == AG_OK)
    status = make_model(self, ag_bpe_size(self->learnt), error);
  if (status == AG_OK) {
    ag_adamw adamw = settings->adamw;
    adamw.warm_up = course->epochs * (data->count / course->batch) / 20;
    ag_transformer_randomize(&self->model, &own);
    status = learn(self, text, data->count, course, adamw, &own, "base model", error);
  }
  if (status == AG_OK && !settings->continues)
    status = keep_base(self, self->model.parameter, error);
  free(text);
  return status;
}

static ag_status gpt2_start(void *model, const ag_sample *data, const ag_random_key *key,
                            ag_error *error)
{
  gpt2 *self = model;
  forget(self);
  ag_status status;
  if (self->settings->folder.weights) {
    status = make_model(self, self->settings->config.vocab_size, error);
    if (status == AG_OK)
      status = ag_model_folder_read(&self->settings->folder, &self->model, error);
  } else {
    status = learn_base(self, data, key, error);
  }
  if (status != AG_OK)
    forget(self);
  self->ready = status == AG_OK;
  return status;
}

/* ---- a generation ---- */

/* Back to the first model. */
static ag_status restore_base(gpt2 *self, ag_error *error)
{
  if (self->settings->folder.weights)
    return ag_model_folder_read(&self->settings->folder, &self->model, error);
  memcpy(self->model.parameter, self->base, self->model.size * sizeof *self->base);
  ag_transformer_refresh(&self->model);
  return AG_OK;
}

/* Fits go on from a model that is there: start or load comes first. After a failure
 * where fits continue, one of them has to come again. */
static ag_status gpt2_fit(void *model, const ag_sample *data, const ag_random_key *key,
                          ag_fit_report *report, ag_error *error)
{
  gpt2 *self = model;
  const ag_gpt2_settings *settings = self->settings;
  const ag_gpt2_course *course = &settings->fit;
  const char **text = NULL;
  if (!self->model.parameter || (settings->continues && !self->ready))
    return ag_fail(error, AG_ERROR_INPUT, "there is no model to fine-tune: it was not started");
  self->ready = false;
  ag_status status = list_texts(data, &text, error);
  if (status == AG_OK && !settings->continues)
    status = restore_base(self, error);
  if (status == AG_OK)
    status = learn(self, text, data->count, course, settings->adamw, key, "fine-tuning", error);
  if (status == AG_OK)
    *report = (ag_fit_report){.converged = true,
                              .iterations = course->epochs *
                                            ((data->count + course->batch - 1) / course->batch),
                              .log_likelihood = NAN};
  self->ready = status == AG_OK;
  free(text);
  return status;
}

static ag_status fail_unready(ag_error *error)
{
  return ag_fail(error, AG_ERROR_INPUT, "there is no model: it was neither started nor fitted");
}

static ag_status gpt2_sample(void *model, size_t count, const ag_random_key *key, ag_sample *out,
                             ag_error *error)
{
  gpt2 *self = model;
  size_t cut = 0;
  if (!self->ready)
    return fail_unready(error);
  ag_status status = ag_gpt2_sample(&self->model, bpe_of(self), &self->settings->sampling, count,
                                    key, self->watch, out, &cut, error);
  self->cuts.written += count;
  self->cuts.written_cut += cut;
  return status;
}

static const char *gpt2_remark(const void *settings)
{
  return ((const ag_gpt2_settings *)settings)->folder.remark;
}

static void gpt2_take_cuts(void *model, ag_text_cuts *cuts)
{
  gpt2 *self = model;
  cuts->learnt += self->cuts.learnt;
  cuts->learnt_cut += self->cuts.learnt_cut;
  cuts->written += self->cuts.written;
  cuts->written_cut += self->cuts.written_cut;
  self->cuts = (ag_text_cuts){0};
}

/* A text that is longer than the context is weighed in windows (AG_CORPUS_WHOLE). */
static ag_status gpt2_score(void *model, const ag_text_question *asked, ag_text_score *score,
                            ag_error *error)
{
  const gpt2 *self = model;
  ag_corpus corpus = {.texts = 0};
  unsigned char *skipped = NULL;
  if (!self->ready)
    return fail_unready(error);
  if (asked->count == 0)
    return AG_OK;
  ag_status status = ag_corpus_create(bpe_of(self), self->model.config.context, AG_CORPUS_WHOLE,
                                      asked->text, asked->count, &corpus, error);
  if (status == AG_OK && asked->spans > 0)
    status = ag_array_create(corpus.token.count, 1, &skipped, error);
  if (skipped)
    ag_learn_skip(bpe_of(self), &corpus, asked->span, asked->spans, skipped);
  if (status == AG_OK)
    status = ag_corpus_score(&self->model, &corpus, skipped, self->watch, score, error);
  free(skipped);
  ag_corpus_free(&corpus);
  return status;
}

/* ---- files and arrays ---- */

static ag_status gpt2_write(void *model, const char *directory, ag_error *error)
{
  const gpt2 *self = model;
  ag_gpt2_config config = self->settings->config;
  const float **value = NULL;
  if (!self->ready)
    return fail_unready(error);
  config.vocab_size = self->model.config.vocabulary;
  config.end = ag_bpe_end(bpe_of(self));
  ag_status status = ag_array_create(self->model.tensor_count, sizeof *value, &value, error);
  for (size_t i = 0; i < self->model.tensor_count && status == AG_OK; i++)
    value[i] = self->model.parameter + self->model.tensor[i].offset;
  if (status == AG_OK)
    status = ag_gpt2_write(directory, &config, value, error);
  if (status == AG_OK)
    status = ag_bpe_write(bpe_of(self), directory, error);
  free(value);
  return status;
}

/* Floats as doubles: the block of parameters is a multiple of 64 bytes. */
static size_t gpt2_save(void *model, ag_generator_array array[AG_GENERATOR_ARRAYS_MOST])
{
  const gpt2 *self = model;
  size_t count = 0, doubles = self->model.size / 2;
  if (!self->ready)
    return 0;
  array[count++] = (ag_generator_array){"shape", SHAPE, self->shape};
  array[count++] = (ag_generator_array){"parameters", doubles, (double *)self->model.parameter};
  if (self->learnt)
    array[count++] = (ag_generator_array){"vocabulary", self->packed_size, self->packed};
  if (self->base)
    array[count++] = (ag_generator_array){"base", doubles, (double *)self->base};
  return count;
}

static ag_status fail_load(ag_error *error)
{
  return ag_fail(error, AG_ERROR_INPUT, "the saved arrays are no gpt2 model of these settings");
}

static bool all_finite(const float *x, size_t count)
{
  bool right = true;
  for (size_t i = 0; i < count; i++)
    right = right && isfinite(x[i]);
  return right;
}

static ag_status load_vocabulary(gpt2 *made, const ag_generator_array *array, size_t arrays,
                                 ag_error *error)
{
  size_t size = SIZE_MAX;
  const char *text[2];
  const double *packed = ag_generator_find(array, arrays, "vocabulary", &size);
  if (!packed || ag_packed_read(packed, size, 2, text, NULL) != AG_OK)
    return fail_load(error);
  ag_bpe_text vocabulary = {"the saved vocabulary", text[0], strlen(text[0])};
  ag_bpe_text merges = {"the saved merges", text[1], strlen(text[1])};
  ag_status status = ag_bpe_parse(&vocabulary, &merges, &made->learnt, error);
  return status == AG_OK ? pack_vocabulary(made, error) : status;
}

/* The parameters called name, or NULL. */
static const float *find_parameters(const gpt2 *made, const ag_generator_array *array,
                                    size_t arrays, const char *name)
{
  size_t count = made->model.size / 2;
  const float *found = (const float *)ag_generator_find(array, arrays, name, &count);
  return found && all_finite(found, made->model.size) ? found : NULL;
}

/* An empty model becomes what arrays say. */
static ag_status load(gpt2 *made, const ag_generator_array *array, size_t arrays, ag_error *error)
{
  size_t count = SHAPE;
  bool folder = made->settings->folder.weights != NULL;
  const double *shape = ag_generator_find(array, arrays, "shape", &count);
  ag_status status = shape ? AG_OK : fail_load(error);
  if (status == AG_OK && !folder)
    status = load_vocabulary(made, array, arrays, error);
  if (status == AG_OK)
    status = make_model(made, ag_bpe_size(bpe_of(made)), error);
  if (status != AG_OK)
    return status;
  const float *parameters = find_parameters(made, array, arrays, "parameters");
  bool based = !folder && !made->settings->continues;
  const float *base = based ? find_parameters(made, array, arrays, "base") : NULL;
  if (memcmp(shape, made->shape, sizeof made->shape) != 0 || !parameters || (based && !base))
    return fail_load(error);
  memcpy(made->model.parameter, parameters, made->model.size * sizeof *parameters);
  ag_transformer_refresh(&made->model);
  return based ? keep_base(made, base, error) : AG_OK;
}

static ag_status gpt2_load(void *model, const ag_generator_array *array, size_t count,
                           ag_error *error)
{
  gpt2 *self = model, made = {.settings = self->settings, .watch = self->watch};
  ag_status status = load(&made, array, count, error);
  if (status != AG_OK) {
    forget(&made);
    return status;
  }
  forget(self);
  *self = made;
  self->ready = true;
  return AG_OK;
}

extern const ag_generator_type ag_generator_gpt2;
const ag_generator_type ag_generator_gpt2 = {
    .name = "gpt2",
    .summary = "a GPT-2 that is fine-tuned: a folder's (model: DIR), or a small one learnt first",
    .example = "gpt2: {layers: 2, width: 64, heads: 2, temperature: 0.8}",
    .takes_texts = true,
    .alone = true,
    .parameters = ag_gpt2_parameters,
    .size = sizeof(ag_gpt2_settings),
    .read = ag_gpt2_settings_read,
    .release = ag_gpt2_settings_release,
    .remark = gpt2_remark,
    .create = gpt2_create,
    .free_model = gpt2_free,
    .watch = gpt2_watch,
    .start = gpt2_start,
    .fit = gpt2_fit,
    .sample = gpt2_sample,
    .score = gpt2_score,
    .take_cuts = gpt2_take_cuts,
    .write = gpt2_write,
    .save = gpt2_save,
    .load = gpt2_load,
};

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "generator/transformer/parts.h"

/* The pass over all weights is cut into pieces that stay in a core's cache. */
enum { PIECE = 1 << 15 };

const ag_adamw ag_adamw_default = {
    .rate = 5e-5, .beta1 = 0.9, .beta2 = 0.999, .epsilon = 1e-8, .decay = 0.01, .clip = 1};

double ag_adamw_rate(const ag_adamw *settings, size_t step)
{
  const ag_adamw *s = settings;
  if (step < s->warm_up)
    return s->rate * (double)(step + 1) / (double)s->warm_up;
  if (s->steps == 0)
    return s->rate;
  if (step >= s->steps)
    return 0;
  return s->rate * (double)(s->steps - step) / (double)(s->steps - s->warm_up);
}

ag_status ag_trainer_create(const ag_transformer *model, ag_trainer *trainer, ag_error *error)
{
  ag_trainer made = {.size = model->size};
  float **array[] = {&made.gradient, &made.first, &made.second};
  ag_status status = AG_OK;
  for (size_t i = 0; i < 3 && status == AG_OK; i++) {
    status = ag_large_create(model->size, sizeof(float), array[i], error);
    if (status == AG_OK)
      memset(*array[i], 0, model->size * sizeof(float));
  }
  if (status != AG_OK)
    ag_trainer_free(&made);
  else
    *trainer = made;
  return status;
}

void ag_trainer_free(ag_trainer *trainer)
{
  free(trainer->gradient);
  free(trainer->first);
  free(trainer->second);
  memset(trainer, 0, sizeof *trainer);
}

/* The sum of squares: pieces in any order, their sums in the order of the block, by
 * groups so that no array is needed for them. */
static double square_sum(const ag_trainer *trainer, const ag_transformer_kernels *kernels)
{
  enum { GROUP = 1024 };
  double total = 0, part[GROUP];
  size_t pieces = (trainer->size + PIECE - 1) / PIECE;
  for (size_t from = 0; from < pieces; from += GROUP) {
    size_t count = pieces - from < GROUP ? pieces - from : GROUP;
#pragma omp parallel for schedule(static) if (count > 2)
    for (size_t i = 0; i < count; i++) {
      size_t first = (from + i) * PIECE;
      size_t n = trainer->size - first < PIECE ? trainer->size - first : PIECE;
      part[i] = kernels->squares(n, trainer->gradient + first);
    }
    for (size_t i = 0; i < count; i++)
      total += part[i];
  }
  return total;
}

/* Pieces of one tensor. */
static void update_tensor(ag_trainer *trainer, const ag_transformer_kernels *kernels,
                          const ag_adam *adam, ag_transformer *model, size_t first, size_t length)
{
#pragma omp for schedule(static) nowait
  for (size_t p = 0; p < length; p += PIECE) {
    size_t at = first + p, n = length - p < PIECE ? length - p : PIECE;
    kernels->adam(n, adam, trainer->gradient + at, trainer->first + at, trainer->second + at,
                  model->parameter + at, model->half ? model->half_parameter + at : NULL);
  }
}

ag_status ag_trainer_update(ag_trainer *trainer, const ag_adamw *settings, ag_transformer *model,
                            ag_error *error)
{
  const ag_transformer_kernels *kernels = ag_transformer_kernels_get();
  double norm = sqrt(square_sum(trainer, kernels)), count = (double)(trainer->step + 1);
  if (!isfinite(norm))
    return ag_fail(error, AG_ERROR_INPUT,
                   "training has diverged at step %zu: a smaller learning rate may help",
                   trainer->step);
  ag_adam adam = {.rate = (float)ag_adamw_rate(settings, trainer->step),
                  .decay = (float)settings->decay,
                  .beta1 = (float)settings->beta1,
                  .beta2 = (float)settings->beta2,
                  .rest1 = (float)(1 - settings->beta1),
                  .rest2 = (float)(1 - settings->beta2),
                  .epsilon = (float)settings->epsilon,
                  .correct1 = (float)(1 / (1 - pow(settings->beta1, count))),
                  .correct2 = (float)(1 / (1 - pow(settings->beta2, count))),
                  .scale = 1};
  if (settings->clip > 0 && norm > settings->clip)
    adam.scale = (float)(settings->clip / norm);
  ag_adam plain = adam;
  plain.decay = 0;
#pragma omp parallel if (model->size > PIECE)
  for (size_t i = 0; i < model->tensor_count; i++) {
    const ag_transformer_tensor *t = &model->tensor[i];
    update_tensor(trainer, kernels, t->decays ? &adam : &plain, model, t->offset,
                  t->rows * t->columns);
  }
  trainer->norm = norm;
  trainer->step++;
  return AG_OK;
}

ag_status ag_trainer_step(ag_trainer *trainer, const ag_adamw *settings, ag_transformer *model,
                          ag_transformer_work *work, const ag_token_batch *batch,
                          const ag_dropout *dropout, double *loss, ag_error *error)
{
  double now;
  ag_status status =
      ag_transformer_gradient(model, work, batch, dropout, trainer->gradient, &now, error);
  if (status == AG_OK)
    status = ag_trainer_update(trainer, settings, model, error);
  if (status == AG_OK)
    *loss = now;
  return status;
}

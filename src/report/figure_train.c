/* A training: the learning curve, and the models beside each other. */
#include <aligngame/figure.h>
#include <aligngame/train.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "report/figure_parts.h"

enum { COMPARED = AG_TRAIN_MODELS + 1, LINES = AG_TRAIN_MODELS + 2 };

typedef struct train_picture {
  const ag_train_result *result;
  double *epoch, *perplexity;         /* [epochs] */
  double ends[2], level[COMPARED][2]; /* straight lines: the n-grams, the truth */
  double place[COMPARED], height[COMPARED];
  const char *name[COMPARED]; /* [compared] */
  size_t compared;
  ag_layer curve[LINES], bars[2 * COMPARED];
  char number[COMPARED][32];
  double number_height[COMPARED], top;
} train_picture;

/* The curve over straight lines at what the others reach on the same text. */
static void fill_curve(train_picture *p)
{
  static const size_t style[AG_TRAIN_MODELS] = {3, 2, 1, 0};
  const ag_train_result *r = p->result;
  size_t lines = 0;
  p->ends[0] = 1;
  p->ends[1] = fmax(2, (double)r->epochs);
  for (size_t k = 0; k <= AG_TRAIN_GPT2; k++) {
    bool truth = k == AG_TRAIN_GPT2;
    double level = truth ? r->judge.truth : r->judge.perplexity[k];
    if (!(level > 0))
      continue;
    p->level[k][0] = p->level[k][1] = level;
    p->curve[lines++] = ag_line(truth ? "the grammar" : ag_train_model_name((ag_train_model)k),
                                truth ? 5 : style[k], 2, p->ends, p->level[k]);
  }
  p->curve[lines++] = ag_line("GPT-2", 0, r->epochs, p->epoch, p->perplexity);
  p->curve[lines] =
      ag_points("the epoch that is kept", 0, 1, p->epoch + r->best, p->perplexity + r->best);
}

static size_t curve_layers(const train_picture *p)
{
  return AG_TRAIN_GPT2 + 2 + (p->result->judge.truth > 0);
}

static void fill_bars(train_picture *p)
{
  const ag_train_text *text = &p->result->held_out;
  double most = 0;
  p->compared = AG_TRAIN_MODELS + (text->truth > 0);
  for (size_t k = 0; k < p->compared; k++) {
    bool truth = k == AG_TRAIN_MODELS;
    p->place[k] = (double)k;
    p->height[k] = truth ? text->truth : text->perplexity[k];
    p->name[k] = truth ? "the grammar" : ag_train_model_name((ag_train_model)k);
    most = fmax(most, p->height[k]);
  }
  for (size_t k = 0; k < p->compared; k++) {
    snprintf(p->number[k], sizeof p->number[k], "%.4g", p->height[k]);
    p->number_height[k] = p->height[k] + 0.04 * most;
    p->top = 1.1 * most;
    p->bars[k] = (ag_layer){.kind = AG_LAYER_BARS,
                            .style = k == AG_TRAIN_GPT2 ? 0 : 7,
                            .count = 1,
                            .x = &p->place[k],
                            .y = &p->height[k],
                            .size = 0.7};
    p->bars[p->compared + k] = (ag_layer){.kind = AG_LAYER_TEXT,
                                          .label = p->number[k],
                                          .count = 1,
                                          .x = &p->place[k],
                                          .y = &p->number_height[k]};
  }
}

static ag_status write_picture(const train_picture *p, const char *path, ag_error *error)
{
  const ag_train_result *r = p->result;
  char title[256], held_out[128];
  snprintf(title, sizeof title, "A GPT-2 of %zu parameters learns from %zu tokens", r->parameters,
           r->tokens);
  snprintf(held_out, sizeof held_out, "Held out: %zu sentences, %zu words", r->held_out.sentences,
           r->held_out.words);
  const ag_panel panel[] = {
      {.title = "The text that judges",
       .x = {.label = "epoch"},
       .y = {.label = "perplexity per word", .logarithmic = true},
       .legend = AG_LEGEND_INSIDE,
       .layer_count = curve_layers(p),
       .layer = p->curve},
      {.title = held_out,
       .x = {.low = -0.6,
             .high = (double)p->compared - 0.4,
             .name = p->name,
             .name_count = p->compared},
       .y = {.label = "perplexity per word", .high = p->top},
       .layer_count = 2 * p->compared,
       .layer = p->bars},
  };
  const ag_figure figure = {.title = title,
                            .width = 900,
                            .height = 330,
                            .columns = 2,
                            .panel_count = sizeof panel / sizeof *panel,
                            .panel = panel};
  return ag_figure_write(&figure, path, 0, error);
}

ag_status ag_train_draw(const ag_train_result *result, const char *path, ag_error *error)
{
  train_picture p = {.result = result};
  ag_status status = ag_array_create(result->epochs, sizeof *p.epoch, &p.epoch, error);
  if (status == AG_OK)
    status = ag_array_create(result->epochs, sizeof *p.perplexity, &p.perplexity, error);
  if (status == AG_OK) {
    for (size_t i = 0; i < result->epochs; i++) {
      p.epoch[i] = (double)(i + 1);
      p.perplexity[i] = result->epoch[i].perplexity;
    }
    fill_curve(&p);
    fill_bars(&p);
    status = write_picture(&p, path, error);
  }
  free(p.epoch);
  free(p.perplexity);
  return status;
}

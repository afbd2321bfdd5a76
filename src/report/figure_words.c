/* Games on texts as pictures: the course of the mean number of words, and its law at the end. */
#include <aligngame/figure.h>

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/status.h"
#include "report/figure_parts.h"

enum {
  SIDES = 2,
  PLAYS_MOST = 8,
  LABEL = 96,
  COURSE_LAYERS = SIDES + 3,
  LAW_LAYERS = SIDES + 3,
  WORDS_MOST = 24
};

/* Styles of what both rows of panels show. */
enum { SAMPLES = 0, PAPER = 1, BEGINNING = 2, EXACT = 6, SAMPLES_FILL = 7 };
static const size_t range_style[SIDES] = {5, 4};
static const char *const range_label[SIDES] = {"the Owner wants", "the Public wants"};

typedef struct words_panels {
  char title[LABEL];
  size_t shown;       /* numbers of words that have room */
  double *generation; /* [T + 1] */
  double end, middle, reading[2];
  double across[2], edge[SIDES][2][2]; /* a curator's range, low and high, over the generations */
  double within[SIDES][2], floor[2], top[2]; /* the same over the numbers of words */
  ag_layer course[COURSE_LAYERS], law[LAW_LAYERS];
  size_t course_count;
} words_panels;

/* A range of one number is drawn with some width. */
static void fill_ranges(const ag_words_play *play, words_panels *made)
{
  const double thin = 0.12, half = 0.5;
  made->across[1] = made->end;
  made->top[0] = made->top[1] = 2; /* beyond the axis */
  for (size_t s = 0; s < SIDES; s++) {
    double pad = play->range[s][1] > play->range[s][0] ? 0 : thin;
    for (size_t i = 0; i < 2; i++) {
      made->edge[s][0][i] = play->range[s][0] - pad;
      made->edge[s][1][i] = play->range[s][1] + pad;
      made->within[s][i] = play->range[s][i] + (i == 0 ? -half : half);
    }
    ag_layer band = {.kind = AG_LAYER_LINE,
                     .label = range_label[s],
                     .style = range_style[s],
                     .count = 2,
                     .x = made->across,
                     .low = made->edge[s][0],
                     .high = made->edge[s][1]};
    made->course[s] = band;
    band.x = made->within[s];
    band.low = made->floor;
    band.high = made->top;
    made->law[s] = band;
  }
}

static void fill_course(const ag_words_play *play, words_panels *made)
{
  ag_layer *layer = made->course + SIDES;
  size_t rows = play->generations + 1;
  *layer++ = ag_banded(ag_line("samples: mean over the seeds, and nine seeds of ten", SAMPLES, rows,
                               made->generation, play->mean),
                       play->low, play->high);
  *layer++ = ag_line("exact: endless samples, an ideal learner", EXACT, rows, made->generation,
                     play->exact_mean);
  if (play->reading) {
    made->middle = (play->reading[0] + play->reading[1]) / 2;
    for (size_t i = 0; i < 2; i++)
      made->reading[i] = play->reading[i];
    *layer++ = (ag_layer){.kind = AG_LAYER_POINTS,
                          .label = "the paper's figure at the end",
                          .style = PAPER,
                          .count = 1,
                          .size = 4,
                          .x = &made->end,
                          .y = &made->middle,
                          .low = &made->reading[0],
                          .high = &made->reading[1]};
  }
  made->course_count = (size_t)(layer - made->course);
}

static void fill_law(const ag_words_play *play, words_panels *made)
{
  ag_layer *layer = made->law + SIDES;
  *layer++ = (ag_layer){.kind = AG_LAYER_BARS,
                        .label = "samples at the end",
                        .style = SAMPLES_FILL,
                        .count = made->shown,
                        .size = 0.62,
                        .x = play->words,
                        .y = play->last};
  *layer++ = ag_line("at the beginning", BEGINNING, play->count, play->words, play->first);
  *layer++ = (ag_layer){.kind = AG_LAYER_POINTS,
                        .label = "exact at the end",
                        .style = EXACT,
                        .count = made->shown,
                        .size = 2.6,
                        .x = play->words,
                        .y = play->exact_last};
}

/* The most words that the panels of laws need to show. */
static double most_words(const ag_words_play *play, size_t count)
{
  const double seen = 0.004;
  double most = 1;
  for (size_t p = 0; p < count; p++) {
    most = fmax(most, fmax(play[p].range[0][1], play[p].range[1][1]) + 2);
    for (size_t i = 0; i < play[p].count; i++)
      if (play[p].last[i] > seen || play[p].exact_last[i] > seen)
        most = fmax(most, play[p].words[i]);
  }
  return fmin(most, WORDS_MOST);
}

static double greatest_mean(const ag_words_play *play, size_t count)
{
  double greatest = 0;
  for (size_t p = 0; p < count; p++) {
    greatest = fmax(greatest, fmax(play[p].range[0][1], play[p].range[1][1]));
    for (size_t t = 0; t <= play[p].generations; t++)
      greatest = fmax(greatest, fmax(play[p].high[t], play[p].exact_mean[t]));
  }
  return greatest;
}

/* Long sentences at the beginning leave no room for the end on an even scale. */
static ag_axis course_axis(const ag_words_play *play, size_t count, bool named)
{
  const double long_ones = 14, room = 1.06;
  double greatest = greatest_mean(play, count);
  bool logarithmic = greatest > long_ones;
  return (ag_axis){.label = named ? "mean number of words" : NULL,
                   .low = logarithmic ? 0.9 : 0,
                   .high = room * greatest,
                   .logarithmic = logarithmic};
}

static void frame(const ag_words_play *play, size_t count, const words_panels *made,
                  ag_panel *panel)
{
  static const char *const number[] = {"",   "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",
                                       "9",  "10", "11", "12", "13", "14", "15", "16", "17",
                                       "18", "19", "20", "21", "22", "23", "24"};
  static_assert(sizeof number / sizeof *number == WORDS_MOST + 1, "a name for each tick");
  double most = most_words(play, count);
  for (size_t p = 0; p < count; p++) {
    panel[p] = (ag_panel){
        .title = play[p].name,
        .x = {.label = "iteration", .low = 0, .high = fmax(made[p].end, 1)},
        .y = course_axis(play, count, p == 0),
        .layer_count = made[p].course_count,
        .layer = made[p].course,
    };
    panel[count + p] = (ag_panel){
        .title = made[p].title,
        .x = {.label = "number of words",
              .low = 0,
              .high = most + 0.6,
              .name = number,
              .name_count = (size_t)most + 1},
        .y = {.label = p == 0 ? "share of the texts" : NULL, .low = 0, .high = 1.04},
        .layer_count = LAW_LAYERS,
        .layer = made[p].law,
    };
  }
}

static ag_status make_panels(const ag_words_play *play, double most, words_panels *made,
                             ag_error *error)
{
  ag_status status =
      ag_array_create(play->generations + 1, sizeof *made->generation, &made->generation, error);
  if (status != AG_OK)
    return status;
  for (size_t t = 0; t <= play->generations; t++)
    made->generation[t] = (double)t;
  made->end = (double)play->generations;
  while (made->shown < play->count && play->words[made->shown] <= most)
    made->shown++;
  snprintf(made->title, LABEL, "after %zu iterations", play->generations);
  fill_ranges(play, made);
  fill_course(play, made);
  fill_law(play, made);
  return AG_OK;
}

ag_status ag_words_draw(const char *title, const ag_words_play *play, size_t count,
                        const char *path, ag_error *error)
{
  const double width = 225, height = 195, around = 96;
  if (count == 0 || count > PLAYS_MOST)
    return ag_fail(error, AG_ERROR_INPUT, "expected 1 to %d games to draw", PLAYS_MOST);
  ag_status status = AG_OK;
  ag_panel panel[2 * PLAYS_MOST];
  words_panels *made = calloc(count, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a figure");
  for (size_t p = 0; p < count && status == AG_OK; p++)
    status = make_panels(&play[p], most_words(play, count), &made[p], error);
  if (status == AG_OK) {
    frame(play, count, made, panel);
    ag_figure figure = {.title = title,
                        .width = fmax(width * (double)count + 40, 460),
                        .height = 2 * height + around,
                        .columns = count,
                        .legend_below = true,
                        .panel_count = 2 * count,
                        .panel = panel};
    status = ag_figure_write(&figure, path, 0, error);
  }
  for (size_t p = 0; p < count; p++)
    free(made[p].generation);
  free(made);
  return status;
}

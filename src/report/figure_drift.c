/* Finite populations, exact and simulated, in four panels. */
#include <aligngame/drift.h>
#include <aligngame/figure.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "report/figure_parts.h"

enum { POINTS_MOST = 12, COLUMNS = 4, BANDS = AG_DRIFT_DIVERSITY_ACCUMULATE + 1 };

/* 95 % of a normal error. */
static const double interval = 1.96;

/* The simulated means of a course, as many as can be told apart. */
typedef struct course_points {
  size_t count;
  double column[COLUMNS][POINTS_MOST + 1]; /* generation, mean, low, high */
} course_points;

typedef struct drift_picture {
  const ag_drift_study *study;
  double *generation;               /* [generations + 1] */
  double *low[BANDS], *high[BANDS]; /* [generations + 1] of diversity: single populations */
  course_points course[AG_DRIFT_QUANTITIES];
  double curve[AG_DRIFT_CURVES][2][AG_DRIFT_CURVE_POINTS]; /* low, high */
  double mean[AG_DRIFT_CURVES][AG_DRIFT_CURVE_POINTS];
} drift_picture;

static void free_picture(drift_picture *picture)
{
  free(picture->generation);
  for (size_t q = 0; q < BANDS; q++) {
    free(picture->low[q]);
    free(picture->high[q]);
  }
}

/* One standard deviation of single populations about the mean, not below 0. */
static void fill_band(drift_picture *picture, size_t q)
{
  const ag_drift_settings *settings = &picture->study->settings;
  const ag_drift_course *course = &picture->study->course[q];
  double spread = sqrt((double)settings->replicates);
  for (size_t t = 0; t <= settings->generations; t++) {
    double deviation = spread * course->simulated[t].error;
    picture->low[q][t] = fmax(0, course->exact[t] - deviation);
    picture->high[q][t] = course->exact[t] + deviation;
  }
}

static void fill_points(drift_picture *picture, size_t q)
{
  size_t last = picture->study->settings.generations, step = (last + POINTS_MOST - 1) / POINTS_MOST;
  course_points *points = &picture->course[q];
  for (size_t t = last; t > 0; t = t > step ? t - step : 0) {
    ag_drift_estimate found = picture->study->course[q].simulated[t];
    const double value[COLUMNS] = {(double)t, found.mean, found.mean - interval * found.error,
                                   found.mean + interval * found.error};
    for (size_t c = 0; c < COLUMNS; c++)
      points->column[c][points->count] = value[c];
    points->count++;
  }
}

static void fill_curves(drift_picture *picture)
{
  for (size_t c = 0; c < AG_DRIFT_CURVES; c++)
    for (size_t i = 0; i < AG_DRIFT_CURVE_POINTS; i++) {
      ag_drift_estimate found = picture->study->curve[c].simulated[i];
      picture->mean[c][i] = found.mean;
      picture->curve[c][0][i] = found.mean - interval * found.error;
      picture->curve[c][1][i] = found.mean + interval * found.error;
    }
}

static ag_status fill_picture(const ag_drift_study *study, drift_picture *picture, ag_error *error)
{
  size_t count = study->settings.generations + 1;
  picture->study = study;
  ag_status status = ag_array_create(count, sizeof(double), &picture->generation, error);
  for (size_t q = 0; !status && q < BANDS; q++) {
    status = ag_array_create(count, sizeof(double), &picture->low[q], error);
    if (!status)
      status = ag_array_create(count, sizeof(double), &picture->high[q], error);
    if (!status)
      fill_band(picture, q);
  }
  for (size_t q = 0; q < AG_DRIFT_QUANTITIES; q++)
    fill_points(picture, q);
  for (size_t t = 0; !status && t < count; t++)
    picture->generation[t] = (double)t;
  fill_curves(picture);
  return status;
}

/* Two layers of a course, from generation `from` on. */
static void add_course(const drift_picture *picture, size_t quantity, const char *label,
                       size_t style, size_t from, ag_layer layer[2])
{
  const course_points *course = &picture->course[quantity];
  layer[0] =
      ag_banded(ag_line(label, style, picture->study->settings.generations + 1 - from,
                        picture->generation + from, picture->study->course[quantity].exact + from),
                quantity < BANDS ? picture->low[quantity] + from : NULL,
                quantity < BANDS ? picture->high[quantity] + from : NULL);
  layer[1] = ag_banded(ag_points(NULL, style, course->count, course->column[0], course->column[1]),
                       course->column[2], course->column[3]);
}

static void add_curve(const drift_picture *picture, size_t c, const char *label, ag_layer layer[2])
{
  const ag_drift_curve *curve = &picture->study->curve[c];
  layer[0] = ag_line(label, c, AG_DRIFT_CURVE_GAPS, curve->gap, curve->exact);
  layer[1] = ag_banded(ag_points(NULL, c, AG_DRIFT_CURVE_POINTS, curve->point, picture->mean[c]),
                       picture->curve[c][0], picture->curve[c][1]);
}

/* The panels' layers and words. */
typedef struct drift_panels {
  ag_layer diversity[4], gaussian[8], regression[6], fixation[7];
  char title[128], words[4][96];
} drift_panels;

static void fill_layers(const drift_picture *picture, drift_panels *panels)
{
  add_course(picture, AG_DRIFT_DIVERSITY_REPLACE, "replace", 0, 0, panels->diversity);
  add_course(picture, AG_DRIFT_DIVERSITY_ACCUMULATE, "accumulate", 1, 0, panels->diversity + 2);
  add_course(picture, AG_DRIFT_WANDERING_REPLACE, "(mean − start)², replace", 5, 0,
             panels->gaussian);
  add_course(picture, AG_DRIFT_WANDERING_ACCUMULATE, "(mean − start)², accumulate", 4, 0,
             panels->gaussian + 2);
  add_course(picture, AG_DRIFT_VARIANCE_REPLACE, "variance, replace", 0, 0, panels->gaussian + 4);
  add_course(picture, AG_DRIFT_VARIANCE_ACCUMULATE, "variance, accumulate", 1, 0,
             panels->gaussian + 6);
  add_course(picture, AG_DRIFT_REGRESSION_REPLACE, "replace", 0, 1, panels->regression);
  add_course(picture, AG_DRIFT_REGRESSION_SAME, "accumulate, same inputs", 2, 1,
             panels->regression + 2);
  add_course(picture, AG_DRIFT_REGRESSION_NEW, "accumulate, new inputs", 1, 1,
             panels->regression + 4);
  add_curve(picture, 2, "pools: infinite", panels->fixation + 1);
  add_curve(picture, 1, "pools of 8", panels->fixation + 3);
  add_curve(picture, 0, "pools of 2", panels->fixation + 5);
}

static void fill_words(const ag_drift_settings *settings, drift_panels *panels)
{
  size_t size = sizeof panels->words[0];
  snprintf(panels->title, sizeof panels->title,
           "Finite populations: lines exact, points simulated (%zu replicates, 95 %% intervals)",
           settings->replicates);
  snprintf(panels->words[0], size, "%zu items copied (bands: ± one s.d. of single populations)",
           settings->items);
  snprintf(panels->words[1], size, "A Gaussian refitted to %zu draws of its own", settings->items);
  snprintf(panels->words[2], size, "Regression on %zu samples, %zu features, of its own labels",
           settings->samples, settings->features);
  snprintf(panels->words[3], size, "%zu better item%s among %zu, one curator", settings->start,
           settings->start == 1 ? "" : "s", settings->items);
}

static ag_status write_panels(const drift_panels *panels, const char *path, ag_error *error)
{
  const ag_axis generation = {.label = "generation"};
  const ag_panel panel[] = {
      {.title = panels->words[0],
       .x = generation,
       .y = {.label = "share of the diversity left", .low = 0, .high = 1.05},
       .legend = AG_LEGEND_OUTSIDE,
       .layer_count = sizeof panels->diversity / sizeof *panels->diversity,
       .layer = panels->diversity},
      {.title = panels->words[1],
       .x = generation,
       .y = {.label = "in units of the first variance", .low = 0, .high = 1.05},
       .legend = AG_LEGEND_OUTSIDE,
       .layer_count = sizeof panels->gaussian / sizeof *panels->gaussian,
       .layer = panels->gaussian},
      {.title = panels->words[2],
       .x = generation,
       .y = {.label = "error above the noise, in noise variances", .logarithmic = true},
       .legend = AG_LEGEND_OUTSIDE,
       .layer_count = sizeof panels->regression / sizeof *panels->regression,
       .layer = panels->regression},
      {.title = panels->words[3],
       .x = {.label = "gap in reward, in temperatures"},
       .y = {.label = "probability of taking all", .low = 0, .high = 1.05},
       .legend = AG_LEGEND_OUTSIDE,
       .layer_count = sizeof panels->fixation / sizeof *panels->fixation,
       .layer = panels->fixation},
  };
  const ag_figure figure = {.title = panels->title,
                            .width = 960,
                            .height = 560,
                            .columns = 2,
                            .panel_count = sizeof panel / sizeof *panel,
                            .panel = panel};
  return ag_figure_write(&figure, path, 0, error);
}

static ag_status draw_picture(const drift_picture *picture, const char *path, ag_error *error)
{
  const ag_drift_settings *settings = &picture->study->settings;
  const double sure[2] = {1, 1},
               gaps[2] = {0, picture->study->curve[0].gap[AG_DRIFT_CURVE_GAPS - 1]};
  drift_panels panels;
  panels.fixation[0] = ag_line("infinite population", 6, 2, gaps, sure);
  fill_layers(picture, &panels);
  fill_words(settings, &panels);
  return write_panels(&panels, path, error);
}

ag_status ag_drift_study_draw(const ag_drift_study *study, const char *path, ag_error *error)
{
  drift_picture *picture = calloc(1, sizeof *picture);
  if (!picture)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a picture");
  ag_status status = fill_picture(study, picture, error);
  if (!status)
    status = draw_picture(picture, path, error);
  free_picture(picture);
  free(picture);
  return status;
}

/* Every identity of finite populations beside its simulation. */
#include <aligngame/drift.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "theory/drift_words.h"

void ag_drift_settings_default(ag_drift_settings *settings)
{
  *settings = (ag_drift_settings){.seed = 1,
                                  .items = 20,
                                  .generations = 20,
                                  .replicates = 10000,
                                  .samples = 20,
                                  .features = 4,
                                  .start = 1,
                                  .gap = 0.5,
                                  .pool = 8};
}

static const struct {
  const char *name;
  ag_drift_reading reading;
  ag_drift_inputs inputs;
} quantities[AG_DRIFT_QUANTITIES] = {
    [AG_DRIFT_DIVERSITY_REPLACE] = {"diversity kept, replace", AG_DRIFT_REPLACE},
    [AG_DRIFT_DIVERSITY_ACCUMULATE] = {"diversity kept, accumulate", AG_DRIFT_ACCUMULATE},
    [AG_DRIFT_VARIANCE_REPLACE] = {"variance kept, replace", AG_DRIFT_REPLACE},
    [AG_DRIFT_VARIANCE_ACCUMULATE] = {"variance kept, accumulate", AG_DRIFT_ACCUMULATE},
    [AG_DRIFT_WANDERING_REPLACE] = {"wandering of the mean, replace", AG_DRIFT_REPLACE},
    [AG_DRIFT_WANDERING_ACCUMULATE] = {"wandering of the mean, accumulate", AG_DRIFT_ACCUMULATE},
    [AG_DRIFT_REGRESSION_REPLACE] = {"regression error, replace", AG_DRIFT_REPLACE},
    [AG_DRIFT_REGRESSION_NEW] = {"regression error, accumulate", AG_DRIFT_ACCUMULATE},
    [AG_DRIFT_REGRESSION_SAME] = {"regression error, same inputs", AG_DRIFT_ACCUMULATE,
                                  AG_DRIFT_SAME_INPUTS},
};

const char *ag_drift_quantity_name(ag_drift_quantity quantity)
{
  return quantities[quantity].name;
}

/* --- work in steps, with numbers of their own --- */

typedef struct study_work {
  ag_drift_study *study;
  size_t done; /* simulations */
  ag_error *error;
} study_work;

enum { COURSE_RUNS = 7, CONTEST_RUNS = 3 };
enum { RUNS = COURSE_RUNS + CONTEST_RUNS + AG_DRIFT_CURVES * AG_DRIFT_CURVE_POINTS };

static ag_drift_options options_of(const study_work *work)
{
  const ag_drift_settings *settings = &work->study->settings;
  return (ag_drift_options){.seed = ag_random_replicate_seed(settings->seed, work->done),
                            .replicates = settings->replicates,
                            .interrupt = settings->interrupt};
}

static void note_done(study_work *work)
{
  const ag_drift_settings *settings = &work->study->settings;
  work->done++;
  if (settings->progress)
    settings->progress(settings->context, work->done, RUNS);
}

/* --- courses --- */

static double exact_value(const ag_drift_settings *settings, ag_drift_quantity quantity, size_t t)
{
  ag_drift_reading reading = quantities[quantity].reading;
  if (quantity >= AG_DRIFT_REGRESSION_REPLACE)
    return ag_drift_regression(reading, quantities[quantity].inputs, settings->samples,
                               settings->features, t);
  double kept = ag_drift_kept(reading, settings->items, t);
  bool wanders =
      quantity == AG_DRIFT_WANDERING_REPLACE || quantity == AG_DRIFT_WANDERING_ACCUMULATE;
  return wanders ? 1 - kept : kept;
}

static ag_status simulate_course(study_work *work, ag_drift_quantity quantity)
{
  const ag_drift_settings *settings = &work->study->settings;
  ag_drift_reading reading = quantities[quantity].reading;
  ag_drift_options options = options_of(work);
  ag_drift_estimate *found = work->study->course[quantity].simulated;
  bool accumulates = reading == AG_DRIFT_ACCUMULATE;
  ag_status status;
  if (quantity >= AG_DRIFT_REGRESSION_REPLACE)
    status = ag_drift_simulate_regression(reading, quantities[quantity].inputs, settings->samples,
                                          settings->features, settings->generations, &options,
                                          found, work->error);
  else if (quantity >= AG_DRIFT_VARIANCE_REPLACE)
    status = ag_drift_simulate_gaussian(
        reading, settings->items, settings->generations, &options, found,
        work->study
            ->course[accumulates ? AG_DRIFT_WANDERING_ACCUMULATE : AG_DRIFT_WANDERING_REPLACE]
            .simulated,
        work->error);
  else
    status = ag_drift_simulate_diversity(reading, settings->items, settings->generations, &options,
                                         found, work->error);
  if (!status)
    note_done(work);
  return status;
}

static ag_status fill_courses(study_work *work)
{
  static const ag_drift_quantity runs[COURSE_RUNS] = {
      AG_DRIFT_DIVERSITY_REPLACE,   AG_DRIFT_DIVERSITY_ACCUMULATE, AG_DRIFT_VARIANCE_REPLACE,
      AG_DRIFT_VARIANCE_ACCUMULATE, AG_DRIFT_REGRESSION_REPLACE,   AG_DRIFT_REGRESSION_NEW,
      AG_DRIFT_REGRESSION_SAME};
  ag_drift_study *study = work->study;
  ag_status status = AG_OK;
  for (size_t q = 0; q < AG_DRIFT_QUANTITIES; q++)
    for (size_t t = 0; t <= study->settings.generations; t++)
      study->course[q].exact[t] = exact_value(&study->settings, (ag_drift_quantity)q, t);
  for (size_t i = 0; !status && i < COURSE_RUNS; i++)
    status = simulate_course(work, runs[i]);
  return status;
}

/* --- fixation --- */

typedef struct contest_result {
  double fixation, time;
  ag_drift_estimate simulated_fixation, simulated_time;
} contest_result;

static ag_status play_contest(study_work *work, const ag_drift_curator *curator, size_t count,
                              size_t start, contest_result *result)
{
  size_t items = work->study->settings.items;
  ag_drift_options options = options_of(work);
  ag_drift_chain *chain = NULL;
  ag_status status = ag_drift_chain_solve(items, curator, count, &chain, work->error);
  if (status)
    return status;
  result->fixation = chain->fixation[start];
  result->time = chain->time[start];
  ag_drift_chain_free(chain);
  status =
      ag_drift_simulate_fixation(items, curator, count, start, &options,
                                 &result->simulated_fixation, &result->simulated_time, work->error);
  if (!status)
    note_done(work);
  return status;
}

/* The exact lines: chains for every pool and gap. */
static ag_status fill_lines(ag_drift_study *study, ag_error *error)
{
  enum { LINES = AG_DRIFT_CURVES * AG_DRIFT_CURVE_GAPS };
  const ag_drift_settings *settings = &study->settings;
  ag_status failure = AG_OK;
#pragma omp parallel for schedule(dynamic, 1)
  for (size_t l = 0; l < LINES; l++) {
    ag_drift_curve *curve = &study->curve[l / AG_DRIFT_CURVE_GAPS];
    ag_drift_chain *chain = NULL;
    ag_error words = {0};
    size_t at = l % AG_DRIFT_CURVE_GAPS;
    ag_drift_curator curator = {curve->gap[at], curve->pool};
    ag_status here = settings->interrupt && *settings->interrupt
                         ? ag_fail(&words, AG_ERROR_INTERRUPTED, "interrupted")
                         : ag_drift_chain_solve(settings->items, &curator, 1, &chain, &words);
    if (!here)
      curve->exact[at] = chain->fixation[settings->start];
    ag_drift_chain_free(chain);
#pragma omp critical(drift_lines)
    if (here && !failure) {
      failure = here;
      if (error)
        *error = words;
    }
  }
  return failure;
}

static ag_status fill_curves(study_work *work)
{
  static const ag_pool pools[AG_DRIFT_CURVES] = {2, 8, AG_POOL_INFINITE};
  ag_drift_study *study = work->study;
  double widest = 2 * study->settings.gap;
  for (size_t c = 0; c < AG_DRIFT_CURVES; c++) {
    ag_drift_curve *curve = &study->curve[c];
    curve->pool = pools[c];
    for (size_t i = 0; i < AG_DRIFT_CURVE_GAPS; i++)
      curve->gap[i] = widest * (double)i / (AG_DRIFT_CURVE_GAPS - 1);
    for (size_t i = 0; i < AG_DRIFT_CURVE_POINTS; i++)
      curve->point[i] = widest * (double)i / (AG_DRIFT_CURVE_POINTS - 1);
  }
  ag_status status = fill_lines(study, work->error);
  for (size_t c = 0; !status && c < AG_DRIFT_CURVES; c++)
    for (size_t i = 0; !status && i < AG_DRIFT_CURVE_POINTS; i++) {
      ag_drift_curator curator = {study->curve[c].point[i], pools[c]};
      contest_result result;
      status = play_contest(work, &curator, 1, study->settings.start, &result);
      if (!status)
        study->curve[c].simulated[i] = result.simulated_fixation;
    }
  return status;
}

/* --- identities --- */

static void set_identity(ag_drift_identity *identity, const char *name, double exact,
                         ag_drift_estimate simulated)
{
  double off = simulated.mean - exact;
  identity->name = name;
  identity->exact = exact;
  identity->simulated = simulated;
  identity->z = simulated.error > 0                         ? off / simulated.error
                : fabs(off) <= 1e-12 * fmax(1, fabs(exact)) ? 0
                                                            : copysign(INFINITY, off);
}

static ag_status fill_contests(study_work *work)
{
  const ag_drift_settings *settings = &work->study->settings;
  ag_drift_identity *identity = &work->study->identity[AG_DRIFT_QUANTITIES];
  const ag_drift_curator chance = {0, settings->pool}, chosen = {settings->gap, settings->pool};
  const ag_drift_curator opposed[2] = {chosen, {-settings->gap, settings->pool}};
  contest_result by_chance, by_choice, between;
  ag_status status = play_contest(work, &chance, 1, settings->start, &by_chance);
  if (!status)
    status = play_contest(work, &chosen, 1, settings->start, &by_choice);
  if (!status)
    status = play_contest(work, opposed, 2, (settings->items + 1) / 2, &between);
  if (status)
    return status;
  set_identity(identity, "fixation without a gap", by_chance.fixation,
               by_chance.simulated_fixation);
  set_identity(identity + 1, "fixation of the better type", by_choice.fixation,
               by_choice.simulated_fixation);
  set_identity(identity + 2, "generations until fixation", by_choice.time,
               by_choice.simulated_time);
  set_identity(identity + 3, "fixation against a second curator", between.fixation,
               between.simulated_fixation);
  return AG_OK;
}

static void fill_identities(ag_drift_study *study)
{
  size_t last = study->settings.generations;
  for (size_t q = 0; q < AG_DRIFT_QUANTITIES; q++)
    set_identity(&study->identity[q], ag_drift_quantity_name((ag_drift_quantity)q),
                 study->course[q].exact[last], study->course[q].simulated[last]);
  for (size_t i = 0; i < AG_DRIFT_IDENTITIES; i++)
    ag_drift_explain(&study->settings, i, &study->identity[i]);
}

/* --- the study --- */

static ag_status check_settings(const ag_drift_settings *settings, ag_error *error)
{
  if (settings->items < 2 || settings->items > AG_DRIFT_STUDY_ITEMS_MOST)
    return ag_fail(error, AG_ERROR_INPUT, "%zu items; expected 2 to %d", settings->items,
                   AG_DRIFT_STUDY_ITEMS_MOST);
  if (settings->generations < 1 || settings->generations > AG_DRIFT_STUDY_GENERATIONS_MOST)
    return ag_fail(error, AG_ERROR_INPUT, "%zu generations; expected 1 to %d",
                   settings->generations, AG_DRIFT_STUDY_GENERATIONS_MOST);
  if (settings->start < 1 || settings->start >= settings->items)
    return ag_fail(error, AG_ERROR_INPUT,
                   "%zu items of the better type at the start; expected 1 to %zu, fewer than all",
                   settings->start, settings->items - 1);
  if (!(settings->gap > 0 && settings->gap <= AG_DRIFT_STUDY_GAP_MOST))
    return ag_fail(error, AG_ERROR_INPUT, "a gap of %g temperatures; expected above 0, at most %d",
                   settings->gap, AG_DRIFT_STUDY_GAP_MOST);
  return AG_OK;
}

static ag_status create_courses(ag_drift_study *study, ag_error *error)
{
  size_t count = study->settings.generations + 1;
  ag_status status = AG_OK;
  for (size_t q = 0; !status && q < AG_DRIFT_QUANTITIES; q++) {
    ag_drift_course *course = &study->course[q];
    status = ag_array_create(count, sizeof *course->exact, &course->exact, error);
    if (!status)
      status = ag_array_create(count, sizeof *course->simulated, &course->simulated, error);
  }
  return status;
}

ag_status ag_drift_study_make(const ag_drift_settings *settings, ag_drift_study **out,
                              ag_error *error)
{
  ag_status status = check_settings(settings, error);
  if (status)
    return status;
  ag_drift_study *study = calloc(1, sizeof *study);
  if (!study)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a study of drift");
  study->settings = *settings;
  study_work work = {.study = study, .error = error};
  status = create_courses(study, error);
  if (!status)
    status = fill_courses(&work);
  if (!status)
    status = fill_contests(&work);
  if (!status)
    status = fill_curves(&work);
  if (status) {
    ag_drift_study_free(study);
  } else {
    fill_identities(study);
    *out = study;
  }
  return status;
}

void ag_drift_study_free(ag_drift_study *study)
{
  if (!study)
    return;
  for (size_t q = 0; q < AG_DRIFT_QUANTITIES; q++) {
    free(study->course[q].exact);
    free(study->course[q].simulated);
  }
  free(study);
}

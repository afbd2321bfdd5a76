#include <aligngame/json.h>

#include "report/json.h"

/* Adds the means and the standard errors, which stand in turn, to an object. */
static void add_estimates(json_t **to, const ag_drift_estimate *found, size_t count)
{
  const size_t stride = sizeof *found / sizeof(double);
  ag_json_put(to, "simulated", ag_json_reals(&found->mean, count, stride));
  ag_json_put(to, "standard_error", ag_json_reals(&found->error, count, stride));
}

static json_t *settings_json(const ag_drift_settings *settings)
{
  return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:o}", "seed",
                   (json_int_t)settings->seed, "items", (json_int_t)settings->items, "generations",
                   (json_int_t)settings->generations, "replicates",
                   (json_int_t)settings->replicates, "samples", (json_int_t)settings->samples,
                   "features", (json_int_t)settings->features, "start", (json_int_t)settings->start,
                   "gap", settings->gap, "pool", ag_json_pool(settings->pool));
}

static json_t *identities_json(const ag_drift_study *study)
{
  json_t *list = json_array();
  for (size_t i = 0; i < AG_DRIFT_IDENTITIES; i++) {
    const ag_drift_identity *identity = &study->identity[i];
    ag_json_append(
        &list, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "identity", identity->name, "meaning",
                         identity->meaning, "exact", ag_json_real(identity->exact), "simulated",
                         ag_json_real(identity->simulated.mean), "standard_error",
                         ag_json_real(identity->simulated.error), "z", ag_json_real(identity->z)));
  }
  return list;
}

/* One number for each generation from 0 on. */
static json_t *courses_json(const ag_drift_study *study)
{
  size_t count = study->settings.generations + 1;
  json_t *courses = json_object();
  for (size_t q = 0; q < AG_DRIFT_QUANTITIES; q++) {
    json_t *course = json_object();
    ag_json_put(&course, "exact", ag_json_reals(study->course[q].exact, count, 1));
    add_estimates(&course, study->course[q].simulated, count);
    ag_json_put(&courses, ag_drift_quantity_name((ag_drift_quantity)q), course);
  }
  return courses;
}

static json_t *curves_json(const ag_drift_study *study)
{
  json_t *curves = json_array();
  for (size_t c = 0; c < AG_DRIFT_CURVES; c++) {
    const ag_drift_curve *curve = &study->curve[c];
    json_t *one = json_pack("{s:o, s:o, s:o, s:o}", "pool", ag_json_pool(curve->pool), "gap",
                            ag_json_reals(curve->gap, AG_DRIFT_CURVE_GAPS, 1), "exact",
                            ag_json_reals(curve->exact, AG_DRIFT_CURVE_GAPS, 1), "simulated_gap",
                            ag_json_reals(curve->point, AG_DRIFT_CURVE_POINTS, 1));
    add_estimates(&one, curve->simulated, AG_DRIFT_CURVE_POINTS);
    ag_json_append(&curves, one);
  }
  return curves;
}

char *ag_drift_study_json(const ag_drift_study *study)
{
  return ag_json_finish("drift", json_pack("{s:o, s:o, s:o, s:o}", "settings",
                                           settings_json(&study->settings), "identities",
                                           identities_json(study), "generations",
                                           courses_json(study), "fixation", curves_json(study)));
}

#include <aligngame/json.h>

#include "report/json.h"

static json_t *pool_json(ag_pool pool)
{
  return pool == AG_POOL_INFINITE ? json_string("inf") : json_integer(pool);
}

static json_t *numbers_json(const double *value, size_t count)
{
  json_t *array = json_array();
  for (size_t i = 0; i < count; i++)
    json_array_append_new(array, ag_json_real(value[i]));
  return array;
}

/* Adds the means and the standard errors to an object. */
static void add_estimates(json_t *to, const ag_drift_estimate *found, size_t count)
{
  json_t *mean = json_array(), *error = json_array();
  for (size_t i = 0; i < count; i++) {
    json_array_append_new(mean, ag_json_real(found[i].mean));
    json_array_append_new(error, ag_json_real(found[i].error));
  }
  json_object_set_new(to, "simulated", mean);
  json_object_set_new(to, "standard_error", error);
}

static json_t *settings_json(const ag_drift_settings *settings)
{
  return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:o}", "seed",
                   (json_int_t)settings->seed, "items", (json_int_t)settings->items, "generations",
                   (json_int_t)settings->generations, "replicates",
                   (json_int_t)settings->replicates, "samples", (json_int_t)settings->samples,
                   "features", (json_int_t)settings->features, "start", (json_int_t)settings->start,
                   "gap", settings->gap, "pool", pool_json(settings->pool));
}

static json_t *identities_json(const ag_drift_study *study)
{
  json_t *list = json_array();
  for (size_t i = 0; i < AG_DRIFT_IDENTITIES; i++) {
    const ag_drift_identity *identity = &study->identity[i];
    json_array_append_new(
        list, json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "identity", identity->name, "meaning",
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
    json_object_set_new(course, "exact", numbers_json(study->course[q].exact, count));
    add_estimates(course, study->course[q].simulated, count);
    json_object_set_new(courses, ag_drift_quantity_name((ag_drift_quantity)q), course);
  }
  return courses;
}

static json_t *curves_json(const ag_drift_study *study)
{
  json_t *curves = json_array();
  for (size_t c = 0; c < AG_DRIFT_CURVES; c++) {
    const ag_drift_curve *curve = &study->curve[c];
    json_t *one = json_pack("{s:o, s:o, s:o, s:o}", "pool", pool_json(curve->pool), "gap",
                            numbers_json(curve->gap, AG_DRIFT_CURVE_GAPS), "exact",
                            numbers_json(curve->exact, AG_DRIFT_CURVE_GAPS), "simulated_gap",
                            numbers_json(curve->point, AG_DRIFT_CURVE_POINTS));
    add_estimates(one, curve->simulated, AG_DRIFT_CURVE_POINTS);
    json_array_append_new(curves, one);
  }
  return curves;
}

char *ag_drift_study_json(const ag_drift_study *study)
{
  return ag_json_finish(json_pack(
      "{s:o, s:o, s:o, s:o}", "settings", settings_json(&study->settings), "identities",
      identities_json(study), "generations", courses_json(study), "fixation", curves_json(study)));
}

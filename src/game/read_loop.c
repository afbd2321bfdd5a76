/* `loop` of a game file: a list of steps, or a reading that is short for one. */
#include "game/outline.h"
#include "game/keys.h"

#include <math.h>
#include <string.h>

typedef struct loop_keys {
  ag_node steps, order, real_share;
  unsigned reading;
  double initial_size, added_size;
} loop_keys;

static const char *const reading_words[] = {"sequential", "owner_model", "accumulate", "parallel",
                                            NULL};
enum { SEQUENTIAL, OWNER_MODEL, ACCUMULATE, PARALLEL };

const ag_parameter ag_loop_keys[] = {
    {"steps", "what a generation does, step by step, in place of all the other keys", AG_NODE,
     offsetof(loop_keys, steps), .takes = "a list of steps", .absent = "those of the reading",
     .read = ag_parameter_node},
    {"reading", "what the loop is taken to say", AG_WORD, offsetof(loop_keys, reading),
     .words = reading_words, .fallback = "sequential", .without = "steps"},
    {"order", "whose turn it is, and then whose", AG_NODE, offsetof(loop_keys, order),
     .takes = "a list of curators", .absent = "as they are listed", .without = "steps",
     .read = ag_parameter_node},
    {"real_share", "the share of the first distribution in every dataset", AG_NODE,
     offsetof(loop_keys, real_share), .takes = "a number from 0 to 1, or a formula in t",
     .fallback = "0", .without = "steps", .read = ag_parameter_node},
    {"initial_size", "of the first dataset, beside what is added to it", AG_REAL,
     offsetof(loop_keys, initial_size), .unit = "items", .fallback = "1", .above = true,
     .high = INFINITY, .without = "steps"},
    {"added_size", "what a generation adds", AG_REAL, offsetof(loop_keys, added_size),
     .unit = "items", .fallback = "1", .above = true, .high = INFINITY, .without = "steps"},
    {0}};

const ag_reading ag_readings[] = {
    {.name = "sequential",
     .summary = "p' = P(O(p)): every curator in turn, and the model learns what is left",
     .example = "loop: {reading: sequential, order: [owner, public]}"},
    {.name = "owner_model",
     .summary = "p' = O(p): the model learns what the first curator keeps; the others only publish",
     .example = "loop: {reading: owner_model, order: [owner, public]}"},
    {.name = "accumulate",
     .summary = "q' = (1 - w) q + w P(O(q)), w = m / (n_0 + m t): the kept items join the old ones",
     .example = "loop: {reading: accumulate, initial_size: 1000, added_size: 50}"},
    {.name = "parallel",
     .summary = "p' = p sum_i q_i H_i: every curator selects from p, shares q_i by weight",
     .example = "loop: {reading: parallel}"},
    {.name = NULL}};

/* --- curators --- */

static ag_status find_curator(const ag_outline *outline, ag_node node, const char *name,
                              size_t *curator, ag_error *error)
{
  const ag_game_spec *spec = &outline->spec;
  for (*curator = 0; *curator < spec->curator_count; ++*curator)
    if (!strcmp(name, spec->curator[*curator]))
      return AG_OK;
  const char *near = ag_nearest_name(name, spec->curator, spec->curator_count);
  return ag_node_fail(node, error, "no curator is called '%s'%s%s%s", name,
                      near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* One name, or a list of names. */
static ag_status read_curators(ag_outline *outline, ag_node node, ag_step_spec *step,
                               ag_error *error)
{
  bool one = ag_node_get_kind(node) == AG_NODE_SCALAR;
  size_t names = one ? 1 : ag_node_count(node), *made = NULL;
  if (names == 0 || ag_node_get_kind(node) == AG_NODE_MAPPING)
    return ag_node_fail(node, error, "expected a list of curators, e.g. [owner, public]");
  ag_status status = ag_outline_room(outline, names, sizeof *made, &made, error);
  for (size_t i = 0; !status && i < names; i++) {
    const char *name;
    ag_node item = one ? node : ag_node_item(node, i);
    status = ag_node_text(item, "a curator's name", &name, error);
    if (!status)
      status = find_curator(outline, item, name, &made[i], error);
  }
  step->curator = made;
  step->curator_count = names;
  return status;
}

/* --- the values of steps --- */

static const ag_bounds share_bounds = {.what = "a share", .low = 0, .high = 1e300};

static ag_status read_shares(ag_outline *outline, ag_node node, ag_step_spec *step, ag_error *error)
{
  size_t count = ag_node_count(node), *curator = NULL;
  ag_schedule *share = NULL;
  if (ag_node_get_kind(node) != AG_NODE_MAPPING)
    return ag_node_fail(node, error, "a mixture's shares; expected e.g. {owner: 0.5, public: 0.5}");
  ag_status status = ag_outline_room(outline, count, sizeof *share, &share, error);
  if (!status)
    status = ag_outline_room(outline, count, sizeof *curator, &curator, error);
  for (size_t i = 0; !status && i < count; i++) {
    const char *name;
    ag_node key, value;
    ag_node_entry(node, i, &name, &key, &value);
    status = find_curator(outline, key, name, &curator[i], error);
    if (!status)
      status = ag_outline_schedule(outline, value, &share_bounds, &share[i], error);
  }
  step->curator = curator;
  step->share = share;
  step->curator_count = count;
  return status;
}

static ag_status read_value(ag_outline *outline, ag_node node, const ag_step_type *type,
                            ag_step_spec *step, ag_error *error)
{
  switch (type->value) {
  case AG_STEP_CURATOR:
    if (ag_node_get_kind(node) != AG_NODE_SCALAR)
      return ag_node_fail(node, error, "the step %s takes one curator's name", type->name);
    /* fall through */
  case AG_STEP_CURATORS:
    return read_curators(outline, node, step, error);
  case AG_STEP_SHARES:
    return read_shares(outline, node, step, error);
  case AG_STEP_RATE:
    return ag_outline_schedule(outline, node, &type->rate, &step->rate, error);
  default:
    return ag_parameters_read(node, type->name, type->parameters, step, error);
  }
}

/* `{curate: owner}`. */
static ag_status read_step(ag_outline *outline, ag_node node, ag_step_spec *step, ag_error *error)
{
  const char *name;
  ag_node key, value;
  if (ag_node_get_kind(node) != AG_NODE_MAPPING || ag_node_count(node) != 1)
    return ag_node_fail(node, error,
                        "a step is one key with its value; expected e.g. "
                        "`curate: owner`");
  ag_node_entry(node, 0, &name, &key, &value);
  const ag_step_type *type = ag_step_find(name);
  if (!type)
    return ag_list_fail(&ag_steps, key, name, error);
  step->kind = type->name;
  return read_value(outline, value, type, step, error);
}

static ag_status read_steps(ag_outline *outline, ag_node node, ag_error *error)
{
  size_t count = ag_node_count(node);
  ag_step_spec *step = NULL;
  if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || count == 0)
    return ag_node_fail(node, error,
                        "the steps are a list; expected e.g. [{curate: owner}, {curate: public}]");
  ag_status status = ag_outline_room(outline, count, sizeof *step, &step, error);
  for (size_t s = 0; !status && s < count; s++)
    status = read_step(outline, ag_node_item(node, s), &step[s], error);
  outline->spec.step = step;
  outline->spec.step_count = count;
  return status;
}

/* --- readings --- */

static ag_status read_order(ag_outline *outline, ag_node node, ag_step_spec *order, ag_error *error)
{
  size_t count = outline->spec.curator_count, *all = NULL;
  if (ag_node_present(node))
    return ag_node_get_kind(node) == AG_NODE_SEQUENCE
               ? read_curators(outline, node, order, error)
               : ag_node_fail(node, error,
                              "the order is not a list; expected e.g. [owner, public]");
  ag_status status = ag_outline_room(outline, count, sizeof *all, &all, error);
  for (size_t c = 0; !status && c < count; c++)
    all[c] = c;
  order->curator = all;
  order->curator_count = count;
  return status;
}

/* Everybody in the order at once, with shares by weight. */
static ag_status add_mixture(ag_outline *outline, const ag_step_spec *order, ag_step_spec *step,
                             ag_error *error)
{
  const ag_game_spec *spec = &outline->spec;
  ag_schedule *share = NULL;
  ag_status status = ag_outline_room(outline, order->curator_count, sizeof *share, &share, error);
  for (size_t s = 0; !status && s < order->curator_count; s++)
    share[s].value = spec->weight ? spec->weight[order->curator[s]] : 1;
  *step = *order;
  step->kind = "mixture";
  step->share = share;
  return status;
}

static bool has_preferences(const ag_outline *outline, size_t c)
{
  return outline->curator ? outline->curator[c].prefers != NULL
                          : outline->spec.prefers && outline->spec.prefers[c];
}

/* Everybody in turn; of `owner_model` the first one, and what the others choose is published. */
static size_t add_turns(const ag_outline *outline, const ag_step_spec *order, bool first_alone,
                        ag_step_spec *step)
{
  size_t alone = first_alone ? 1 : order->curator_count, count = 0;
  for (; count < alone; count++)
    step[count] = (ag_step_spec){.kind = has_preferences(outline, order->curator[count]) ? "prefer"
                                                                                         : "curate",
                                 .curator = order->curator + count,
                                 .curator_count = 1};
  if (alone < order->curator_count)
    step[count++] = (ag_step_spec){.kind = "publish",
                                   .curator = order->curator + alone,
                                   .curator_count = order->curator_count - alone};
  return count;
}

/* The steps that the reading is short for. */
static ag_status expand(ag_outline *outline, const loop_keys *keys, ag_error *error)
{
  ag_game_spec *spec = &outline->spec;
  ag_step_spec order = {0}, *step = NULL;
  ag_schedule share = {0};
  const ag_step_type *real = ag_step_find("real");
  size_t count = 1;
  ag_status status = read_order(outline, keys->order, &order, error);
  if (!status)
    status = ag_outline_room(outline, order.curator_count + 3, sizeof *step, &step, error);
  if (!status && keys->reading == PARALLEL)
    status = add_mixture(outline, &order, step, error);
  else if (!status)
    count = add_turns(outline, &order, keys->reading == OWNER_MODEL, step);
  if (!status)
    status = ag_outline_schedule(outline, keys->real_share, &real->rate, &share, error);
  if (status)
    return status;
  if (keys->reading == ACCUMULATE)
    step[count++] = (ag_step_spec){
        .kind = "accumulate", .initial = keys->initial_size, .added = keys->added_size};
  if (share.count > 0 || share.value > 0)
    step[count++] = (ag_step_spec){.kind = real->name, .rate = share};
  spec->step = step;
  spec->step_count = count;
  spec->reading = ag_readings[keys->reading].name;
  return AG_OK;
}

ag_status ag_outline_expand(ag_outline *outline, ag_error *error)
{
  loop_keys keys = {.initial_size = 1, .added_size = 1};
  const char *reading = outline->spec.reading;
  while (ag_readings[keys.reading].name && strcmp(ag_readings[keys.reading].name, reading) != 0)
    keys.reading++;
  return ag_readings[keys.reading].name
             ? expand(outline, &keys, error)
             : ag_fail(error, AG_ERROR_INPUT, "there is no reading '%s'", reading);
}

ag_status ag_outline_read_loop(ag_outline *outline, ag_error *error)
{
  loop_keys keys = {.reading = SEQUENTIAL};
  ag_status status = ag_parameters_read(ag_node_find(outline->root, "loop"), "the loop",
                                        ag_loop_keys, &keys, error);
  if (status)
    return status;
  if (outline->spec.reading)
    return ag_outline_expand(outline, error);
  return ag_node_present(keys.steps) ? read_steps(outline, keys.steps, error)
                                     : expand(outline, &keys, error);
}

/* `loop` of a game file: a list of steps, or a reading that is short for one. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "game/game.h"
#include "game/read.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

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
enum { SEQUENTIAL, OWNER_MODEL, ACCUMULATE, PARALLEL };

/* What a loop is read from: the steps in the making, with the arrays that they borrow. */
typedef struct loop_reader {
  const ag_game *game;
  size_t reading, count, room;
  ag_step_spec *step; /* [room] */
} loop_reader;

static void free_spec(ag_step_spec *spec)
{
  for (size_t i = 0; spec->share && i < spec->curator_count; i++)
    ag_schedule_free((ag_schedule *)&spec->share[i]);
  ag_schedule_free(&spec->rate);
  free((void *)spec->share);
  free((void *)spec->curator);
}

static void free_reader(loop_reader *reader)
{
  for (size_t s = 0; s < reader->count; s++)
    free_spec(&reader->step[s]);
  free(reader->step);
}

/* Room for one step more, empty. */
static ag_step_spec *add_step(loop_reader *reader, const char *kind)
{
  reader->step[reader->count] = (ag_step_spec){.kind = kind};
  return &reader->step[reader->count++];
}

static ag_status make_room(loop_reader *reader, size_t room, ag_error *error)
{
  reader->room = room;
  reader->step = calloc(room, sizeof *reader->step);
  return reader->step ? AG_OK : ag_fail(error, AG_ERROR_MEMORY, "no memory for a loop");
}

/* --- curators --- */

static ag_status find_curator(const ag_game *game, ag_node node, const char *name, size_t *curator,
                              ag_error *error)
{
  const char *names[game->curator_count];
  for (size_t c = 0; c < game->curator_count; c++) {
    names[c] = game->curator[c].name;
    if (!strcmp(name, names[c])) {
      *curator = c;
      return AG_OK;
    }
  }
  const char *near = ag_nearest_name(name, names, game->curator_count);
  return ag_node_fail(node, error, "no curator is called '%s'%s%s%s", name,
                      near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static ag_status read_curator(const ag_game *game, ag_node node, size_t *curator, ag_error *error)
{
  const char *name;
  ag_status status = ag_node_text(node, "a curator's name", &name, error);
  return status ? status : find_curator(game, node, name, curator, error);
}

/* One name, or a list of names; *curator is the caller's. */
static ag_status read_curators(const ag_game *game, ag_node node, size_t **curator, size_t *count,
                               ag_error *error)
{
  bool one = ag_node_get_kind(node) == AG_NODE_SCALAR;
  size_t names = one ? 1 : ag_node_count(node), *made = NULL;
  if (names == 0 || ag_node_get_kind(node) == AG_NODE_MAPPING)
    return ag_node_fail(node, error, "expected a list of curators, e.g. [owner, public]");
  ag_status status = ag_array_create(names, sizeof *made, &made, error);
  for (size_t i = 0; !status && i < names; i++)
    status = read_curator(game, one ? node : ag_node_item(node, i), &made[i], error);
  if (status) {
    free(made);
    return status;
  }
  *curator = made;
  *count = names;
  return AG_OK;
}

/* --- the values of steps --- */

static const ag_bounds share_bounds = {.what = "a share", .low = 0, .high = 1e300};

static ag_status read_shares(const ag_game *game, ag_node node, ag_step_spec *spec, ag_error *error)
{
  size_t count = ag_node_count(node), *curator = NULL;
  if (ag_node_get_kind(node) != AG_NODE_MAPPING)
    return ag_node_fail(node, error, "a mixture's shares; expected e.g. {owner: 0.5, public: 0.5}");
  ag_schedule *share = calloc(count + 1, sizeof *share);
  ag_status status = ag_array_create(count, sizeof *curator, &curator, error);
  spec->curator = curator;
  spec->share = share;
  if (!status && !share)
    status = ag_fail(error, AG_ERROR_MEMORY, "no memory for a mixture");
  if (status)
    return status;
  spec->curator_count = count;
  for (size_t i = 0; !status && i < count; i++) {
    const char *name;
    ag_node key, value;
    ag_node_entry(node, i, &name, &key, &value);
    status = find_curator(game, key, name, &curator[i], error);
    if (!status)
      status = ag_schedule_read(value, &share_bounds, game->generations, &share[i], error);
  }
  return status;
}

static ag_status read_sizes(ag_node node, ag_step_spec *spec, ag_error *error)
{
  static const char *const keys[] = {"initial", "added"};
  spec->initial = spec->added = 1;
  ag_status status = ag_node_expect_keys(node, "the sizes", keys, COUNT(keys), error);
  if (!status)
    status = ag_game_read_positive(ag_node_find(node, "initial"), "the initial size",
                                   &spec->initial, error);
  return status ? status
                : ag_game_read_positive(ag_node_find(node, "added"), "the added size", &spec->added,
                                        error);
}

static ag_status read_value(const ag_game *game, ag_node node, const ag_step_type *type,
                            ag_step_spec *spec, ag_error *error)
{
  switch (type->value) {
  case AG_STEP_CURATOR:
    if (ag_node_get_kind(node) != AG_NODE_SCALAR)
      return ag_node_fail(node, error, "the step %s takes one curator's name", type->name);
    /* fall through */
  case AG_STEP_CURATORS:
    return read_curators(game, node, (size_t **)&spec->curator, &spec->curator_count, error);
  case AG_STEP_SHARES:
    return read_shares(game, node, spec, error);
  case AG_STEP_RATE:
    return ag_schedule_read(node, &type->rate, game->generations, &spec->rate, error);
  default:
    return read_sizes(node, spec, error);
  }
}

/* `{curate: owner}`. What is wrong with it is said at its place. */
static ag_status read_step(loop_reader *reader, ag_node node, ag_error *error)
{
  const char *name;
  ag_node key, value;
  ag_error inner;
  if (ag_node_get_kind(node) != AG_NODE_MAPPING || ag_node_count(node) != 1)
    return ag_node_fail(node, error,
                        "a step is one key with its value; expected e.g. "
                        "`curate: owner`");
  ag_node_entry(node, 0, &name, &key, &value);
  const ag_step_type *type = ag_step_find(name);
  if (!type)
    return ag_list_fail(&ag_steps, key, name, error);
  ag_step_spec *spec = add_step(reader, type->name);
  ag_status status = read_value(reader->game, value, type, spec, error);
  if (status)
    return status;
  ag_loop alone;
  status = ag_loop_create(spec, 1, reader->game, &alone, &inner);
  if (status == AG_ERROR_INPUT)
    return ag_node_fail(value, error, "%s", inner.message);
  if (!status)
    ag_loop_free(&alone);
  return status ? ag_fail(error, status, "%s", inner.message) : AG_OK;
}

static ag_status read_steps(loop_reader *reader, ag_node node, ag_error *error)
{
  size_t count = ag_node_count(node);
  if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || count == 0)
    return ag_node_fail(node, error,
                        "the steps are a list; expected e.g. [{curate: owner}, {curate: public}]");
  ag_status status = make_room(reader, count, error);
  for (size_t s = 0; !status && s < count; s++)
    status = read_step(reader, ag_node_item(node, s), error);
  return status;
}

/* --- readings --- */

static ag_status read_reading(ag_node node, size_t *reading, ag_error *error)
{
  static const char *const words[] = {"sequential", "owner_model", "accumulate", "parallel"};
  return ag_game_read_word(node, "reading", words, COUNT(words), reading, error);
}

/* A curator's own step, among those of others or by itself. */
static ag_status add_curator(loop_reader *reader, const char *kind, const size_t *curator,
                             size_t count, ag_error *error)
{
  size_t *copy = NULL;
  ag_status status = ag_array_create(count, sizeof *copy, &copy, error);
  if (status)
    return status;
  memcpy(copy, curator, count * sizeof *copy);
  ag_step_spec *spec = add_step(reader, kind);
  spec->curator = copy;
  spec->curator_count = count;
  return AG_OK;
}

static ag_status add_mixture(loop_reader *reader, const size_t *order, size_t count,
                             ag_error *error)
{
  ag_schedule *share = calloc(count, sizeof *share);
  ag_status status = share ? add_curator(reader, "mixture", order, count, error)
                           : ag_fail(error, AG_ERROR_MEMORY, "no memory for a mixture");
  for (size_t s = 0; !status && s < count; s++)
    share[s].value = reader->game->curator[order[s]].weight;
  if (status)
    free(share);
  else
    reader->step[reader->count - 1].share = share;
  return status;
}

/* The steps that the reading is short for. */
static ag_status expand(loop_reader *reader, const size_t *order, size_t count, ag_error *error)
{
  const ag_game *game = reader->game;
  size_t alone = reader->reading == OWNER_MODEL ? 1 : count;
  ag_status status = make_room(reader, count + 3, error);
  if (!status && reader->reading == PARALLEL)
    return add_mixture(reader, order, count, error);
  for (size_t s = 0; !status && s < alone; s++)
    status = add_curator(reader, game->curator[order[s]].prefers ? "prefer" : "curate", &order[s],
                         1, error);
  if (!status && alone < count)
    status = add_curator(reader, "publish", order + alone, count - alone, error);
  return status;
}

static ag_status read_order(ag_node node, const ag_game *game, size_t **order, size_t *count,
                            ag_error *error)
{
  if (ag_node_present(node)) {
    if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || ag_node_count(node) == 0)
      return ag_node_fail(node, error, "the order is not a list; expected e.g. [owner, public]");
    return read_curators(game, node, order, count, error);
  }
  ag_status status = ag_array_create(game->curator_count, sizeof **order, order, error);
  *count = game->curator_count;
  for (size_t c = 0; !status && c < *count; c++)
    (*order)[c] = c;
  return status;
}

static ag_status add_sizes(loop_reader *reader, ag_node node, ag_error *error)
{
  ag_step_spec sizes = {.kind = "accumulate", .initial = 1, .added = 1};
  ag_status status = ag_game_read_positive(ag_node_find(node, "initial_size"), "the initial size",
                                           &sizes.initial, error);
  if (!status)
    status = ag_game_read_positive(ag_node_find(node, "added_size"), "the added size", &sizes.added,
                                   error);
  if (!status && reader->reading == ACCUMULATE)
    *add_step(reader, "accumulate") = sizes;
  return status;
}

static ag_status add_real(loop_reader *reader, ag_node node, ag_error *error)
{
  ag_schedule share = {0};
  const ag_step_type *real = ag_step_find("real");
  ag_status status = ag_schedule_read(node, &real->rate, reader->game->generations, &share, error);
  if (!status && (share.count > 0 || share.value > 0))
    add_step(reader, real->name)->rate = share;
  return status;
}

static ag_status read_preset(loop_reader *reader, ag_node node, ag_error *error)
{
  size_t *order = NULL, count = 0;
  ag_status status = read_reading(ag_node_find(node, "reading"), &reader->reading, error);
  if (!status)
    status = read_order(ag_node_find(node, "order"), reader->game, &order, &count, error);
  if (!status)
    status = expand(reader, order, count, error);
  if (!status)
    status = add_sizes(reader, node, error);
  if (!status)
    status = add_real(reader, ag_node_find(node, "real_share"), error);
  free(order);
  return status;
}

/* Steps say all: what a reading has besides would be ignored. */
static ag_status refuse_both(ag_node node, ag_error *error)
{
  static const char *const others[] = {"reading", "order", "real_share", "initial_size",
                                       "added_size"};
  for (size_t k = 0; k < COUNT(others); k++)
    if (ag_node_present(ag_node_find(node, others[k])))
      return ag_node_fail(ag_node_find(node, others[k]), error,
                          "a loop has `steps` or `%s`, not both", others[k]);
  return AG_OK;
}

ag_status ag_loop_read(ag_node root, const ag_game *game, ag_loop *loop, ag_error *error)
{
  static const char *const keys[] = {"steps",      "reading",      "order",
                                     "real_share", "initial_size", "added_size"};
  loop_reader reader = {.game = game};
  ag_node node = ag_node_find(root, "loop");
  ag_node steps = ag_node_find(node, "steps");
  ag_error inner;
  ag_status status = AG_OK;
  if (ag_node_present(node))
    status = ag_node_expect_keys(node, "the loop", keys, COUNT(keys), error);
  if (!status && ag_node_present(steps))
    status = refuse_both(node, error);
  if (!status)
    status = ag_node_present(steps) ? read_steps(&reader, steps, error)
                                    : read_preset(&reader, node, error);
  if (!status) {
    status = ag_loop_create(reader.step, reader.count, game, loop, &inner);
    if (status)
      status = status == AG_ERROR_INPUT
                   ? ag_node_fail(ag_node_present(node) ? node : root, error, "%s", inner.message)
                   : ag_fail(error, status, "%s", inner.message);
  }
  if (!status && !ag_node_present(steps)) {
    loop->reading = ag_readings[reader.reading].name;
    loop->step[0].by_number = reader.reading == PARALLEL;
  }
  free_reader(&reader);
  return status;
}

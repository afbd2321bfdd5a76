/* The passes of the exact engine over the items. */
#include <math.h>
#include <string.h>

#include "base/numerics.h"
#include "game/play_parts.h"

enum { BLOCK = AG_PLAY_BLOCK, ROOM = 8 * BLOCK };

/* --- curves --- */

static ag_kernel_curve run_curve(const ag_play *play, size_t run, const play_slot *slot,
                                 size_t begin)
{
  const ag_layout *layout = &play->layout;
  size_t curator = slot->curator, cell = layout->run_cell[run * layout->axis_count + curator];
  const ag_cells *cells = &layout->axis[curator];
  return (ag_kernel_curve){.reward = play->curator[curator].value + begin,
                           .top = cells->top,
                           .scale = 2 / cells->width,
                           .offset = ag_cells_offset(cells, cell),
                           .coefficient = slot->coefficient + cell * AG_TERMS};
}

/* The largest weight that the slot gives in the run. */
static double run_top(const ag_play *play, size_t run, const play_slot *slot)
{
  const ag_layout *layout = &play->layout;
  if (slot->vector)
    return slot->most;
  return slot->top[layout->run_cell[run * layout->axis_count + slot->curator]];
}

static const double *initial_at(const ag_play *play, size_t begin)
{
  return play->initial ? play->initial + begin : play->uniform;
}

/* What log_mass exceeds log p_t by where a first step has no weights, which would renormalise. */
static double origin(const ag_play *play)
{
  return play->step_count > 0 && play->step[0].slot_count > 0 ? 0 : play->total;
}

/* --- steps on a block --- */

/* The weights of a slot for items [begin, begin + count) of a run. */
static const double *block_gain(const ag_play *play, size_t run, const play_slot *slot,
                                size_t begin, size_t count, double *room)
{
  static const double zero[BLOCK];
  if (slot->vector)
    return slot->vector + begin;
  ag_kernel_curve curve = run_curve(play, run, slot, begin);
  ag_kernel_run call = {
      .count = count, .log_mass = zero, .curve_count = 1, .curve = &curve, .advanced = room};
  play->kernels->run(&call);
  return room;
}

/* count * slot_count <= ROOM. */
static void apply_to_some(const ag_play *play, const play_step *step, size_t run, size_t begin,
                          size_t count, double *log_mass)
{
  double room[ROOM], start[BLOCK];
  const double *gain[AG_JUDGES_MOST];
  for (size_t k = 0; k < step->slot_count; k++)
    gain[k] = block_gain(play, run, &play->slot[step->slot + k], begin, count, room + k * count);
  for (size_t i = 0; i < count && step->step->type->mixes; i++)
    start[i] = play->log_mass[begin + i] - play->total;
  ag_step_block block = {.generation = play->generation,
                         .count = count,
                         .start = start,
                         .initial = initial_at(play, begin),
                         .gain = gain,
                         .log_total = step->log_total};
  step->step->type->apply(step->step, &block, log_mass);
}

static void apply_step(const ag_play *play, const play_step *step, size_t run, size_t begin,
                       size_t count, double *log_mass)
{
  size_t some = step->slot_count > ROOM / BLOCK ? ROOM / step->slot_count / 16 * 16 : count;
  for (size_t at = 0; at < count; at += some)
    apply_to_some(play, step, run, begin + at, count - at < some ? count - at : some,
                  log_mass + at);
}

/* Steps [0, end) of items of a run: the leading ones, which add curves, in one call. */
static void advance_block(const ag_play *play, size_t end, size_t run, size_t begin, size_t count,
                          double *log_mass, double *published)
{
  size_t curves = end < play->leading ? end : play->leading;
  ag_kernel_curve curve[AG_STAGES_MOST];
  double shift = origin(play);
  for (size_t s = 0; s < curves; s++)
    curve[s] = run_curve(play, run, &play->slot[play->step[s].slot], begin);
  ag_kernel_run call = {.count = count,
                        .log_mass = play->log_mass + begin,
                        .curve_count = curves,
                        .curve = curve,
                        .advanced = log_mass};
  play->kernels->run(&call);
  for (size_t i = 0; i < count && shift != 0; i++)
    log_mass[i] -= shift;
  for (size_t s = curves; s <= end; s++) {
    if (published && s == play->published)
      memcpy(published, log_mass, count * sizeof *log_mass);
    if (s < end)
      apply_step(play, &play->step[s], run, begin, count, log_mass);
  }
}

/* An upper bound, at most a cell's width a curve too large, of the run's advanced log masses: the
 * steps' result grows with each of the numbers that it is made of. */
static double run_bound(const ag_play *play, size_t end, size_t run)
{
  double bound = play->run_most[run], start = play->run_most[run] - play->total;
  if (end > 0)
    bound -= origin(play);
  for (size_t s = 0; s < end; s++) {
    const play_step *step = &play->step[s];
    double top[AG_JUDGES_MOST];
    const double *gain[AG_JUDGES_MOST];
    for (size_t k = 0; k < step->slot_count; k++) {
      top[k] = run_top(play, run, &play->slot[step->slot + k]);
      gain[k] = &top[k];
    }
    ag_step_block block = {.generation = play->generation,
                           .count = 1,
                           .start = &start,
                           .initial = &play->run_initial[run],
                           .gain = gain,
                           .log_total = step->log_total};
    step->step->type->apply(step->step, &block, &bound);
  }
  return bound;
}

/* --- metrics --- */

/* NULL: a curator who compares. */
static const double *rewards_at(const play_curator *curator, size_t begin)
{
  const double *reward = curator->shown ? curator->shown : curator->value;
  return reward ? reward + begin : NULL;
}

static void add_metrics(const ag_play *play, size_t begin, size_t count, const double *log_mass,
                        const double *mass, const double *previous, double *sums)
{
  const ag_game *game = play->game;
  const double *reward[AG_CURATORS_MOST];
  for (size_t c = 0; c < game->curator_count; c++)
    reward[c] = rewards_at(&play->curator[c], begin);
  ag_metric_block block = {.count = count,
                           .mass = mass,
                           .log_mass = log_mass,
                           .previous_mass = previous,
                           .initial_log_mass = initial_at(play, begin),
                           .item = play->layout.item + begin,
                           .reward = reward};
  for (size_t m = 0; m < game->metric_count; m++) {
    if (game->metric[m].column_count > 0)
      game->metric[m].type->accumulate(&game->metric[m], &block, sums);
    sums += game->metric[m].sum_count;
  }
}

static void finish_metrics(ag_play *play)
{
  const ag_game *game = play->game;
  double total = exp(play->total);
  for (size_t i = 0; i < play->sum_count; i++) {
    ag_sum all = {0};
    for (size_t chunk = 0; chunk < play->layout.chunk_count; chunk++)
      ag_sum_add(&all, play->chunk_sum[chunk * play->sum_count + i]);
    play->sum[i] = ag_sum_value(&all);
  }
  const double *sums = play->sum;
  double *value = play->metric;
  for (size_t m = 0; m < game->metric_count; m++) {
    if (game->metric[m].column_count > 0)
      ag_metric_finish(&game->metric[m], sums, total, value);
    sums += game->metric[m].sum_count;
    value += game->metric[m].column_count;
  }
}

/* --- measuring --- */

/* The slots of a step; none for no step. */
static size_t slots_of(const ag_play *play, size_t step)
{
  return step < play->step_count ? play->step[step].slot_count : 0;
}

static const play_slot *slot_of(const ag_play *play, size_t step, size_t k)
{
  return &play->slot[play->step[step].slot + k];
}

static double *moment_of(const ag_play *play, size_t k, size_t run)
{
  return play->moment + (k * play->layout.run_count + run) * AG_TERMS;
}

/* The moments of items [begin, begin + count) for each reward that the step weighs, or their
 * mass alone; mass [count] is exp(log_mass - run_scale). */
static void measure_block(const ag_play *play, size_t step, size_t run, size_t begin, size_t count,
                          const double *log_mass, double *mass)
{
  bool measured = false;
  for (size_t k = 0; k < slots_of(play, step); k++) {
    double part[AG_TERMS];
    if (slot_of(play, step, k)->vector)
      continue;
    ag_kernel_curve axis = run_curve(play, run, slot_of(play, step, k), begin);
    ag_kernel_run call = {.count = count,
                          .log_mass = log_mass,
                          .mass = mass,
                          .scale = play->run_scale[run],
                          .measure = &axis,
                          .moment = part};
    play->kernels->run(&call);
    for (size_t term = 0; term < AG_TERMS; term++)
      moment_of(play, k, run)[term] += part[term];
    measured = true;
  }
  if (measured)
    return;
  play->kernels->exp(count, log_mass, play->run_scale[run], mass);
  for (size_t i = 0; i < count; i++)
    moment_of(play, 0, run)[0] += mass[i];
}

/* --- a pass over one run --- */

static void metrics_of_block(const ag_play *play, const double *published, size_t run, size_t begin,
                             size_t count, double *mass, const double *previous, double *sums)
{
  if (published) {
    play->kernels->exp(count, published, 0, mass);
    add_metrics(play, begin, count, published, mass, previous, sums);
    return;
  }
  double unit = exp(play->run_scale[run]);
  for (size_t i = 0; i < count; i++)
    mass[i] *= unit;
  add_metrics(play, begin, count, play->log_mass + begin, mass, previous, sums);
}

/* In blocks: any steps, metrics, several measures. */
static void run_in_blocks(const ag_play *play, const play_pass *pass, size_t run, double *sums)
{
  const ag_game *game = play->game;
  ag_run_range range = play->layout.run[run];
  bool metrics = pass->metrics && game->metric_count > 0;
  bool publishes = metrics && pass->end > 0 && game->measured == AG_MEASURE_PUBLISHED;
  double most = -INFINITY;
  for (size_t at = 0; at < range.count; at += BLOCK) {
    size_t begin = range.begin + at, count = range.count - at < BLOCK ? range.count - at : BLOCK;
    double mass[BLOCK], previous[BLOCK], advanced[BLOCK], published[BLOCK];
    const double *now = play->log_mass + begin;
    if (metrics)
      play->kernels->exp(count, now, 0, previous);
    if (pass->end > 0) {
      advance_block(play, pass->end, run, begin, count, advanced, publishes ? published : NULL);
      now = advanced;
    }
    if (pass->stores && pass->end > 0)
      now = memcpy(play->log_mass + begin, advanced, count * sizeof *advanced);
    else if (pass->end > 0 && play->work)
      memcpy(play->work + begin, advanced, count * sizeof *advanced);
    for (size_t i = 0; i < count && pass->stores; i++)
      most = now[i] > most ? now[i] : most;
    measure_block(play, pass->measure, run, begin, count, now, mass);
    if (metrics)
      metrics_of_block(play, publishes ? published : NULL, run, begin, count, mass, previous, sums);
  }
  if (pass->stores)
    play->run_most[run] = most;
}

/* At once: curves alone, one measure, no metrics; one kernel call. */
static void run_at_once(const ag_play *play, const play_pass *pass, size_t run)
{
  ag_run_range range = play->layout.run[run];
  ag_kernel_curve curve[AG_STAGES_MOST];
  for (size_t s = 0; s < pass->end; s++)
    curve[s] = run_curve(play, run, &play->slot[play->step[s].slot], range.begin);
  ag_kernel_curve axis = run_curve(play, run, slot_of(play, pass->measure, 0), range.begin);
  ag_kernel_run call = {.count = range.count,
                        .log_mass = play->log_mass + range.begin,
                        .curve = curve,
                        .curve_count = pass->end,
                        .advanced = pass->stores && pass->end ? play->log_mass + range.begin : NULL,
                        .scale = play->run_scale[run],
                        .measure = &axis,
                        .moment = moment_of(play, 0, run)};
  play->kernels->run(&call);
  if (pass->stores)
    play->run_most[run] = call.most;
}

static bool is_plain(const ag_play *play, const play_pass *pass)
{
  bool metrics = pass->metrics && play->game->metric_count > 0;
  return !metrics && pass->end <= play->leading && slots_of(play, pass->measure) == 1 &&
         !slot_of(play, pass->measure, 0)->vector;
}

/* --- a pass over all runs --- */

static void clear_sums(const ag_play *play, const play_pass *pass)
{
  size_t slots = slots_of(play, pass->measure);
  memset(play->moment, 0,
         (slots > 1 ? slots : 1) * play->layout.run_count * AG_TERMS * sizeof(double));
  memset(play->chunk_sum, 0, play->layout.chunk_count * play->sum_count * sizeof(double));
}

static void pass_over_chunk(ag_play *play, const play_pass *pass, size_t chunk, bool plain)
{
  const ag_layout *layout = &play->layout;
  double *sums = play->sum_count > 0 ? play->chunk_sum + chunk * play->sum_count : NULL;
  for (size_t run = layout->chunk[chunk]; run < layout->chunk[chunk + 1]; run++) {
    if (!pass->keeps_scale)
      play->run_scale[run] = run_bound(play, pass->end, run);
    if (plain)
      run_at_once(play, pass, run);
    else
      run_in_blocks(play, pass, run, sums);
  }
}

static void pass_over_runs(ag_play *play, const play_pass *pass)
{
  size_t chunks = play->layout.chunk_count;
  bool plain = is_plain(play, pass);
  if (!plain)
    clear_sums(play, pass);
  if (chunks == 1) { /* out of OpenMP, whose regions of one thread cost a microsecond */
    pass_over_chunk(play, pass, 0, plain);
    return;
  }
#pragma omp parallel for schedule(static)
  for (size_t chunk = 0; chunk < chunks; chunk++)
    pass_over_chunk(play, pass, chunk, plain);
}

/* --- what follows from the measures --- */

/* Adds the runs' moments to their cells, in the runs' order, and solves; returns the log of the
 * mass. */
static double solve_slot(ag_play *play, play_slot *slot, const double *moment)
{
  const ag_layout *layout = &play->layout;
  size_t axes = layout->axis_count, cells = layout->axis[slot->curator].count;
  const uint32_t *cell = layout->run_cell + slot->curator;
  for (size_t c = 0; c < cells; c++)
    play->cell_scale[c] = -INFINITY;
  for (size_t r = 0; r < layout->run_count; r++)
    play->cell_scale[cell[r * axes]] = fmax(play->cell_scale[cell[r * axes]], play->run_scale[r]);
  memset(play->cell_moment, 0, cells * AG_TERMS * sizeof(double));
  for (size_t r = 0; r < layout->run_count; r++) {
    size_t c = cell[r * axes];
    double unit = exp(play->run_scale[r] - play->cell_scale[c]);
    for (size_t k = 0; k < AG_TERMS; k++)
      play->cell_moment[c * AG_TERMS + k] += unit * moment[r * AG_TERMS + k];
  }
  double total = ag_bradley_terry_solve(play->curator[slot->curator].plan, play->cell_scale,
                                        play->cell_moment, slot->coefficient);
  for (size_t c = 0; c < cells; c++) {
    slot->top[c] = 0;
    for (size_t k = 0; k < AG_TERMS; k++)
      slot->top[c] += slot->coefficient[c * AG_TERMS + k];
  }
  return total;
}

/* The log of the mass that a pass has measured, from the runs' sums. */
static double weigh_runs(const ag_play *play)
{
  double most = -INFINITY, sum = 0;
  for (size_t r = 0; r < play->layout.run_count; r++)
    most = fmax(most, play->run_scale[r]);
  for (size_t r = 0; r < play->layout.run_count; r++)
    sum += exp(play->run_scale[r] - most) * moment_of(play, 0, r)[0];
  return most + log(sum);
}

/* log 2 E P(x beats Y) for every item, Y from the masses that a pass has left; less their log
 * total, which renormalises. Rows are one item's each, so that threads share them freely. */
static void compare(ag_play *play, play_slot *slot, const double *log_mass, double total)
{
  const ag_layout *layout = &play->layout;
  const double *prefers = play->game->curator[slot->curator].prefers;
  size_t n = layout->count, live = layout->live;
  memset(play->mass_of_item, 0, n * sizeof(double));
  for (size_t j = 0; j < live; j++)
    play->mass_of_item[layout->item[j]] = exp(log_mass[j] - total);
#pragma omp parallel for schedule(static) if (live > 256)
  for (size_t j = 0; j < live; j++) {
    const double *row = prefers + (size_t)layout->item[j] * n;
    double sum = 0;
    for (size_t y = 0; y < n; y++)
      sum += row[y] * play->mass_of_item[y];
    slot->vector[j] = log(2 * sum) - total;
  }
  slot->most = -INFINITY;
  for (size_t j = 0; j < live; j++)
    slot->most = fmax(slot->most, slot->vector[j]);
}

void ag_play_pass_over(ag_play *play, const play_pass *pass)
{
  const double *met = pass->stores ? play->log_mass : play->work;
  double total = 0;
  bool known = false;
  pass_over_runs(play, pass);
  for (size_t k = 0; k < slots_of(play, pass->measure); k++) {
    play_slot *slot = &play->slot[play->step[pass->measure].slot + k];
    if (slot->vector)
      continue;
    double one = solve_slot(play, slot, moment_of(play, k, 0));
    total = known ? total : one;
    known = true;
  }
  if (!known)
    total = weigh_runs(play);
  for (size_t k = 0; k < slots_of(play, pass->measure); k++)
    if (slot_of(play, pass->measure, k)->vector)
      compare(play, &play->slot[play->step[pass->measure].slot + k], met, total);
  if (pass->stores)
    play->total = total;
  else
    play->step[pass->measure].log_total = total;
  if (pass->metrics)
    finish_metrics(play);
}

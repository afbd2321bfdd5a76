/* The exact engine. A generation with S stages makes S passes over the items.
 * Pass j < S measures the distribution that stage j sees: log p_t plus the
 * curves (log H) of the stages before it; nothing is written. The last pass
 * adds all curves, stores log p_{t+1}, reads off the metrics and measures for
 * the next generation's first stage. */
#include "game/play.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "curation/bradley_terry.h"
#include "game/game.h"

enum { BLOCK = 512 }; /* items whose masses stay in the first-level cache */

typedef struct play_stage {
  size_t curator;
  double *coefficient; /* [cells, AG_TERMS] */
  double *top;         /* [cells] the curve at the cell's upper end, its largest value */
  double total;        /* log of the mass that was measured */
} play_stage;

struct ag_play {
  const ag_game *game;
  const ag_kernels *kernels;
  size_t generation;
  size_t stage_count;      /* stages that change p */
  play_stage *stage;       /* [game->stage_count] */
  ag_bradley_terry **plan; /* [curators] */
  double *log_mass;        /* [live] log p_t, normalised but for the measured total */
  double *run_most;        /* [runs] the largest log_mass of the run */
  double *run_scale;       /* [runs] exp(run_scale) is the unit of the run's moments */
  double *run_initial;     /* [runs] the largest log p_0 of the run */
  double *moment;          /* [measured stages, runs, AG_TERMS] */
  double *cell_scale;      /* [cells, the most of any curator] */
  double *cell_moment;     /* [cells, AG_TERMS] */
  double uniform[BLOCK];   /* log p_0 where every item has the same */
  size_t sum_count;        /* of all metrics */
  double *chunk_sum;       /* [chunks, sum_count] */
  double *sum;             /* [sum_count] */
  double *metric;          /* [metric_count] */
};

/* What one pass does. */
typedef struct play_pass {
  size_t first, end;           /* stages whose curves are added */
  size_t measure, measure_end; /* stages measured for; none: equal */
  bool stores;                 /* the last pass of a generation */
  double *out;                 /* [live] where the advanced log masses go (with stores: log_mass) */
  bool keeps_scale;            /* run_scale is given, not made: after a checkpoint */
} play_pass;

/* --- one run --- */

static ag_kernel_curve run_curve(const ag_play *play, size_t run, size_t stage, size_t begin)
{
  const ag_layout *layout = &play->game->layout;
  size_t curator = play->stage[stage].curator;
  size_t cell = layout->run_cell[run * layout->axis_count + curator];
  const ag_cells *cells = &layout->axis[curator];
  return (ag_kernel_curve){.reward = play->game->curator[curator].value + begin,
                           .top = cells->top,
                           .scale = 2 / cells->width,
                           .offset = ag_cells_offset(cells, cell),
                           .coefficient = play->stage[stage].coefficient + cell * AG_TERMS};
}

static double run_curve_top(const ag_play *play, size_t run, size_t stage)
{
  const ag_layout *layout = &play->game->layout;
  size_t curator = play->stage[stage].curator;
  return play->stage[stage].top[layout->run_cell[run * layout->axis_count + curator]];
}

static double initial_log_mass(const ag_play *play, size_t position)
{
  const double *log_mass = play->game->space->log_mass;
  return log_mass ? log_mass[position] : play->uniform[0];
}

/* The weight of the new distribution under `accumulate`, in the step that
 * makes the next generation: m of the n_0 + m t items are new. */
static double new_share(const ag_play *play)
{
  const ag_game *game = play->game;
  if (!game->reading->accumulates)
    return 1;
  return game->added_size /
         (game->initial_size + game->added_size * (double)(play->generation + 1));
}

/* log of what the reading makes of an item of log mass l whose curves add up
 * to `gain` (parallel: the log of the weighted mean of exp(curve)). */
static double mixed(const ag_play *play, double l, double gain, double initial)
{
  double share = new_share(play), alpha = play->game->real_share;
  double next = l + gain;
  if (share < 1)
    next = l + ag_log_add(log1p(-share) - play->stage[0].total, log(share) + gain);
  if (alpha > 0)
    next = ag_log_add(log1p(-alpha) + next, log(alpha) + initial);
  return next;
}

/* log sum_i q_i exp(curve_i) of the parallel reading, from the curves' values. */
static double parallel_gain(const ag_play *play, const double *curve, size_t stride)
{
  double most = -INFINITY, sum = 0, weight = 0;
  for (size_t s = 0; s < play->stage_count; s++)
    most = fmax(most, curve[s * stride]);
  for (size_t s = 0; s < play->stage_count; s++) {
    double q = play->game->curator[play->stage[s].curator].weight;
    sum += q * exp(curve[s * stride] - most);
    weight += q;
  }
  return most + log(sum / weight);
}

/* An upper bound, at most a cell's width a stage too large, of the run's
 * advanced log masses. */
static double run_bound(const ag_play *play, const play_pass *pass, size_t run)
{
  bool parallel = play->game->reading->parallel && pass->stores;
  double gain = 0, curve[play->stage_count + 1];
  for (size_t s = pass->first; s < pass->end; s++) {
    curve[s - pass->first] = run_curve_top(play, run, s);
    gain += curve[s - pass->first];
  }
  if (pass->end == pass->first || !pass->stores)
    return play->run_most[run] + gain;
  if (parallel)
    gain = parallel_gain(play, curve, 1);
  return mixed(play, play->run_most[run], gain, play->run_initial[run]);
}

/* The parallel reading's curves one by one, then their mean. */
static void parallel_block(const ag_play *play, size_t run, size_t begin, size_t count,
                           double *gain)
{
  static const double zero[BLOCK];
  double curve[play->stage_count][BLOCK];
  for (size_t s = 0; s < play->stage_count; s++) {
    ag_kernel_curve one = run_curve(play, run, s, begin);
    ag_kernel_run call = {
        .count = count, .log_mass = zero, .curve_count = 1, .curve = &one, .advanced = curve[s]};
    play->kernels->run(&call);
  }
  for (size_t i = 0; i < count; i++)
    gain[i] = parallel_gain(play, curve[0] + i, BLOCK);
}

/* A block of a pass that stores under a reading that mixes. published: log of what the
 * last stage leaves, before it is mixed. */
static void mix_block(const ag_play *play, size_t run, const ag_kernel_curve *curves,
                      size_t curve_count, size_t begin, size_t count, double *out,
                      double *published)
{
  static const double zero[BLOCK];
  double gain[BLOCK];
  if (play->game->reading->parallel) {
    parallel_block(play, run, begin, count, gain);
  } else {
    ag_kernel_run call = {.count = count,
                          .log_mass = zero,
                          .curve_count = curve_count,
                          .curve = curves,
                          .advanced = gain};
    play->kernels->run(&call);
  }
  for (size_t i = 0; i < count; i++) {
    published[i] = play->log_mass[begin + i] + gain[i];
    out[i] = mixed(play, play->log_mass[begin + i], gain[i], initial_log_mass(play, begin + i));
  }
}

static void add_metrics(const ag_play *play, size_t begin, size_t count, const double *log_mass,
                        const double *mass, const double *previous, double *sums)
{
  const ag_game *game = play->game;
  const double *reward[game->curator_count];
  const double *initial = game->space->log_mass;
  for (size_t c = 0; c < game->curator_count; c++)
    reward[c] = game->curator[c].value + begin;
  ag_metric_block block = {.count = count,
                           .mass = mass,
                           .log_mass = log_mass,
                           .previous_mass = previous,
                           .initial_log_mass = initial ? initial + begin : play->uniform,
                           .item = game->layout.item + begin,
                           .reward = reward};
  for (size_t m = 0; m < game->metric_count; m++) {
    if (game->metric[m].column_count > 0)
      game->metric[m].type->accumulate(&game->metric[m], &block, sums);
    sums += game->metric[m].sum_count;
  }
}

static void block_curves(const ag_play *play, size_t run, size_t first, size_t end, size_t begin,
                         ag_kernel_curve *curve)
{
  for (size_t s = first; s < end; s++)
    curve[s - first] = run_curve(play, run, s, begin);
}

/* The moments of items [begin, begin + count) for each stage measured. */
static void measure_block(const ag_play *play, const play_pass *pass, size_t run, size_t begin,
                          size_t count, double *mass)
{
  const ag_layout *layout = &play->game->layout;
  for (size_t s = pass->measure; s < pass->measure_end; s++) {
    double part[AG_TERMS];
    ag_kernel_curve axis = run_curve(play, run, s, begin);
    ag_kernel_run call = {.count = count,
                          .log_mass = play->log_mass + begin,
                          .mass = mass,
                          .scale = play->run_scale[run],
                          .measure = &axis,
                          .moment = part};
    play->kernels->run(&call);
    double *moment = play->moment + ((s - pass->measure) * layout->run_count + run) * AG_TERMS;
    for (size_t k = 0; k < AG_TERMS; k++)
      moment[k] += part[k];
  }
}

/* The storing pass over one run in blocks: mixing, metrics, several measures. */
static void run_in_blocks(const ag_play *play, const play_pass *pass, size_t run, double *sums)
{
  const ag_game *game = play->game;
  ag_run_range range = game->layout.run[run];
  bool mixes = pass->end > pass->first &&
               (game->reading->parallel || game->reading->accumulates || game->real_share > 0);
  double most = -INFINITY;
  for (size_t at = 0; at < range.count; at += BLOCK) {
    size_t begin = range.begin + at, count = range.count - at < BLOCK ? range.count - at : BLOCK;
    double mass[BLOCK], previous[BLOCK], advanced[BLOCK], published[BLOCK];
    ag_kernel_curve curve[pass->end - pass->first + 1];
    if (game->metric_count)
      play->kernels->exp(count, play->log_mass + begin, 0, previous);
    block_curves(play, run, pass->first, pass->end, begin, curve);
    if (mixes) {
      mix_block(play, run, curve, pass->end - pass->first, begin, count, advanced, published);
      memcpy(play->log_mass + begin, advanced, count * sizeof *advanced);
    } else if (pass->end > pass->first) {
      ag_kernel_run call = {.count = count,
                            .log_mass = play->log_mass + begin,
                            .curve = curve,
                            .curve_count = pass->end - pass->first,
                            .advanced = play->log_mass + begin};
      play->kernels->run(&call);
    }
    for (size_t i = 0; i < count; i++)
      most = play->log_mass[begin + i] > most ? play->log_mass[begin + i] : most;
    measure_block(play, pass, run, begin, count, mass);
    if (game->metric_count && mixes && game->measured == AG_MEASURE_PUBLISHED) {
      play->kernels->exp(count, published, 0, mass);
      add_metrics(play, begin, count, published, mass, previous, sums);
    } else if (game->metric_count) {
      double unit = exp(play->run_scale[run]);
      for (size_t i = 0; i < count; i++)
        mass[i] *= unit;
      add_metrics(play, begin, count, play->log_mass + begin, mass, previous, sums);
    }
  }
  play->run_most[run] = most;
}

/* The plain pass over one run: one kernel call. */
static void run_at_once(const ag_play *play, const play_pass *pass, size_t run)
{
  ag_run_range range = play->game->layout.run[run];
  ag_kernel_curve curve[pass->end - pass->first + 1], axis;
  block_curves(play, run, pass->first, pass->end, range.begin, curve);
  ag_kernel_run call = {.count = range.count,
                        .log_mass = play->log_mass + range.begin,
                        .curve = curve,
                        .curve_count = pass->end - pass->first,
                        .advanced = pass->out ? pass->out + range.begin : NULL,
                        .scale = play->run_scale[run]};
  if (pass->measure < pass->measure_end) {
    axis = run_curve(play, run, pass->measure, range.begin);
    call.measure = &axis;
    call.moment = play->moment + run * AG_TERMS;
  }
  play->kernels->run(&call);
  if (pass->stores)
    play->run_most[run] = call.most;
}

/* --- a pass over all runs --- */

static void clear_sums(const ag_play *play, const play_pass *pass)
{
  const ag_layout *layout = &play->game->layout;
  memset(play->moment, 0,
         (pass->measure_end - pass->measure) * layout->run_count * AG_TERMS * sizeof(double));
  if (play->sum_count > 0) /* no metrics, no array */
    memset(play->chunk_sum, 0, layout->chunk_count * play->sum_count * sizeof(double));
}

static void play_over_runs(ag_play *play, const play_pass *pass)
{
  const ag_game *game = play->game;
  const ag_layout *layout = &game->layout;
  bool blocks = pass->stores && (game->metric_count || game->reading->parallel ||
                                 game->reading->accumulates || game->real_share > 0);
  if (blocks)
    clear_sums(play, pass);
#pragma omp parallel for schedule(static) if (layout->chunk_count > 1)
  for (size_t chunk = 0; chunk < layout->chunk_count; chunk++)
    for (size_t run = layout->chunk[chunk]; run < layout->chunk[chunk + 1]; run++) {
      if (!pass->keeps_scale)
        play->run_scale[run] = run_bound(play, pass, run);
      if (blocks)
        run_in_blocks(play, pass, run, play->chunk_sum + chunk * play->sum_count);
      else
        run_at_once(play, pass, run);
    }
}

/* Adds the runs' moments to their cells, in the runs' order, and solves. */
static void solve_stage(ag_play *play, size_t stage, const double *moment)
{
  const ag_layout *layout = &play->game->layout;
  size_t curator = play->stage[stage].curator, axes = layout->axis_count;
  size_t cells = layout->axis[curator].count;
  const uint32_t *cell = layout->run_cell + curator;
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
  play_stage *solved = &play->stage[stage];
  solved->total = ag_bradley_terry_solve(play->plan[curator], play->cell_scale, play->cell_moment,
                                         solved->coefficient);
  for (size_t c = 0; c < cells; c++) {
    solved->top[c] = 0;
    for (size_t k = 0; k < AG_TERMS; k++)
      solved->top[c] += solved->coefficient[c * AG_TERMS + k];
  }
}

static void play_pass_over(ag_play *play, const play_pass *pass)
{
  play_over_runs(play, pass);
  for (size_t s = pass->measure; s < pass->measure_end; s++)
    solve_stage(play, s,
                play->moment + (s - pass->measure) * play->game->layout.run_count * AG_TERMS);
}

static void finish_metrics(ag_play *play)
{
  const ag_game *game = play->game;
  double total = exp(play->stage[0].total);
  for (size_t i = 0; i < play->sum_count; i++) {
    ag_sum all = {0};
    for (size_t chunk = 0; chunk < game->layout.chunk_count; chunk++)
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

/* The last pass of a generation (or, with no curves, the first measurement). */
static void play_boundary(ag_play *play, size_t curves, bool keeps_scale)
{
  bool parallel = play->game->reading->parallel;
  play_pass pass = {.end = curves,
                    .measure_end = parallel ? play->stage_count : 1,
                    .stores = true,
                    .out = curves ? play->log_mass : NULL,
                    .keeps_scale = keeps_scale};
  play_pass_over(play, &pass);
  finish_metrics(play);
}

/* --- public --- */

void ag_play_step(ag_play *play)
{
  for (size_t s = 1; s < play->stage_count && !play->game->reading->parallel; s++) {
    play_pass pass = {.end = s, .measure = s, .measure_end = s + 1};
    play_pass_over(play, &pass);
  }
  play_boundary(play, play->stage_count, false);
  play->generation++;
}

size_t ag_play_generation(const ag_play *play)
{
  return play->generation;
}

const double *ag_play_metrics(const ag_play *play)
{
  return play->metric;
}

static void by_item(const ag_play *play, const double *advanced, double total, double *log_mass)
{
  const ag_layout *layout = &play->game->layout;
  for (size_t j = 0; j < layout->count; j++)
    log_mass[layout->item[j]] = j < layout->live ? advanced[j] - total : -INFINITY;
}

void ag_play_log_mass(const ag_play *play, double *log_mass)
{
  by_item(play, play->log_mass, play->stage[0].total, log_mass);
}

void ag_play_positions(const ag_play *play, double *log_mass)
{
  for (size_t j = 0; j < play->game->layout.live; j++)
    log_mass[j] = play->log_mass[j] - play->stage[0].total;
}

ag_status ag_play_published(ag_play *play, double *log_mass, bool *differs, ag_error *error)
{
  size_t first = play->stage_count, end = play->game->stage_count;
  *differs = play->game->reading->first_only && end > first;
  if (!*differs)
    return AG_OK;
  double *advanced = NULL;
  ag_status status = ag_array_create(play->game->layout.count, sizeof *advanced, &advanced, error);
  if (status)
    return status;
  for (size_t s = first; s < end; s++) {
    play_pass pass = {.first = first, .end = s, .measure = s, .measure_end = s + 1};
    play_pass_over(play, &pass);
  }
  play_pass last = {.first = first, .end = end, .out = advanced};
  play_over_runs(play, &last);
  by_item(play, advanced, 0, log_mass);
  free(advanced);
  return AG_OK;
}

size_t ag_play_arrays(ag_play *play, ag_play_array array[AG_PLAY_ARRAY_MOST])
{
  const ag_layout *layout = &play->game->layout;
  array[0] = (ag_play_array){"log_mass", layout->live, play->log_mass};
  array[1] = (ag_play_array){"run_scale", layout->run_count, play->run_scale};
  return 2;
}

void ag_play_restore(ag_play *play, size_t generation)
{
  play->generation = generation;
  play_boundary(play, 0, true);
}

/* --- making one --- */

static ag_status create_stages(ag_play *play, ag_error *error)
{
  const ag_game *game = play->game;
  size_t most = 0;
  ag_status status = ag_array_create(game->stage_count, sizeof *play->stage, &play->stage, error);
  if (status)
    return status;
  memset(play->stage, 0, game->stage_count * sizeof *play->stage);
  for (size_t s = 0; s < game->stage_count; s++) {
    play_stage *stage = &play->stage[s];
    stage->curator = game->stage[s];
    size_t cells = game->layout.axis[stage->curator].count;
    most = cells > most ? cells : most;
    if ((status = ag_array_create(cells * AG_TERMS, sizeof(double), &stage->coefficient, error)) ||
        (status = ag_array_create(cells, sizeof(double), &stage->top, error)))
      return status;
  }
  play->stage_count = game->reading->first_only ? 1 : game->stage_count;
  status = ag_array_create(most, sizeof(double), &play->cell_scale, error);
  return status ? status
                : ag_array_create(most * AG_TERMS, sizeof(double), &play->cell_moment, error);
}

static ag_status create_plans(ag_play *play, ag_error *error)
{
  const ag_game *game = play->game;
  play->plan = calloc(game->curator_count, sizeof *play->plan);
  if (!play->plan)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for the curators' plans");
  for (size_t c = 0; c < game->curator_count; c++) {
    ag_status status = ag_bradley_terry_create(game->curator[c].pool, &game->layout.axis[c],
                                               &play->plan[c], error);
    if (status)
      return status;
  }
  return AG_OK;
}

static ag_status create_arrays(ag_play *play, ag_error *error)
{
  const ag_layout *layout = &play->game->layout;
  size_t measured = play->game->reading->parallel ? play->stage_count : 1;
  for (size_t m = 0; m < play->game->metric_count; m++)
    play->sum_count += play->game->metric[m].sum_count;
  const struct {
    double **array;
    size_t count;
  } wanted[] = {{&play->log_mass, layout->live},
                {&play->run_most, layout->run_count},
                {&play->run_scale, layout->run_count},
                {&play->run_initial, layout->run_count},
                {&play->moment, measured * layout->run_count * AG_TERMS},
                {&play->chunk_sum, layout->chunk_count * play->sum_count},
                {&play->sum, play->sum_count},
                {&play->metric, ag_game_metric_count(play->game)}};
  for (size_t a = 0; a < sizeof wanted / sizeof *wanted; a++) {
    ag_status status = ag_array_create(wanted[a].count, sizeof(double), wanted[a].array, error);
    if (status)
      return status;
  }
  return AG_OK;
}

static void set_initial(ag_play *play)
{
  const ag_layout *layout = &play->game->layout;
#pragma omp parallel for schedule(static)
  for (size_t run = 0; run < layout->run_count; run++) {
    ag_run_range range = layout->run[run];
    double most = -INFINITY;
    for (size_t j = range.begin; j < range.begin + range.count; j++) {
      play->log_mass[j] = initial_log_mass(play, j);
      most = fmax(most, play->log_mass[j]);
    }
    play->run_most[run] = play->run_initial[run] = most;
  }
}

ag_status ag_play_create(const ag_game *game, ag_play **out, ag_error *error)
{
  ag_play *play = calloc(1, sizeof *play);
  if (!play)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a play");
  play->game = game;
  play->kernels = ag_kernels_get();
  for (size_t i = 0; i < BLOCK; i++)
    play->uniform[i] = -log((double)game->space->count);
  ag_status status = create_stages(play, error);
  if (!status)
    status = create_plans(play, error);
  if (!status)
    status = create_arrays(play, error);
  if (status) {
    ag_play_free(play);
    return status;
  }
  set_initial(play);
  play_boundary(play, 0, false);
  *out = play;
  return AG_OK;
}

void ag_play_free(ag_play *play)
{
  if (!play)
    return;
  for (size_t s = 0; play->stage && s < play->game->stage_count; s++) {
    free(play->stage[s].coefficient);
    free(play->stage[s].top);
  }
  for (size_t c = 0; play->plan && c < play->game->curator_count; c++)
    ag_bradley_terry_free(play->plan[c]);
  void *const owned[] = {play->stage,       play->plan,        play->log_mass, play->run_most,
                         play->run_scale,   play->run_initial, play->moment,   play->cell_scale,
                         play->cell_moment, play->chunk_sum,   play->sum,      play->metric};
  for (size_t i = 0; i < sizeof owned / sizeof *owned; i++)
    free(owned[i]);
  free(play);
}

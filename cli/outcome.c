#include "outcome.h"

#include <dirent.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "render.h"

/* Mass from which a set counts as where the game ended. */
static const double settled_share = 0.99;
/* Change of the metrics in a generation, relative to their size, below which
 * nothing moves any more. */
static const double settled_step = 1e-9;

double outcome_share(const ag_result *result, const ag_item_set *set)
{
  double share = 0;
  for (size_t i = 0; i < set->count; i++)
    share += exp(result->log_mass[set->item[i]]);
  return share;
}

double outcome_metric(const ag_result *result, const char *name, size_t generation)
{
  size_t metric = ag_result_find_metric(result, name);
  return metric == SIZE_MAX ? NAN : ag_result_metric(result, generation, metric);
}

/* Whether no metric changed in the last generation. */
static bool metrics_rest(const ag_result *result)
{
  size_t last = result->generations;
  for (size_t metric = 0; metric < result->metric_count && last > 0; metric++) {
    double now = ag_result_metric(result, last, metric);
    double change = fabs(now - ag_result_metric(result, last - 1, metric));
    if (change > settled_step * fmax(1, fabs(now)))
      return false;
  }
  return last > 0 && result->metric_count > 0;
}

static bool has_settled(const outcome_view *outcome)
{
  const ag_result *result = outcome->result;
  if (metrics_rest(result))
    return true;
  for (size_t i = 0; i < outcome->prediction->sink_count; i++)
    if (outcome_share(result, &outcome->prediction->sinks[i].items) >= settled_share)
      return true;
  return false;
}

const char *outcome_verdict(const outcome_view *outcome)
{
  if (outcome->result->generations == 0)
    return "not played";
  if (outcome_share(outcome->result, &outcome->prediction->paper_limit) >= settled_share)
    return "as predicted";
  return has_settled(outcome) ? "elsewhere" : "still moving";
}

char *outcome_label(const ag_game *game, size_t item)
{
  size_t size = ag_game_item_label(game, item, NULL, 0) + 1;
  char *label = program_allocate(size, 1);
  ag_game_item_label(game, item, label, size);
  return label;
}

char *outcome_describe_set(const ag_game *game, const ag_item_set *set)
{
  enum { NAMED_MOST = 3 };
  if (set->count == 0)
    return program_format("nothing");
  char *text = outcome_label(game, set->item[0]);
  if (set->count > NAMED_MOST) {
    char *many = program_format("%s items such as %s", render_count(set->count).text, text);
    free(text);
    return many;
  }
  for (size_t i = 1; i < set->count; i++) {
    char *label = outcome_label(game, set->item[i]);
    char *longer = program_format("%s, %s", text, label);
    free(label);
    free(text);
    text = longer;
  }
  return text;
}

/* ---- what was played ---- */

enum { HEAD = 12 }; /* the width of a line's first word */

static void print_order(FILE *out, const ag_game *game)
{
  char *order = program_format("%s", "");
  for (size_t i = 0; i < ag_game_stage_count(game); i++) {
    char *longer = program_format("%s%s%s", order, i ? " → " : "",
                                  ag_game_curator_name(game, ag_game_stage_curator(game, i)));
    free(order);
    order = longer;
  }
  fputs("Order       ", out);
  render_wrap(out, order, HEAD, HEAD);
  free(order);
}

/* "1,000 points in 2 dimensions (cloud)" */
static char *describe_space(const ag_game *game)
{
  size_t items = ag_game_item_count(game), dimension = ag_game_dimension(game);
  if (ag_game_is_cloud(game))
    return program_format("%s points in %zu dimension%s (cloud)",
                          render_count(ag_game_sampling(game).initial).text, dimension,
                          dimension == 1 ? "" : "s");
  if (ag_game_is_text(game))
    return program_format("%s sentences", render_count(ag_game_sampling(game).initial).text);
  return program_format("%s item%s (%s)", render_count(items).text, items == 1 ? "" : "s",
                        ag_game_space_kind(game));
}

void outcome_print_game(FILE *out, const ag_game *game)
{
  size_t generations = ag_game_generations(game), dropped = ag_game_dropped_count(game);
  char *space = describe_space(game);
  fprintf(out, "%s%s%s: %s, %zu generation%s, %s, seed %llu\n", render_bold(), ag_game_name(game),
          render_plain(), space, generations, generations == 1 ? "" : "s", ag_game_reading(game),
          (unsigned long long)ag_game_seed(game));
  free(space);
  if (dropped > 0)
    fprintf(out, "Left out    %zu row%s with missing cells\n", dropped, dropped == 1 ? "" : "s");
  if (ag_game_space_remark(game)) {
    fputs("Corpus      ", out);
    render_wrap(out, ag_game_space_remark(game), HEAD, HEAD);
  }
  for (size_t i = 0; i < ag_game_curator_count(game); i++)
    fprintf(out, "%-12s%s, pool %s, temperature %s\n", i == 0 ? "Curators" : "",
            ag_game_curator_name(game, i), render_pool(ag_game_curator_pool(game, i)).text,
            render_number(ag_game_curator_temperature(game, i)).text);
  print_order(out, game);
  if (ag_game_is_sampled(game))
    outcome_print_sampling(out, game);
}

/* ---- what theory says ---- */

static const char *regime_meaning(ag_regime regime)
{
  switch (regime) {
  case AG_REGIME_PERFECT:
    return "all curators like the same items best";
  case AG_REGIME_PARTIAL:
    return "the curators' favourites overlap";
  default:
    return "the curators' favourites have nothing in common";
  }
}

/* How fast a sink takes over. A factor that would be printed as 0 or 1 is told
 * in another way. */
static char *describe_pace(double log_lambda)
{
  double factor = exp(log_lambda);
  if (isinf(log_lambda))
    return program_format("%s", "");
  if (factor < 1e-300)
    return program_format("; near it the rest is gone in a generation");
  if (factor > 0.999)
    return program_format("; near it the rest shrinks by only %s a generation",
                          render_share(-expm1(log_lambda)).text);
  return program_format("; near it the rest shrinks by a factor %s a generation",
                        render_number(factor).text);
}

static void print_sink(FILE *out, const outcome_view *outcome, const ag_sink *sink)
{
  char *set = outcome_describe_set(outcome->game, &sink->items);
  char *pace = describe_pace(sink->log_lambda);
  char *line =
      program_format("%s (%s of the final mass%s)", set,
                     render_share(outcome_share(outcome->result, &sink->items)).text, pace);
  render_wrap(out, line, 0, HEAD);
  free(line);
  free(pace);
  free(set);
}

static const char *sinks_meaning(const ag_game *game, const ag_prediction *prediction)
{
  if (ag_game_real_share(game) > 0)
    return "without the real data; with it, the mass stays near one, never all in it";
  if (prediction->sink_count == 0)
    return "nothing can take over everything";
  return prediction->lock_in ? "where it starts decides where it ends (lock-in)"
                             : "every start leads there";
}

static void print_sinks(FILE *out, const outcome_view *outcome)
{
  enum { SINKS_MOST = 3 };
  const ag_prediction *prediction = outcome->prediction;
  fprintf(out, "Sinks       %zu: %s\n", prediction->sink_count,
          sinks_meaning(outcome->game, prediction));
  for (size_t i = 0; i < prediction->sink_count && i < SINKS_MOST; i++)
    print_sink(out, outcome, &prediction->sinks[i]);
  if (prediction->sink_count > SINKS_MOST)
    fprintf(out, "            and %s more\n",
            render_count(prediction->sink_count - SINKS_MOST).text);
}

void outcome_print_theory(FILE *out, const outcome_view *outcome)
{
  const ag_prediction *prediction = outcome->prediction;
  fprintf(out, "Regime      %s: %s\n", ag_regime_name(prediction->regime),
          regime_meaning(prediction->regime));
  char *limit = outcome_describe_set(outcome->game, &prediction->paper_limit);
  char *line = program_format("%s: all mass on %s", prediction->paper_theorem, limit);
  fputs("Predicted   ", out);
  render_wrap(out, line, HEAD, HEAD);
  free(line);
  free(limit);
  fprintf(out, "Outcome     %s%s%s: %s of the mass is there\n", render_bold(),
          outcome_verdict(outcome), render_plain(),
          render_share(outcome_share(outcome->result, &prediction->paper_limit)).text);
  print_sinks(out, outcome);
}

/* ---- what came of it ---- */

void outcome_print_diversity(FILE *out, const ag_result *result)
{
  size_t metric = ag_result_find_metric(result, "effective_number");
  if (metric == SIZE_MAX)
    return;
  fputs("Diversity   ", out);
  render_sparkline(out, result->metric + metric, result->generations + 1, result->metric_count,
                   render_columns() - 52);
  fprintf(out, "  %s → %s effective items\n",
          render_number(ag_result_metric(result, 0, metric)).text,
          render_number(ag_result_metric(result, result->generations, metric)).text);
}

/* The first, the middle and the last generation, each once; returns how many. */
static size_t choose_moments(size_t last, size_t at[3])
{
  const size_t moment[] = {0, last / 2, last};
  size_t count = 0;
  for (size_t i = 0; i < sizeof moment / sizeof *moment; i++)
    if (count == 0 || moment[i] > at[count - 1])
      at[count++] = moment[i];
  return count;
}

static render_table *begin_metrics(const size_t *at, size_t moments)
{
  const char *heading[4] = {"metric"};
  char *made[3];
  for (size_t i = 0; i < moments; i++)
    heading[i + 1] = made[i] = program_format(">generation %zu", at[i]);
  render_table *table = render_table_create(1 + moments, heading);
  for (size_t i = 0; i < moments; i++)
    free(made[i]);
  return table;
}

void outcome_print_metrics(FILE *out, const ag_result *result)
{
  enum { METRICS_MOST = 24 };
  size_t at[3], moments = choose_moments(result->generations, at);
  if (result->metric_count == 0)
    return;
  fprintf(out, "\n%sMetrics%s\n", render_bold(), render_plain());
  render_table *table = begin_metrics(at, moments);
  size_t shown = result->metric_count < METRICS_MOST ? result->metric_count : METRICS_MOST;
  for (size_t metric = 0; metric < shown; metric++) {
    render_table_add(table, result->metric_name[metric]);
    for (size_t i = 0; i < moments; i++)
      render_table_add(table, render_number(ag_result_metric(result, at[i], metric)).text);
  }
  render_table_print(table, out, 2);
  if (shown < result->metric_count)
    fprintf(out, "  and %zu more metrics%s\n", result->metric_count - shown,
            result->directory ? " in metrics.csv" : "");
  render_table_free(table);
}

void outcome_print_survivors(FILE *out, const outcome_view *outcome, size_t most)
{
  enum { BAR = 24, LABEL_MOST = 40, SHARE = 10 }; /* 1.1e-100 % */
  const ag_result *result = outcome->result;
  size_t count = result->outcome_count < most ? result->outcome_count : most;
  size_t widest = 0;
  char **label = program_allocate(count, sizeof *label);
  for (size_t i = 0; i < count; i++) {
    label[i] = outcome_label(outcome->game, result->outcome[i].item);
    size_t width = render_width(label[i]);
    widest = width > widest ? width : widest;
  }
  for (size_t i = 0; i < count; i++) {
    fputs("  ", out);
    render_cell(out, label[i], widest < LABEL_MOST ? widest : LABEL_MOST, false);
    fputs("  ", out);
    render_cell(out, render_share(result->outcome[i].mass).text, SHARE, true);
    fputs(result->outcome[i].mass * BAR * 8 < 0.5 ? "" : "  ", out);
    render_bar(out, result->outcome[i].mass, BAR, false);
    fputc('\n', out);
    free(label[i]);
  }
  free(label);
}

void outcome_print_density(FILE *out, const outcome_view *outcome)
{
  if (ag_game_dimension(outcome->game) != 2)
    return;
  if (ag_game_is_cloud(outcome->game)) {
    outcome_print_points(out, outcome->result);
    return;
  }
  char *first = outcome_label(outcome->game, 0);
  char *last = outcome_label(outcome->game, outcome->result->item_count - 1);
  fprintf(out, "\nWhere the mass is at the end, from %s to %s:\n", first, last);
  render_density(out, outcome->result->log_mass, ag_game_cells(outcome->game));
  free(first);
  free(last);
}

/* ---- the files ---- */

static int is_shown(const struct dirent *entry)
{
  return entry->d_name[0] != '.';
}

void outcome_print_files(FILE *out, const char *directory)
{
  if (!directory)
    return;
  struct dirent **entry;
  int count = scandir(directory, &entry, is_shown, alphasort);
  fprintf(out, "Files       %s/", directory);
  for (int i = 0; i < count; i++) {
    fprintf(out, "%s%s", i ? ", " : ": ", entry[i]->d_name);
    free(entry[i]);
  }
  if (count >= 0)
    free(entry);
  fputc('\n', out);
}

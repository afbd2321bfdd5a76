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
/* Total variation per generation below which nothing moves any more. */
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

static bool has_settled(const outcome_view *outcome)
{
  const ag_result *result = outcome->result;
  if (outcome_metric(result, "tv_step", result->generations) < settled_step)
    return true;
  for (size_t i = 0; i < outcome->prediction->sink_count; i++)
    if (outcome_share(result, &outcome->prediction->sinks[i].items) >= settled_share)
      return true;
  return false;
}

const char *outcome_verdict(const outcome_view *outcome)
{
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

static void print_order(FILE *out, const ag_game *game)
{
  fputs("Order       ", out);
  for (size_t i = 0; i < ag_game_stage_count(game); i++)
    fprintf(out, "%s%s", i ? " → " : "",
            ag_game_curator_name(game, ag_game_stage_curator(game, i)));
  fputc('\n', out);
}

void outcome_print_game(FILE *out, const ag_game *game)
{
  fprintf(out, "%s%s%s: %s items (%s), %zu generations, %s, seed %llu\n", render_bold(),
          ag_game_name(game), render_plain(), render_count(ag_game_item_count(game)).text,
          ag_game_space_kind(game), ag_game_generations(game), ag_game_reading(game),
          (unsigned long long)ag_game_seed(game));
  if (ag_game_dropped_count(game) > 0)
    fprintf(out, "Left out    %zu rows with missing cells\n", ag_game_dropped_count(game));
  for (size_t i = 0; i < ag_game_curator_count(game); i++)
    fprintf(out, "%-12s%s, pool %s, temperature %s\n", i == 0 ? "Curators" : "",
            ag_game_curator_name(game, i), render_pool(ag_game_curator_pool(game, i)).text,
            render_number(ag_game_curator_temperature(game, i)).text);
  print_order(out, game);
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

enum { HEAD = 12 }; /* the width of a line's first word */

static void print_sink(FILE *out, const outcome_view *outcome, const ag_sink *sink)
{
  char *set = outcome_describe_set(outcome->game, &sink->items);
  char *pace = isfinite(sink->log_lambda)
                   ? program_format("; near it the rest shrinks by a factor %s a generation",
                                    render_number(exp(sink->log_lambda)).text)
                   : program_format("%s", "");
  char *line =
      program_format("%s (%s of the final mass%s)", set,
                     render_share(outcome_share(outcome->result, &sink->items)).text, pace);
  render_wrap(out, line, 0, HEAD);
  free(line);
  free(pace);
  free(set);
}

static void print_sinks(FILE *out, const outcome_view *outcome)
{
  enum { SINKS_MOST = 3 };
  const ag_prediction *prediction = outcome->prediction;
  fprintf(out, "Sinks       %zu: %s\n", prediction->sink_count,
          prediction->lock_in ? "where it starts decides where it ends (lock-in)"
                              : "every start leads there");
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

void outcome_print_metrics(FILE *out, const ag_result *result)
{
  enum { METRICS_MOST = 24 };
  size_t last = result->generations;
  const size_t at[] = {0, last / 2, last};
  enum { MOMENTS = sizeof at / sizeof *at };
  char *heading[MOMENTS];
  for (size_t i = 0; i < MOMENTS; i++)
    heading[i] = program_format(">generation %zu", at[i]);
  render_table *table = render_table_create(
      1 + MOMENTS, (const char *const[]){"metric", heading[0], heading[1], heading[2]});
  size_t shown = result->metric_count < METRICS_MOST ? result->metric_count : METRICS_MOST;
  for (size_t metric = 0; metric < shown; metric++) {
    render_table_add(table, result->metric_name[metric]);
    for (size_t i = 0; i < MOMENTS; i++)
      render_table_add(table, render_number(ag_result_metric(result, at[i], metric)).text);
  }
  render_table_print(table, out, 2);
  if (shown < result->metric_count)
    fprintf(out, "  and %zu more metrics%s\n", result->metric_count - shown,
            result->directory ? " in metrics.csv" : "");
  render_table_free(table);
  for (size_t i = 0; i < MOMENTS; i++)
    free(heading[i]);
}

void outcome_print_survivors(FILE *out, const outcome_view *outcome, size_t most)
{
  enum { BAR = 24, LABEL_MOST = 44 };
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
    render_cell(out, render_share(result->outcome[i].mass).text, 9, true);
    fputs("  ", out);
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

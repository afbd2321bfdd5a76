/* The parts of a summary that only sampled games have. */
#include "outcome.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/catalogue.h>

#include "program.h"
#include "render.h"

enum { TEXT_WIDTH = 76 };

static const double often = 0.01; /* a share of one text that is worth a line */

void outcome_print_sizes(FILE *out, const ag_game *game)
{
  ag_sampling sampling = ag_game_sampling(game);
  char *sizes = program_format("%s at first, %s generates %s", render_count(sampling.initial).text,
                               ag_game_generator(game), render_count(sampling.generate).text);
  for (size_t s = 0; s < ag_game_stage_count(game); s++)
    program_append(&sizes, ", %s keeps %s",
                   ag_game_curator_name(game, ag_game_stage_curator(game, s)),
                   render_count(ag_game_stage_keep(game, s)).text);
  outcome_print_line(out, "Samples", sizes);
}

void outcome_print_sampling(FILE *out, const ag_game *game)
{
  ag_sampling sampling = ag_game_sampling(game);
  size_t replicates = ag_game_replicates(game);
  outcome_print_sizes(out, game);
  outcome_print_line(out, "Selection", program_format("%s: %s", sampling.selection, sampling.law));
  fprintf(out, "Dataset     %s", sampling.dataset);
  if (sampling.dataset_size > 0)
    fprintf(out, " %zu", sampling.dataset_size);
  fprintf(out, "; metrics are of what is %s\n",
          strcmp(sampling.measured, "dataset") ? sampling.measured : "in the dataset");
  fprintf(out, "Replicates  %zu\n", replicates);
}

/* ---- texts ---- */

/* The first texts that a generation has published, one a line, cut at the terminal's width. */
static void print_shown(FILE *out, const ag_result_texts *texts, size_t generation, size_t most)
{
  size_t count = texts->shown_count[generation];
  for (size_t i = 0; i < count && i < most; i++) {
    const char *text = texts->shown[generation * AG_TEXTS_SHOWN + i];
    size_t width = render_width(text);
    fputs("  ", out);
    render_cell(out, text, width < TEXT_WIDTH ? width : TEXT_WIDTH, false);
    fputc('\n', out);
  }
}

void outcome_print_texts(FILE *out, const ag_result *result)
{
  enum { EACH = 4 };
  size_t last = result->generations;
  const ag_result_texts *texts = result->texts;
  fprintf(out, "\n%sThe first dataset%s\n", render_bold(), render_plain());
  print_shown(out, texts, 0, EACH);
  for (size_t g = last > 1 ? last / 2 : last; g > 0 && g <= last;
       g += last - g > 0 ? last - g : 1) {
    fprintf(out, "%sPublished in generation %zu%s\n", render_bold(), g, render_plain());
    print_shown(out, texts, g, EACH);
  }
  if (texts->frequent_count > 0 && texts->frequent_share[0] > often)
    render_format(out, "Most often  “%s”: %s of all\n", texts->frequent[0],
                  render_share(texts->frequent_share[0]).text);
}

void outcome_print_last_texts(FILE *out, const ag_result *result, size_t most)
{
  const ag_result_texts *texts = result->texts;
  fprintf(out, "%sPublished in generation %zu%s\n", render_bold(), result->generations,
          render_plain());
  print_shown(out, texts, result->generations, most);
  if (texts->frequent_count > 0 && texts->frequent_share[0] > often)
    render_format(out, "Most often  “%s”: %s of all\n", texts->frequent[0],
                  render_share(texts->frequent_share[0]).text);
}

/* ---- metrics over the replicates ---- */

static double exact_metric(const ag_result *result, const char *name, size_t generation)
{
  return result->exact ? outcome_metric(result->exact, name, generation) : (double)NAN;
}

static void add_row(render_table *table, const ag_result *result, size_t metric,
                    const ag_spread *spread)
{
  size_t last = result->generations;
  const char *name = result->metric_name[metric];
  render_table_add(table, name);
  render_table_add(table,
                   render_number(ag_metric_shown(name, ag_result_metric(result, 0, metric))).text);
  render_table_add(table, render_number(ag_metric_shown(name, spread->mean)).text);
  if (result->replicates > 1) {
    render_table_add(table, render_number((spread->high - spread->low) / 2).text);
    render_table_add(table, render_number(spread->q05).text);
    render_table_add(table, render_number(spread->q95).text);
  }
  if (result->exact)
    render_table_add(table,
                     render_number(ag_metric_shown(name, exact_metric(result, name, last))).text);
}

static void print_fits(FILE *out, const ag_game *game, const ag_fit_counts *fits)
{
  if (!strcmp(ag_game_generator(game), "ideal") || fits->fits == 0)
    return;
  render_format(out, "Fits        %s of %s", render_count(fits->fits).text,
                ag_game_generator(game));
  if (fits->iterations > 0)
    fprintf(out, ", %s %s each on average",
            render_number((double)fits->iterations / (double)fits->fits).text,
            ag_game_is_text(game) ? "steps" : "iterations");
  fputc('\n', out);
  const struct {
    size_t count;
    const char *what;
  } met[] = {{fits->not_converged, "stopped at the most iterations allowed"},
             {fits->reduced, "had fewer different items than components"},
             {fits->regularised, "needed the regularisation, or the least variance"}};
  for (size_t i = 0; i < sizeof met / sizeof *met; i++)
    if (met[i].count > 0)
      fprintf(out, "            %s of them %s\n", render_count(met[i].count).text, met[i].what);
}

/* What texts have lost, and which of them perplexity is about. */
static void print_texts(FILE *out, const ag_facts *facts)
{
  char *cuts = ag_cuts_words(facts), *unknown = ag_unknown_words(facts);
  if (cuts)
    outcome_print_line(out, "Cut", cuts);
  if (unknown)
    outcome_print_line(out, "Unknown", unknown);
}

static void print_counterpart(FILE *out, const ag_game *game, const ag_result *result)
{
  const char *why = NULL;
  ag_game *exact = NULL;
  if (result->exact) {
    outcome_print_line(out, "Exact",
                       program_format("the same game with the ideal learner and endless "
                                      "samples: the difference is what finite samples "
                                      "and the %s learner add",
                                      ag_game_generator(game)));
  } else if (ag_game_counterpart(game, &exact, &why, NULL) == AG_OK && why) {
    outcome_print_line(out, "Exact", program_format("no exact counterpart: %s", why));
  }
  ag_game_free(exact);
}

void outcome_print_fits(FILE *out, const outcome_view *outcome)
{
  print_fits(out, outcome->game, &outcome->result->fits);
  print_texts(out, outcome->facts);
}

static render_table *begin_spreads(const ag_result *result)
{
  const char *heading[7] = {"metric", ">start", ">end"};
  size_t columns = 3;
  if (result->replicates > 1) {
    heading[columns++] = ">± 95 %";
    heading[columns++] = ">5 %";
    heading[columns++] = ">95 %";
  }
  if (result->exact)
    heading[columns++] = ">exact";
  return render_table_create(columns, heading);
}

int outcome_print_spreads(FILE *out, const outcome_view *outcome, size_t most)
{
  const ag_result *result = outcome->result;
  ag_error error = {0};
  size_t count = result->metric_count < most ? result->metric_count : most;
  render_table *table = begin_spreads(result);
  int status = STATUS_DONE;
  for (size_t metric = 0; metric < count && status == STATUS_DONE; metric++) {
    ag_spread spread;
    if (ag_result_spread(result, result->generations, metric, &spread, &error) != AG_OK)
      status = program_fail(&error);
    else
      add_row(table, result, metric, &spread);
  }
  if (status == STATUS_DONE) {
    fprintf(out, "\n%sMetrics%s%s\n", render_bold(), render_plain(),
            result->replicates > 1
                ? ": mean over the replicates, half its 95 % interval, quantiles of them"
                : "");
    render_table_print(table, out, 2);
  }
  render_table_free(table);
  return status;
}

int outcome_print_replicates(FILE *out, const outcome_view *outcome)
{
  int status = outcome_print_spreads(out, outcome, SIZE_MAX);
  if (status != STATUS_DONE)
    return status;
  putc('\n', out);
  print_counterpart(out, outcome->game, outcome->result);
  outcome_print_fits(out, outcome);
  return STATUS_DONE;
}

/* ---- points ---- */

/* The least and the greatest finite coordinate along one axis. */
static void find_range(const ag_result *result, size_t d, double *low, double *high)
{
  *low = INFINITY;
  *high = -INFINITY;
  for (size_t i = 0; i < result->point_count; i++) {
    double x = result->point[i * result->dimension + d];
    *low = fmin(*low, x);
    *high = fmax(*high, x);
  }
  double margin = fmax(0.05 * (*high - *low), 1e-9 * fmax(1, fabs(*high)));
  *low -= margin;
  *high += margin;
}

void outcome_print_points(FILE *out, const ag_result *result)
{
  enum { COLUMNS = 48, ROWS = 24 };
  static const size_t cells[2] = {COLUMNS, ROWS};
  double low[2], high[2], log_mass[COLUMNS * ROWS] = {0};
  if (result->point_count == 0)
    return;
  for (size_t d = 0; d < 2; d++)
    find_range(result, d, &low[d], &high[d]);
  for (size_t i = 0; i < result->point_count; i++) {
    size_t at[2];
    for (size_t d = 0; d < 2; d++) {
      double share = (result->point[2 * i + d] - low[d]) / (high[d] - low[d]);
      at[d] = (size_t)fmin(share * (double)cells[d], (double)(cells[d] - 1));
    }
    log_mass[at[0] * ROWS + at[1]] += 1;
  }
  for (size_t i = 0; i < COLUMNS * ROWS; i++)
    log_mass[i] = log(log_mass[i] / (double)result->point_count);
  fprintf(out, "\nWhere the points are at the end, from (%.3g, %.3g) to (%.3g, %.3g):\n", low[0],
          low[1], high[0], high[1]);
  render_density(out, log_mass, cells);
}

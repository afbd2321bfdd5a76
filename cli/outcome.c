#include "outcome.h"

#include <dirent.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <aligngame/catalogue.h>

#include "program.h"
#include "render.h"

enum { HEAD = 12 }; /* the width of a line's first word */

double outcome_metric(const ag_result *result, const char *name, size_t generation)
{
  size_t metric = ag_result_find_metric(result, name);
  return metric == SIZE_MAX ? NAN : ag_result_metric(result, generation, metric);
}

char *outcome_label(const ag_game *game, size_t item)
{
  static const char cut[] = "…";
  enum { MOST = 400 }; /* bytes: a cell can hold a book */
  size_t length = ag_game_item_label(game, item, NULL, 0), end = length < MOST ? length : MOST;
  char *label = program_allocate(end + sizeof cut, 1);
  ag_game_item_label(game, item, label, end + 1);
  if (length == end)
    return label;
  while (end > 0 && ((unsigned char)label[end - 1] & 0xC0) == 0x80)
    end--;
  strcpy(label + (end > 0 ? end - 1 : 0), cut); /* the last character may be a part of one */
  return label;
}

/* Words that the library has made; the program ends where it had no memory for them. */
static char *made(char *words)
{
  if (!words)
    program_leave(program_fail_system("cannot print", "the summary"));
  return words;
}

char *outcome_describe_set(const ag_game *game, const ag_item_set *set)
{
  return made(ag_item_set_words(game, set));
}

void outcome_print_line(FILE *out, const char *head, char *line)
{
  fprintf(out, "%-*s", HEAD, head);
  render_wrap(out, line, HEAD, HEAD);
  free(line);
}

/* ---- what was played ---- */

char *outcome_describe_steps(const ag_game *game, size_t most)
{
  size_t count = ag_game_step_count(game);
  char *text = program_format("%s", "");
  for (size_t s = 0; s < count && s < most; s++) {
    size_t size = ag_game_step_words(game, s, NULL, 0) + 1;
    char *words = program_allocate(size, 1);
    ag_game_step_words(game, s, words, size);
    program_append(&text, "%s%s", s ? ", then " : "", words);
    free(words);
  }
  if (count > most)
    program_append(&text, ", and %zu steps more", count - most);
  return text;
}

/* Whether a generation is one curator after another and nothing else. */
static bool is_plain_sequence(const ag_game *game)
{
  for (size_t s = 0; s < ag_game_step_count(game); s++)
    if (strcmp(ag_game_step_name(game, s), "curate") != 0)
      return false;
  return true;
}

static void print_order(FILE *out, const ag_game *game)
{
  if (!is_plain_sequence(game)) {
    outcome_print_line(out, "Loop", outcome_describe_steps(game, SIZE_MAX));
    return;
  }
  char *order = program_format("%s", "");
  for (size_t i = 0; i < ag_game_stage_count(game); i++)
    program_append(&order, "%s%s", i ? " → " : "",
                   ag_game_curator_name(game, ag_game_stage_curator(game, i)));
  outcome_print_line(out, "Order", order);
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

/* What changes with the generation is told as it is in the first and the last one. */
static char *describe_curator(const ag_game *game, size_t curator)
{
  size_t last = ag_game_generations(game) > 0 ? ag_game_generations(game) - 1 : 0;
  render_text pool[2] = {render_pool(ag_game_curator_pool_at(game, curator, 0)),
                         render_pool(ag_game_curator_pool_at(game, curator, last))};
  render_text temperature[2] = {render_number(ag_game_curator_temperature_at(game, curator, 0)),
                                render_number(ag_game_curator_temperature_at(game, curator, last))};
  bool same = strcmp(pool[0].text, pool[1].text) == 0;
  bool steady = strcmp(temperature[0].text, temperature[1].text) == 0;
  return program_format("%s, pool %s%s%s, temperature %s%s%s", ag_game_curator_name(game, curator),
                        pool[0].text, same ? "" : " → ", same ? "" : pool[1].text,
                        temperature[0].text, steady ? "" : " → ",
                        steady ? "" : temperature[1].text);
}

static void print_curator(FILE *out, const ag_game *game, size_t curator)
{
  outcome_print_line(out, curator == 0 ? "Curators" : "", describe_curator(game, curator));
}

void outcome_print_players(FILE *out, const ag_game *game)
{
  char *line = program_format("%s", "");
  for (size_t i = 0; i < ag_game_curator_count(game); i++) {
    char *curator = describe_curator(game, i);
    program_append(&line, "%s%s", i ? "; " : "", curator);
    free(curator);
  }
  outcome_print_line(out, "Curators", line);
  if (!is_plain_sequence(game) || ag_game_curator_count(game) > 1)
    print_order(out, game);
}

static bool is_absent(const ag_game *game, size_t item)
{
  size_t items = ag_game_item_count(game);
  double *start = program_allocate(items, sizeof *start);
  ag_game_initial_log_mass(game, start);
  bool absent = item < items && start[item] == -INFINITY;
  free(start);
  return absent;
}

/* Items without mass at the start never appear. */
static void print_absent(FILE *out, const ag_game *game)
{
  size_t items = ag_game_item_count(game), absent = 0, last = 0;
  double *start = program_allocate(items, sizeof *start);
  ag_game_initial_log_mass(game, start);
  for (size_t i = items; i-- > 0;)
    if (start[i] == -INFINITY) {
      absent++;
      last = i;
    }
  free(start);
  if (absent == 0)
    return;
  char *first = outcome_label(game, last);
  outcome_print_line(out, "Absent",
                     absent == 1
                         ? program_format("%s: without mass at the start it never appears", first)
                         : program_format("%s items such as %s: without mass at the start "
                                          "they never appear",
                                          render_count(absent).text, first));
  free(first);
}

void outcome_print_title(FILE *out, const ag_game *game)
{
  size_t generations = ag_game_generations(game), most = render_columns() / 2;
  size_t width = render_width(ag_game_name(game));
  char *space = describe_space(game);
  width = width < most ? width : most;
  fputs(render_bold(), out);
  render_cell(out, ag_game_name(game), width, false);
  fprintf(out, "%s: ", render_plain());
  render_say(out, width + 2, width + 2 < HEAD ? width + 2 : HEAD,
             "%s, %zu generation%s, %s, seed %llu", space, generations, generations == 1 ? "" : "s",
             ag_game_reading(game), (unsigned long long)ag_game_seed(game));
  free(space);
}

void outcome_print_left_out(FILE *out, const ag_game *game)
{
  size_t dropped = ag_game_dropped_count(game);
  if (dropped > 0)
    fprintf(out, "Left out    %zu row%s with missing cells\n", dropped, dropped == 1 ? "" : "s");
  print_absent(out, game);
}

void outcome_print_corpus(FILE *out, const ag_game *game)
{
  if (ag_game_space_remark(game))
    outcome_print_line(out, "Corpus", program_format("%s", ag_game_space_remark(game)));
}

void outcome_print_game(FILE *out, const ag_game *game)
{
  outcome_print_title(out, game);
  outcome_print_left_out(out, game);
  outcome_print_corpus(out, game);
  if (ag_game_generator_remark(game))
    outcome_print_line(out, "Model", program_format("%s", ag_game_generator_remark(game)));
  for (size_t i = 0; i < ag_game_curator_count(game); i++)
    print_curator(out, game, i);
  print_order(out, game);
  if (ag_game_is_sampled(game))
    outcome_print_sampling(out, game);
}

/* ---- what theory says ---- */

/* The ends of the loop that was played: sinks, or rest points. */
static void print_ends(FILE *out, const outcome_view *outcome)
{
  enum { ENDS_MOST = 3 };
  const ag_facts *facts = outcome->facts;
  size_t count = facts->outcome.end_count;
  bool sinks = facts->prediction->theory.kind == AG_THEORY_SINKS;
  char *meaning = made(ag_ends_words(facts));
  outcome_print_line(out, sinks ? "Sinks" : "Rest points",
                     program_format("%s: %s", render_count(count).text, meaning));
  free(meaning);
  for (size_t e = 0; e < count && e < ENDS_MOST; e++)
    outcome_print_line(out, "", made(ag_end_words(outcome->game, facts, e)));
  if (count > ENDS_MOST)
    fprintf(out, "            and %s more\n", render_count(count - ENDS_MOST).text);
}

void outcome_print_ends(FILE *out, const outcome_view *outcome)
{
  const ag_prediction *prediction = outcome->facts->prediction;
  if (prediction->neutral)
    outcome_print_line(out, "Neutral", made(ag_ends_words(outcome->facts)));
  else if (prediction->theory.kind != AG_THEORY_NONE)
    print_ends(out, outcome);
}

void outcome_print_why(FILE *out, const outcome_view *outcome)
{
  outcome_print_line(out, "Theory", program_format("%s", outcome->facts->prediction->theory.why));
}

void outcome_print_regime(FILE *out, const outcome_view *outcome)
{
  const ag_prediction *prediction = outcome->facts->prediction;
  if (prediction->optimal_sets)
    outcome_print_line(out, "Regime", made(ag_regime_words(prediction)));
}

void outcome_print_ending(FILE *out, const outcome_view *outcome)
{
  const ag_facts *facts = outcome->facts;
  if (!isnan(facts->outcome.theorem_share))
    outcome_print_line(out, "Paper", made(ag_theorem_words(outcome->game, facts)));
  outcome_print_line(out, "Outcome", made(ag_ending_words(outcome->game, facts, &facts->outcome)));
  if (facts->has_exact)
    outcome_print_line(out, "Exactly", made(ag_ending_words(outcome->game, facts, &facts->exact)));
}

void outcome_print_headline(FILE *out, const outcome_view *outcome)
{
  outcome_print_line(out, "In short", made(ag_facts_headline(outcome->facts)));
}

void outcome_print_theory(FILE *out, const outcome_view *outcome)
{
  outcome_print_regime(out, outcome);
  outcome_print_why(out, outcome);
  outcome_print_ends(out, outcome);
  outcome_print_ending(out, outcome);
  outcome_print_headline(out, outcome);
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

void outcome_print_survival(FILE *out, const outcome_view *outcome)
{
  char *words = made(ag_survival_words(outcome->facts));
  if (*words)
    outcome_print_line(out, "", words);
  else
    free(words);
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
      render_table_add(table,
                       render_number(ag_metric_shown(result->metric_name[metric],
                                                     ag_result_metric(result, at[i], metric)))
                           .text);
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
  size_t count = result->outcome_count < most ? result->outcome_count : most, widest = 0;
  while (count > 0 && is_absent(outcome->game, result->outcome[count - 1].item))
    count--; /* the last of all */
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
  render_format(out, "\nWhere the mass is at the end, from %s to %s:\n", first, last);
  render_density(out, outcome->result->log_mass, ag_game_cells(outcome->game));
  free(first);
  free(last);
}

/* ---- the files ---- */

static int is_shown(const struct dirent *entry)
{
  return entry->d_name[0] != '.';
}

/* The bytes of the copies in a run directory. */
static double copied_bytes(const char *directory)
{
  double bytes = 0;
  char *folder = program_format("%s/inputs", directory);
  DIR *listing = opendir(folder);
  struct stat information;
  bool failed = !listing;
  for (struct dirent *entry; !failed && (entry = readdir(listing));) {
    failed = fstatat(dirfd(listing), entry->d_name, &information, 0) != 0;
    bytes += !failed && S_ISREG(information.st_mode) ? (double)information.st_size : 0;
  }
  if (failed)
    program_leave(program_fail_system("cannot read", folder));
  closedir(listing);
  free(folder);
  return bytes;
}

/* The names of its files; those of inputs as a whole, with their size. */
static char *list_files(const char *directory)
{
  struct dirent **entry;
  int count = scandir(directory, &entry, is_shown, alphasort);
  if (count < 0)
    program_leave(program_fail_system("cannot read", directory));
  char *list = program_format("%s/", directory);
  for (int i = 0; i < count; i++) {
    program_append(&list, "%s%s", i ? ", " : ": ", entry[i]->d_name);
    if (strcmp(entry[i]->d_name, "inputs") == 0) {
      double bytes = copied_bytes(directory);
      bool small = bytes < 1e6;
      program_append(&list, " (%.0f %s)", ceil(bytes / (small ? 1e3 : 1e6)), small ? "kB" : "MB");
    }
    free(entry[i]);
  }
  free(entry);
  return list;
}

void outcome_print_files(FILE *out, const char *directory)
{
  if (directory)
    outcome_print_line(out, "Files", list_files(directory));
}

/* The games on texts as tables. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "paper_text.h"
#include "program.h"
#include "render.h"

enum { MOMENTS = PAPER_TEXT_MOMENTS };

static void add_cell(render_table *table, char *text)
{
  render_table_add(table, text);
  free(text);
}

static void add_real(render_table *table, double value, int digits)
{
  add_cell(table, isnan(value) ? program_format("–") : program_format("%.*f", digits, value));
}

static char *range_words(const double range[2])
{
  return program_format("%g–%g", range[0], range[1]);
}

static void add_reading(render_table *table, size_t scenario)
{
  const double *reading = paper_text_reading[scenario];
  add_cell(table, reading[0] < reading[1] ? program_format("%.1f–%.1f", reading[0], reading[1])
                                          : program_format("%.1f", reading[0]));
}

/* --- values beside the paper's --- */

static void add_play(render_table *table, const paper_text *text, size_t variant, size_t scenario)
{
  const paper_text_play *play = paper_text_find(text, variant, scenario);
  const paper_text_law *exact = &play->exact;
  size_t end = play->result->generations;
  ag_spread spread = paper_text_spread(play, "word_count", end);
  const double(*range)[2] = paper_text_variants[variant].range[scenario];
  render_table_add(table, paper_scenarios[scenario].name);
  add_cell(table, range_words(range[0]));
  add_cell(table, range_words(range[1]));
  add_reading(table, scenario);
  add_real(table, spread.mean, 2);
  add_real(table, spread.deviation, 2);
  add_real(table, exact->mean[end], 2);
  add_real(table, paper_text_distance(play), 2);
  render_table_add(table, exact->sinks);
  render_table_add(table, paper_text_verdict(play));
}

static void print_variant(const paper_text *text, size_t variant)
{
  const char *const heading[] = {paper_text_variants[variant].name,
                                 ">Owner",
                                 ">Public",
                                 ">paper",
                                 ">ours",
                                 ">spread",
                                 ">exact",
                                 ">TV",
                                 ">sinks",
                                 "verdict"};
  render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
  for (size_t s = 0; s < PAPER_SCENARIOS; s++)
    if (text->scenario[s])
      add_play(table, text, variant, s);
  putchar('\n');
  render_table_print(table, stdout, 2);
  render_table_free(table);
}

static void print_best(const paper_text *text)
{
  size_t variants = 0;
  char *list = program_format("%s", "");
  for (size_t v = 0; v < PAPER_TEXT_VARIANTS; v++) {
    if (!text->variant[v])
      continue;
    char *longer = program_format("%s%s%s %.2f", list, variants++ > 0 ? ", " : "",
                                  paper_text_variants[v].name, text->deviation[v]);
    free(list);
    list = longer;
  }
  char *line =
      program_format("Root mean square distance from the paper's values, in words: %s.", list);
  putchar('\n');
  render_wrap(stdout, line, 0, 0);
  if (variants > 1) {
    char *best = program_format("The paper's values fit the ranges of %s best.",
                                paper_text_variants[text->best].follows);
    render_wrap(stdout, best, 0, 0);
    free(best);
  }
  free(line);
  free(list);
}

static void print_legend(const paper_text *text)
{
  const paper_text_law *exact = &text->play[0].exact;
  char *sinks = program_format(
      "paper: the mean number of words at iteration 20, read off Figure 3 to 0.1. exact: the same "
      "game on numbers of words with endless samples and a learner that learns what it is given, "
      "after %zu iterations; TV: total-variation distance of its law from the samples'. sinks: "
      "where the exact engine must end under the rule `pools`, as theory has it; several: the "
      "start decides.",
      exact->generations);
  putchar('\n');
  render_wrap(stdout, sinks, 0, 0);
  free(sinks);
}

/* --- reasons --- */

static const paper_text_play *find_change(const paper_text *text, const char *change,
                                          size_t scenario)
{
  for (size_t i = 0; i < text->count; i++)
    if (text->play[i].change && strcmp(text->play[i].change, change) == 0 &&
        text->play[i].scenario == scenario)
      return &text->play[i];
  return NULL;
}

static void add_change(render_table *table, const paper_text *text, const char *change)
{
  render_table_add(table, change ? change : "as the paper has it");
  double sum = 0;
  size_t games = 0;
  for (size_t s = 0; s < PAPER_SCENARIOS; s++) {
    const paper_text_play *play = NULL;
    if (text->scenario[s])
      play = change ? find_change(text, change, s) : paper_text_find(text, text->best, s);
    if (!play) {
      render_table_add(table, "–");
      render_table_add(table, "–");
      continue;
    }
    size_t end = play->result->generations;
    double mean = paper_text_spread(play, "word_count", end).mean;
    add_real(table, mean, 2);
    add_real(table, play->exact.mean[end], 2);
    sum += pow(paper_text_miss(s, mean), 2);
    games++;
  }
  add_real(table, sqrt(sum / (double)games), 2);
}

static double end_mean(const paper_text_play *play)
{
  return paper_text_spread(play, "word_count", play->result->generations).mean;
}

/* The changes that reach what was read off the figure, on the heap; empty: none does. */
static char *list_reasons(const paper_text *text, size_t scenario)
{
  char *list = program_format("%s", "");
  for (size_t i = 0; i < text->count; i++) {
    const paper_text_play *play = &text->play[i];
    if (!play->change || play->scenario != scenario ||
        paper_text_miss(scenario, end_mean(play)) > PAPER_TEXT_READING_ERROR)
      continue;
    char *longer =
        program_format("%s%s%s (%.2f)", list, *list ? ", " : "", play->change, end_mean(play));
    free(list);
    list = longer;
  }
  return list;
}

static void print_reason(const paper_text *text, size_t scenario)
{
  const paper_text_play *plain = paper_text_find(text, text->best, scenario);
  if (strcmp(paper_text_verdict(plain), "agrees") == 0)
    return;
  char *list = list_reasons(text, scenario);
  char *line = *list ? program_format("%s: %.2f becomes the paper's value with any of: %s.",
                                      paper_scenarios[scenario].name, end_mean(plain), list)
                     : program_format("%s: no change tried brings %.2f to the paper's value.",
                                      paper_scenarios[scenario].name, end_mean(plain));
  render_wrap(stdout, line, 0, 2);
  free(line);
  free(list);
}

static void print_change_table(const paper_text *text)
{
  const char *const heading[] = {"mean words", ">perfect",  ">exact", ">partial",
                                 ">exact",     ">disjoint", ">exact", ">RMS"};
  render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
  render_table_add(table, "the paper's figure");
  for (size_t s = 0; s < PAPER_SCENARIOS; s++) {
    add_reading(table, s);
    render_table_add(table, "");
  }
  render_table_add(table, "");
  add_change(table, text, NULL);
  for (size_t i = 0; i < text->count; i++) {
    const char *change = text->play[i].change;
    if (change && (i == 0 || text->play[i - 1].change != change))
      add_change(table, text, change);
  }
  render_table_print(table, stdout, 2);
  render_table_free(table);
}

static void print_changes(const paper_text *text)
{
  const paper_text_play *last = &text->play[text->count - 1];
  if (!last->change)
    return;
  printf("\n%sOne thing changed%s: the ranges of %s, %zu seed%s\n\n", render_bold(), render_plain(),
         paper_text_variants[text->best].follows, last->result->replicates,
         last->result->replicates == 1 ? "" : "s");
  print_change_table(text);
  putchar('\n');
  for (size_t s = 0; s < PAPER_SCENARIOS; s++)
    if (text->scenario[s])
      print_reason(text, s);
  render_wrap(stdout, "Such a change is a possible reason, not a proven one.", 0, 2);
}

/* --- language --- */

static void add_language(render_table *table, const paper_text_play *play, size_t generation,
                         bool named)
{
  static const struct {
    const char *metric;
    int digits;
  } measures[] = {{"distinct.2", 3}, {"duplicates", 3}, {"novelty", 3}, {"perplexity", 1}};
  char *name = program_format("%s, %s", paper_scenarios[play->scenario].name,
                              paper_text_variants[play->variant].name);
  if (!named)
    add_cell(table, program_format("%s", ""));
  else
    render_table_add(table, play->scenario == 0 ? paper_scenarios[0].name : name);
  free(name);
  add_cell(table, program_format("%zu", generation));
  for (size_t m = 0; m < sizeof measures / sizeof *measures; m++)
    add_real(table, paper_text_spread(play, measures[m].metric, generation).mean,
             measures[m].digits);
}

static void print_language(const paper_text *text)
{
  const char *const heading[] = {"language",    ">iteration", ">distinct-2",
                                 ">duplicates", ">novelty",   ">perplexity"};
  render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
  for (size_t i = 0; i < text->count; i++) {
    const paper_text_play *play = &text->play[i];
    size_t moment[MOMENTS];
    if (play->change || (play->scenario > 0 && play->variant != text->best))
      continue;
    size_t count = paper_text_moments(play, moment);
    for (size_t m = 0; m < count; m++)
      add_language(table, play, moment[m], m == 0);
  }
  printf("\n%sWhat the loop does to the language%s\n\n", render_bold(), render_plain());
  render_table_print(table, stdout, 2);
  render_table_free(table);
  putchar('\n');
  render_wrap(stdout,
              "distinct-2: different pairs of words among all pairs. duplicates: texts that equal "
              "an earlier one. novelty: texts that are not in the corpus. perplexity: of the "
              "model per word on texts of the corpus that were held out.",
              0, 0);
}

static void print_sentences(const paper_text_play *play)
{
  const ag_result_texts *texts = play->result->texts;
  size_t moment[MOMENTS], count = paper_text_moments(play, moment);
  if (!texts)
    return;
  printf("\n  %s\n", paper_scenarios[play->scenario].name);
  for (size_t m = 0; m < count; m++)
    for (size_t i = 0; i < texts->shown_count[moment[m]] && i < 3; i++) {
      char *label = i == 0 ? program_format("iteration %zu", moment[m]) : program_format("%s", "");
      fputs("    ", stdout);
      render_cell(stdout, label, 14, false);
      render_wrap(stdout, texts->shown[moment[m] * AG_TEXTS_SHOWN + i], 18, 20);
      free(label);
    }
}

/* --- the whole --- */

void paper_text_print(const paper_text *text)
{
  const ag_result *first = text->play[0].result;
  const ag_game *game = text->play[0].game;
  ag_sampling sampling = ag_game_sampling(game);
  printf("%sThe paper's experiment on texts%s: %s, %zu seed%s, %zu iterations\n", render_bold(),
         render_plain(), ag_game_generator(game), first->replicates,
         first->replicates == 1 ? "" : "s", first->generations);
  char *sizes = program_format(
      "%zu sentences of %s (%.1f words on average); the Owner keeps %zu, the model writes %zu, the "
      "Public keeps %zu; rule %s. A text has reward 1 with a number of words inside a curator's "
      "range and loses 2 a word outside; the paper gives neither this fall-off nor a temperature, "
      "which are those of its circles (eq. 6; 0.5).",
      sampling.initial, text->corpus ? text->corpus : "the program's grammar",
      text->play[0].exact.mean[0], ag_game_stage_keep(game, 0), sampling.generate,
      ag_game_stage_keep(game, 1), sampling.selection);
  render_wrap(stdout, sizes, 0, 0);
  if (text->note)
    render_wrap(stdout, text->note, 0, 0);
  free(sizes);
  for (size_t v = 0; v < PAPER_TEXT_VARIANTS; v++)
    if (text->variant[v])
      print_variant(text, v);
  print_best(text);
  print_legend(text);
  print_changes(text);
  print_language(text);
  printf("\n%sWhat is published%s\n", render_bold(), render_plain());
  for (size_t s = 0; s < PAPER_SCENARIOS; s++)
    if (text->scenario[s])
      print_sentences(paper_text_find(text, text->best, s));
}

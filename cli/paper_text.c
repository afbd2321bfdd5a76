/* aligngame paper text: the games on texts, and their tables. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "paper.h"
#include "program.h"
#include "progress.h"
#include "render.h"

enum { SCENARIOS = AG_PAPER_SCENARIOS, VARIANTS = AG_PAPER_VARIANTS };

static const char *scenario_name(size_t scenario)
{
  return ag_paper_scenarios[scenario].name;
}

static void add_reading(render_table *table, size_t scenario)
{
  const double *reading = ag_paper_scenarios[scenario].words;
  if (reading[0] < reading[1])
    render_table_format(table, "%.1f–%.1f", reading[0], reading[1]);
  else
    render_table_format(table, "%.1f", reading[0]);
}

/* --- values beside the paper's --- */

static double end_exact(const ag_paper_text *play)
{
  return play->exact.mean[play->exact.generations];
}

static void add_play(render_table *table, const ag_paper_text *play, size_t variant)
{
  const double(*range)[2] = ag_paper_variants[variant].range[play->scenario];
  render_table_add(table, scenario_name(play->scenario));
  for (size_t side = 0; side < AG_PAPER_SIDES; side++)
    render_table_format(table, "%g–%g", range[side][0], range[side][1]);
  add_reading(table, play->scenario);
  render_table_number(table, "%.2f", play->words.mean);
  render_table_number(table, "%.2f", play->words.deviation);
  render_table_number(table, "%.2f", end_exact(play));
  render_table_number(table, "%.2f", play->distance);
  render_table_add(table, play->exact.sinks);
  render_table_add(table, play->verdict);
}

static void print_variant(const ag_paper_texts *text, size_t variant)
{
  const char *name = ag_paper_variants[variant].name;
  const char *const heading[] = {name,      ">Owner", ">Public", ">paper", ">ours",
                                 ">spread", ">exact", ">TV",     ">sinks", "verdict"};
  render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
  for (size_t s = 0; s < SCENARIOS; s++)
    if (text->scenario[s])
      add_play(table, ag_paper_texts_find(text, variant, s), variant);
  putchar('\n');
  render_table_end(table, stdout, 2);
}

static void print_best(const ag_paper_texts *text)
{
  size_t variants = 0;
  char list[128] = "";
  for (size_t v = 0; v < VARIANTS; v++)
    if (text->variant[v]) {
      size_t used = strlen(list);
      snprintf(list + used, sizeof list - used, "%s%s %.2f", variants++ > 0 ? ", " : "",
               ag_paper_variants[v].name, text->deviation[v]);
    }
  putchar('\n');
  render_say(stdout, 0, 0, "Root mean square distance from the paper's values, in words: %s.",
             list);
  if (variants > 1)
    render_say(stdout, 0, 0, "The paper's values fit the ranges of %s best.",
               ag_paper_variants[text->best].follows);
}

static void print_legend(const ag_paper_texts *text)
{
  putchar('\n');
  render_say(
      stdout, 0, 0,
      "paper: the mean number of words at iteration 20, read off Figure 3 to 0.1. exact: the same "
      "game on numbers of words with endless samples and a learner that learns what it is given, "
      "after %zu iterations; TV: total-variation distance of its law from the samples'. sinks: "
      "where the exact engine must end under the rule `pools`, as theory has it; several: the "
      "start decides.",
      text->play[0].exact.generations);
}

/* --- reasons --- */

static const ag_paper_text *find_change(const ag_paper_texts *text, const char *change,
                                        size_t scenario)
{
  for (size_t i = 0; i < text->count; i++)
    if (text->play[i].change && strcmp(text->play[i].change, change) == 0 &&
        text->play[i].scenario == scenario)
      return &text->play[i];
  return NULL;
}

static void add_change(render_table *table, const ag_paper_texts *text, const char *change)
{
  render_table_add(table, change ? change : "as the paper has it");
  double sum = 0;
  size_t games = 0;
  for (size_t s = 0; s < SCENARIOS; s++) {
    const ag_paper_text *play = NULL;
    if (text->scenario[s])
      play = change ? find_change(text, change, s) : ag_paper_texts_find(text, text->best, s);
    render_table_number(table, "%.2f", play ? play->words.mean : NAN);
    render_table_number(table, "%.2f", play ? end_exact(play) : NAN);
    sum += play ? pow(play->miss, 2) : 0;
    games += play != NULL;
  }
  render_table_number(table, "%.2f", sqrt(sum / (double)games));
}

/* The changes that reach what was read off the figure, if any does. */
static void print_reason(const ag_paper_texts *text, size_t scenario)
{
  const ag_paper_text *plain = ag_paper_texts_find(text, text->best, scenario);
  char list[1024] = "";
  if (strcmp(plain->verdict, "agrees") == 0)
    return;
  for (size_t i = 0, used = 0; i < text->count; i++) {
    const ag_paper_text *play = &text->play[i];
    if (play->change && play->scenario == scenario && play->miss <= AG_PAPER_WORDS_ERROR)
      used += (size_t)snprintf(list + used, sizeof list - used, "%s%s (%.2f)", used > 0 ? ", " : "",
                               play->change, play->words.mean);
  }
  if (*list)
    render_say(stdout, 0, 2, "%s: %.2f becomes the paper's value with any of: %s.",
               scenario_name(scenario), plain->words.mean, list);
  else
    render_say(stdout, 0, 2, "%s: no change tried brings %.2f to the paper's value.",
               scenario_name(scenario), plain->words.mean);
}

static void print_change_table(const ag_paper_texts *text)
{
  const char *const heading[] = {"mean words", ">perfect",  ">exact", ">partial",
                                 ">exact",     ">disjoint", ">exact", ">RMS"};
  render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
  render_table_add(table, "the paper's figure");
  for (size_t s = 0; s < SCENARIOS; s++) {
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
  render_table_end(table, stdout, 2);
}

static void print_changes(const ag_paper_texts *text)
{
  const ag_paper_text *last = &text->play[text->count - 1];
  if (!last->change)
    return;
  printf("\n%sOne thing changed%s: the ranges of %s, %zu seed%s\n\n", render_bold(), render_plain(),
         ag_paper_variants[text->best].follows, last->result->replicates,
         last->result->replicates == 1 ? "" : "s");
  print_change_table(text);
  putchar('\n');
  for (size_t s = 0; s < SCENARIOS; s++)
    if (text->scenario[s])
      print_reason(text, s);
  render_wrap(stdout, "Such a change is a possible reason, not a proven one.", 0, 2);
}

/* --- language --- */

static void add_language(render_table *table, const ag_paper_text *play, size_t generation,
                         bool named)
{
  static const char *const measures[] = {"distinct.2", "duplicates", "novelty", "perplexity"};
  bool shared = play->scenario == 0; /* the perfect game is the same in every variant */
  render_table_format(table, "%s%s%s", named ? scenario_name(play->scenario) : "",
                      named && !shared ? ", " : "",
                      named && !shared ? ag_paper_variants[play->variant].name : "");
  render_table_format(table, "%zu", generation);
  for (size_t m = 0; m < sizeof measures / sizeof *measures; m++)
    render_table_number(table, m < 3 ? "%.3f" : "%.1f",
                        ag_paper_text_spread(play, measures[m], generation)->mean);
}

static void print_language(const ag_paper_texts *text)
{
  const char *const heading[] = {"language",    ">iteration", ">distinct-2",
                                 ">duplicates", ">novelty",   ">perplexity"};
  render_table *table = render_table_create(sizeof heading / sizeof *heading, heading);
  for (size_t i = 0; i < text->count; i++) {
    const ag_paper_text *play = &text->play[i];
    size_t moment[AG_PAPER_MOMENTS];
    if (play->change || (play->scenario > 0 && play->variant != text->best))
      continue;
    size_t count = ag_paper_text_moments(play, moment);
    for (size_t m = 0; m < count; m++)
      add_language(table, play, moment[m], m == 0);
  }
  printf("\n%sWhat the loop does to the language%s\n\n", render_bold(), render_plain());
  render_table_end(table, stdout, 2);
  putchar('\n');
  render_wrap(stdout,
              "distinct-2: different pairs of words among all pairs. duplicates: texts that equal "
              "an earlier one. novelty: texts that are not in the corpus. perplexity: of the "
              "model per word on texts of the corpus that were held out.",
              0, 0);
}

static void print_sentences(const ag_paper_text *play)
{
  enum { SHOWN = 3 };
  const ag_result_texts *texts = play->result->texts;
  size_t moment[AG_PAPER_MOMENTS], count = ag_paper_text_moments(play, moment);
  if (!texts)
    return;
  render_format(stdout, "\n  %s\n", scenario_name(play->scenario));
  for (size_t m = 0; m < count; m++)
    for (size_t i = 0; i < texts->shown_count[moment[m]] && i < SHOWN; i++) {
      char label[32] = "";
      if (i == 0)
        snprintf(label, sizeof label, "iteration %zu", moment[m]);
      fputs("    ", stdout);
      render_cell(stdout, label, 14, false);
      render_wrap(stdout, texts->shown[moment[m] * AG_TEXTS_SHOWN + i], 18, 20);
    }
}

/* --- the whole --- */

static void print_sizes(const ag_paper_texts *text)
{
  const ag_result *first = text->play[0].result;
  const ag_game *game = text->play[0].game;
  ag_sampling sampling = ag_game_sampling(game);
  printf("%sThe paper's experiment on texts%s: %s, %zu seed%s, %zu iterations\n", render_bold(),
         render_plain(), ag_game_generator(game), first->replicates,
         first->replicates == 1 ? "" : "s", first->generations);
  render_say(
      stdout, 0, 0,
      "%zu sentences of %s (%.1f words on average); the Owner keeps %zu, the model writes %zu, the "
      "Public keeps %zu; rule %s. A text has reward 1 with a number of words inside a curator's "
      "range and loses 2 a word outside; the paper gives neither this fall-off nor a temperature, "
      "which are those of its circles (eq. 6; 0.5).",
      sampling.initial, text->corpus ? text->corpus : "the program's grammar",
      text->play[0].exact.mean[0], ag_game_stage_keep(game, 0), sampling.generate,
      ag_game_stage_keep(game, 1), sampling.selection);
  if (text->note)
    render_wrap(stdout, text->note, 0, 0);
}

static void print(const ag_paper_texts *text)
{
  print_sizes(text);
  for (size_t v = 0; v < VARIANTS; v++)
    if (text->variant[v])
      print_variant(text, v);
  print_best(text);
  print_legend(text);
  print_changes(text);
  print_language(text);
  printf("\n%sWhat is published%s\n", render_bold(), render_plain());
  for (size_t s = 0; s < SCENARIOS; s++)
    if (text->scenario[s])
      print_sentences(ag_paper_texts_find(text, text->best, s));
}

ag_paper_texts_spec paper_text_spec(const cli_arguments *arguments)
{
  ag_error error = {0};
  ag_paper_texts_spec spec = {.scale = cli_text(arguments, "scale"),
                              .model = cli_text(arguments, "model"),
                              .corpus = cli_text(arguments, "corpus"),
                              .variant = cli_text(arguments, "variant"),
                              .scenario = cli_text(arguments, "scenario")};
  if (ag_paper_texts_check(&spec, &error) != AG_OK)
    cli_usage_error(arguments->command, "--%s", error.message);
  return spec;
}

static void begin_game(void *context, const ag_game *game)
{
  progress_line *line = context;
  *line = progress_begin(game, false);
}

static void end_game(void *context, size_t played)
{
  (void)played;
  progress_end(context);
}

static int report(const cli_arguments *arguments, const ag_paper_texts *text)
{
  ag_error error = {0};
  const char *directory = paper_directory(arguments), *scale = text->scale;
  if (paper_tells(arguments))
    print(text);
  if (cli_given(arguments, "json"))
    program_print_json(ag_paper_texts_json(text));
  int status = paper_make_directory(arguments);
  if (status != STATUS_DONE || !directory)
    return status;
  if (ag_paper_texts_save(text, directory, &error) != AG_OK)
    return program_fail(&error);
  if (paper_tells(arguments))
    render_format(stdout,
                  "\nFiles       %s/: text-%s.json, text-%s.csv, text-%s-*.png, .svg, .pdf\n",
                  directory, scale, scale, scale);
  return STATUS_DONE;
}

static int play(const cli_arguments *arguments, const ag_paper_options *options,
                const ag_paper_texts_spec *spec)
{
  ag_error error = {0};
  ag_paper_texts *text = NULL;
  if (ag_paper_texts_play(options, spec, &text, &error) != AG_OK)
    return program_fail(&error);
  int status = report(arguments, text);
  ag_paper_texts_free(text);
  return status;
}

/* Both scales, or the folder's model, with none of the overrides but the seed. */
static int play_all(const cli_arguments *arguments, ag_paper_options *options,
                    ag_paper_texts_spec *spec)
{
  static const char *const scales[] = {"ngram", "small"};
  size_t count = spec->model ? 1 : sizeof scales / sizeof *scales;
  const char **seed = program_allocate(arguments->override_count, sizeof *seed);
  int status = STATUS_DONE;
  options->override_count = 0;
  options->override = seed;
  for (size_t i = 0; i < arguments->override_count; i++)
    if (strncmp(arguments->override[i], "seed=", 5) == 0)
      seed[options->override_count++] = arguments->override[i];
  for (size_t i = 0; i < count && status == STATUS_DONE; i++) {
    if (!cli_given(arguments, "quiet"))
      putchar('\n');
    spec->scale = spec->model ? NULL : scales[i];
    status = play(arguments, options, spec);
  }
  free((void *)seed);
  return status;
}

int paper_text(const cli_arguments *arguments, bool all)
{
  progress_line line = {.on = false};
  ag_paper_texts_spec spec = paper_text_spec(arguments);
  ag_paper_options options = paper_options(arguments);
  if (!cli_given(arguments, "quiet")) {
    options.begin = begin_game;
    options.progress = progress_report;
    options.end = end_game;
    options.context = &line;
  }
  char *kept = paper_make_kept(arguments, "text");
  options.kept = kept;
  int status = all ? play_all(arguments, &options, &spec) : play(arguments, &options, &spec);
  free(kept);
  return status;
}

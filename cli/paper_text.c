/* The paper's experiment on texts: which games, how they are played, and the command. */
#include "paper_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <aligngame/catalogue.h>

#include "program.h"
#include "progress.h"
#include "render.h"

enum { OVERRIDES_MOST = 12 };

const paper_text_variant paper_text_variants[PAPER_TEXT_VARIANTS] = {
    {"text",
     "the paper's text",
     {"text-perfect", "text-partial", "text-disjoint"},
     {{{4, 4}, {4, 4}}, {{2, 4}, {4, 6}}, {{1, 3}, {5, 6}}}},
    {"panels",
     "the panels of the paper's Figure 3",
     {"text-perfect", "text-partial-panels", "text-disjoint-panels"},
     {{{4, 4}, {4, 4}}, {{1, 4}, {3, 6}}, {{3, 4}, {5, 6}}}},
    {"caption",
     "the caption of the paper's Figure 3",
     {"text-perfect", "text-partial-caption", "text-disjoint-caption"},
     {{{4, 4}, {4, 4}}, {{1, 3}, {3, 5}}, {{3, 4}, {5, 6}}}},
};

const double paper_text_reading[PAPER_SCENARIOS][2] = {{4, 4}, {3.3, 3.5}, {4, 4.1}};

/* --- scales --- */

enum { OF_A_CHANGE = 2 };

typedef struct text_change {
  const char *words, *change[OF_A_CHANGE];
} text_change;

static const text_change ngram_changes[] = {
    {"model temperature 0.9", {"generator.ngram.temperature=0.9"}},
    {"model temperature 1", {"generator.ngram.temperature=1"}},
    {"an ideal learner", {"generator=ideal", "engine=samples"}},
    {"rule groups", {"samples.selection=groups"}},
    {"rule pools (10 and 2)", {"samples.selection=pools"}},
    {"rule top", {"samples.selection=top"}},
    {"-1 a word outside",
     {"curators.owner.reward.word_count.slope=1", "curators.public.reward.word_count.slope=1"}},
    {"curators at temp. 1", {"curators.owner.temperature=1", "curators.public.temperature=1"}},
    {"the dataset replaced", {"samples.dataset=replace"}},
    {"measured: the dataset", {"measure=dataset"}},
    {NULL, {NULL}}};

static const text_change small_changes[] = {
    {"model temperature 1", {"generator.gpt2.temperature=1"}},
    {"begun anew each time", {"generator.gpt2.continue=false"}},
    {NULL, {NULL}}};

typedef struct text_scale {
  const char *name;
  size_t seeds;
  const text_change *changes; /* tried one at a time, from so many seeds; NULL: none */
  size_t change_seeds;
  const char *note;        /* what the model is, in words; NULL: its name says it */
  bool sparing;            /* the panels' ranges unless asked otherwise, and changes where ours end
                              elsewhere than the paper's alone */
  const char *override;    /* of the presets; NULL: none */
  const char *of_a_corpus; /* and for a file, whose sentences are longer */
} text_scale;

static const text_scale scales[] = {
    {.name = "ngram", .seeds = 10, .changes = ngram_changes, .change_seeds = 4},
    {.name = "small",
     .seeds = 1,
     .changes = small_changes,
     .change_seeds = 1,
     .note =
         "The model is a small GPT-2 (2 layers, width 64) that learns all sentences first, in 4 "
         "epochs; unless --variant says otherwise it plays the panels' ranges alone, and from "
         "one seed.",
     .sparing = true,
     .override = "generator={gpt2: {layers: 2, heads: 2, width: 64, vocabulary: 1024, context: 64, "
                 "start_epochs: 4, start_batch: 32, start_learning_rate: 0.004, temperature: 0.8}}",
     .of_a_corpus = "generator.gpt2.context=128"},
    {.name = "model",
     .seeds = 1,
     .note =
         "The model is the folder's GPT-2, fine-tuned in every iteration; unless --variant says "
         "otherwise it plays the panels' ranges alone, and from one seed.",
     .sparing = true},
};

static const char *scale_name(size_t index)
{
  return scales[index].name;
}

static const text_scale *find_scale(const char *name)
{
  size_t i = 0;
  while (strcmp(scales[i].name, name) != 0)
    i++;
  return &scales[i];
}

/* --- one game --- */

/* What is played, one after the other. */
typedef struct text_table {
  const cli_arguments *arguments;
  const text_scale *scale;
  size_t override_count; /* the scale's, the corpus' and the sizes' */
  char *override[OVERRIDES_MOST];
  bool circles; /* the user's overrides are for the circles, but the seed */
  paper_text *text;
} text_table;

/* A YAML text in double quotes, on the heap. */
static char *quote(const char *text)
{
  char *quoted = program_allocate(2 * strlen(text) + 3, 1), *to = quoted;
  *to++ = '"';
  for (; *text; text++) {
    if (*text == '"' || *text == '\\')
      *to++ = '\\';
    *to++ = *text;
  }
  *to = '"';
  return quoted;
}

static void add_override(text_table *table, char *override)
{
  if (table->override_count < OVERRIDES_MOST)
    table->override[table->override_count++] = override;
  else
    free(override);
}

static void prepare(text_table *table)
{
  const cli_arguments *arguments = table->arguments;
  const char *model = cli_text(arguments, "model"), *corpus = cli_text(arguments, "corpus");
  if (table->scale->override)
    add_override(table, program_format("%s", table->scale->override));
  if (corpus && table->scale->of_a_corpus)
    add_override(table, program_format("%s", table->scale->of_a_corpus));
  if (model) {
    char *quoted = quote(model);
    add_override(table, program_format("generator={gpt2: {model: %s, temperature: 0.8}}", quoted));
    free(quoted);
  }
  if (corpus) {
    char *quoted = quote(corpus);
    add_override(
        table,
        program_format("space={text: {file: %s, sentences: 10000, words: [1, 100], held_out: 500}}",
                       quoted));
    free(quoted);
  }
  add_override(
      table, program_format("replicates=%zu", cli_count(arguments, "seeds", table->scale->seeds)));
  if (cli_given(arguments, "generations"))
    add_override(table, program_format("generations=%zu", cli_count(arguments, "generations", 0)));
}

static ag_status load(const text_table *table, paper_text_play *play, const char *const *change,
                      size_t change_count, ag_error *error)
{
  const cli_arguments *arguments = table->arguments;
  const char *preset = paper_text_variants[play->variant].preset[play->scenario];
  const char *text = ag_preset_text(preset);
  size_t count = 0, most = table->override_count + change_count + arguments->override_count;
  const char **override = program_allocate(most + 1, sizeof *override);
  for (size_t i = 0; i < table->override_count; i++)
    override[count++] = table->override[i];
  for (size_t i = 0; i < change_count; i++)
    override[count++] = change[i];
  for (size_t i = 0; i < arguments->override_count; i++)
    if (!table->circles || strncmp(arguments->override[i], "seed=", 5) == 0)
      override[count++] = arguments->override[i];
  ag_status status = ag_game_parse(preset, text, strlen(text), override, count, &play->game, error);
  free((void *) override);
  return status;
}

/* Whether it is a game that the exact one on numbers of words follows. */
static bool is_the_papers_loop(const ag_game *game)
{
  const char *dataset = ag_game_sampling(game).dataset, *reading = ag_game_reading(game);
  return ag_game_stage_count(game) == PAPER_SIDES && ag_game_real_share(game) == 0 && dataset &&
         (strcmp(dataset, "replace") == 0 || strcmp(dataset, "accumulate") == 0) &&
         (strcmp(reading, "sequential") == 0 || strcmp(reading, "accumulate") == 0);
}

static int refuse_loop(void)
{
  fputs(
      "aligngame: error: paper text plays the paper's loop on samples: two curators in turn, and a "
      "dataset that is replaced or accumulates\n",
      stderr);
  return STATUS_USAGE;
}

static int add_play(const text_table *table, paper_text_play play, const char *const *change,
                    size_t change_count)
{
  ag_error error = {0};
  paper_text *text = table->text;
  if (text->count == PAPER_TEXT_PLAYS_MOST)
    return STATUS_DONE;
  ag_status status = load(table, &play, change, change_count, &error);
  if (status == AG_ERROR_INPUT && play.change)
    return STATUS_DONE; /* with the user's own sizes this change may be no game */
  if (status == AG_OK && !is_the_papers_loop(play.game)) {
    ag_game_free(play.game);
    return refuse_loop();
  }
  if (status == AG_OK)
    status = paper_text_law_play(play.game, &play.exact, &error);
  if (status == AG_OK) {
    progress_line progress = progress_begin(play.game, cli_given(table->arguments, "quiet"));
    ag_run_options options = {
        .progress = progress_report, .context = &progress, .interrupt = program_interrupt()};
    status = ag_run(play.game, &options, &play.result, &error);
    progress_end(&progress);
  }
  text->play[text->count++] = play;
  return status == AG_OK ? STATUS_DONE : program_fail(&error);
}

/* --- all games --- */

/* The perfect game is the same in every variant: it is played once. */
static int play_printed(const text_table *table)
{
  const paper_text *text = table->text;
  int status = STATUS_DONE;
  for (size_t v = 0; v < PAPER_TEXT_VARIANTS; v++)
    for (size_t s = 0; s < PAPER_SCENARIOS && status == STATUS_DONE; s++)
      if (text->variant[v] && text->scenario[s] && !paper_text_find(text, v, s))
        status = add_play(table, (paper_text_play){.scenario = s, .variant = v}, NULL, 0);
  return status;
}

static void find_best(paper_text *text)
{
  text->best = PAPER_TEXT_VARIANTS;
  for (size_t v = 0; v < PAPER_TEXT_VARIANTS; v++) {
    double sum = 0;
    size_t games = 0;
    for (size_t s = 0; s < PAPER_SCENARIOS; s++) {
      const paper_text_play *play = text->variant[v] ? paper_text_find(text, v, s) : NULL;
      if (!play)
        continue;
      double mean = paper_text_spread(play, "word_count", play->result->generations).mean;
      sum += pow(paper_text_miss(s, mean), 2);
      games++;
    }
    text->deviation[v] = games > 0 ? sqrt(sum / (double)games) : NAN;
    if (games > 0 &&
        (text->best == PAPER_TEXT_VARIANTS || text->deviation[v] < text->deviation[text->best]))
      text->best = v;
  }
}

/* A game of the best variant with one thing changed, from fewer seeds, which are enough for the
 * number of words. Without a language model it does not begin with every text of the corpus once,
 * but with as many draws. */
static int play_change(const text_table *table, size_t scenario, const text_change *changed)
{
  const paper_text *text = table->text;
  size_t seeds = text->play[0].result->replicates;
  char *replicates = program_format(
      "replicates=%zu", seeds < table->scale->change_seeds ? seeds : table->scale->change_seeds);
  char *initial =
      program_format("samples.initial=%zu", ag_game_sampling(text->play[0].game).initial);
  const char *change[3 + OF_A_CHANGE] = {"metrics=[word_count, {word_share: {most: 101}}]",
                                         replicates};
  size_t count = 2;
  for (size_t i = 0; i < OF_A_CHANGE && changed->change[i]; i++)
    change[count++] = changed->change[i];
  if (strcmp(changed->change[0], "generator=ideal") == 0)
    change[count++] = initial;
  int status = add_play(
      table,
      (paper_text_play){.scenario = scenario, .variant = text->best, .change = changed->words},
      change, count);
  free(replicates);
  free(initial);
  return status;
}

static bool is_settled(const paper_text *text, size_t scenario)
{
  return strcmp(paper_text_verdict(paper_text_find(text, text->best, scenario)), "agrees") == 0;
}

static int play_changes(const text_table *table)
{
  const paper_text *text = table->text;
  int status = STATUS_DONE;
  for (const text_change *change = table->scale->changes; change && change->words; change++)
    for (size_t s = 0; s < PAPER_SCENARIOS && status == STATUS_DONE; s++)
      if (text->scenario[s] && !(table->scale->sparing && is_settled(text, s)))
        status = play_change(table, s, change);
  return status;
}

static int play_all(text_table *table)
{
  prepare(table);
  int status = play_printed(table);
  if (status == STATUS_DONE)
    find_best(table->text);
  if (status == STATUS_DONE)
    status = play_changes(table);
  for (size_t i = 0; i < table->override_count; i++)
    free(table->override[i]);
  return status;
}

/* --- the command --- */

/* The number of an option's value among names, SIZE_MAX where it is not given. */
static size_t choose(const cli_arguments *arguments, const char *option,
                     const char *(*name)(size_t index), size_t count)
{
  const char *given = cli_text(arguments, option);
  if (!given)
    return SIZE_MAX;
  for (size_t i = 0; i < count; i++)
    if (strcmp(name(i), given) == 0)
      return i;
  char *names = program_format("%s", name(0));
  for (size_t i = 1; i < count; i++) {
    char *longer = program_format("%s, %s", names, name(i));
    free(names);
    names = longer;
  }
  cli_usage_error(arguments->command, "--%s %s: there are %s", option, given, names);
}

static const char *variant_name(size_t index)
{
  return paper_text_variants[index].name;
}

static const char *scenario_name(size_t index)
{
  return paper_scenarios[index].name;
}

void paper_text_check(const cli_arguments *arguments)
{
  choose(arguments, "variant", variant_name, PAPER_TEXT_VARIANTS);
  choose(arguments, "scenario", scenario_name, PAPER_SCENARIOS);
  choose(arguments, "scale", scale_name, 2);
  if (cli_given(arguments, "scale") && cli_given(arguments, "model"))
    cli_usage_error(arguments->command, "--model is a scale of its own: it excludes --scale");
}

static int play_scale(const cli_arguments *arguments, const char *name, bool circles,
                      paper_text *text)
{
  text_table table = {
      .arguments = arguments, .scale = find_scale(name), .circles = circles, .text = text};
  size_t variant = choose(arguments, "variant", variant_name, PAPER_TEXT_VARIANTS);
  size_t scenario = choose(arguments, "scenario", scenario_name, PAPER_SCENARIOS);
  *text = (paper_text){
      .scale = name, .note = table.scale->note, .corpus = cli_text(arguments, "corpus")};
  if (variant == SIZE_MAX && table.scale->sparing)
    variant = 1;
  for (size_t v = 0; v < PAPER_TEXT_VARIANTS; v++)
    text->variant[v] = variant == SIZE_MAX || variant == v;
  for (size_t s = 0; s < PAPER_SCENARIOS; s++)
    text->scenario[s] = scenario == SIZE_MAX || scenario == s;
  return play_all(&table);
}

static void free_text(paper_text *text)
{
  for (size_t i = 0; i < text->count; i++) {
    paper_text_law_free(&text->play[i].exact);
    if (text->play[i].result)
      ag_result_free(text->play[i].result);
    if (text->play[i].game)
      ag_game_free(text->play[i].game);
  }
  free(text);
}

static char *make_text(const paper_text *text)
{
  json_t *document = paper_text_document(text);
  char *made = json_dumps(document, JSON_REAL_PRECISION(17) | JSON_INDENT(2));
  json_decref(document);
  return made;
}

static int save(const cli_arguments *arguments, const paper_text *text)
{
  const char *output = cli_text(arguments, "output");
  const char *directory = output ? output : "paper-output";
  if (cli_given(arguments, "no-save"))
    return STATUS_DONE;
  char *name = program_format("text-%s.json", text->scale);
  int status = program_save_json(make_text(text), directory, name);
  free(name);
  return status == STATUS_DONE ? paper_text_save(text, directory) : status;
}

int paper_text_play_scale(const cli_arguments *arguments, const char *scale, bool circles)
{
  bool json = cli_given(arguments, "json"), tell = !json && !cli_given(arguments, "quiet");
  paper_text *text = program_allocate(1, sizeof *text);
  int status = play_scale(arguments, scale, circles, text);
  if (status == STATUS_DONE && tell)
    paper_text_print(text);
  if (status == STATUS_DONE && json)
    status = program_print_json(make_text(text));
  if (status == STATUS_DONE)
    status = save(arguments, text);
  if (status == STATUS_DONE && tell && !cli_given(arguments, "no-save")) {
    const char *output = cli_text(arguments, "output");
    printf("\nFiles       %s/: text-%s.json, text-%s.csv, text-%s-*.png, .svg, .pdf\n",
           output ? output : "paper-output", scale, scale, scale);
  }
  free_text(text);
  return status;
}

int paper_text_command(const cli_arguments *arguments)
{
  const char *scale = cli_text(arguments, "scale");
  if (cli_given(arguments, "model"))
    scale = "model";
  return paper_text_play_scale(arguments, scale ? scale : "ngram", false);
}

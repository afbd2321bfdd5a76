/* The paper's experiment on texts: which games, and how they are played. */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "paper/parts.h"

enum { VARIANTS = AG_PAPER_VARIANTS, SCENARIOS = AG_PAPER_SCENARIOS };

const ag_paper_variant ag_paper_variants[VARIANTS] = {
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

/* --- scales --- */

typedef struct text_change {
  const char *words, *change[2];
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

enum { MODEL = 2, SCALES = 3 };

static const text_scale scales[SCALES] = {
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
    [MODEL] = {.name = "model",
               .seeds = 1,
               .note =
                   "The model is the folder's GPT-2, fine-tuned in every iteration; unless "
                   "--variant says otherwise it plays the panels' ranges alone, and from one seed.",
               .sparing = true},
};

/* --- what is asked for --- */

/* chosen [count]: whether a name is the given one (NULL: all are), of structs of some size that
 * begin with their names. */
static ag_status choose(const char *what, const char *given, const void *first, size_t size,
                        size_t count, bool *chosen, ag_error *error)
{
  char names[128] = "";
  bool any = false;
  for (size_t i = 0, length = 0; i < count; i++) {
    const char *name = *(const char *const *)((const char *)first + i * size);
    any |= chosen[i] = !given || strcmp(name, given) == 0;
    length +=
        (size_t)snprintf(names + length, sizeof names - length, "%s%s", i > 0 ? ", " : "", name);
  }
  return any ? AG_OK
             : ag_paper_fail(error, AG_ERROR_INPUT, "%s %s: there are %s", what, given, names);
}

static ag_status choose_all(const ag_paper_texts_spec *spec, ag_paper_texts *texts,
                            const text_scale **scale, ag_error *error)
{
  bool chosen[MODEL];
  ag_status status = choose("scale", spec->scale, scales, sizeof *scales, MODEL, chosen, error);
  if (status == AG_OK && spec->scale && spec->model)
    return ag_paper_fail(error, AG_ERROR_INPUT, "model is a scale of its own: it excludes scale %s",
                         spec->scale);
  *scale = &scales[spec->model ? MODEL : chosen[0] ? 0 : 1];
  const char *variant = spec->variant || !(*scale)->sparing ? spec->variant : "panels";
  if (status == AG_OK)
    status = choose("variant", variant, ag_paper_variants, sizeof *ag_paper_variants, VARIANTS,
                    texts->variant, error);
  if (status == AG_OK)
    status = choose("scenario", spec->scenario, ag_paper_scenarios, sizeof *ag_paper_scenarios,
                    SCENARIOS, texts->scenario, error);
  texts->scale = (*scale)->name;
  texts->note = (*scale)->note;
  texts->corpus = spec->corpus;
  return status;
}

ag_status ag_paper_texts_check(const ag_paper_texts_spec *spec, ag_error *error)
{
  ag_paper_texts texts;
  const text_scale *scale;
  return choose_all(spec, &texts, &scale, error);
}

/* --- one game --- */

/* What is played, one after the other. */
typedef struct text_table {
  const ag_paper_options *options;
  const ag_paper_texts_spec *spec;
  const text_scale *scale;
  ag_paper_texts *texts;
} text_table;

/* An override that sets a path, in double quotes as YAML wants it. */
static void change_path(ag_paper_changes *changes, const char *before, const char *path,
                        const char *after)
{
  char *quoted = malloc(2 * strlen(path) + 1), *to = quoted;
  if (!quoted) {
    changes->failed = true;
    return;
  }
  for (; *path; path++) {
    if (*path == '"' || *path == '\\')
      *to++ = '\\';
    *to++ = *path;
  }
  *to = '\0';
  ag_paper_change(changes, "%s\"%s\"%s", before, quoted, after);
  free(quoted);
}

/* What the scale, the corpus, the sizes, the change (ended by NULL) and the user make of a
 * preset. */
static ag_paper_changes list_changes(const text_table *table, const char *const *change)
{
  const ag_paper_options *options = table->options;
  const ag_paper_texts_spec *spec = table->spec;
  ag_paper_changes changes = {0};
  if (table->scale->override)
    ag_paper_change(&changes, "%s", table->scale->override);
  if (spec->corpus && table->scale->of_a_corpus)
    ag_paper_change(&changes, "%s", table->scale->of_a_corpus);
  if (spec->model)
    change_path(&changes, "generator={gpt2: {model: ", spec->model, ", temperature: 0.8}}");
  if (spec->corpus)
    change_path(&changes, "space={text: {file: ", spec->corpus,
                ", sentences: 10000, words: [1, 100], held_out: 500}}");
  ag_paper_change(&changes, "replicates=%zu",
                  options->seeds > 0 ? options->seeds : table->scale->seeds);
  if (options->generations > 0)
    ag_paper_change(&changes, "generations=%zu", options->generations);
  for (; *change; change++)
    ag_paper_change(&changes, "%s", *change);
  for (size_t i = 0; i < options->override_count; i++)
    ag_paper_change(&changes, "%s", options->override[i]);
  return changes;
}

/* The exact game on numbers of words follows no other loop. */
static ag_status check_loop(const ag_game *game, ag_error *error)
{
  const char *dataset = ag_game_sampling(game).dataset, *reading = ag_game_reading(game);
  if (ag_game_stage_count(game) == AG_PAPER_SIDES && ag_game_real_share(game) == 0 && dataset &&
      (strcmp(dataset, "replace") == 0 || strcmp(dataset, "accumulate") == 0) &&
      (strcmp(reading, "sequential") == 0 || strcmp(reading, "accumulate") == 0))
    return AG_OK;
  return ag_paper_fail(error, AG_ERROR_INPUT,
                       "paper text plays the paper's loop on samples: two curators in turn, and a "
                       "dataset that is replaced or accumulates");
}

static ag_status play_game(const ag_paper_options *options, ag_paper_text *play, ag_error *error)
{
  ag_run_options run = {
      .progress = options->progress, .context = options->context, .interrupt = options->interrupt};
  ag_status status = check_loop(play->game, error);
  if (status == AG_OK)
    status = ag_paper_law_play(play->game, &play->exact, error);
  if (status != AG_OK)
    return status;
  if (options->begin)
    options->begin(options->context, play->game);
  status = ag_paper_run(options, play->game, &run, &play->result, error);
  return status == AG_OK ? ag_paper_text_judge(play, error) : status;
}

/* Plays with what is changed of the preset. With the user's own sizes a change may be no game: it
 * is left out. */
static ag_status add_play(const text_table *table, ag_paper_text play, const char *const *change,
                          ag_error *error)
{
  const ag_paper_options *options = table->options;
  ag_paper_texts *texts = table->texts;
  assert(texts->count < AG_PAPER_TEXTS_MOST);
  ag_paper_text *added = &texts->play[texts->count];
  ag_paper_changes changes = list_changes(table, change);
  *added = play;
  ag_status status = ag_paper_load(ag_paper_variants[play.variant].preset[play.scenario], &changes,
                                   &added->game, error);
  ag_paper_changes_free(&changes);
  if (status == AG_ERROR_INPUT && play.change)
    return AG_OK;
  texts->count++;
  if (status == AG_OK)
    status = play_game(options, added, error);
  if (options->end)
    options->end(options->context, texts->count);
  return status;
}

/* --- all games --- */

/* The perfect game is the same in every variant: it is played once. */
static ag_status play_printed(const text_table *table, ag_error *error)
{
  const ag_paper_texts *texts = table->texts;
  ag_status status = AG_OK;
  for (size_t v = 0; v < VARIANTS; v++)
    for (size_t s = 0; s < SCENARIOS && status == AG_OK; s++)
      if (texts->variant[v] && texts->scenario[s] && !ag_paper_texts_find(texts, v, s))
        status = add_play(table, (ag_paper_text){.scenario = s, .variant = v},
                          (const char *const[]){NULL}, error);
  return status;
}

static void find_best(ag_paper_texts *texts)
{
  texts->best = VARIANTS;
  for (size_t v = 0; v < VARIANTS; v++) {
    double sum = 0;
    size_t games = 0;
    for (size_t s = 0; s < SCENARIOS; s++) {
      const ag_paper_text *play = texts->variant[v] ? ag_paper_texts_find(texts, v, s) : NULL;
      sum += play ? pow(play->miss, 2) : 0;
      games += play != NULL;
    }
    texts->deviation[v] = games > 0 ? sqrt(sum / (double)games) : NAN;
    if (games > 0 &&
        (texts->best == VARIANTS || texts->deviation[v] < texts->deviation[texts->best]))
      texts->best = v;
  }
}

/* A game of the best variant with one thing changed, from fewer seeds, which are enough for the
 * number of words. Without a language model it does not begin with every text of the corpus once,
 * but with as many draws. */
static ag_status play_change(const text_table *table, size_t scenario, const text_change *changed,
                             ag_error *error)
{
  const ag_paper_text *first = &table->texts->play[0];
  size_t seeds = first->result->replicates, most = table->scale->change_seeds;
  char replicates[48], initial[48];
  bool ideal = strcmp(changed->change[0], "generator=ideal") == 0;
  const char *change[] = {"metrics=[word_count, {word_share: {most: 101}}]",
                          replicates,
                          changed->change[0],
                          changed->change[1],
                          ideal ? initial : NULL,
                          NULL};
  snprintf(replicates, sizeof replicates, "replicates=%zu", seeds < most ? seeds : most);
  snprintf(initial, sizeof initial, "samples.initial=%zu", ag_game_sampling(first->game).initial);
  ag_paper_text play = {
      .scenario = scenario, .variant = table->texts->best, .change = changed->words};
  return add_play(table, play, change, error);
}

static bool is_settled(const ag_paper_texts *texts, size_t scenario)
{
  return strcmp(ag_paper_texts_find(texts, texts->best, scenario)->verdict, "agrees") == 0;
}

static ag_status play_changes(const text_table *table, ag_error *error)
{
  const ag_paper_texts *texts = table->texts;
  ag_status status = AG_OK;
  for (const text_change *change = table->scale->changes; change && change->words; change++)
    for (size_t s = 0; s < SCENARIOS && status == AG_OK; s++)
      if (texts->scenario[s] && !(table->scale->sparing && is_settled(texts, s)))
        status = play_change(table, s, change, error);
  return status;
}

ag_status ag_paper_texts_play(const ag_paper_options *options, const ag_paper_texts_spec *spec,
                              ag_paper_texts **texts, ag_error *error)
{
  ag_paper_texts *made = calloc(1, sizeof *made);
  if (!made)
    return ag_paper_no_memory(error);
  text_table table = {.options = options, .spec = spec, .texts = made};
  ag_status status = choose_all(spec, made, &table.scale, error);
  if (status == AG_OK)
    status = play_printed(&table, error);
  if (status == AG_OK) {
    find_best(made);
    status = play_changes(&table, error);
  }
  if (status == AG_OK)
    *texts = made;
  else
    ag_paper_texts_free(made);
  return status;
}

void ag_paper_texts_free(ag_paper_texts *texts)
{
  for (size_t i = 0; texts && i < texts->count; i++) {
    ag_paper_text *play = &texts->play[i];
    ag_paper_law_free(&play->exact);
    free(play->course);
    free(play->share);
    ag_result_free(play->result);
    ag_game_free(play->game);
  }
  free(texts);
}

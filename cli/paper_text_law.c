/* The game on numbers of words: a finite space, so that the exact engine plays it and theory
 * says where it must end. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/words.h>

#include "paper_text.h"
#include "program.h"

enum { SIDES = PAPER_SIDES, LONG_RUN = 2000 };

/* The texts of a corpus by their numbers of words. */
typedef struct word_game {
  size_t count;          /* different numbers of words */
  double *words, *mass;  /* [count] */
  double *reward[SIDES]; /* [count] in the order of play */
  ag_sampling sampling;
  size_t keep[SIDES];
  ag_pool pool[SIDES];
  double temperature[SIDES];
} word_game;

static void free_game(word_game *game)
{
  free(game->words);
  free(game->mass);
  for (size_t s = 0; s < SIDES; s++)
    free(game->reward[s]);
}

static size_t words_of(const ag_game *game, size_t item)
{
  char few[512];
  size_t length = ag_game_item_label(game, item, few, sizeof few);
  if (length < sizeof few)
    return ag_word_count(few, length);
  char *many = program_allocate(length + 1, 1);
  ag_game_item_label(game, item, many, length + 1);
  size_t words = ag_word_count(many, length);
  free(many);
  return words;
}

/* With an ideal learner no new texts are written: those of the corpus are the items of a finite
 * space, which can be looked at. */
static ag_status make_items(const ag_game *text, ag_game **items, ag_error *error)
{
  static const char *const override[] = {"generator=ideal", "engine=samples",
                                         "metrics=[satisfaction]"};
  const char *description = ag_game_text(text);
  return ag_game_parse(ag_game_name(text), description, strlen(description), override,
                       sizeof override / sizeof *override, items, error);
}

/* Rewards depend on the number of words alone: those of any text of so many are theirs. */
static void classify(const ag_game *text, word_game *made)
{
  size_t items = ag_game_item_count(text), most = 0;
  size_t *words = program_allocate(items, sizeof *words);
  double *log_mass = program_allocate(items, sizeof *log_mass);
  double *reward = program_allocate(items, sizeof *reward);
  ag_game_initial_log_mass(text, log_mass);
  for (size_t i = 0; i < items; i++) {
    words[i] = words_of(text, i);
    most = words[i] > most ? words[i] : most;
  }
  size_t *class = program_allocate(most + 1, sizeof *class);
  for (size_t i = 0; i < items; i++)
    class[words[i]] = 1;
  made->words = program_allocate(most + 1, sizeof *made->words);
  made->mass = program_allocate(most + 1, sizeof *made->mass);
  for (size_t w = 0; w <= most; w++)
    if (class[w]) {
      made->words[made->count] = (double)w;
      class[w] = made->count++;
    }
  for (size_t i = 0; i < items; i++)
    made->mass[class[words[i]]] += exp(log_mass[i]);
  for (size_t s = 0; s < SIDES; s++) {
    made->reward[s] = program_allocate(most + 1, sizeof **made->reward);
    ag_game_rewards(text, ag_game_stage_curator(text, s), reward);
    for (size_t i = 0; i < items; i++)
      made->reward[s][class[words[i]]] = reward[i];
  }
  free(class);
  free(reward);
  free(log_mass);
  free(words);
}

static ag_status read_game(const ag_game *text, word_game *made, ag_error *error)
{
  ag_game *items = NULL;
  ag_status status = make_items(text, &items, error);
  if (status != AG_OK)
    return status;
  classify(items, made);
  ag_game_free(items);
  made->sampling = ag_game_sampling(text);
  for (size_t s = 0; s < SIDES; s++) {
    size_t c = ag_game_stage_curator(text, s);
    made->keep[s] = ag_game_stage_keep(text, s);
    made->pool[s] = ag_game_curator_pool(text, c);
    made->temperature[s] = ag_game_curator_temperature(text, c);
  }
  return AG_OK;
}

/* --- endless samples under the game's own rule --- */

static double mean_words(const word_game *game, const double *law)
{
  double sum = 0;
  for (size_t i = 0; i < game->count; i++)
    sum += game->words[i] * law[i];
  return sum;
}

static ag_status curate(const word_game *game, size_t side, double candidates, const double *from,
                        double *to, ag_error *error)
{
  return ag_selection_law(game->sampling.selection, game->count, from, game->reward[side],
                          game->pool[side], game->temperature[side],
                          candidates / (double)game->keep[side], to, error);
}

/* law [T + 1, count]: the first curator keeps of the dataset, the learner learns that exactly,
 * the second keeps of what it generates, and the dataset takes that up. */
static ag_status play_rule(const word_game *game, paper_text_law *made, ag_error *error)
{
  size_t n = game->count, bytes = n * sizeof(double);
  bool replaces = strcmp(game->sampling.dataset, "replace") == 0;
  bool dataset = strcmp(game->sampling.measured, "dataset") == 0;
  bool generated = strcmp(game->sampling.measured, "generated") == 0;
  double *data = program_allocate(n, sizeof *data), *learnt = program_allocate(n, sizeof *learnt);
  double *published = program_allocate(n, sizeof *published);
  double size = (double)game->sampling.initial, added = (double)game->keep[1];
  ag_status status = AG_OK;
  memcpy(data, game->mass, bytes);
  memcpy(made->law, game->mass, bytes);
  for (size_t t = 1; t <= made->generations && status == AG_OK; t++) {
    status = curate(game, 0, size, data, learnt, error);
    if (status == AG_OK)
      status = curate(game, 1, (double)game->sampling.generate, learnt, published, error);
    size = replaces ? 0 : size;
    for (size_t i = 0; i < n; i++)
      data[i] = (size * data[i] + added * published[i]) / (size + added);
    size += added;
    memcpy(made->law + t * n, generated ? learnt : dataset ? data : published, bytes);
  }
  for (size_t t = 0; t <= made->generations; t++)
    made->mean[t] = mean_words(game, made->law + t * n);
  free(data);
  free(learnt);
  free(published);
  return status;
}

/* --- the exact engine, under the rule `pools` --- */

static void write_list(FILE *out, const double *value, size_t count)
{
  for (size_t i = 0; i < count; i++)
    fprintf(out, "%s%.17g", i > 0 ? ", " : "[", value[i]);
  fputc(']', out);
}

static void write_curator(FILE *out, const word_game *game, size_t side, const char *name)
{
  fprintf(out, "  %s: {reward: {values: ", name);
  write_list(out, game->reward[side], game->count);
  if (game->pool[side] == AG_POOL_INFINITE)
    fprintf(out, "}, pool: inf, temperature: %.17g}\n", game->temperature[side]);
  else
    fprintf(out, "}, pool: %lld, temperature: %.17g}\n", (long long)game->pool[side],
            game->temperature[side]);
}

/* The atoms are the numbers of words. counts: a curator who takes no part has the number of
 * words as its reward, so that the reward's mean is measured. */
static ag_status make_exact(const word_game *game, bool counts, ag_game **exact, ag_error *error)
{
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (!out)
    exit(program_fail_system("cannot describe", "the game on numbers of words"));
  fprintf(out, "name: words\ngenerations: %d\nspace:\n  atoms: {mass: ", LONG_RUN);
  write_list(out, game->mass, game->count);
  fputs("}\ncurators:\n", out);
  write_curator(out, game, 0, "first");
  write_curator(out, game, 1, "second");
  if (counts) {
    fputs("  words: {reward: {values: ", out);
    write_list(out, game->words, game->count);
    fputs("}, pool: 2}\nmetrics: [mean_reward]\n", out);
  }
  if (strcmp(game->sampling.dataset, "replace") == 0)
    fputs("loop: {reading: sequential, order: [first, second]}\n", out);
  else
    fprintf(out,
            "loop: {reading: accumulate, order: [first, second], initial_size: %zu, added_size: "
            "%zu}\nmeasure: published\n",
            game->sampling.initial, game->keep[1]);
  if (fclose(out) != 0)
    exit(program_fail_system("cannot describe", "the game on numbers of words"));
  ag_status status = ag_game_parse("words", text, size, NULL, 0, exact, error);
  free(text);
  return status;
}

static char *sink_words(const word_game *game, const ag_item_set *items)
{
  double first = game->words[items->item[0]], last = game->words[items->item[items->count - 1]];
  return first < last ? program_format("%g–%g", first, last) : program_format("%g", first);
}

/* The fewest words first. */
static void list_sinks(const word_game *game, const ag_prediction *prediction, paper_text_law *made)
{
  size_t listed = 0;
  made->sinks = program_format("%s", "");
  for (size_t i = 0; i < game->count; i++)
    for (size_t k = 0; k < prediction->sink_count; k++) {
      const ag_item_set *items = &prediction->sinks[k].items;
      if (items->item[0] != i)
        continue;
      char *one = sink_words(game, items), *before = made->sinks;
      made->sinks = program_format("%s%s%s", before, listed++ > 0 ? ", " : "", one);
      free(one);
      free(before);
    }
}

/* The mean number of words in the sink that the play has come nearest to. */
static double find_limit(const word_game *game, const ag_prediction *prediction,
                         const ag_result *result)
{
  double most = -1, limit = NAN;
  for (size_t k = 0; k < prediction->sink_count; k++) {
    const ag_item_set *items = &prediction->sinks[k].items;
    double end = 0, mass = 0, sum = 0;
    for (size_t i = 0; i < items->count; i++) {
      size_t at = items->item[i];
      end += exp(result->log_mass[at]);
      mass += game->mass[at];
      sum += game->mass[at] * game->words[at];
    }
    if (end > most) {
      most = end;
      limit = sum / mass;
    }
  }
  return limit;
}

static ag_status play_engine(const word_game *game, paper_text_law *made, ag_error *error)
{
  ag_game *exact = NULL, *counted = NULL;
  ag_result *result = NULL;
  ag_prediction *prediction = NULL;
  ag_run_options options = {0};
  ag_status status = make_exact(game, false, &exact, error);
  if (status == AG_OK)
    status = ag_predict(exact, &prediction, error);
  if (status == AG_OK)
    status = make_exact(game, true, &counted, error);
  if (status == AG_OK)
    status = ag_run(counted, &options, &result, error);
  if (status == AG_OK) {
    size_t words = ag_result_find_metric(result, "mean_reward.words");
    for (size_t t = 0; t <= made->generations; t++)
      made->engine[t] = t <= LONG_RUN ? ag_result_metric(result, t, words) : NAN;
    made->regime = prediction->regime;
    made->sink_count = prediction->sink_count;
    made->limit = find_limit(game, prediction, result);
    list_sinks(game, prediction, made);
    ag_result_free(result);
  }
  if (prediction)
    ag_prediction_free(prediction);
  if (counted)
    ag_game_free(counted);
  if (exact)
    ag_game_free(exact);
  return status;
}

ag_status paper_text_law_play(const ag_game *game, paper_text_law *law, ag_error *error)
{
  word_game words = {0};
  ag_status status = read_game(game, &words, error);
  if (status != AG_OK)
    return status;
  size_t rows = ag_game_generations(game) + 1;
  *law = (paper_text_law){.count = words.count,
                          .generations = rows - 1,
                          .words = program_allocate(words.count, sizeof *law->words),
                          .law = program_allocate(rows * words.count, sizeof *law->law),
                          .mean = program_allocate(rows, sizeof *law->mean),
                          .engine = program_allocate(rows, sizeof *law->engine),
                          .limit = NAN};
  memcpy(law->words, words.words, words.count * sizeof *law->words);
  status = play_rule(&words, law, error);
  if (status == AG_OK)
    status = play_engine(&words, law, error);
  free_game(&words);
  return status;
}

void paper_text_law_free(paper_text_law *law)
{
  free(law->words);
  free(law->law);
  free(law->mean);
  free(law->engine);
  free(law->sinks);
}

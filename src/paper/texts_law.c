/* The game on numbers of words: a finite space, so that the exact engine plays it and theory
 * says where it must end. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/spec.h>
#include <aligngame/words.h>

#include "paper/parts.h"

enum { SIDES = AG_PAPER_SIDES, LONG_RUN = 2000 };

/* The texts of a corpus by their numbers of words. */
typedef struct word_game {
  size_t count;                    /* different numbers of words */
  double *words, *mass, *log_mass; /* [count]; words owns the arrays of this struct */
  double *reward[SIDES];           /* [count] in the order of play */
  ag_sampling sampling;
  size_t keep[SIDES];
  ag_pool pool[SIDES];
  double temperature[SIDES];
} word_game;

static double mean_words(const word_game *game, const double *law)
{
  double sum = 0;
  for (size_t i = 0; i < game->count; i++)
    sum += game->words[i] * law[i];
  return sum;
}

/* --- the corpus --- */

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

/* The words of every item [n] and the most of them, on the heap; NULL: memory is out. */
static size_t *count_words(const ag_game *items, size_t *most)
{
  size_t n = ag_game_item_count(items), size = 1;
  for (size_t i = 0; i < n; i++) {
    size_t length = ag_game_item_label(items, i, NULL, 0);
    size = length >= size ? length + 1 : size;
  }
  size_t *words = calloc(n + 1, sizeof *words);
  char *label = words ? malloc(size) : NULL;
  for (size_t i = 0; label && i < n; i++) {
    words[i] = ag_word_count(label, ag_game_item_label(items, i, label, size));
    *most = words[i] > *most ? words[i] : *most;
  }
  if (label) {
    free(label);
    return words;
  }
  free(words);
  return NULL;
}

/* Rewards depend on the number of words alone: those of any text of so many are theirs.
 * class [most + 1], zero, becomes the place of a number of words among those that occur;
 * value [n] is overwritten. */
static void fill_classes(const ag_game *items, const size_t *words, size_t most, size_t *class,
                         double *value, word_game *made)
{
  size_t n = ag_game_item_count(items);
  for (size_t i = 0; i < n; i++)
    class[words[i]] = 1;
  for (size_t w = 0; w <= most; w++)
    if (class[w]) {
      made->words[made->count] = (double)w;
      class[w] = made->count++;
    }
  ag_game_initial_log_mass(items, value);
  for (size_t i = 0; i < n; i++)
    made->mass[class[words[i]]] += exp(value[i]);
  for (size_t i = 0; i < made->count; i++)
    made->log_mass[i] = log(made->mass[i]);
  for (size_t s = 0; s < SIDES; s++) {
    ag_game_rewards(items, ag_game_stage_curator(items, s), value);
    for (size_t i = 0; i < n; i++)
      made->reward[s][class[words[i]]] = value[i];
  }
}

static ag_status classify(const ag_game *items, word_game *made, ag_error *error)
{
  size_t most = 0, *words = count_words(items, &most), room = most + 1;
  size_t *class = calloc(room, sizeof *class);
  double *value = calloc(ag_game_item_count(items) + 1, sizeof *value);
  double *block = made->words = calloc((3 + SIDES) * room, sizeof *block);
  bool ready = words && class && value && block;
  if (ready) {
    made->mass = block + room;
    made->log_mass = block + 2 * room;
    for (size_t s = 0; s < SIDES; s++)
      made->reward[s] = block + (3 + s) * room;
    fill_classes(items, words, most, class, value, made);
  }
  free(value);
  free(class);
  free(words);
  return ready ? AG_OK : ag_paper_no_memory(error);
}

static ag_status read_game(const ag_game *text, word_game *made, ag_error *error)
{
  ag_game *items = NULL;
  ag_status status = make_items(text, &items, error);
  if (status == AG_OK)
    status = classify(items, made, error);
  ag_game_free(items);
  made->sampling = ag_game_sampling(text);
  for (size_t s = 0; s < SIDES; s++) {
    size_t c = ag_game_stage_curator(text, s);
    made->keep[s] = ag_game_stage_keep(text, s);
    made->pool[s] = ag_game_curator_pool(text, c);
    made->temperature[s] = ag_game_curator_temperature(text, c);
  }
  return status;
}

static bool replaces(const word_game *game)
{
  return strcmp(game->sampling.dataset, "replace") == 0;
}

/* --- endless samples under the game's own rule --- */

static ag_status curate(const word_game *game, size_t side, double candidates, const double *from,
                        double *to, ag_error *error)
{
  return ag_selection_law(game->sampling.selection, game->count, from, game->reward[side],
                          game->pool[side], game->temperature[side],
                          candidates / (double)game->keep[side], to, error);
}

/* law [T + 1, count]: the first curator keeps of the dataset, the learner learns that exactly,
 * the second keeps of what it generates, and the dataset takes that up. */
static ag_status play_rule(const word_game *game, ag_paper_law *made, ag_error *error)
{
  size_t n = game->count, bytes = n * sizeof(double);
  const char *measured = game->sampling.measured;
  double *data = malloc(3 * bytes);
  if (!data)
    return ag_paper_no_memory(error);
  double *learnt = data + n, *published = learnt + n;
  const double *seen = strcmp(measured, "dataset") == 0     ? data
                       : strcmp(measured, "generated") == 0 ? learnt
                                                            : published;
  double size = (double)game->sampling.initial, added = (double)game->keep[1];
  ag_status status = AG_OK;
  memcpy(data, game->mass, bytes);
  memcpy(made->law, game->mass, bytes);
  for (size_t t = 1; t <= made->generations && status == AG_OK; t++) {
    status = curate(game, 0, size, data, learnt, error);
    if (status == AG_OK)
      status = curate(game, 1, (double)game->sampling.generate, learnt, published, error);
    size = replaces(game) ? 0 : size;
    for (size_t i = 0; i < n; i++)
      data[i] = (size * data[i] + added * published[i]) / (size + added);
    size += added;
    memcpy(made->law + t * n, seen, bytes);
  }
  for (size_t t = 0; t <= made->generations; t++)
    made->mean[t] = mean_words(game, made->law + t * n);
  free(data);
  return status;
}

/* --- the exact engine, under the rule `pools` --- */

/* The game from log_mass [count]: one generation of both curators, or the long run of the text
 * game's own loop. Owner: ag_game_free. */
static ag_status make_exact(const word_game *game, const double *log_mass, bool one_step,
                            ag_game **exact, ag_error *error)
{
  static const size_t side[SIDES] = {0, 1};
  const double *const reward[SIDES] = {game->reward[0], game->reward[1]};
  const ag_step_spec step[] = {
      {.kind = "curate", .curator_count = 1, .curator = &side[0]},
      {.kind = "curate", .curator_count = 1, .curator = &side[1]},
      {.kind = "accumulate",
       .initial = (double)game->sampling.initial,
       .added = (double)game->keep[1]},
  };
  ag_game_spec spec = {.count = game->count,
                       .log_mass = log_mass,
                       .curator_count = SIDES,
                       .reward = reward,
                       .pool = game->pool,
                       .temperature = game->temperature,
                       .step_count = one_step || replaces(game) ? SIDES : SIDES + 1,
                       .step = step,
                       .generations = one_step ? 1 : LONG_RUN};
  return ag_game_make(&spec, exact, error);
}

/* The mean number of words that the step from this dataset publishes. */
static ag_status publish(const word_game *game, const double *log_mass, double *mean,
                         ag_error *error)
{
  ag_game *step = NULL;
  ag_result *result = NULL;
  ag_status status = make_exact(game, log_mass, true, &step, error);
  if (status == AG_OK)
    status = ag_run(step, NULL, &result, error);
  if (status == AG_OK) {
    for (size_t i = 0; i < game->count; i++)
      result->log_mass[i] = exp(result->log_mass[i]);
    *mean = mean_words(game, result->log_mass);
  }
  ag_result_free(result);
  ag_game_free(step);
  return status;
}

/* The fewest words first. */
static char *list_sinks(const word_game *game, const ag_prediction *prediction)
{
  char *list = NULL;
  size_t size, listed = 0;
  FILE *out = ag_text_open(&list, &size);
  for (size_t i = 0; out && i < game->count; i++)
    for (size_t k = 0; k < prediction->sink_count; k++) {
      const ag_item_set *items = &prediction->sinks[k].items;
      if (items->item[0] != i)
        continue;
      double last = game->words[items->item[items->count - 1]];
      fprintf(out, "%s%g", listed++ > 0 ? ", " : "", game->words[i]);
      if (last > game->words[i])
        fprintf(out, "–%g", last);
    }
  return out ? ag_paper_close(out, &list) : NULL;
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

static ag_status predict(const word_game *game, const ag_game *exact, const ag_result *result,
                         ag_paper_law *made, ag_error *error)
{
  ag_prediction *prediction = NULL;
  ag_status status = ag_predict(exact, &prediction, error);
  if (status != AG_OK)
    return status;
  made->regime = prediction->regime;
  made->sink_count = prediction->sink_count;
  made->limit = find_limit(game, prediction, result);
  made->sinks = list_sinks(game, prediction);
  ag_prediction_free(prediction);
  return made->sinks ? AG_OK : ag_paper_no_memory(error);
}

/* The long run; what each of its first generations publishes is one step from the dataset before
 * it. */
static ag_status play_engine(const word_game *game, ag_paper_law *made, ag_error *error)
{
  size_t kept = made->generations < LONG_RUN ? made->generations : LONG_RUN;
  size_t *snapshot = calloc(kept + 1, sizeof *snapshot);
  ag_game *exact = NULL;
  ag_result *result = NULL;
  ag_run_options options = {.snapshots = snapshot, .snapshot_count = kept};
  ag_status status = snapshot ? AG_OK : ag_paper_no_memory(error);
  for (size_t t = 0; snapshot && t < kept; t++)
    snapshot[t] = t;
  for (size_t t = 0; t <= made->generations; t++)
    made->engine[t] = t == 0 ? made->mean[0] : (double)NAN;
  if (status == AG_OK)
    status = make_exact(game, game->log_mass, false, &exact, error);
  if (status == AG_OK)
    status = ag_run(exact, &options, &result, error);
  if (status == AG_OK)
    status = predict(game, exact, result, made, error);
  for (size_t t = 0; t < kept && status == AG_OK; t++)
    status = publish(game, result->snapshot_log_mass[t], &made->engine[t + 1], error);
  ag_result_free(result);
  ag_game_free(exact);
  free(snapshot);
  return status;
}

/* --- the whole --- */

static ag_status make_room(const word_game *game, ag_paper_law *law, ag_error *error)
{
  size_t n = law->count = game->count, rows = law->generations + 1;
  law->words = calloc((rows + 1) * n + 2 * rows, sizeof *law->words);
  if (!law->words)
    return ag_paper_no_memory(error);
  law->law = law->words + n;
  law->mean = law->law + rows * n;
  law->engine = law->mean + rows;
  memcpy(law->words, game->words, n * sizeof *law->words);
  return AG_OK;
}

ag_status ag_paper_law_play(const ag_game *game, ag_paper_law *law, ag_error *error)
{
  word_game words = {0};
  *law = (ag_paper_law){.generations = ag_game_generations(game), .limit = NAN};
  ag_status status = read_game(game, &words, error);
  if (status == AG_OK)
    status = make_room(&words, law, error);
  if (status == AG_OK)
    status = play_rule(&words, law, error);
  if (status == AG_OK)
    status = play_engine(&words, law, error);
  free(words.words);
  return status;
}

void ag_paper_law_free(ag_paper_law *law)
{
  free(law->words);
  free(law->sinks);
}

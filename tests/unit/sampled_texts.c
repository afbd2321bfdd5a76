/* The sampled engine on texts: what the dataset holds, who weighs it, and the same bits
 * after a restart and for any number of threads. */
#ifdef _OPENMP
#endif

#include <aligngame.h>

#include "base/threads.h"
#include "game/sampled_parts.h"
#include "population/packed.h"
#include "space/words.h"

#include "tests/check.h"

static const char plain[] =
    "name: texts\nseed: 3\ngenerations: 6\n"
    "space: {text: {grammar: {}, sentences: 300, seed: 1, held_out: 40}}\n"
    "curators:\n"
    "  owner: {reward: {word_count: {min: 2, max: 4}}, pool: 6}\n"
    "  public: {reward: {word_count: {min: 4, max: 6}}, pool: 3}\n"
    "generator: {ngram: {order: 3}}\n"
    "samples: {generate: 120, keep: {owner: 80, public: 50}, dataset: accumulate}\n";

static ag_game *load(const char *const *overrides, size_t count)
{
  ag_game *game = NULL;
  ag_error error;
  if (ag_game_parse("texts.yaml", plain, sizeof plain - 1, overrides, count, &game, &error) !=
      AG_OK) {
    printf("Bail out! %s\n", error.message);
    exit(1);
  }
  return game;
}

static ag_sampled *begin(const ag_game *game, ag_sampled_tables **tables, size_t replicate)
{
  ag_sampled *play = NULL;
  ag_error error;
  if (ag_sampled_tables_create(game, tables, &error) != AG_OK ||
      ag_sampled_create(*tables, replicate, &play, &error) != AG_OK) {
    printf("Bail out! %s\n", error.message);
    exit(1);
  }
  return play;
}

static void step(ag_sampled *play)
{
  ag_error error;
  if (ag_sampled_step(play, &error) != AG_OK) {
    printf("# %s\n", error.message);
    CHECK(!"a step");
  }
}

static const char *text_of(const ag_dataset *data, size_t i)
{
  return ag_texts_get(data->sample.texts, data->sample.item[i], NULL);
}

static int same_texts(const ag_dataset *left, const ag_dataset *right)
{
  if (left->sample.count != right->sample.count)
    return 0;
  for (size_t i = 0; i < left->sample.count; i++)
    if (strcmp(text_of(left, i), text_of(right, i)) != 0 || left->born[i] != right->born[i] ||
        left->origin[i] != right->origin[i])
      return 0;
  return 1;
}

static int same_metrics(const ag_game *game, const ag_sampled *left, const ag_sampled *right)
{
  return memcmp(ag_sampled_metrics(left), ag_sampled_metrics(right),
                ag_game_metric_count(game) * sizeof(double)) == 0;
}

/* 1 inside the range, -2 for each word outside: written once more. */
static double range_reward(const char *text, double least, double most)
{
  double words = (double)ag_word_count(text, strlen(text));
  double outside = words < least ? least - words : words > most ? words - most : 0;
  return outside > 0 ? -2 * outside : 1;
}

static double metric(const ag_game *game, const ag_sampled *play, const char *name)
{
  for (size_t m = 0; m < ag_game_metric_count(game); m++)
    if (strcmp(ag_game_metric_name(game, m), name) == 0)
      return ag_sampled_metrics(play)[m];
  return (double)NAN;
}

/* The first dataset is the corpus; what is kept joins it; rewards and means are those of
 * the texts themselves. */
static void the_dataset_is_the_corpus_and_what_is_kept(void)
{
  ag_game *game = load(NULL, 0);
  ag_sampled_tables *tables;
  ag_sampled *play = begin(game, &tables, 0);
  for (size_t t = 0; t <= 4; t++) {
    const ag_dataset *data = ag_sampled_dataset(play);
    double owner = 0, words = 0, within = 0;
    CHECK(data->sample.count == 300 + 50 * t);
    for (size_t i = 0; i < data->sample.count; i++) {
      const char *text = text_of(data, i);
      double reward = range_reward(text, 2, 4);
      CHECK(i >= 300 || strcmp(text, game->space->label[i]) == 0);
      CHECK(data->born[i] == (i < 300 ? 0 : (i - 300) / 50 + 1));
      CHECK(data->column[0][i] == reward);
      CHECK(data->column[1][i] == range_reward(text, 4, 6));
      owner += reward;
      within += reward == 1;
      words += (double)ag_word_count(text, strlen(text));
    }
    /* sums of at most 500 small whole numbers: exact; one division, one rounding or two */
    double count = (double)data->sample.count;
    CHECK_NEAR(metric(game, play, "mean_reward.owner"), owner / count, 1e-13);
    CHECK_NEAR(metric(game, play, "satisfaction.owner"), within / count, 1e-13);
    CHECK_NEAR(metric(game, play, "word_count"), words / count, 1e-12);
    if (t < 4)
      step(play);
  }
  ag_sampled_free(play);
  ag_sampled_tables_free(tables);
  ag_game_free(game);
}

/* A selection that loves length makes texts longer. */
static void selection_has_its_way(void)
{
  const char *const longer[] = {"curators.owner.reward={length: {min: 60, slope: 1}}",
                                "curators.public.reward={length: {min: 60, slope: 1}}",
                                "samples.dataset=replace"};
  ag_game *game = load(longer, 3);
  ag_sampled_tables *tables;
  ag_sampled *play = begin(game, &tables, 0);
  double before = metric(game, play, "word_count");
  for (size_t t = 0; t < 4; t++)
    step(play);
  double after = metric(game, play, "word_count");
  printf("# mean words %.2f, after 4 generations %.2f\n", before, after);
  CHECK(after > before + 1);
  ag_sampled_free(play);
  ag_sampled_tables_free(tables);
  ag_game_free(game);
}

typedef struct arrays {
  size_t count;
  ag_generator_array array[AG_GENERATOR_ARRAYS_MOST];
  double *value[AG_GENERATOR_ARRAYS_MOST]; /* their own */
} arrays;

/* The model's arrays, copied: the play goes on. */
static arrays copy_model(const ag_sampled *play)
{
  const ag_model *model = ag_sampled_model(play);
  arrays made = {.count = model->type->save(model->state, made.array)};
  for (size_t k = 0; k < made.count; k++) {
    double *value = made.value[k] = malloc(made.array[k].count * sizeof *value + 1);
    memcpy(value, made.array[k].value, made.array[k].count * sizeof *value);
    made.array[k].value = value;
  }
  return made;
}

static void check_restart(const char *const *overrides, size_t count, size_t at)
{
  ag_game *game = load(overrides, count);
  ag_sampled_tables *tables;
  ag_sampled *whole = begin(game, &tables, 2), *later = NULL;
  for (size_t t = 0; t < at; t++)
    step(whole);
  double *state = NULL;
  size_t size = 0;
  ag_error error = {0};
  CHECK(ag_sampled_save(whole, &state, &size, NULL) == AG_OK);
  arrays model = copy_model(whole);
  ag_status status =
      ag_sampled_restore(tables, 2, state, size, model.array, model.count, &later, &error);
  if (status != AG_OK)
    printf("# %s\n", error.message);
  CHECK(status == AG_OK);
  for (size_t t = at; later && t < 6; t++) {
    step(whole);
    step(later);
    CHECK(same_metrics(game, whole, later));
    CHECK(same_texts(ag_sampled_dataset(whole), ag_sampled_dataset(later)));
    CHECK(same_texts(ag_sampled_published(whole), ag_sampled_published(later)));
  }
  for (size_t k = 0; k < model.count; k++)
    free(model.value[k]);
  free(state);
  ag_sampled_free(whole);
  ag_sampled_free(later);
  ag_sampled_tables_free(tables);
  ag_game_free(game);
}

static void a_saved_game_goes_on_with_the_same_bits(void)
{
  static const char *const rules[] = {"samples.dataset=replace", "samples.dataset=accumulate",
                                      "samples.dataset={window: 2}",
                                      "samples.dataset={subsample: 200}"};
  static const char *const judges[] = {
      "curators.owner.reward={likelihood: {model: current}}",
      "curators.owner.reward={likelihood: {model: base}}",
      "curators.owner.reward={likelihood: {model: {ngram: {order: 2}}}}",
      "curators.owner.reward={sum: [{likelihood: {}}, {weight: 2, word_count: {max: 5}}]}"};
  for (size_t k = 0; k < 4; k++)
    for (size_t at = 0; at <= 4; at += 2) {
      const char *const overrides[] = {rules[k], judges[k], "samples.initial=150",
                                       "samples.generate=150"};
      const char *const drawn[] = {rules[k], "loop.real_share=0.2"};
      check_restart(overrides, 4, at);
      check_restart(drawn, 2, at);
    }
}

/* Every number of a state in turn made wrong: refused, or a state of other numbers. */
static void another_state_is_refused(void)
{
  enum { HEAD = 10 };
  static const double bad[] = {-1, 0.5, 1e300, NAN, INFINITY};
  ag_game *game = load(NULL, 0);
  ag_sampled_tables *tables;
  ag_sampled *play = begin(game, &tables, 0);
  step(play);
  double *state = NULL;
  size_t size = 0;
  CHECK(ag_sampled_save(play, &state, &size, NULL) == AG_OK);
  for (size_t k = 0; k < HEAD + 60; k++)
    for (size_t b = 0; b < sizeof bad / sizeof *bad; b++) {
      double held = state[k];
      state[k] = bad[b];
      CHECK(ag_sampled_load(play, state, size, NULL) == AG_ERROR_INPUT);
      state[k] = held;
    }
  for (size_t cut = size - 3; cut < size; cut++)
    CHECK(ag_sampled_load(play, state, cut, NULL) == AG_ERROR_INPUT);
  memset(state + size - 1, 'x', sizeof *state); /* the last text has no end */
  CHECK(ag_sampled_load(play, state, size, NULL) == AG_ERROR_INPUT);
  free(state);
  ag_sampled_free(play);
  ag_sampled_tables_free(tables);
  ag_game_free(game);
}

static void threads_do_not_matter(void)
{
#ifdef _OPENMP
  ag_sampled *play[3];
  ag_sampled_tables *tables[3];
  ag_game *game = load(NULL, 0);
  for (int k = 0; k < 3; k++) {
    omp_set_num_threads(k + 1);
    play[k] = begin(game, &tables[k], 1);
    for (size_t t = 0; t < 3; t++)
      step(play[k]);
    CHECK(same_metrics(game, play[0], play[k]));
    CHECK(same_texts(ag_sampled_dataset(play[0]), ag_sampled_dataset(play[k])));
  }
  for (int k = 0; k < 3; k++) {
    ag_sampled_free(play[k]);
    ag_sampled_tables_free(tables[k]);
  }
  ag_game_free(game);
#endif
}

/* The model judges its own texts: their rewards are its log probabilities a token, and those of
 * the old ones change with it. */
static void a_model_judges_itself(void)
{
  const char *const judged[] = {"curators.public.reward={likelihood: {model: current}}"};
  ag_game *game = load(judged, 1);
  ag_sampled_tables *tables;
  ag_sampled *play = begin(game, &tables, 0);
  for (size_t t = 0; t < 3; t++) {
    const ag_dataset *data = ag_sampled_dataset(play);
    const ag_model *model = ag_sampled_model(play);
    for (size_t i = 0; i < data->sample.count; i += 7) {
      ag_text_score score = {0};
      const char *text = text_of(data, i);
      CHECK(model->type->score(model->state, &(ag_text_question){.count = 1, .text = &text}, &score,
                               NULL) == AG_OK);
      double expected = score.tokens > 0 ? score.log_probability / (double)score.tokens : 0;
      CHECK(data->column[1][i] == expected);
    }
    step(play);
  }
  ag_sampled_free(play);
  ag_sampled_tables_free(tables);
  ag_game_free(game);
}

static void check_refused(const char *override, const char *message)
{
  const char *const overrides[] = {override};
  ag_game *game = NULL;
  ag_error error = {0};
  ag_status status =
      ag_game_parse("texts.yaml", plain, sizeof plain - 1, overrides, 1, &game, &error);
  CHECK(status == AG_ERROR_INPUT);
  if (status == AG_OK)
    ag_game_free(game);
  else if (!strstr(error.message, message))
    printf("# %s\n", error.message);
  CHECK(strstr(error.message, message) != NULL);
}

static void what_cannot_weigh_texts_is_refused(void)
{
  check_refused("curators.owner.reward={likelihood: {model: corrent}}", "expected current, base");
  check_refused("curators.owner.reward={sum: [{word_count: {max: 3}}, {column: a}]}", "column");
  check_refused("curators.owner.reward={expression: \"index\"}", "expression");
}

static void packed_texts_come_back(void)
{
  const char *const text[] = {"", "a", "eight by", "é, ü", ""};
  const char *back[5];
  double packed[8];
  size_t size = ag_packed_size(text, 5);
  CHECK(size == 3); /* 1 + 2 + 9 + 7 + 1 bytes */
  ag_packed_write(text, 5, packed);
  CHECK(ag_packed_read(packed, size, 5, back, NULL) == AG_OK);
  for (size_t i = 0; i < 5; i++)
    CHECK_TEXT(back[i], text[i]);
  CHECK(ag_packed_read(packed, size, 3, back, NULL) == AG_ERROR_INPUT);
  CHECK(ag_packed_read(packed, 1, 5, back, NULL) == AG_ERROR_INPUT);
}

int main(void)
{
  CHECK_RUN(packed_texts_come_back);
  CHECK_RUN(the_dataset_is_the_corpus_and_what_is_kept);
  CHECK_RUN(selection_has_its_way);
  CHECK_RUN(a_saved_game_goes_on_with_the_same_bits);
  CHECK_RUN(another_state_is_refused);
  CHECK_RUN(threads_do_not_matter);
  CHECK_RUN(a_model_judges_itself);
  CHECK_RUN(what_cannot_weigh_texts_is_refused);
  return check_end();
}

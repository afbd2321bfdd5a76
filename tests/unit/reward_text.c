/* Rewards on texts against values by hand; each mistake, its place and its words. */
#include "tests/reward_game.h"

#define TEXTS                                                                                      \
  "space: {atoms: {count: 6, labels: ['Go.', 'The king sleeps.', 'A b c d e f', \"\\u00fcber - "   \
  "GOOD, good!\", 'Bad king', '...']}}\nreward: "

static void check_texts(const char *text, const double expected[6])
{
  check_values(text, expected, 6, 1e-15); /* a division or two */
}

static void word_count_is_one_inside_its_range(void)
{
  check_texts(TEXTS "{word_count: {min: 2, max: 3}}", (const double[]){-2, 1, -6, 1, 1, -4});
  check_texts(TEXTS "{word_count: {max: 2, slope: 0.5}}", (const double[]){1, -.5, -2, -.5, 1, 1});
  check_texts(TEXTS "{word_count: {min: 3}}", (const double[]){-4, 1, 1, 1, -2, -6});
  game played = game_open(TEXTS "{word_count: {min: 2, max: 3}}");
  CHECK(played.reward.type->satisfaction_level(played.reward.parameters) == 1);
  game_close(&played);
}

static void length_counts_characters_and_not_bytes(void)
{
  check_texts(TEXTS "{length: {min: 3, max: 16}}", (const double[]){1, 1, 1, -4, 1, 1});
}

static void a_pattern_is_found_anywhere(void)
{
  check_texts(TEXTS "{pattern: {regex: 'king\\b', reward: 2, otherwise: -1}}",
              (const double[]){-1, 2, -1, -1, 2, -1});
  check_texts(TEXTS "{pattern: {regex: '^\\w+\\W', reward: 1}}",
              (const double[]){1, 1, 1, 1, 1, 0});
  check_texts(TEXTS "{pattern: {regex: '(?i)^.BER'}}", (const double[]){0, 0, 0, 1, 0, 0});
}

static void a_lexicon_adds_the_weights_of_words(void)
{
  check_texts(TEXTS "{lexicon: {words: {good: 1, Bad: -1.5, king: 0.5}}}",
              (const double[]){0, 0.5, 0, 2, -1, 0});
  check_texts(TEXTS "{lexicon: {words: {good: 1, bad: -1.5, king: 0.5}, mean: true}}",
              (const double[]){0, 0.5 / 3, 0, 2.0 / 3, -0.5, 0});
  write_file("words.csv", "word,weight\nKING,3\n\xC3\xBC"
                          "ber,1\n");
  check_texts(TEXTS "{lexicon: {file: words.csv}}", (const double[]){0, 3, 0, 1, 3, 0});
  remove_file("words.csv");
}

static void mistakes_have_a_place(void)
{
  check_refused("space: {atoms: {count: 2}}\nreward: {word_count: {min: 1}}", 2, 22,
                "needs a space of texts");
  check_refused(TEXTS "{word_count: {}}", 2, 22, "needs a range");
  check_refused(TEXTS "{word_count: {min: 3, max: 2}}", 2, 36, "at least min (3)");
  check_refused(TEXTS "{length: {min: 1.5}}", 2, 24, "min");
  check_refused(TEXTS "{length: {least: 1}}", 2, 19, "least");
  check_refused(TEXTS "{pattern: {}}", 2, 19, "needs its regex");
  check_refused(TEXTS "{pattern: {regex: 'ab(c'}}", 2, 27, "at byte 4 of 4: missing closing");
  check_refused(TEXTS "{pattern: {regex: '\\C'}}", 2, 27, "at byte 2 of 2");
  check_refused(TEXTS "{lexicon: {mean: true}}", 2, 19, "exactly one of words and file");
  check_refused(TEXTS "{lexicon: {words: {good: 1, GOOD: 2}}}", 2, 27, "listed twice");
  check_refused(TEXTS "{lexicon: {words: {very good: 1}}}", 2, 28, "is not one word");
  check_refused(TEXTS "{lexicon: {words: {good: much}}}", 2, 34, "a weight");
  check_refused(TEXTS "{lexicon: {words: {}}}", 2, 27, "expected words and weights, such as");
  check_refused(TEXTS "{lexicon: {words: [good]}}", 2, 27, "expected words and weights, such as");
  check_refused(TEXTS "{lexicon: {words: {'...': 1}}}", 2, 28, "`...` is not one word");
#define SENTENCES "space: {text: {grammar: {}, sentences: 20}}\nreward: "
  check_refused(SENTENCES "{sum: [{likelihood: {model: current}}, {likelihood: {model: base}}]}", 2,
                48, "the likelihoods of a sum ask one model, not two");
  check_refused(SENTENCES "{sum: [{likelihood: {model: {ngram: {order: 2}}}}]}", 2, 16,
                "a likelihood in a sum asks the model `current` or `base`");
  write_file("words.csv", "word,weight\ngood,\n");
  check_refused(TEXTS "{lexicon: {file: words.csv}}", 2, 6, "the word has no weight");
  write_file("words.csv", "word,w\ngood,1\n");
  check_refused(TEXTS "{lexicon: {file: words.csv}}", 1, 1, "no column is called `weight`");
  remove_file("words.csv");
}

static void a_hostile_pattern_cannot_hang(void)
{
  check_refused(
      "space: {atoms: {count: 1, labels: ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!']}}\n"
      "reward: {pattern: {regex: '^(a+)+$'}}",
      2, 9, "needs more than 1000000 steps");
}

/* A reward on texts gives texts of a view, in any order, what it gives the space's items; a sum
 * does where all its terms do. */
static void texts_outside_the_space_are_weighed_alike(void)
{
  static const struct {
    const char *reward;
    bool on_texts;
  } cases[] = {
      {"{word_count: {min: 1, max: 2}}", true},
      {"{length: {min: 4, max: 9}}", true},
      {"{pattern: {regex: 'king'}}", true},
      {"{lexicon: {words: {good: 1, bad: -1}}}", true},
      {"{sum: [{weight: 2, word_count: {max: 2}}, {pattern: {regex: 'o'}}]}", true},
      {"{values: [1, 2, 3, 4, 5, 6]}", false},
      {"{sum: [{word_count: {max: 2}}, {values: [1, 2, 3, 4, 5, 6]}]}", false},
      {"{sum: [{sum: [{length: {max: 2}}]}, {length: {max: 2}}]}", true},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    char text[1024];
    snprintf(text, sizeof text, TEXTS "%s", cases[k].reward);
    game played = game_open(text);
    CHECK(played.status == AG_OK);
    CHECK(ag_reward_on_texts(&played.reward) == cases[k].on_texts);
    CHECK(ag_reward_judge(&played.reward) == AG_JUDGED_NOT);
    const char *text_at[6];
    double value[6];
    for (size_t i = 0; i < 6; i++)
      text_at[i] = played.space->label[5 - i];
    const ag_items items = {.count = 6, .text = text_at};
    if (cases[k].on_texts)
      CHECK(ag_reward_weigh(&played.reward, &items, value, NULL) == AG_OK);
    for (size_t i = 0; i < 6 && cases[k].on_texts; i++)
      CHECK(value[i] == played.value[5 - i]);
    game_close(&played);
  }
}

int main(void)
{
  if (!mkdtemp(folder))
    return 99;
  CHECK_RUN(word_count_is_one_inside_its_range);
  CHECK_RUN(length_counts_characters_and_not_bytes);
  CHECK_RUN(a_pattern_is_found_anywhere);
  CHECK_RUN(a_lexicon_adds_the_weights_of_words);
  CHECK_RUN(texts_outside_the_space_are_weighed_alike);
  CHECK_RUN(mistakes_have_a_place);
  CHECK_RUN(a_hostile_pattern_cannot_hang);
  rmdir(folder);
  return check_end();
}

/* What the core goes without: it says which library is missing, and its lists do not have the word.
 * Linked with what libaligngame-core is made of, whatever the build has. */
#include "base/features.h"
#include "base/formula.h"
#include "generator/gmm.h"
#include "space/csv.h"

#include <aligngame/catalogue.h>
#include <aligngame/game.h>

#include "tests/check.h"

#define ATOMS "space: {atoms: {count: 2}}\n"
#define CURATOR "curators: {her: {reward: {values: [0, 1]}}}\n"

static const struct {
  const char *text, *answer;
} lacking[] = {
    {ATOMS "curators: {her: {reward: {expression: {formula: x}}}}\n",
     "the reward `expression` needs muparser, which this build lacks"},
    {ATOMS "curators: {her: {reward: {pattern: {regex: x}}}}\n",
     "the reward `pattern` needs pcre2, which this build lacks"},
    {ATOMS "curators: {her: {reward: {command: {run: [cat]}}}}\n",
     "the reward `command` needs jansson, which this build lacks"},
    {ATOMS CURATOR "generator: gpt2\n",
     "the generator `gpt2` needs jansson and pcre2, which this build lacks"},
    {ATOMS "curators: {her: {reward: {values: [0, 1]}, temperature: \"1 + t\"}}\n",
     "the formula `1 + t` needs muparser, which this build lacks"},
};
enum { LACKING = sizeof lacking / sizeof *lacking };

static void what_is_missing_is_named(void)
{
  for (size_t k = 0; k < LACKING; k++) {
    ag_game *game = NULL;
    ag_error error = {.status = AG_OK};
    CHECK(ag_game_parse("game.yaml", lacking[k].text, strlen(lacking[k].text), NULL, 0, &game,
                        &error) == AG_ERROR_INPUT);
    CHECK(error.line > 0);
    if (!strstr(error.message, lacking[k].answer))
      CHECK_TEXT(error.message, lacking[k].answer);
    ag_game_free(game);
  }
}

/* Packed files and JSON need libraries too; what they are is told. */
static void files_that_need_a_library_are_named(void)
{
  static const struct {
    const char *bytes, *answer;
  } files[] = {{"\x1F\x8B\x08 and more", "this build cannot read (it was made without zlib)"},
               {"{\"a\": 1}\n", "this build cannot read (it was made without jansson)"}};
  for (size_t k = 0; k < 2; k++) {
    ag_csv *csv = NULL;
    ag_error error = {.status = AG_OK};
    CHECK(ag_csv_parse("t.csv", files[k].bytes, strlen(files[k].bytes), NULL, &csv, &error) ==
          AG_ERROR_INPUT);
    CHECK(strstr(error.message, files[k].answer) != NULL);
  }
}

/* An unknown word is no missing library. */
static void misspelt_words_are_not(void)
{
  static const char text[] = ATOMS "curators: {her: {reward: {expresion: {formula: x}}}}\n";
  ag_game *game = NULL;
  ag_error error = {.status = AG_OK};
  CHECK(ag_game_parse("game.yaml", text, strlen(text), NULL, 0, &game, &error) == AG_ERROR_INPUT);
  CHECK(!strstr(error.message, "this build lacks"));
}

static bool listed(const char *kind, const char *name)
{
  ag_catalogue_entry entry;
  for (size_t i = 0; ag_catalogue_entry_at(kind, i, &entry); i++)
    if (strcmp(entry.name, name) == 0)
      return true;
  return false;
}

static void it_is_not_in_the_lists(void)
{
  CHECK(listed("rewards", "values") && listed("generators", "gmm"));
  CHECK(!listed("rewards", "expression") && !listed("rewards", "pattern") &&
        !listed("rewards", "command"));
  CHECK(!listed("generators", "gpt2"));
}

static void the_build_says_what_it_lacks(void)
{
  size_t muparser = 0, mixtures = 0;
  for (size_t i = 0; ag_build_remark(i); i++) {
    muparser += strstr(ag_build_remark(i), "without muparser") != NULL;
    mixtures += strstr(ag_build_remark(i), "without lapacke") != NULL;
  }
  CHECK(muparser == 1 && mixtures == 1);
}

/* L L^T = A and inverse(L) L = 1 without LAPACK. A = 1 + 1/(i + j + 1) is positive definite, its
 * eigenvalues lie between 1 and 1 + pi (Hilbert's matrix has none above pi). Each element is a sum
 * of at most D products of numbers below 3: D^2 3^2 2^-53 < 1e-12. */
static void covariances_need_no_lapack(void)
{
  enum { D = 12, SIZE = D * (D + 1) / 2 };
  double a[SIZE], factor[SIZE], product[SIZE], inverse[SIZE], least[D] = {0};
  for (size_t i = 0; i < D; i++)
    for (size_t j = 0; j <= i; j++)
      a[i * (i + 1) / 2 + j] = (i == j) + 1 / (double)(i + j + 1);
  memcpy(factor, a, sizeof a);
  CHECK(ag_gmm_factorize(D, true, least, factor));
  ag_gmm_multiply(D, true, factor, product);
  ag_gmm_invert(D, true, factor, inverse);
  for (size_t i = 0; i < D; i++)
    for (size_t j = 0; j <= i; j++) {
      double sum = 0;
      for (size_t e = j; e <= i; e++)
        sum += inverse[i * (i + 1) / 2 + e] * factor[e * (e + 1) / 2 + j];
      CHECK_NEAR(product[i * (i + 1) / 2 + j], a[i * (i + 1) / 2 + j], 1e-12);
      CHECK_NEAR(sum, i == j, 1e-12);
    }
  a[0] = -1;
  CHECK(!ag_gmm_factorize(D, true, least, a));
}

int main(void)
{
  CHECK_RUN(what_is_missing_is_named);
  CHECK_RUN(files_that_need_a_library_are_named);
  CHECK_RUN(misspelt_words_are_not);
  CHECK_RUN(it_is_not_in_the_lists);
  CHECK_RUN(the_build_says_what_it_lacks);
  CHECK_RUN(covariances_need_no_lapack);
  return check_end();
}

/* Phase diagrams: their letters and words, axes that are none, and points that were kept. Public
 * headers alone. */
#include <stdint.h>
#include <unistd.h>

#include <aligngame/analysis.h>

#include "tests/check.h"

static char folder[] = "/tmp/aligngame-phase-XXXXXX";
static char kept[64];

/* Two curators of these names, and what each point is like. */
static ag_status play_named(const char *first, const char *second, const ag_phase_axis axis[2],
                            const ag_phase_options *options, ag_phase **phase, ag_error *error)
{
  char text[512];
  snprintf(text, sizeof text,
           "generations: 50\n"
           "space: {atoms: {mass: [9, 9, 2]}}\n"
           "curators:\n"
           "  '%s': {reward: {values: [3, 0, 2]}, pool: 8}\n"
           "  '%s': {reward: {values: [0, 3, 2]}, pool: 8}\n"
           "loop: {order: ['%s', '%s']}\n",
           first, second, first, second);
  return ag_phase_play("game.yaml", text, strlen(text), NULL, 0, axis, options, phase, error);
}

static ag_phase_axis masses(size_t item, size_t count)
{
  static const char *const path[] = {"space.atoms.mass.0", "space.atoms.mass.1"};
  return (ag_phase_axis){.path = path[item], .low = 1, .high = 9, .count = count};
}

/* O and P where they are the names' own; S, C and D are words of the diagram. */
static void curators_have_letters_of_their_own(void)
{
  static const struct {
    const char *name[2];
    char letter[2];
    const char *word[2];
  } are[] = {{{"owner", "public"}, {'O', 'P'}, {"owner", "public"}},
             {{"Zoe", "yan"}, {'Z', 'Y'}, {"Zoe", "yan"}},
             {{"amy", "alice"}, {'A', 'B'}, {"amy", "alice"}},
             {{"bob", "ben"}, {'B', 'A'}, {"bob", "ben"}},
             {{"shared", "diverse"}, {'A', 'B'}, {"curator shared", "curator diverse"}},
             {{"carol", "7"}, {'A', 'B'}, {"carol", "7"}},
             {{"\xC3\xA9mile", "~x"}, {'A', 'B'}, {"\xC3\xA9mile", "~x"}}};
  const ag_phase_axis axis[2] = {masses(0, 2), masses(1, 2)};
  for (size_t i = 0; i < sizeof are / sizeof *are; i++) {
    ag_phase *phase = NULL;
    ag_error error = {0};
    ag_status status = play_named(are[i].name[0], are[i].name[1], axis, NULL, &phase, &error);
    if (status)
      printf("# %s, %s: %s\n", are[i].name[0], are[i].name[1], error.message);
    CHECK(status == AG_OK);
    for (int k = 0; phase && k < 2; k++) {
      CHECK(ag_phase_letter(phase, (ag_phase_winner)k) == are[i].letter[k]);
      CHECK_TEXT(ag_phase_winner_word(phase, (ag_phase_winner)k), are[i].word[k]);
    }
    if (phase)
      CHECK(ag_phase_letter(phase, AG_PHASE_DIVERSE) == 'D');
    ag_phase_free(phase);
  }
}

/* Who is alone is the first, and nobody else's favourite counts. */
static void one_curator_is_both(void)
{
  static const char text[] = "space: {atoms: {mass: [9, 9, 2]}}\n"
                             "curators: {only: {reward: {values: [3, 0, 2]}, pool: 8}}\n"
                             "loop: {order: [only]}\n";
  const ag_phase_axis axis[2] = {masses(0, 2), masses(1, 3)};
  ag_phase *phase = NULL;
  CHECK(ag_phase_play("one.yaml", text, strlen(text), NULL, 0, axis, NULL, &phase, NULL) == AG_OK);
  for (size_t at = 0; phase && at < 6; at++)
    CHECK(phase->winner[at] == AG_PHASE_OWNER);
  CHECK(phase && strcmp(phase->curator[1], "only") == 0);
  ag_phase_free(phase);
}

static void axes_that_are_none_are_refused(void)
{
  static const struct {
    ag_phase_axis axis;
    const char *says;
  } wrong[] = {
      {{.path = "seed", .low = 1, .high = 2, .count = 1}, "has 1 values; expected at least 2"},
      {{.path = "seed", .low = 3, .high = 3, .count = 2},
       "from 3 to 3; expected two different numbers"},
      {{.path = "seed", .low = INFINITY, .high = 3, .count = 2}, "from inf to 3"},
      {{.path = "seed", .low = 1, .high = NAN, .count = 2}, "to nan"},
      {{.path = "seed", .low = 0, .high = 3, .count = 2, .logarithmic = true}, "numbers above 0"},
      {{.path = "seed", .low = 3, .high = -1, .count = 2, .logarithmic = true}, "numbers above 0"},
      {{.path = "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", .low = 1, .high = 2, .count = 2},
       "more than 16 paths"}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    for (int at = 0; at < 2; at++) {
      ag_phase_axis axis[2] = {masses(0, 2), masses(1, 2)};
      ag_phase *phase = NULL;
      ag_error error = {0};
      axis[at] = wrong[i].axis;
      CHECK(play_named("owner", "public", axis, NULL, &phase, &error) == AG_ERROR_INPUT);
      CHECK(strstr(error.message, wrong[i].says) && !phase);
      CHECK(play_named("owner", "public", axis, NULL, &phase, NULL) == AG_ERROR_INPUT && !phase);
    }
}

/* A comma within quotes is the name's. */
static void names_with_commas_are_quoted(void)
{
  const ag_phase_axis axis[2] = {{.path = "curators.'a,b'.pool,curators.\"c'd\".pool",
                                  .low = 1,
                                  .high = 8,
                                  .count = 2,
                                  .integer = true},
                                 masses(0, 2)};
  char text[] = "space: {atoms: {mass: [9, 9, 2]}}\n"
                "curators:\n"
                "  'a,b': {reward: {values: [3, 0, 2]}, pool: 2}\n"
                "  \"c'd\": {reward: {values: [0, 3, 2]}, pool: 2}\n"
                "loop: {order: ['a,b', \"c'd\"]}\n";
  ag_phase *phase = NULL;
  ag_error error = {0};
  ag_status status =
      ag_phase_play("c.yaml", text, strlen(text), NULL, 0, axis, NULL, &phase, &error);
  if (status)
    printf("# %s\n", error.message);
  CHECK(status == AG_OK);
  /* pools of 1 choose nothing: where both have one, theory has nothing to say */
  CHECK(phase && phase->refused == 2 && phase->winner[0] == AG_PHASE_REFUSED);
  CHECK(phase && phase->winner[1] == AG_PHASE_COMPROMISE);
  ag_phase_free(phase);
}

static void points_that_are_played_on_samples_are_refused(void)
{
  static const char *const samples[] = {"engine=samples", "samples={generate: 40, keep: 20}"};
  static const char text[] = "space: {atoms: {mass: [9, 9, 2]}}\n"
                             "curators: {only: {reward: {values: [3, 0, 2]}, pool: 8}}\n"
                             "loop: {order: [only]}\n";
  const ag_phase_axis axis[2] = {masses(0, 2), masses(1, 2)};
  ag_phase *phase = NULL;
  ag_error error = {0};
  CHECK(ag_phase_play("s.yaml", text, strlen(text), samples, 2, axis, NULL, &phase, &error) ==
        AG_ERROR_INPUT);
  CHECK(!phase && strstr(error.message, "it is played on samples"));
}

/* The sum at a line's end, FNV-1a over what stands before it. */
static void add_line(FILE *file, const char *line)
{
  unsigned sum = 2166136261u;
  for (const char *c = line; *c; c++)
    sum = (sum ^ (unsigned char)*c) * 16777619u;
  fprintf(file, "%s %08x\n", line, sum);
}

/* Those are taken that are whole and a point's of the diagram. */
static void kept_points_are_taken_where_they_are_whole(void)
{
  static const char *const none[] = {"4 0 1 1", "9 0 1 1", "1 6 1 1", "1 0 256 1", "one 0 1 1"};
  const ag_phase_axis axis[2] = {masses(0, 2), masses(1, 2)};
  const ag_phase_options options = {.kept = kept};
  char header[256] = "";
  ag_phase *phase = NULL;
  CHECK(play_named("owner", "public", axis, &options, &phase, NULL) == AG_OK);
  FILE *file = fopen(kept, "r");
  CHECK(file && fgets(header, sizeof header, file));
  if (file)
    fclose(file);
  file = fopen(kept, "w");
  if (!file || !phase)
    return;
  fputs(header, file);
  for (size_t i = 0; i < sizeof none / sizeof *none; i++)
    add_line(file, none[i]);
  fputs("1 5 7 3 00000000\n1 5 7 3 word\nword\n\n", file);
  add_line(file, "2 5 7 3.5");
  fclose(file);
  ag_phase *again = NULL;
  CHECK(play_named("owner", "public", axis, &options, &again, NULL) == AG_OK);
  for (size_t at = 0; again && at < 4; at++) {
    bool given = at == 2;
    CHECK(again->winner[at] == (given ? 5 : phase->winner[at]));
    CHECK(again->sink_count[at] == (given ? 7 : phase->sink_count[at]));
    CHECK(again->effective_number[at] == (given ? 3.5 : phase->effective_number[at]));
  }
  ag_phase_free(again);
  ag_phase_free(phase);
  /* of another diagram: they stay, and nothing is played */
  ag_error error = {0};
  phase = NULL;
  CHECK(play_named("owner", "other", axis, &options, &phase, &error) == AG_ERROR_INPUT);
  CHECK(!phase && strstr(error.message, "points of another diagram"));
  CHECK(play_named("owner", "other", axis, &options, &phase, NULL) == AG_ERROR_INPUT);
  CHECK(access(kept, F_OK) == 0 && unlink(kept) == 0);
}

int main(void)
{
  if (!mkdtemp(folder)) {
    printf("Bail out! no folder\n");
    return 1;
  }
  snprintf(kept, sizeof kept, "%s/points", folder);
  CHECK_RUN(curators_have_letters_of_their_own);
  CHECK_RUN(one_curator_is_both);
  CHECK_RUN(axes_that_are_none_are_refused);
  CHECK_RUN(names_with_commas_are_quoted);
  CHECK_RUN(points_that_are_played_on_samples_are_refused);
  CHECK_RUN(kept_points_are_taken_where_they_are_whole);
  rmdir(folder);
  return check_end();
}

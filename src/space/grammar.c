#include "space/grammar.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "base/random.h"

/* Symbols. A terminal is a class of words and makes one word; the others come so that
 * a rule of one symbol names an earlier one. */
enum {
  NONE,
  NOUN_SG,
  NOUN_PL,
  NAME,
  PRONOUN_SG,
  PRONOUN_PL,
  DET_SG,
  DET_PL,
  ADJECTIVE,
  ADVERB,
  PREPOSITION,
  CONJUNCTION,
  RESTS_SG,
  RESTS_PL,
  TAKES_SG,
  TAKES_PL,
  IS_SG,
  IS_PL,
  TERMINALS,
  NOMINAL_SG = TERMINALS,
  NOMINAL_PL,
  THING_SG,
  THING_PL,
  THING,
  PHRASE,
  SUBJECT_SG,
  SUBJECT_PL,
  ACT_SG,
  ACT_PL,
  VERBAL_SG,
  VERBAL_PL,
  CLAUSE,
  SENTENCE,
  SYMBOLS
};

typedef struct word_class {
  const char *const *word;
  size_t count;
} word_class;

/* Words are listed with the frequent ones first. */
static const char *const nouns[] = {
    "man",    "woman",  "child",  "dog",    "house",   "river",    "city",    "king",    "ship",
    "horse",  "tree",   "road",   "book",   "bird",    "cat",      "soldier", "teacher", "garden",
    "window", "door",   "letter", "farmer", "village", "mountain", "island",  "bridge",  "song",
    "fox",    "apple",  "boat",   "castle", "doctor",  "engine",   "field",   "forest",  "friend",
    "girl",   "boy",    "hill",   "idea",   "judge",   "lake",     "lamp",    "machine", "market",
    "mouse",  "night",  "ocean",  "owl",    "painter", "queen",    "sailor",  "school",  "shadow",
    "sheep",  "singer", "star",   "stone",  "storm",   "table",    "tower",   "train",   "uncle",
    "valley", "wall",   "wolf",   "writer", "actor",   "elephant", "army"};
static const char *const nouns_plural[] = {
    "men",      "women",    "children", "dogs",     "houses",    "rivers",  "cities",   "kings",
    "ships",    "horses",   "trees",    "roads",    "books",     "birds",   "cats",     "soldiers",
    "teachers", "gardens",  "windows",  "doors",    "letters",   "farmers", "villages", "mountains",
    "islands",  "bridges",  "songs",    "foxes",    "apples",    "boats",   "castles",  "doctors",
    "engines",  "fields",   "forests",  "friends",  "girls",     "boys",    "hills",    "ideas",
    "judges",   "lakes",    "lamps",    "machines", "markets",   "mice",    "nights",   "oceans",
    "owls",     "painters", "queens",   "sailors",  "schools",   "shadows", "sheep",    "singers",
    "stars",    "stones",   "storms",   "tables",   "towers",    "trains",  "uncles",   "valleys",
    "walls",    "wolves",   "writers",  "actors",   "elephants", "armies"};
static const char *const names[] = {"Anna",  "Peter", "Maria", "John", "Clara", "Henry",  "Ruth",
                                    "Oscar", "Ida",   "Paul",  "Vera", "Simon", "London", "Paris"};
static const char *const pronouns[] = {"he", "she", "it", "nobody", "everyone"};
static const char *const pronouns_plural[] = {"they", "we", "you"};
static const char *const determiners[] = {"the",   "a",    "this",    "her", "his",
                                          "every", "that", "another", "one", "our"};
static const char *const determiners_plural[] = {"the", "some",  "these", "many",  "two",
                                                 "all", "those", "their", "three", "few"};
static const char *const adjectives[] = {
    "old",    "small",  "young",   "great",  "new",    "long",    "white",  "dark",   "good",
    "high",   "little", "green",   "red",    "quiet",  "strong",  "empty",  "cold",   "happy",
    "poor",   "deep",   "early",   "bright", "blue",   "broken",  "brave",  "honest", "gentle",
    "heavy",  "hungry", "ancient", "angry",  "famous", "foreign", "golden", "grey",   "kind",
    "lonely", "narrow", "open",    "proud",  "rich",   "silent",  "slow",   "tall",   "tired",
    "ugly",   "warm",   "wide",    "wild",   "wise"};
static const char *const adverbs[] = {"again",    "slowly",  "today",      "often",    "quickly",
                                      "together", "quietly", "here",       "always",   "yesterday",
                                      "well",     "alone",   "everywhere", "gently",   "suddenly",
                                      "twice",    "gladly",  "outside",    "upstairs", "badly"};
static const char *const prepositions[] = {"in",    "of",     "with",   "near",
                                           "under", "behind", "from",   "without",
                                           "above", "beside", "before", "around"};
static const char *const conjunctions[] = {"and", "but", "because", "while", "so"};
static const char *const rests[] = {
    "sleeps", "waits",    "comes",   "falls",  "works",   "sings",     "runs",  "laughs", "stays",
    "rises",  "walks",    "listens", "grows",  "returns", "dreams",    "sinks", "shines", "speaks",
    "swims",  "vanishes", "weeps",   "dances", "burns",   "hesitates", "smiles"};
static const char *const rests_plural[] = {
    "sleep", "wait",   "come",   "fall",  "work",   "sing",     "run",  "laugh", "stay",
    "rise",  "walk",   "listen", "grow",  "return", "dream",    "sink", "shine", "speak",
    "swim",  "vanish", "weep",   "dance", "burn",   "hesitate", "smile"};
static const char *const takes[] = {
    "sees",    "loves",   "finds",     "builds",  "follows", "knows", "carries", "leaves",
    "wants",   "paints",  "remembers", "visits",  "sells",   "hears", "opens",   "hides",
    "reaches", "watches", "breaks",    "crosses", "draws",   "fears", "guards",  "helps",
    "needs",   "praises", "steals",    "teaches", "touches", "wins"};
static const char *const takes_plural[] = {
    "see",      "love",  "find",  "build", "follow", "know",   "carry", "leave", "want",  "paint",
    "remember", "visit", "sell",  "hear",  "open",   "hide",   "reach", "watch", "break", "cross",
    "draw",     "fear",  "guard", "help",  "need",   "praise", "steal", "teach", "touch", "win"};
static const char *const is[] = {"is", "was", "seems", "becomes"};
static const char *const are[] = {"are", "were", "seem", "become"};

#define LIST(symbol, list) [symbol] = {list, sizeof list / sizeof *list}
static const word_class classes[TERMINALS] = {LIST(NOUN_SG, nouns),
                                              LIST(NOUN_PL, nouns_plural),
                                              LIST(NAME, names),
                                              LIST(PRONOUN_SG, pronouns),
                                              LIST(PRONOUN_PL, pronouns_plural),
                                              LIST(DET_SG, determiners),
                                              LIST(DET_PL, determiners_plural),
                                              LIST(ADJECTIVE, adjectives),
                                              LIST(ADVERB, adverbs),
                                              LIST(PREPOSITION, prepositions),
                                              LIST(CONJUNCTION, conjunctions),
                                              LIST(RESTS_SG, rests),
                                              LIST(RESTS_PL, rests_plural),
                                              LIST(TAKES_SG, takes),
                                              LIST(TAKES_PL, takes_plural),
                                              LIST(IS_SG, is),
                                              LIST(IS_PL, are)};

typedef struct rule {
  int left, right[4]; /* right ends with NONE */
  double share;       /* among the symbol's rules, of what the chance leaves */
  int chance;         /* 0: none; k: times option k; -k: times one less option k */
} rule;

enum { WITH_ADJECTIVE = 1, WITH_ADVERB, WITH_PHRASE, WITH_JOIN };

/* The rules of a symbol stand together; their probabilities add up to one for any
 * options. */
static const rule rules[] = {
    {NOMINAL_SG, {NOUN_SG}, 1, -WITH_ADJECTIVE},
    {NOMINAL_SG, {ADJECTIVE, NOMINAL_SG}, 1, WITH_ADJECTIVE},
    {NOMINAL_PL, {NOUN_PL}, 1, -WITH_ADJECTIVE},
    {NOMINAL_PL, {ADJECTIVE, NOMINAL_PL}, 1, WITH_ADJECTIVE},
    {THING_SG, {NAME}, 0.15, 0},
    {THING_SG, {DET_SG, NOMINAL_SG}, 0.85, -WITH_PHRASE},
    {THING_SG, {DET_SG, NOMINAL_SG, PHRASE}, 0.85, WITH_PHRASE},
    {THING_PL, {NOMINAL_PL}, 0.3, 0},
    {THING_PL, {DET_PL, NOMINAL_PL}, 0.7, -WITH_PHRASE},
    {THING_PL, {DET_PL, NOMINAL_PL, PHRASE}, 0.7, WITH_PHRASE},
    {THING, {THING_SG}, 0.6, 0},
    {THING, {THING_PL}, 0.4, 0},
    {PHRASE, {PREPOSITION, THING}, 1, 0},
    {SUBJECT_SG, {PRONOUN_SG}, 0.3, 0},
    {SUBJECT_SG, {THING_SG}, 0.7, 0},
    {SUBJECT_PL, {PRONOUN_PL}, 0.3, 0},
    {SUBJECT_PL, {THING_PL}, 0.7, 0},
    {ACT_SG, {RESTS_SG}, 0.3, 0},
    {ACT_SG, {TAKES_SG, THING}, 0.4, 0},
    {ACT_SG, {IS_SG, ADJECTIVE}, 0.15, 0},
    {ACT_SG, {RESTS_SG, PHRASE}, 0.15, 0},
    {ACT_PL, {RESTS_PL}, 0.3, 0},
    {ACT_PL, {TAKES_PL, THING}, 0.4, 0},
    {ACT_PL, {IS_PL, ADJECTIVE}, 0.15, 0},
    {ACT_PL, {RESTS_PL, PHRASE}, 0.15, 0},
    {VERBAL_SG, {ACT_SG}, 1, -WITH_ADVERB},
    {VERBAL_SG, {ACT_SG, ADVERB}, 1, WITH_ADVERB},
    {VERBAL_PL, {ACT_PL}, 1, -WITH_ADVERB},
    {VERBAL_PL, {ACT_PL, ADVERB}, 1, WITH_ADVERB},
    {CLAUSE, {SUBJECT_SG, VERBAL_SG}, 0.5, 0},
    {CLAUSE, {SUBJECT_PL, VERBAL_PL}, 0.4, 0},
    {CLAUSE, {RESTS_PL}, 0.05, 0}, /* Listen. */
    {CLAUSE, {TAKES_PL, THING}, 0.05, 0},
    {SENTENCE, {CLAUSE}, 1, -WITH_JOIN},
    {SENTENCE, {CLAUSE, CONJUNCTION, SENTENCE}, 1, WITH_JOIN},
};
enum { RULES = sizeof rules / sizeof *rules };

typedef double length_law[AG_GRAMMAR_LONGEST + 1];

struct ag_grammar {
  double probability[RULES];
  length_law law[SYMBOLS]; /* law[symbol][n]: that it makes n words */
  double reached;          /* that a sentence has at most AG_GRAMMAR_LONGEST words */
};

ag_grammar_options ag_grammar_options_default(void)
{
  return (ag_grammar_options){.adjective = 0.3, .adverb = 0.2, .phrase = 0.15, .join = 0.1};
}

/* That symbols right (three at most, then NONE) make n words together. */
static double law_of_sequence(const ag_grammar *grammar, const int *right, size_t n)
{
  const double *first = grammar->law[right[0]];
  if (right[1] == NONE)
    return first[n];
  double sum = 0;
  const int rest[3] = {right[1], right[2], NONE};
  for (size_t k = 1; k < n; k++)
    if (first[k] > 0)
      sum += first[k] * law_of_sequence(grammar, rest, n - k);
  return sum;
}

/* Length by length: a rule of several symbols takes shorter lengths only, as each makes
 * a word at least, and a rule of one symbol takes one that is done. */
static void find_laws(ag_grammar *grammar)
{
  for (int terminal = NONE + 1; terminal < TERMINALS; terminal++)
    grammar->law[terminal][1] = 1;
  for (size_t n = 1; n <= AG_GRAMMAR_LONGEST; n++)
    for (size_t r = 0; r < RULES; r++)
      grammar->law[rules[r].left][n] +=
          grammar->probability[r] * law_of_sequence(grammar, rules[r].right, n);
  grammar->reached = ag_array_sum(grammar->law[SENTENCE], AG_GRAMMAR_LONGEST + 1);
}

ag_status ag_grammar_create(const ag_grammar_options *options, ag_grammar **grammar,
                            ag_error *error)
{
  const double chance[] = {0, options->adjective, options->adverb, options->phrase, options->join};
  for (size_t k = 1; k < sizeof chance / sizeof *chance; k++)
    if (!(chance[k] >= 0 && chance[k] <= 0.9))
      return ag_fail(error, AG_ERROR_INPUT, "a chance of the grammar is %g, not in [0, 0.9]",
                     chance[k]);
  ag_grammar *made = NULL;
  ag_status status = ag_array_create(1, sizeof *made, &made, error);
  if (status != AG_OK)
    return status;
  memset(made, 0, sizeof *made);
  for (size_t r = 0; r < RULES; r++) {
    int k = rules[r].chance;
    double factor = k == 0 ? 1 : k > 0 ? chance[k] : 1 - chance[-k];
    made->probability[r] = rules[r].share * factor;
  }
  find_laws(made);
  *grammar = made;
  return AG_OK;
}

void ag_grammar_free(ag_grammar *grammar)
{
  free(grammar);
}

double ag_grammar_length_probability(const ag_grammar *grammar, size_t words)
{
  return words <= AG_GRAMMAR_LONGEST ? grammar->law[SENTENCE][words] / grammar->reached : 0;
}

typedef struct draft {
  const ag_grammar *grammar;
  ag_random random;
  const char *word[AG_GRAMMAR_LONGEST];
  size_t count;
  bool too_long;
} draft;

/* Early words of a list come more often: word i of n with probability
 * sqrt((i + 1) / n) - sqrt(i / n). */
static void add_word(draft *made, int terminal)
{
  const word_class *class = &classes[terminal];
  double u = ag_random_uniform(&made->random);
  size_t index = (size_t)(u * u * (double)class->count);
  if (made->count == AG_GRAMMAR_LONGEST)
    made->too_long = true;
  else
    made->word[made->count++] = class->word[index < class->count ? index : class->count - 1];
}

/* Recursion ends almost surely, and at the latest when the sentence is too long: each
 * level but a few makes a word. */
static void expand(draft *made, int symbol)
{
  if (made->too_long)
    return;
  if (symbol < TERMINALS) {
    add_word(made, symbol);
    return;
  }
  size_t r = 0;
  while (rules[r].left != symbol)
    r++;
  double u = ag_random_uniform(&made->random);
  while ((u -= made->grammar->probability[r]) >= 0 && r + 1 < RULES && rules[r + 1].left == symbol)
    r++;
  for (size_t k = 0; rules[r].right[k] != NONE; k++)
    expand(made, rules[r].right[k]);
}

static size_t write_sentence(const draft *made, char *sentence)
{
  char *to = sentence;
  for (size_t i = 0; i < made->count; i++) {
    const char *word = made->word[i];
    if (strcmp(word, "a") == 0 && i + 1 < made->count && strchr("aeiou", made->word[i + 1][0]))
      word = "an";
    if (i > 0)
      *to++ = ' ';
    to = stpcpy(to, word);
  }
  if (*sentence >= 'a' && *sentence <= 'z')
    *sentence = (char)(*sentence - 'a' + 'A');
  to = stpcpy(to, ".");
  return (size_t)(to - sentence);
}

size_t ag_grammar_sentence(const ag_grammar *grammar, uint64_t seed, uint64_t number,
                           char sentence[AG_GRAMMAR_BYTES])
{
  draft made = {.grammar = grammar, .random = ag_random_start(seed, AG_RANDOM_TEXT, number)};
  do {
    made.count = 0;
    made.too_long = false;
    expand(&made, SENTENCE);
  } while (made.too_long);
  return write_sentence(&made, sentence);
}

/* ---- the probability of a sentence ---- */

/* A sentence of `count` words and, for every stretch of them and every symbol, the
 * probability that the symbol makes it (the inside probabilities). */
typedef struct chart {
  const ag_grammar *grammar;
  const char *word[AG_GRAMMAR_LONGEST];
  size_t length[AG_GRAMMAR_LONGEST];
  size_t count;
  double *inside; /* [count, count, SYMBOLS]: from word i, of n + 1 words, of symbol s */
} chart;

static double *chart_at(const chart *c, size_t from, size_t words)
{
  return c->inside + (from * c->count + words - 1) * SYMBOLS;
}

/* False for what has no end mark, no word or too many. */
static bool chart_split(chart *c, const char *sentence)
{
  size_t length = strlen(sentence);
  if (length < 2 || sentence[length - 1] != '.')
    return false;
  for (const char *at = sentence; *at;) {
    size_t word = strcspn(at, " .");
    if (word == 0 || c->count == AG_GRAMMAR_LONGEST)
      return false;
    c->word[c->count] = at;
    c->length[c->count++] = word;
    at += word;
    if (*at == '.')
      return at[1] == '\0';
    at += *at == ' ';
  }
  return false;
}

/* Whether word `place` of the sentence is how `word` is written there. */
static bool is_written(const chart *c, size_t place, const char *word)
{
  const char *found = c->word[place];
  bool vowel = place + 1 < c->count && strchr("aeiou", c->word[place + 1][0]);
  if (strcmp(word, "a") == 0 && vowel)
    word = "an";
  char first = *word;
  if (place == 0 && first >= 'a' && first <= 'z')
    first = (char)(first - 'a' + 'A');
  size_t length = strlen(word);
  return c->length[place] == length && found[0] == first &&
         memcmp(found + 1, word + 1, length - 1) == 0;
}

static double word_probability(const chart *c, size_t place, int terminal)
{
  const word_class *class = &classes[terminal];
  double sum = 0, n = (double)class->count;
  for (size_t i = 0; i < class->count; i++)
    if (is_written(c, place, class->word[i]))
      sum += sqrt((double)(i + 1) / n) - sqrt((double)i / n);
  return sum;
}

/* That symbols right (three at most, then NONE) make these words together. */
static double inside_of_sequence(const chart *c, const int *right, size_t from, size_t words)
{
  if (right[1] == NONE)
    return chart_at(c, from, words)[right[0]];
  double sum = 0;
  const int rest[3] = {right[1], right[2], NONE};
  for (size_t k = 1; k < words; k++) {
    double first = chart_at(c, from, k)[right[0]];
    if (first > 0)
      sum += first * inside_of_sequence(c, rest, from + k, words - k);
  }
  return sum;
}

/* Shorter stretches first, as in find_laws. */
static void fill_chart(chart *c)
{
  for (size_t i = 0; i < c->count; i++)
    for (int terminal = NONE + 1; terminal < TERMINALS; terminal++)
      chart_at(c, i, 1)[terminal] = word_probability(c, i, terminal);
  for (size_t words = 1; words <= c->count; words++)
    for (size_t i = 0; i + words <= c->count; i++)
      for (size_t r = 0; r < RULES; r++)
        chart_at(c, i, words)[rules[r].left] +=
            c->grammar->probability[r] * inside_of_sequence(c, rules[r].right, i, words);
}

double ag_grammar_log_probability(const ag_grammar *grammar, const char *sentence)
{
  chart c = {.grammar = grammar, .count = 0};
  if (!chart_split(&c, sentence))
    return -INFINITY;
  c.inside = calloc(c.count * c.count * SYMBOLS, sizeof *c.inside);
  if (!c.inside)
    return NAN;
  fill_chart(&c);
  double probability = chart_at(&c, 0, c.count)[SENTENCE] / grammar->reached;
  free(c.inside);
  return log(probability);
}

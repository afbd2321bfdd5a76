/* Sentences, of a file or of the grammar: a finite space of labelled items. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space/grammar.h"
#include "space/kinds.h"
#include "space/text_read.h"

static ag_status read_words(ag_node node, ag_text_options *options, ag_error *error)
{
  if (!ag_node_present(node))
    return AG_OK;
  long long least = 0, most = 0;
  if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || ag_node_count(node) != 2)
    return ag_node_fail(node, error, "words: expected the least and the most, such as [1, 40]");
  ag_status status =
      ag_node_integer(ag_node_item(node, 0), "the least words", 0, 1LL << 40, &least, error);
  if (status == AG_OK)
    status = ag_node_integer(ag_node_item(node, 1), "the most words", least > 1 ? least : 1,
                             1LL << 40, &most, error);
  if (status != AG_OK)
    return status;
  options->least_words = (size_t)least;
  options->most_words = (size_t)most;
  return AG_OK;
}

typedef struct corpus {
  ag_text_format format;
  char *encoding, *column;
  size_t sentences, held_out, seed;
  bool duplicates, join, unknown;
  ag_grammar_options grammar;
} corpus;

/* Versions of clang-format differ about braces in macros. */
/* clang-format off */
#define CHANCE(key, words, member, usual)                                                          \
  {                                                                                                \
    key, words, AG_REAL, offsetof(ag_grammar_options, member), .fallback = usual, .high = 0.9      \
  }
/* clang-format on */
static const ag_parameter grammar_parameters[] = {
    CHANCE("adjective", "the chance of one more adjective before a noun", adjective, "0.3"),
    CHANCE("adverb", "the chance of an adverb behind a verb", adverb, "0.2"),
    CHANCE("phrase", "the chance that a prepositional phrase follows a noun", phrase, "0.15"),
    CHANCE("join", "the chance of one more clause after a conjunction", join, "0.1"),
    {0}};

#define AT(member) offsetof(corpus, member)
static const ag_parameter text_parameters[] = {
    {"file", "a text; its sentences are the items", AG_PATH, .choice = 1, .example = "wiki.txt"},
    {"grammar", "sentences that the program makes", AG_TABLE, AT(grammar), .choice = 1,
     .within = grammar_parameters},
    {"sentences", "the most to take", AG_WHOLE, AT(sentences), .unit = "sentences",
     .absent = "all of a file, 10000 of a grammar", .low = 1, .high = 0x1p31},
    {"held_out", "set aside beside them, to measure what a model forgets", AG_WHOLE, AT(held_out),
     .unit = "sentences", .fallback = "0", .high = 0x1p31},
    {"words", "the fewest and the most in a sentence", AG_NODE,
     .takes = "a list of two integers, such as [1, 40]", .absent = "any number"},
    {"seed", "of a random choice from the file, or of the grammar", AG_WHOLE, AT(seed),
     .absent = "the file's first sentences; the grammar's seed 0", .high = INFINITY},
    {"duplicates", "equal sentences stay; otherwise the first of them does", AG_FLAG,
     AT(duplicates), .absent = "false for a file, true for a grammar"},
    {"format",
     "how the file is written; auto: wikitext where several lines have its marks, else plain",
     AG_WORD, AT(format), .words = ag_text_formats, .fallback = "auto", .with = "file"},
    {"column", "the file is a table (CSV, JSON lines): its column of texts, each an item", AG_TEXT,
     AT(column), .absent = "`text` of JSON lines; otherwise it is a text", .with = "file"},
    {"encoding", "how its letters are written, such as windows-1252", AG_TEXT, AT(encoding),
     .absent = "UTF-8, or UTF-16 where its bytes say so", .with = "file"},
    {"join", "marks such as `red @-@ tipped` become `red-tipped`", AG_FLAG, AT(join),
     .fallback = "true", .with = "file"},
    {"unknown", "sentences with `<unk>` stay", AG_FLAG, AT(unknown), .fallback = "true",
     .with = "file"},
    {0}};

static ag_status read_options(ag_node node, const corpus *given, ag_text_options *options,
                              ag_error *error)
{
  options->format = given->format;
  options->encoding = given->encoding;
  options->column = given->column;
  options->count = given->sentences > 0 ? given->sentences : options->count;
  options->held_out = given->held_out;
  options->seed = given->seed;
  options->sampled = ag_node_present(ag_node_find(node, "seed"));
  if (ag_node_present(ag_node_find(node, "duplicates")))
    options->keep_duplicates = given->duplicates;
  options->keep_marks = !given->join;
  options->drop_unknown = !given->unknown;
  return read_words(ag_node_find(node, "words"), options, error);
}

/* A copy of text [count >= 1], each on the heap. After a failure *copied of them are there. */
static ag_status copy_texts(char *const *text, size_t count, char ***copy, size_t *copied,
                            ag_error *error)
{
  *copy = calloc(count, sizeof **copy);
  for (*copied = 0; *copy && *copied < count; ++*copied)
    if (!((*copy)[*copied] = ag_text_copy(text[*copied])))
      break;
  if (*copied < count)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for %zu sentences", count);
  return AG_OK;
}

static ag_status set_texts(ag_space *space, char *const *text, size_t count, char *const *held_out,
                           size_t held_out_count, ag_error *error)
{
  ag_status status = copy_texts(text, count, &space->label, &space->count, error);
  if (status == AG_OK && held_out_count > 0)
    status = copy_texts(held_out, held_out_count, &space->held_out, &space->held_out_count, error);
  return status;
}

static ag_status fail_empty(ag_node node, const ag_space *space, const ag_text_report *report,
                            ag_error *error)
{
  if (report->held_out > 0)
    return ag_node_fail(ag_node_find(node, "held_out"), error,
                        "%s: held_out leaves no sentence of %zu", space->source, report->held_out);
  return ag_node_fail(ag_node_find(node, "file"), error,
                      "%s: no sentence is left of %zu: %zu have too few words, %zu too many, %zu "
                      "hold <unk>",
                      space->source, report->sentences, report->too_short, report->too_long,
                      report->unknown);
}

static ag_status read_file(ag_node node, const corpus *given, ag_space *space, ag_error *error)
{
  ag_text_options options = ag_text_options_default();
  ag_node file_node = ag_node_find(node, "file");
  ag_sentences sentences = {.count = 0};
  ag_status status = read_options(node, given, &options, error);
  if (status == AG_OK)
    status = ag_space_resolve_path(file_node, &space->source, error);
  if (status != AG_OK)
    return status;
  ag_error reason;
  status = ag_text_load(space->source, &options, &sentences, &reason);
  if (status == AG_ERROR_INPUT && reason.line == 0) /* it cannot be read: the game file's mistake */
    return ag_node_fail(file_node, error, "%s: %s", space->source, reason.message);
  if (status != AG_OK) {
    if (error)
      *error = reason;
    return status;
  }
  if (sentences.count == 0)
    status = fail_empty(node, space, &sentences.report, error);
  else
    status = set_texts(space, sentences.text, sentences.count, sentences.held_out,
                       sentences.held_out_count, error);
  if (status == AG_OK)
    status = (space->remark = ag_text_report_words(&options, &sentences.report))
                 ? AG_OK
                 : ag_fail(error, AG_ERROR_MEMORY, "out of memory for a remark");
  ag_sentences_free(&sentences);
  return status;
}

/* The first `draws` sentences of the grammar, a line each, held to the options. */
static ag_status draw_sentences(const ag_grammar *grammar, const ag_text_options *options,
                                size_t draws, ag_sentences *sentences, ag_error *error)
{
  char line[AG_GRAMMAR_BYTES], *text = NULL;
  size_t size = 0, capacity = 0;
  ag_status status = AG_OK;
  for (size_t i = 0; i < draws && status == AG_OK; i++) {
    size_t length = ag_grammar_sentence(grammar, options->seed, i, line);
    line[length++] = '\n';
    if (size + length > capacity) {
      char *wider = NULL;
      capacity += capacity / 2 + 64 * (draws < 1024 ? draws : 1024) + length;
      status = ag_array_create(capacity, 1, &wider, error);
      if (status != AG_OK)
        break;
      if (size > 0)
        memcpy(wider, text, size);
      free(text);
      text = wider;
    }
    memcpy(text + size, line, length);
    size += length;
  }
  if (status == AG_OK)
    status = ag_text_parse(text, size, options, sentences, error);
  free(text);
  return status;
}

/* Draws until there are as many sentences as asked for, and behind them `held` more. Sentence
 * number i is the same however many are drawn, so that the first ones are those of one long
 * sequence. */
static ag_status fill_from_grammar(ag_node node, const ag_grammar *grammar,
                                   const ag_text_options *options, size_t held, ag_space *space,
                                   ag_error *error)
{
  const double rare = 1e-3, most_draws = 16;
  double chance = 0;
  for (size_t n = options->least_words; n <= AG_GRAMMAR_LONGEST && n <= options->most_words; n++)
    chance += ag_grammar_length_probability(grammar, n);
  if (chance < rare)
    return ag_node_fail(
        node, error, "the grammar makes such numbers of words with a chance of %.2g only", chance);
  double draws = 1.05 * (double)options->count / chance + 20;
  for (double end = most_draws * draws; draws <= end; draws *= 2) {
    ag_sentences sentences = {.count = 0};
    ag_status status = draw_sentences(grammar, options, (size_t)draws, &sentences, error);
    if (status == AG_OK && sentences.count == options->count)
      status = set_texts(space, sentences.text, sentences.count - held,
                         sentences.text + sentences.count - held, held, error);
    ag_sentences_free(&sentences);
    if (status != AG_OK || space->label)
      return status;
  }
  return ag_node_fail(node, error,
                      "the grammar has too few different sentences for %zu without duplicates",
                      options->count);
}

static ag_status read_grammar(ag_node node, const corpus *given, ag_space *space, ag_error *error)
{
  /* duplicates belong to the grammar's law of lengths */
  ag_text_options options = ag_text_options_default();
  options.keep_duplicates = true;
  options.count = 10000;
  ag_grammar *grammar = NULL;
  ag_status status = read_options(node, given, &options, error);
  options.format = AG_TEXT_LINES;
  options.sampled = false; /* the seed is the grammar's */
  size_t held = options.held_out;
  options.count += held;
  options.held_out = 0;
  if (status == AG_OK)
    status = ag_space_check_size(node, (double)options.count, error);
  if (status == AG_OK)
    status = ag_grammar_create(&given->grammar, &grammar, error);
  if (status == AG_OK)
    status = fill_from_grammar(node, grammar, &options, held, space, error);
  ag_grammar_free(grammar);
  return status;
}

static ag_status read_text(ag_node node, void *given, ag_space *space, ag_error *error)
{
  space->sentences = true;
  return ag_node_present(ag_node_find(node, "grammar")) ? read_grammar(node, given, space, error)
                                                        : read_file(node, given, space, error);
}

const ag_space_type ag_space_text = {
    .name = "text",
    .summary = "the sentences of a file or of a grammar",
    .example = "text: {file: wiki.txt, sentences: 10000, words: [1, 40], held_out: 500}",
    .parameters = text_parameters,
    .size = sizeof(corpus),
    .read = read_text,
};

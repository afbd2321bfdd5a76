/* The texts of a training. */
#include <stdlib.h>
#include <string.h>

#include "archive/train_parts.h"
#include "base/memory.h"

/* ---- where they come from ---- */

/* understood: what was, in words; or NULL. */
static ag_status read_file(const char *path, const ag_train_spec *spec, ag_sentences *sentences,
                           char **understood, ag_error *error)
{
  ag_text_options options = ag_text_options_default();
  options.keep_duplicates = true;
  options.column = spec->column;
  options.encoding = spec->encoding;
  if (spec->format && !ag_text_format_find(spec->format, &options.format))
    return ag_fail(error, AG_ERROR_INPUT,
                   "there is no format called '%s'; expected auto, plain, wikitext or lines",
                   spec->format);
  ag_status status = ag_text_load(path, &options, sentences, error);
  if (status == AG_OK && understood &&
      !(*understood = ag_text_report_words(&options, &sentences->report)))
    status = ag_fail(error, AG_ERROR_MEMORY, "out of memory for a remark");
  return status;
}

/* The held-out file, which may be too short to show its format. */
static ag_status read_other(const ag_train_spec *spec, const ag_text_report *corpus,
                            ag_sentences *sentences, ag_error *error)
{
  ag_train_spec own = *spec;
  ag_status status = read_file(spec->held_out, spec, sentences, NULL, error);
  if (status != AG_OK || spec->format || corpus->format != AG_TEXT_WIKITEXT ||
      sentences->report.format != AG_TEXT_PLAIN || sentences->report.marked_lines == 0)
    return status;
  ag_sentences_free(sentences);
  own.format = ag_text_formats[AG_TEXT_WIKITEXT];
  return read_file(spec->held_out, &own, sentences, NULL, error);
}

/* Sentences first … first + count - 1 of the grammar, one behind the other. */
static ag_status make_sentences(ag_train_corpus *corpus, uint64_t seed, size_t count,
                                ag_error *error)
{
  char sentence[AG_GRAMMAR_BYTES];
  size_t used = 0;
  ag_grammar_options options = ag_grammar_options_default();
  ag_status status = ag_grammar_create(&options, &corpus->grammar, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < count; i++)
    used += ag_grammar_sentence(corpus->grammar, seed, i, sentence) + 1;
  status = ag_array_create(used, 1, &corpus->bytes, error);
  for (size_t i = 0, at = 0; i < count && status == AG_OK; i++)
    at += ag_grammar_sentence(corpus->grammar, seed, i, corpus->bytes + at) + 1;
  return status;
}

/* How many of count sentences a share is: at least one. */
static size_t part_of(size_t count, double share)
{
  size_t part = (size_t)((double)count * share + 0.5);
  return part > 0 ? part : 1;
}

static ag_status check_parts(const ag_train_corpus *corpus, const ag_train_spec *spec,
                             ag_error *error)
{
  enum { LEAST = 10 };
  if (corpus->held_out > 0 && corpus->learnt >= LEAST)
    return AG_OK;
  if (corpus->held_out == 0)
    return ag_fail(error, AG_ERROR_INPUT, "%s has no sentence", spec->held_out);
  return ag_fail(error, AG_ERROR_INPUT,
                 "%s: %zu sentences are too few to learn from: at least %d are needed besides "
                 "those that judge and those that are held out",
                 spec->corpus ? spec->corpus : "the grammar", corpus->learnt, (int)LEAST);
}

static void list_texts(ag_train_corpus *corpus, size_t own)
{
  const char *at = corpus->bytes;
  for (size_t i = 0; i < own; i++) {
    corpus->text[i] = corpus->bytes ? at : corpus->file.text[i];
    at += corpus->bytes ? strlen(at) + 1 : 0;
  }
  for (size_t i = 0; i < corpus->other.count; i++)
    corpus->text[own + i] = corpus->other.text[i];
}

ag_status ag_train_corpus_read(const ag_train_spec *spec, ag_train_corpus *corpus, ag_error *error)
{
  ag_train_corpus made = {.learnt = 0};
  size_t own = spec->grammar;
  ag_status status = AG_OK;
  if (spec->corpus)
    status = read_file(spec->corpus, spec, &made.file, &made.understood, error);
  if (status == AG_OK && spec->held_out)
    status = read_other(spec, &made.file.report, &made.other, error);
  if (status != AG_OK)
    goto out;
  if (spec->corpus)
    own = made.file.count;
  made.judge = part_of(own, spec->judge_share);
  made.held_out = spec->held_out ? made.other.count : part_of(own, spec->held_out_share);
  size_t taken = made.judge + (spec->corpus && !spec->held_out ? made.held_out : 0);
  made.learnt = own > taken ? own - taken : 0;
  status = check_parts(&made, spec, error);
  if (!spec->corpus && !spec->held_out)
    own += made.held_out;
  if (status == AG_OK && !spec->corpus)
    status = make_sentences(&made, spec->seed, own, error);
  if (status == AG_OK)
    status = ag_array_create(own + made.other.count, sizeof *made.text, &made.text, error);
  if (status == AG_OK)
    list_texts(&made, own);
out:
  if (status == AG_OK)
    *corpus = made;
  else
    ag_train_corpus_free(&made);
  return status;
}

void ag_train_corpus_free(ag_train_corpus *corpus)
{
  ag_sentences_free(&corpus->file);
  ag_sentences_free(&corpus->other);
  ag_grammar_free(corpus->grammar);
  free(corpus->bytes);
  free(corpus->understood);
  free(corpus->text);
}

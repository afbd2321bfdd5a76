#include "generator/held_out.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "generator/ngram_parts.h"

/* A token between white space is cut into so many pieces at most; the others are one. */
enum { PIECES_MOST = 64 };

typedef struct maker {
  ag_vocabulary known;
  ag_held_out *made;
  size_t span_room;
} maker;

static ag_status learn_words(const char *const *text, size_t count, ag_vocabulary *words,
                             ag_error *error)
{
  ag_status status = ag_vocabulary_create(words, error);
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    const char *at = text[i], *end = at + strlen(at);
    ag_token rest = {NULL, 0};
    ag_piece piece;
    uint32_t id;
    while (status == AG_OK && ag_piece_next(&at, end, &rest, &piece))
      status = ag_vocabulary_add(words, piece, &id, error);
  }
  return status;
}

static ag_status add_span(maker *self, size_t text, size_t begin, size_t end, ag_error *error)
{
  ag_held_out *made = self->made;
  if (made->spans == self->span_room) {
    size_t wider = 2 * self->span_room + 64;
    ag_text_span *list = NULL;
    ag_status status = ag_array_create(wider, sizeof *list, &list, error);
    if (status != AG_OK)
      return status;
    if (made->spans > 0)
      memcpy(list, made->span, made->spans * sizeof *list);
    free(made->span);
    made->span = list;
    self->span_room = wider;
  }
  made->span[made->spans++] = (ag_text_span){text, begin, end};
  return AG_OK;
}

/* Whether the last character is neither a letter nor a digit. */
static bool ends_in_sign(ag_token token)
{
  uint32_t code = 0;
  size_t at = token.length - 1;
  while (at > 0 && ((unsigned char)token.text[at] & 0xC0) == 0x80)
    at--;
  ag_utf8_decode(token.text + at, token.length - at, &code);
  return !ag_character_is_word(code);
}

/* A token's pieces: the word, and the marks behind it. */
typedef struct parts {
  size_t count;
  ag_piece piece[PIECES_MOST];
  bool unknown[PIECES_MOST];
} parts;

static bool next_parts(const maker *self, const char **at, const char *end, ag_token *rest,
                       parts *of)
{
  of->count = 0;
  while (of->count < PIECES_MOST && (of->count == 0 || rest->length > 0)) {
    if (!ag_piece_next(at, end, rest, &of->piece[of->count]))
      break;
    of->unknown[of->count] =
        ag_vocabulary_find(&self->known, of->piece[of->count]) == AG_NGRAM_NONE;
    of->count++;
  }
  return of->count > 0;
}

/* A model's token may hold several marks: they are left out together, and with a word that ends
 * in one. */
static void join_marks(parts *of)
{
  bool marks = false, any = of->unknown[0];
  for (size_t i = 1; i < of->count; i++)
    marks = marks || of->unknown[i];
  bool all = ends_in_sign(of->piece[0].token) && (any || marks);
  for (size_t i = 0; i < of->count; i++)
    of->unknown[i] = all || (i == 0 ? any : marks);
}

/* Counts text number i, and leaves out what is unknown. */
static ag_status leave_out(maker *self, size_t i, ag_error *error)
{
  const char *text = self->made->text[i], *at = text, *end = at + strlen(at);
  ag_token rest = {NULL, 0};
  parts of;
  ag_status status = AG_OK;
  while (status == AG_OK && next_parts(self, &at, end, &rest, &of)) {
    if (!self->made->marked)
      join_marks(&of);
    for (size_t k = 0; k < of.count && status == AG_OK; k++) {
      size_t begin = (size_t)(of.piece[k].token.text - text);
      bool out = !self->made->marked && of.unknown[k];
      self->made->words += !out;
      self->made->unknown += out;
      if (out)
        status = add_span(self, i, begin, begin + of.piece[k].token.length, error);
    }
  }
  self->made->words++;
  return status;
}

/* A copy of text in which unknown words are <unk>, words of their own. */
static ag_status mark(maker *self, const char *text, char **copy, ag_error *error)
{
  const char *at = text, *done = text, *end = text + strlen(text);
  size_t room = 8 * (size_t)(end - text) + 1; /* of a byte: a space and <unk> */
  ag_token rest = {NULL, 0};
  ag_piece piece;
  ag_status status = ag_array_create(room, 1, copy, error);
  if (status != AG_OK)
    return status;
  char *to = *copy;
  while (self->made->marked && ag_piece_next(&at, end, &rest, &piece)) {
    if (ag_vocabulary_find(&self->known, piece) != AG_NGRAM_NONE)
      continue;
    to = mempcpy(to, done, (size_t)(piece.token.text - done));
    if (to > *copy && to[-1] != ' ')
      *to++ = ' ';
    to = stpcpy(to, "<unk>");
    done = piece.token.text + piece.token.length;
    self->made->unknown++;
  }
  strcpy(to, done);
  return AG_OK;
}

ag_status ag_held_out_create(const char *const *known, size_t known_count, const char *const *text,
                             size_t count, ag_held_out *held_out, ag_error *error)
{
  static const ag_piece unknown = {{"<unk>", 5}, false};
  ag_held_out made = {.count = 0};
  maker self = {.made = &made};
  ag_status status = learn_words(known, known_count, &self.known, error);
  if (status == AG_OK) {
    made.marked = ag_vocabulary_find(&self.known, unknown) != AG_NGRAM_NONE;
    status = ag_array_create(count, sizeof *made.text, &made.text, error);
  }
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    status = mark(&self, text[i], &made.text[i], error);
    made.count += status == AG_OK;
  }
  for (size_t i = 0; i < count && status == AG_OK; i++)
    status = leave_out(&self, i, error);
  ag_vocabulary_free(&self.known);
  if (status == AG_OK)
    *held_out = made;
  else
    ag_held_out_free(&made);
  return status;
}

void ag_held_out_free(ag_held_out *held_out)
{
  for (size_t i = 0; i < held_out->count; i++)
    free(held_out->text[i]);
  free(held_out->text);
  free(held_out->span);
  *held_out = (ag_held_out){.count = 0};
}

ag_text_question ag_held_out_question(const ag_held_out *held_out)
{
  return (ag_text_question){held_out->count, (const char *const *)held_out->text, held_out->spans,
                            held_out->span};
}

/* What a gpt2 generator writes. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "generator/transformer/gpt2.h"
#include "population/texts.h"
#include "space/words.h"

typedef struct writer {
  const ag_transformer *model;
  const ag_bpe *bpe;
  const ag_token_sampling *settings;
  size_t *start;  /* [count + 1] of the prompts, which are the end of a text before */
  int32_t *begin; /* [count] */
  int32_t *token; /* [count, length] */
  size_t *size;   /* [count] */
} writer;

static ag_status writer_create(writer *self, size_t count, ag_error *error)
{
  ag_status status = ag_array_create(count + 1, sizeof *self->start, &self->start, error);
  if (status == AG_OK)
    status = ag_array_create(count, sizeof *self->begin, &self->begin, error);
  if (status == AG_OK)
    status =
        ag_array_create(count * self->settings->length, sizeof *self->token, &self->token, error);
  if (status == AG_OK)
    status = ag_array_create(count, sizeof *self->size, &self->size, error);
  for (size_t i = 0; i <= count && status == AG_OK; i++)
    self->start[i] = i;
  for (size_t i = 0; i < count && status == AG_OK; i++)
    self->begin[i] = (int32_t)ag_bpe_end(self->bpe);
  return status;
}

static void writer_free(writer *self)
{
  free(self->start);
  free(self->begin);
  free(self->token);
  free(self->size);
}

/* The text of bytes [size]; text has room for three times as many. Returned: its length. */
static size_t clean(const char *bytes, size_t size, char *text)
{
  static const char replacement[] = "\xEF\xBF\xBD";
  size_t length = 0;
  bool parted = false;
  for (size_t at = 0; at < size;) {
    uint32_t code;
    const char *from = bytes + at;
    size_t width = ag_utf8_decode(from, size - at, &code), written = width;
    at += width > 0 ? width : 1;
    if (width > 0 && ag_character_is_space(code)) {
      parted = length > 0;
      continue;
    }
    if (width == 0) {
      from = replacement;
      written = sizeof replacement - 1;
    }
    if (parted)
      text[length++] = ' ';
    parted = false;
    memcpy(text + length, from, written);
    length += written;
  }
  return length;
}

/* Whether text number i has not ended. */
static bool is_cut(const writer *self, size_t i)
{
  const int32_t *token = self->token + i * self->settings->length;
  return token[self->size[i] - 1] != (int32_t)ag_bpe_end(self->bpe);
}

/* Text number i: its tokens without the prompt and the end. */
static ag_status add_text(const writer *self, size_t i, ag_texts *texts, uint32_t *item,
                          ag_error *error)
{
  const int32_t *token = self->token + i * self->settings->length + 1;
  size_t count = self->size[i] - 1, size = 0;
  uint32_t *id = NULL;
  char *bytes = NULL, *text = NULL;
  if (count > 0 && token[count - 1] == (int32_t)ag_bpe_end(self->bpe))
    count--;
  ag_status status = ag_array_create(count, sizeof *id, &id, error);
  for (size_t t = 0; t < count && status == AG_OK; t++)
    id[t] = (uint32_t)token[t];
  if (status == AG_OK)
    status = ag_bpe_decode(self->bpe, id, count, &bytes, &size, error);
  if (status == AG_OK)
    status = ag_array_create(3 * size + 1, 1, &text, error);
  if (status == AG_OK)
    status = ag_texts_add(texts, text, clean(bytes, size, text), item, error);
  free(id);
  free(bytes);
  free(text);
  return status;
}

ag_status ag_gpt2_sample(const ag_transformer *model, const ag_bpe *bpe,
                         const ag_token_sampling *settings, size_t count, const ag_random_key *key,
                         const ag_watch *watch, ag_sample *out, size_t *cut, ag_error *error)
{
  assert(out->dim == 0 && out->texts);
  ag_token_sampling own = *settings;
  writer self = {.model = model, .bpe = bpe, .settings = &own};
  own.stop = (int32_t)ag_bpe_end(bpe);
  own.watch = watch;
  ag_status status = ag_sample_reserve(out, count, error);
  if (status == AG_OK)
    status = writer_create(&self, count, error);
  ag_token_batch prompt = {.sequences = count, .start = self.start, .token = self.begin};
  if (status == AG_OK)
    status = ag_transformer_sample(model, &own, &prompt, key, self.token, self.size, error);
  *cut = 0;
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    *cut += is_cut(&self, i);
    status = add_text(&self, i, out->texts, &out->item[i], error);
  }
  if (status == AG_OK)
    out->count = count;
  writer_free(&self);
  return status;
}

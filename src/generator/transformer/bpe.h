/* Byte-level byte-pair encoding, as GPT-2's: every text of bytes has tokens, and the
 * tokens give the same bytes back.
 *
 * A text is cut into words by GPT-2's pattern, and within each word the neighbouring pair that was
 * merged first in training is merged, everywhere in the word from left to right, until no
 * pair is left. `<|endoftext|>` is a token that no text has: one that spells it is encoded as any
 * other. The pattern reads UTF-8: a longest run of bytes that are not UTF-8
 * is a word of its own, and the texts on both sides of it are cut as if they stood alone.
 * Letters and numbers are what the PCRE2 library's version of Unicode says they are; white
 * space is Unicode's property White_Space. */
#ifndef AG_GENERATOR_TRANSFORMER_BPE_H
#define AG_GENERATOR_TRANSFORMER_BPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* A vocabulary and its merges. It does not change: threads may share it. */
typedef struct ag_bpe ag_bpe;
/* What encoding needs besides: room to work in, and a cache of words (0.5 MB). One
 * for each thread. */
typedef struct ag_bpe_encoder ag_bpe_encoder;

/* A list that grows; {0} is empty. Owner: the caller, who frees id. */
typedef struct ag_tokens {
  uint32_t *id; /* [count] */
  size_t count, capacity;
} ag_tokens;

/* Reads the vocabulary of a folder: vocab.json and merges.txt (or encoder.json and vocab.bpe), with
 * added_tokens.json or the added tokens of tokenizer.json; or else tokenizer.json alone. most: the
 * rows that the model has: added tokens beyond are left out. end: the id that config.json has as
 * the end (SIZE_MAX: none), which counts where words cannot be made of that token; otherwise the
 * end is
 * `<|endoftext|>`. Refused: a tokenizer.json of another kind; malformed files; ids
 * that are not 0 … n - 1, each once; a vocabulary without some byte or an end;
 * a merge that is there twice, or whose parts or result have no id.
 * Status: AG_ERROR_INPUT with file (and line, for merges.txt), AG_ERROR_IO,
 * AG_ERROR_MEMORY. Owner: the caller (ag_bpe_free). Cost: linear. */
ag_status ag_bpe_read(const char *directory, size_t most, size_t end, ag_bpe **bpe,
                      ag_error *error);
/* A file in memory: name stands for it in errors. */
typedef struct ag_bpe_text {
  const char *name, *text;
  size_t size;
} ag_bpe_text;
ag_status ag_bpe_parse(const ag_bpe_text *vocabulary, const ag_bpe_text *merges, ag_bpe **bpe,
                       ag_error *error);
/* A tokenizer.json in memory; as ag_bpe_read. */
ag_status ag_bpe_parse_tokenizer(const ag_bpe_text *tokenizer, size_t most, size_t end,
                                 ag_bpe **bpe, ag_error *error);
/* Writes both files into a directory that exists: the same vocabulary gives the same bytes.
 * Status: AG_ERROR_IO, AG_ERROR_MEMORY. */
ag_status ag_bpe_write(const ag_bpe *bpe, const char *directory, ag_error *error);
/* The same as texts, ended by NUL: what ag_bpe_parse reads. Status: AG_ERROR_MEMORY.
 * Owner: the caller, who frees both. */
ag_status ag_bpe_format(const ag_bpe *bpe, char **vocabulary, char **merges, ag_error *error);

/* Learns a vocabulary of at most `tokens` tokens (at least 257) from texts, text[i] with
 * size[i] bytes: the 256 bytes, then one merge after the other of the pair that is
 * most frequent in the words, `<|endoftext|>` last. Equally frequent pairs: the one whose
 * left, then right, token has the smaller id. A pair that occurs once is not merged, so
 * that there may be fewer tokens. A merge whose bytes are a token already adds none.
 * Given: count >= 0; text may be anything.
 * Status: AG_ERROR_INPUT: tokens < 257 or > 2^24, texts of 4 GB; AG_ERROR_MEMORY.
 * Owner: the caller. Cost: splitting the texts, then for each merge the total length of the
 * different words that hold the pair; memory about 60 bytes for each byte of
 * different words. */
ag_status ag_bpe_train(const char *const *text, const size_t *size, size_t count, size_t tokens,
                       ag_bpe **bpe, ag_error *error);
void ag_bpe_free(ag_bpe *bpe);

/* The number of tokens; of merges; the id of `<|endoftext|>`. */
size_t ag_bpe_size(const ag_bpe *bpe);
size_t ag_bpe_merge_count(const ag_bpe *bpe);
uint32_t ag_bpe_end(const ag_bpe *bpe);
/* The bytes of a token (id < ag_bpe_size), borrowed and not ended by NUL. */
const char *ag_bpe_token(const ag_bpe *bpe, uint32_t id, size_t *size);

/* Status: AG_ERROR_MEMORY. bpe is borrowed. Owner: the caller (ag_bpe_encoder_free). */
ag_status ag_bpe_encoder_create(const ag_bpe *bpe, ag_bpe_encoder **encoder, ag_error *error);
void ag_bpe_encoder_free(ag_bpe_encoder *encoder);
/* Appends the tokens of text [size].
 * Status: AG_ERROR_INPUT for 4 GB or more; AG_ERROR_MEMORY. Cost: n log n for a word of n
 * bytes, linear in the number of words; a word of up to 16 bytes and 8 tokens that was
 * seen before is looked up. */
ag_status ag_bpe_encode(ag_bpe_encoder *encoder, const char *text, size_t size, ag_tokens *tokens,
                        ag_error *error);
/* Appends one token. Status: AG_ERROR_MEMORY. */
ag_status ag_tokens_append(ag_tokens *tokens, uint32_t id, ag_error *error);
/* text [*size]: the bytes of the tokens id [count], ended by a NUL that size does not count.
 * Status: AG_ERROR_INPUT for an id that the vocabulary does not have; AG_ERROR_MEMORY.
 * Owner: the caller, who frees text. */
ag_status ag_bpe_decode(const ag_bpe *bpe, const uint32_t *id, size_t count, char **text,
                        size_t *size, ag_error *error);

#endif

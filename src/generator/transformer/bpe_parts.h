/* What the files of the tokenizer share; nobody else includes this. */
#ifndef AG_GENERATOR_TRANSFORMER_BPE_PARTS_H
#define AG_GENERATOR_TRANSFORMER_BPE_PARTS_H

#include <jansson.h>
#include <stdbool.h>

#include "generator/transformer/bpe.h"

/* PCRE2's, which bpe_split.c alone knows. */
typedef struct pcre2_real_code_8 ag_bpe_pattern;

/* 0xFFFFFFFF is no id, no rank and no place. */
#define AG_BPE_NONE UINT32_MAX
#define AG_BPE_END_TEXT "<|endoftext|>"
enum { AG_BPE_BYTES = 256, AG_BPE_TOKENS_MOST = 1 << 24 };

/* Makes room in *array [*capacity], of elements of `size` bytes, for `need` of them; the
 * first `used` are kept. Status: AG_ERROR_MEMORY, and nothing changed. */
ag_status ag_bpe_grow(void *array, size_t *capacity, size_t used, size_t need, size_t size,
                      ag_error *error);

/* Different strings of bytes, numbered in the order in which they came. {0}: none. */
typedef struct ag_byte_set {
  char *pool;
  size_t *end; /* [count]: where each ends in pool; it begins where the last one ended */
  uint32_t *slot;
  size_t count, end_capacity, pool_capacity, slots;
} ag_byte_set;
/* The number of a string; AG_BPE_NONE if it is not there. */
uint32_t ag_byte_set_find(const ag_byte_set *set, const char *bytes, size_t size);
/* Its number, *number, new or not. Status: AG_ERROR_MEMORY. */
ag_status ag_byte_set_add(ag_byte_set *set, const char *bytes, size_t size, uint32_t *number,
                          ag_error *error);
const char *ag_byte_set_at(const ag_byte_set *set, uint32_t number, size_t *size);
void ag_byte_set_clear(ag_byte_set *set);
uint64_t ag_byte_hash(const char *bytes, size_t size);

/* Different pairs of tokens, numbered in the order in which they came. {0}: none. */
typedef struct ag_pair {
  uint32_t left, right;
} ag_pair;
typedef struct ag_pair_set {
  ag_pair *pair; /* [count] */
  uint32_t *slot;
  size_t count, capacity, slots;
} ag_pair_set;
uint32_t ag_pair_set_find(const ag_pair_set *set, ag_pair pair);
ag_status ag_pair_set_add(ag_pair_set *set, ag_pair pair, uint32_t *number, ag_error *error);
void ag_pair_set_clear(ag_pair_set *set);

/* A text cut into words. */
typedef struct ag_splitter {
  ag_bpe_pattern *pattern;
  struct pcre2_real_match_data_8 *match;
  const char *text;
  size_t size, at;
  size_t valid_end; /* the UTF-8 that at is in ends here */
} ag_splitter;
ag_status ag_bpe_pattern_create(ag_bpe_pattern **pattern, ag_error *error);
void ag_bpe_pattern_free(ag_bpe_pattern *pattern);
/* pattern is borrowed. Status: AG_ERROR_MEMORY. */
ag_status ag_splitter_create(ag_bpe_pattern *pattern, ag_splitter *splitter, ag_error *error);
void ag_splitter_clear(ag_splitter *splitter);
/* Begins a text, which is borrowed. */
void ag_splitter_start(ag_splitter *splitter, const char *text, size_t size);
/* The next word, [*begin, *end) in the text. An empty one at the end. Status: AG_ERROR_INTERNAL. */
ag_status ag_splitter_next(ag_splitter *splitter, size_t *begin, size_t *end, ag_error *error);

struct ag_bpe {
  ag_byte_set token;
  uint32_t byte_token[AG_BPE_BYTES]; /* the token of each byte */
  uint32_t end;
  ag_pair_set merge; /* by rank */
  uint32_t *result;  /* [merge.count]: the token that a merge makes */
  size_t result_capacity;
  ag_bpe_pattern *pattern;
};
/* An empty one with its pattern. */
ag_status ag_bpe_create(ag_bpe **bpe, ag_error *error);

/* A token beside the vocabulary: its bytes are its text. */
typedef struct ag_bpe_added {
  const char *text;
  size_t id;
} ag_bpe_added;

/* A line's or a list's merges in the reading. */
typedef struct ag_merge_reader ag_merge_reader;
/* Fills an empty one: the tokens of a JSON object, {"token": id, …}, and added ones; the merges of
 * a list; its end: the token called told, if words cannot be made of it, or `<|endoftext|>`.
 * Status: AG_ERROR_INPUT with the file's name, AG_ERROR_MEMORY. */
ag_status ag_bpe_take_vocabulary(const char *name, json_t *root, const ag_bpe_added *added,
                                 size_t added_count, ag_bpe *bpe, ag_error *error);
ag_status ag_bpe_take_merges(const char *name, const json_t *list, ag_bpe *bpe, ag_error *error);
ag_status ag_bpe_find_end(const char *name, size_t told, ag_bpe *bpe, ag_error *error);
/* ag_bpe_parse with added tokens and the end that is told (SIZE_MAX: none). */
ag_status ag_bpe_parse_added(const ag_bpe_text *vocabulary, const ag_bpe_text *merges,
                             const ag_bpe_added *added, size_t added_count, size_t end,
                             ag_bpe **bpe, ag_error *error);
/* Appends a merge, which must be new, of known tokens into a known token. */
ag_status ag_bpe_add_merge(ag_bpe *bpe, ag_pair pair, uint32_t result, ag_error *error);

/* GPT-2's writing of bytes as characters: code [AG_BPE_BYTES], each below 324. In its
 * order of bytes, byte order[i] is token i of a new vocabulary. */
enum { AG_BPE_CODES = 324 };
void ag_bpe_byte_codes(uint16_t code[AG_BPE_BYTES], uint8_t order[AG_BPE_BYTES]);

#endif

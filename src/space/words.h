/* The words of a text. A token is what stands between white space; a word is a token
 * with a letter or a digit in it, so that `.` and `--` are none and `<unk>` is one. */
#ifndef AG_SPACE_WORDS_H
#define AG_SPACE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <aligngame/words.h> /* ag_word_count */

/* A borrowed stretch of a text. */
typedef struct ag_token {
  const char *text;
  size_t length;
} ag_token;

/* Unicode's white space, byte-order marks, and the control characters. */
bool ag_character_is_space(uint32_t code);
/* Letters, digits and marks: of what is not ASCII, everything outside the blocks of
 * punctuation, symbols and emoji. */
bool ag_character_is_word(uint32_t code);

/* The next token (word) at or after *at and before end; *at moves behind it. Bytes that
 * are not UTF-8 count as punctuation. Returned: whether there was one. */
bool ag_token_next(const char **at, const char *end, ag_token *token);
bool ag_word_next(const char **at, const char *end, ag_token *word);

/* Tokens between white space. */
size_t ag_token_count(const char *text, size_t length);

/* A token without the punctuation around it; of length 0 where nothing is left. */
ag_token ag_token_trim(ag_token token);

/* Characters (code points; a byte that is not UTF-8 counts as one). */
size_t ag_character_count(const char *text, size_t length);

/* A hash of bytes (FNV-1a, its halves mixed). */
uint64_t ag_bytes_hash(const char *bytes, size_t length);

#endif

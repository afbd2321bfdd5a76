/* The characters and the words of a text. */
#ifndef AG_WORDS_H
#define AG_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include <aligngame/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Decodes the character at text (size bytes left) into *code. Returned: its
 * length in bytes, or 0 for what is not UTF-8 (overlong forms, surrogates and
 * values beyond U+10FFFF included) and for size 0. */
AG_API size_t ag_utf8_decode(const char *text, size_t size, uint32_t *code);

/* The number of words, what stands between white space with a letter or a digit in it: `.`
 * and `--` are none, and `<unk>` is one.
 * Given: text [length] bytes, UTF-8; bytes that are not count as punctuation. */
AG_API size_t ag_word_count(const char *text, size_t length);

#ifdef __cplusplus
}
#endif

#endif

/* The words of a text. */
#ifndef AG_WORDS_H
#define AG_WORDS_H

#include <stddef.h>

#include <aligngame/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The number of words, what stands between white space with a letter or a digit in it: `.`
 * and `--` are none, and `<unk>` is one.
 * Given: text [length] bytes, UTF-8; bytes that are not count as punctuation. */
AG_API size_t ag_word_count(const char *text, size_t length);

#ifdef __cplusplus
}
#endif

#endif

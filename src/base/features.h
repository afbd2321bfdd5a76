/* What this build has and what it lacks. The lists of rewards and generators say with
 * AG_WITH_… what needs a library. */
#ifndef AG_BASE_FEATURES_H
#define AG_BASE_FEATURES_H

#include <stdbool.h>

#include "have.h" /* made by meson: AG_HAVE_… 0 or 1 */

#ifdef AG_CORE /* needs libyaml and libm alone, whatever else is there */
#undef AG_HAVE_JANSSON
#undef AG_HAVE_MUPARSER
#undef AG_HAVE_PCRE2
#undef AG_HAVE_LAPACKE
#undef AG_HAVE_ZLIB
#undef AG_HAVE_PROGRAM
#define AG_HAVE_JANSSON 0
#define AG_HAVE_MUPARSER 0
#define AG_HAVE_PCRE2 0
#define AG_HAVE_LAPACKE 0
#define AG_HAVE_ZLIB 0
#define AG_HAVE_PROGRAM 0
#endif

#if AG_HAVE_JANSSON
#define AG_WITH_JANSSON(...) __VA_ARGS__
#else
#define AG_WITH_JANSSON(...)
#endif

#if AG_HAVE_MUPARSER
#define AG_WITH_MUPARSER(...) __VA_ARGS__
#else
#define AG_WITH_MUPARSER(...)
#endif

#if AG_HAVE_PCRE2
#define AG_WITH_PCRE2(...) __VA_ARGS__
#else
#define AG_WITH_PCRE2(...)
#endif

/* GPT-2 keeps its files as JSON and splits words with PCRE2. */
#define AG_HAVE_GPT2 (AG_HAVE_JANSSON && AG_HAVE_PCRE2)
#if AG_HAVE_GPT2
#define AG_WITH_GPT2(...) __VA_ARGS__
#else
#define AG_WITH_GPT2(...)
#endif

#ifdef _OPENMP
#define AG_HAVE_OPENMP 1
#else
#define AG_HAVE_OPENMP 0
#endif

/* A word of a list that needs a library, and whether the build has it. */
typedef struct ag_need {
  const char *word, *library;
  bool here;
} ag_need;

/* Returned: the library that is missing for a word, by a list that ends with {NULL}; NULL: none
 * is. */
const char *ag_need_missing(const ag_need *list, const char *word);

#endif

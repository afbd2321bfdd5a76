/* What a set of texts is like. Words are those of space/words.h, without the punctuation
 * around them, as they are written (`The` is not `the`). */
#ifndef AG_METRIC_TEXT_STATS_H
#define AG_METRIC_TEXT_STATS_H

#include <stddef.h>

#include "base/status.h"

enum { AG_TEXT_STATS_LENGTHS = 64 };

typedef struct ag_text_stats {
  size_t texts, words;
  double mean_words;
  size_t length[AG_TEXT_STATS_LENGTHS + 1]; /* texts of so many words; the last: or more */
  double distinct[4]; /* distinct[n]: different n-grams among all, n = 1, 2, 3, never across
                       * texts; 0 where there is none. [0] is not used */
  double entropy;     /* of the words' frequencies, nats */
  double duplicates;  /* share of texts that equal an earlier one */
  double novelty;     /* share of texts that are not in the reference; NaN without one */
} ag_text_stats;

/* Measures text [count >= 1], each ended by NUL; reference [reference_count], or NULL.
 * Status: AG_ERROR_INPUT for no text, AG_ERROR_MEMORY. Cost: O(bytes) on average. Memory
 * while it works: 24 bytes a word and a text. */
ag_status ag_text_stats_measure(const char *const *text, size_t count, const char *const *reference,
                                size_t reference_count, ag_text_stats *stats, ag_error *error);

#endif

#include "metric/text_stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "space/words.h"

/* Texts or n-grams, each once: stretches of bytes, or n numbers. */
typedef struct set {
  uint32_t *slot; /* [mask + 1] number + 1; 0: free */
  size_t mask, count;
} set;

static ag_status create_set(size_t most, set *made, ag_error *error)
{
  *made = (set){.mask = 15};
  while (made->mask < 2 * most)
    made->mask = 2 * made->mask + 1;
  ag_status status = ag_array_create(made->mask + 1, sizeof *made->slot, &made->slot, error);
  if (status == AG_OK)
    memset(made->slot, 0, (made->mask + 1) * sizeof *made->slot);
  return status;
}

/* The number of what stands at index: that of the first equal to it. bytes(index) says
 * what is compared. */
typedef ag_token bytes_of(const void *list, size_t index);

static size_t find_first(set *among, bytes_of *bytes, const void *list, size_t index, ag_token what,
                         bool add)
{
  for (size_t i = (size_t)ag_bytes_hash(what.text, what.length);; i++) {
    uint32_t *slot = &among->slot[i & among->mask];
    if (*slot == 0) {
      if (add) {
        *slot = (uint32_t)index + 1;
        among->count++;
      }
      return index;
    }
    ag_token there = bytes(list, *slot - 1);
    if (there.length == what.length && memcmp(there.text, what.text, what.length) == 0)
      return *slot - 1;
  }
}

static ag_token text_bytes(const void *list, size_t index)
{
  const char *const *text = list;
  return (ag_token){text[index], strlen(text[index])};
}

static ag_token word_bytes(const void *list, size_t index)
{
  return ((const ag_token *)list)[index];
}

/* The words of all texts in a row. */
typedef struct words {
  size_t count;
  ag_token *token;  /* [count] */
  uint32_t *number; /* [count] place of the first equal word */
  uint32_t *text;   /* [count] which text it stands in */
} words;

static ag_token pair_bytes(const void *list, size_t index)
{
  return (ag_token){(const char *)((const uint32_t *)list + index), 2 * sizeof(uint32_t)};
}

static ag_token triple_bytes(const void *list, size_t index)
{
  return (ag_token){(const char *)((const uint32_t *)list + index), 3 * sizeof(uint32_t)};
}

static ag_status list_words(const char *const *text, size_t count, words *all, ag_text_stats *stats,
                            ag_error *error)
{
  for (size_t i = 0; i < count; i++) {
    size_t n = ag_word_count(text[i], strlen(text[i]));
    all->count += n;
    stats->length[n < AG_TEXT_STATS_LENGTHS ? n : AG_TEXT_STATS_LENGTHS]++;
  }
  ag_status status = ag_array_create(all->count, sizeof *all->token, &all->token, error);
  if (status == AG_OK)
    status = ag_array_create(all->count, sizeof *all->number, &all->number, error);
  if (status == AG_OK)
    status = ag_array_create(all->count, sizeof *all->text, &all->text, error);
  size_t next = 0;
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    const char *at = text[i], *end = at + strlen(at);
    for (ag_token word; ag_word_next(&at, end, &word); next++) {
      all->token[next] = ag_token_trim(word);
      all->text[next] = (uint32_t)i;
    }
  }
  stats->words = all->count;
  stats->mean_words = (double)all->count / (double)count;
  return status;
}

/* Numbers the words, and measures what single words tell. */
static ag_status measure_words(words *all, ag_text_stats *stats, ag_error *error)
{
  set seen;
  uint32_t *times = NULL;
  ag_status status = create_set(all->count, &seen, error);
  if (status == AG_OK)
    status = ag_array_create(all->count, sizeof *times, &times, error);
  for (size_t i = 0; i < all->count && status == AG_OK; i++) {
    size_t first = find_first(&seen, word_bytes, all->token, i, all->token[i], true);
    all->number[i] = (uint32_t)first;
    times[i] = 0;
    times[first]++;
  }
  ag_sum entropy = {0};
  for (size_t i = 0; i < all->count && status == AG_OK; i++)
    if (times[i] > 0) {
      double p = (double)times[i] / (double)all->count;
      ag_sum_add(&entropy, -p * log(p));
    }
  if (status == AG_OK && all->count > 0) {
    stats->distinct[1] = (double)seen.count / (double)all->count;
    stats->entropy = ag_sum_value(&entropy);
  }
  free(times);
  free(seen.slot);
  return status;
}

static ag_status measure_grams(const words *all, size_t n, ag_text_stats *stats, ag_error *error)
{
  bytes_of *bytes = n == 2 ? pair_bytes : triple_bytes;
  set seen;
  size_t grams = 0;
  ag_status status = create_set(all->count, &seen, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i + n <= all->count; i++) {
    if (all->text[i] != all->text[i + n - 1])
      continue;
    find_first(&seen, bytes, all->number, i, bytes(all->number, i), true);
    grams++;
  }
  stats->distinct[n] = grams > 0 ? (double)seen.count / (double)grams : 0;
  free(seen.slot);
  return AG_OK;
}

static ag_status measure_texts(const char *const *text, size_t count, ag_text_stats *stats,
                               ag_error *error)
{
  set seen;
  ag_status status = create_set(count, &seen, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < count; i++)
    find_first(&seen, text_bytes, text, i, text_bytes(text, i), true);
  stats->duplicates = (double)(count - seen.count) / (double)count;
  free(seen.slot);
  return AG_OK;
}

static ag_status measure_novelty(const char *const *text, size_t count,
                                 const char *const *reference, size_t reference_count,
                                 ag_text_stats *stats, ag_error *error)
{
  set known;
  size_t novel = 0;
  ag_status status = create_set(reference_count, &known, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < reference_count; i++)
    find_first(&known, text_bytes, reference, i, text_bytes(reference, i), true);
  for (size_t i = 0; i < count; i++)
    novel +=
        find_first(&known, text_bytes, reference, SIZE_MAX, text_bytes(text, i), false) == SIZE_MAX;
  stats->novelty = (double)novel / (double)count;
  free(known.slot);
  return AG_OK;
}

ag_status ag_text_stats_measure(const char *const *text, size_t count, const char *const *reference,
                                size_t reference_count, ag_text_stats *stats, ag_error *error)
{
  if (count == 0)
    return ag_fail(error, AG_ERROR_INPUT, "no texts to measure");
  ag_text_stats made = {.texts = count, .novelty = NAN};
  words all = {.count = 0};
  ag_status status = list_words(text, count, &all, &made, error);
  if (status == AG_OK)
    status = measure_words(&all, &made, error);
  for (size_t n = 2; n <= 3 && status == AG_OK; n++)
    status = measure_grams(&all, n, &made, error);
  if (status == AG_OK)
    status = measure_texts(text, count, &made, error);
  if (status == AG_OK && reference)
    status = measure_novelty(text, count, reference, reference_count, &made, error);
  free(all.token);
  free(all.number);
  free(all.text);
  if (status == AG_OK)
    *stats = made;
  return status;
}

/* What is odd about a table of items, and what to do about it. Each remark is computed from the
 * rows that are played. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/forecast_parts.h"

typedef struct remarker {
  ag_forecast *forecast;
  const ag_space *space;
  bool failed;
} remarker;

__attribute__((format(printf, 2, 3))) static void add(remarker *self, const char *format, ...)
{
  ag_forecast *forecast = self->forecast;
  char *text = NULL;
  va_list words;
  va_start(words, format);
  int length = vasprintf(&text, format, words);
  va_end(words);
  char **wider =
      length < 0 ? NULL : realloc(forecast->remark, (forecast->remark_count + 1) * sizeof *wider);
  self->failed |= !wider;
  if (!wider) {
    if (length >= 0)
      free(text);
    return;
  }
  forecast->remark = wider;
  wider[forecast->remark_count++] = text;
}

static ag_short_text name_of(const remarker *self, size_t item)
{
  ag_short_text name;
  ag_game_item_label(self->forecast->game, item, name.text, sizeof name.text);
  ag_utf8_end(name.text);
  return name;
}

static double mass_of(const remarker *self, size_t item)
{
  return self->forecast->start[item];
}

/* --- a row that adds up the others --- */

static bool is_total_word(const char *label)
{
  static const char *const words[] = {"total",     "grand total", "totals", "sum",    "all",
                                      "overall",   "average",     "mean",   "summe",  "gesamt",
                                      "insgesamt", "somme",       "suma",   "totale", "subtotal"};
  for (size_t w = 0; w < sizeof words / sizeof *words; w++)
    if (strcasecmp(label, words[w]) == 0)
      return true;
  return false;
}

/* Half of all mass in one row, to the rounding of a sum: what the others add up to. */
static bool is_sum_of_others(const remarker *self, size_t item)
{
  const double rounding = 1e-9;
  return self->space->log_mass && self->space->count > 3 &&
         fabs(mass_of(self, item) - 0.5) <= rounding;
}

static void remark_total(remarker *self)
{
  for (size_t i = 0; i < self->space->count; i++) {
    bool named = self->space->label && is_total_word(self->space->label[i]);
    bool sum = is_sum_of_others(self, i);
    if (named || sum) {
      add(self, "'%s' (line %zu) %s; it is played as an item: leave that row out if it is none.",
          name_of(self, i).text, self->space->source_line[i],
          sum ? "has as much mass as all other rows together, as a total has"
              : "is called as rows of totals are");
      return;
    }
  }
}

/* --- scores that rest on one vote --- */

/* Whether the mass column counts something: whole numbers, of which some are 1 and some are not. */
static size_t count_ones(const remarker *self, size_t *winner)
{
  const ag_forecast *forecast = self->forecast;
  size_t column = self->space->log_mass && forecast->options.mass
                      ? ag_space_find_column(self->space, forecast->options.mass)
                      : SIZE_MAX;
  size_t ones = 0, more = 0;
  *winner = SIZE_MAX;
  if (column == SIZE_MAX)
    return 0;
  const double *count = self->space->column[column];
  for (size_t i = 0; i < self->space->count; i++) {
    if (count[i] != floor(count[i]))
      return 0;
    more += count[i] > 1;
    if (count[i] != 1)
      continue;
    ones++;
    if (*winner == SIZE_MAX || forecast->rank[i] < forecast->rank[*winner])
      *winner = i;
  }
  return more > 0 ? ones : 0;
}

static void remark_one_vote(remarker *self)
{
  size_t best, ones = count_ones(self, &best);
  if (ones == 0)
    return;
  add(self,
      "%s item%s ha%s a '%s' of 1: if that is a number of votes, %s score%s little more than "
      "noise. "
      "The best of them at the end is '%s', rank %s. Leave such rows out, or give the scores' "
      "standard errors (--owner-se, --public-se) and play them --draws times.",
      ag_text_count(ones).text, ones == 1 ? "" : "s", ones == 1 ? "s" : "ve",
      self->forecast->options.mass, ones == 1 ? "its" : "their", ones == 1 ? " is" : "s are",
      name_of(self, best).text, ag_text_count(self->forecast->rank[best]).text);
}

/* --- several groups in one cell --- */

static bool is_group(const ag_space *space, const char *name, size_t length)
{
  for (size_t g = 0; g < space->group_count; g++)
    if (strncmp(space->group_name[g], name, length) == 0 && space->group_name[g][length] == '\0')
      return true;
  return false;
}

/* Whether the name is of several parts, one of which stands alone elsewhere. */
static bool is_compound(const ag_space *space, const char *name, char separator)
{
  const char *end = strchr(name, separator);
  bool known = false;
  if (!end || end == name || !end[1])
    return false;
  for (const char *part = name; part && !known; part = end ? end + 1 : NULL) {
    part += strspn(part, " ");
    end = strchr(part, separator);
    size_t length = end ? (size_t)(end - part) : strlen(part);
    while (length > 0 && part[length - 1] == ' ')
      length--;
    known = length > 0 && is_group(space, part, length);
  }
  return known || separator == '|';
}

static void remark_compounds(remarker *self)
{
  enum { GROUPS_MOST = 2000 }; /* comparing them is quadratic */
  static const char separators[] = "|;/,+&";
  const ag_space *space = self->space;
  for (size_t s = 0; separators[s] && space->group && space->group_count <= GROUPS_MOST; s++) {
    size_t count = 0, example = 0;
    for (size_t g = 0; g < space->group_count; g++)
      if (is_compound(space, space->group_name[g], separators[s]) && count++ == 0)
        example = g;
    if (count == 0)
      continue;
    add(self,
        "%s of %s group%s, such as '%.60s', stand%s for several in one cell and count%s as %s own: "
        "to follow a single one, give each item its main group in a column.",
        ag_text_count(count).text, ag_text_count(space->group_count).text,
        space->group_count == 1 ? "" : "s", space->group_name[example], count == 1 ? "s" : "",
        count == 1 ? "s" : "", count == 1 ? "its" : "their");
    return;
  }
}

/* --- scores that do not differ --- */

static void remark_constant(remarker *self, const char *name, const char *column)
{
  const ag_forecast *forecast = self->forecast;
  size_t curator = ag_forecast_curator(forecast, name), n = forecast->items;
  double *reward = NULL, low = INFINITY, high = -INFINITY;
  if (curator == SIZE_MAX || n < 2)
    return;
  if (ag_array_create(n, sizeof *reward, &reward, NULL)) {
    self->failed = true;
    return;
  }
  ag_game_rewards(forecast->game, curator, reward);
  for (size_t i = 0; i < n; i++)
    if (forecast->appears[i]) {
      low = fmin(low, reward[i]);
      high = fmax(high, reward[i]);
    }
  free(reward);
  if (ag_range_is_flat(low, high))
    add(self, "'%s' is the same for every item, %s: the %s tells nothing apart.", column,
        ag_text_number(low).text, name);
}

/* --- items of one name --- */

static int by_label(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void remark_namesakes(remarker *self)
{
  size_t count = self->space->label ? self->space->count : 0, twice = 0, example = 0;
  char **label = NULL;
  if (count < 2)
    return;
  if (ag_array_create(count, sizeof *label, &label, NULL)) {
    self->failed = true;
    return;
  }
  memcpy(label, self->space->label, count * sizeof *label);
  qsort(label, count, sizeof *label, by_label);
  for (size_t i = 1; i < count; i++)
    if (strcmp(label[i], label[i - 1]) == 0 && twice++ == 0)
      example = i;
  if (twice > 0)
    add(self,
        "%s row%s ha%s the name of another, such as '%.60s': they are played as different items, "
        "which sentences do not tell apart.",
        ag_text_count(twice).text, twice == 1 ? "" : "s", twice == 1 ? "s" : "ve", label[example]);
  free(label);
}

/* --- items that do not appear --- */

static void remark_massless(remarker *self)
{
  size_t count = 0, best = 0;
  for (size_t i = 0; i < self->space->count; i++)
    if (!self->forecast->appears[i] && count++ == 0)
      best = i;
  if (count > 0)
    add(self,
        "%s item%s, such as '%s', ha%s no mass at the start and so never appear%s, however good "
        "%s score%s: a model that is trained on its own output does not find what it never shows.",
        ag_text_count(count).text, count == 1 ? "" : "s", name_of(self, best).text,
        count == 1 ? "s" : "ve", count == 1 ? "s" : "", count == 1 ? "its" : "their",
        count == 1 ? " is" : "s are");
}

ag_status ag_forecast_add_remarks(ag_forecast *forecast, const ag_space *space, ag_error *error)
{
  remarker self = {forecast, space, false};
  remark_massless(&self);
  remark_namesakes(&self);
  remark_total(&self);
  remark_one_vote(&self);
  remark_compounds(&self);
  remark_constant(&self, "owner", forecast->options.owner);
  remark_constant(&self, "public", forecast->options.public_);
  return self.failed ? ag_fail(error, AG_ERROR_MEMORY, "no memory for remarks") : AG_OK;
}

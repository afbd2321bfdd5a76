/* What is said of a forecast. Every sentence follows from the game that was played and its result;
 * the terminal, the page and JSON have the same. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/forecast_parts.h"

/* --- small words --- */

/* "month" for one, "months", "centuries", "buses" for several. */
static void add_period(char *text, size_t size, const char *period, bool one)
{
  size_t used = strlen(text), length = strlen(period);
  char last = length > 0 ? period[length - 1] : ' ', before = length > 1 ? period[length - 2] : ' ';
  bool ies = last == 'y' && !strchr("aeiou ", before);
  bool es = last == 's' || last == 'x' || (last == 'h' && (before == 'c' || before == 's'));
  snprintf(text + used, size - used, "%.*s%s", (int)(one || !ies ? length : length - 1), period,
           one   ? ""
           : ies ? "ies"
           : es  ? "es"
                 : "s");
}

/* "10 months"; a period with a number of its own: "10 times 2 weeks". */
ag_short_text ag_forecast_time(const ag_forecast *forecast, double generations)
{
  const char *period = forecast->options.period ? forecast->options.period : "generation";
  ag_short_text time, number;
  bool whole = generations == floor(generations) && generations < 1e15;
  number = whole ? ag_text_count((size_t)generations) : ag_text_number(generations);
  if (!whole && generations < 1000)
    snprintf(number.text, sizeof number.text, "%.1f", generations);
  bool counted = isdigit((unsigned char)period[0]) != 0;
  snprintf(time.text, sizeof time.text, "%.20s %s", number.text, counted ? "times " : "");
  add_period(time.text, sizeof time.text, period, counted || generations == 1);
  ag_utf8_end(time.text);
  return time;
}

ag_short_text ag_forecast_share_text(double share)
{
  const double least = 1e-5, most = 0.9995;
  ag_short_text text = ag_text_share(share);
  if (share > 0 && share < least)
    snprintf(text.text, sizeof text.text, "<0.001 %%");
  else if (share >= most && share < 1)
    snprintf(text.text, sizeof text.text, ">99.9 %%");
  return text;
}

static ag_short_text label_of(const ag_forecast *forecast, size_t item)
{
  enum { ELLIPSIS = sizeof "…" - 1 };
  ag_short_text label;
  size_t room = sizeof label.text - ELLIPSIS;
  size_t length = ag_game_item_label(forecast->game, item, label.text, room);
  ag_utf8_end(label.text);
  for (char *c = label.text; *c; c++)
    *c = (unsigned char)*c < ' ' ? ' ' : *c;
  if (length >= room)
    strcat(label.text, "…");
  return label;
}

/* A sentence that the library has made: with a capital, and its full stop. Takes words. */
static void say_words(ag_buffer *out, char *words)
{
  if (words)
    ag_buffer_print(out, "%c%s.\n", toupper((unsigned char)words[0]), words + 1);
  out->failed |= !words;
  free(words);
}

static const char *plural(size_t count)
{
  return count == 1 ? "" : "s";
}

/* Whether an override changes what curators like, not only how they choose. */
static bool changes_wishes(const char *override)
{
  static const char *const settings[] = {".pool", ".temperature", ".weight"};
  size_t length = strcspn(override, "=");
  if (strncmp(override, "curators", strlen("curators")) != 0)
    return false;
  for (size_t s = 0; s < sizeof settings / sizeof *settings; s++) {
    size_t tail = strlen(settings[s]);
    if (length > tail && strncmp(override + length - tail, settings[s], tail) == 0)
      return false;
  }
  return true;
}

/* Whether a curator of that name is there and chooses, if only what is published. */
static bool chooses(const ag_forecast *forecast, const char *name)
{
  size_t curator = ag_forecast_curator(forecast, name);
  for (size_t s = 0; s < ag_game_stage_count(forecast->game); s++)
    if (ag_game_stage_curator(forecast->game, s) == curator)
      return true;
  return false;
}

/* The curators are called owner and public, both choose, and like what is in the two columns. */
static bool has_both(const ag_forecast *forecast)
{
  const ag_forecast_options *options = &forecast->options;
  for (size_t i = 0; i < options->override_count; i++)
    if (changes_wishes(options->overrides[i]))
      return false;
  return chooses(forecast, "owner") && chooses(forecast, "public");
}

/* Whether this value of a curator was set by hand. */
static bool is_set(const ag_forecast *forecast, const char *curator, const char *key)
{
  const ag_forecast_options *options = &forecast->options;
  char path[128];
  int length = snprintf(path, sizeof path, "curators.%s.%s=", curator, key);
  for (size_t i = 0; i < options->override_count; i++)
    if (strncmp(options->overrides[i], path, (size_t)length) == 0)
      return true;
  return false;
}

/* --- what was played --- */

static void say_steps(const ag_forecast *forecast, ag_buffer *out)
{
  const ag_game *game = forecast->game;
  ag_buffer_print(out, "In each %s a model shows the items in proportion to their shares; ",
                  forecast->options.period ? "of them" : "generation");
  for (size_t s = 0; s < ag_game_step_count(game); s++) {
    char words[512];
    ag_game_step_words(game, s, words, sizeof words);
    ag_utf8_end(words);
    ag_buffer_print(out, "%s%s", s ? ", then " : "", words);
  }
  ag_buffer_print(out, ". The model learns what is left.\n");
}

static void say_samples(const ag_forecast *forecast, ag_buffer *out)
{
  const ag_game *game = forecast->game;
  ag_sampling sampling = ag_game_sampling(game);
  size_t games = ag_game_replicates(game);
  ag_buffer_print(
      out,
      "It is played on samples: %s items to begin with, %s made by the model each time, "
      "selected by the rule %s. %s\n",
      ag_text_count(sampling.initial).text, ag_text_count(sampling.generate).text,
      sampling.selection,
      games == 1 ? "This is one such history, which chance shapes."
                 : "Shares are means over the histories that were played.");
}

static void say_setting(const ag_forecast *forecast, ag_buffer *out)
{
  const ag_forecast_options *options = &forecast->options;
  ag_buffer_print(out, "%s item%s over %s.%s\n", ag_text_count(forecast->facts->items).text,
                  plural(forecast->facts->items),
                  ag_forecast_time(forecast, (double)forecast->result->generations).text,
                  options->period ? " The model is retrained once in each." : "");
  say_steps(forecast, out);
  if (has_both(forecast))
    ag_buffer_print(out,
                    "What the owner likes is in the column '%s', what the public likes in '%s'.\n",
                    options->owner, options->public_);
  if (ag_game_is_sampled(forecast->game))
    say_samples(forecast, out);
}

/* --- what came of it --- */

static void say_survivors(const ag_forecast *forecast, ag_buffer *out)
{
  size_t surviving = forecast->facts->survivors, items = forecast->facts->items;
  if (forecast->result->outcome_count == 0)
    return;
  const ag_outcome_item *first = forecast->result->outcome;
  bool alone = forecast->result->outcome_count == 1 || first[1].mass < first[0].mass;
  ag_buffer_print(out, "At the end %s of %s item%s still %s at least a tenth of %s initial share. ",
                  ag_text_count(surviving).text, ag_text_count(items).text, plural(items),
                  surviving == 1 ? "has" : "have", surviving == 1 ? "its" : "their");
  ag_buffer_print(out,
                  alone ? "'%s' alone makes up %s of everything.\n"
                        : "None has more than others: '%s' makes up %s of everything.\n",
                  label_of(forecast, first->item).text, ag_forecast_share_text(first->mass).text);
}

/* Down to a half, but for rounding or what is still to come. */
static bool comes_to_half(const ag_facts *facts)
{
  const double nearly = 1e-3;
  return facts->diversity_last <= facts->diversity_first / 2 * (1 + nearly);
}

static void say_diversity(const ag_forecast *forecast, ag_buffer *out)
{
  const ag_facts *facts = forecast->facts;
  double half_life = facts->half_life;
  if (isnan(facts->diversity_first) || isnan(half_life))
    return;
  ag_buffer_print(
      out,
      "Diversity goes from %s to %s effective items: so many equally common items would "
      "be as diverse. ",
      ag_text_number(facts->diversity_first).text, ag_text_number(facts->diversity_last).text);
  if (isinf(half_life))
    ag_buffer_print(out, comes_to_half(facts) ? "That is half of it.\n"
                                              : "It does not halve within the forecast.\n");
  else if (half_life < 1)
    ag_buffer_print(out, "It has halved before the first %s ends.\n",
                    forecast->options.period ? forecast->options.period : "generation");
  else
    ag_buffer_print(out, "It has halved after about %s.\n",
                    ag_forecast_time(forecast, half_life).text);
}

/* What theory says of the end of the loop that is played. */
static void say_end(const ag_forecast *forecast, ag_buffer *out)
{
  const ag_facts *facts = forecast->facts;
  const ag_prediction *prediction = facts->prediction;
  bool chance = ag_game_is_sampled(forecast->game); /* then nothing is certain */
  if (chance || prediction->theory.kind != AG_THEORY_SINKS || prediction->sink_count == 0) {
    say_words(out, ag_ending_words(forecast->game, facts, &facts->outcome));
    return;
  }
  size_t end = facts->outcome.number < prediction->sink_count ? facts->outcome.number : 0;
  const ag_item_set *set = &prediction->sinks[end].items;
  char *first = ag_item_set_words(forecast->game, set);
  out->failed |= !first;
  if (first && prediction->lock_in)
    ag_buffer_print(
        out,
        "There are %s possible ends, one of them %s, and the start decides between them "
        "(lock-in): from other initial shares another item could win.\n",
        ag_text_count(prediction->sink_count).text, first);
  else if (first)
    ag_buffer_print(out,
                    "The start does not decide the end (no lock-in): in the long run everything "
                    "goes to %s%s, whatever the shares of the items that have any.\n",
                    first, set->count > 1 ? ", in proportion to what they had" : "");
  free(first);
}

/* --- how far the two sides agree --- */

typedef struct two_sides {
  size_t count;
  double *score[2]; /* [count] */
  size_t *rank[2];  /* [count] from 1, among the items that appear; equal scores rank alike */
} two_sides;

static void free_sides(two_sides *sides)
{
  for (size_t s = 0; s < 2; s++) {
    free(sides->score[s]);
    free(sides->rank[s]);
  }
}

typedef struct scored {
  double score;
  size_t item;
} scored;

static int better_first(const void *a, const void *b)
{
  const scored *x = a, *y = b;
  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return (x->item > y->item) - (x->item < y->item);
}

static ag_status rank_scores(const ag_forecast *forecast, const double *score, size_t *rank)
{
  scored *order = NULL;
  size_t count = 0;
  ag_status status = ag_array_create(forecast->items, sizeof *order, &order, NULL);
  if (status)
    return status;
  for (size_t i = 0; i < forecast->items; i++)
    if (forecast->appears[i])
      order[count++] = (scored){score[i], i};
  qsort(order, count, sizeof *order, better_first);
  for (size_t i = 0; i < count; i++)
    rank[order[i].item] =
        i > 0 && order[i].score == order[i - 1].score ? rank[order[i - 1].item] : i + 1;
  free(order);
  return AG_OK;
}

static ag_status make_sides(const ag_forecast *forecast, two_sides *sides)
{
  const size_t curator[2] = {ag_forecast_curator(forecast, "owner"),
                             ag_forecast_curator(forecast, "public")};
  ag_status status = AG_OK;
  *sides = (two_sides){.count = forecast->items};
  for (size_t s = 0; !status && s < 2; s++) {
    status = ag_array_create(sides->count, sizeof(double), &sides->score[s], NULL);
    if (!status)
      status = ag_array_create(sides->count, sizeof(size_t), &sides->rank[s], NULL);
    if (status)
      return status;
    ag_game_rewards(forecast->game, curator[s], sides->score[s]);
    status = rank_scores(forecast, sides->score[s], sides->rank[s]);
  }
  return status;
}

/* Of the scores, by the shares at the start; each in units of its largest, so that nothing
 * overflows. NaN: one of them is the same for all. */
static double correlation(const ag_forecast *forecast, const two_sides *sides)
{
  double mean[2] = {0, 0}, unit[2] = {0, 0}, square[2] = {0, 0}, product = 0;
  const double *share = forecast->start;
  for (size_t i = 0; i < sides->count; i++)
    for (size_t s = 0; s < 2; s++)
      if (share[i] > 0)
        unit[s] = fmax(unit[s], fabs(sides->score[s][i]));
  if (!(unit[0] > 0 && unit[1] > 0))
    return NAN;
  for (size_t i = 0; i < sides->count; i++)
    for (size_t s = 0; s < 2; s++)
      mean[s] += share[i] > 0 ? share[i] * (sides->score[s][i] / unit[s]) : 0;
  for (size_t i = 0; i < sides->count; i++) {
    if (!(share[i] > 0))
      continue;
    double x = sides->score[0][i] / unit[0] - mean[0], y = sides->score[1][i] / unit[1] - mean[1];
    square[0] += share[i] * x * x;
    square[1] += share[i] * y * y;
    product += share[i] * x * y;
  }
  const double rounding = 1e-30; /* of the squares of what cancels */
  return square[0] > rounding && square[1] > rounding ? product / sqrt(square[0]) / sqrt(square[1])
                                                      : NAN;
}

/* The item that ranks highest compared with how the other side ranks it; SIZE_MAX: none does. */
static size_t most_preferred(const ag_forecast *forecast, const two_sides *sides, size_t side)
{
  size_t best = SIZE_MAX, most = 0;
  const size_t *rank = sides->rank[side], *other = sides->rank[1 - side];
  for (size_t i = 0; i < sides->count; i++)
    if (forecast->appears[i] && other[i] > rank[i] && other[i] - rank[i] > most) {
      most = other[i] - rank[i];
      best = i;
    }
  return best;
}

static void say_differences(const ag_forecast *forecast, const two_sides *sides, ag_buffer *out)
{
  size_t of[2] = {most_preferred(forecast, sides, 0), most_preferred(forecast, sides, 1)};
  if (of[0] == SIZE_MAX || of[1] == SIZE_MAX)
    return;
  ag_buffer_print(out, "They differ most over ");
  for (size_t s = 0; s < 2; s++)
    ag_buffer_print(out, "'%s' (rank %s for the owner, %s for the public)%s",
                    label_of(forecast, of[s]).text, ag_text_count(sides->rank[0][of[s]]).text,
                    ag_text_count(sides->rank[1][of[s]]).text, s == 0 ? " and " : ".\n");
}

static const char *agreement(double correlation)
{
  if (correlation > 0.7)
    return "mostly agree";
  if (correlation > 0.3)
    return "agree in part";
  return correlation > -0.3 ? "hardly agree" : "mostly disagree";
}

static void say_agreement(const ag_forecast *forecast, ag_buffer *out)
{
  two_sides sides = {.count = 0};
  if (!has_both(forecast))
    return;
  out->failed |= make_sides(forecast, &sides) != AG_OK;
  double r = out->failed ? (double)NAN : correlation(forecast, &sides);
  if (!isnan(r)) {
    ag_buffer_print(out,
                    "The two sides %s about the items (correlation %.2f, by initial shares).\n",
                    agreement(r), r);
    say_differences(forecast, &sides, out);
  }
  free_sides(&sides);
}

/* --- chance --- */

static void say_finite(const ag_forecast *forecast, ag_buffer *out)
{
  const ag_forecast_band *band = &forecast->finite;
  size_t last = forecast->result->generations;
  if (band->games == 0)
    return;
  ag_buffer_print(
      out,
      "Real data are finite. Where each side keeps %s item%s at a time, from %s that the "
      "model makes, nine of ten such histories end with %s to %s effective items (%s were "
      "played%s).\n",
      ag_text_count(forecast->options.keep).text, plural(forecast->options.keep),
      ag_text_count(AG_FORECAST_CANDIDATES * forecast->options.keep).text,
      ag_text_number(band->low[last]).text, ag_text_number(band->high[last]).text,
      ag_text_count(band->games).text,
      ag_game_is_sampled(forecast->game) ? "" : "; without chance it is as above");
}

static void say_draws(const ag_forecast *forecast, ag_buffer *out)
{
  size_t best = 0, sure = 0, unsure = 0;
  if (forecast->draws == 0)
    return;
  for (size_t i = 0; i < forecast->items; i++) {
    best = forecast->first[i] > forecast->first[best] ? i : best;
    sure += forecast->chance[i] >= 0.95;
    unsure += forecast->chance[i] > 0.05 && forecast->chance[i] < 0.95;
  }
  ag_buffer_print(
      out,
      "The scores have errors. In %s game%s on scores drawn with them, '%s' most often has "
      "most at the end, in %s of them; %s item%s nearly always, and of %s it depends on "
      "the draw.\n",
      ag_text_count(forecast->draws).text, plural(forecast->draws), label_of(forecast, best).text,
      ag_text_share(forecast->first[best]).text, ag_text_count(sure).text,
      sure == 1 ? " survives" : "s survive", ag_text_count(unsure).text);
}

static void say_short(const ag_forecast *forecast, ag_buffer *out)
{
  say_survivors(forecast, out);
  say_diversity(forecast, out);
  say_end(forecast, out);
  say_finite(forecast, out);
  say_draws(forecast, out);
  say_agreement(forecast, out);
}

/* --- remarks --- */

static void say_remarks(const ag_forecast *forecast, ag_buffer *out)
{
  for (size_t r = 0; r < forecast->remark_count; r++)
    ag_buffer_print(out, "%s\n", forecast->remark[r]);
}

/* --- what real data saves --- */

static void say_saved(const ag_forecast *forecast, ag_buffer *out)
{
  const ag_forecast_saving *half = &forecast->half;
  const ag_facts *facts = forecast->facts;
  if (!isnan(half->real_share))
    ag_buffer_print(
        out,
        "A share of %s of the initial items in every %s is the least that keeps half of "
        "the diversity, %s effective items at the end.\n",
        ag_text_share(half->real_share).text,
        forecast->options.period ? forecast->options.period : "generation",
        ag_text_number(half->effective_number).text);
  else if (ag_game_real_share(forecast->game) == 0 && !comes_to_half(facts))
    ag_buffer_print(out, "More than half of the diversity stays without any.\n");
  ag_buffer_print(out,
                  "An item survives if it keeps at least a tenth of its initial share; with "
                  "10 %% of real data or more every item does, because the data contain it.\n");
}

/* --- what was assumed --- */

/* "8", "unlimited", or of one that changes "2 at first and 61 at the end". */
static ag_short_text pool_of(const ag_forecast *forecast, const char *side)
{
  size_t curator = ag_forecast_curator(forecast, side), last = forecast->result->generations;
  ag_pool pool[2];
  ag_short_text text[2];
  ag_short_text words;
  for (size_t k = 0; k < 2; k++) {
    pool[k] = ag_game_curator_pool_at(forecast->game, curator, k == 0 || last == 0 ? 0 : last - 1);
    text[k] = ag_text_count((size_t)pool[k]);
    if (pool[k] == AG_POOL_INFINITE)
      snprintf(text[k].text, sizeof text[k].text, "unlimited");
  }
  if (pool[0] == pool[1])
    return text[0];
  snprintf(words.text, sizeof words.text, "%.18s at first and %.18s at the end", text[0].text,
           text[1].text);
  return words;
}

static void say_pools(const ag_forecast *forecast, ag_buffer *out)
{
  ag_short_text owner = pool_of(forecast, "owner"), public = pool_of(forecast, "public");
  if (strcmp(owner.text, public.text) == 0 && isdigit((unsigned char)owner.text[0]))
    ag_buffer_print(out, "Each side picks one item at a time out of a random pool of %s (--pool). ",
                    owner.text);
  else
    ag_buffer_print(out,
                    "Each side picks one item at a time out of a random pool: the owner's holds %s "
                    "items, the public's %s (--owner-pool, --public-pool; inf: without limit). ",
                    owner.text, public.text);
  ag_buffer_print(out, "The larger the pool, the choosier its side.\n");
}

static void say_temperature(const ag_forecast *forecast, const char *side, const char *column,
                            bool given, ag_buffer *out)
{
  size_t curator = ag_forecast_curator(forecast, side), last = forecast->result->generations;
  double first = ag_game_curator_temperature_at(forecast->game, curator, 0);
  double end = ag_game_curator_temperature_at(forecast->game, curator, last > 0 ? last - 1 : 0);
  ag_buffer_print(out,
                  "For the %s, an item that scores %s higher in '%s' is 2.7 times as likely to be "
                  "picked out of a pool (that is the temperature, --%s-temperature: %s).",
                  side, ag_text_number(first).text, column, side,
                  given || is_set(forecast, side, "temperature")
                      ? "as chosen; the smaller, the choosier"
                      : "by default the standard deviation of the scores that are played, by "
                        "their shares, or 1 where all are equal");
  if (end != first)
    ag_buffer_print(out, " It changes, to %s at the end.", ag_text_number(end).text);
  ag_buffer_print(out, "\n");
}

/* Whether an override says where the items or their masses are from. */
static bool changes_space(const ag_forecast *forecast)
{
  static const char *const keys[] = {
      "space=", "space.table=", "space.table.file=", "space.table.mass="};
  const ag_forecast_options *options = &forecast->options;
  for (size_t i = 0; i < options->override_count; i++)
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
      if (strncmp(options->overrides[i], keys[k], strlen(keys[k])) == 0)
        return true;
  return false;
}

static void say_assumed(const ag_forecast *forecast, ag_buffer *out)
{
  const ag_forecast_options *options = &forecast->options;
  if (has_both(forecast)) {
    say_pools(forecast, out);
    say_temperature(forecast, "owner", options->owner, forecast->owner_chosen, out);
    say_temperature(forecast, "public", options->public_, forecast->public_chosen, out);
  }
  if (changes_space(forecast))
    ag_buffer_print(out, "Items and initial shares are as `-s space...` sets them.\n");
  else if (options->mass)
    ag_buffer_print(out, "Initial shares in proportion to '%s' (--mass).\n", options->mass);
  else
    ag_buffer_print(out,
                    "All items have the same share at the start (--mass COLUMN for others).\n");
}

char *ag_forecast_words(const ag_forecast *forecast, ag_forecast_part part)
{
  static void (*const say[])(const ag_forecast *,
                             ag_buffer *) = {[AG_FORECAST_SETTING] = say_setting,
                                             [AG_FORECAST_SHORT] = say_short,
                                             [AG_FORECAST_REMARKS] = say_remarks,
                                             [AG_FORECAST_SAVED] = say_saved,
                                             [AG_FORECAST_ASSUMED] = say_assumed};
  ag_buffer out = {0};
  ag_buffer_add(&out, "", 0);
  say[part](forecast, &out);
  if (!out.failed)
    return out.text;
  free(out.text);
  return NULL;
}

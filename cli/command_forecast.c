/* aligngame forecast: what survives of a user's own items. */
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/forecast.h>

#include "options.h"
#include "outcome.h"
#include "program.h"
#include "render.h"

static const cli_argument forecast_arguments[] = {
    {"ITEMS.csv", CLI_FILE, true, "A table with one item a row and a line of column names", NULL},
    {NULL, CLI_FLAG, false, NULL, NULL}};

static const cli_option forecast_options[] = {
    {"owner", 0, CLI_TEXT, "COLUMN", "The owner's score of each item", true},
    {"public", 0, CLI_TEXT, "COLUMN", "The public's score of each item", true},
    {"label", 0, CLI_TEXT, "COLUMN", "The items' names", false},
    {"group", 0, CLI_TEXT, "COLUMN", "Groups whose shares are followed", false},
    {"mass", 0, CLI_TEXT, "COLUMN", "Shares at the start (default: all equal)", false},
    {"pool", 'K', CLI_POOL, "K", "Both sides' pool size: 2, 3, ... or inf (default: 8)", false},
    {"temperature", 't', CLI_POSITIVE, "T",
     "Both sides' temperature in units of the score (default: the score's standard deviation)",
     false},
    {"owner-pool", 0, CLI_POOL, "K", "The owner's pool size", false},
    {"public-pool", 0, CLI_POOL, "K", "The public's pool size", false},
    {"owner-temperature", 0, CLI_POSITIVE, "T", "The owner's temperature", false},
    {"public-temperature", 0, CLI_POSITIVE, "T", "The public's temperature", false},
    {"generations", 'g', CLI_COUNT, "N", "How far to look ahead (default: 60)", false},
    {"top", 0, CLI_COUNT, "N", "Items in each table (default: 10)", false},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example forecast_examples[] = {
    {"aligngame forecast examples/films.csv --owner critics --public audience --label title",
     "Films judged by critics first, by the audience next."},
    {"aligngame forecast examples/films.csv --owner critics --public audience --label title "
     "--group genre --mass votes --owner-pool 100",
     "With genres, initial shares, and a choosier owner."},
    {NULL, NULL}};

static const char forecast_description[] =
    "Says what becomes of a list of items when a model is trained again and again on what an owner "
    "and then the public keep of its output: which items and groups survive, how long it takes "
    "until diversity has halved, whether the start decides the end, and what mixing in real data "
    "saves.";

/* ---- what is asked ---- */

static ag_forecast_options read_options(const cli_arguments *arguments)
{
  ag_forecast_options options;
  ag_forecast_options_default(&options);
  options.file = cli_positional(arguments, 0);
  options.owner = cli_text(arguments, "owner");
  options.public_ = cli_text(arguments, "public");
  options.label = cli_text(arguments, "label");
  options.group = cli_text(arguments, "group");
  options.mass = cli_text(arguments, "mass");
  ag_pool pool_owner = cli_pool(arguments, "pool", options.pool_owner);
  ag_pool pool_public = cli_pool(arguments, "pool", options.pool_public);
  options.pool_owner = cli_pool(arguments, "owner-pool", pool_owner);
  options.pool_public = cli_pool(arguments, "public-pool", pool_public);
  double temperature = cli_real(arguments, "temperature", 0);
  options.temperature_owner = cli_real(arguments, "owner-temperature", temperature);
  options.temperature_public = cli_real(arguments, "public-temperature", temperature);
  options.generations = cli_count(arguments, "generations", options.generations);
  options.overrides = arguments->override;
  options.override_count = arguments->override_count;
  return options;
}

/* ---- what is known ---- */

/* The forecast with the two sides' scores at hand; arrays are owned. */
typedef struct forecast_view {
  const ag_forecast *forecast;
  const ag_forecast_options *options;
  const ag_game *game;
  const ag_result *result;
  size_t items, top;
  bool has_groups;
  double *owner, *public_;        /* [items] scores */
  double *start;                  /* [items] shares at the start */
  double owner_unit, public_unit; /* temperatures */
  ag_pool owner_pool, public_pool;
} forecast_view;

static size_t find_curator(const ag_game *game, const char *name, size_t fallback)
{
  for (size_t i = 0; i < ag_game_curator_count(game); i++)
    if (strcmp(ag_game_curator_name(game, i), name) == 0)
      return i;
  return fallback;
}

static double *read_rewards(const ag_game *game, size_t curator)
{
  double *reward = program_allocate(ag_game_item_count(game), sizeof *reward);
  ag_game_rewards(game, curator, reward);
  return reward;
}

static double *read_start(const ag_game *game)
{
  size_t items = ag_game_item_count(game);
  double *start = program_allocate(items, sizeof *start);
  ag_game_initial_log_mass(game, start);
  for (size_t i = 0; i < items; i++)
    start[i] = exp(start[i]);
  return start;
}

static forecast_view make_view(const ag_forecast *forecast, const ag_forecast_options *options,
                               size_t top)
{
  const ag_game *game = forecast->game;
  size_t owner = find_curator(game, "owner", 0), public = find_curator(game, "public", 1);
  return (forecast_view){.forecast = forecast,
                         .options = options,
                         .game = game,
                         .result = forecast->result,
                         .items = forecast->result->item_count,
                         .top = top,
                         .has_groups = ag_game_item_group(game, 0) != NULL,
                         .owner = read_rewards(game, owner),
                         .public_ = read_rewards(game, public),
                         .start = read_start(game),
                         .owner_unit = ag_game_curator_temperature(game, owner),
                         .public_unit = ag_game_curator_temperature(game, public),
                         .owner_pool = ag_game_curator_pool(game, owner),
                         .public_pool = ag_game_curator_pool(game, public)};
}

static void free_view(forecast_view *view)
{
  free(view->owner);
  free(view->public_);
  free(view->start);
}

/* The share of an item at a generation, NaN where it was not kept. */
static double share_at(const forecast_view *view, size_t item, size_t generation)
{
  const ag_result *result = view->result;
  const ag_forecast *forecast = view->forecast;
  if (generation == 0)
    return view->start[item];
  if (generation == result->generations)
    return exp(result->log_mass[item]);
  for (size_t i = 0; i < result->snapshot_count; i++)
    if (result->snapshot[i] == generation)
      return exp(result->snapshot_log_mass[i][item]);
  for (size_t i = 0; i < forecast->track_count; i++)
    if (forecast->track[i] == item)
      return forecast->share[i * (result->generations + 1) + generation];
  return NAN;
}

static double correlation(const forecast_view *view)
{
  double mean_o = 0, mean_p = 0, oo = 0, pp = 0, op = 0;
  for (size_t i = 0; i < view->items; i++) {
    mean_o += view->owner[i] / (double)view->items;
    mean_p += view->public_[i] / (double)view->items;
  }
  for (size_t i = 0; i < view->items; i++) {
    double o = view->owner[i] - mean_o, p = view->public_[i] - mean_p;
    oo += o * o;
    pp += p * p;
    op += o * p;
  }
  return op / sqrt(oo) / sqrt(pp);
}

static int compare_reals(const void *first, const void *second)
{
  double a = *(const double *)first, b = *(const double *)second;
  return (a > b) - (a < b);
}

/* How many of the sorted values are at most value. */
static size_t count_up_to(const double *sorted, size_t count, double value)
{
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (sorted[middle] <= value)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Ranks [items] from 1, the best: one more than the items that score higher. */
static size_t *rank_items(const double *score, size_t items)
{
  size_t *rank = program_allocate(items, sizeof *rank);
  double *sorted = program_allocate(items, sizeof *sorted);
  memcpy(sorted, score, items * sizeof *sorted);
  qsort(sorted, items, sizeof *sorted, compare_reals);
  for (size_t i = 0; i < items; i++)
    rank[i] = items - count_up_to(sorted, items, score[i]) + 1;
  free(sorted);
  return rank;
}

/* The item that ranks highest compared with how the other side ranks it;
 * SIZE_MAX where no item ranks higher. */
static size_t most_preferred(const size_t *rank, const size_t *other, size_t items)
{
  size_t best = SIZE_MAX, most = 0;
  for (size_t i = 0; i < items; i++)
    if (other[i] > rank[i] && other[i] - rank[i] > most) {
      most = other[i] - rank[i];
      best = i;
    }
  return best;
}

/* Whether a value of the game under this key was set by hand. */
static bool is_overridden(const forecast_view *view, const char *key)
{
  for (size_t i = 0; i < view->options->override_count; i++)
    if (strncmp(view->options->overrides[i], key, strlen(key)) == 0)
      return true;
  return false;
}

/* ---- in plain words ---- */

/* One statement of a list. */
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
  enum { INDENT = 4 };
  char *text = NULL;
  va_list list;
  va_start(list, format);
  int length = vasprintf(&text, format, list);
  va_end(list);
  if (length < 0)
    exit(program_fail_system("cannot print", "the forecast"));
  fputs("  - ", stdout);
  render_wrap(stdout, text, INDENT, INDENT);
  free(text);
}

/* A sentence that the library has made. */
static void say_words(char *words)
{
  if (words)
    say("%c%s.", toupper((unsigned char)words[0]), words + 1);
  free(words);
}

static void print_title(const char *title)
{
  printf("\n%s%s%s\n", render_bold(), title, render_plain());
}

/* A number of generations or items, to three digits. */
static render_text rounded(double value)
{
  render_text text = render_number(value);
  if (isfinite(value) && fabs(value) < 999.5)
    snprintf(text.text, sizeof text.text, "%.3g", value);
  return text;
}

/* A share in words that need no exponents. */
static render_text plain_share(double share)
{
  const double least = 1e-5, most = 0.9995;
  render_text text = render_share(share);
  if (share > 0 && share < least)
    snprintf(text.text, sizeof text.text, "<0.001 %%");
  else if (share >= most && share < 1)
    snprintf(text.text, sizeof text.text, ">99.9 %%");
  return text;
}

/* What the two sides do: in words of their scores, unless another game is asked for. */
static char *describe_generation(const forecast_view *view)
{
  if (is_overridden(view, "loop") || is_overridden(view, "engine") ||
      is_overridden(view, "samples") || is_overridden(view, "generator"))
    return outcome_describe_steps(view->game, SIZE_MAX);
  return program_format("the owner keeps what scores well in '%s', the public keeps of that what "
                        "scores well in '%s', and the model learns exactly what was kept",
                        view->options->owner, view->options->public_);
}

static void print_setting(const forecast_view *view)
{
  char *generation = describe_generation(view);
  char *text = program_format(
      "%s item%s over %zu generation%s. In each generation a model shows the items in proportion "
      "to their shares, %s.",
      render_count(view->items).text, view->items == 1 ? "" : "s", view->result->generations,
      view->result->generations == 1 ? "" : "s", generation);
  render_wrap(stdout, text, 0, 0);
  free(text);
  free(generation);
  size_t dropped = ag_game_dropped_count(view->game);
  if (dropped > 0)
    printf("(%zu row%s with missing cells left out.)\n", dropped, dropped == 1 ? "" : "s");
}

static void say_survivors(const forecast_view *view)
{
  size_t surviving = view->forecast->facts->survivors;
  if (view->result->outcome_count == 0)
    return;
  const ag_outcome_item *first = view->result->outcome;
  char *label = outcome_label(view->game, first->item);
  say("At the end %s of %s item%s still %s at least a tenth of %s initial share. '%s' alone makes "
      "up %s of everything.",
      render_count(surviving).text, render_count(view->items).text, view->items == 1 ? "" : "s",
      surviving == 1 ? "has" : "have", surviving == 1 ? "its" : "their", label,
      plain_share(first->mass).text);
  free(label);
}

static void say_diversity(const forecast_view *view)
{
  const ag_facts *facts = view->forecast->facts;
  double start = facts->diversity_first, end = facts->diversity_last;
  double half_life = facts->half_life;
  if (isnan(start) || isnan(half_life))
    return;
  char *halved = isinf(half_life) ? program_format("it does not halve within the forecast")
                 : half_life < 1
                     ? program_format("it has halved before the first generation ends")
                     : program_format("it has halved after about %.1f generations", half_life);
  say("Diversity goes from %s to %s effective items: so many equally common items would be as "
      "diverse. %c%s.",
      rounded(start).text, rounded(end).text, halved[0] - 'a' + 'A', halved + 1);
  free(halved);
}

/* Where sinks are known: whether the start decides between them. */
static void say_sinks(const forecast_view *view, const ag_prediction *prediction)
{
  char *first = outcome_describe_set(view->game, &prediction->sinks[0].items);
  size_t equals = prediction->sinks[0].items.count;
  if (prediction->lock_in)
    say("There are %s possible ends, one of them %s, and the start decides between them "
        "(lock-in): from other initial shares another item could win.",
        render_count(prediction->sink_count).text, first);
  else
    say("The start does not decide the end (no lock-in): in the long run everything goes to %s%s, "
        "whatever the initial shares, as long as none is zero.",
        first, equals > 1 ? ", in proportion to what they had" : "");
  free(first);
}

/* What theory says of the end of the loop that is played. */
static void say_end(const forecast_view *view)
{
  const ag_facts *facts = view->forecast->facts;
  const ag_prediction *prediction = facts->prediction;
  if (prediction->theory.kind == AG_THEORY_SINKS && prediction->sink_count > 0)
    say_sinks(view, prediction);
  else
    say_words(ag_ending_words(view->game, facts, &facts->outcome));
}

static void say_preference(const forecast_view *view, const size_t *owner, const size_t *public)
{
  size_t of_owner = most_preferred(owner, public, view->items);
  size_t of_public = most_preferred(public, owner, view->items);
  if (of_owner == SIZE_MAX || of_public == SIZE_MAX)
    return;
  char *one = outcome_label(view->game, of_owner), *other = outcome_label(view->game, of_public);
  say("They differ most over '%s' (rank %s for the owner, %s for the public) and '%s' (rank %s for "
      "the owner, %s for the public).",
      one, render_count(owner[of_owner]).text, render_count(public[of_owner]).text, other,
      render_count(owner[of_public]).text, render_count(public[of_public]).text);
  free(one);
  free(other);
}

static const char *agreement(double correlation)
{
  if (correlation > 0.7)
    return "mostly agree";
  if (correlation > 0.3)
    return "agree in part";
  return correlation > -0.3 ? "hardly agree" : "mostly disagree";
}

static void say_agreement(const forecast_view *view)
{
  double r = correlation(view);
  if (isnan(r)) /* one item, or one score for all */
    return;
  say("The two sides %s about the items (correlation %.2f).", agreement(r), r);
  size_t *owner = rank_items(view->owner, view->items);
  size_t *public = rank_items(view->public_, view->items);
  say_preference(view, owner, public);
  free(owner);
  free(public);
}

static void print_words(const forecast_view *view)
{
  print_setting(view);
  print_title("In short");
  say_survivors(view);
  say_diversity(view);
  say_end(view);
  say_agreement(view);
}

/* ---- what was assumed ---- */

static void say_pools(const forecast_view *view)
{
  static const char meaning[] = "The larger the pool, the choosier its side.";
  char *owner = program_format("%s", render_pool(view->owner_pool).text);
  if (view->owner_pool == view->public_pool && view->owner_pool != AG_POOL_INFINITE)
    say("Each side picks one item at a time out of a random pool of %s (--pool). %s", owner,
        meaning);
  else
    say("Each side picks one item at a time out of a random pool: the owner's holds %s items, the "
        "public's %s (--owner-pool, --public-pool; inf: the limit of large pools). %s",
        owner, render_pool(view->public_pool).text, meaning);
  free(owner);
}

/* Where a temperature comes from. */
static const char *temperature_origin(const forecast_view *view, const double *score, bool given)
{
  bool all_equal = true;
  for (size_t i = 1; i < view->items && all_equal; i++)
    all_equal = score[i] == score[0];
  if (given || is_overridden(view, "curators"))
    return "as chosen; the smaller, the choosier";
  return all_equal ? "by default 1 where all scores are equal"
                   : "by default the standard deviation of the column";
}

static void say_temperature(const char *side, const char *column, double temperature,
                            const char *origin)
{
  say("For the %s, an item that scores %s higher in '%s' is 2.7 times as likely to be picked out "
      "of a pool (that is the temperature, --%s-temperature: %s).",
      side, render_number(temperature).text, column, side, origin);
}

static void print_assumptions(const forecast_view *view)
{
  const ag_forecast_options *options = view->options;
  print_title("What was assumed");
  say_pools(view);
  say_temperature("owner", options->owner, view->owner_unit,
                  temperature_origin(view, view->owner, options->temperature_owner > 0));
  say_temperature("public", options->public_, view->public_unit,
                  temperature_origin(view, view->public_, options->temperature_public > 0));
  if (options->mass)
    say("Initial shares in proportion to '%s' (--mass).", options->mass);
  else
    say("All items have the same share at the start (--mass COLUMN for others).");
}

/* ---- in tables ---- */

static size_t middle_generation(const forecast_view *view)
{
  enum { EARLY = 10 };
  return view->result->generations < EARLY ? view->result->generations / 2 : EARLY;
}

static render_table *begin_items(const forecast_view *view)
{
  char *middle = program_format(">gen. %zu", middle_generation(view));
  char *end = program_format(">gen. %zu", view->result->generations);
  const char *heading[] = {"item", "group", ">owner", ">public", ">start", middle, end};
  if (!view->has_groups)
    memmove(heading + 1, heading + 2, 5 * sizeof *heading);
  render_table *table = render_table_create(view->has_groups ? 7 : 6, heading);
  free(middle);
  free(end);
  return table;
}

static void add_item(render_table *table, const forecast_view *view, size_t item)
{
  char *label = outcome_label(view->game, item);
  render_table_add(table, label);
  free(label);
  const char *group = ag_game_item_group(view->game, item);
  if (view->has_groups)
    render_table_add(table, group ? group : "");
  render_table_add(table, render_number(view->owner[item]).text);
  render_table_add(table, render_number(view->public_[item]).text);
  const size_t generation[] = {0, middle_generation(view), view->result->generations};
  for (size_t i = 0; i < sizeof generation / sizeof *generation; i++)
    render_table_add(table, plain_share(share_at(view, item, generation[i])).text);
}

static void print_survivors(const forecast_view *view)
{
  render_table *table = begin_items(view);
  for (size_t i = 0; i < view->result->outcome_count && i < view->top; i++)
    add_item(table, view, view->result->outcome[i].item);
  print_title("What survives: the largest shares at the end");
  render_table_print(table, stdout, 2);
  render_table_free(table);
}

typedef struct loss {
  size_t item;
  double lost;  /* share lost from start to end, in thousandths of the largest loss */
  double liked; /* by the side that likes it more, in temperatures below its best */
} loss;

/* Larger losses first; equal ones by how well the item was liked. */
static int compare_losses(const void *first, const void *second)
{
  const loss *a = first, *b = second;
  if (a->lost != b->lost)
    return a->lost < b->lost ? 1 : -1;
  if (a->liked != b->liked)
    return a->liked < b->liked ? 1 : -1;
  return a->item > b->item ? 1 : a->item < b->item ? -1 : 0;
}

static double largest(const double *value, size_t count)
{
  double most = -INFINITY;
  for (size_t i = 0; i < count; i++)
    most = fmax(most, value[i]);
  return most;
}

/* All items that lost share, the worst first. */
static loss *find_losses(const forecast_view *view, size_t *count)
{
  loss *losses = program_allocate(view->items, sizeof *losses);
  double best_owner = largest(view->owner, view->items),
         best_public = largest(view->public_, view->items), most = 0;
  *count = 0;
  for (size_t i = 0; i < view->items; i++) {
    double lost = share_at(view, i, 0) - share_at(view, i, view->result->generations);
    double owner = (view->owner[i] - best_owner) / view->owner_unit;
    double public = (view->public_[i] - best_public) / view->public_unit;
    if (lost > 0)
      losses[(*count)++] = (loss){i, lost, fmax(owner, public)};
    most = fmax(most, lost);
  }
  for (size_t i = 0; i < *count; i++)
    losses[i].lost = round(1000 * losses[i].lost / most);
  qsort(losses, *count, sizeof *losses, compare_losses);
  return losses;
}

static void print_losers(const forecast_view *view)
{
  size_t count;
  loss *losses = find_losses(view, &count);
  render_table *table = begin_items(view);
  for (size_t i = 0; i < count && i < view->top; i++)
    add_item(table, view, losses[i].item);
  if (count > 0) {
    print_title("What is lost: the largest losses, well-liked items first");
    render_table_print(table, stdout, 2);
  }
  render_table_free(table);
  free(losses);
}

static const char group_prefix[] = "group_share.";

/* The metrics that are groups' shares, the largest at the end first; returns
 * how many. */
static size_t sort_groups(const ag_result *result, size_t *metric)
{
  size_t count = 0;
  for (size_t m = 0; m < result->metric_count; m++) {
    if (strncmp(result->metric_name[m], group_prefix, strlen(group_prefix)) != 0)
      continue;
    size_t at = count++;
    double share = ag_result_metric(result, result->generations, m);
    for (; at > 0 && ag_result_metric(result, result->generations, metric[at - 1]) < share; at--)
      metric[at] = metric[at - 1];
    metric[at] = m;
  }
  return count;
}

static void add_group(render_table *table, const forecast_view *view, size_t metric)
{
  const ag_result *result = view->result;
  const size_t generation[] = {0, middle_generation(view), result->generations};
  render_table_add(table, result->metric_name[metric] + strlen(group_prefix));
  for (size_t i = 0; i < sizeof generation / sizeof *generation; i++)
    render_table_add(table, plain_share(ag_result_metric(result, generation[i], metric)).text);
}

static void print_groups(const forecast_view *view)
{
  const ag_result *result = view->result;
  size_t *metric = program_allocate(result->metric_count, sizeof *metric);
  size_t groups = sort_groups(result, metric);
  char *middle = program_format(">gen. %zu", middle_generation(view));
  char *end = program_format(">gen. %zu", result->generations);
  render_table *table =
      render_table_create(4, (const char *const[]){"group", ">start", middle, end});
  for (size_t i = 0; i < groups && i < 2 * view->top; i++)
    add_group(table, view, metric[i]);
  if (groups > 0) {
    print_title("Groups: the largest shares at the end");
    render_table_print(table, stdout, 2);
  }
  if (groups > 2 * view->top)
    printf("  and %zu more (--top)\n", groups - 2 * view->top);
  render_table_free(table);
  free(middle);
  free(end);
  free(metric);
}

static void add_saving(render_table *table, const forecast_view *view, const char *real_share,
                       const ag_forecast_saving *saving)
{
  char *half_life = isinf(saving->half_life)
                        ? program_format("> %zu", view->result->generations)
                        : program_format("%s", rounded(saving->half_life).text);
  render_table_add(table, real_share);
  render_table_add(table, rounded(saving->effective_number).text);
  render_table_add(table, render_count(saving->surviving).text);
  render_table_add(table, half_life);
  free(half_life);
}

static void print_savings(const forecast_view *view)
{
  const ag_forecast *forecast = view->forecast;
  const ag_facts *facts = forecast->facts;
  const ag_forecast_saving none = {.effective_number = facts->diversity_last,
                                   .surviving = facts->survivors,
                                   .half_life = facts->half_life};
  render_table *table =
      render_table_create(4, (const char *const[]){"real data", ">effective items left",
                                                   ">items that survive", ">generations to halve"});
  add_saving(table, view, is_overridden(view, "loop") ? "as above" : "none", &none);
  for (size_t i = 0; i < forecast->saving_count; i++) {
    char share[32];
    snprintf(share, sizeof share, "%g %%", 100 * forecast->saving[i].real_share);
    add_saving(table, view, share, &forecast->saving[i]);
  }
  print_title("What mixing the initial items into every generation saves");
  render_table_print(table, stdout, 2);
  render_wrap(stdout,
              "An item survives if it keeps at least a tenth of its initial share; with 10 % of "
              "real data or more every item does, because the data contain it.",
              0, 2);
  render_table_free(table);
}

static void print_forecast(const forecast_view *view)
{
  print_words(view);
  putchar('\n');
  outcome_print_diversity(stdout, view->result);
  print_survivors(view);
  print_losers(view);
  print_groups(view);
  print_savings(view);
  print_assumptions(view);
}

static int forecast_command(cli_arguments *arguments)
{
  ag_forecast_options options = read_options(arguments);
  ag_forecast *forecast = NULL;
  ag_error error = {0};
  if (ag_forecast_make(&options, &forecast, &error) != AG_OK)
    return program_fail(&error);
  forecast_view view = make_view(forecast, &options, cli_count(arguments, "top", 10));
  if (cli_given(arguments, "json"))
    program_print_json(ag_forecast_json(forecast));
  else if (!cli_given(arguments, "quiet"))
    print_forecast(&view);
  int status = STATUS_DONE;
  if (cli_given(arguments, "output"))
    status = program_save_json(ag_forecast_json(forecast), cli_text(arguments, "output"),
                               "forecast.json");
  free_view(&view);
  ag_forecast_free(forecast);
  return status;
}

const cli_command command_forecast = {
    .name = "forecast",
    .summary = "what survives of your own items, in plain words",
    .description = forecast_description,
    .arguments = forecast_arguments,
    .options = forecast_options,
    .examples = forecast_examples,
    .run = forecast_command,
};

/* aligngame forecast: what survives of a user's own items. */
#include <math.h>
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
                         .public_unit = ag_game_curator_temperature(game, public)};
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
  return op / sqrt(oo * pp);
}

/* The item that the owner (sign 1) or the public (sign -1) likes most beyond
 * the other side's liking, both in temperatures. */
static size_t most_disputed(const forecast_view *view, double sign)
{
  size_t best = 0;
  double most = -INFINITY;
  for (size_t i = 0; i < view->items; i++) {
    double gap = sign * (view->owner[i] / view->owner_unit - view->public_[i] / view->public_unit);
    if (gap > most) {
      most = gap;
      best = i;
    }
  }
  return best;
}

/* ---- in plain words ---- */

static const char *agreement(double correlation)
{
  if (isnan(correlation))
    return "cannot be compared";
  if (correlation > 0.7)
    return "mostly agree";
  if (correlation > 0.3)
    return "agree in part";
  return correlation > -0.1 ? "hardly agree" : "contradict each other";
}

static char *say_assumptions(const forecast_view *view)
{
  const ag_forecast_options *options = view->options;
  char *pools = options->pool_owner == options->pool_public
                    ? program_format("pools of %s", render_pool(options->pool_owner).text)
                    : program_format("pools of %s (owner) and %s (public)",
                                     render_pool(options->pool_owner).text,
                                     render_pool(options->pool_public).text);
  char *text = program_format(
      "Suppose a model shows these %s items in proportion to their shares, the owner keeps what "
      "scores well in '%s', the public then keeps what scores well in '%s', each picking one from "
      "random %s, and the model learns the result by heart; then all again, %zu times.",
      render_count(view->items).text, options->owner, options->public_, pools,
      view->result->generations);
  free(pools);
  return text;
}

static char *say_survivors(const forecast_view *view)
{
  const ag_outcome_item *first = view->result->outcome;
  if (view->result->outcome_count == 0)
    return program_format("Nothing survives.");
  char *label = outcome_label(view->game, first->item);
  size_t surviving = view->forecast->surviving;
  char *text = program_format(
      "At the end %s of them still %s at least a tenth of %s initial share, and '%s' alone makes "
      "up %s of everything.",
      render_count(surviving).text, surviving == 1 ? "has" : "have",
      surviving == 1 ? "its" : "their", label, render_share(first->mass).text);
  free(label);
  return text;
}

static char *say_half_life(const forecast_view *view)
{
  if (isinf(view->forecast->half_life))
    return program_format("Diversity, counted as the effective number of items, does not halve "
                          "within these %zu generations.",
                          view->result->generations);
  return program_format("Diversity, counted as the effective number of items, has halved after %s "
                        "generations.",
                        render_number(view->forecast->half_life).text);
}

static char *say_end(const forecast_view *view)
{
  const ag_prediction *prediction = view->forecast->prediction;
  if (prediction->lock_in)
    return program_format("There are %zu possible ends, and the start decides between them "
                          "(lock-in): with other initial shares another item could win.",
                          prediction->sink_count);
  return program_format("There is only one possible end: it would be the same from any other "
                        "initial shares (no lock-in).");
}

static char *say_dispute(const forecast_view *view)
{
  double r = correlation(view);
  size_t of_owner = most_disputed(view, 1), of_public = most_disputed(view, -1);
  char *owner = outcome_label(view->game, of_owner), *public = outcome_label(view->game, of_public);
  char *text = program_format(
      "The two sides %s (correlation %s): by their own scales, the owner thinks most of '%s' "
      "where the public does not (%s against %s), and the public most of '%s' where the owner "
      "does not (%s against %s).",
      agreement(r), render_number(r).text, owner, render_number(view->owner[of_owner]).text,
      render_number(view->public_[of_owner]).text, public,
      render_number(view->public_[of_public]).text, render_number(view->owner[of_public]).text);
  free(owner);
  free(public);
  return text;
}

static void print_words(const forecast_view *view)
{
  char *(*const say[])(const forecast_view *) = {say_assumptions, say_survivors, say_half_life,
                                                 say_end, say_dispute};
  char *paragraph = program_format("%s", "");
  for (size_t i = 0; i < sizeof say / sizeof *say; i++) {
    char *sentence = say[i](view);
    char *longer = program_format("%s%s ", paragraph, sentence);
    free(sentence);
    free(paragraph);
    paragraph = longer;
  }
  render_wrap(stdout, paragraph, 0, 0);
  free(paragraph);
  if (ag_game_dropped_count(view->game) > 0)
    printf("(%zu rows with missing cells were left out.)\n", ag_game_dropped_count(view->game));
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
    render_table_add(table, render_share(share_at(view, item, generation[i])).text);
}

static void print_title(const char *title)
{
  printf("\n%s%s%s\n", render_bold(), title, render_plain());
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
  double liked; /* by the side that likes it more, in temperatures */
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

static void print_groups(const forecast_view *view)
{
  static const char prefix[] = "group_share.";
  const ag_result *result = view->result;
  char *middle = program_format(">gen. %zu", middle_generation(view));
  char *end = program_format(">gen. %zu", result->generations);
  render_table *table =
      render_table_create(4, (const char *const[]){"group", ">start", middle, end});
  size_t groups = 0;
  for (size_t metric = 0; metric < result->metric_count; metric++) {
    if (strncmp(result->metric_name[metric], prefix, strlen(prefix)) != 0)
      continue;
    const size_t generation[] = {0, middle_generation(view), result->generations};
    render_table_add(table, result->metric_name[metric] + strlen(prefix));
    for (size_t i = 0; i < sizeof generation / sizeof *generation; i++)
      render_table_add(table, render_share(ag_result_metric(result, generation[i], metric)).text);
    groups++;
  }
  if (groups > 0) {
    print_title("Groups");
    render_table_print(table, stdout, 2);
  }
  render_table_free(table);
  free(middle);
  free(end);
}

static void add_saving(render_table *table, double real_share, double effective_number,
                       size_t surviving, double half_life)
{
  render_table_add(table, render_share(real_share).text);
  render_table_add(table, render_number(effective_number).text);
  render_table_add(table, render_count(surviving).text);
  render_table_add(table, isinf(half_life) ? "never" : render_number(half_life).text);
}

static void print_savings(const forecast_view *view)
{
  const ag_forecast *forecast = view->forecast;
  render_table *table =
      render_table_create(4, (const char *const[]){"real data", ">effective items at the end",
                                                   ">items that survive", ">half-life"});
  add_saving(table, 0, outcome_metric(view->result, "effective_number", view->result->generations),
             forecast->surviving, forecast->half_life);
  for (size_t i = 0; i < forecast->saving_count; i++) {
    const ag_forecast_saving *saving = &forecast->saving[i];
    add_saving(table, saving->real_share, saving->effective_number, saving->surviving,
               saving->half_life);
  }
  print_title("What mixing real data into every generation saves");
  render_table_print(table, stdout, 2);
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

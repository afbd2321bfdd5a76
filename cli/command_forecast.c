/* aligngame forecast: what survives of a user's own items. */
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <aligngame/forecast.h>

#include "options.h"
#include "outcome.h"
#include "program.h"
#include "progress.h"
#include "render.h"
#include "table.h"

static const cli_argument forecast_arguments[] = {
    {"ITEMS.csv", CLI_FILE, true,
     "A table with one item a row and a line of column names: CSV of any program, JSON lines, "
     "packed "
     "by gzip or not; - reads standard input",
     NULL},
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
    {"every", 0, CLI_TEXT, "TIME", "What a generation is called, such as month", false},
    {"at", 0, CLI_TEXT, "N,N,...", "Generations whose shares are told (default: 10 and the last)",
     false},
    {"keep", 0, CLI_COUNT, "N",
     "Also with finite data: so many items each side keeps a generation, with a band", false},
    {"owner-se", 0, CLI_TEXT, "COLUMN", "Standard errors of the owner's scores", false},
    {"public-se", 0, CLI_TEXT, "COLUMN", "Standard errors of the public's scores", false},
    {"draws", 0, CLI_COUNT, "N",
     "Also on scores drawn with their errors, N times (default: 100 where errors are given)",
     false},
    {"top", 0, CLI_COUNT, "N", "Items in each table (default: 10)", false},
    CLI_TABLE_OPTIONS,
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example forecast_examples[] = {
    {"aligngame forecast examples/films.csv --owner critics --public audience --label title",
     "Films judged by critics first, by the audience next."},
    {"aligngame forecast examples/films.csv --owner critics --public audience --label title "
     "--group genre --mass votes --owner-pool 100",
     "With genres, initial shares, and a choosier owner."},
    {"aligngame forecast prompts.csv --owner rm_score --public ctr --label prompt --every month "
     "-g 24 -o prompts",
     "Two years of monthly retraining, as files: items.csv, a figure, and a page to send on."},
    {NULL, NULL}};

static const char forecast_description[] =
    "Says what becomes of a list of items when a model is trained again and again on what an owner "
    "and then the public keep of its output: which items and groups survive, how long it takes "
    "until diversity has halved, whether the start decides the end, and what mixing in real data "
    "saves.";

extern const cli_command command_forecast;

/* ---- what is asked ---- */

enum { DRAWS_USUAL = 100, KEEP_MOST = INT_MAX / 4 /* four times as many are written */ };

/* The numbers of --at; the caller frees them. */
static size_t *read_generations(const cli_arguments *arguments, size_t *count)
{
  const char *text = cli_text(arguments, "at");
  size_t *at = text ? program_allocate(strlen(text) + 1, sizeof *at) : NULL;
  for (*count = 0; text && *text;) {
    char *end;
    unsigned long long number = strtoull(text, &end, 10);
    if (end == text || *text == '-' || (*end && (*end != ',' || !end[1])))
      cli_usage_error(&command_forecast, "--at: expected generations such as 6,12,24, found '%s'",
                      text);
    at[(*count)++] = (size_t)number;
    text = *end ? end + 1 : end;
  }
  return at;
}

static void show_progress(void *context, const char *what, size_t done, size_t total)
{
  (void)context;
  if (total > 0)
    progress_bar(what, "games", done, total);
}

static ag_forecast_options read_options(cli_arguments *arguments)
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
  options.period = cli_text(arguments, "every");
  if (options.period &&
      !strpbrk(options.period, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    cli_usage_error(&command_forecast, "--every: expected a name such as month, found '%s'",
                    options.period);
  options.keep = cli_count(arguments, "keep", 0);
  if (options.keep > KEEP_MOST)
    cli_usage_error(arguments->command, "option '--keep': '%zu' is not an integer from 1 to %d",
                    options.keep, KEEP_MOST);
  options.owner_se = cli_text(arguments, "owner-se");
  options.public_se = cli_text(arguments, "public-se");
  options.draws =
      cli_count(arguments, "draws", options.owner_se || options.public_se ? DRAWS_USUAL : 0);
  options.overrides = arguments->override;
  options.override_count = arguments->override_count;
  if (!cli_given(arguments, "quiet") && isatty(STDERR_FILENO))
    options.progress = show_progress;
  return options;
}

/* ---- what is known ---- */

enum { CURATORS_SHOWN = 4 };

/* The forecast with what the curators think of each item; arrays are owned. */
typedef struct forecast_view {
  const ag_forecast *forecast;
  const ag_game *game;
  const ag_result *result;
  size_t items, top, curators;
  bool has_groups;
  double *reward;             /* [curators, items] */
  int digits[CURATORS_SHOWN]; /* that tell the scores apart */
} forecast_view;

/* Of the items that tables show first. */
static int find_digits(const forecast_view *view, const double *reward)
{
  enum { LOOKED_AT = 30 };
  double seen[LOOKED_AT];
  size_t count = 0;
  for (size_t i = 0; i < view->result->outcome_count && count < LOOKED_AT; i++)
    seen[count++] = reward[view->result->outcome[i].item];
  for (size_t i = 0; i < view->items && count < LOOKED_AT; i++)
    seen[count++] = reward[i];
  return render_digits(seen, count);
}

static forecast_view make_view(const ag_forecast *forecast, size_t top)
{
  const ag_game *game = forecast->game;
  size_t curators = ag_game_curator_count(game);
  forecast_view view = {.forecast = forecast,
                        .game = game,
                        .result = forecast->result,
                        .items = forecast->items,
                        .top = top,
                        .curators = curators < CURATORS_SHOWN ? curators : CURATORS_SHOWN,
                        .has_groups = ag_game_item_group(game, 0) != NULL};
  view.reward = program_allocate(view.curators * view.items, sizeof *view.reward);
  for (size_t c = 0; c < view.curators; c++) {
    ag_game_rewards(game, c, view.reward + c * view.items);
    view.digits[c] = find_digits(&view, view.reward + c * view.items);
  }
  return view;
}

/* ---- in plain words ---- */

static void print_title(const char *title)
{
  printf("\n%s%s%s\n", render_bold(), title, render_plain());
}

/* The sentences of a part, as a list or one after another. */
static void print_part(const forecast_view *view, const char *title, ag_forecast_part part)
{
  enum { INDENT = 4 };
  char *words = ag_forecast_words(view->forecast, part), *rest = NULL;
  if (!words)
    program_leave(program_fail_system("cannot print", "the forecast"));
  if (title && title[0] && words[0])
    print_title(title);
  for (char *line = strtok_r(words, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    fputs(title ? "  - " : "", stdout);
    render_wrap(stdout, line, title ? INDENT : 0, title ? INDENT : 0);
  }
  free(words);
}

/* A number of items, to three digits. */
static render_text rounded(double value)
{
  render_text text = render_number(value);
  if (isfinite(value) && fabs(value) < 999.5)
    snprintf(text.text, sizeof text.text, "%.3g", value);
  return text;
}

/* ---- in tables ---- */

/* The columns of a table whose first ones are there: the shares that are told. */
static size_t add_headings(const forecast_view *view, const char **heading, size_t count,
                           char **owned)
{
  const ag_forecast *forecast = view->forecast;
  heading[count++] = ">start";
  for (size_t k = 0; k < forecast->shown_count; k++) {
    owned[k] =
        forecast->options.period
            ? program_format(">%s", ag_forecast_time(forecast, (double)forecast->shown[k]).text)
            : program_format(">gen. %zu", forecast->shown[k]);
    heading[count++] = owned[k];
  }
  return count;
}

static void free_headings(const forecast_view *view, char **owned)
{
  for (size_t k = 0; k < view->forecast->shown_count; k++)
    free(owned[k]);
  free(owned);
}

static render_table *begin_items(const forecast_view *view)
{
  const ag_forecast *forecast = view->forecast;
  const char **heading =
      program_allocate(forecast->shown_count + CURATORS_SHOWN + 4, sizeof *heading);
  char **owned = program_allocate(forecast->shown_count, sizeof *owned);
  char name[CURATORS_SHOWN][64];
  size_t count = 0;
  heading[count++] = "item";
  if (view->has_groups)
    heading[count++] = "group";
  for (size_t c = 0; c < view->curators; c++) {
    snprintf(name[c], sizeof name[c], ">%s", ag_game_curator_name(view->game, c));
    heading[count++] = name[c];
  }
  count = add_headings(view, heading, count, owned);
  if (forecast->draws > 0)
    heading[count++] = ">survives in";
  render_table *table = render_table_create(count, heading);
  free_headings(view, owned);
  free(heading);
  return table;
}

static void add_item(render_table *table, const forecast_view *view, size_t item)
{
  const ag_forecast *forecast = view->forecast;
  char *label = outcome_label(view->game, item);
  render_table_add(table, label);
  free(label);
  const char *group = ag_game_item_group(view->game, item);
  if (view->has_groups)
    render_table_add(table, group ? group : "");
  for (size_t c = 0; c < view->curators; c++)
    render_table_add(table,
                     render_precise(view->reward[c * view->items + item], view->digits[c]).text);
  render_table_add(table, ag_forecast_share_text(forecast->start[item]).text);
  for (size_t k = 0; k < forecast->shown_count; k++)
    render_table_add(
        table, ag_forecast_share_text(ag_forecast_share(forecast, item, forecast->shown[k])).text);
  if (forecast->draws > 0)
    render_table_add(table, render_share(forecast->chance[item]).text);
}

static void print_survivors(const forecast_view *view)
{
  render_table *table = begin_items(view);
  for (size_t i = 0; i < view->result->outcome_count && i < view->top; i++)
    if (view->forecast->appears[view->result->outcome[i].item])
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

/* How far below a curator's best an item is, in temperatures, for whoever likes it more. */
static double liked(const forecast_view *view, const double *best, size_t item)
{
  double most = -INFINITY;
  for (size_t c = 0; c < view->curators; c++)
    most = fmax(most, (view->reward[c * view->items + item] - best[c]) /
                          ag_game_curator_temperature(view->game, c));
  return most;
}

/* All items that lost share, the worst first. */
static loss *find_losses(const forecast_view *view, size_t *count)
{
  const ag_forecast *forecast = view->forecast;
  loss *losses = program_allocate(view->items, sizeof *losses);
  double best[CURATORS_SHOWN], most = 0;
  for (size_t c = 0; c < view->curators; c++)
    best[c] = largest(view->reward + c * view->items, view->items);
  *count = 0;
  for (size_t i = 0; i < view->items; i++) {
    double lost = forecast->start[i] - ag_forecast_share(forecast, i, view->result->generations);
    if (lost > 0)
      losses[(*count)++] = (loss){i, lost, liked(view, best, i)};
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
  const ag_forecast *forecast = view->forecast;
  const ag_result *result = view->result;
  render_table_add(table, result->metric_name[metric] + strlen(group_prefix));
  render_table_add(table, ag_forecast_share_text(ag_result_metric(result, 0, metric)).text);
  for (size_t k = 0; k < forecast->shown_count; k++)
    render_table_add(
        table, ag_forecast_share_text(ag_result_metric(result, forecast->shown[k], metric)).text);
}

static void print_groups(const forecast_view *view)
{
  const ag_result *result = view->result;
  size_t shown = view->forecast->shown_count;
  size_t *metric = program_allocate(result->metric_count, sizeof *metric);
  const char **heading = program_allocate(shown + 2, sizeof *heading);
  char **owned = program_allocate(shown, sizeof *owned);
  size_t groups = sort_groups(result, metric);
  heading[0] = "group";
  render_table *table = render_table_create(add_headings(view, heading, 1, owned), heading);
  for (size_t i = 0; i < groups && i < 2 * view->top; i++)
    add_group(table, view, metric[i]);
  if (groups > 0) {
    print_title("Groups: the largest shares at the end");
    render_table_print(table, stdout, 2);
  }
  if (groups > 2 * view->top)
    printf("  and %zu more (--top)\n", groups - 2 * view->top);
  render_table_free(table);
  free_headings(view, owned);
  free(heading);
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
  add_saving(table, view, "as played", &none);
  for (size_t i = 0; i < forecast->saving_count; i++)
    add_saving(table, view, render_share(forecast->saving[i].real_share).text,
               &forecast->saving[i]);
  if (!isnan(forecast->half.real_share))
    add_saving(table, view, render_share(forecast->half.real_share).text, &forecast->half);
  print_title("What mixing the initial items into every generation saves");
  render_table_print(table, stdout, 2);
  render_table_free(table);
  print_part(view, "", AG_FORECAST_SAVED);
}

static void print_forecast(const forecast_view *view)
{
  print_part(view, NULL, AG_FORECAST_SETTING);
  print_part(view, "In short", AG_FORECAST_SHORT);
  print_part(view, "To be checked", AG_FORECAST_REMARKS);
  putchar('\n');
  outcome_print_diversity(stdout, view->result);
  print_survivors(view);
  print_losers(view);
  print_groups(view);
  print_savings(view);
  print_part(view, "What was assumed", AG_FORECAST_ASSUMED);
}

static int save(const ag_forecast *forecast, const cli_arguments *arguments)
{
  ag_error error = {0};
  const char *directory = cli_text(arguments, "output");
  if (ag_forecast_write(forecast, directory, &error) != AG_OK)
    return program_fail(&error);
  if (!cli_given(arguments, "quiet"))
    fprintf(stderr,
            "Files: %s/items.csv, forecast.json, forecast.png, forecast.svg, forecast.html\n",
            directory);
  return STATUS_DONE;
}

static int forecast_command(cli_arguments *arguments)
{
  cli_table_override(arguments);
  ag_forecast_options options = read_options(arguments);
  ag_forecast *forecast = NULL;
  ag_error error = {0};
  size_t count, *at = read_generations(arguments, &count);
  int status = STATUS_DONE;
  options.at = at;
  options.at_count = count;
  ag_status made = ag_forecast_make(&options, &forecast, &error);
  fputs(options.progress ? "\r\033[K" : "", stderr);
  free(at);
  if (made != AG_OK)
    return program_fail(&error);
  cli_table_tell(arguments, ag_game_understood(forecast->game));
  forecast_view view = make_view(forecast, cli_count(arguments, "top", 10));
  if (cli_given(arguments, "json"))
    program_print_json(ag_forecast_json(forecast));
  else if (!cli_given(arguments, "quiet"))
    print_forecast(&view);
  if (cli_given(arguments, "output"))
    status = save(forecast, arguments);
  free(view.reward);
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

/* The page of a forecast, to be sent on: everything is in one file. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/forecast_parts.h"
#include "report/page.h"

enum { LINES_MOST = 5, ROWS_MOST = 12 };

/* --- panels --- */

static const char *time_label(const ag_forecast *forecast)
{
  return forecast->options.period ? forecast->options.period : "generation";
}

/* A label short enough to stand beside a small panel. */
static const char *label_of(ag_panel_set *panels, const ag_forecast *forecast, size_t item)
{
  char label[24];
  size_t length = ag_game_item_label(forecast->game, item, label, sizeof label);
  ag_utf8_end(label);
  return ag_panels_print(panels, "%s%s", label, length >= sizeof label ? "…" : "");
}

/* The items that have most at the end, over time. */
static void add_shares(const ag_forecast *forecast, ag_panel_set *panels)
{
  const ag_result *result = forecast->result;
  size_t kept = result->snapshot_count, lines = result->outcome_count;
  size_t begin = kept > 0 && result->snapshot[0] == 0, count = kept - begin + 1;
  lines = lines < LINES_MOST ? lines : LINES_MOST;
  while (lines > 0 && !forecast->appears[result->outcome[lines - 1].item])
    lines--; /* what never appears comes last */
  double *x = ag_panels_take(panels, count, sizeof *x);
  double *y = ag_panels_take(panels, lines * count, sizeof *y);
  ag_layer *layer = ag_panels_take(panels, lines, sizeof *layer);
  if (!x || !y || !layer)
    return;
  for (size_t k = 1; k < count; k++)
    x[k] = (double)result->snapshot[begin + k - 1];
  for (size_t l = 0; l < lines; l++) {
    size_t item = result->outcome[l].item;
    for (size_t k = 0; k < count; k++)
      y[l * count + k] = 100 * ag_forecast_share(forecast, item, (size_t)x[k]);
    layer[l] = ag_line(label_of(panels, forecast, item), l, count, x, y + l * count);
  }
  const ag_panel panel = {.title = "The items that have most at the end",
                          .x = {.label = time_label(forecast)},
                          .y = {.label = "share (%)"},
                          .legend = AG_LEGEND_OUTSIDE,
                          .layer_count = lines,
                          .layer = layer};
  ag_panels_add(panels, &panel, "The shares of the items that have most at the end.");
}

/* Effective numbers with finite data, beside the game without chance. */
static void add_finite(const ag_forecast *forecast, ag_panel_set *panels)
{
  const ag_forecast_band *band = &forecast->finite;
  const ag_result *result = forecast->result;
  size_t rows = result->generations + 1;
  size_t metric = ag_result_find_metric(result, "effective_number");
  if (band->games == 0 || metric == SIZE_MAX)
    return;
  double *x = ag_panels_take(panels, rows, sizeof *x);
  double *y = ag_panels_take(panels, rows, sizeof *y);
  ag_layer *layer = ag_panels_take(panels, 2, sizeof *layer);
  if (!x || !y || !layer)
    return;
  for (size_t t = 0; t < rows; t++) {
    x[t] = (double)t;
    y[t] = ag_result_metric(result, t, metric);
  }
  layer[0] = ag_banded(ag_line("finite data", 1, rows, x, band->middle), band->low, band->high);
  layer[1] = ag_line("as forecast", 0, rows, x, y);
  const ag_panel panel = {.title = "Diversity with finite data",
                          .x = {.label = time_label(forecast)},
                          .y = {.label = "effective items", .logarithmic = true},
                          .legend = AG_LEGEND_INSIDE,
                          .layer_count = 2,
                          .layer = layer};
  ag_panels_add(panels, &panel,
                ag_panels_print(panels,
                                "Where each side keeps %s items at a time: the median of %s "
                                "histories, and a band that holds nine of ten.",
                                ag_text_count(forecast->options.keep).text,
                                ag_text_count(band->games).text));
}

ag_status ag_forecast_panels(const ag_forecast *forecast, ag_panel_set *panels, ag_error *error)
{
  const ag_run_view view = {forecast->game, forecast->result, "", forecast->options.period};
  add_shares(forecast, panels);
  add_finite(forecast, panels);
  ag_status status = ag_panels_add_run(&view, panels, error);
  return status == AG_OK && panels->failed
             ? ag_fail(error, AG_ERROR_MEMORY, "no memory for the forecast's figures")
             : status;
}

/* --- words --- */

/* The sentences of a part: a paragraph, or a list. */
static void add_words(ag_buffer *page, const ag_forecast *forecast, ag_forecast_part part,
                      bool list)
{
  char *words = ag_forecast_words(forecast, part), *rest = NULL;
  bool any = words && words[0];
  page->failed |= !words;
  if (any)
    ag_page_html(page, list ? "<ul>\n" : "<p>");
  for (char *line = any ? strtok_r(words, "\n", &rest) : NULL; line;
       line = strtok_r(NULL, "\n", &rest)) {
    ag_page_html(page, list ? "<li>" : "");
    ag_page_text(page, line);
    ag_page_html(page, list ? "</li>\n" : " ");
  }
  if (any)
    ag_page_html(page, list ? "</ul>\n" : "</p>\n");
  free(words);
}

static bool has_words(const ag_forecast *forecast, ag_forecast_part part)
{
  return part != AG_FORECAST_REMARKS || forecast->remark_count > 0;
}

static void add_part(ag_buffer *page, const ag_forecast *forecast, const char *title,
                     ag_forecast_part part, bool list)
{
  if (!has_words(forecast, part))
    return;
  ag_page_put(page, "<h3>%s</h3>\n", title);
  add_words(page, forecast, part, list);
}

/* --- tables --- */

static void add_item_row(ag_buffer *page, const ag_forecast *forecast, size_t item)
{
  char label[160];
  ag_game_item_label(forecast->game, item, label, sizeof label);
  ag_utf8_end(label);
  ag_page_put(page, "<tr><th scope=\"row\">%s</th>", label);
  const char *group = ag_game_item_group(forecast->game, item);
  if (ag_game_item_group(forecast->game, 0))
    ag_page_put(page, "<td>%s</td>", group ? group : "");
  ag_page_put(page, "<td>%s</td>", ag_page_short_share(forecast->start[item]).text);
  for (size_t k = 0; k < forecast->shown_count; k++)
    ag_page_put(page, "<td>%s</td>",
                ag_page_short_share(ag_forecast_share(forecast, item, forecast->shown[k])).text);
  if (forecast->draws > 0)
    ag_page_put(page, "<td>%s</td>", ag_page_short_share(forecast->chance[item]).text);
  ag_page_html(page, "</tr>\n");
}

static void begin_items(ag_buffer *page, const ag_forecast *forecast, const char *title)
{
  ag_page_put(page, "<h3>%s</h3>\n<div class=\"wide\"><table>\n<thead><tr><th>item</th>", title);
  if (ag_game_item_group(forecast->game, 0))
    ag_page_html(page, "<th>group</th>");
  ag_page_html(page, "<th>start</th>");
  for (size_t k = 0; k < forecast->shown_count; k++)
    ag_page_put(page, "<th>after %s</th>",
                ag_forecast_time(forecast, (double)forecast->shown[k]).text);
  ag_page_html(page, forecast->draws > 0 ? "<th>survives in</th></tr></thead>\n<tbody>\n"
                                         : "</tr></thead>\n<tbody>\n");
}

static void add_survivors(ag_buffer *page, const ag_forecast *forecast)
{
  const ag_result *result = forecast->result;
  begin_items(page, forecast, "What survives: the largest shares at the end");
  for (size_t i = 0; i < result->outcome_count && i < ROWS_MOST; i++)
    if (forecast->appears[result->outcome[i].item])
      add_item_row(page, forecast, result->outcome[i].item);
  ag_page_html(page, "</tbody></table></div>\n");
}

typedef struct loss {
  double lost;
  size_t item;
} loss;

static int worst_first(const void *a, const void *b)
{
  const loss *x = a, *y = b;
  if (x->lost != y->lost)
    return x->lost > y->lost ? -1 : 1;
  return (x->item > y->item) - (x->item < y->item);
}

static ag_status add_losers(ag_buffer *page, const ag_forecast *forecast, ag_error *error)
{
  size_t count = 0;
  loss *losses = NULL;
  ag_status status = ag_array_create(forecast->items, sizeof *losses, &losses, error);
  if (status)
    return status;
  for (size_t i = 0; i < forecast->items; i++) {
    double lost = forecast->start[i] - exp(forecast->result->log_mass[i]);
    if (lost > 0)
      losses[count++] = (loss){lost, i};
  }
  qsort(losses, count, sizeof *losses, worst_first);
  if (count > 0) {
    begin_items(page, forecast, "What is lost: the largest losses");
    for (size_t i = 0; i < count && i < ROWS_MOST; i++)
      add_item_row(page, forecast, losses[i].item);
    ag_page_html(page, "</tbody></table></div>\n");
  }
  free(losses);
  return AG_OK;
}

static void add_saving(ag_buffer *page, const ag_forecast *forecast, const char *name,
                       const ag_forecast_saving *saving)
{
  ag_page_put(page, "<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td><td>%s</td></tr>\n", name,
              ag_page_number(saving->effective_number).text, ag_text_count(saving->surviving).text,
              isinf(saving->half_life) ? "does not halve"
                                       : ag_forecast_time(forecast, saving->half_life).text);
}

static void add_savings(ag_buffer *page, const ag_forecast *forecast)
{
  const ag_facts *facts = forecast->facts;
  const ag_forecast_saving none = {0, facts->diversity_last, facts->survivors, facts->half_life};
  ag_page_html(page,
               "<h3>What mixing the initial items into every generation saves</h3>\n"
               "<div class=\"wide\"><table>\n<thead><tr><th>real data</th><th>effective items "
               "left</th><th>items that survive</th><th>diversity halves after</th></tr>"
               "</thead>\n<tbody>\n");
  add_saving(page, forecast, "as played", &none);
  for (size_t s = 0; s < forecast->saving_count; s++)
    add_saving(page, forecast, ag_text_share(forecast->saving[s].real_share).text,
               &forecast->saving[s]);
  if (!isnan(forecast->half.real_share))
    add_saving(page, forecast, ag_text_share(forecast->half.real_share).text, &forecast->half);
  ag_page_html(page, "</tbody></table></div>\n");
  add_words(page, forecast, AG_FORECAST_SAVED, false);
}

/* --- the page --- */

static ag_status add_figures(ag_buffer *page, const ag_forecast *forecast, ag_error *error)
{
  ag_panel_set panels = {0};
  ag_status status = ag_forecast_panels(forecast, &panels, error);
  ag_page_html(page, "<h3>How it goes</h3>\n");
  if (!status)
    status = ag_page_figures(page, &panels, "forecast", error);
  ag_panels_free(&panels);
  return status;
}

static ag_status add_main(ag_buffer *page, const ag_forecast *forecast, ag_error *error)
{
  add_part(page, forecast, "In short", AG_FORECAST_SHORT, true);
  add_part(page, forecast, "To be checked", AG_FORECAST_REMARKS, true);
  ag_status status = add_figures(page, forecast, error);
  if (status)
    return status;
  add_survivors(page, forecast);
  status = add_losers(page, forecast, error);
  add_savings(page, forecast);
  add_part(page, forecast, "What was assumed", AG_FORECAST_ASSUMED, true);
  const char *understood = ag_page_understood(forecast);
  if (understood)
    ag_page_put(page, "<h3>What was read</h3>\n<p>%s</p>\n", understood);
  return status;
}

ag_status ag_forecast_page(const ag_forecast *forecast, ag_buffer *page, ag_error *error)
{
  ag_page_begin(page, "What survives");
  ag_page_html(page, "<header>\n<p class=\"kind\">Forecast: what becomes of a list of items when a "
                     "model is retrained on what an owner and the public keep</p>\n"
                     "<h1>What survives</h1>\n<div class=\"lede\">");
  add_words(page, forecast, AG_FORECAST_SETTING, false);
  ag_page_html(page, "</div>\n</header>\n<main>\n<section class=\"run only\">\n");
  ag_status status = add_main(page, forecast, error);
  ag_page_html(page, "</section>\n</main>\n");
  ag_page_end(page);
  return status == AG_OK && page->failed
             ? ag_fail(error, AG_ERROR_MEMORY, "no memory for the forecast's page")
             : status;
}

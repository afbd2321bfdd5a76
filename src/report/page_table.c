/* Tables: metrics over time, what is most common at the end, where it all comes from. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cairo.h>
#include <jansson.h>
#include <sqlite3.h>
#include <yaml.h>

#include <aligngame/catalogue.h>

#include "base/files.h"
#include "base/text.h"
#include "report/page.h"

enum { MOMENTS_MOST = 12, BAR_WIDTH = 120, CELLS_MOST = 5 };

/* 0, 1, 2, 5, 10, 20, 50, … and the last; if those are too many, the early ones that are
 * no powers of ten go first. */
static size_t choose_moments(size_t last, size_t at[MOMENTS_MOST])
{
  static const size_t digit[] = {1, 2, 5};
  size_t all[64] = {0}, count = 1;
  size_t step = last >= 2000 ? 3 : 1; /* powers of ten alone */
  for (size_t power = 1; power < last && count < 60; power *= 10)
    for (size_t d = 0; d < 3; d += step)
      if (digit[d] * power < last)
        all[count++] = digit[d] * power;
  if (last > 0)
    all[count++] = last;
  count = count < MOMENTS_MOST ? count : MOMENTS_MOST;
  memcpy(at, all, count * sizeof *at);
  if (last > 0)
    at[count - 1] = last;
  return count;
}

/* --- metrics --- */

static ag_status add_value(ag_buffer *page, const ag_result *result, size_t generation,
                           size_t metric, ag_error *error)
{
  ag_page_put(page, "<td>%s",
              ag_page_number(ag_metric_shown(result->metric_name[metric],
                                             ag_result_metric(result, generation, metric)))
                  .text);
  if (result->replicates > 1) {
    ag_spread spread;
    ag_status status = ag_result_spread(result, generation, metric, &spread, error);
    if (status != AG_OK)
      return status;
    double half = (spread.high - spread.low) / 2;
    if (isfinite(half)) {
      ag_page_html(page, " <span class=\"pm\">±");
      ag_page_say(page, "%.2g", half);
      ag_page_html(page, "</span>");
    }
  }
  ag_page_html(page, "</td>");
  return AG_OK;
}

/* A metric's name, which may be broken after its dots and underscores. */
static void add_name(ag_buffer *page, const char *name)
{
  for (size_t length; *name; name += length) {
    length = strcspn(name, "._");
    length += name[length] != '\0';
    char *part = strndup(name, length);
    page->failed |= !part;
    ag_page_text(page, part ? part : "");
    ag_page_html(page, name[length] ? "<wbr>" : "");
    free(part);
  }
}

static ag_status add_metrics(ag_buffer *page, const ag_page_run *run, ag_error *error)
{
  const ag_result *result = run->result;
  size_t at[MOMENTS_MOST], moments = choose_moments(result->generations, at);
  ag_status status = AG_OK;
  if (result->metric_count == 0)
    return AG_OK;
  ag_page_html(page, "<h3>Metrics by generation</h3>\n<div class=\"wide\"><table>\n<thead><tr><th "
                     "scope=\"col\">generation</th>");
  for (size_t i = 0; i < moments; i++)
    ag_page_put(page, "<th scope=\"col\">%s</th>", ag_text_count(at[i]).text);
  ag_page_html(page, "</tr></thead>\n<tbody>\n");
  for (size_t m = 0; status == AG_OK && m < result->metric_count; m++) {
    ag_page_html(page, "<tr><th scope=\"row\">");
    add_name(page, result->metric_name[m]);
    ag_page_html(page, "</th>");
    for (size_t i = 0; status == AG_OK && i < moments; i++)
      status = add_value(page, result, at[i], m, error);
    ag_page_html(page, "</tr>\n");
  }
  ag_page_html(page, "</tbody></table></div>\n");
  if (result->replicates > 1)
    ag_page_html(page, "<p class=\"kind\">Means over the replicates; ± half of their 95 % "
                       "interval (Student’s t).</p>\n");
  return status;
}

/* --- the most massive items --- */

static void add_item(ag_buffer *page, const ag_page_run *run, size_t rank)
{
  const ag_outcome_item *item = &run->result->outcome[rank];
  const char *group = ag_game_item_group(run->game, item->item);
  char label[512];
  ag_game_item_label(run->game, item->item, label, sizeof label);
  ag_page_put(page, "<tr><td class=\"words\">%s", label);
  if (group)
    ag_page_put(page, "</td><td class=\"words\">%s", group);
  ag_page_put(page, "</td><td>%s", ag_page_short_share(item->mass).text);
  ag_buffer_print(page,
                  "</td><td style=\"text-align:left\"><span class=\"bar\" "
                  "style=\"width:%dpx\"></span></td></tr>\n",
                  (int)lround(BAR_WIDTH * fmin(fmax(item->mass, 0), 1)));
}

static void add_items(ag_buffer *page, const ag_page_run *run)
{
  const ag_result *result = run->result;
  if (result->outcome_count == 0)
    return;
  bool grouped = ag_game_item_group(run->game, result->outcome[0].item) != NULL;
  ag_page_put(page,
              "<h3>Most common at the end</h3>\n<div class=\"wide\"><table>\n<thead><tr><th "
              "scope=\"col\" class=\"words\">%s</th>",
              run->facts->thing);
  ag_page_html(page, grouped ? "<th scope=\"col\" class=\"words\">group</th>" : "");
  ag_page_html(page, "<th scope=\"col\">share</th><th></th></tr></thead>\n<tbody>\n");
  /* of many cells that are much alike, the first say enough */
  size_t most = ag_game_dimension(run->game) > 0 ? CELLS_MOST : AG_OUTCOME_MOST;
  for (size_t i = 0; i < result->outcome_count && i < most; i++)
    add_item(page, run, i);
  ag_page_html(page, "</tbody></table></div>\n");
}

ag_status ag_page_tables(ag_buffer *page, const ag_page_run *run, ag_error *error)
{
  ag_status status = add_metrics(page, run, error);
  add_items(page, run);
  ag_page_texts(page, run);
  return status;
}

/* --- provenance --- */

const char *const ag_page_note_key[AG_PAGE_NOTES] = {"version", "begun", "machine", "threads"};
static const char *const note_name[AG_PAGE_NOTES] = {"played by aligngame", "begun", "machine",
                                                     "threads"};

static void add_fact(ag_buffer *page, const char *name, const char *value)
{
  ag_page_put(page, "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n", name, value);
}

static void add_libraries(ag_buffer *page)
{
  char text[256];
  snprintf(text, sizeof text, "cairo %s, SQLite %s, libyaml %s, jansson %s", cairo_version_string(),
           sqlite3_libversion(), yaml_get_version_string(), jansson_version_str());
  add_fact(page, "libraries of this page", text);
}

void ag_page_originals(ag_buffer *page, const ag_page_run *run)
{
  for (size_t i = 0; i < run->input_count; i++) {
    const ag_run_input *input = &run->input[i];
    if (input->original == AG_ORIGINAL_SAME)
      continue;
    ag_page_put(page, "<p class=\"kind\">%s %s since the run has read it.%s</p>\n",
                ag_page_file_name(input->path),
                input->original == AG_ORIGINAL_CHANGED ? "has changed" : "is gone",
                input->name ? " This page is about the run’s own copy." : "");
  }
}

static void add_input(ag_buffer *page, const ag_run_input *input)
{
  char text[512];
  snprintf(text, sizeof text, "%.200s, %llu bytes, SHA-256 %.64s%s",
           input->name ? input->name : ag_page_file_name(input->path), input->size, input->sha256,
           input->name ? "" : "; not copied");
  text[ag_utf8_find_invalid(text, strlen(text))] = '\0';
  add_fact(page, "read", text);
}

static void add_leg(ag_buffer *page, const ag_run_leg *leg, size_t number)
{
  char name[32], text[1024];
  snprintf(name, sizeof name, "leg %zu", number);
  snprintf(text, sizeof text,
           "aligngame %.40s on %.200s, %.20s, %.10s threads; from %.20s to %.20s rows of metrics; "
           "%.30s to %.30s%s%.400s",
           leg->version, leg->platform, leg->instructions, leg->threads, leg->from, leg->to,
           leg->begun, leg->ended, leg->remark[0] ? "; " : "", leg->remark);
  add_fact(page, name, text);
}

void ag_page_provenance(ag_buffer *page, const ag_page_run *run)
{
  const ag_game *game = run->game;
  char text[64];
  ag_page_put(page,
              "<h3>The game file</h3>\n<pre>%s</pre>\n<h3>Where the numbers come from</h3>\n<div "
              "class=\"wide keep\"><table class=\"facts\"><tbody>\n",
              ag_page_game_text(run));
  if (run->directory)
    add_fact(page, "run directory", ag_page_file_name(run->directory));
  for (size_t i = 0; i < AG_PAGE_NOTES; i++)
    if (run->note[i])
      add_fact(page, note_name[i], run->note[i]);
  for (size_t i = 0; i < run->leg_count; i++)
    add_leg(page, &run->leg[i], i + 1);
  for (size_t i = 0; i < run->input_count; i++)
    add_input(page, &run->input[i]);
  snprintf(text, sizeof text, "%.3g", run->result->seconds);
  add_fact(page, "seconds", text);
  snprintf(text, sizeof text, "%llu", (unsigned long long)ag_game_seed(game));
  add_fact(page, "seed", text);
  add_fact(page, "engine", ag_game_engine(game));
  snprintf(text, sizeof text, "aligngame %s", ag_version());
  add_fact(page, "page made by", text);
  add_libraries(page);
  ag_page_html(page, "</tbody></table></div>\n");
}

/* Several runs side by side: what sets them apart, and what came of each. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "report/figure_run.h"
#include "report/page.h"

enum { CELL = 160 };

/* A column of settings: shown where the runs differ in it. */
typedef struct page_setting {
  const char *name;
  void (*write)(const ag_page_run *run, char text[CELL]);
} page_setting;

static void write_space(const ag_page_run *run, char text[CELL])
{
  size_t items = ag_game_item_count(run->game);
  if (items > 0)
    snprintf(text, CELL, "%s, %s", ag_game_space_kind(run->game), ag_text_count(items).text);
  else
    snprintf(text, CELL, "%s", ag_game_space_kind(run->game));
}

static void write_engine(const ag_page_run *run, char text[CELL])
{
  if (run->result->replicates > 0)
    snprintf(text, CELL, "%s × %zu", ag_game_engine(run->game), run->result->replicates);
  else
    snprintf(text, CELL, "%s", ag_game_engine(run->game));
}

static void write_reading(const ag_page_run *run, char text[CELL])
{
  snprintf(text, CELL, "%s", ag_game_reading(run->game));
}

static void write_generations(const ag_page_run *run, char text[CELL])
{
  snprintf(text, CELL, "%s", ag_text_count(run->result->generations).text);
}

static void write_real_share(const ag_page_run *run, char text[CELL])
{
  snprintf(text, CELL, "%s", ag_page_share(ag_game_real_share(run->game)).text);
}

static void write_seed(const ag_page_run *run, char text[CELL])
{
  snprintf(text, CELL, "%" PRIu64, ag_game_seed(run->game));
}

static void write_order(const ag_page_run *run, char text[CELL])
{
  size_t used = 0;
  for (size_t s = 0; s < ag_game_stage_count(run->game) && used < CELL; s++)
    used += (size_t)snprintf(text + used, CELL - used, "%s%s", s ? " → " : "",
                             ag_game_curator_name(run->game, ag_game_stage_curator(run->game, s)));
}

static void write_pools(const ag_page_run *run, char text[CELL])
{
  size_t used = 0;
  for (size_t c = 0; c < ag_game_curator_count(run->game) && used < CELL; c++) {
    ag_pool pool = ag_game_curator_pool(run->game, c);
    used += (size_t)snprintf(text + used, CELL - used, "%s%s", c ? ", " : "",
                             pool > 0 ? ag_text_count((size_t)pool).text : "∞");
  }
}

static void write_temperatures(const ag_page_run *run, char text[CELL])
{
  size_t used = 0;
  for (size_t c = 0; c < ag_game_curator_count(run->game) && used < CELL; c++)
    used += (size_t)snprintf(text + used, CELL - used, "%s%s", c ? ", " : "",
                             ag_page_number(ag_game_curator_temperature(run->game, c)).text);
}

static const page_setting settings[] = {
    {"space", write_space},
    {"engine", write_engine},
    {"reading", write_reading},
    {"generations", write_generations},
    {"order", write_order},
    {"pools", write_pools},
    {"temperatures", write_temperatures},
    {"real share", write_real_share},
    {"seed", write_seed},
};
enum { SETTINGS = sizeof settings / sizeof *settings };

static bool runs_differ(const page_setting *setting, const ag_page_run *run, size_t count)
{
  for (size_t r = 1; r < count; r++) {
    char first[CELL] = "", other[CELL] = "";
    setting->write(&run[0], first);
    setting->write(&run[r], other);
    if (strcmp(first, other) != 0)
      return true;
  }
  return false;
}

/* --- the table --- */

static void add_heading(ag_buffer *page, const char *text, const char *who)
{
  ag_page_html(page, "<th scope=\"col\">");
  ag_page_say(page, *who ? "%s %s" : "%s", text, who);
  ag_page_html(page, "</th>");
}

static void add_cell(ag_buffer *page, const char *text)
{
  ag_page_put(page, "<td>%s</td>", text);
}

/* Whether a run before has a curator of this name: a column for each name. */
static bool named_before(const ag_page_run *run, size_t before, const char *name)
{
  for (size_t r = 0; r < before; r++)
    for (size_t c = 0; c < ag_game_curator_count(run[r].game); c++)
      if (strcmp(ag_game_curator_name(run[r].game, c), name) == 0)
        return true;
  return false;
}

typedef void name_action(ag_buffer *page, const ag_page_run *run, const char *name);

/* Calls action for each curator's name, once, with run. */
static void for_each_name(ag_buffer *page, const ag_page_run *runs, size_t count,
                          const ag_page_run *run, name_action *action)
{
  for (size_t r = 0; r < count; r++)
    for (size_t c = 0; c < ag_game_curator_count(runs[r].game); c++) {
      const char *name = ag_game_curator_name(runs[r].game, c);
      if (!named_before(runs, r, name))
        action(page, run, name);
    }
}

static void name_heading(ag_buffer *page, const ag_page_run *run, const char *name)
{
  (void)run;
  add_heading(page, "satisfies", name);
}

static void name_cell(ag_buffer *page, const ag_page_run *run, const char *name)
{
  const ag_facts *facts = run->facts;
  double share = (double)NAN;
  for (size_t c = 0; c < facts->curator_count; c++)
    if (strcmp(facts->curator[c].name, name) == 0)
      share = facts->curator[c].last;
  add_cell(page, ag_page_short_share(share).text);
}

static void add_row(ag_buffer *page, const ag_page_run *runs, size_t count, const ag_page_run *run)
{
  const ag_facts *facts = run->facts;
  char half[32] = "–";
  if (isfinite(facts->half_life))
    snprintf(half, sizeof half, "%.1f", facts->half_life);
  ag_buffer_print(page, "<tr><td class=\"words\"><a href=\"#run-%zu\">", run->number);
  ag_page_put(page, "%s</a></td><td class=\"words\">%s: ", run->label,
              ag_run_verdict_name(facts->outcome.verdict));
  ag_page_words(page, ag_facts_headline(facts));
  ag_page_html(page, "</td>");
  for_each_name(page, runs, count, run, name_cell);
  add_cell(page, ag_page_number(facts->diversity_last).text);
  add_cell(page, half);
  for (size_t s = 0; s < SETTINGS; s++)
    if (runs_differ(&settings[s], runs, count)) {
      char text[CELL] = "";
      settings[s].write(run, text);
      add_cell(page, text);
    }
  ag_page_html(page, "</tr>\n");
}

static void add_table(ag_buffer *page, const ag_page_run *run, size_t count)
{
  ag_page_html(page, "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\" "
                     "class=\"words\">run</th><th scope=\"col\" class=\"words\">outcome</th>");
  for_each_name(page, run, count, NULL, name_heading);
  add_heading(page, "effective number", "");
  add_heading(page, "generations to halve it", "");
  for (size_t s = 0; s < SETTINGS; s++)
    if (runs_differ(&settings[s], run, count))
      add_heading(page, settings[s].name, "");
  ag_page_html(page, "</tr></thead>\n<tbody>\n");
  for (size_t r = 0; r < count; r++)
    add_row(page, run, count, &run[r]);
  ag_page_html(page, "</tbody></table></div>\n");
}

/* --- what sets the game files apart --- */

/* Whether text has a line that is line[0..length). */
static bool has_line(const char *text, const char *line, size_t length)
{
  while (*text) {
    size_t this_length = strcspn(text, "\n");
    if (this_length == length && memcmp(text, line, length) == 0)
      return true;
    text += this_length + (text[this_length] == '\n');
  }
  return false;
}

/* The lines of a run's game that another run's lacks; returns their number. */
static size_t add_own_lines(ag_buffer *page, const ag_page_run *runs, size_t count, size_t which)
{
  const char *text = ag_page_game_text(&runs[which]);
  size_t found = 0;
  for (size_t length; *text; text += length + (text[length] == '\n')) {
    bool shared = true;
    length = strcspn(text, "\n");
    for (size_t r = 0; shared && r < count; r++)
      shared = has_line(ag_page_game_text(&runs[r]), text, length);
    if (shared)
      continue;
    ag_page_say(page, "%.*s\n", (int)length, text);
    found++;
  }
  return found;
}

static void add_differences(ag_buffer *page, const ag_page_run *run, size_t count)
{
  enum { LINES_MOST = 40 }; /* games that share nothing are below, one by one */
  ag_buffer part = {0};
  size_t lines = 0;
  for (size_t r = 0; r < count; r++) {
    ag_buffer own = {0};
    size_t found = add_own_lines(&own, run, count, r);
    if (found > 0) {
      ag_page_put(&part, "<p class=\"kind\">%s</p>\n<pre>", run[r].label);
      ag_page_html(&part, own.text ? own.text : "");
      ag_page_html(&part, "</pre>\n");
    }
    lines += found;
    part.failed |= own.failed;
    free(own.text);
  }
  if (lines > 0 && lines <= LINES_MOST) {
    ag_page_html(page, "<h3>Where the game files differ</h3>\n");
    ag_page_html(page, part.text ? part.text : "");
  }
  page->failed |= part.failed;
  free(part.text);
}

/* --- the figures --- */

ag_status ag_page_compare(ag_buffer *page, const ag_page_run *run, size_t count, ag_error *error)
{
  ag_panel_set panels = {0};
  ag_run_view *view = calloc(count, sizeof *view);
  if (!view)
    return ag_fail_memory(error);
  for (size_t r = 0; r < count; r++)
    view[r] = (ag_run_view){run[r].game, run[r].result, run[r].label, NULL};
  ag_page_html(page, "<section>\n<h2>The runs side by side</h2>\n");
  add_table(page, run, count);
  add_differences(page, run, count);
  ag_status status = ag_panels_add_several(view, count, &panels, error);
  if (status == AG_OK)
    status = ag_page_figures(page, &panels, "all", error);
  if (count > AG_LINE_STYLES && panels.count > 0) {
    ag_page_html(page, "<p class=\"kind\">");
    ag_page_say(page, "The figures show the first %d runs.", (int)AG_LINE_STYLES);
    ag_page_html(page, "</p>\n");
  }
  ag_page_html(page, "</section>\n");
  ag_panels_free(&panels);
  free(view);
  return status;
}

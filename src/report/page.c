/* A report: one HTML page about one or several runs. */
#include "report/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/catalogue.h>
#include <aligngame/files.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/figure_run.h"

/* The page holds all that it shows: a browser is to load nothing, and to run nothing. Figures set
 * their styles in place, so styles are the one thing that is let. */
static const char policy[] =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n";
/* By this a report is known again, and only a report is replaced. */
static const char mark[] = "<meta name=\"generator\" content=\"aligngame report\">";

/* --- figures --- */

static ag_status add_figure(ag_buffer *page, const ag_panel *panel, const char *caption,
                            const char *prefix, ag_error *error)
{
  ag_buffer svg = {0};
  ag_figure figure = {.title = NULL,
                      .width = 310,
                      .height = panel->equal ? 268 : 214,
                      .panel_count = 1,
                      .panel = panel};
  ag_status status = ag_figure_render(&figure, "the report.svg", 0, &svg, error);
  if (status == AG_OK && svg.failed)
    status = ag_fail_memory(error);
  if (status == AG_OK) {
    ag_page_html(page, "<figure>");
    ag_page_svg(page, svg.text, prefix);
    ag_page_put(page, "<figcaption>%s</figcaption></figure>\n", caption);
  }
  free(svg.text);
  return status;
}

/* Says that the figures end before the game does. */
static void say_drawn(ag_buffer *page, const ag_panel_set *panels)
{
  ag_page_put(
      page,
      "<p>Drawn are the first %s of %s generations: later ones look like the last of them.</p>\n",
      ag_text_count(panels->drawn).text, ag_text_count(panels->played).text);
}

ag_status ag_page_figures(ag_buffer *page, const ag_panel_set *panels, const char *prefix,
                          ag_error *error)
{
  ag_status status = AG_OK;
  if (panels->count > 0 && panels->drawn < panels->played)
    say_drawn(page, panels);
  ag_page_html(page, panels->count > 0 ? "<div class=\"figures\">\n" : "");
  for (size_t i = 0; status == AG_OK && i < panels->count; i++) {
    char own[64];
    if (i > 0 && panels->panel[i].equal && !panels->panel[i - 1].equal)
      ag_page_html(page, "</div>\n<div class=\"figures\">\n"); /* planes stand side by side */
    snprintf(own, sizeof own, "%s-%zu-", prefix, i + 1);
    status = add_figure(page, &panels->panel[i], panels->caption[i], own, error);
  }
  ag_page_html(page, panels->count > 0 ? "</div>\n" : "");
  return status;
}

/* --- a run --- */

static ag_status add_run_figures(ag_buffer *page, const ag_page_run *run, ag_error *error)
{
  ag_panel_set panels = {0};
  ag_run_view view = {run->game, run->result, run->label, NULL};
  char prefix[32];
  snprintf(prefix, sizeof prefix, "run%zu", run->number);
  ag_status status = ag_panels_add_run(&view, &panels, error);
  ag_page_html(page, panels.count > 0 ? "<h3>How it went</h3>\n" : "");
  if (status == AG_OK)
    status = ag_page_figures(page, &panels, prefix, error);
  ag_panels_free(&panels);
  return status;
}

static ag_status add_run(ag_buffer *page, const ag_page_run *run, bool only, ag_error *error)
{
  ag_buffer_print(page, "<section class=\"run%s\" id=\"run-%zu\">\n", only ? " only" : "",
                  run->number);
  if (!only)
    ag_page_put(page, "<h2>%s</h2>\n", run->label);
  ag_page_originals(page, run);
  ag_page_tiles(page, run);
  ag_status status = ag_page_story(page, run, error);
  if (status == AG_OK)
    status = add_run_figures(page, run, error);
  if (status == AG_OK)
    status = ag_page_tables(page, run, error);
  ag_page_provenance(page, run);
  ag_page_html(page, "</section>\n");
  return status;
}

/* --- the page --- */

void ag_page_begin(ag_buffer *page, const char *title)
{
  ag_page_html(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
  ag_page_html(page, policy);
  ag_page_html(page, mark);
  ag_page_put(page,
              "\n<meta name=\"viewport\" content=\"width=device-width, "
              "initial-scale=1\">\n<title>%s</title>\n<style>\n",
              title);
  ag_page_html(page, ag_page_style);
  ag_page_html(page, "</style>\n</head>\n<body>\n");
}

/* The heading, and in a sentence what the page is about. */
static void add_header(ag_buffer *page, const ag_page_run *run, size_t count, const char *title)
{
  ag_page_put(
      page,
      "<header>\n<p class=\"kind\">Recursive curation: what survives when every generation learns "
      "from what its curators kept of the last one</p>\n<h1>%s</h1>\n<p class=\"lede\">",
      title);
  if (count == 1) {
    ag_page_lede(page, run);
  } else {
    ag_page_say(page, "%s runs: what sets them apart, and what came of each.",
                ag_text_count(count).text);
  }
  ag_page_html(page, "</p>\n</header>\n");
}

void ag_page_end(ag_buffer *page)
{
  ag_page_put(page,
              "<footer><p>Made by aligngame %s. The model of the game is that of Falahati, Amiri, "
              "Larson and Golab, The Alignment Game, AAAI 2026 (arXiv 2511.12804). Everything is "
              "in this one file; it loads nothing.</p></footer>\n</body>\n</html>\n",
              ag_version());
}

ag_status ag_page_render(const ag_page_run *run, size_t count, const char *title, ag_buffer *page,
                         ag_error *error)
{
  ag_status status = AG_OK;
  if (!title)
    title = count == 1 ? ag_game_name(run->game) : "Runs side by side";
  ag_page_begin(page, title);
  add_header(page, run, count, title);
  ag_page_html(page, "<main>\n");
  if (count > 1)
    status = ag_page_compare(page, run, count, error);
  for (size_t r = 0; status == AG_OK && r < count; r++)
    status = add_run(page, &run[r], count == 1, error);
  ag_page_html(page, "</main>\n");
  ag_page_end(page);
  return status == AG_OK && page->failed ? ag_fail_memory(error) : status;
}

/* --- reading the runs --- */

static void close_run(ag_page_run *run)
{
  for (size_t i = 0; i < AG_PAGE_NOTES; i++)
    free(run->note[i]);
  ag_run_inputs_free(run->input, run->input_count);
  ag_run_legs_free(run->leg, run->leg_count);
  free(run->text);
  ag_facts_free(run->facts);
  ag_result_free(run->result);
  ag_game_free(run->game);
}

static ag_status open_run(const char *directory, size_t number, ag_page_run *run, ag_error *error)
{
  run->number = number;
  run->directory = directory;
  ag_status status = ag_run_read(directory, &run->game, &run->result, error);
  for (size_t i = 0; status == AG_OK && i < AG_PAGE_NOTES; i++)
    status = ag_run_note(directory, ag_page_note_key[i], &run->note[i], error);
  if (status == AG_OK)
    status = ag_run_note(directory, "description", &run->text, error);
  if (status == AG_OK && run->text)
    status = ag_page_hide_paths(&run->text, error);
  if (status == AG_OK)
    status = ag_run_inputs(directory, &run->input, &run->input_count, error);
  if (status == AG_OK)
    status = ag_run_legs(directory, &run->leg, &run->leg_count, error);
  if (status == AG_OK)
    status = ag_facts_find(run->game, run->result, &run->facts, error);
  return status;
}

static bool name_is_taken(const ag_page_run *run, size_t count, size_t which)
{
  for (size_t r = 0; r < count; r++)
    if (r != which && strcmp(ag_game_name(run[r].game), ag_game_name(run[which].game)) == 0)
      return true;
  return false;
}

/* Games of one name are told apart by their directories. */
static void name_runs(ag_page_run *run, size_t count)
{
  for (size_t r = 0; r < count; r++) {
    const char *name = ag_game_name(run[r].game);
    if (name_is_taken(run, count, r))
      snprintf(run[r].label, AG_PAGE_LABEL, "%.40s (%s)", name,
               ag_page_file_name(run[r].directory));
    else
      snprintf(run[r].label, AG_PAGE_LABEL, "%s", name);
    ag_utf8_end(run[r].label);
  }
}

ag_status ag_report_write(const char *const *directories, size_t count, const char *path,
                          const char *title, ag_error *error)
{
  ag_buffer page = {0};
  if (count == 0)
    return ag_fail(error, AG_ERROR_INPUT, "a report needs at least one run");
  ag_page_run *run = calloc(count, sizeof *run);
  if (!run)
    return ag_fail_memory(error);
  const ag_results page_alone = {mark, (const char *const[]){path, NULL}};
  ag_status status = ag_results_begin(&page_alone, NULL, error);
  for (size_t r = 0; status == AG_OK && r < count; r++)
    status = open_run(directories[r], r + 1, &run[r], error);
  if (status == AG_OK) {
    name_runs(run, count);
    status = ag_page_render(run, count, title, &page, error);
  }
  if (status == AG_OK)
    status = ag_buffer_save(&page, path, error);
  for (size_t r = 0; r < count; r++)
    close_run(&run[r]);
  free(run);
  free(page.text);
  return status;
}

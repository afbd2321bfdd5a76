#include "progress.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "program.h"
#include "render.h"

static const double redraw_interval = 0.1; /* seconds */

/* The items that a generation goes over. */
static size_t progress_items(const ag_game *game)
{
  return ag_game_is_sampled(game) ? ag_game_sampling(game).generate : ag_game_item_count(game);
}

progress_line progress_begin(const ag_game *game, bool quiet)
{
  return (progress_line){.name = ag_game_name(game),
                         .items = progress_items(game),
                         .texts = ag_game_is_text(game),
                         .first = SIZE_MAX,
                         .drawn = -1,
                         .on = !quiet && isatty(STDERR_FILENO)};
}

/* The terminal's columns, asked anew each time: its window may be resized. */
static size_t line_columns(void)
{
  enum { USUAL = 80 };
  struct winsize size;
  bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : USUAL;
}

/* Prints a part of the line if it fits: a line that wraps cannot be redrawn.
 * Frees text. */
static void draw_part(size_t *room, char *text)
{
  size_t width = render_width(text);
  if (width < *room) {
    fputs(text, stderr);
    *room -= width;
  }
  free(text);
}

static void draw(const progress_line *progress, const ag_progress *report)
{
  enum { NAME = 12, BAR = 12, HEAD = NAME + BAR + 3 };
  double played = (double)(report->generation - progress->first) * (double)progress->items;
  size_t room = line_columns();
  fputc('\r', stderr);
  if (room > 2 * HEAD) {
    render_cell(stderr, progress->name, NAME, false);
    fputs(" ▕", stderr);
    render_bar(stderr, (double)report->generation / (double)report->generations, BAR, true);
    fputs("▏", stderr);
    room -= HEAD;
  }
  if (report->replicates > 1) {
    size_t each = report->generations / report->replicates;
    draw_part(&room, program_format(" %zu/%zu replicates", each ? report->generation / each : 0,
                                    report->replicates));
  } else {
    draw_part(&room, program_format(" %zu/%zu", report->generation, report->generations));
  }
  if (!isnan(report->left))
    draw_part(&room, program_format("  %s left", render_seconds(report->left).text));
  if (!isnan(report->effective_number))
    draw_part(&room, program_format("  N_eff %s", render_number(report->effective_number).text));
  if (report->phase && report->phase_total > 0)
    draw_part(&room, program_format("  %s %.0f %%", report->phase,
                                    100 * report->phase_done / report->phase_total));
  if (report->phase && report->rate > 0)
    draw_part(&room, program_format("  %.0f %s/s", report->rate, report->unit));
  if (played > 0 && !progress->texts)
    draw_part(&room, program_format("  %.3gM item·gen/s", played / report->elapsed / 1e6));
  fputs("\033[K", stderr);
  fflush(stderr);
}

void progress_report(void *context, const ag_progress *report)
{
  progress_line *progress = context;
  if (progress->first == SIZE_MAX)
    progress->first = report->generation;
  bool begun = report->generation > progress->first || report->phase;
  if (!progress->on || !begun || report->elapsed <= 0)
    return;
  if (progress->drawn >= 0 && report->elapsed - progress->drawn < redraw_interval)
    return;
  progress->drawn = report->elapsed;
  draw(progress, report);
}

void progress_end(progress_line *progress)
{
  if (progress->on && progress->drawn >= 0)
    fputs("\r\033[K", stderr);
}

void progress_bar(const char *name, const char *unit, size_t done, size_t of)
{
  enum { BAR = 24 };
  fputc('\r', stderr);
  render_format(stderr, "%s ▕", name);
  render_bar(stderr, (double)done / (double)of, BAR, true);
  fprintf(stderr, "▏ %zu/%zu %s\033[K", done, of, unit);
  fflush(stderr);
}

#include "progress.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "render.h"

static const double redraw_interval = 0.1; /* seconds */

progress_line progress_begin(const ag_game *game, bool quiet)
{
  return (progress_line){.name = ag_game_name(game),
                         .items = ag_game_item_count(game),
                         .first = SIZE_MAX,
                         .drawn = -1,
                         .on = !quiet && isatty(STDERR_FILENO)};
}

static void draw(const progress_line *progress, const ag_progress *report)
{
  enum { NAME = 12, BAR = 12 };
  double played = (double)(report->generation - progress->first) * (double)progress->items;
  fputc('\r', stderr);
  render_cell(stderr, progress->name, NAME, false);
  fputs(" ▕", stderr);
  render_bar(stderr, (double)report->generation / (double)report->generations, BAR, true);
  fprintf(stderr, "▏ %zu/%zu  %.3gM item·gen/s", report->generation, report->generations,
          played / report->elapsed / 1e6);
  if (!isnan(report->left))
    fprintf(stderr, "  %s left", render_seconds(report->left).text);
  if (!isnan(report->effective_number))
    fprintf(stderr, "  N_eff %s", render_number(report->effective_number).text);
  fputs("\033[K", stderr);
  fflush(stderr);
}

void progress_report(void *context, const ag_progress *report)
{
  progress_line *progress = context;
  if (progress->first == SIZE_MAX)
    progress->first = report->generation;
  if (!progress->on || report->generation == progress->first || report->elapsed <= 0)
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

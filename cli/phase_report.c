#include "phase_report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "render.h"

enum { MAP_COLUMNS = 60, MAP_ROWS = 30, WINNERS = AG_PHASE_WINNERS };

static const char *const meanings[WINNERS] = {
    [AG_PHASE_SHARED] = "an optimum of both",
    [AG_PHASE_COMPROMISE] = "a compromise, nobody's optimum",
    [AG_PHASE_UNSETTLED] = "not settled within the generations",
    [AG_PHASE_DIVERSE] = "several kept side by side",
    [AG_PHASE_REFUSED] = "refused",
};

/* How many characters an axis takes, and the point that a character shows. */
static size_t shown(size_t count, size_t most)
{
  return count < most ? count : most;
}

static size_t point_at(size_t place, size_t places, size_t count)
{
  return places > 1 ? (place * (count - 1) + (places - 1) / 2) / (places - 1) : 0;
}

/* Small where there is lock-in. */
static char letter_at(const ag_phase *phase, size_t x, size_t y)
{
  size_t at = y * phase->axis[0].count + x;
  char letter = ag_phase_letter(phase, (ag_phase_winner)phase->winner[at]);
  return phase->sink_count[at] > 1 ? (char)tolower(letter) : letter;
}

static void print_value(FILE *out, const ag_phase *phase, size_t row, size_t rows, size_t width)
{
  bool labelled = row == 0 || row + 1 == rows || row == rows / 2;
  size_t y = point_at(rows - 1 - row, rows, phase->axis[1].count);
  fputs("  ", out);
  render_cell(out, labelled ? render_number(phase->value[1][y]).text : "", width, true);
  fputs(labelled ? " ┤" : " │", out);
}

static void print_rows(FILE *out, const ag_phase *phase, size_t width)
{
  size_t columns = shown(phase->axis[0].count, MAP_COLUMNS);
  size_t rows = shown(phase->axis[1].count, MAP_ROWS);
  for (size_t row = 0; row < rows; row++) {
    print_value(out, phase, row, rows, width);
    for (size_t column = 0; column < columns; column++)
      fputc(letter_at(phase, point_at(column, columns, phase->axis[0].count),
                      point_at(rows - 1 - row, rows, phase->axis[1].count)),
            out);
    fputc('\n', out);
  }
}

/* The rule below the map with the first, middle and last value. */
static void print_scale(FILE *out, const ag_phase *phase, size_t width)
{
  size_t columns = shown(phase->axis[0].count, MAP_COLUMNS);
  fprintf(out, "  %*s └", (int)width, "");
  for (size_t i = 0; i < columns; i++)
    fputs(i == 0 || i == columns / 2 || i + 1 == columns ? "┴" : "─", out);
  fprintf(out, "\n  %*s  ", (int)width, "");
  size_t used = 0;
  const size_t place[] = {0, columns / 2, columns - 1};
  for (size_t i = 0; i < sizeof place / sizeof *place; i++) {
    size_t x = point_at(place[i], columns, phase->axis[0].count);
    render_text number = render_number(phase->value[0][x]);
    if (place[i] < used + (i > 0) || (i == 1 && columns < 16))
      continue;
    fprintf(out, "%*s%s", (int)(place[i] - used), "", number.text);
    used = place[i] + render_width(number.text);
  }
  fputc('\n', out);
}

static void print_legend(FILE *out, const ag_phase *phase)
{
  size_t points = phase->axis[0].count * phase->axis[1].count, locked = 0;
  size_t count[WINNERS] = {0};
  for (size_t i = 0; i < points; i++) {
    count[phase->winner[i]]++;
    locked += phase->sink_count[i] > 1;
  }
  for (size_t w = 0; w < WINNERS; w++) {
    if (count[w] == 0)
      continue;
    char *meaning = w <= AG_PHASE_PUBLIC ? program_format("an optimum of %s", phase->curator[w])
                                         : program_format("%s", meanings[w]);
    fprintf(out, "  %c  ", ag_phase_letter(phase, (ag_phase_winner)w));
    render_cell(out, meaning, 36, false);
    fprintf(out, " %s\n", render_share((double)count[w] / (double)points).text);
    free(meaning);
  }
  if (locked > 0)
    fprintf(out, "  small letters: lock-in, the start decides   %s\n",
            render_share((double)locked / (double)points).text);
}

/* Which point was refused, and why. */
static void print_refusal(FILE *out, const ag_phase *phase)
{
  size_t columns = phase->axis[0].count, at = phase->refused_at;
  const char *reason = strstr(phase->refusal, "error: ") + strlen("error: ");
  render_say(out, 0, 2, "%s of %s points %s refused, the first at %s = %s, %s = %s: %.*s",
             render_count(phase->refused).text, render_count(columns * phase->axis[1].count).text,
             phase->refused == 1 ? "was" : "were", phase->axis[0].path,
             render_number(phase->value[0][at % columns]).text, phase->axis[1].path,
             render_number(phase->value[1][at / columns]).text, (int)strcspn(reason, "\n"), reason);
}

void report_phase(FILE *out, const ag_phase *phase)
{
  size_t width = 0;
  for (size_t y = 0; y < phase->axis[1].count; y++) {
    size_t number = render_width(render_number(phase->value[1][y]).text);
    width = number > width ? number : width;
  }
  fprintf(out, "%sWhere the game ends%s, %zu × %zu games\n\n", render_bold(), render_plain(),
          phase->axis[0].count, phase->axis[1].count);
  render_format(out, "  ↑ %s%s\n", phase->axis[1].path, phase->axis[1].logarithmic ? " (log)" : "");
  print_rows(out, phase, width);
  print_scale(out, phase, width);
  char *name =
      program_format("%s%s →", phase->axis[0].path, phase->axis[0].logarithmic ? " (log)" : "");
  render_format(out, "  %*s  %s\n\n", (int)width, "", name);
  free(name);
  print_legend(out, phase);
  if (phase->refused > 0)
    print_refusal(out, phase);
  fputc('\n', out);
}

/* The summary of a run on one screen. */
#include "outcome.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "render.h"
#include "sheet.h"

enum { HEADING = 2 }; /* lines */

/* ---- the parts ---- */

static void print_why(FILE *out, const outcome_view *outcome)
{
  if (outcome->facts->prediction->theory.kind == AG_THEORY_NONE)
    outcome_print_why(out, outcome); /* otherwise the ends say enough */
}

/* "owner 45.0 % → 97.8 %": of those for whom it is measured. */
static void print_satisfaction(FILE *out, const outcome_view *outcome)
{
  const ag_facts *facts = outcome->facts;
  char *line = program_format("%s", "");
  for (size_t c = 0; c < facts->curator_count; c++) {
    const ag_curator_facts *curator = &facts->curator[c];
    if (!isnan(curator->first) && !isnan(curator->last))
      program_append(&line, "%s%s %s → %s", *line ? ", " : "", curator->name,
                     render_share(curator->first).text, render_share(curator->last).text);
  }
  if (*line)
    outcome_print_line(out, "Satisfied", line);
  else
    free(line);
}

static void print_change(FILE *out, const outcome_view *outcome)
{
  outcome_print_diversity(out, outcome->result);
  outcome_print_survival(out, outcome);
}

static void print_sizes(FILE *out, const outcome_view *outcome)
{
  if (ag_game_is_sampled(outcome->game))
    outcome_print_sizes(out, outcome->game);
}

static void print_met(FILE *out, const outcome_view *outcome)
{
  const ag_fit_counts *fits = &outcome->result->fits;
  if (fits->not_converged + fits->reduced + fits->regularised + fits->learnt_cut +
          fits->written_cut + fits->held_out_unknown >
      0)
    outcome_print_fits(out, outcome);
}

void outcome_sheet_played(sheet *to, const ag_game *game)
{
  static const struct {
    void (*print)(FILE *out, const ag_game *game);
    size_t most;
  } parts[] = {{outcome_print_title, 2},
               {outcome_print_left_out, 2},
               {outcome_print_corpus, 2},
               {outcome_print_players, 3}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    parts[i].print(sheet_begin(to), game);
    sheet_end(to, parts[i].most);
  }
}

/* kept: lines of what comes last. */
static void print_outcome(sheet *to, const outcome_view *outcome, size_t kept)
{
  static const struct {
    void (*print)(FILE *out, const outcome_view *outcome);
    size_t most;
  } parts[] = {{print_sizes, 2},        {outcome_print_regime, 1}, {print_why, 2},
               {outcome_print_ends, 3}, {outcome_print_ending, 6}, {outcome_print_headline, 1},
               {print_met, 4},          {print_satisfaction, 1},   {print_change, 3}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    size_t room = sheet_room(to, kept);
    parts[i].print(sheet_begin(to), outcome);
    sheet_end(to, parts[i].most < room ? parts[i].most : room);
  }
}

/* What there is room for: items and texts before metrics. */
static int print_rest(sheet *to, const outcome_view *outcome, size_t room)
{
  enum { MASSIVE_MOST = 10, MASSIVE_BESIDE = 3, TEXTS = 2, ROWS_LEAST = 2 };
  const ag_result *result = outcome->result;
  size_t before = to->used;
  int status = STATUS_DONE;
  if (result->outcome_count > 0 && room > HEADING) {
    size_t most = result->replicates > 0 ? MASSIVE_BESIDE : MASSIVE_MOST;
    FILE *out = sheet_begin(to);
    fprintf(out, "\n%sMost massive at the end%s\n", render_bold(), render_plain());
    outcome_print_survivors(out, outcome, room - HEADING < most ? room - HEADING : most);
    sheet_end(to, room);
  } else if (result->texts && room > HEADING) {
    outcome_print_last_texts(sheet_begin(to), result, TEXTS);
    sheet_end(to, room);
  }
  room -= to->used - before;
  if (result->replicates > 0 && room >= HEADING + 1 + ROWS_LEAST) {
    status = outcome_print_spreads(sheet_begin(to), outcome, room - HEADING - 1);
    sheet_end(to, room);
  }
  return status;
}

int outcome_print_short(FILE *out, const outcome_view *outcome, const char *directory)
{
  enum { FILES_MOST = 2, LAST = 2 }; /* LAST: an empty line, and the time */
  sheet to = {.out = out};
  outcome_sheet_played(&to, outcome->game);
  size_t kept = LAST + (directory ? FILES_MOST : 0);
  print_outcome(&to, outcome, kept);
  int status = print_rest(&to, outcome, sheet_room(&to, kept));
  fputc('\n', out);
  outcome_print_files(sheet_begin(&to), directory);
  sheet_end(&to, FILES_MOST);
  fprintf(out, "Time        %s; --verbose says more\n",
          render_seconds(outcome->result->seconds).text);
  return status;
}

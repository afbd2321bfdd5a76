/* aligngame paper claims: the theorems over an ensemble of random games. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <aligngame/json.h>

#include "paper.h"
#include "program.h"
#include "render.h"

static void show_progress(void *context, size_t done, size_t of)
{
  const time_t *start = context;
  if (done % 64 && done < of)
    return;
  double left = difftime(time(NULL), *start) * (double)(of - done) / (double)done;
  fprintf(stderr, "\r\033[K%zu of %zu games, about %.0f s left", done, of, left);
  if (done == of)
    fputs("\r\033[K", stderr);
}

static void add_counts(render_table *table, const ag_ensemble_row *row)
{
  size_t undecided = 0;
  for (int regime = 0; regime < 3; regime++) {
    const size_t *count = row->count[regime];
    size_t judged = count[AG_VERDICT_HOLDS] + count[AG_VERDICT_FAILS];
    undecided += count[AG_VERDICT_UNDECIDED];
    if (judged || count[AG_VERDICT_UNDECIDED])
      render_table_format(table, "%zu of %zu", count[AG_VERDICT_HOLDS], judged);
    else
      render_table_add(table, "–");
  }
  render_table_format(table, "%zu", undecided);
}

static void print_table(const ag_ensemble *ensemble)
{
  static const char *const heading[] = {"claim", "perfect", "partial", "disjoint", "undecided"};
  render_table *table = render_table_create(5, heading);
  for (size_t r = 0; r < ensemble->row_count; r++) {
    render_table_add(table, ensemble->row[r].claim);
    add_counts(table, &ensemble->row[r]);
  }
  puts("In how many random games that a claim is about what it says of the game is so");
  render_table_end(table, stdout, 2);
}

static void print_numbers(const char *name, const double *value, size_t count)
{
  printf("%s (", name);
  for (size_t i = 0; i < count; i++)
    printf("%s%g", i ? ", " : "", value[i]);
  putchar(')');
}

static void print_witnesses(const ag_ensemble *ensemble)
{
  puts("\nThe smallest counterexamples found (rewards 0 to 3, equal masses, one pool for both)");
  for (size_t r = 0; r < ensemble->row_count; r++) {
    const ag_witness *witness = &ensemble->row[r].witness;
    if (!witness->found)
      continue;
    printf("  %-12s ", ensemble->row[r].claim);
    print_numbers("owner", witness->reward[0], witness->atoms);
    print_numbers(", public", witness->reward[1], witness->atoms);
    printf(", pool %s: ends on atom %zu", render_pool((long long)witness->pool).text, witness->end);
    if (witness->gain > 0)
      printf("; a lie gains %g", witness->gain);
    putchar('\n');
  }
}

/* Theorem 4 over the two gaps: ten shades, the Public's gap upwards. */
static void print_gaps(const ag_ensemble *ensemble)
{
  size_t side = ensemble->side;
  puts("\nTheorem 4 in random disjoint games, pools of 8: share of games in which it holds, in "
       "tenths");
  puts("  (9: always, 0: less than a tenth; across: the Owner's gap, up: the Public's, in "
       "temperatures)");
  for (size_t y = side; y-- > 0;) {
    printf("  %5.2f  ", ensemble->gap[y]);
    for (size_t x = 0; x < side; x++) {
      int tenth = (int)(10 * ensemble->share[y * side + x]);
      printf(" %d", tenth > 9 ? 9 : tenth);
    }
    putchar('\n');
  }
  printf("  Owner's gap from %.2f to %.2f\n", ensemble->gap[0], ensemble->gap[side - 1]);
}

static void print_sinks(const ag_ensemble *ensemble)
{
  printf("\nExact play against invasion analysis: %zu random games (3 to 40 atoms, 2 or 3 "
         "curators, pools 2 to 1000 and infinite)\n",
         ensemble->sink_games);
  printf("  ended at a predicted sink          %zu\n", ensemble->ended_at_sink);
  printf("  ended elsewhere (disagreements)    %zu\n", ensemble->elsewhere);
  printf("  not settled within the bound       %zu\n", ensemble->unsettled);
  printf("  with more than one sink (lock-in)  %zu\n", ensemble->lock_in);
  printf("  measured rates                     %zu, worst |log factor - log lambda_max| %.2g\n",
         ensemble->rates, ensemble->worst_rate_error);
}

static void print(const ag_ensemble *ensemble)
{
  print_table(ensemble);
  print_witnesses(ensemble);
  print_gaps(ensemble);
  print_sinks(ensemble);
}

static int save(const cli_arguments *arguments, const ag_ensemble *ensemble)
{
  ag_error error = {0};
  const char *directory = paper_directory(arguments);
  int status = paper_make_directory(arguments);
  if (status != STATUS_DONE || !directory)
    return status;
  if (ag_paper_claims_save(ensemble, directory, &error) != AG_OK)
    return program_fail(&error);
  if (paper_tells(arguments))
    render_format(stdout,
                  "\nFiles       %s/: claims.json, theorem-4.png, theorem-4.svg, theorem-4.pdf\n",
                  directory);
  return STATUS_DONE;
}

int paper_claims(const cli_arguments *arguments)
{
  ag_ensemble *ensemble = NULL;
  ag_error error = {0};
  const char *seed = cli_text(arguments, "seed");
  time_t start = time(NULL);
  size_t games = cli_count(arguments, "games", 0);
  ag_ensemble_options options = {.seed = seed ? strtoull(seed, NULL, 10) : 1,
                                 .games = games,
                                 .sink_games = games,
                                 .phase_games = ((games > 0 ? games : 1000) * 24 + 999) / 1000,
                                 .context = &start};
  if (!cli_given(arguments, "quiet") && isatty(STDERR_FILENO))
    options.progress = show_progress;
  if (ag_ensemble_play(&options, &ensemble, &error) != AG_OK)
    return program_fail(&error);
  if (cli_given(arguments, "json"))
    program_print_json(ag_ensemble_json(ensemble));
  else if (paper_tells(arguments))
    print(ensemble);
  int status = save(arguments, ensemble);
  ag_ensemble_free(ensemble);
  return status;
}

/* aligngame audit: every claim of the paper against the exact outcome. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/audit.h>
#include <aligngame/json.h>

#include "analysis_report.h"
#include "exact.h"
#include "options.h"
#include "outcome.h"
#include "program.h"
#include "render.h"

static const cli_option audit_options[] = {
    {"generations", 'g', CLI_COUNT, "N",
     "Play at most N generations before a claim is undecided "
     "(default: 20000)",
     false},
    {"searches", 0, CLI_COUNT, "N",
     "Try N random pairs of reports for each curator where nothing else decides (default: 200)",
     false},
    {"verbose", 'v', CLI_FLAG, NULL,
     "Every reason in full, with the numbers that it rests on; without it, one screen", false},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example audit_examples[] = {
    {"aligngame audit game.yaml", "Each claim with its verdict and the reason."},
    {"aligngame audit game.yaml -v", "With the numbers that a verdict rests on."},
    {"aligngame audit game.yaml --json", "The same as data."},
    {"aligngame audit game.yaml -s curators.owner.pool=64", "With another pool."},
    {NULL, NULL}};

static const char audit_description[] =
    "Holds Theorems 1 and 3 to 7 and Corollary 2 of the paper against the exact outcome of a game, "
    "and two statements of Ferbach et al. where they apply. A claim holds, fails, is not "
    "applicable (a hypothesis is missing, or the claim is not about this loop), or is undecided, "
    "and then it is said what would decide. Nothing is taken from the theorems: limits come from "
    "exact play of the game's own loop, sinks from invasion analysis, gains from a search over the "
    "reports of both curators.\n\n"
    "A verdict is about this game's rewards, start and loop. Theorems 5, 6 and 7 are statements "
    "about all profiles: one that fails here is refuted; one that holds here is not thereby "
    "proven.";

/* An item's label in the place of its number. */
static void print_evidence(const ag_game *game, const ag_evidence *evidence)
{
  if (evidence->item) {
    char *label = outcome_label(game, (size_t)evidence->value);
    render_format(stdout, "      %-36s %s\n", evidence->name, label);
    free(label);
  } else {
    render_format(stdout, "      %-36s %.10g\n", evidence->name, evidence->value + 0.0);
  }
}

/* How many claims from this one on are not applicable for the same reason. */
static size_t count_alike(const ag_audit *audit, size_t begin)
{
  const ag_claim *first = &audit->claim[begin];
  size_t count = 1;
  while (first->verdict == AG_VERDICT_NOT_APPLICABLE && begin + count < audit->claim_count &&
         !strcmp(audit->claim[begin + count].explanation, first->explanation))
    count++;
  return count;
}

static void print_claim(const ag_game *game, const ag_audit *audit, size_t begin, size_t count)
{
  const ag_claim *claim = &audit->claim[begin];
  bool applies = claim->verdict != AG_VERDICT_NOT_APPLICABLE;
  for (size_t c = 0; c < count; c++) {
    const char *name = audit->claim[begin + c].claim;
    printf("%s%-20s%s%s%s\n", render_bold(), name, applies ? "" : render_plain(),
           ag_verdict_name(claim->verdict), render_plain());
  }
  printf("    ");
  render_wrap(stdout, claim->explanation, 4, 4);
  for (size_t e = 0; applies && e < claim->evidence_count; e++)
    print_evidence(game, &claim->evidence[e]);
}

/* What the verdicts are about. */
static void print_profile(const ag_game *game)
{
  enum { STEPS_TOLD = 8 };
  ag_theory theory;
  char *loop = outcome_describe_steps(game, STEPS_TOLD);
  ag_theory_of(game, &theory);
  report_line(
      stdout, "Profile",
      "these rewards, from this start, under this loop: %s. Each verdict is about it alone; "
      "of a claim about all profiles it can be a counterexample, or consistent with it.",
      loop);
  report_line(stdout, "Theory", "%s", theory.why);
  free(loop);
}

static void print_all(const ag_game *game, const ag_audit *audit)
{
  outcome_print_game(stdout, game);
  print_profile(game);
  for (size_t c = 0, count; c < audit->claim_count; c += count) {
    count = count_alike(audit, c);
    putchar('\n');
    print_claim(game, audit, c, count);
  }
}

/* The verdicts with the beginning of their reasons; the numbers are left to --verbose. */
static void print_short(const ag_game *game, const ag_audit *audit)
{
  enum { COLUMN = 36, EACH = 2, WHY_MOST = 2 };
  sheet to = {.out = stdout};
  ag_theory theory;
  ag_theory_of(game, &theory);
  outcome_print_title(sheet_begin(&to), game);
  sheet_end(&to, 1);
  report_line(sheet_begin(&to), "Theory", "%s", theory.why);
  sheet_end(&to, WHY_MOST);
  for (size_t c = 0, count; c < audit->claim_count; c += count) {
    count = count_alike(audit, c);
    for (size_t i = 0; i < count; i++) {
      const ag_claim *claim = &audit->claim[c + i];
      bool last = i + 1 == count, applies = claim->verdict != AG_VERDICT_NOT_APPLICABLE;
      FILE *out = sheet_begin(&to);
      fprintf(out, "%s%-20s%s%s%s", render_bold(), claim->claim, applies ? "" : render_plain(),
              ag_verdict_name(claim->verdict), render_plain());
      size_t used = 20 + strlen(ag_verdict_name(claim->verdict));
      render_wrap(out, last ? claim->explanation : "", last ? used : COLUMN, COLUMN);
      sheet_end(&to, EACH);
    }
  }
  puts("Verdicts are about these rewards, start and loop; --verbose has the evidence.");
}

static int print_audit(const cli_arguments *arguments, const ag_game *game, const ag_audit *audit)
{
  if (cli_given(arguments, "json"))
    program_print_json(ag_audit_json(game, audit));
  else if (!cli_given(arguments, "quiet"))
    (cli_given(arguments, "verbose") ? print_all : print_short)(game, audit);
  return program_save_json(ag_audit_json(game, audit), cli_text(arguments, "output"), "audit.json");
}

static int audit_command(cli_arguments *arguments)
{
  ag_game *game = NULL;
  ag_audit *audit = NULL;
  ag_error error;
  int status = exact_load(arguments, &game, NULL);
  if (status != STATUS_DONE)
    return status;
  ag_audit_options options = {.seed = ag_game_seed(game),
                              .generations = cli_count(arguments, "generations", 0),
                              .searches = cli_count(arguments, "searches", 0)};
  status = ag_audit_game(game, &options, &audit, &error) ? program_fail(&error)
                                                         : print_audit(arguments, game, audit);
  ag_audit_free(audit);
  ag_game_free(game);
  return status;
}

const cli_command command_audit = {
    .name = "audit",
    .summary = "every claim of the paper against the exact outcome",
    .description = audit_description,
    .arguments = cli_game_argument,
    .options = audit_options,
    .examples = audit_examples,
    .run = audit_command,
    .results = {"\"aligngame/audit/", (const char *const[]){"audit.json", NULL}},
};

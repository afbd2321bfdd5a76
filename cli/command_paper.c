/* aligngame paper: the paper's experiments and claims. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "paper.h"
#include "program.h"
#include "render.h"

static const char *part_word(size_t index)
{
  static const char *const parts[] = {"synthetic", "claims", "text", NULL};
  return parts[index];
}

static const cli_argument paper_arguments[] = {
    {"PART", CLI_WORD, false, "Which experiments (default: all of them)", part_word},
    {NULL, CLI_FLAG, false, NULL, NULL}};

static const cli_option paper_choices[] = {
    {"cells", 0, CLI_COUNT, "N", "Play the exact games on a grid of N x N cells (default: 400)",
     false},
    {"seeds", 0, CLI_COUNT, "N",
     "Play each game with samples from N seeds (default: 100; texts: 10, of a transformer 1)",
     false},
    {"generations", 'g', CLI_COUNT, "N", "Play N generations (default: 100; texts: 20)", false},
    {"games", 0, CLI_COUNT, "N", "Claims: play N random games for each regime (default: 1000)",
     false},
    {"scale", 0, CLI_TEXT, "SCALE",
     "Texts: the model, `ngram` (default) or `small`, a small GPT-2 that begins untrained", false},
    {"model", 0, CLI_DIRECTORY, "DIR",
     "Texts: fine-tune the GPT-2 in this folder (config.json, model.safetensors, vocab.json, "
     "merges.txt)",
     false},
    {"corpus", 0, CLI_FILE, "FILE",
     "Texts: begin with the sentences of a file, plain text or WikiText (default: a grammar's)",
     false},
    {"variant", 0, CLI_TEXT, "NAME",
     "Texts: the ranges of the paper's `text`, of its figure's `panels` or `caption` (default: "
     "all; of a transformer the panels')",
     false},
    {"scenario", 0, CLI_TEXT, "NAME",
     "Texts: `perfect`, `partial` or `disjoint` alone (default: all)", false},
    {"resume", 0, CLI_FLAG, NULL,
     "Go on where an interrupted or killed `paper` with the same words stood", false},
    {"no-save", 0, CLI_FLAG, NULL, "Write no files: results are printed and nothing else", false},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example paper_examples[] = {
    {"aligngame paper",
     "The circle games, the claims, and the games on texts; files go to paper-output."},
    {"aligngame paper claims --games 200", "The theorems over fewer random games."},
    {"aligngame paper synthetic --cells 100 --seeds 10 -o small",
     "On a coarser grid, from fewer seeds, elsewhere."},
    {"aligngame paper text --corpus wiki.txt --variant panels",
     "The games on texts, beginning with the sentences of a file."},
    {"aligngame paper text --model gpt2 --scenario partial -g 2",
     "Two iterations with the weights in a folder."},
    {NULL, NULL}};

static const char paper_description[] =
    "Plays the synthetic experiments of the paper (two curators whose favourite discs coincide, "
    "overlap, or lie apart) exactly on a grid, and prints for each game the limit that the paper's "
    "theorem predicts beside the outcome.\n\n"
    "The same experiments are played with the paper's samples (datasets that grow, a Gaussian "
    "mixture fitted to what the Owner keeps) under all four selection rules, from many seeds: "
    "every value of the paper's Figures 1 and 2 stands beside ours, the rule that fits them best "
    "is named, and what differs is tried with one thing changed at a time. At last the disjoint "
    "game is played with other sizes and orders: is it moving first that wins, or selecting "
    "harder? Overrides (-s) are for both, but those of the space for the exact games "
    "alone.\n\n"
    "Then (`claims`) the theorems are held against the exact outcome of random games with perfect, "
    "partial and disjoint preferences: how often each holds, the smallest counterexample found, "
    "Theorem 4 over the two gaps, and exact play against the predicted sinks and rates.\n\n"
    "At last (`text`) the paper's experiment on texts: both curators want a number of words, a "
    "language model is trained on what the Owner keeps, and the Public keeps some of what it "
    "writes. The paper gives the ranges in three places, which differ; all are played, and the "
    "values of its Figure 3 stand beside ours and beside the exact game on numbers of words. "
    "Where ours end elsewhere, one thing is changed at a time.\n\n"
    "Each game gets its own run directory below --output (default: paper-output); one that exists "
    "is never touched, the next free name such as circles-perfect-2 is taken. The games with "
    "samples leave their numbers (synthetic.json, synthetic.csv, text-ngram.json, …) and figures "
    "there. While they are played each has a run directory in `unfinished-synthetic` or "
    "`unfinished-text` there: after Ctrl-C or a kill, the same command with --resume plays only "
    "what is missing. The claims are tried anew.";

bool paper_tells(const cli_arguments *arguments)
{
  return !cli_given(arguments, "json") && !cli_given(arguments, "quiet");
}

const char *paper_directory(const cli_arguments *arguments)
{
  const char *output = cli_text(arguments, "output");
  if (cli_given(arguments, "no-save"))
    return NULL;
  return output ? output : "paper-output";
}

int paper_make_directory(const cli_arguments *arguments)
{
  const char *directory = paper_directory(arguments);
  if (!directory || program_make_directories(directory))
    return STATUS_DONE;
  return program_fail_system("cannot make the directory", directory);
}

ag_paper_options paper_options(const cli_arguments *arguments)
{
  return (ag_paper_options){.cells = cli_count(arguments, "cells", 0),
                            .seeds = cli_count(arguments, "seeds", 0),
                            .generations = cli_count(arguments, "generations", 0),
                            .override = arguments->override,
                            .override_count = arguments->override_count,
                            .interrupt = program_interrupt()};
}

char *paper_make_kept(const cli_arguments *arguments, const char *part)
{
  const char *directory = paper_directory(arguments);
  char *kept = directory ? program_format("%s/unfinished-%s", directory, part) : NULL;
  if (kept && !program_make_directories(kept))
    program_leave(program_fail_system("cannot make the directory", kept));
  return kept;
}

/* Whether a run directory of ag_paper_options.kept has this name: sixteen digits are its end. */
static bool is_kept_run(const char *name)
{
  enum { DIGITS = 16 };
  size_t length = strlen(name);
  return length > DIGITS + 1 && name[length - DIGITS - 1] == '-' &&
         strspn(name + length - DIGITS, "0123456789abcdef") == DIGITS;
}

/* What the games of a part had there is told elsewhere once all is done; what is not of them stays.
 */
static void remove_kept(const char *directory, const char *part)
{
  char *kept = program_format("%s/unfinished-%s", directory, part);
  DIR *listing = opendir(kept);
  for (struct dirent *entry; listing && (entry = readdir(listing)) != NULL;)
    if (is_kept_run(entry->d_name)) {
      char *run = program_format("%s/%s", kept, entry->d_name);
      program_remove_tree(run);
      free(run);
    }
  if (listing)
    closedir(listing);
  rmdir(kept);
  free(kept);
}

/* ---- what the parts leave ---- */

#define PICTURES(name) name ".png", name ".svg", name ".pdf"
#define TEXTS(scale)                                                                               \
  "text-" scale ".json", "text-" scale ".csv", PICTURES("text-" scale "-text"),                    \
      PICTURES("text-" scale "-panels"), PICTURES("text-" scale "-caption"), NULL

static const char mark[] = "\"aligngame/paper/";
static const char *const synthetic_files[] = {
    "synthetic.json",           "synthetic.csv",
    PICTURES("paper-figure-1"), PICTURES("paper-figure-1-rules"),
    PICTURES("paper-figure-2"), PICTURES("paper-figure-2-rules"),
    PICTURES("paper-figure-3"), NULL};
static const char *const claims_files[] = {"claims.json", PICTURES("theorem-4"), NULL};
static const char *const ngram_files[] = {TEXTS("ngram")}, *const small_files[] = {TEXTS("small")},
                         *const model_files[] = {TEXTS("model")};

static const struct {
  const char *part, *scale;
  ag_results results;
} parts[] = {{"synthetic", NULL, {mark, synthetic_files}},
             {"claims", NULL, {mark, claims_files}},
             {"text", "ngram", {mark, ngram_files}},
             {"text", "small", {mark, small_files}},
             {"text", "model", {mark, model_files}}};

/* part NULL: all of them, texts in both scales unless there is a model. */
static int begin_results(const cli_arguments *arguments, const char *part)
{
  const char *scale = part ? cli_text(arguments, "scale") : NULL;
  if (part && !scale)
    scale = "ngram";
  if (cli_given(arguments, "model"))
    scale = "model";
  int status = STATUS_DONE;
  for (size_t i = 0; i < sizeof parts / sizeof *parts && status == STATUS_DONE; i++) {
    bool asked = !part || strcmp(part, parts[i].part) == 0;
    if (parts[i].scale)
      asked &= scale ? strcmp(scale, parts[i].scale) == 0 : strcmp(parts[i].scale, "model") != 0;
    if (asked)
      status = program_begin_results(&parts[i].results, paper_directory(arguments));
  }
  return status;
}

static int finish(const cli_arguments *arguments, const char *part, int status)
{
  static const char *const keeping[] = {"synthetic", "text"};
  const char *directory = paper_directory(arguments);
  for (size_t i = 0; directory && status == STATUS_DONE && i < sizeof keeping / sizeof *keeping;
       i++)
    if (!part || !strcmp(part, keeping[i]))
      remove_kept(directory, keeping[i]);
  if (directory && status == STATUS_INTERRUPTED)
    render_format(stderr, "What was played is in %s; the same command with --resume goes on.\n",
                  directory);
  return status;
}

static int paper_command(cli_arguments *arguments)
{
  const char *part = cli_positional(arguments, 0);
  bool json = cli_given(arguments, "json");
  if (cli_given(arguments, "no-save") && cli_given(arguments, "output"))
    cli_usage_error(arguments->command, "--no-save writes no files: it excludes --output");
  paper_text_spec(arguments);
  if (json && !part)
    part = "synthetic"; /* one document: the parts are asked for one by one */
  if (cli_given(arguments, "resume") && !paper_directory(arguments))
    cli_usage_error(arguments->command, "--no-save keeps nothing to resume");
  int status = begin_results(arguments, part);
  if (status == STATUS_DONE && (!part || !strcmp(part, "synthetic")))
    status = paper_synthetic(arguments);
  if (status == STATUS_DONE && !part && !cli_given(arguments, "quiet"))
    putchar('\n');
  if (status == STATUS_DONE && (!part || !strcmp(part, "claims")))
    status = paper_claims(arguments);
  if (status == STATUS_DONE && (!part || !strcmp(part, "text")))
    status = paper_text(arguments, !part);
  return finish(arguments, part, status);
}

const cli_command command_paper = {
    .name = "paper",
    .summary =
        "the paper's games on circles and on texts, and its claims, beside the exact outcomes",
    .description = paper_description,
    .arguments = paper_arguments,
    .options = paper_choices,
    .examples = paper_examples,
    .run = paper_command,
};

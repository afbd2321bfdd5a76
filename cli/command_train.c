/* aligngame train: a GPT-2 from scratch, or further, on a text. */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <aligngame/files.h>
#include <aligngame/train.h>

#include "options.h"
#include "program.h"
#include "render.h"

static const cli_argument train_arguments[] = {
    {"CORPUS", CLI_FILE, false, "A text file, plain or in WikiText's format; or a table", NULL},
    {NULL, CLI_FLAG, false, NULL, NULL}};

static const cli_option train_options[] = {
    {"grammar", 0, CLI_COUNT, "N", "Learn from N sentences of the built-in grammar", false},
    {"held-out", 0, CLI_TEXT, "FILE|SHARE",
     "Score this text at the end, or the last SHARE of CORPUS (default: 0.05)", false},
    {"column", 0, CLI_TEXT, "NAME",
     "CORPUS is a table (CSV, JSON lines): its column of texts (default for JSON lines: text)",
     false},
    {"format", 0, CLI_TEXT, "NAME",
     "plain, wikitext, or lines: a sentence a line (default: as the file shows)", false},
    {"encoding", 0, CLI_TEXT, "NAME",
     "Such as windows-1252 (default: UTF-8, or UTF-16 where its bytes say so)", false},
    {"base", 0, CLI_DIRECTORY, "DIR", "Continue from the model in DIR, with its sizes", false},
    {"separate", 0, CLI_FLAG, NULL,
     "Each sentence for itself, as the grammar's are; otherwise those before it help", false},
    {"layers", 0, CLI_COUNT, "N", "Layers of a new model (default: 4)", false},
    {"width", 0, CLI_COUNT, "N", "Its width (default: 128)", false},
    {"heads", 0, CLI_COUNT, "N", "Its heads, which divide the width (default: 4)", false},
    {"context", 0, CLI_COUNT, "N", "The most tokens it looks at (default: 128)", false},
    {"vocabulary", 0, CLI_COUNT, "N", "The most tokens it knows (default: 4096)", false},
    {"epochs", 0, CLI_COUNT, "N", "Read the text N times at most (default: 20)", false},
    {"patience", 0, CLI_SEED, "N",
     "Stop after N epochs that were not the best; 0: never (default: 3)", false},
    {"judge", 0, CLI_NUMBER, "SHARE",
     "The share of CORPUS that tells which epoch is the best (default: 0.05)", false},
    {"batch", 0, CLI_COUNT, "N", "Tokens a step (default: 512)", false},
    {"dropout", 0, CLI_NUMBER, "SHARE", "What is dropped while learning (default: 0.2)", false},
    {"learning-rate", 0, CLI_POSITIVE, "X", "The largest step size (default: 0.002)", false},
    {"decay", 0, CLI_NUMBER, "X", "Decay of the weights of matrices (default: 0.1)", false},
    {"warm-up", 0, CLI_SEED, "N", "Steps until the largest step size (default: 100)", false},
    {"average", 0, CLI_NUMBER, "SHARE",
     "What the average of the weights keeps at a step; 0: no average (default: 0.998)", false},
    {"resume", 0, CLI_FLAG, NULL,
     "Go on with a training that was interrupted or killed, from DIR.training", false},
    {"checkpoint-interval", 0, CLI_NUMBER, "S",
     "Write DIR.training, where the training stands, every S seconds (default: 60)", false},
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example train_examples[] = {
    {"aligngame train corpus.txt -o model", "A small model of a text, beside n-grams."},
    {"aligngame train wiki.valid.tokens --held-out wiki.test.tokens --dropout 0.4 -o model",
     "With a held-out text of its own."},
    {"aligngame train --grammar 20000 --vocabulary 600 --width 64 --layers 2 --dropout 0 -o model",
     "On sentences whose law is known."},
    {"aligngame train more.txt --base model -o further", "Further, on another text."},
    {NULL, NULL}};

static const char train_description[] =
    "Trains a GPT-2 on a text file and writes it as Hugging Face's transformers and the generator "
    "`gpt2: {model: DIR}` read it: config.json, model.safetensors, vocab.json, merges.txt; and "
    "besides train.json, train.png and train.svg. DIR must not be there, or be empty; it gets all "
    "of "
    "them at once, when the training has ended.\n\n"
    "Of the text a share judges: training keeps the epoch that predicts it best. Another share, or "
    "a file of its own, is held out until the end, where n-grams (interpolated modified "
    "Kneser-Ney) that learned from the same text are asked too. Perplexities are per word: all "
    "models have the probability of the same words, punctuation marks and ends of sentences. A "
    "word that the training text does not have is <unk> for all models where the text itself has "
    "<unk>, as WikiText does; otherwise no model is asked for it.\n\n"
    "Ctrl-C ends the training; the best model so far is written, and the exit status is 130. "
    "Beside "
    "DIR the file DIR.training keeps where the training stands, until it has ended: after Ctrl-C "
    "or a "
    "kill the same command with --resume goes on, and ends with the same bytes. A model that an "
    "interrupted training has left in DIR then gets the name DIR.interrupted.";

/* ---- settings ---- */

/* A number is a share, anything else a file. */
static void read_held_out(const cli_arguments *arguments, ag_train_spec *spec)
{
  const char *text = cli_text(arguments, "held-out");
  char *end = NULL;
  if (!text)
    return;
  double share = strtod(text, &end);
  if (end == text || *end != '\0')
    spec->held_out = text;
  else
    spec->held_out_share = share;
}

static size_t whole(const cli_arguments *arguments, const char *name, size_t fallback)
{
  const char *text = cli_text(arguments, name);
  return text ? strtoull(text, NULL, 10) : fallback;
}

static void refuse_mixtures(const cli_arguments *arguments)
{
  static const char *const sizes[] = {"layers", "width", "heads", "context", "vocabulary"};
  if (!cli_given(arguments, "output"))
    cli_usage_error(arguments->command, "missing option '--output': where the model goes");
  if (!cli_positional(arguments, 0) == !cli_given(arguments, "grammar"))
    cli_usage_error(arguments->command, "either CORPUS or '--grammar' is needed");
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes && cli_given(arguments, "base"); i++)
    if (cli_given(arguments, sizes[i]))
      cli_usage_error(arguments->command, "option '--%s': the base has its own", sizes[i]);
}

static ag_train_spec read_spec(const cli_arguments *arguments)
{
  ag_train_spec spec;
  ag_train_spec_default(&spec);
  refuse_mixtures(arguments);
  spec.corpus = cli_positional(arguments, 0);
  spec.grammar = cli_count(arguments, "grammar", 0);
  spec.column = cli_text(arguments, "column");
  spec.format = cli_text(arguments, "format");
  spec.encoding = cli_text(arguments, "encoding");
  spec.base = cli_text(arguments, "base");
  read_held_out(arguments, &spec);
  spec.judge_share = cli_real(arguments, "judge", spec.judge_share);
  spec.separate = cli_given(arguments, "separate") || spec.grammar > 0;
  spec.layers = cli_count(arguments, "layers", spec.layers);
  spec.width = cli_count(arguments, "width", spec.width);
  spec.heads = cli_count(arguments, "heads", spec.heads);
  spec.context = cli_count(arguments, "context", spec.context);
  spec.vocabulary = cli_count(arguments, "vocabulary", spec.vocabulary);
  spec.epochs = cli_count(arguments, "epochs", spec.epochs);
  spec.patience = whole(arguments, "patience", spec.patience);
  spec.batch = cli_count(arguments, "batch", spec.batch);
  spec.warm_up = whole(arguments, "warm-up", spec.warm_up);
  spec.dropout = cli_real(arguments, "dropout", spec.dropout);
  spec.rate = cli_real(arguments, "learning-rate", spec.rate);
  spec.decay = cli_real(arguments, "decay", spec.decay);
  spec.average = cli_real(arguments, "average", spec.average);
  spec.seed = whole(arguments, "seed", spec.seed);
  spec.checkpoint_interval = cli_real(arguments, "checkpoint-interval", spec.checkpoint_interval);
  return spec;
}

/* ---- progress ---- */

typedef struct progress_state {
  double begun, drawn;
} progress_state;

static double now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void show_progress(void *watcher, const char *phase, double done, double total, double rate)
{
  enum { BAR = 24 };
  progress_state *state = watcher;
  double time = now();
  if (time - state->drawn < 0.1)
    return;
  state->drawn = time;
  fprintf(stderr, "\r%s ▕", phase);
  render_bar(stderr, done / total, BAR, true);
  fputs("▏", stderr);
  if (strcmp(phase, "learning") == 0)
    fprintf(stderr, " epoch %.0f/%.0f", fmin(total, floor(done) + 1), total);
  double left = (time - state->begun) * (total - done) / done;
  fprintf(stderr, "  %s tokens/s", render_count((size_t)rate).text);
  if (strcmp(phase, "learning") == 0)
    fprintf(stderr, "  %s left", render_seconds(left).text);
  fputs("\033[K", stderr);
  fflush(stderr);
}

static ag_status train(ag_train_spec *spec, bool quiet, ag_train_result **result, ag_error *error)
{
  progress_state state = {now(), 0};
  bool shown = !quiet && isatty(STDERR_FILENO);
  spec->progress = shown ? show_progress : NULL;
  spec->watcher = &state;
  ag_status status = ag_train_run(spec, result, error);
  if (shown)
    fputs("\r\033[K", stderr);
  return status;
}

/* ---- what came of it ---- */

static int save(const ag_train_result *result, const char *directory)
{
  static const char *const pictures[] = {"train.png", "train.svg"};
  ag_error error = {0};
  if (ag_train_write(result, directory, &error) != AG_OK)
    return program_fail(&error);
  int status = program_save_json(ag_train_json(result), directory, "train.json");
  for (size_t i = 0; status == STATUS_DONE && i < sizeof pictures / sizeof *pictures; i++) {
    char *path = program_format("%s/%s", directory, pictures[i]);
    if (ag_train_draw(result, path, &error) != AG_OK)
      status = program_fail(&error);
    free(path);
  }
  return status;
}

static void print_epochs(const ag_train_result *result)
{
  render_table *table = render_table_create(
      5, (const char *const[]){">epoch", ">training loss", ">perplexity", ">time", "best"});
  for (size_t i = 0; i < result->epochs; i++) {
    const ag_train_epoch *epoch = &result->epoch[i];
    render_table_number(table, "%.0f", (double)(i + 1));
    render_table_number(table, "%.4f", epoch->loss);
    render_table_number(table, "%.2f", epoch->perplexity);
    render_table_add(table, render_seconds(epoch->seconds).text);
    render_table_add(table, i == result->best ? "*" : "");
  }
  render_table_end(table, stdout, 0);
}

static void print_models(const ag_train_result *result)
{
  const ag_train_text *judge = &result->judge, *held_out = &result->held_out;
  render_table *table =
      render_table_create(3, (const char *const[]){"perplexity per word", ">judging", ">held out"});
  for (size_t k = 0; k < AG_TRAIN_MODELS; k++) {
    render_table_add(table, ag_train_model_name((ag_train_model)k));
    render_table_number(table, "%.2f", judge->perplexity[k]);
    render_table_number(table, "%.2f", held_out->perplexity[k]);
  }
  if (judge->truth > 0) {
    render_table_add(table, "the grammar itself");
    render_table_number(table, "%.2f", judge->truth);
    render_table_add(table, held_out->truth > 0 ? render_number(held_out->truth).text : "–");
  }
  render_table_end(table, stdout, 0);
}

static void print_text(const char *name, const ag_train_text *text)
{
  render_format(stdout, "%-11s %s sentences, %s words, %s of them unknown\n", name,
                render_count(text->sentences).text, render_count(text->words).text,
                render_share(text->words ? (double)text->unknown / (double)text->words : 0).text);
}

static void print_report(const ag_train_result *result, const char *directory)
{
  const ag_train_spec *spec = &result->spec;
  printf("%sGPT-2%s: %s parameters (%zu layers, width %zu, %zu heads, context %zu, %zu tokens)\n\n",
         render_bold(), render_plain(), render_count(result->parameters).text, spec->layers,
         spec->width, spec->heads, spec->context, spec->vocabulary);
  if (result->understood)
    render_format(stdout, "Corpus      %s\n", result->understood);
  printf("Learnt from %s sentences, %s tokens; %s tokens/s\n", render_count(result->sentences).text,
         render_count(result->tokens).text, render_count((size_t)result->tokens_per_second).text);
  if (result->cut > 0)
    printf("Cut         %s of %s sentences were cut at the context, %zu tokens\n",
           render_count(result->cut).text, render_count(result->sentences).text, spec->context);
  print_text("Judging", &result->judge);
  print_text("Held out", &result->held_out);
  printf("Unknown     %s\n\n",
         result->marks_unknown ? "written <unk> for all models" : "left out of all models' scores");
  print_epochs(result);
  putchar('\n');
  print_models(result);
  render_format(stdout,
                "\nFiles       %s/: config.json, merges.txt, model.safetensors, train.json,\n"
                "            train.png, train.svg, vocab.json\n",
                directory);
}

/* ---- the folder ---- */

/* An empty folder makes way for the whole one at the end: a link, a mounted disk or the present
 * directory cannot, which is better told before hours of training. */
static int check_empty(const char *directory)
{
  struct stat there;
  if (stat(directory, &there) == 0 && rmdir(directory) == 0 &&
      mkdir(directory, there.st_mode & 07777) == 0)
    return STATUS_DONE;
  return program_fail_system(
      "a model's folder is put in its place as a whole, which cannot be done "
      "at",
      directory);
}

/* The one place that decides where a model may go: where nothing is, or an empty folder. */
static int check_folder(const char *directory)
{
  ag_error error = {.status = AG_ERROR_INPUT};
  if (!program_is_there(directory))
    return STATUS_DONE;
  DIR *folder = opendir(directory);
  if (!folder)
    return program_fail_system("cannot write to", directory);
  size_t entries = 0;
  errno = 0;
  while (readdir(folder))
    entries++;
  int reason = errno;
  closedir(folder);
  errno = reason;
  if (reason)
    return program_fail_system("cannot read", directory);
  if (entries <= 2) /* itself and its parent */
    return check_empty(directory);
  snprintf(error.message, sizeof error.message,
           "%s is not empty: what it has stays; choose another directory", directory);
  return program_fail(&error);
}

/* The folder's path without slashes at its end. */
static char *plain_path(const char *given)
{
  char *path = program_format("%s", given);
  for (size_t end = strlen(given); end > 1 && given[end - 1] == '/'; end--)
    path[end - 1] = '\0';
  return path;
}

/* Whether the training may begin, or go on: *kept keeps where it stands. The model of an
 * interrupted one makes way for that of the whole one. */
static int check_place(const cli_arguments *arguments, const char *directory, const char *kept)
{
  ag_error error = {.status = AG_ERROR_INPUT};
  bool resume = cli_given(arguments, "resume"), begun = program_is_there(kept);
  if (!begun || !resume) {
    int status = check_folder(directory);
    if (status != STATUS_DONE || !begun)
      return status;
    snprintf(error.message, sizeof error.message,
             "%s keeps a training that has not ended; --resume goes on with it", kept);
    return program_fail(&error);
  }
  return STATUS_DONE;
}

/* A model that is there already is of the training that now has gone on: it gets another name. */
static int make_way(const char *directory)
{
  if (!program_is_there(directory) || rmdir(directory) == 0)
    return STATUS_DONE;
  char *base = program_format("%s.interrupted", directory);
  char *free_name = program_make_unique_directory(base);
  bool done = free_name && rename(directory, free_name) == 0;
  int status = done ? STATUS_DONE : program_fail_system("cannot rename", directory);
  free(free_name);
  free(base);
  return status;
}

/* The files wait for each other beside the folder: a model is there as a whole or not at all. */
static int learn(const cli_arguments *arguments, ag_train_spec *spec, const char *directory,
                 ag_train_result **result)
{
  char *draft = NULL;
  ag_error error = {0};
  int status = check_place(arguments, directory, spec->kept);
  if (status != STATUS_DONE)
    return status;
  if (ag_folder_begin(directory, &draft, &error) != AG_OK ||
      train(spec, cli_given(arguments, "quiet"), result, &error) != AG_OK)
    status = program_fail(&error);
  if (status == STATUS_DONE)
    status = save(*result, draft);
  if (status == STATUS_DONE && cli_given(arguments, "resume"))
    status = make_way(directory);
  if (status == STATUS_DONE && ag_folder_publish(draft, directory, &error) != AG_OK)
    status = program_fail(&error);
  if (status != STATUS_DONE)
    ag_folder_discard(draft);
  free(draft);
  return status;
}

static int train_command(cli_arguments *arguments)
{
  ag_train_spec spec = read_spec(arguments);
  ag_train_result *result = NULL;
  char *directory = plain_path(cli_text(arguments, "output"));
  char *kept = program_format("%s.training", directory);
  spec.kept = kept;
  spec.interrupt = program_interrupt();
  int status = learn(arguments, &spec, directory, &result);
  if (status == STATUS_DONE && cli_given(arguments, "json"))
    program_print_json(ag_train_json(result));
  else if (status == STATUS_DONE && !cli_given(arguments, "quiet"))
    print_report(result, directory);
  if (status == STATUS_DONE && result->interrupted)
    status = STATUS_INTERRUPTED;
  else if (status == STATUS_DONE)
    unlink(kept);
  if (status == STATUS_INTERRUPTED && program_is_there(kept))
    render_format(stderr, "%s keeps where it stands; the same command with --resume goes on.\n",
                  kept);
  ag_train_free(result);
  free(kept);
  free(directory);
  return status;
}

const cli_command command_train = {
    .name = "train",
    .summary = "a GPT-2 that learns from a text, beside n-grams",
    .description = train_description,
    .arguments = train_arguments,
    .options = train_options,
    .examples = train_examples,
    .run = train_command,
    .without_game = true,
};

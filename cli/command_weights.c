/* aligngame weights: Bradley-Terry weights of a CSV file. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <aligngame/document.h>
#include <aligngame/weights.h>

#include "options.h"
#include "program.h"
#include "table.h"

static const cli_argument weights_arguments[] = {
    {"FILE.csv", CLI_FILE, false,
     "A table with the columns mass and reward; - or nothing reads standard input", NULL},
    {NULL, CLI_FLAG, false, NULL, NULL}};

static const cli_option weights_options[] = {
    {"pool", 'K', CLI_POOL, "K", "The pool size: 2, 3, ... or inf", true},
    {"temperature", 't', CLI_POSITIVE, "T", "The temperature, in units of the reward", true},
    CLI_TABLE_OPTIONS,
    {NULL, 0, CLI_FLAG, NULL, NULL, false}};

static const cli_example weights_examples[] = {
    {"aligngame weights items.csv --pool 10 --temperature 0.5 > weights.csv",
     "Weights of a file's rows."},
    {"printf 'mass,reward\\n0.5,1\\n0.5,0\\n' | aligngame weights --pool inf --temperature 1",
     "The limit of infinite pools, from a pipe."},
    {NULL, NULL}};

static const char weights_description[] =
    "Computes the exact Bradley-Terry weight of every row: a pool of K items is drawn by mass, one "
    "is kept with probability proportional to exp(reward / temperature); the weight is the factor "
    "by which that changes the row's share. No sampling, whatever the pool size.\n\n"
    "The output repeats mass and reward and adds weight and its natural logarithm, which stays "
    "finite where the weight itself is too small for a number.";

static char *document(const char *path, const ag_weights_table *table, ag_pool pool,
                      double temperature)
{
  json_t *atoms = json_array();
  for (size_t i = 0; i < table->count; i++)
    ag_json_append(&atoms, json_pack("{s:o, s:o, s:o, s:o}", "mass", ag_json_real(table->mass[i]),
                                     "reward", ag_json_real(table->reward[i]), "weight",
                                     ag_json_real(table->weight[i]), "log_weight",
                                     ag_json_real(table->log_weight[i])));
  json_t *size = pool == AG_POOL_INFINITE ? json_string("inf") : json_integer(pool);
  return ag_json_finish("weights",
                        json_pack("{s:{s:o, s:O, s:f}, s:o, s:f, s:o, s:s}", "settings", "file",
                                  ag_json_text(path), "pool", size, "temperature", temperature,
                                  "pool", size, "temperature", temperature, "atoms", atoms, "input",
                                  table->understood));
}

static void print_csv(const ag_weights_table *table)
{
  puts("mass,reward,weight,log_weight");
  for (size_t i = 0; i < table->count; i++)
    printf("%.17g,%.17g,%.17g,%.17g\n", table->mass[i], table->reward[i], table->weight[i],
           table->log_weight[i]);
}

static int weights_command(cli_arguments *arguments)
{
  const char *path = cli_positional(arguments, 0);
  if (!path && isatty(STDIN_FILENO))
    cli_usage_error(arguments->command, "missing argument FILE.csv (or - for standard input)");
  ag_pool pool = cli_pool(arguments, "pool", AG_POOL_INFINITE);
  double temperature = cli_real(arguments, "temperature", 1);
  ag_weights_table table = {0};
  ag_error error = {0};
  size_t missing_count;
  const char **missing = cli_table_missing(arguments, &missing_count);
  ag_table_options options = {.separator = cli_text(arguments, "separator"),
                              .decimal = cli_text(arguments, "decimal"),
                              .thousands = cli_text(arguments, "thousands"),
                              .encoding = cli_text(arguments, "encoding"),
                              .missing = missing,
                              .missing_count = (unsigned)missing_count,
                              .no_header = cli_given(arguments, "no-header")};
  ag_status loaded =
      ag_weights_load(path ? path : "-", &options, pool, temperature, &table, &error);
  free(missing);
  if (loaded != AG_OK)
    return program_fail(&error);
  cli_table_tell(arguments, table.understood);
  if (cli_given(arguments, "json"))
    program_print_json(document(path ? path : "-", &table, pool, temperature));
  else
    print_csv(&table);
  int status = STATUS_DONE;
  if (cli_given(arguments, "output"))
    status = program_save_json(document(path ? path : "-", &table, pool, temperature),
                               cli_text(arguments, "output"), "weights.json");
  ag_weights_table_free(&table);
  return status;
}

const cli_command command_weights = {
    .name = "weights",
    .summary = "exact Bradley-Terry weights of a table of masses and rewards",
    .description = weights_description,
    .arguments = weights_arguments,
    .options = weights_options,
    .examples = weights_examples,
    .run = weights_command,
    .without_game = true,
    .results = {"\"aligngame/weights/", (const char *const[]){"weights.json", NULL}},
};

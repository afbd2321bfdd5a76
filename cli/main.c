/* aligngame: the program. */
#include <stdio.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include <aligngame/catalogue.h>

#include "help.h"
#include "options.h"
#include "program.h"
#include "render.h"
#include "threads.h"

static int dispatch(cli_arguments *arguments)
{
  if (cli_given(arguments, "help")) {
    help_print(stdout, arguments->command);
    return STATUS_DONE;
  }
  if (cli_given(arguments, "version")) {
    printf("aligngame %s\n", ag_version());
    for (size_t i = 0; ag_build_remark(i); i++)
      printf("%s\n", ag_build_remark(i));
    return STATUS_DONE;
  }
  if (!arguments->command)
    cli_usage_error(NULL, "missing command");
  size_t threads = cli_count(arguments, "threads", 0);
#ifdef _OPENMP
  if (threads > 0)
    omp_set_num_threads((int)threads);
#endif
  threads_start(cli_given(arguments, "quiet") || cli_given(arguments, "json"));
  ag_error error = {0};
  if (ag_environment_check(&error) != AG_OK)
    return program_fail(&error);
  int status = program_begin_results(&arguments->command->results, cli_folder(arguments));
  return status == STATUS_DONE ? arguments->command->run(arguments) : status;
}

int main(int argc, char **argv)
{
  program_calm_threads(argv);
  program_guard_exit();
  program_guard_streams();
  program_ignore_signals();
  cli_arguments arguments;
  render_begin();
  cli_parse(argc, argv, &arguments);
  int status = dispatch(&arguments);
  cli_arguments_free(&arguments);
  program_leave(program_finish(status));
}

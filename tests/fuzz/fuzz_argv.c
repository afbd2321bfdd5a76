/* Any words, with NULs between them, as the command line: they are refused with status 2, or every
 * option has a value of its kind. Nothing is run. */
#include <setjmp.h>

#include "fuzz.h"

#include "../../cli/command_phase.c" /* its axes are its own */

/* What is refused is not taken apart. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
__attribute__((visibility("default"))) const char *__asan_default_options(void)
{
  return "detect_leaks=0";
}

enum { WORDS = 16 };

/* A refusal ends the program: here, the input. */
static jmp_buf refused;
static bool within;

_Noreturn void __real__exit(int status);
__attribute__((visibility("default"))) _Noreturn void __wrap__exit(int status);
__attribute__((visibility("default"))) _Noreturn void __wrap__exit(int status)
{
  if (!within)
    __real__exit(status);
  within = false;
  longjmp(refused, status + 1);
}

static void read_all(const cli_arguments *arguments)
{
  size_t count;
  cli_count(arguments, "threads", 0);
  free(cli_generations(arguments, "snapshots", &count));
  require(cli_real(arguments, "checkpoint-interval", 1) >= 0);
  for (int axis = 0; axis < 2 && arguments->command == &command_phase; axis++)
    if (cli_given(arguments, axis ? "y" : "x")) {
      ag_phase_axis read = read_axis(arguments, axis ? "y" : "x");
      require(read.low < read.high && read.count >= 2 && read.path[0]);
      free((char *)read.path);
    }
}

static void parse(int count, char **words)
{
  cli_arguments arguments;
  within = true;
  int status = setjmp(refused);
  if (status == 0) {
    cli_parse(count, words, &arguments);
    read_all(&arguments);
    cli_arguments_free(&arguments);
  } else {
    require(status - 1 == STATUS_USAGE);
  }
  within = false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static FILE *silent;
  const char *at = (const char *)data;
  char *words[WORDS + 2] = {strdup("aligngame")};
  int count = 1;
  size_t length;
  while (size > 0 && count <= WORDS) {
    const char *piece = take_piece(&at, &size, &length);
    words[count++] = strndup(piece, length);
  }
  silent = silent ? silent : fopen("/dev/null", "we");
  FILE *said = stderr;
  stderr = silent;
  parse(count, words);
  stderr = said;
  for (int i = 0; i < count; i++)
    free(words[i]);
  return 0;
}

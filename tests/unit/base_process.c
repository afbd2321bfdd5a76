/* Programs run from outside: what they read and write, how they end, what is left. */
#include "base/process.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "tests/check.h"
#include "tests/unit/processes.h"

static volatile sig_atomic_t stop;

static const ag_process_patience patient = {60, NULL}, hasty = {0.2, NULL};

/* Hears numbers, one a line, that must come in order. */
typedef struct listener {
  long next, end;
} listener;

static ag_status hear_numbers(void *context, const char *line, size_t length, bool *done,
                              ag_error *error)
{
  listener *self = context;
  char *after;
  long number = strtol(line, &after, 10);
  if (length == 0 || *after != '\0' || number != self->next)
    return ag_fail(error, AG_ERROR_INPUT, "heard `%s` instead of %ld", line, self->next);
  *done = ++self->next == self->end;
  return AG_OK;
}

/* Lines first … end - 1. */
static char *write_numbers(long first, long end, size_t *size)
{
  char *text = NULL;
  FILE *to = open_memstream(&text, size);
  for (long i = first; i < end; i++)
    fprintf(to, "%ld\n", i);
  fclose(to);
  return text;
}

/* Starts a command, sends it `numbers` lines and hears as many from `first` on. */
static ag_status talk(const char *command, long numbers, long end,
                      const ag_process_patience *patience, ag_error *error)
{
  ag_process *process = NULL;
  listener self = {0, end};
  size_t size = 0;
  char *text = write_numbers(0, numbers, &size);
  ag_status status = ag_process_start(command, NULL, &process, error);
  if (status == AG_OK)
    status = ag_process_talk(process, text, size, patience, hear_numbers, &self, error);
  ag_process_free(process);
  free(text);
  return status;
}

static void expect_failure(const char *command, ag_status expected, const char *words)
{
  ag_error error = {0};
  ag_status status = talk(command, 10, 10, &hasty, &error);
  if (status != expected || !strstr(error.message, words))
    printf("# %s: %d, %s\n", command, (int)status, error.message);
  CHECK(status == expected && strstr(error.message, words));
}

/* ---- talks ---- */

/* cat answers while it is being written to: 2.5 MB each way, far above what pipes hold. */
static void both_sides_may_write_at_once(void)
{
  ag_error error = {0};
  CHECK(talk("cat", 400000, 400000, &patient, &error) == AG_OK);
  /* 1.3 MB before it reads anything */
  CHECK(talk("awk 'BEGIN { for (i = 0; i < 200000; i++) print i }'; "
             "awk '{ print 200000 + $1 }'; sleep 60",
             3, 200000, &patient, &error) == AG_OK);
}

static void a_process_is_talked_to_again(void)
{
  ag_process *process = NULL;
  ag_error error = {0};
  CHECK(ag_process_start("cat", NULL, &process, &error) == AG_OK);
  for (long turn = 0; turn < 100; turn++) {
    size_t size = 0;
    listener self = {7 * turn, 7 * turn + 7};
    char *text = write_numbers(self.next, self.end, &size);
    CHECK(ag_process_talk(process, text, size, &patient, hear_numbers, &self, &error) == AG_OK);
    CHECK(self.next == self.end);
    free(text);
  }
  CHECK(ag_process_finish(process, &patient, &error) == AG_OK);
  ag_process_free(process);
}

static void a_last_line_needs_no_end(void)
{
  ag_error error = {0};
  CHECK(talk("printf '0\\n1\\n2'", 0, 3, &patient, &error) == AG_OK);
}

static void it_runs_where_it_is_told_to(void)
{
  ag_process *process = NULL;
  ag_error error = {0};
  CHECK(ag_process_run("test \"$(pwd -P)\" = /usr", "/usr", &patient, &error) == AG_OK);
  CHECK(ag_process_start("true", "/nowhere/at/all", &process, &error) == AG_ERROR_INPUT);
  CHECK(process == NULL && strstr(error.message, "/nowhere/at/all"));
}

/* ---- failures ---- */

static void every_end_is_explained(void)
{
  expect_failure("exit 3", AG_ERROR_INPUT, "ended with exit status 3");
  expect_failure("kill -9 $$", AG_ERROR_INPUT, "was killed by signal 9");
  expect_failure("aligngame-no-such-program", AG_ERROR_INPUT, "no such command");
  expect_failure("/etc/passwd", AG_ERROR_INPUT, "cannot be executed");
  expect_failure("exec >&-; sleep 5", AG_ERROR_INPUT, "has closed its output");
  expect_failure("sleep 60", AG_ERROR_INPUT, "did not answer");
  expect_failure("exec <&-; sleep 60", AG_ERROR_INPUT, "did not answer");
  expect_failure("echo 5; sleep 60", AG_ERROR_INPUT, "heard `5` instead of 0");
  expect_failure("head -c 3000000 /dev/zero; sleep 60", AG_ERROR_INPUT,
                 "a line of more than 1048576 bytes");
}

static void its_last_words_are_quoted(void)
{
  expect_failure("echo first >&2; echo second >&2; exit 1", AG_ERROR_INPUT,
                 "it said: first | second");
  /* 8 MB of errors neither block it nor are they kept */
  ag_error error = {0};
  CHECK(talk("awk 'BEGIN { for (i = 0; i < 800000; i++) print \"noise \" i }' >&2; echo last >&2; "
             "exit 4",
             0, 1, &patient, &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, "noise 799999 | last") && strlen(error.message) < 700);
}

/* The signal is neither raised nor left pending, and its handler is nobody's business. */
static void a_closed_input_raises_no_signal(void)
{
  sigset_t pending;
  ag_error error = {0};
  CHECK(talk("exec <&-; sleep 0.1; exit 5", 1000000, 1, &patient, &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, "exit status 5") != NULL);
  CHECK(sigpending(&pending) == 0 && !sigismember(&pending, SIGPIPE));
}

static void the_wait_can_be_interrupted(void)
{
  const ag_process_patience patience = {60, &stop};
  const struct itimerval soon = {.it_value = {.tv_usec = 200000}};
  ag_error error = {0};
  double begin = seconds_now();
  stop = 0;
  setitimer(ITIMER_REAL, &soon, NULL);
  CHECK(talk("sleep 60", 1, 1, &patience, &error) == AG_ERROR_INTERRUPTED);
  stop = 0;
  setitimer(ITIMER_REAL, &soon, NULL);
  CHECK(ag_process_run("sleep 60", NULL, &patience, &error) == AG_ERROR_INTERRUPTED);
  double took = seconds_now() - begin;
  printf("# two interrupts after 0.2 s each took %.2f s in all\n", took);
  CHECK(took < 30);
}

static ag_status hear_child(void *context, const char *line, size_t length, bool *done,
                            ag_error *error)
{
  (void)length;
  (void)error;
  *(long *)context = strtol(line, NULL, 10);
  *done = true;
  return AG_OK;
}

/* Neither a child that does not mind TERM nor one that the shell has left behind survives. */
static void nothing_of_the_group_is_left(void)
{
  static const char *const commands[] = {
      "trap '' TERM; sleep 60 & echo $!; wait",
      "sleep 60 & echo $!",
      "sh -c 'sleep 60 & echo $!; wait'",
  };
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
    ag_process *process = NULL;
    long pid = 0;
    CHECK(ag_process_start(commands[i], NULL, &process, NULL) == AG_OK);
    CHECK(ag_process_talk(process, "", 0, &patient, hear_child, &pid, NULL) == AG_OK);
    CHECK(pid > 1 && is_alive(pid));
    ag_process_free(process);
    for (int wait = 0; wait < 100 && is_alive(pid); wait++)
      usleep(10000);
    CHECK(!is_alive(pid));
  }
}

/* Whoever runs it is killed without a chance to clean up. */
static void a_killed_program_takes_its_commands_with_it(void)
{
  int told[2];
  long pid = 0;
  CHECK(pipe(told) == 0);
  pid_t runner = fork();
  if (runner == 0) {
    ag_process *process = NULL;
    if (ag_process_start("echo $$; trap '' TERM; sleep 60", NULL, &process, NULL) == AG_OK &&
        ag_process_talk(process, "", 0, &patient, hear_child, &pid, NULL) == AG_OK &&
        write(told[1], &pid, sizeof pid) == (ssize_t)sizeof pid)
      kill(getpid(), SIGKILL);
    _exit(1);
  }
  CHECK(read(told[0], &pid, sizeof pid) == (ssize_t)sizeof pid);
  waitpid(runner, NULL, 0);
  close(told[0]);
  close(told[1]);
  for (int wait = 0; wait < 1000 && is_alive(pid); wait++)
    usleep(10000);
  CHECK(pid > 1 && !is_alive(pid));
}

/* ---- what finish makes of it ---- */

static void a_finished_process_has_said_all(void)
{
  ag_error error = {0};
  CHECK(ag_process_run("cat; true", NULL, &patient, &error) == AG_OK);
  CHECK(ag_process_run("echo out; echo err >&2; false", NULL, &patient, &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, "exit status 1") && strstr(error.message, "out") &&
        strstr(error.message, "err"));
  CHECK(ag_process_run("sleep 60", NULL, &hasty, &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, "has not ended within 0.2 seconds") != NULL);
  /* the shell ends, although something that it started still holds the pipes */
  double begin = seconds_now();
  CHECK(ag_process_run("sleep 60 & exit 0", NULL, &patient, &error) == AG_OK);
  CHECK(seconds_now() - begin < 30);
}

/* A process sees its three pipes and nothing of another's. */
static void descriptors_are_not_inherited(void)
{
  ag_process *process[3] = {NULL};
  long open[3] = {0};
  for (int i = 0; i < 3; i++) {
    CHECK(ag_process_start("ls /proc/self/fd | wc -l; cat", NULL, &process[i], NULL) == AG_OK);
    CHECK(ag_process_talk(process[i], "", 0, &patient, hear_child, &open[i], NULL) == AG_OK);
  }
  CHECK(open[0] >= 3 && open[1] == open[0] && open[2] == open[0]);
  for (int i = 0; i < 3; i++)
    ag_process_free(process[i]);
}

/* Even where this program has closed its own. */
static void standard_descriptors_may_be_closed(void)
{
  ag_error error = {0};
  int in = dup(STDIN_FILENO);
  close(STDIN_FILENO);
  CHECK(talk("cat", 1000, 1000, &patient, &error) == AG_OK);
  if (in >= 0) {
    dup2(in, STDIN_FILENO);
    close(in);
  }
}

static void on_alarm(int signal)
{
  (void)signal;
  stop = 1;
}

int main(void)
{
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  int descriptors = count_descriptors();
  CHECK_RUN(both_sides_may_write_at_once);
  CHECK_RUN(a_process_is_talked_to_again);
  CHECK_RUN(a_last_line_needs_no_end);
  CHECK_RUN(it_runs_where_it_is_told_to);
  CHECK_RUN(every_end_is_explained);
  CHECK_RUN(its_last_words_are_quoted);
  CHECK_RUN(a_closed_input_raises_no_signal);
  CHECK_RUN(the_wait_can_be_interrupted);
  CHECK_RUN(nothing_of_the_group_is_left);
  CHECK_RUN(a_killed_program_takes_its_commands_with_it);
  CHECK_RUN(a_finished_process_has_said_all);
  CHECK_RUN(descriptors_are_not_inherited);
  CHECK_RUN(standard_descriptors_may_be_closed);
  check_current_failed = 0;
  CHECK(count_descriptors() == descriptors);
  CHECK(!has_children());
  check_report("no_descriptor_and_no_child_is_left");
  return check_end();
}

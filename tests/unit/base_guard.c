/* A library that writes where it has no memory is left, and nothing of it stays behind. */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/guard.h"
#include "tests/check.h"

static volatile char *no_memory;

static int answer(void *context)
{
  return *(int *)context;
}

static int write_to_none(void *context)
{
  (void)context;
  *no_memory = 1;
  return 0;
}

static void former(int number)
{
  (void)number;
  _exit(17);
}

static bool is_former(int number)
{
  struct sigaction now;
  return sigaction(number, NULL, &now) == 0 && now.sa_handler == former;
}

static void an_answer_comes_back(void)
{
  int seven = 7;
  CHECK(ag_guard(answer, &seven) == 7);
  CHECK(ag_guard_crash(answer, &seven) == 7);
}

static void a_write_to_no_memory_is_an_outcome_each_time(void)
{
  for (int time = 0; time < 3; time++)
    CHECK(ag_guard_crash(write_to_none, NULL) == AG_GUARD_CRASHED);
}

static void what_a_program_does_about_signals_stays(void)
{
  void (*before)(int) = signal(SIGSEGV, former);
  CHECK(ag_guard_crash(write_to_none, NULL) == AG_GUARD_CRASHED);
  CHECK(is_former(SIGSEGV));
  signal(SIGSEGV, before);
}

static void *crash_alone(void *unused)
{
  write_to_none(unused);
  return NULL;
}

static int wait_for_a_crash(void *context)
{
  pthread_t other;
  if (pthread_create(&other, NULL, crash_alone, context) != 0)
    return 1;
  pthread_join(other, NULL);
  return 0;
}

static void a_fault_of_another_thread_goes_where_it_would_have_gone(void)
{
  int ended = 0;
  pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, former);
    ag_guard_crash(wait_for_a_crash, NULL);
    _exit(0);
  }
  CHECK(child > 0 && waitpid(child, &ended, 0) == child);
  CHECK(WIFEXITED(ended) && WEXITSTATUS(ended) == 17);
}

int main(void)
{
  no_memory = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(no_memory != MAP_FAILED);
  CHECK_RUN(an_answer_comes_back);
  CHECK_RUN(a_write_to_no_memory_is_an_outcome_each_time);
  CHECK_RUN(what_a_program_does_about_signals_stays);
  CHECK_RUN(a_fault_of_another_thread_goes_where_it_would_have_gone);
  return check_end();
}

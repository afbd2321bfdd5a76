#include "base/guard.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>

#include <exception>
#include <new>

int ag_guard(int (*act)(void *context), void *context)
{
  try {
    return act(context);
  } catch (const std::bad_alloc &) {
    return AG_GUARD_MEMORY;
  } catch (...) {
    return AG_GUARD_THROWN;
  }
}

namespace
{

const int faults[] = {SIGSEGV, SIGBUS};
const int fault_count = sizeof faults / sizeof *faults;

/* The thread whose act is guarded, how it leaves, and what stood there before. */
pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
pthread_t guarded;
sigjmp_buf way_out;
struct sigaction former[fault_count];
std::terminate_handler former_end;

void on_fault(int number)
{
  if (pthread_equal(guarded, pthread_self()))
    siglongjmp(way_out, 1);
  for (int i = 0; i < fault_count; i++) /* it strikes again, and is not ours */
    if (faults[i] == number)
      sigaction(number, &former[i], nullptr);
}

void on_end()
{
  if (pthread_equal(guarded, pthread_self()))
    siglongjmp(way_out, 1);
  former_end();
}

void begin_guard()
{
  struct sigaction ours = {};
  ours.sa_handler = on_fault;
  sigemptyset(&ours.sa_mask);
  guarded = pthread_self();
  former_end = std::set_terminate(on_end);
  for (int i = 0; i < fault_count; i++)
    sigaction(faults[i], &ours, &former[i]);
}

void end_guard()
{
  for (int i = 0; i < fault_count; i++)
    sigaction(faults[i], &former[i], nullptr);
  std::set_terminate(former_end);
}

} // namespace

int ag_guard_crash(int (*act)(void *context), void *context)
{
  pthread_mutex_lock(&one_at_a_time);
  int outcome = AG_GUARD_CRASHED;
  begin_guard();
  if (sigsetjmp(way_out, 1) == 0)
    outcome = ag_guard(act, context);
  end_guard();
  pthread_mutex_unlock(&one_at_a_time);
  return outcome;
}

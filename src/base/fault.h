/* Injected allocation failures, for tests: only with -DAG_FAULT_INJECTION. */
#ifndef AG_BASE_FAULT_H
#define AG_BASE_FAULT_H

#include <stdbool.h>

#ifdef AG_FAULT_INJECTION
/* n > 0: the n-th allocation from now fails (and the counter rests at 0). */
extern long ag_fault_countdown;
bool ag_fault_strikes(void);
#else
static inline bool ag_fault_strikes(void)
{
  return false;
}
#endif

#endif

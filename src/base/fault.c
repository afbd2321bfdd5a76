#include "base/fault.h"

#ifdef AG_FAULT_INJECTION
long ag_fault_countdown;

bool ag_fault_strikes(void)
{
  return ag_fault_countdown > 0 && --ag_fault_countdown == 0;
}
#endif

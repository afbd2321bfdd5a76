#include "base/guard.h"

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

/* Long work that somebody watches: it tells how far it is, and asks whether to stop. */
#ifndef AG_BASE_WATCH_H
#define AG_BASE_WATCH_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct ag_watch {
  /* phase: "fine-tuning", say; done of total units; rate: units a second, of what is
   * named by unit ("tokens"). May be NULL. */
  void (*tell)(void *context, const char *phase, double done, double total, double rate,
               const char *unit);
  void *context;
  const volatile sig_atomic_t *interrupt; /* set to non-zero to stop; may be NULL */
} ag_watch;

/* Whether the work is to stop, with AG_ERROR_INTERRUPTED. watch: NULL is fine. */
static inline bool ag_watch_stops(const ag_watch *watch)
{
  return watch != NULL && watch->interrupt != NULL && *watch->interrupt != 0;
}

static inline void ag_watch_tell(const ag_watch *watch, const char *phase, double done,
                                 double total, double rate, const char *unit)
{
  if (watch != NULL && watch->tell != NULL)
    watch->tell(watch->context, phase, done, total, rate, unit);
}

#endif

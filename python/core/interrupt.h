/* Ctrl-C while the library works: the flag that it looks at is set, and then Python's own handler
 * runs, which raises KeyboardInterrupt as soon as Python goes on. */
#ifndef ALIGNGAME_INTERRUPT_H
#define ALIGNGAME_INTERRUPT_H

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t aligngame_interrupted, aligngame_watched;
static struct sigaction aligngame_before;

static void aligngame_on_interrupt(int number)
{
  aligngame_interrupted = 1;
  aligngame_before.sa_handler(number);
}

/* By the main thread alone, whose signals Python handles. Returned: the flag; NULL where a call
 * further out is watched already. A program that ignores Ctrl-C, or ends by it, goes on to do so. */
static volatile sig_atomic_t *aligngame_interrupt_begin(void)
{
  struct sigaction ours = {.sa_handler = aligngame_on_interrupt};
  if (aligngame_watched)
    return NULL;
  aligngame_watched = 1;
  aligngame_interrupted = 0;
  sigaction(SIGINT, NULL, &aligngame_before);
  ours.sa_flags = aligngame_before.sa_flags;
  if (aligngame_before.sa_handler != SIG_DFL && aligngame_before.sa_handler != SIG_IGN)
    sigaction(SIGINT, &ours, NULL);
  return &aligngame_interrupted;
}

static void aligngame_interrupt_end(void)
{
  if (aligngame_watched)
    sigaction(SIGINT, &aligngame_before, NULL);
  aligngame_watched = 0;
}

#endif

/* A program that somebody else wrote, run by the shell: what it reads and writes, for how
 * long it may keep silent, how it ended. Linux and its kin only. */
#ifndef AG_BASE_PROCESS_H
#define AG_BASE_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"

typedef struct ag_process ag_process;

/* How long to wait. */
typedef struct ag_process_patience {
  double seconds;
  const volatile sig_atomic_t *interrupt; /* stops the wait once it is not 0; may be NULL */
} ag_process_patience;

/* AG_ERROR_INPUT: a program that a game names and nobody has asked to start. */
ag_status ag_process_refuse(const char *command, ag_error *error);

/* Starts `/bin/sh -c command` in a folder (NULL: this one), as the leader of a process group
 * of its own, which ends with this program in any case. Its standard input, output and errors
 * are pipes; it gets no other descriptor of ours.
 * Status: AG_ERROR_INPUT for a folder that is none, AG_ERROR_MEMORY, AG_ERROR_IO.
 * Owner: ag_process_free. Not for two threads at a time. */
ag_status ag_process_start(const char *command, const char *folder, ag_process **process,
                           ag_error *error);

/* Ends it if it still runs: its input is closed, half a second later its group is asked to
 * end (TERM), two seconds later it is killed. Nothing of the group is left. NULL is fine. */
void ag_process_free(ag_process *process);

/* Hears one line of its output, ended by NUL in place of its newline; length counts no end.
 * Returns an error to end the talk; *done: nothing more is expected. */
typedef ag_status ag_process_hear(void *context, const char *line, size_t length, bool *done,
                                  ag_error *error);

/* Writes bytes to its input while it hears the lines of its output, until hear is done;
 * then the process stays as it is, for another talk. All complete lines that are there by
 * then are heard. The patience is for each line anew.
 * Status: hear's; AG_ERROR_INPUT where the process ends, or keeps silent for too long, with
 *   a message that names the command and quotes its last words; AG_ERROR_INTERRUPTED;
 *   AG_ERROR_MEMORY, AG_ERROR_IO. After a failure it is only to be freed. */
ag_status ag_process_talk(ag_process *process, const char *bytes, size_t size,
                          const ag_process_patience *patience, ag_process_hear *hear, void *context,
                          ag_error *error);

/* Closes its input and waits until it has ended. What it writes meanwhile counts as words.
 * Status: as ag_process_talk; AG_ERROR_INPUT also for an exit status other than 0. */
ag_status ag_process_finish(ag_process *process, const ag_process_patience *patience,
                            ag_error *error);

/* Start, finish and free. */
ag_status ag_process_run(const char *command, const char *folder,
                         const ag_process_patience *patience, ag_error *error);

/* The last lines that it wrote to its standard errors (and to its output, while it
 * finished), with bars between, after `; it said: `; nothing where it said nothing. */
void ag_process_last_words(const ag_process *process, char *text, size_t size);

#endif

/* What every command shares with the system around it: exit statuses,
 * signals, memory, directories and the end of standard output. */
#ifndef CLI_PROGRAM_H
#define CLI_PROGRAM_H

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <aligngame/files.h>
#include <aligngame/status.h>

enum { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2, STATUS_INTERRUPTED = 130 };

/* Keeps files that are opened later from taking the place of a standard stream
 * that the caller closed. */
void program_guard_streams(void);
/* From now on a library that calls exit ends the program with an error and status 1. */
void program_guard_exit(void);
/* exit, from the program's own code. */
_Noreturn void program_leave(int status);
/* _exit: what is in buffers stays there, and memory goes with the process. */
_Noreturn void program_leave_at_once(int status);
/* SIGPIPE and SIGXFSZ become errors of the write that caused them. */
void program_ignore_signals(void);
/* Starts the program again with threads that sleep while they wait, unless the
 * environment says how they shall; returns if that cannot be done. Threads that
 * spin, OpenMP's default, make a run three times slower on a busy machine, and
 * OpenMP looks at its environment only once, before main. */
void program_calm_threads(char **argv);
/* How the program was called, on the heap. */
char *program_command_line(void);
/* Says on standard error which of a run directory's originals have changed. */
void program_warn_originals(const char *directory);
/* Asks on the terminal; false where there is none, and for every answer but `yes` or `y`. */
bool program_ask(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* From now on SIGINT, SIGTERM, SIGXCPU and, unless it was ignored (nohup), SIGHUP set the flag
 * that is returned; a second SIGINT ends the program at once. */
const volatile sig_atomic_t *program_interrupt(void);

/* Prints an error of the library; returns the exit status that it means. */
int program_fail(const ag_error *error);
/* Prints a failure of the system, with errno's reason; returns STATUS_FAILED. */
int program_fail_system(const char *what, const char *path);

/* Flushes standard output. Returns status, or STATUS_FAILED where what was
 * printed could not be written (a reader that has gone away is no news). */
int program_finish(int status);

/* Never NULL: without memory the program ends with status 1. */
void *program_allocate(size_t count, size_t size); /* cleared */
void *program_resize(void *block, size_t count, size_t size);
char *program_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Appends to a text on the heap. */
void program_append(char **text, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *program_format_list(const char *format, va_list list) __attribute__((format(printf, 1, 0)));

/* Makes a directory and the ones above it; one that exists is fine. */
bool program_make_directories(const char *path);
/* Removes a directory with all that is in it, as far as that can be done; links are not followed.
 */
void program_remove_tree(const char *path);
/* Makes base, or base-2, base-3, …: the first that does not exist. Returns its
 * path on the heap, or NULL with errno set. */
char *program_make_unique_directory(const char *base);
/* Whether there is something of this name; ends the program where that cannot be told. */
bool program_is_there(const char *path);
/* The last of base, base-2, … that exists, on the heap, or NULL. */
char *program_last_directory(const char *base);
/* Lower-case letters, digits and single dashes; "game" if nothing is left. */
char *program_slug(const char *name);

/* Refuses a directory (NULL: fine) where files would be replaced that are none of these results,
 * and removes what a killed process has left of them; returns the exit status. */
int program_begin_results(const ag_results *results, const char *directory);
/* Prints a JSON document and frees it. text NULL: memory was out. */
int program_print_json(char *text);
/* Writes one into directory/file_name and frees it; nothing where directory is
 * NULL. Both return the exit status. */
int program_save_json(char *text, const char *directory, const char *file_name);

#endif

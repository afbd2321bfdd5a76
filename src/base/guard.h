/* Calls into libraries in C++, which throw where memory fails, or write where they have none. */
#ifndef AG_BASE_GUARD_H
#define AG_BASE_GUARD_H

#ifdef __cplusplus
extern "C" {
#endif

/* Returned: what act returns, or AG_GUARD_MEMORY or AG_GUARD_THROWN where it was left by an
 * exception. */
enum { AG_GUARD_MEMORY = -1, AG_GUARD_THROWN = -2, AG_GUARD_CRASHED = -3 };
int ag_guard(int (*act)(void *context), void *context);

/* As above, and AG_GUARD_CRASHED where it was left by a write to no memory or by an exception that
 * nothing may catch. What it held then is lost, locks too: the library is not to be asked again.
 * One act at a time; faults of other threads go where they would have gone. */
int ag_guard_crash(int (*act)(void *context), void *context);

#ifdef __cplusplus
}
#endif

#endif

/* Calls into libraries in C++, which throw where memory fails. */
#ifndef AG_BASE_GUARD_H
#define AG_BASE_GUARD_H

#ifdef __cplusplus
extern "C" {
#endif

/* Returned: what act returns, or AG_GUARD_MEMORY or AG_GUARD_THROWN where it was left by an
 * exception. */
enum { AG_GUARD_MEMORY = -1, AG_GUARD_THROWN = -2 };
int ag_guard(int (*act)(void *context), void *context);

#ifdef __cplusplus
}
#endif

#endif

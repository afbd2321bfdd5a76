/* How many threads the system lets start. */
#ifndef CLI_THREADS_H
#define CLI_THREADS_H

/* Starts as many of OpenMP's threads as it is set to, or as many as can be started, and sets it to
 * those: it would end the program where one cannot. To be called before any work. quiet: nothing
 * is said of fewer. */
void threads_start(int quiet);

#endif

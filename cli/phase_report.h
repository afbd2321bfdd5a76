/* A phase diagram in characters. */
#ifndef CLI_PHASE_REPORT_H
#define CLI_PHASE_REPORT_H

#include <stdio.h>

#include <aligngame/analysis.h>

/* The map, its axes and a legend with shares. */
void report_phase(FILE *out, const ag_phase *phase);

#endif

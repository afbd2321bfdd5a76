/* What engines can tell apart: the one check of rewards against a temperature. */
#ifndef AG_POPULATION_SPAN_H
#define AG_POPULATION_SPAN_H

#include "base/status.h"

/* The widest span of rewards, in temperatures. */
#define AG_SPAN_MOST 0x1p49

/* Whether rewards from low to high (finite) at this temperature are played by every engine alike:
 * within AG_SPAN_MOST temperatures, and these with all their digits. Equal rewards always are.
 * Status: AG_ERROR_INPUT, in words that name neither a curator nor a place. */
ag_status ag_span_check(double low, double high, double temperature, ag_error *error);

#endif

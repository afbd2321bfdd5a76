/* Formulas in one variable, by muParser. */
#ifndef AG_BASE_FORMULA_H
#define AG_BASE_FORMULA_H

#include <stddef.h>

#include "base/status.h"

/* value [count]: the formula at variable = 0, 1, …, count - 1.
 * Status: AG_ERROR_INPUT: no formula in this variable, or this build has no muParser;
 * AG_ERROR_MEMORY. */
ag_status ag_formula_tabulate(const char *text, const char *variable, size_t count, double *value,
                              ag_error *error);

#endif

#include "population/span.h"

#include <math.h>

ag_status ag_span_check(double low, double high, double temperature, ag_error *error)
{
  const double least = 0x1p-1000; /* of a temperature: its inverse is finite, and that of a share */
  double span = high - low;
  if (!(low < high) ||
      (temperature >= least && span / AG_SPAN_MOST <= temperature && isfinite(span)))
    return AG_OK;
  if (!isfinite(span))
    return ag_fail(error, AG_ERROR_INPUT,
                   "the rewards span from %g to %g, further than numbers reach; give them in a "
                   "larger unit",
                   low, high);
  return ag_fail(
      error, AG_ERROR_INPUT,
      "the rewards span from %g to %g; at a temperature of %g numbers tell apart what is "
      "within %.3g; raise the temperature",
      low, high, temperature, AG_SPAN_MOST * temperature);
}

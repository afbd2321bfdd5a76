/* Student's t, for intervals of a mean. */
#ifndef AG_ARCHIVE_SPREAD_H
#define AG_ARCHIVE_SPREAD_H

#include <stddef.h>

/* The 0.975 quantile of Student's t with freedom >= 1 degrees of freedom, to a relative
 * error below 1e-12. Cost: O(freedom), bounded. */
double ag_student_quantile(size_t freedom);

#endif

/* The loops over items and over quadrature nodes, in eight lanes. kernel.c is
 * compiled once for each instruction set; ag_kernels_get picks at run time.
 * All of them add in the same fixed order. */
#ifndef AG_CURATION_KERNEL_H
#define AG_CURATION_KERNEL_H

#include <stddef.h>

/* The degree of the polynomials inside a cell; docs/numerics.md derives the error from it and from
 * AG_CELL_WIDTH (population/layout.h). */
enum { AG_DEGREE = 10, AG_TERMS = AG_DEGREE + 1 };

/* log H inside one cell: sum_k coefficient[k] t^k, where
 * t = (reward - top) scale + offset. */
typedef struct ag_kernel_curve {
  const double *reward; /* [count] */
  double top, scale, offset;
  const double *coefficient; /* [AG_TERMS] */
} ag_kernel_curve;

/* One run of items. */
typedef struct ag_kernel_run {
  size_t count;
  const double *log_mass; /* [count] */
  size_t curve_count;
  const ag_kernel_curve *curve; /* [curve_count] added to log_mass */
  double *advanced;             /* [count] log_mass + curves, or NULL; may be log_mass itself */
  double *mass;                 /* [count] exp(advanced - scale), or NULL */
  double scale;
  const ag_kernel_curve *measure; /* where to measure (no coefficients), or NULL */
  double *moment;                 /* [AG_TERMS] sum of mass T_k(t), with measure */
  double most;                    /* returned: the largest log_mass + curves */
} ag_kernel_run;

typedef struct ag_kernels {
  const char *name;
  void (*run)(ag_kernel_run *run);
  /* y[i] = exp(x[i] - shift); 0 below exp(-708). */
  void (*exp)(size_t count, const double *x, double shift, double *y);
  /* y[i] = log(x[i]) for normal positive x. */
  void (*log)(size_t count, const double *x, double *y);
  /* y[i] += factor sum_k moment[k] table[k * stride + i], AG_TERMS terms. */
  void (*spread)(size_t count, const double *table, size_t stride, const double *moment,
                 double factor, double *y);
  /* sum[k] = sum_i table[k * stride + i] y[i], AG_TERMS sums. */
  void (*gather)(size_t count, const double *table, size_t stride, const double *y, double *sum);
} ag_kernels;

/* The fastest kernels that this processor runs. */
const ag_kernels *ag_kernels_get(void);
/* All that it runs, ended by NULL: for tests and benchmarks. */
const ag_kernels *const *ag_kernels_all(void);

#endif

/* The loops of the mixture over points, eight at a time. gmm_kernel.c is compiled once
 * for each instruction set; ag_gmm_kernels_get picks at run time. Points come in chunks
 * whose coordinates lie one after the other; all sums inside a chunk run in a fixed
 * order.
 *
 * With A the inverse of a covariance's Cholesky factor, a component's density is
 * 2^(c - |z|^2), z = A (x - mean) sqrt(log2(e) / 2). Up to AG_GMM_CLOSED dimensions z is
 * formed as A x - A mean, which loses the digits by which a mean exceeds its component's
 * deviation, as other programs do; beyond, from x - mean. */
#ifndef AG_GENERATOR_GMM_KERNEL_H
#define AG_GENERATOR_GMM_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

enum {
  AG_GMM_CHUNK = 1920, /* points whose sums are formed by one thread; not a power of two,
                          so that coordinates do not fight for the same cache lines */
  AG_GMM_BLOCK = 128,  /* points that stay in the nearest cache between E and M */
  AG_GMM_LEAST = -900, /* exponents below count as this: no subnormal numbers */
  AG_GMM_CLOSED = 3,   /* dimensions up to this have loops of their own */
};

/* sqrt(log2(e) / 2). */
#define AG_GMM_ROOT 0.84932180028801904272

/* The numbers of a covariance, and of its factors: a packed lower triangle, row after
 * row, or the diagonal. */
static inline size_t ag_gmm_factor_size(size_t dim, bool full)
{
  return full ? dim * (dim + 1) / 2 : dim;
}

/* Tables of components have a column for each, in eights, so that components too can be
 * worked on eight at a time. */
static inline size_t ag_gmm_stride(size_t components)
{
  return (components + 7) / 8 * 8;
}

/* Rows of moments: sum r, sum r y [dim], sum r y y^T, where r is a point's responsibility.
 * y is z up to AG_GMM_CLOSED dimensions, and x - mean beyond; x - mean always for assign. */
static inline size_t ag_gmm_moment_rows(size_t dim, bool full)
{
  return 1 + dim + ag_gmm_factor_size(dim, full);
}

/* Rows of a mixture in use: c, mean [dim], A sqrt(log2(e) / 2), then weight, Cholesky
 * factor L. */
static inline size_t ag_gmm_state_rows(size_t dim, bool full)
{
  return 2 + dim + 2 * ag_gmm_factor_size(dim, full);
}

static inline size_t ag_gmm_weight_row(size_t dim, bool full)
{
  return 1 + dim + ag_gmm_factor_size(dim, full);
}

/* Doubles of room for one pass. */
static inline size_t ag_gmm_room_size(size_t dim, size_t components, bool full)
{
  size_t rows = dim <= AG_GMM_CLOSED ? components * (1 + dim) + 1 : components + 1 + 2 * dim;
  return rows * AG_GMM_BLOCK + 8 * dim +
         8 * ag_gmm_stride(components) * ag_gmm_moment_rows(dim, full);
}

/* A pass over one chunk. */
typedef struct ag_gmm_pass {
  size_t dim, components;
  bool full;
  size_t count;        /* 1 … AG_GMM_CHUNK */
  size_t stride;       /* a multiple of 8 that is at least count */
  const double *x;     /* [dim, stride], finite past count too */
  const double *state; /* [state rows, columns]; assign needs its means alone */
  size_t columns;      /* a multiple of 8 that is at least components */
  double *room;        /* [ag_gmm_room_size], aligned to 64 bytes */
  double *moment;      /* returned by learn and assign: [moment rows, columns] */
  double sum;          /* returned: learn and weigh: sum of the points' log densities,
                          nats (weigh: where they are not wanted one by one); assign: of their squared
                          distances */
} ag_gmm_pass;

/* An M step's end, of at most AG_GMM_CLOSED dimensions. */
typedef struct ag_gmm_step {
  size_t dim, components, columns;
  bool full, spherical;
  const double *moment; /* [moment rows, columns] as of learn, with this state */
  double *state;        /* in place: [state rows, columns] */
  double total;         /* sum of the moments' r */
  double least_points;  /* a component must have more than that */
  const double *added;  /* [dim] to the variances */
  double least_share;   /* of a variance, that is left given the coordinates before it, */
  const double *least;  /* [dim] and the least in any case */
} ag_gmm_step;

typedef struct ag_gmm_kernels {
  const char *name;
  /* E and M step: moments with the responsibilities of the components. */
  void (*learn)(ag_gmm_pass *pass);
  /* The same where each point belongs to the nearest mean (in equal parts, to several). */
  void (*assign)(ag_gmm_pass *pass);
  /* log_density [count], nats; a point too far away to say gets -INFINITY. NULL: their sum
   * alone. */
  void (*weigh)(ag_gmm_pass *pass, double *log_density);
  /* nearer [stride]: the lesser of closest and the squared distance to centre [dim]; NULL:
   * not wanted. Returned: its sum. */
  double (*approach)(const ag_gmm_pass *pass, const double *centre, const double *closest,
                     double *nearer);
  /* The next state, eight components at a time. False, with nothing changed, where some
   * component has too few points or too little variance. */
  bool (*update)(const ag_gmm_step *step);
  /* table [dim + factor size, columns]: means and covariances alone. */
  void (*measure)(const ag_gmm_step *step, double *table);
} ag_gmm_kernels;

const ag_gmm_kernels *ag_gmm_kernels_get(void);
/* All that this processor runs, ended by NULL: for tests. */
const ag_gmm_kernels *const *ag_gmm_kernels_all(void);

#endif

/* The loops of the mixture over points, eight at a time. gmm_kernel.c is compiled once
 * for each instruction set; ag_gmm_kernels_get picks at run time. Points come in chunks
 * whose coordinates lie one after the other; all sums inside a chunk run in a fixed
 * order.
 *
 * With A the inverse of a covariance's Cholesky factor, a component's density is
 * 2^(c - |z|^2), z = A (x - mean) sqrt(log2(e) / 2). */
#ifndef AG_GENERATOR_GMM_KERNEL_H
#define AG_GENERATOR_GMM_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

enum {
  AG_GMM_CHUNK = 2000, /* points whose sums are formed by one thread; not a power of two,
                          so that coordinates do not fight for the same cache lines */
  AG_GMM_BLOCK = 200,  /* points that stay in the nearest cache between E and M */
  AG_GMM_LEAST = -900, /* exponents below count as this: no subnormal numbers */
};

/* The numbers of a covariance, and of its factors: a packed lower triangle, row after
 * row, or the diagonal. */
static inline size_t ag_gmm_factor_size(size_t dim, bool full)
{
  return full ? dim * (dim + 1) / 2 : dim;
}

/* A component: c, mean [dim], A sqrt(log2(e) / 2). Its moments: sum r, sum r step [dim],
 * sum r step step^T, where r is a point's responsibility and step = x - mean. */
static inline size_t ag_gmm_component_size(size_t dim, bool full)
{
  return 1 + dim + ag_gmm_factor_size(dim, full);
}

/* Doubles of room for one pass. */
static inline size_t ag_gmm_room_size(size_t dim, size_t components, bool full)
{
  return (components + 1 + 2 * dim) * AG_GMM_BLOCK + 8 * dim +
         8 * components * ag_gmm_component_size(dim, full);
}

/* A pass over one chunk. */
typedef struct ag_gmm_pass {
  size_t dim, components;
  bool full;
  size_t count;            /* 1 … AG_GMM_CHUNK */
  size_t stride;           /* a multiple of 8 that is at least count */
  const double *x;         /* [dim, stride], finite past count too */
  const double *parameter; /* [components, ag_gmm_component_size] */
  double *room;            /* [ag_gmm_room_size], aligned to 64 bytes */
  double *moment;          /* returned by learn and assign: [components, component size] */
  double sum;              /* returned: learn and weigh: sum of the points' log densities,
                              nats; assign: of their squared distances */
} ag_gmm_pass;

/* An M step's end, of at most AG_GMM_CLOSED dimensions. */
enum { AG_GMM_CLOSED = 3 };
typedef struct ag_gmm_step {
  size_t dim, components;
  bool full, spherical;
  const double *moment; /* [components, component size] as of learn, with this parameter */
  double *parameter;    /* in place: [components, component size] */
  double total;         /* sum of the moments' r */
  double least_points;  /* a component must have more than that */
  double added;         /* to each variance */
  double least_share;   /* of a variance, that is left given the coordinates before it, */
  const double *least;  /* [dim] and the least in any case */
  double *weight;       /* returned: [components] */
  double *mean;         /* returned: [components, dim] */
  double *factor;       /* returned: [components, factor size] Cholesky factors L */
  double *inverse;      /* returned: [components, factor size] L^-1 */
} ag_gmm_step;

typedef struct ag_gmm_kernels {
  const char *name;
  /* E and M step: moments with the responsibilities of the components. */
  void (*learn)(ag_gmm_pass *pass);
  /* The same where each point belongs to the nearest mean (in equal parts, to several). */
  void (*assign)(ag_gmm_pass *pass);
  /* log_density [count], nats, or NULL; a point too far away to say gets -INFINITY. */
  void (*weigh)(ag_gmm_pass *pass, double *log_density);
  /* nearer [stride]: the lesser of closest and the squared distance to centre [dim]; NULL:
   * not wanted. Returned: its sum. */
  double (*approach)(const ag_gmm_pass *pass, const double *centre, const double *closest,
                     double *nearer);
  /* The next parameter, eight components at a time. False where some component has too few
   * points or too little variance: then parameter is as it was, the rest undefined. */
  bool (*update)(const ag_gmm_step *step);
} ag_gmm_kernels;

const ag_gmm_kernels *ag_gmm_kernels_get(void);
/* All that this processor runs, ended by NULL: for tests. */
const ag_gmm_kernels *const *ag_gmm_kernels_all(void);

#endif

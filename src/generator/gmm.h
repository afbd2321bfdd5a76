/* A Gaussian mixture and its fit: what the files of gmm share; nobody else includes
 * this, save tests and benchmarks. */
#ifndef AG_GENERATOR_GMM_H
#define AG_GENERATOR_GMM_H

#include "generator/generator.h"
#include "generator/gmm_kernel.h"

typedef enum ag_gmm_covariance { AG_GMM_FULL, AG_GMM_DIAGONAL, AG_GMM_SPHERICAL } ag_gmm_covariance;

enum { AG_GMM_STARTS_MOST = 1000 };

typedef struct ag_gmm_settings {
  size_t components; /* or the most of them, with bic */
  bool bic;
  ag_gmm_covariance covariance;
  double regularisation, tolerance;
  size_t iterations, starts; /* starts: 1 … AG_GMM_STARTS_MOST */
} ag_gmm_settings;

/* Factors are packed: see ag_gmm_factor_size. */
typedef struct ag_gmm_mixture {
  size_t dim, components, capacity; /* capacity: components that there is room for */
  bool full;
  double *weight;  /* [components] */
  double *mean;    /* [components, dim] */
  double *factor;  /* [components, factor size] Cholesky factors L of the covariances */
  double *inverse; /* [factor size] room for one inverse */
} ag_gmm_mixture;

/* An empty mixture with room for some components. Owner: ag_gmm_mixture_free. */
ag_status ag_gmm_mixture_create(size_t dim, bool full, size_t capacity, ag_gmm_mixture *mixture,
                                ag_error *error);
void ag_gmm_mixture_free(ag_gmm_mixture *mixture);
/* to, with room for from's components, becomes the same mixture. */
void ag_gmm_mixture_copy(const ag_gmm_mixture *from, ag_gmm_mixture *to);
/* state [ag_gmm_state_rows, columns]: what the kernels take. */
void ag_gmm_mixture_state(const ag_gmm_mixture *mixture, size_t columns, double *state);

/* The least variances: see gmm_fit.c. */
#define AG_GMM_LEAST_SHARE 0x1p-40
#define AG_GMM_LEAST_DEVIATION 0x1p-48
/* Choices closer than this are ties, which rounding, and so a unit, must not decide: the first
 * stays. */
#define AG_GMM_TIE 1e-9

/* Of two numbers; fmax, which minds NaN, is a call. */
static inline double ag_gmm_larger(double a, double b)
{
  return a > b ? a : b;
}

/* Where the variance of coordinate d lies in a covariance, or L[d, d] in its factor. */
static inline size_t ag_gmm_diagonal(bool full, size_t d)
{
  return full ? d * (d + 3) / 2 : d;
}

/* In place: a covariance becomes its Cholesky factor. False where the variance of some
 * coordinate d, given those before it, is below least [dim]; it is undefined then. */
bool ag_gmm_factorize(size_t dim, bool full, const double *least, double *covariance);
/* inverse: of a Cholesky factor. */
void ag_gmm_invert(size_t dim, bool full, const double *factor, double *inverse);
/* Both by LAPACK, which they use beyond AG_GMM_CLOSED dimensions; full ones. */
bool ag_gmm_factorize_lapack(size_t dim, double *covariance);
void ag_gmm_invert_lapack(size_t dim, const double *factor, double *inverse);
/* covariance: L L^T of a Cholesky factor. */
void ag_gmm_multiply(size_t dim, bool full, const double *factor, double *covariance);

/* The room of a fit, and the data in working coordinates: (x unit - shift) / scale, where
 * unit is a power of two that puts the largest value of a coordinate near one. */
typedef struct ag_gmm_fitter {
  size_t dim, components; /* components: the most that there is room for */
  bool full;
  const ag_gmm_kernels *kernels;
  bool spherical;
  double *unit, *shift, *scale;     /* [dim] */
  double log_unit;                  /* of one in working coordinates: sum log(unit / scale) */
  double *variance, *added, *least; /* [dim] of the data; by the regularisation; see gmm_fit.c */
  /* the mixture under work */
  size_t active, columns; /* its components, and those of the tables */
  bool singular;          /* one of its covariances got the least variance */
  double *state;          /* [state rows, columns] */
  double *table;          /* [dim + factor size, columns] its means and covariances */
  double *trial;          /* [factor size] a covariance under work, */
  double *allowed;        /* [dim] and its least variances */
  ag_gmm_mixture work, best, overall;
  /* what grows with the data */
  size_t count, chunks, stride; /* stride: of every chunk */
  double *x;                    /* [chunks][dim, stride] */
  double *moment;               /* [chunks][moment rows, columns] */
  double *sum;                  /* [chunks] */
  double *closest;              /* [chunks, stride] squared distances to the nearest start */
  double *running;              /* [chunks, stride / 8] their running sums */
  double *room;                 /* [threads, room size] */
  size_t room_size, capacity, threads;
} ag_gmm_fitter;

/* Status: AG_ERROR_MEMORY. Owner: ag_gmm_fitter_free. */
ag_status ag_gmm_fitter_create(size_t dim, ag_gmm_covariance covariance, size_t components,
                               ag_gmm_fitter *fitter, ag_error *error);
void ag_gmm_fitter_free(ag_gmm_fitter *fitter);

/* Takes in data, which must be finite. Status: AG_ERROR_MEMORY; the fitter then holds no
 * data. */
ag_status ag_gmm_fitter_load(ag_gmm_fitter *fitter, const ag_sample *data, ag_error *error);

/* Sums of a kernel over all chunks, those of the chunks added in order: the moments of the
 * mixture under work are then in fitter->moment [moment rows, columns]. */
double ag_gmm_learn(ag_gmm_fitter *fitter);
double ag_gmm_assign(ag_gmm_fitter *fitter);
/* The sum of the log densities alone. */
double ag_gmm_weigh(ag_gmm_fitter *fitter);
/* The sum of the lesser of fitter->closest and the squared distance to centre [dim];
 * keep: which become the closest. */
double ag_gmm_approach(ag_gmm_fitter *fitter, const double *centre, bool keep);

/* Random start number `start` (k-means++, then Lloyd's iterations): up to so many
 * components, as many as there are different points. The moments are then those of their
 * clusters, for ag_gmm_update. */
void ag_gmm_start(ag_gmm_fitter *fitter, size_t components, const ag_random_key *key,
                  uint32_t start);

/* M step: the mixture under work from its moments. Components to which less than a
 * billionth of a point belongs are left out; returned: whether any was. */
bool ag_gmm_update(ag_gmm_fitter *fitter, const ag_gmm_settings *settings);

/* EM from the mixture under work on. report: iterations, converged, log_likelihood (per
 * item, in working coordinates), components. */
void ag_gmm_improve(ag_gmm_fitter *fitter, const ag_gmm_settings *settings, ag_fit_report *report);

/* The whole fit to the loaded data; the mixture, with room for the fitter's components, is
 * in the data's coordinates. */
void ag_gmm_fit(ag_gmm_fitter *fitter, const ag_gmm_settings *settings, const ag_random_key *key,
                ag_gmm_mixture *mixture, ag_fit_report *report);

/* The mixture under work from one in the data's coordinates, for a fit from a given start,
 * and the way back. */
void ag_gmm_put(ag_gmm_fitter *fitter, const ag_gmm_mixture *mixture);
void ag_gmm_take(const ag_gmm_fitter *fitter, ag_gmm_mixture *mixture);

#endif

/* A kernel density estimate's data, laid out for sums over all of them. */
#ifndef AG_GENERATOR_KDE_H
#define AG_GENERATOR_KDE_H

#include <stddef.h>

enum {
  AG_KDE_TILE = 256,    /* data in a tile */
  AG_KDE_QUERIES = 16,  /* weighed against a tile while it is in cache */
  AG_KDE_DIM_MOST = 64, /* beyond a few dimensions the estimate says little anyway */
};

/* The data in coordinates in which the kernel is the standard normal. */
typedef struct ag_kde_tiles {
  size_t dim, count; /* count: of the data */
  const double *z;   /* [tiles, dim, AG_KDE_TILE], the last one filled up with INFINITY */
} ag_kde_tiles;

/* log_sum [queries], queries <= AG_KDE_QUERIES: log sum_i exp(-|q - z_i|^2 / 2), for each
 * row q of query [queries, dim], finite. -INFINITY only where every distance overflows. */
void ag_kde_log_sums(const ag_kde_tiles *tiles, const double *query, size_t queries,
                     double *log_sum);

#endif

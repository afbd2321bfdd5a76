/* Generators: models that are fitted to a sample and generate new ones. A
 * generator is one file (or folder) with one ag_generator_type; the list in
 * generator.c registers it. */
#ifndef AG_GENERATOR_GENERATOR_H
#define AG_GENERATOR_GENERATOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/parameter.h"
#include "base/random.h"
#include "base/watch.h"
#include "population/items.h"
#include "population/sample.h"

/* What a fit had to do. */
typedef struct ag_fit_report {
  size_t components, iterations;
  bool converged;   /* true for a fit that does not iterate */
  bool reduced;     /* fewer components than asked for: too few different items */
  bool regularised; /* a tenth of a variance or more was the regularisation, or it was the least */
  double log_likelihood; /* mean per item of the data, nats; NaN where there is no density,
                          * or where it would cost far more than the fit */
} ag_fit_report;

/* A part of a fitted model, to be saved and loaded. */
typedef struct ag_generator_array {
  const char *name;
  size_t count;
  const double *value;
} ag_generator_array;

enum { AG_GENERATOR_ARRAYS_MOST = 8 };

/* What a model of a generator without `create` is. */
typedef struct ag_generator_basis {
  const void *settings;
  ag_items items;
} ag_generator_basis;

/* AG_DESCRIBED's parameters are the settings. Everything but name, summary, what it takes and
 * sample is optional: without fit there is nothing to learn. */
typedef struct ag_generator_type {
  AG_DESCRIBED;
  bool takes_points, takes_items;
  bool takes_texts; /* learns texts (samples with a pool, to which sample adds what it writes) */
  bool alone;       /* keeps all threads busy itself: its replicates are played one by one */
  /* Reads what the table leaves to it and checks what one setting says of another. node: the
   * value under the key, or absent; settings: as the table has filled them; immutable later. */
  ag_status (*read)(ag_node node, const ag_space *space, void *settings, ag_error *error);
  /* Frees what read has made in the settings. */
  void (*release)(void *settings);
  /* What was understood of a folder, in a sentence without its full stop; borrowed. NULL, or the
   * function NULL: nothing. */
  const char *(*remark)(const void *settings);
  /* An unfitted model with its room to work in; borrows settings and the items' arrays, but not
   * the view. NULL: an ag_generator_basis, and free() is free_model. */
  ag_status (*create)(const void *settings, const ag_items *items, void **model, ag_error *error);
  void (*free_model)(void *model);
  /* Somebody watches start, fit, sample and score from now on; NULL: nobody. The
   * watch is borrowed. NULL: all of it is quick. After an interrupt they return
   * AG_ERROR_INTERRUPTED, and the model is unfitted. */
  void (*watch)(void *model, const ag_watch *watch);
  /* Makes the model what it is before the first generation: it is read from a folder, or
   * learns the first dataset. What a later fit starts from, and score can be asked. NULL:
   * there is no model before the first fit. Status: as fit. */
  ag_status (*start)(void *model, const ag_sample *data, const ag_random_key *key, ag_error *error);
  /* Fits to data (count >= 1, finite), forgetting any earlier fit. Random starts come
   * from the key alone. The same bits for any number of threads. Every defined input
   * gives a model that can generate: see the file for degenerate ones.
   * Status: AG_ERROR_INPUT: no data, or a coordinate that is not finite (the message
   *   names the item); AG_ERROR_MEMORY. After a failure the model is unfitted. */
  ag_status (*fit)(void *model, const ag_sample *data, const ag_random_key *key,
                   ag_fit_report *report, ag_error *error);
  /* Makes out (which has the right dim) count items of the fitted model; item i depends
   * on the model, the key and i alone. Status: AG_ERROR_MEMORY. */
  ag_status (*sample)(void *model, size_t count, const ag_random_key *key, ag_sample *out,
                      ag_error *error);
  /* log_density [at->count] of the fitted model, nats; with respect to volume for points,
   * to counting for items; -INFINITY outside the support. NULL: it has none. */
  void (*log_density)(void *model, const ag_sample *at, double *log_density);
  /* score [asked->count] of the started or fitted model. NULL: it does not weigh texts. Status:
   * AG_ERROR_MEMORY and what the model's own work can meet. */
  ag_status (*score)(void *model, const ag_text_question *asked, ag_text_score *score,
                     ag_error *error);
  /* Adds what texts have lost since it was last asked, in start, fit and sample. NULL: it does not
   * know, or none loses anything. */
  void (*take_cuts)(void *model, ag_text_cuts *cuts);
  /* Writes the model as files for other programs into a directory that exists. NULL: it has
   * none. Status: AG_ERROR_IO, AG_ERROR_MEMORY. */
  ag_status (*write)(void *model, const char *directory, ag_error *error);
  /* The fitted model as arrays, borrowed until the next fit; returns their number. */
  size_t (*save)(void *model, ag_generator_array array[AG_GENERATOR_ARRAYS_MOST]);
  /* Puts a saved model back: it then samples and weighs with the same bits.
   * Status: AG_ERROR_INPUT for arrays that are no such model, AG_ERROR_MEMORY. */
  ag_status (*load)(void *model, const ag_generator_array *array, size_t count, ag_error *error);
} ag_generator_type;

extern const ag_generator_type *const ag_generator_types[]; /* ended by NULL; ideal is first */
extern const ag_list ag_generators;                         /* the same */

/* A generator with its settings. */
typedef struct ag_generator {
  const ag_generator_type *type;
  void *settings;
} ag_generator;

/* Reads `ideal`, or `gmm: {…}` (a mapping with one key). Absent: ideal. Refuses a
 * generator that cannot learn the space's items. Owner: ag_generator_free. */
ag_status ag_generator_read(ag_node node, const ag_space *space, ag_generator *generator,
                            ag_error *error);
void ag_generator_free(ag_generator *generator);

/* A model of one replicate. */
typedef struct ag_model {
  const ag_generator_type *type;
  void *state;
} ag_model;

ag_status ag_model_create(const ag_generator *generator, const ag_space *space, ag_model *model,
                          ag_error *error);
void ag_model_free(ag_model *model);
/* As the type's fit, save and load, where it has them; otherwise nothing is learnt. */
ag_status ag_model_fit(ag_model *model, const ag_sample *data, const ag_random_key *key,
                       ag_fit_report *report, ag_error *error);
size_t ag_model_save(const ag_model *model, ag_generator_array array[AG_GENERATOR_ARRAYS_MOST]);
ag_status ag_model_load(ag_model *model, const ag_generator_array *array, size_t count,
                        ag_error *error);

/* What several generators share. */

/* Refuses no data and coordinates that are not finite, naming the item. */
ag_status ag_generator_check_data(const ag_sample *data, ag_error *error);
/* The array called name with count values (SIZE_MAX: any number), or NULL. */
const double *ag_generator_find(const ag_generator_array *array, size_t arrays, const char *name,
                                size_t *count);

/* Writes items [first, end) of out, one block of AG_RANDOM_BLOCK (the last may be
 * shorter); the items' random numbers are the block's. */
typedef void ag_generator_fill(const void *model, const ag_random_key *key, uint32_t block,
                               size_t first, size_t end, ag_sample *out);
/* Makes out count items long and fills its blocks, many blocks on several threads.
 * Status: AG_ERROR_MEMORY. */
ag_status ag_generator_fill_blocks(ag_generator_fill *fill, const void *model, size_t count,
                                   const ag_random_key *key, ag_sample *out, ag_error *error);

#endif

/* A model's tensors, in one file or in several: `model.safetensors`, or the shards that
 * `model.safetensors.index.json` names. What programs put before a tensor's name is taken away:
 * `module.`, `_orig_mod.` and `transformer.`, in any order. */
#ifndef AG_GENERATOR_TRANSFORMER_WEIGHTS_H
#define AG_GENERATOR_TRANSFORMER_WEIGHTS_H

#include "base/safetensors.h"

/* A tensor of a file; borrowed. */
typedef struct ag_weight {
  const char *name; /* without what stands before it */
  const ag_tensor *tensor;
  const ag_safetensors *file;
} ag_weight;

typedef struct ag_weights ag_weights;

/* Opens the files in a folder. Refused besides what ag_safetensors_open refuses: two tensors that
 * have one name; an index that names a file elsewhere, or a tensor that its file does not have.
 * Status: AG_ERROR_INPUT, AG_ERROR_IO, AG_ERROR_MEMORY. Owner: ag_weights_free. */
ag_status ag_weights_open(const char *directory, ag_weights **weights, ag_error *error);
/* One file that is open, which is taken, also after a failure. */
ag_status ag_weights_of(ag_safetensors *file, ag_weights **weights, ag_error *error);
void ag_weights_free(ag_weights *weights);

/* For errors: the first file, or the index. */
const char *ag_weights_name(const ag_weights *weights);
size_t ag_weights_file_count(const ag_weights *weights);
/* The tensors by name. */
size_t ag_weights_count(const ag_weights *weights);
const ag_weight *ag_weights_at(const ag_weights *weights, size_t index);
/* The tensor with this name, or NULL. */
const ag_weight *ag_weights_find(const ag_weights *weights, const char *name);

#endif

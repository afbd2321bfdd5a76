/* A model's folder as it is found: config, weights and vocabulary, which agree. */
#ifndef AG_GENERATOR_TRANSFORMER_MODEL_FOLDER_H
#define AG_GENERATOR_TRANSFORMER_MODEL_FOLDER_H

#include "generator/transformer/bpe.h"
#include "generator/transformer/model_files.h"
#include "generator/transformer/transformer.h"

/* Read only. {0}: none. */
typedef struct ag_model_folder {
  ag_gpt2_config config; /* vocab_size: the vocabulary's; end: its end */
  ag_weights *weights;
  ag_bpe *bpe;
  char *remark; /* what was understood, in a sentence without its full stop */
} ag_model_folder;

/* Refused besides what ag_gpt2_config_read, ag_weights_open, ag_bpe_read and ag_gpt2_check refuse:
 * a vocabulary that is larger than the model's, or far smaller (more than 1024 rows or half of
 * them would belong to no token); an epsilon other than 1e-5.
 * Status: AG_ERROR_INPUT with the file, AG_ERROR_IO, AG_ERROR_MEMORY. Owner: ag_model_folder_close
 * (legal for a cleared struct). */
ag_status ag_model_folder_open(const char *directory, ag_model_folder *folder, ag_error *error);
void ag_model_folder_close(ag_model_folder *folder);

/* All parameters, into a model of the folder's sizes. Status: as ag_safetensors_read. */
ag_status ag_model_folder_read(const ag_model_folder *folder, ag_transformer *model,
                               ag_error *error);

#endif

/* Any bytes as a file of tensors: what is accepted lies inside the file, covers it, and can
 * be read; and as the file of a model. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "generator/transformer/model_files.h"

static void require(int condition)
{
  if (!condition)
    abort();
}

static void check_tensors(const ag_safetensors *file, size_t size)
{
  size_t end = 0;
  ag_error error = {0};
  for (size_t i = 0; i < ag_safetensors_count(file); i++) {
    const ag_tensor *tensor = ag_safetensors_at(file, i);
    require(tensor->begin <= size && tensor->size <= size - tensor->begin);
    require(i == 0 || tensor->begin == end);
    end = (size_t)(tensor->begin + tensor->size);
    require(ag_safetensors_find(file, tensor->name) == tensor);
    float *value = malloc((tensor->count + 1) * sizeof *value);
    ag_status status = ag_safetensors_read(file, tensor, value, &error);
    require(status == (tensor->type > AG_TENSOR_BF16 ? AG_ERROR_INPUT : AG_OK)); /* not as f32 */
    free(value);
  }
  require(ag_safetensors_count(file) == 0 || end == size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const ag_gpt2_config tiny = {.vocab_size = 2,
                                      .n_positions = 1,
                                      .n_embd = 1,
                                      .n_layer = 1,
                                      .n_head = 1,
                                      .layer_norm_epsilon = 1e-5};
  ag_safetensors *file = NULL;
  ag_gpt2_config config;
  ag_error error = {0};
  if (ag_safetensors_parse("fuzz", data, size, &file, &error) == AG_OK) {
    check_tensors(file, size);
    ag_weights *weights = NULL;
    if (ag_weights_of(file, &weights, &error) == AG_OK)
      require(ag_gpt2_check(weights, &tiny, &error) == AG_OK || error.message[0]);
    else
      require(error.status == AG_ERROR_INPUT && error.message[0]);
    ag_weights_free(weights);
  } else {
    require(error.status == AG_ERROR_INPUT && error.file[0] && error.message[0]);
  }
  if (ag_gpt2_config_parse("fuzz", (const char *)data, size, &config, &error) == AG_OK)
    require(ag_gpt2_config_check(&config, &error) == AG_OK);
  return 0;
}

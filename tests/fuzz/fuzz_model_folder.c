/* Any bytes as the model.safetensors.index.json of a model's folder, as its tokenizer.json, or as
 * its config.json: the folder is read, or refused with words. */
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

#include "base/files.h"
#include "generator/transformer/model_folder.h"
#include "generator/transformer/model_files.h"

static const char *const names[] = {"model.safetensors.index.json", "tokenizer.json", "config.json",
                                    "tokenizer_config.json"};
static char folder[64];

static void put(const char *name, const void *data, size_t size)
{
  char *path = ag_path_join(folder, name);
  FILE *to = fopen(path, "we");
  require(to && fwrite(data, 1, size, to) == size && fclose(to) == 0);
  free(path);
}

static void remove_all(void)
{
  char words[160];
  snprintf(words, sizeof words, "rm -rf %s", folder);
  if (system(words) != 0)
    fputs("the folder is left\n", stderr);
}

/* A file of two tensors, as shards have them. */
static void put_shard(void)
{
  static const char header[] = "{\"wte.weight\":{\"dtype\":\"F32\",\"shape\":[2,1],"
                               "\"data_offsets\":[0,8]},\"wpe.weight\":{\"dtype\":\"F32\","
                               "\"shape\":[1,1],\"data_offsets\":[8,12]}}";
  uint8_t bytes[8 + sizeof header - 1 + 12] = {(uint8_t)(sizeof header - 1)};
  memcpy(bytes + 8, header, sizeof header - 1);
  put("model-00001-of-00001.safetensors", bytes, sizeof bytes);
}

static void put_config(void)
{
  static const char config[] =
      "{\"model_type\":\"gpt2\",\"vocab_size\":2,\"n_positions\":1,\"n_embd\":1,\"n_layer\":1,"
      "\"n_head\":1,\"layer_norm_epsilon\":1e-5}";
  put("config.json", config, sizeof config - 1);
}

static void begin(void)
{
  bool shared = access("/dev/shm", W_OK) == 0;
  snprintf(folder, sizeof folder, "%s/aligngame-fuzz-XXXXXX", shared ? "/dev/shm" : "/tmp");
  require(mkdtemp(folder) != NULL && atexit(remove_all) == 0);
  put_config();
  put_shard();
}

/* The first byte is which file. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  ag_model_folder read = {.weights = NULL};
  ag_weights *weights = NULL;
  ag_error error = {0};
  if (!folder[0])
    begin();
  if (size == 0)
    return 0;
  const char *name = names[data[0] % (sizeof names / sizeof *names)];
  put(name, data + 1, size - 1);
  if (ag_weights_open(folder, &weights, &error) != AG_OK)
    require(error.message[0]);
  ag_weights_free(weights);
  if (ag_model_folder_open(folder, &read, &error) != AG_OK)
    require(error.message[0]);
  else
    ag_model_folder_close(&read);
  char *path = ag_path_join(folder, name);
  unlink(path);
  free(path);
  put_config();
  return 0;
}

/* Tensors in files: bits that come back, conversions, and everything hostile that a header
 * can say. `safetensors --print FILE` and `--write FILE` are for test_safetensors.py. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/text.h"
#include "generator/transformer/model_files.h"
#include "tests/check.h"

static char folder[] = "/tmp/aligngame-safetensors-XXXXXX";

static const char *in_folder(const char *name)
{
  static char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static uint32_t bits_of(float x)
{
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

/* ---- conversions ---- */

/* What the bits mean, by the definition of the format. */
static double meaning(unsigned bits, int exponent_bits, int fraction_bits)
{
  int bias = (1 << (exponent_bits - 1)) - 1, top = (1 << exponent_bits) - 1;
  int exponent = (int)(bits >> fraction_bits) & top;
  double fraction = (double)(bits & ((1u << fraction_bits) - 1)) / (double)(1u << fraction_bits);
  double magnitude = exponent == top ? (fraction > 0 ? NAN : INFINITY)
                     : exponent == 0 ? ldexp(fraction, 1 - bias)
                                     : ldexp(1 + fraction, exponent - bias);
  return bits >> (exponent_bits + fraction_bits) & 1 ? -magnitude : magnitude;
}

static bool same_number(float x, double expected)
{
  return isnan(expected) ? isnan(x) : (double)x == expected && !signbit(x) == !signbit(expected);
}

static void all_halves(void)
{
  size_t wrong = 0;
  for (unsigned bits = 0; bits < 0x10000; bits++) {
    wrong += !same_number(ag_float_from_f16((uint16_t)bits), meaning(bits, 5, 10));
    wrong += !same_number(ag_float_from_bf16((uint16_t)bits), meaning(bits, 8, 7));
    wrong += bits_of(ag_float_from_bf16((uint16_t)bits)) != bits << 16;
  }
  CHECK(wrong == 0);
  /* the bits of a NaN stay */
  CHECK(bits_of(ag_float_from_f16(0xFD01)) == (0xFF800000u | 0x101u << 13));
}

/* ---- writing and reading ---- */

static const uint32_t odd_bits[6] = {0x7FC12345, 0x80000000, 1, 0x7F800000, 0xFF7FFFFF, 0x3F800000};

static const ag_tensor_source *odd_tensors(size_t *count)
{
  static float value[6];
  static const float eight[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  memcpy(value, odd_bits, sizeof value);
  static const ag_tensor_source source[] = {
      {.name = "z", .dimensions = 2, .shape = {2, 3}, .value = value},
      {.name = "a.b", .dimensions = 3, .shape = {2, 2, 2}, .value = eight},
      {.name = "empty", .dimensions = 2, .shape = {0, 7}, .value = NULL},
      {.name = "one", .dimensions = 0, .value = eight + 4},
  };
  *count = 4;
  return source;
}

static void bits_come_back(void)
{
  size_t count, size, other;
  const ag_tensor_source *source = odd_tensors(&count);
  ag_safetensors *file = NULL;
  float value[8];
  CHECK(ag_safetensors_write(in_folder("a"), source, count, NULL) == AG_OK);
  CHECK(ag_safetensors_open(in_folder("a"), &file, NULL) == AG_OK);
  CHECK(ag_safetensors_count(file) == 4);
  const ag_tensor *z = ag_safetensors_find(file, "z"), *one = ag_safetensors_find(file, "one");
  const ag_tensor *empty = ag_safetensors_find(file, "empty");
  CHECK(z && z->type == AG_TENSOR_F32 && z->dimensions == 2 && z->shape[0] == 2 &&
        z->shape[1] == 3 && z->count == 6);
  CHECK(z && ag_safetensors_read(file, z, value, NULL) == AG_OK &&
        memcmp(value, odd_bits, sizeof odd_bits) == 0);
  CHECK(one && one->count == 1 && ag_safetensors_read(file, one, value, NULL) == AG_OK &&
        value[0] == 5);
  CHECK(empty && empty->count == 0 && ag_safetensors_read(file, empty, NULL, NULL) == AG_OK);
  CHECK(!ag_safetensors_find(file, "y") && !ag_safetensors_find(file, "__metadata__"));
  ag_safetensors_free(file);
  /* the order of the sources does not show */
  ag_tensor_source turned[4];
  for (size_t i = 0; i < 4; i++)
    turned[i] = source[3 - i];
  char *first, *second;
  CHECK(ag_safetensors_write(in_folder("b"), turned, count, NULL) == AG_OK);
  CHECK(ag_file_read(in_folder("a"), &first, &size, NULL) == AG_OK);
  CHECK(ag_file_read(in_folder("b"), &second, &other, NULL) == AG_OK);
  CHECK(size == other && memcmp(first, second, size) == 0);
  free(first);
  free(second);
}

/* More than one piece of conversion, in each type. */
static void long_tensors(void)
{
  enum { COUNT = 70001 };
  static unsigned char bytes[512 + 2 * COUNT];
  static float value[COUNT];
  for (int kind = 0; kind < 2; kind++) {
    int length = snprintf((char *)bytes + 8, 500,
                          "{\"x\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}",
                          kind ? "BF16" : "F16", COUNT, 2 * COUNT);
    memset(bytes, 0, 8);
    bytes[0] = (unsigned char)length;
    unsigned char *data = bytes + 8 + length;
    for (int i = 0; i < COUNT; i++) {
      data[2 * i] = (unsigned char)i;
      data[2 * i + 1] = (unsigned char)(i >> 8);
    }
    ag_safetensors *file = NULL;
    CHECK(ag_safetensors_parse("x", bytes, (size_t)(8 + length + 2 * COUNT), &file, NULL) == AG_OK);
    CHECK(file && ag_safetensors_read(file, ag_safetensors_at(file, 0), value, NULL) == AG_OK);
    size_t wrong = 0;
    for (int i = 0; i < COUNT; i++) {
      uint16_t half = (uint16_t)i;
      wrong +=
          bits_of(value[i]) != bits_of(kind ? ag_float_from_bf16(half) : ag_float_from_f16(half));
    }
    CHECK(wrong == 0);
    ag_safetensors_free(file);
  }
}

static void bad_sources_are_refused(void)
{
  float x[4] = {0};
  ag_tensor_source good = {.name = "a", .dimensions = 1, .shape = {4}, .value = x};
  ag_tensor_source source[2] = {good, good};
  CHECK(ag_safetensors_write(in_folder("c"), source, 2, NULL) == AG_ERROR_INPUT);
  static const char *const names[] = {"", "a\"", "a\\", "a\n", "é", "__metadata__"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    source[0].name = names[i];
    CHECK(ag_safetensors_write(in_folder("c"), source, 1, NULL) == AG_ERROR_INPUT);
  }
  source[0] = (ag_tensor_source){.name = "a", .dimensions = 2, .shape = {SIZE_MAX / 2, 8}};
  CHECK(ag_safetensors_write(in_folder("c"), source, 1, NULL) == AG_ERROR_INPUT);
  source[0].dimensions = AG_TENSOR_DIMENSIONS_MOST + 1;
  CHECK(ag_safetensors_write(in_folder("c"), source, 1, NULL) == AG_ERROR_INPUT);
  CHECK(access(in_folder("c"), F_OK) != 0);
  CHECK(ag_safetensors_write("/tmp/no/such/folder/x", &good, 1, NULL) == AG_ERROR_IO);
}

/* ---- hostile files ---- */

/* Opens a header with `data` bytes of zeros after it, from memory and from a file: both
 * must say the same. */
static ag_status open_header(const char *header, uint64_t length, size_t data, ag_error *error)
{
  size_t size = strlen(header);
  char *bytes = calloc(1, 8 + size + data);
  for (int i = 0; i < 8; i++)
    bytes[i] = (char)(length >> 8 * i);
  memcpy(bytes + 8, header, size);
  ag_safetensors *file = NULL;
  ag_error other = {0};
  ag_status status = ag_safetensors_parse("hostile", bytes, 8 + size + data, &file, error);
  CHECK((status == AG_OK) == (file != NULL));
  ag_safetensors_free(file);
  FILE *stream = fopen(in_folder("hostile"), "wb");
  CHECK(stream && fwrite(bytes, 1, 8 + size + data, stream) == 8 + size + data);
  if (stream)
    fclose(stream);
  file = NULL;
  CHECK(ag_safetensors_open(in_folder("hostile"), &file, &other) == status);
  CHECK(!status || (strstr(other.file, "/hostile") && !strcmp(other.message, error->message)));
  ag_safetensors_free(file);
  free(bytes);
  return status;
}

static void refuse(const char *header, size_t data, const char *reason)
{
  ag_error error = {0};
  ag_status status = open_header(header, strlen(header), data, &error);
  bool good = status == AG_ERROR_INPUT && strcmp(error.file, "hostile") == 0 &&
              strstr(error.message, reason);
  if (!good)
    printf("# %.70s: status %d: %s (expected: %s)\n", header, status, error.message, reason);
  CHECK(good);
}

#define F32(name, shape, begin, end)                                                               \
  "\"" name "\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[" begin "," end "]}"

static void hostile_lengths_are_refused(void)
{
  static const uint64_t lengths[] = {3, 1000, UINT64_MAX, UINT64_MAX - 7, (uint64_t)1 << 63};
  ag_error error = {0};
  ag_safetensors *file = NULL;
  CHECK(open_header("{}", 2, 0, &error) == AG_OK);
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
    CHECK(open_header("{}", lengths[i], 0, &error) == AG_ERROR_INPUT &&
          strstr(error.message, "header would have"));
  CHECK(open_header("{}", 0, 0, &error) == AG_ERROR_INPUT);
  CHECK(open_header("{}", 1, 0, &error) == AG_ERROR_INPUT);
  for (size_t size = 0; size < 8; size++)
    CHECK(ag_safetensors_parse("x", "\2\0\0\0\0\0\0\0", size, &file, &error) == AG_ERROR_INPUT &&
          strstr(error.message, "shorter than"));
  CHECK(open_header("{}", (uint64_t)17 << 20, (size_t)18 << 20, &error) == AG_ERROR_INPUT &&
        strstr(error.message, "at most"));
}

static void hostile_headers_are_refused(void)
{
  refuse("[]", 0, "not a JSON object");
  refuse(" {}", 0, "not a JSON object");
  refuse("{} x", 0, "not JSON");
  refuse("{\"a\":", 0, "not JSON");
  refuse("{\"\xff\":1}", 0, "not JSON");
  refuse("{\"a\\u0000b\":1}", 0, "not JSON");
  refuse("{\"a\":1}", 0, "no dtype");
  refuse("{\"a\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "no dtype");
  refuse("{\"a\":{\"dtype\":32,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "no dtype");
  refuse("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}", 4, "no shape");
  refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "no data_offsets");
  refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", 8,
         "no data_offsets");
  refuse("{" F32("a", "[1]", "0", "4") "," F32("a", "[1]", "4", "8") "}", 8, "a name twice");
  refuse("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 8, "a name twice");
  refuse("{" F32("a", "[-1]", "0", "4") "}", 4, "not of whole numbers");
  refuse("{" F32("a", "[1.0]", "0", "4") "}", 4, "not of whole numbers");
  refuse("{" F32("a", "[\"1\"]", "0", "4") "}", 4, "not of whole numbers");
  refuse("{" F32("a", "[18446744073709551616]", "0", "4") "}", 4, "not JSON");
  refuse("{" F32("a", "[1,1,1,1,1,1,1,1,1]", "0", "4") "}", 4, "9 dimensions");
  refuse("{" F32("a", "[4294967296,4294967296]", "0", "0") "}", 0, "overflows");
  refuse("{" F32("a", "[4611686018427387904]", "0", "0") "}", 0, "overflows");
  refuse("{" F32("a", "[4611686018427387905]", "0", "4") "}", 4, "overflows");
  refuse("{" F32("a", "[1]", "4", "0") "}", 4, "no data_offsets");
  refuse("{" F32("a", "[1]", "-4", "0") "}", 4, "no data_offsets");
  refuse("{" F32("a", "[2]", "0", "4") "}", 4, "need 8");
  refuse("{" F32("a", "[1]", "0", "8") "}", 8, "need 4");
  refuse("{" F32("a", "[2]", "0", "8") "}", 7, "truncated");
  refuse("{" F32("a", "[1]", "9223372036854775800", "9223372036854775804") "}", 4, "truncated");
  refuse("{" F32("a", "[2]", "0", "8") "," F32("b", "[2]", "4", "12") "}", 12, "overlap");
  refuse("{" F32("a", "[2]", "0", "8") "," F32("b", "[2]", "0", "8") "}", 8, "overlap");
  refuse("{" F32("a", "[1]", "4", "8") "}", 8, "4 bytes before");
  refuse("{" F32("a", "[1]", "0", "4") "," F32("b", "[1]", "8", "12") "}", 12, "4 bytes before");
  refuse("{" F32("a", "[1]", "0", "4") "}", 9, "5 bytes after");
  char *deep = malloc(100001);
  memset(deep, '[', 100000);
  memcpy(deep, "{\"a\":", 5);
  deep[100000] = '\0';
  refuse(deep, 0, "not JSON");
  free(deep);
  ag_error error = {0};
  const char *fine = "{" F32("b", "[0,9]", "4", "4") "," F32(
      "a", "[1]", "0", "4") ","
                            "\"__metadata__\":{\"format\":\"pt\"}}   ";
  CHECK(open_header(fine, strlen(fine), 4, &error) == AG_OK);
}

static void other_types_are_not_read(void)
{
  const char *header = "{\"a\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}";
  char bytes[200] = {(char)strlen(header)};
  memcpy(bytes + 8, header, strlen(header));
  ag_safetensors *file = NULL;
  ag_error error = {0};
  float x;
  CHECK(ag_safetensors_parse("x", bytes, 16 + strlen(header), &file, &error) == AG_OK);
  CHECK(file &&
        ag_safetensors_read(file, ag_safetensors_at(file, 0), &x, &error) == AG_ERROR_INPUT);
  ag_safetensors_free(file);
}

static void other_files_are_refused(void)
{
  size_t count;
  const ag_tensor_source *source = odd_tensors(&count);
  ag_safetensors *file = NULL;
  ag_error error = {0};
  float value[8];
  CHECK(ag_safetensors_open(folder, &file, &error) == AG_ERROR_INPUT);
  CHECK(ag_safetensors_open("/tmp/no/such/file", &file, &error) == AG_ERROR_INPUT);
  CHECK(mkfifo(in_folder("pipe"), 0600) == 0);
  CHECK(ag_safetensors_open(in_folder("pipe"), &file, &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, "regular") != NULL);
  /* a file that shrinks after it was opened */
  CHECK(ag_safetensors_write(in_folder("a"), source, count, NULL) == AG_OK);
  CHECK(ag_safetensors_open(in_folder("a"), &file, &error) == AG_OK);
  CHECK(truncate(in_folder("a"), 300) == 0);
  CHECK(ag_safetensors_read(file, ag_safetensors_find(file, "z"), value, &error) == AG_ERROR_INPUT);
  ag_safetensors_free(file);
  unlink(in_folder("pipe"));
}

/* ---- GPT-2's files ---- */

static const ag_gpt2_config small = {.vocab_size = 300,
                                     .n_positions = 16,
                                     .n_embd = 8,
                                     .n_layer = 2,
                                     .n_head = 2,
                                     .layer_norm_epsilon = 1e-5,
                                     .embd_pdrop = 0.1,
                                     .attn_pdrop = 0,
                                     .resid_pdrop = 0.25,
                                     .end = 7};

enum { TENSORS = 28, VALUES = 8 << 10 };
static float weights[VALUES];

/* Elements of every tensor, all different. */
static void fill(const ag_gpt2_config *config, const float *value[TENSORS])
{
  size_t used = 0;
  CHECK(ag_gpt2_tensor_count(config) == TENSORS);
  for (size_t i = 0; i < TENSORS; i++) {
    ag_gpt2_tensor tensor;
    ag_gpt2_tensor_at(config, i, &tensor);
    value[i] = weights + used;
    used += tensor.shape[0] * (tensor.dimensions > 1 ? tensor.shape[1] : 1);
  }
  /* 12 n_embd^2 + 13 n_embd for each layer, and what is outside of them */
  CHECK(used == 2 * (12 * 64 + 13 * 8) + (300 + 16) * 8 + 2 * 8 && used <= VALUES);
  for (size_t i = 0; i < used; i++)
    weights[i] = (float)i / 8;
}

static void a_model_comes_back(void)
{
  const float *value[TENSORS];
  float again[300 * 8];
  ag_gpt2_config config;
  ag_weights *file = NULL;
  fill(&small, value);
  CHECK(ag_gpt2_write(folder, &small, value, NULL) == AG_OK);
  CHECK(ag_gpt2_config_read(in_folder("config.json"), &config, NULL) == AG_OK);
  CHECK(memcmp(&config, &small, sizeof config) == 0);
  CHECK(ag_weights_open(folder, &file, NULL) == AG_OK && ag_weights_file_count(file) == 1);
  const ag_weight *found = file ? ag_weights_find(file, "h.1.attn.c_attn.weight") : NULL;
  CHECK(found && strcmp(found->tensor->name, "transformer.h.1.attn.c_attn.weight") == 0);
  for (size_t i = 0; file && i < TENSORS; i++) {
    ag_gpt2_tensor tensor;
    ag_gpt2_tensor_at(&small, i, &tensor);
    size_t size = tensor.shape[0] * (tensor.dimensions > 1 ? tensor.shape[1] : 1);
    CHECK(ag_gpt2_read(file, &config, i, again, NULL) == AG_OK);
    CHECK(memcmp(again, value[i], size * sizeof *again) == 0);
  }
  ag_weights_free(file);
}

/* The sources of the small model, without the prefix, with room for more. */
static size_t plain_sources(ag_tensor_source *source, ag_gpt2_tensor *tensor)
{
  const float *value[TENSORS];
  fill(&small, value);
  for (size_t i = 0; i < TENSORS; i++) {
    ag_gpt2_tensor_at(&small, i, &tensor[i]);
    source[i] = (ag_tensor_source){.name = tensor[i].name,
                                   .dimensions = tensor[i].dimensions,
                                   .shape = {tensor[i].shape[0], tensor[i].shape[1]},
                                   .value = value[i]};
  }
  return TENSORS;
}

static ag_status check_sources(const ag_tensor_source *source, size_t count, ag_error *error)
{
  ag_weights *file = NULL;
  CHECK(ag_safetensors_write(in_folder("model.safetensors"), source, count, error) == AG_OK);
  ag_status status = ag_weights_open(folder, &file, error);
  if (status == AG_OK)
    status = ag_gpt2_check(file, &small, error);
  ag_weights_free(file);
  return status;
}

static void tensors_of_a_model(void)
{
  ag_tensor_source source[TENSORS + 3];
  ag_gpt2_tensor tensor[TENSORS];
  ag_error error = {0};
  float mask[16] = {0};
  size_t count = plain_sources(source, tensor);
  CHECK(check_sources(source, count, &error) == AG_OK);
  source[count++] = (ag_tensor_source){"h.0.attn.bias", 4, {1, 1, 4, 4}, mask, AG_TENSOR_F32};
  source[count++] =
      (ag_tensor_source){"transformer.h.1.attn.masked_bias", 0, {0}, mask, AG_TENSOR_F32};
  CHECK(check_sources(source, count, &error) == AG_OK);
  source[count] = source[0];
  source[count].name = "lm_head.weight";
  CHECK(check_sources(source, count + 1, &error) == AG_OK);
  source[count].value = weights + 1;
  CHECK(check_sources(source, count + 1, &error) == AG_ERROR_INPUT &&
        strstr(error.message, "differs"));
  source[count].value = weights;
  source[count].name = "_orig_mod.module.transformer.wte.weight";
  CHECK(check_sources(source, count + 1, &error) == AG_ERROR_INPUT &&
        strstr(error.message, "are both \"wte.weight\""));
  source[count] = (ag_tensor_source){"score.weight", 1, {8}, weights, AG_TENSOR_F32};
  CHECK(check_sources(source, count + 1, &error) == AG_ERROR_INPUT &&
        strstr(error.message, "29 tensors"));
  CHECK(check_sources(source + 1, count - 1, &error) == AG_ERROR_INPUT &&
        strstr(error.message, "\"wte.weight\" is missing"));
  source[1].shape[0] = 8, source[1].shape[1] = 16;
  CHECK(check_sources(source, count, &error) == AG_ERROR_INPUT &&
        strstr(error.message, "[8, 16] where config.json needs [16, 8]"));
}

static void refuse_config(const char *text, const char *reason)
{
  ag_gpt2_config config = {0};
  ag_error error = {0};
  ag_status status = ag_gpt2_config_parse("config.json", text, strlen(text), &config, &error);
  bool good = status == AG_ERROR_INPUT && strcmp(error.file, "config.json") == 0 &&
              strstr(error.message, reason) && config.n_embd == 0;
  if (!good)
    printf("# %s: status %d: %s (expected: %s)\n", text, status, error.message, reason);
  CHECK(good);
}

static void configs(void)
{
  ag_gpt2_config config;
  const char *text =
      "{\"model_type\": \"gpt2\", \"n_inner\": null, \"n_layer\": 24, \"n_embd\": 1024,"
      "\"n_head\": 16, \"task_specific_params\": {\"x\": [1]}, \"n_ctx\": 1024}";
  CHECK(ag_gpt2_config_parse("x", text, strlen(text), &config, NULL) == AG_OK);
  CHECK(config.n_layer == 24 && config.n_embd == 1024 && config.vocab_size == 50257 &&
        config.layer_norm_epsilon == 1e-5);
  refuse_config("", "not JSON");
  refuse_config("[]", "not a JSON object");
  refuse_config("{}", "missing");
  refuse_config("{\"model_type\":\"llama\"}", "no other architecture");
  refuse_config("{\"model_type\":\"gpt2\",\"activation_function\":\"relu\"}", "not gelu_new");
  refuse_config("{\"model_type\":\"gpt2\",\"n_inner\":3}", "4 n_embd");
  refuse_config("{\"model_type\":\"gpt2\",\"tie_word_embeddings\":false}", "tie_word_embeddings");
  refuse_config("{\"model_type\":\"gpt2\",\"add_cross_attention\":true}", "add_cross_attention");
  refuse_config("{\"model_type\":\"gpt2\",\"scale_attn_weights\":1}", "neither true nor false");
  refuse_config("{\"model_type\":\"gpt2\",\"n_head\":7}", "multiple of n_head");
  refuse_config("{\"model_type\":\"gpt2\",\"n_head\":0}", "n_head is 0");
  refuse_config("{\"model_type\":\"gpt2\",\"n_head\":-1}", "not a whole number");
  refuse_config("{\"model_type\":\"gpt2\",\"n_layer\":1e3}", "not a whole number");
  refuse_config("{\"model_type\":\"gpt2\",\"vocab_size\":4611686018427387904}", "vocab_size is");
  refuse_config("{\"model_type\":\"gpt2\",\"layer_norm_epsilon\":0}", "layer_norm_epsilon");
  refuse_config("{\"model_type\":\"gpt2\",\"resid_pdrop\":1}", "resid_pdrop");
  refuse_config("{\"model_type\":\"gpt2\",\"model_type\":\"gpt2\"}", "duplicate");
}

/* ---- memory ---- */

#ifdef AG_FAULT_INJECTION

static void memory_may_run_out(void)
{
  const float *value[TENSORS];
  fill(&small, value);
  long n = 1;
  ag_status status = AG_ERROR_MEMORY;
  for (; status && n < 10000; n++) {
    ag_gpt2_config config = {0};
    ag_weights *file = NULL;
    ag_error error = {0};
    ag_fault_countdown = n;
    status = ag_gpt2_write(folder, &small, value, &error);
    if (!status)
      status = ag_gpt2_config_read(in_folder("config.json"), &config, &error);
    if (!status)
      status = ag_weights_open(folder, &file, &error);
    ag_fault_countdown = 0;
    CHECK(status == AG_OK || (status == AG_ERROR_MEMORY && error.status == status && !file));
    CHECK(access(in_folder("model.safetensors.tmp"), F_OK) != 0);
    ag_weights_free(file);
  }
  printf("# %ld allocations\n", n - 2);
  CHECK(status == AG_OK && n > 10);
}

#endif

/* ---- for test_safetensors.py ---- */

static int print_file(const char *path)
{
  ag_safetensors *file = NULL;
  ag_error error = {0};
  if (ag_safetensors_open(path, &file, &error)) {
    fprintf(stderr, "%s: %s\n", error.file, error.message);
    return 1;
  }
  for (size_t i = 0; i < ag_safetensors_count(file); i++) {
    const ag_tensor *tensor = ag_safetensors_at(file, i);
    float *value = malloc((tensor->count + 1) * sizeof *value);
    if (ag_safetensors_read(file, tensor, value, &error))
      return 1;
    printf("%s", tensor->name);
    for (size_t d = 0; d < tensor->dimensions; d++)
      printf(" %zu", tensor->shape[d]);
    printf(" :");
    for (size_t k = 0; k < tensor->count; k++)
      printf(" %08" PRIx32, bits_of(value[k]));
    printf("\n");
    free(value);
  }
  ag_safetensors_free(file);
  return 0;
}

int main(int count, char **word)
{
  size_t tensors;
  if (count == 3 && strcmp(word[1], "--print") == 0)
    return print_file(word[2]);
  if (count == 3 && strcmp(word[1], "--write") == 0) {
    const ag_tensor_source *source = odd_tensors(&tensors);
    return ag_safetensors_write(word[2], source, tensors, NULL) != AG_OK;
  }
  if (!mkdtemp(folder))
    return 1;
  CHECK_RUN(all_halves);
  CHECK_RUN(bits_come_back);
  CHECK_RUN(long_tensors);
  CHECK_RUN(bad_sources_are_refused);
  CHECK_RUN(hostile_lengths_are_refused);
  CHECK_RUN(hostile_headers_are_refused);
  CHECK_RUN(other_types_are_not_read);
  CHECK_RUN(other_files_are_refused);
  CHECK_RUN(a_model_comes_back);
  CHECK_RUN(tensors_of_a_model);
  CHECK_RUN(configs);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(memory_may_run_out);
#else
  check_skip("memory_may_run_out", "built without -Dfault_injection=true");
#endif
  static const char *const names[] = {"a", "b", "hostile", "config.json", "model.safetensors"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    unlink(in_folder(names[i]));
  rmdir(folder);
  return check_end();
}

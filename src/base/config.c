#include "base/config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_internal.h"
#include "base/memory.h"
#include "base/text.h"

static ag_status out_of_memory(ag_error *error)
{
  return ag_fail(error, AG_ERROR_MEMORY, "out of memory while reading a configuration");
}

static ag_status check_characters(const char *name, const char *text, size_t size, ag_error *error)
{
  size_t bad = ag_utf8_find_invalid(text, size);
  if (bad == size)
    return AG_OK;
  ag_place place = ag_text_place(text, bad);
  return ag_fail_at(error, name, place.line, place.column, place.source,
                    text[bad] ? "byte 0x%02X is not valid UTF-8" : "NUL character (byte 0x%02X)",
                    (unsigned char)text[bad]);
}

/* Adds a copy of text. Takes name, which may be NULL where memory was out. */
static ag_status add_source(ag_config *config, char *name, const char *text, size_t size,
                            ag_error *error)
{
  char *copy = malloc(size + 1);
  config->source[config->source_count++] = (ag_source){name, copy, size};
  if (!name || !copy)
    return out_of_memory(error);
  memcpy(copy, text, size);
  copy[size] = '\0';
  return check_characters(name, copy, size, error);
}

/* `-s key=value`, up to the end of its first line. */
static char *override_name(const char *text)
{
  size_t length = strcspn(text, "\r\n"), size = length + 4;
  char *name = malloc(size);
  if (name)
    snprintf(name, size, "-s %.*s", (int)length, text);
  return name;
}

static ag_status load_file(ag_config *config, ag_error *error)
{
  yaml_document_t *document = &config->document;
  ag_status status = ag_yaml_load(&config->source[0], 0, 0, document, error);
  if (status != AG_OK)
    return status;
  config->loaded = true;
  yaml_node_t *root = yaml_document_get_root_node(document);
  if (!root)
    return ag_fail_at(error, config->name, 1, 1, config->source[0].text,
                      "the document is empty, expected a mapping (key: value)");
  if (root->type != YAML_MAPPING_NODE)
    return ag_node_fail(ag_config_root(config), error,
                        "expected a mapping (key: value) at the top of the document");
  return AG_OK;
}

/* Room for so many sources more. */
static ag_status make_room(ag_config *config, size_t more, ag_error *error)
{
  ag_source *wider = realloc(config->source, (config->source_count + more) * sizeof *wider);
  if (!wider)
    return out_of_memory(error);
  config->source = wider;
  return AG_OK;
}

ag_status ag_config_add_path(ag_config *config, const char *path, size_t *number, ag_error *error)
{
  size_t size = strlen(path) + 2;
  char *text = malloc(size);
  ag_status status = text ? make_room(config, 1, error) : out_of_memory(error);
  if (status == AG_OK) {
    snprintf(text, size, "%s=", path);
    *number = config->source_count;
    status = add_source(config, ag_text_copy(path), text, size - 1, error);
  }
  free(text);
  return status;
}

ag_status ag_config_create(const char *name, ag_config **config, ag_error *error)
{
  return ag_config_parse(name, "{}", 2, NULL, 0, config, error);
}

ag_status ag_config_apply(ag_config *config, const char *const *overrides, size_t count,
                          ag_error *error)
{
  ag_status status = make_room(config, count + 1, error);
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    status =
        add_source(config, override_name(overrides[i]), overrides[i], strlen(overrides[i]), error);
    if (status == AG_OK)
      status = ag_config_override(config, config->source_count - 1, error);
  }
  return status;
}

ag_status ag_config_parse(const char *name, const char *text, size_t size,
                          const char *const *overrides, size_t count, ag_config **config,
                          ag_error *error)
{
  text = size > 0 ? text : "";
  if (size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
    text += 3;
    size -= 3;
  }
  ag_status status = AG_OK;
  ag_config *made = calloc(1, sizeof *made);
  if (!made)
    return out_of_memory(error);
  made->source = calloc(count + 1, sizeof *made->source);
  made->name = ag_text_copy(name);
  if (!made->source || !made->name)
    status = out_of_memory(error);
  if (status == AG_OK)
    status = add_source(made, ag_text_copy(name), text, size, error);
  if (status == AG_OK)
    status = load_file(made, error);
  if (status == AG_OK)
    status = ag_config_apply(made, overrides, count, error);
  if (status == AG_OK)
    *config = made;
  else
    ag_config_free(made);
  return status;
}

/* Of a game file: its nodes take some hundred times as much. */
enum { GAME_MOST = 1 << 26 };

ag_status ag_config_read(const char *path, char **text, size_t *size, ag_error *error)
{
  return ag_file_read_short(path, GAME_MOST, text, size, error);
}

ag_status ag_config_load(const char *path, const char *const *overrides, size_t count,
                         ag_config **config, ag_error *error)
{
  char *text;
  size_t size;
  ag_status status = ag_config_read(path, &text, &size, error);
  if (status != AG_OK)
    return status;
  status = ag_config_parse(path, text, size, overrides, count, config, error);
  free(text);
  return status;
}

void ag_config_free(ag_config *config)
{
  if (!config)
    return;
  if (config->loaded)
    yaml_document_delete(&config->document);
  for (size_t i = 0; i < config->source_count; i++) {
    free(config->source[i].name);
    free(config->source[i].text);
  }
  free(config->source);
  free(config->name);
  free(config);
}

void ag_config_set_shown(ag_config *config)
{
  config->shown = true;
}

bool ag_config_is_shown(const ag_config *config)
{
  return config->shown;
}

void ag_config_allow_programs(ag_config *config)
{
  config->programs = true;
}

bool ag_config_allows_programs(const ag_config *config)
{
  return config->programs;
}

const char *ag_config_name(const ag_config *config)
{
  return config->name;
}

ag_node ag_config_root(const ag_config *config)
{
  return (ag_node){config, 1};
}

yaml_node_t *ag_node_yaml(ag_node node)
{
  return node.config ? node.config->document.nodes.start + node.id - 1 : NULL;
}

ag_node_kind ag_node_get_kind(ag_node node)
{
  const yaml_node_t *yaml = ag_node_yaml(node);
  if (!yaml)
    return AG_NODE_ABSENT;
  return yaml->type == YAML_MAPPING_NODE    ? AG_NODE_MAPPING
         : yaml->type == YAML_SEQUENCE_NODE ? AG_NODE_SEQUENCE
                                            : AG_NODE_SCALAR;
}

bool ag_node_present(ag_node node)
{
  return node.config != NULL;
}

size_t ag_node_count(ag_node node)
{
  const yaml_node_t *yaml = ag_node_yaml(node);
  if (yaml && yaml->type == YAML_SEQUENCE_NODE)
    return (size_t)(yaml->data.sequence.items.top - yaml->data.sequence.items.start);
  if (yaml && yaml->type == YAML_MAPPING_NODE)
    return (size_t)(yaml->data.mapping.pairs.top - yaml->data.mapping.pairs.start);
  return 0;
}

ag_node ag_node_item(ag_node sequence, size_t index)
{
  const yaml_node_t *yaml = ag_node_yaml(sequence);
  if (!yaml || yaml->type != YAML_SEQUENCE_NODE || index >= ag_node_count(sequence))
    return (ag_node){NULL, 0};
  return (ag_node){sequence.config, yaml->data.sequence.items.start[index]};
}

void ag_node_entry(ag_node mapping, size_t index, const char **key, ag_node *key_node,
                   ag_node *value)
{
  const yaml_node_t *yaml = ag_node_yaml(mapping);
  const yaml_node_pair_t *pair = yaml->data.mapping.pairs.start + index;
  *key_node = (ag_node){mapping.config, pair->key};
  *value = (ag_node){mapping.config, pair->value};
  *key = (const char *)ag_node_yaml(*key_node)->data.scalar.value;
}

ag_node ag_node_find(ag_node mapping, const char *name)
{
  size_t count = ag_node_get_kind(mapping) == AG_NODE_MAPPING ? ag_node_count(mapping) : 0;
  for (size_t i = 0; i < count; i++) {
    const char *key;
    ag_node key_node, value;
    ag_node_entry(mapping, i, &key, &key_node, &value);
    if (strcmp(key, name) == 0)
      return value;
  }
  return (ag_node){NULL, 0};
}

/* The byte where character number index of a text starts. */
static size_t character_offset(const char *text, size_t size, size_t index)
{
  size_t offset = 0;
  for (; index > 0 && offset < size; index--) {
    uint32_t code;
    offset += ag_utf8_decode(text + offset, size - offset, &code);
  }
  return offset;
}

static ag_status fail_at_index(const ag_source *source, size_t index, ag_error *error,
                               const char *format, va_list words)
{
  char message[AG_ERROR_MESSAGE_SIZE];
  vsnprintf(message, sizeof message, format, words);
  ag_place place = ag_text_place(source->text, character_offset(source->text, source->size, index));
  return ag_fail_at(error, source->name, place.line, place.column, place.source, "%s", message);
}

ag_status ag_source_fail(const ag_source *source, size_t index, ag_error *error, const char *format,
                         ...)
{
  va_list words;
  va_start(words, format);
  ag_status status = fail_at_index(source, index, error, format, words);
  va_end(words);
  return status;
}

ag_status ag_node_fail(ag_node node, ag_error *error, const char *format, ...)
{
  const yaml_node_t *yaml = ag_node_yaml(node);
  ag_status status;
  va_list words;
  va_start(words, format);
  if (yaml) {
    const ag_source *source = &node.config->source[yaml->start_mark.line];
    status = fail_at_index(source, yaml->start_mark.index, error, format, words);
  } else {
    char message[AG_ERROR_MESSAGE_SIZE];
    vsnprintf(message, sizeof message, format, words);
    status = ag_fail(error, AG_ERROR_INPUT, "%s", message);
  }
  va_end(words);
  return status;
}

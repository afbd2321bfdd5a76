/* Overrides: `key.path=value` laid over a document. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_internal.h"
#include "base/memory.h"
#include "base/text.h"

/* One part of a path, bytes [begin, end) of the override's text. */
typedef struct step {
  const ag_source *source;
  size_t number, begin, end;
} step;

static size_t step_index(const step *at)
{
  size_t index = 0;
  for (size_t i = 0; i < at->begin; i++)
    index += ((unsigned char)at->source->text[i] & 0xC0) != 0x80;
  return index;
}

static ag_status out_of_memory(ag_error *error)
{
  return ag_fail(error, AG_ERROR_MEMORY, "out of memory while applying an override");
}

static yaml_node_t *node_of(ag_config *config, int id)
{
  return config->document.nodes.start + id - 1;
}

/* The value slot under a key; NULL where the mapping lacks it. */
static int *find_slot(ag_config *config, int mapping, const step *at)
{
  yaml_node_t *node = node_of(config, mapping);
  size_t length = at->end - at->begin;
  for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top;
       pair++) {
    const yaml_node_t *key = node_of(config, pair->key);
    if (key->data.scalar.length == length &&
        memcmp(key->data.scalar.value, at->source->text + at->begin, length) == 0)
      return &pair->value;
  }
  return NULL;
}

static int add_mapping(ag_config *config, const step *at)
{
  int made = yaml_document_add_mapping(&config->document, NULL, YAML_ANY_MAPPING_STYLE);
  if (made)
    ag_mark_set(node_of(config, made), at->number, step_index(at));
  return made;
}

/* Adds key: value to a mapping; false where memory is out. */
static bool add_entry(ag_config *config, int mapping, const step *at, int value)
{
  int key = yaml_document_add_scalar(&config->document, NULL,
                                     (const yaml_char_t *)at->source->text + at->begin,
                                     (int)(at->end - at->begin), YAML_PLAIN_SCALAR_STYLE);
  if (!key)
    return false;
  ag_mark_set(node_of(config, key), at->number, step_index(at));
  return yaml_document_append_mapping_pair(&config->document, mapping, key, value);
}

static ag_status find_item(ag_config *config, int sequence, const step *at, int **slot,
                           ag_error *error)
{
  yaml_node_t *node = node_of(config, sequence);
  size_t count = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
  size_t index = 0;
  for (size_t i = at->begin; i < at->end; i++) {
    char digit = at->source->text[i];
    if (digit < '0' || digit > '9')
      return ag_source_fail(at->source, step_index(at), error,
                            "a list is here, expected the number of an element (from 0)");
    if (index <= count)
      index = index * 10 + (size_t)(digit - '0');
  }
  if (index >= count)
    return ag_source_fail(at->source, step_index(at), error,
                          "the list has %zu element%s, counted from 0", count,
                          count == 1 ? "" : "s");
  *slot = node->data.sequence.items.start + index;
  return AG_OK;
}

/* Where a step leads from a collection; *slot is NULL for a new key. */
static ag_status find_step(ag_config *config, int node, const step *at, int **slot, ag_error *error)
{
  const yaml_node_t *yaml = node_of(config, node);
  if (yaml->type == YAML_SEQUENCE_NODE)
    return find_item(config, node, at, slot, error);
  if (yaml->type == YAML_SCALAR_NODE)
    return ag_source_fail(at->source, step_index(at), error,
                          "the path goes on, but what it leads to is the value `%.40s`, "
                          "expected a mapping or a list",
                          yaml->data.scalar.value);
  *slot = find_slot(config, node, at);
  return AG_OK;
}

/* Puts value at the step's end, or, for value 0, makes sure that something is
 * there to go on from: a mapping where there is nothing. Moves *node there. */
static ag_status take_step(ag_config *config, int *node, const step *at, int value, ag_error *error)
{
  int *slot = NULL;
  ag_status status = find_step(config, *node, at, &slot, error);
  if (status != AG_OK)
    return status;
  if (slot && !value && !ag_yaml_is_null(node_of(config, *slot))) {
    *node = *slot;
    return AG_OK;
  }
  int placed = value ? value : add_mapping(config, at);
  if (!placed || (!slot && !add_entry(config, *node, at, placed)))
    return out_of_memory(error);
  if (slot)
    *slot = placed;
  *node = placed;
  return AG_OK;
}

/* The value behind `=`, copied into the document; nothing at all is null. */
static ag_status read_value(ag_config *config, const step *value, int *id, ag_error *error)
{
  yaml_document_t document;
  ag_status status = ag_yaml_load(value->source, value->number, value->begin, &document, error);
  if (status != AG_OK)
    return status;
  if (yaml_document_get_root_node(&document)) {
    *id = ag_yaml_copy(&document, 1, &config->document);
  } else {
    *id = yaml_document_add_scalar(&config->document, NULL, (const yaml_char_t *)"null", 4,
                                   YAML_PLAIN_SCALAR_STYLE);
    if (*id)
      ag_mark_set(node_of(config, *id), value->number, step_index(value));
  }
  yaml_document_delete(&document);
  return *id ? AG_OK : out_of_memory(error);
}

/* Whether anything lies more than levels deep. */
static bool is_deeper(const yaml_document_t *document, int id, int levels)
{
  const yaml_node_t *node = document->nodes.start + id - 1;
  if (node->type == YAML_SCALAR_NODE)
    return false;
  if (levels == 0)
    return true;
  bool deeper = false;
  if (node->type == YAML_SEQUENCE_NODE) {
    const yaml_node_item_t *item = node->data.sequence.items.start;
    for (; item < node->data.sequence.items.top && !deeper; item++)
      deeper = is_deeper(document, *item, levels - 1);
  } else {
    const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
    for (; pair < node->data.mapping.pairs.top && !deeper; pair++)
      deeper = is_deeper(document, pair->value, levels - 1);
  }
  return deeper;
}

/* Where the part of a path that begins at `begin` ends: at a point or `=`; one in quotes, which may
 * hold both, behind its closing quote. */
static size_t part_end(const char *text, size_t begin)
{
  const char *closing =
      text[begin] == '"' || text[begin] == '\'' ? strchr(text + begin + 1, text[begin]) : NULL;
  if (closing && strchr(".=", closing[1])) /* the end is in there too */
    return (size_t)(closing + 1 - text);
  return begin + strcspn(text + begin, ".=");
}

/* The `=` behind a path; the text's end where there is none. */
static size_t path_end(const char *text)
{
  size_t end = part_end(text, 0);
  while (text[end] == '.')
    end = part_end(text, end + 1);
  return end;
}

/* A part without its quotes. */
static step part_at(const ag_source *source, size_t number, size_t begin)
{
  size_t end = part_end(source->text, begin);
  char first = source->text[begin];
  bool quoted =
      end > begin + 1 && (first == '"' || first == '\'') && source->text[end - 1] == first;
  return (step){source, number, begin + quoted, end - quoted};
}

/* Puts node id at the end of the path that the source begins with; its value starts behind `=`. */
static ag_status place(ag_config *config, size_t number, int id, ag_error *error)
{
  const ag_source *source = &config->source[number];
  size_t end = path_end(source->text);
  int node = 1;
  ag_status status = AG_OK;
  for (size_t begin = 0; begin <= end && status == AG_OK;) {
    size_t next = part_end(source->text, begin);
    step at = part_at(source, number, begin);
    if (at.end == at.begin)
      return ag_source_fail(source, step_index(&at), error,
                            "an empty name in the path, expected key.path=value");
    status = take_step(config, &node, &at, next == end ? id : 0, error);
    begin = next + 1;
  }
  if (status == AG_OK && is_deeper(&config->document, 1, AG_CONFIG_DEPTH))
    return ag_source_fail(source, 0, error, "nested more than %d levels deep", AG_CONFIG_DEPTH);
  return status;
}

ag_status ag_config_override(ag_config *config, size_t number, ag_error *error)
{
  const ag_source *source = &config->source[number];
  size_t equals = path_end(source->text);
  if (source->text[equals] != '=')
    return ag_source_fail(source, 0, error, "expected key.path=value");
  step value = {source, number, equals + 1, source->size};
  int id = 0;
  ag_status status = read_value(config, &value, &id, error);
  return status == AG_OK ? place(config, number, id, error) : status;
}

/* --- values that are no text of YAML --- */

static ag_status place_made(ag_config *config, const char *path, int id, ag_error *error)
{
  size_t number;
  ag_status status = ag_config_add_path(config, path, &number, error);
  if (status != AG_OK)
    return status;
  for (int made = id;
       made && made < (int)(config->document.nodes.top - config->document.nodes.start) + 1; made++)
    ag_mark_set(node_of(config, made), number, 0);
  return id ? place(config, number, id, error) : out_of_memory(error);
}

ag_status ag_config_set_text(ag_config *config, const char *path, const char *text, ag_error *error)
{
  if (ag_utf8_find_invalid(text, strlen(text)) < strlen(text))
    return ag_fail(error, AG_ERROR_INPUT, "%s `%s` is no UTF-8", path, text);
  int id = yaml_document_add_scalar(&config->document, NULL, (const yaml_char_t *)text,
                                    (int)strlen(text), YAML_DOUBLE_QUOTED_SCALAR_STYLE);
  return place_made(config, path, id, error);
}

ag_status ag_config_replace_text(ag_config *config, ag_node scalar, const char *text,
                                 ag_error *error)
{
  yaml_node_t *node = node_of(config, scalar.id);
  char *copy = ag_text_copy(text);
  if (!copy)
    return out_of_memory(error);
  free(node->data.scalar.value); /* as libyaml does */
  node->data.scalar.value = (yaml_char_t *)copy;
  node->data.scalar.length = strlen(copy);
  node->data.scalar.style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
  return AG_OK;
}

static int add_real(ag_config *config, double value)
{
  char text[32];
  int length = isinf(value) ? snprintf(text, sizeof text, "inf")
                            : snprintf(text, sizeof text, "%.17g", value);
  return yaml_document_add_scalar(&config->document, NULL, (const yaml_char_t *)text, length,
                                  YAML_PLAIN_SCALAR_STYLE);
}

ag_status ag_config_set_real(ag_config *config, const char *path, double value, ag_error *error)
{
  return place_made(config, path, add_real(config, value), error);
}

ag_status ag_config_set_reals(ag_config *config, const char *path, const double *value,
                              size_t count, ag_error *error)
{
  int list = yaml_document_add_sequence(&config->document, NULL, YAML_FLOW_SEQUENCE_STYLE);
  for (size_t i = 0; list && i < count; i++) {
    int item = add_real(config, value[i]);
    if (!item || !yaml_document_append_sequence_item(&config->document, list, item))
      return out_of_memory(error);
  }
  return place_made(config, path, list, error);
}

ag_status ag_config_set_texts(ag_config *config, const char *path, const char *const *text,
                              size_t count, ag_error *error)
{
  int list = yaml_document_add_sequence(&config->document, NULL, YAML_FLOW_SEQUENCE_STYLE);
  for (size_t i = 0; list && i < count; i++) {
    int item = yaml_document_add_scalar(&config->document, NULL, (const yaml_char_t *)text[i],
                                        (int)strlen(text[i]), YAML_DOUBLE_QUOTED_SCALAR_STYLE);
    if (!item || !yaml_document_append_sequence_item(&config->document, list, item))
      return out_of_memory(error);
  }
  return place_made(config, path, list, error);
}

ag_status ag_config_set_empty(ag_config *config, const char *path, size_t items, ag_error *error)
{
  int made = items > 0
                 ? yaml_document_add_sequence(&config->document, NULL, YAML_ANY_SEQUENCE_STYLE)
                 : yaml_document_add_mapping(&config->document, NULL, YAML_ANY_MAPPING_STYLE);
  for (size_t i = 0; made && i < items; i++) {
    int item = yaml_document_add_mapping(&config->document, NULL, YAML_ANY_MAPPING_STYLE);
    if (!item || !yaml_document_append_sequence_item(&config->document, made, item))
      return out_of_memory(error);
  }
  return place_made(config, path, made, error);
}

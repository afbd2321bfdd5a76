/* From text to a document that keeps the rules, and back to text. */
#include <stdlib.h>
#include <string.h>

#include "base/config_internal.h"
#include "base/memory.h"

static size_t count_characters(const char *text, size_t size)
{
  size_t count = 0;
  for (size_t i = 0; i < size; i++)
    count += ((unsigned char)text[i] & 0xC0) != 0x80;
  return count;
}

/* Whether the parser stopped at a tab, which it names in no other way. */
static bool is_tab(const yaml_parser_t *parser)
{
  return parser->unread > 0 && *parser->buffer.pointer == '\t';
}

/* The parser's own complaint at its place. A construct left open is named with
 * the line where it starts, for the parser notices at the end of the file. */
static ag_status parser_fail(const yaml_parser_t *parser, const ag_source *source, size_t skip,
                             ag_error *error)
{
  if (parser->error == YAML_MEMORY_ERROR || !parser->problem) /* then libyaml forgot to say it */
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory while parsing %s", source->name);
  const char *problem = parser->problem;
  if (parser->error == YAML_READER_ERROR)
    return ag_source_fail(source, count_characters(source->text, skip + parser->problem_offset),
                          error, "malformed YAML: %s (U+%04X)", problem,
                          (unsigned)parser->problem_value);
  size_t index = count_characters(source->text, skip) + parser->problem_mark.index;
  if (strstr(problem, "cannot start any token") && is_tab(parser))
    return ag_source_fail(source, index, error, "malformed YAML: a tab cannot indent, use spaces");
  if (!parser->context)
    return ag_source_fail(source, index, error, "malformed YAML: %s", problem);
  if (parser->context_mark.line == parser->problem_mark.line)
    return ag_source_fail(source, index, error, "malformed YAML: %s %s", problem, parser->context);
  return ag_source_fail(source, index, error, "malformed YAML: %s %s that starts on line %zu",
                        problem, parser->context, parser->context_mark.line + 1);
}

static ag_status check_node_event(const yaml_event_t *event, const yaml_char_t *anchor,
                                  const yaml_char_t *tag, const ag_source *source, size_t shift,
                                  ag_error *error)
{
  size_t index = shift + event->start_mark.index;
  if (anchor)
    return ag_source_fail(source, index, error,
                          "anchors (&%s) are not supported, write the value out", anchor);
  if (tag)
    return ag_source_fail(source, index, error, "tags (%s) are not supported", tag);
  return AG_OK;
}

/* Where the check of the events stands. */
typedef struct event_state {
  const ag_source *source;
  size_t shift; /* characters of the source before the YAML */
  int depth, documents;
} event_state;

static ag_status check_open(event_state *state, size_t index, ag_error *error)
{
  if (++state->depth > AG_CONFIG_DEPTH)
    return ag_source_fail(state->source, index, error, "nested more than %d levels deep",
                          AG_CONFIG_DEPTH);
  return AG_OK;
}

static ag_status check_event(event_state *state, const yaml_event_t *event, ag_error *error)
{
  const ag_source *source = state->source;
  size_t index = state->shift + event->start_mark.index;
  ag_status status;
  switch (event->type) {
  case YAML_DOCUMENT_START_EVENT:
    if (++state->documents > 1)
      return ag_source_fail(source, index, error, "a second document starts here, expected one");
    return AG_OK;
  case YAML_ALIAS_EVENT:
    return ag_source_fail(source, index, error,
                          "aliases (*%s) are not supported, write the value out",
                          event->data.alias.anchor);
  case YAML_SCALAR_EVENT:
    if (memchr(event->data.scalar.value, 0, event->data.scalar.length))
      return ag_source_fail(source, index, error, "the text contains a NUL character");
    return check_node_event(event, event->data.scalar.anchor, event->data.scalar.tag, source,
                            state->shift, error);
  case YAML_SEQUENCE_START_EVENT:
    status = check_open(state, index, error);
    return status ? status
                  : check_node_event(event, event->data.sequence_start.anchor,
                                     event->data.sequence_start.tag, source, state->shift, error);
  case YAML_MAPPING_START_EVENT:
    status = check_open(state, index, error);
    return status ? status
                  : check_node_event(event, event->data.mapping_start.anchor,
                                     event->data.mapping_start.tag, source, state->shift, error);
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT:
    state->depth--;
    return AG_OK;
  default:
    return AG_OK;
  }
}

static bool start_parser(yaml_parser_t *parser, const ag_source *source, size_t skip)
{
  if (!yaml_parser_initialize(parser))
    return false;
  yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(parser, (const unsigned char *)source->text + skip,
                               source->size - skip);
  return true;
}

/* The document API resolves aliases silently and recurses with the depth, so
 * the events are checked before it sees the text. */
static ag_status check_events(const ag_source *source, size_t skip, size_t shift, ag_error *error)
{
  event_state state = {.source = source, .shift = shift};
  yaml_parser_t parser;
  if (!start_parser(&parser, source, skip))
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory while parsing %s", source->name);
  ag_status status = AG_OK;
  bool ended = false;
  while (status == AG_OK && !ended) {
    yaml_event_t event;
    if (!yaml_parser_parse(&parser, &event)) {
      status = parser_fail(&parser, source, skip, error);
    } else {
      status = check_event(&state, &event, error);
      ended = event.type == YAML_STREAM_END_EVENT;
      yaml_event_delete(&event);
    }
  }
  yaml_parser_delete(&parser);
  return status;
}

static int compare_keys(const void *a, const void *b)
{
  const yaml_node_t *const *left = a, *const *right = b;
  int order =
      strcmp((const char *)(*left)->data.scalar.value, (const char *)(*right)->data.scalar.value);
  if (order != 0)
    return order;
  return (*left)->start_mark.index < (*right)->start_mark.index ? -1 : 1;
}

/* The first key, in the order of the document, that stands there again. */
static const yaml_node_t *find_duplicate(const yaml_node_t **keys, size_t count)
{
  const yaml_node_t *found = NULL;
  if (count > 1)
    qsort(keys, count, sizeof *keys, compare_keys);
  for (size_t i = 1; i < count; i++)
    if (strcmp((const char *)keys[i - 1]->data.scalar.value,
               (const char *)keys[i]->data.scalar.value) == 0 &&
        (!found || keys[i]->start_mark.index < found->start_mark.index))
      found = keys[i];
  return found;
}

static ag_status check_mapping(const yaml_document_t *document, const yaml_node_t *mapping,
                               const ag_source *source, ag_error *error)
{
  const yaml_node_pair_t *pairs = mapping->data.mapping.pairs.start;
  size_t count = (size_t)(mapping->data.mapping.pairs.top - pairs);
  const yaml_node_t **keys;
  ag_status status = ag_array_create(count, sizeof *keys, &keys, error);
  for (size_t i = 0; i < count && status == AG_OK; i++) {
    keys[i] = document->nodes.start + pairs[i].key - 1;
    if (keys[i]->type != YAML_SCALAR_NODE)
      status = ag_source_fail(source, keys[i]->start_mark.index, error,
                              "a key must be a plain name, found a %s",
                              keys[i]->type == YAML_MAPPING_NODE ? "mapping" : "list");
    else if (keys[i]->data.scalar.length == 0)
      status = ag_source_fail(source, keys[i]->start_mark.index, error, "an empty key");
  }
  const yaml_node_t *again = status == AG_OK ? find_duplicate(keys, count) : NULL;
  if (again)
    status = ag_source_fail(source, again->start_mark.index, error, "duplicate key `%s`",
                            again->data.scalar.value);
  free(keys);
  return status;
}

static ag_status finish_nodes(yaml_document_t *document, const ag_source *source, size_t number,
                              size_t shift, ag_error *error)
{
  ag_status status = AG_OK;
  for (yaml_node_t *node = document->nodes.start; node < document->nodes.top; node++)
    ag_mark_set(node, number, node->start_mark.index + shift);
  for (yaml_node_t *node = document->nodes.start; node < document->nodes.top && !status; node++)
    if (node->type == YAML_MAPPING_NODE)
      status = check_mapping(document, node, source, error);
  return status;
}

ag_status ag_yaml_load(const ag_source *source, size_t number, size_t skip,
                       yaml_document_t *document, ag_error *error)
{
  size_t shift = count_characters(source->text, skip);
  ag_status status = check_events(source, skip, shift, error);
  if (status != AG_OK)
    return status;
  yaml_parser_t parser;
  if (!start_parser(&parser, source, skip))
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory while parsing %s", source->name);
  if (!yaml_parser_load(&parser, document)) {
    status = parser_fail(&parser, source, skip, error);
  } else {
    status = finish_nodes(document, source, number, shift, error);
    if (status != AG_OK)
      yaml_document_delete(document);
  }
  yaml_parser_delete(&parser);
  return status;
}

/* A null written as nothing becomes `null`, which a flow mapping can hold, and
 * plain text broken over lines is quoted: both keep their meaning that way. */
static int copy_scalar(const yaml_node_t *node, yaml_document_t *to)
{
  const yaml_char_t *value = node->data.scalar.value;
  size_t length = node->data.scalar.length;
  yaml_scalar_style_t style = node->data.scalar.style;
  if (style == YAML_PLAIN_SCALAR_STYLE && length == 0) {
    value = (const yaml_char_t *)"null";
    length = 4;
  } else if (style != YAML_PLAIN_SCALAR_STYLE || memchr(value, '\n', length)) {
    style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;
  }
  return yaml_document_add_scalar(to, NULL, value, (int)length, style);
}

static int copy_sequence(const yaml_document_t *from, const yaml_node_t *node, yaml_document_t *to)
{
  int copy = yaml_document_add_sequence(to, NULL, node->data.sequence.style);
  const yaml_node_item_t *item = node->data.sequence.items.start;
  for (; copy && item < node->data.sequence.items.top; item++) {
    int child = ag_yaml_copy(from, *item, to);
    if (!child || !yaml_document_append_sequence_item(to, copy, child))
      return 0;
  }
  return copy;
}

static int copy_mapping(const yaml_document_t *from, const yaml_node_t *node, yaml_document_t *to)
{
  int copy = yaml_document_add_mapping(to, NULL, node->data.mapping.style);
  const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
  for (; copy && pair < node->data.mapping.pairs.top; pair++) {
    int key = ag_yaml_copy(from, pair->key, to),
        value = key ? ag_yaml_copy(from, pair->value, to) : 0;
    if (!value || !yaml_document_append_mapping_pair(to, copy, key, value))
      return 0;
  }
  return copy;
}

int ag_yaml_copy(const yaml_document_t *from, int id, yaml_document_t *to)
{
  const yaml_node_t *node = from->nodes.start + id - 1;
  int copy = node->type == YAML_SCALAR_NODE     ? copy_scalar(node, to)
             : node->type == YAML_SEQUENCE_NODE ? copy_sequence(from, node, to)
                                                : copy_mapping(from, node, to);
  if (copy)
    to->nodes.start[copy - 1].start_mark = node->start_mark;
  return copy;
}

typedef struct growing_text {
  char *text;
  size_t size, capacity;
} growing_text;

static int append(void *data, unsigned char *bytes, size_t size)
{
  growing_text *to = data;
  if (to->size + size + 1 > to->capacity) {
    size_t capacity = 2 * (to->size + size + 1);
    char *larger = realloc(to->text, capacity);
    if (!larger)
      return 0;
    to->text = larger;
    to->capacity = capacity;
  }
  memcpy(to->text + to->size, bytes, size);
  to->size += size;
  to->text[to->size] = '\0';
  return 1;
}

/* Dumping deletes a document, so it is given a copy. */
static bool emit_copy(const yaml_document_t *document, yaml_emitter_t *emitter)
{
  yaml_document_t copy;
  if (!yaml_document_initialize(&copy, NULL, NULL, NULL, 1, 1))
    return false;
  if (!ag_yaml_copy(document, 1, &copy)) {
    yaml_document_delete(&copy);
    return false;
  }
  if (!yaml_emitter_open(emitter)) {
    yaml_document_delete(&copy);
    return false;
  }
  return yaml_emitter_dump(emitter, &copy) && yaml_emitter_close(emitter);
}

char *ag_config_text(const ag_config *config)
{
  growing_text made = {0};
  yaml_emitter_t emitter;
  if (!yaml_emitter_initialize(&emitter))
    return NULL;
  yaml_emitter_set_output(&emitter, append, &made);
  yaml_emitter_set_encoding(&emitter, YAML_UTF8_ENCODING);
  yaml_emitter_set_unicode(&emitter, 1);
  yaml_emitter_set_width(&emitter, -1);
  bool done = emit_copy(&config->document, &emitter) && made.text;
  yaml_emitter_delete(&emitter);
  if (done)
    return made.text;
  free(made.text);
  return NULL;
}

/* What libraries make, known to MemorySanitizer: they are not compiled with it, so that what they
 * write would count as unset. libyaml takes its memory from the four functions here, wherever they
 * are; calls that fill structures of ours are led through the others by the linker. */
#include <sanitizer/msan_interface.h>
#include <spawn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

void *yaml_malloc(size_t size);
void *yaml_realloc(void *block, size_t size);
void yaml_free(void *block);
yaml_char_t *yaml_strdup(const yaml_char_t *text);
int __real_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event);
int __wrap_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event);
int __real_yaml_parser_load(yaml_parser_t *parser, yaml_document_t *document);
int __wrap_yaml_parser_load(yaml_parser_t *parser, yaml_document_t *document);

int __real_fstat64(int file, struct stat *found);
int __wrap_fstat64(int file, struct stat *found);
int __real_stat64(const char *path, struct stat *found);
int __wrap_stat64(const char *path, struct stat *found);
int __real_lstat64(const char *path, struct stat *found);
int __wrap_lstat64(const char *path, struct stat *found);
int __real_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const *words, char *const *names);
int __wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const *words, char *const *names);

enum { MARGIN = sizeof(max_align_t) }; /* before each block: its size */

void *yaml_malloc(size_t size)
{
  char *block = calloc(1, MARGIN + (size > 0 ? size : 1));
  if (block == NULL)
    return NULL;
  memcpy(block, &size, sizeof size);
  return block + MARGIN;
}

void *yaml_realloc(void *block, size_t size)
{
  void *larger = yaml_malloc(size);
  if (block == NULL || larger == NULL)
    return larger;
  size_t old;
  memcpy(&old, (char *)block - MARGIN, sizeof old);
  memcpy(larger, block, old < size ? old : size);
  yaml_free(block);
  return larger;
}

void yaml_free(void *block)
{
  if (block != NULL)
    free((char *)block - MARGIN);
}

yaml_char_t *yaml_strdup(const yaml_char_t *text)
{
  if (text == NULL)
    return NULL;
  size_t size = strlen((const char *)text) + 1;
  yaml_char_t *copy = yaml_malloc(size);
  return copy != NULL ? memcpy(copy, text, size) : NULL;
}

int __wrap_yaml_parser_parse(yaml_parser_t *parser, yaml_event_t *event)
{
  int good = __real_yaml_parser_parse(parser, event);
  __msan_unpoison(parser, sizeof *parser);
  __msan_unpoison(event, sizeof *event);
  return good;
}

int __wrap_yaml_parser_load(yaml_parser_t *parser, yaml_document_t *document)
{
  int good = __real_yaml_parser_load(parser, document);
  __msan_unpoison(parser, sizeof *parser);
  __msan_unpoison(document, sizeof *document);
  size_t count = good ? (size_t)(document->nodes.top - document->nodes.start) : 0;
  for (size_t i = 0; i < count; i++) {
    yaml_node_t *node = document->nodes.start + i;
    __msan_unpoison(node, sizeof *node);
    if (node->type == YAML_MAPPING_NODE)
      __msan_unpoison(
          node->data.mapping.pairs.start,
          (size_t)((char *)node->data.mapping.pairs.end - (char *)node->data.mapping.pairs.start));
    if (node->type == YAML_SEQUENCE_NODE)
      __msan_unpoison(node->data.sequence.items.start,
                      (size_t)((char *)node->data.sequence.items.end -
                               (char *)node->data.sequence.items.start));
  }
  return good;
}

int __wrap_fstat64(int file, struct stat *found)
{
  __msan_unpoison(found, sizeof *found);
  return __real_fstat64(file, found);
}

int __wrap_stat64(const char *path, struct stat *found)
{
  __msan_unpoison(found, sizeof *found);
  return __real_stat64(path, found);
}

int __wrap_lstat64(const char *path, struct stat *found)
{
  __msan_unpoison(found, sizeof *found);
  return __real_lstat64(path, found);
}

int __wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const *words, char *const *names)
{
  __msan_unpoison(pid, sizeof *pid);
  return __real_posix_spawn(pid, path, actions, attributes, words, names);
}

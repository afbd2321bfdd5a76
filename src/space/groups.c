/* The groups of items, by their names. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space/kinds.h"

/* Names and their numbers: open addressing, slots a power of two. */
typedef struct name_table {
  uint32_t *slot; /* number + 1; 0: free */
  size_t mask;
} name_table;

static size_t hash_name(const char *name, size_t length)
{
  uint64_t hash = 0xCBF29CE484222325u; /* FNV-1a */
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)name[i]) * 0x100000001B3u;
  return (size_t)(hash ^ hash >> 32);
}

/* The slot of a name, or the free one where it belongs. */
static uint32_t *find_name(const name_table *table, char *const *names, const char *name,
                           size_t length)
{
  for (size_t i = hash_name(name, length);; i++) {
    uint32_t *slot = &table->slot[i & table->mask];
    if (*slot == 0)
      return slot;
    const char *other = names[*slot - 1];
    if (strncmp(other, name, length) == 0 && other[length] == '\0')
      return slot;
  }
}

static ag_status number_groups(ag_space *space, const name_table *table, ag_group_name *name_of,
                               const void *from, ag_error *error)
{
  for (size_t i = 0; i < space->count; i++) {
    const char *name;
    size_t length = name_of(from, i, &name);
    uint32_t *slot = find_name(table, space->group_name, name, length);
    if (*slot == 0) {
      space->group_name[space->group_count] = strndup(name, length);
      if (!space->group_name[space->group_count])
        return ag_fail(error, AG_ERROR_MEMORY, "out of memory for the groups");
      *slot = (uint32_t)++space->group_count;
    }
    space->group[i] = *slot - 1;
  }
  return AG_OK;
}

ag_status ag_space_set_groups(ag_space *space, ag_group_name *name_of, const void *from,
                              ag_error *error)
{
  name_table table = {.mask = 1};
  if (space->count >= UINT32_MAX)
    return ag_fail(error, AG_ERROR_INPUT, "groups of more than %u items are not supported",
                   UINT32_MAX);
  while (table.mask < 2 * space->count)
    table.mask = 2 * table.mask + 1;
  table.slot = calloc(table.mask + 1, sizeof *table.slot);
  space->group_name = calloc(space->count, sizeof *space->group_name);
  ag_status status = table.slot && space->group_name
                         ? AG_OK
                         : ag_fail(error, AG_ERROR_MEMORY, "out of memory for the groups");
  if (status == AG_OK)
    status = ag_array_create(space->count, sizeof *space->group, &space->group, error);
  if (status == AG_OK)
    status = number_groups(space, &table, name_of, from, error);
  free(table.slot);
  return status;
}

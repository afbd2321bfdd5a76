#include "base/memory.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"

enum { ALIGNMENT = 64, LARGE = 1 << 28 };

ag_status ag_array_create(size_t count, size_t size, void *array, ag_error *error)
{
  void *block = NULL;
  ag_status status = AG_OK;
  if (count > 0 && size > (SIZE_MAX - ALIGNMENT) / count) {
    status =
        ag_fail(error, AG_ERROR_MEMORY,
                "out of memory: %zu elements of %zu bytes exceed any address space", count, size);
  } else if (count > 0 && size > 0) {
    size_t bytes = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    bool fits = bytes < LARGE || bytes <= ag_memory_budget();
    block = ag_fault_strikes() || !fits ? NULL : aligned_alloc(ALIGNMENT, bytes);
    if (!block)
      status = ag_fail(error, AG_ERROR_MEMORY,
                       "out of memory: %.3g MB (%zu elements of %zu bytes) could not be allocated",
                       (double)bytes / 1e6, count, size);
  }
  memcpy(array, &block, sizeof block);
  return status;
}

char *ag_text_copy(const char *text)
{
  return ag_fault_strikes() ? NULL : strdup(text);
}

/* A number that stands alone in a file; false for `max` or no such file. */
static bool read_number(const char *folder, const char *file, unsigned long long *value)
{
  char path[1024];
  if (snprintf(path, sizeof path, "%s/%s", folder, file) >= (int)sizeof path)
    return false;
  FILE *stream = fopen(path, "re");
  if (!stream)
    return false;
  bool found = fscanf(stream, "%llu", value) == 1;
  fclose(stream);
  return found;
}

/* The number after a line's first word, as in /proc/meminfo and memory.stat. */
static bool read_field(const char *path, const char *name, unsigned long long *value)
{
  FILE *stream = fopen(path, "re");
  if (!stream)
    return false;
  char line[256], word[128];
  bool found = false;
  while (!found && fgets(line, sizeof line, stream))
    found = sscanf(line, "%127s %llu", word, value) == 2 && strcmp(word, name) == 0;
  fclose(stream);
  return found;
}

/* What one control group leaves: its limit less its use, where cached file
 * pages do not count as use because the kernel takes them back. */
static unsigned long long group_room(const char *folder, const char *limit_file,
                                     const char *use_file, const char *cache_field)
{
  unsigned long long limit, use, cache = 0;
  char path[1024];
  if (!read_number(folder, limit_file, &limit) || !read_number(folder, use_file, &use))
    return ULLONG_MAX;
  if (snprintf(path, sizeof path, "%s/memory.stat", folder) < (int)sizeof path)
    read_field(path, cache_field, &cache);
  use -= cache < use ? cache : use;
  return limit > use ? limit - use : 0;
}

/* The tightest of a group and all above it; path is shortened on the way. */
static unsigned long long tree_room(const char *mount, char *path, bool second_version)
{
  unsigned long long room = ULLONG_MAX;
  while (true) {
    char folder[768];
    if (snprintf(folder, sizeof folder, "%s%s", mount, path) < (int)sizeof folder) {
      unsigned long long here =
          second_version ? group_room(folder, "memory.max", "memory.current", "inactive_file")
                         : group_room(folder, "memory.limit_in_bytes", "memory.usage_in_bytes",
                                      "total_inactive_file");
      room = here < room ? here : room;
    }
    char *slash = strrchr(path, '/');
    if (!slash)
      return room;
    *slash = '\0';
  }
}

static unsigned long long cgroup_room(void)
{
  unsigned long long room = ULLONG_MAX;
  FILE *stream = fopen("/proc/self/cgroup", "re");
  char line[640];
  while (stream && fgets(line, sizeof line, stream)) {
    line[strcspn(line, "\n")] = '\0';
    char *controllers = strchr(line, ':');
    char *path = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!path)
      continue;
    *path++ = '\0';
    unsigned long long here = ULLONG_MAX;
    if (controllers[1] == '\0')
      here = tree_room("/sys/fs/cgroup", path, true);
    else if (strstr(controllers + 1, "memory"))
      here = tree_room("/sys/fs/cgroup/memory", path, false);
    room = here < room ? here : room;
  }
  if (stream)
    fclose(stream);
  return room;
}

/* Where there is no /proc: what is free; half of what there is, where that is all that the
 * system tells; a gigabyte, where it tells nothing. */
static unsigned long long physical_room(void)
{
  long page = sysconf(_SC_PAGESIZE), pages = -1, share = 1;
#ifdef _SC_AVPHYS_PAGES
  pages = sysconf(_SC_AVPHYS_PAGES);
#endif
#ifdef _SC_PHYS_PAGES
  if (pages <= 0) {
    pages = sysconf(_SC_PHYS_PAGES);
    share = 2;
  }
#endif
  if (pages <= 0 || page <= 0)
    return 1ULL << 30;
  return (unsigned long long)pages * (unsigned long long)page / (unsigned long long)share;
}

/* What is left of a limited address space. */
static unsigned long long space_room(void)
{
  struct rlimit space;
  unsigned long long pages = 0;
  long page = sysconf(_SC_PAGESIZE);
  if (getrlimit(RLIMIT_AS, &space) != 0 || space.rlim_cur == RLIM_INFINITY)
    return ULLONG_MAX;
  if (!read_number("/proc/self", "statm", &pages) || page <= 0)
    return space.rlim_cur;
  unsigned long long used = pages * (unsigned long long)page;
  return space.rlim_cur > used ? space.rlim_cur - used : 0;
}

size_t ag_memory_budget(void)
{
  unsigned long long room, kilobytes;
  if (read_field("/proc/meminfo", "MemAvailable:", &kilobytes)) {
    room = kilobytes * 1024;
  } else {
    room = physical_room();
  }
  unsigned long long group = cgroup_room(), space = space_room();
  room = group < room ? group : room;
  room = space < room ? space : room;
  return room < SIZE_MAX ? (size_t)room : SIZE_MAX;
}

ag_status ag_memory_expect(double bytes, const char *what, ag_error *error)
{
  if (bytes < LARGE) /* what is small may try */
    return AG_OK;
  double budget = (double)ag_memory_budget();
  if (bytes <= budget)
    return AG_OK;
  return ag_fail(error, AG_ERROR_MEMORY,
                 "%s need about %.3g GB of memory, but %.3g GB are available", what, bytes / 1e9,
                 budget / 1e9);
}

size_t ag_memory_file_most(void)
{
  enum { LEAST = 1 << 20 };
  size_t most = ag_memory_budget() / 4;
  return most > LEAST ? most : LEAST;
}

size_t ag_memory_stream_most(int descriptor)
{
  enum { DEVICE_MOST = 1 << 26, PIPE_MOST = 1 << 30 };
  struct stat information;
  size_t room = ag_memory_file_most(), most = room;
  if (fstat(descriptor, &information) != 0)
    return room;
  if (S_ISCHR(information.st_mode))
    most = DEVICE_MOST;
  else if (!S_ISREG(information.st_mode))
    most = PIPE_MOST;
  return most < room ? most : room;
}

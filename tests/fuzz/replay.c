/* What runs a fuzz target where there is no libFuzzer: each file is one input. Prints TAP. */
#include "fuzz.h"

static void replay(const char *path)
{
  FILE *from = fopen(path, "rbe");
  require(from && fseek(from, 0, SEEK_END) == 0);
  size_t size = (size_t)ftell(from);
  uint8_t *data = malloc(size); /* no longer than it is: a read past the end is seen */
  rewind(from);
  require(fread(data, 1, size, from) == size && fclose(from) == 0);
  require(LLVMFuzzerTestOneInput(data, size) == 0);
  free(data);
}

int main(int count, char **paths)
{
  for (int i = 1; i < count; i++) {
    replay(paths[i]);
    printf("ok %d - %s\n", i, strrchr(paths[i], '/') + 1);
    fflush(stdout);
  }
  printf("1..%d\n", count - 1);
  return 0;
}

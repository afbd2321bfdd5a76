/* Writes memory that was never set: MemorySanitizer has to say so. */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
  int *number = malloc(sizeof *number);
  size_t written = number != NULL ? fwrite(number, sizeof *number, 1, stdout) : 0;
  free(number);
  return written == 1 ? 0 : 1;
}

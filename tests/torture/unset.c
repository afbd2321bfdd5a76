/* A branch on memory that was never set: MemorySanitizer has to say so. */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
  volatile int *number = malloc(sizeof *number);
  puts(number != NULL && *number > 3 ? "more" : "less");
  free((void *)number);
  return 0;
}

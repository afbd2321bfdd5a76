/* A branch on memory that was never set: MemorySanitizer has to say so. */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
  int *number = malloc(sizeof *number);
  puts(number != NULL && *number > 3 ? "more" : "less");
  free(number);
  return 0;
}

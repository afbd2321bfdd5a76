/* Two threads count in one place: ThreadSanitizer has to say so. */
#include <stdio.h>

int main(void)
{
  long count = 0;
#pragma omp parallel for num_threads(2)
  for (int i = 0; i < 100000; i++)
    count++;
  printf("%ld\n", count);
  return 0;
}

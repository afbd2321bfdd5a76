#include "base/features.h"

#include <string.h>

const char *ag_need_missing(const ag_need *list, const char *word)
{
  while (list->word && strcmp(list->word, word) != 0)
    list++;
  return list->here ? NULL : list->library;
}

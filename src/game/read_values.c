/* Values that several parts of a game file have. */
#include <stdio.h>
#include <string.h>

#include "game/read.h"

ag_status ag_game_read_positive(ag_node node, const char *what, double *value, ag_error *error)
{
  double read = *value;
  if (!ag_node_present(node))
    return AG_OK;
  ag_status status = ag_node_real(node, what, &read, error);
  if (status)
    return status;
  if (!(read > 0))
    return ag_node_fail(node, error, "%s is %g; expected a number above 0", what, read);
  *value = read;
  return AG_OK;
}

ag_status ag_game_read_word(ag_node node, const char *what, const char *const *words, size_t count,
                            size_t *word, ag_error *error)
{
  const char *text;
  char list[256] = "";
  if (!ag_node_present(node))
    return AG_OK;
  ag_status status = ag_node_text(node, what, &text, error);
  if (status)
    return status;
  for (size_t w = 0, used = 0; w < count; w++) {
    if (!strcmp(text, words[w])) {
      *word = w;
      return AG_OK;
    }
    if (used < sizeof list)
      used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", w ? ", " : "", words[w]);
  }
  const char *near = ag_nearest_name(text, words, count);
  return ag_node_fail(node, error, "unknown %s '%s'; expected one of %s%s%s%s", what, text, list,
                      near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

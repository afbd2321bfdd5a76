#include "sheet.h"

#include <stdlib.h>

#include "program.h"
#include "render.h"

FILE *sheet_begin(sheet *to)
{
  to->part = open_memstream(&to->text, &to->size);
  if (!to->part)
    exit(program_fail_system("cannot print", "the summary"));
  return to->part;
}

void sheet_end(sheet *to, size_t most)
{
  if (fclose(to->part) != 0)
    exit(program_fail_system("cannot print", "the summary"));
  to->used += render_lines(to->out, to->text, most);
  free(to->text);
  to->text = NULL;
}

size_t sheet_room(const sheet *to, size_t kept)
{
  return to->used + kept < SHEET_LINES ? SHEET_LINES - to->used - kept : 0;
}

#include "sheet.h"

#include <stdbool.h>
#include <stdlib.h>

#include <aligngame/files.h>

#include "program.h"
#include "render.h"

FILE *sheet_begin(sheet *to)
{
  to->part = ag_text_open(&to->text, &to->size);
  if (!to->part)
    program_leave(program_fail_system("cannot print", "the summary"));
  return to->part;
}

void sheet_end(sheet *to, size_t most)
{
  bool failed = ferror(to->part);
  if (fclose(to->part) != 0 || failed)
    program_leave(program_fail_system("cannot print", "the summary"));
  to->used += render_lines(to->out, to->text, most);
  free(to->text);
  to->text = NULL;
}

size_t sheet_room(const sheet *to, size_t kept)
{
  return to->used + kept < SHEET_LINES ? SHEET_LINES - to->used - kept : 0;
}

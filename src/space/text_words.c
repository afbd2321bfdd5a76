/* What was understood of a text, in words. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "space/text_read.h"

enum { ROOM = 1024 };

typedef struct writer {
  char text[ROOM];
  size_t used;
} writer;

static void say(writer *self, const char *format, ...) AG_PRINTF(2, 3);

static void say(writer *self, const char *format, ...)
{
  va_list words;
  va_start(words, format);
  int length = vsnprintf(self->text + self->used, ROOM - self->used, format, words);
  va_end(words);
  self->used += length > 0 ? (size_t)length : 0;
  self->used = self->used < ROOM ? self->used : ROOM - 1;
}

/* A format that was found, and by what. */
static void say_evidence(writer *self, const ag_text_report *report)
{
  if (report->format == AG_TEXT_WIKITEXT)
    say(self, " (%zu of %zu lines show it)", report->marked_lines, report->text_lines);
  else if (report->marked_lines > 0)
    say(self, " (WikiText's marks in %zu of %zu lines are too few: `format` decides)",
        report->marked_lines, report->text_lines);
}

static void say_format(writer *self, const ag_text_options *options, const ag_text_report *report)
{
  static const char *const names[] = {"", "plain text", "WikiText", "a sentence a line"};
  if (report->rows > 0)
    say(self, "`%.60s` of %zu rows", options->column ? options->column : "text", report->rows);
  if (report->empty > 0)
    say(self, " (%zu of them empty)", report->empty);
  if (report->rows == 0 || report->format != AG_TEXT_LINES)
    say(self, "%s%s", report->rows > 0 ? ", " : "", names[report->format]);
  if (options->format == AG_TEXT_AUTO)
    say_evidence(self, report);
  if (report->encoding && strcmp(report->encoding, "UTF-8") != 0)
    say(self, ", %.40s", report->encoding);
  if (report->unpacked)
    say(self, ", unpacked");
}

char *ag_text_report_words(const ag_text_options *options, const ag_text_report *report)
{
  const struct {
    size_t count;
    const char *what;
  } met[] = {{report->separators, report->separators == 1 ? "separator" : "separators"},
             {report->too_short, "too short"},
             {report->too_long, "too long"},
             {report->unknown, "with <unk>"},
             {report->duplicates, "repeated"},
             {report->not_taken, "not taken"},
             {report->held_out, "held out"},
             {report->broken_bytes, "broken bytes (U+FFFD stands for each)"}};
  writer words = {.used = 0};
  say_format(&words, options, report);
  say(&words, ", %zu sentence%s", report->sentences, report->sentences == 1 ? "" : "s");
  for (size_t i = 0, said = 0; i < sizeof met / sizeof *met; i++)
    if (met[i].count > 0)
      say(&words, "%s%zu %s", said++ ? ", " : ": ", met[i].count, met[i].what);
  return ag_text_copy(words.text);
}

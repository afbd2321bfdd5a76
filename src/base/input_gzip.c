/* gzip by zlib, where the library has it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/features.h"
#include "base/input.h"
#include "base/memory.h"
#include "base/text.h"

bool ag_gzip_is(const char *bytes, size_t size)
{
  return size >= 2 && memcmp(bytes, "\x1F\x8B", 2) == 0;
}

#if AG_HAVE_ZLIB
#include <zlib.h>

typedef struct unpacking {
  z_stream stream;
  const char *name, *next; /* next [left]: what the stream has not been given */
  char *text;              /* [room + 1], of which the stream has filled used */
  size_t left, used, room;
  ag_lines lines;
} unpacking;

/* zlib counts in 32 bits: it is given its input and its room in pieces. */
static unsigned piece(size_t size)
{
  const size_t most = 1 << 30;
  return (unsigned)(size < most ? size : most);
}

static ag_status make_room(unpacking *work, ag_error *error)
{
  if (work->used < work->room)
    return AG_OK;
  size_t room = 2 * work->room, most = ag_memory_file_most();
  char *larger = work->room > most ? NULL : realloc(work->text, room + 1);
  if (!larger)
    return ag_fail(error, AG_ERROR_MEMORY,
                   "%s unpacks to more than %.3g MB, which is more than the memory holds",
                   work->name, (double)(work->room < most ? work->room : most) / 1e6);
  work->text = larger;
  work->room = room;
  return AG_OK;
}

/* One call of zlib; *ended: the end of a packed file, of which several may follow one another. */
static ag_status unpack_some(unpacking *work, bool *ended, ag_error *error)
{
  ag_status status = make_room(work, error);
  if (status != AG_OK)
    return status;
  unsigned in = piece(work->left), out = piece(work->room - work->used);
  char *text = work->text + work->used;
  work->stream.next_in = (Bytef *)(uintptr_t)work->next;
  work->stream.avail_in = in;
  work->stream.next_out = (Bytef *)text;
  work->stream.avail_out = out;
  int result = inflate(&work->stream, Z_NO_FLUSH);
  work->next += in - work->stream.avail_in;
  work->left -= in - work->stream.avail_in;
  unsigned made = out - work->stream.avail_out;
  work->used += made;
  *ended = result == Z_STREAM_END;
  if (result == Z_MEM_ERROR)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory while unpacking %s", work->name);
  if (result == Z_OK || result == Z_STREAM_END)
    return ag_lines_take(&work->lines, work->name, text, made, error);
  return ag_fail_at(error, work->name, 0, 0, NULL,
                    result == Z_BUF_ERROR ? "the gzip file ends early: it is cut off"
                                          : "the gzip file is damaged");
}

/* All packed files that follow one another; like gzip, what stands behind them is left. */
static ag_status unpack_all(unpacking *work, ag_error *error)
{
  ag_status status = AG_OK;
  while (status == AG_OK) {
    bool ended = false;
    status = unpack_some(work, &ended, error);
    if (!ended)
      continue;
    if (!ag_gzip_is(work->next, work->left))
      break;
    inflateReset(&work->stream);
  }
  return status;
}

ag_status ag_gzip_unpack(const char *name, const char *bytes, size_t count, char **text,
                         size_t *size, ag_error *error)
{
  enum { GZIP_ONLY = 16 + MAX_WBITS };
  unpacking work = {.name = name, .next = bytes, .left = count, .room = 4 * count + 1024};
  work.text = malloc(work.room + 1);
  if (!work.text || inflateInit2(&work.stream, GZIP_ONLY) != Z_OK) {
    free(work.text);
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory while unpacking %s", name);
  }
  ag_status status = unpack_all(&work, error);
  inflateEnd(&work.stream);
  if (status != AG_OK) {
    free(work.text);
    return status;
  }
  work.text[work.used] = '\0';
  *text = work.text;
  *size = work.used;
  return AG_OK;
}

#else

ag_status ag_gzip_unpack(const char *name, const char *bytes, size_t count, char **text,
                         size_t *size, ag_error *error)
{
  (void)bytes, (void)count, (void)text, (void)size;
  return ag_fail_at(error, name, 0, 0, NULL,
                    "packed by gzip, which this build cannot read (it was made without zlib); "
                    "unpack it first: zcat FILE | aligngame ... -");
}

#endif

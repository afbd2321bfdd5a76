/* A line of the file: the point's number, its winner, its sinks, its effective number, and a sum of
 * these words' bytes: a line that was cut or damaged is none. */
#include "theory/phase_kept.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/memory.h"
#include "base/sha256.h"

enum { HEADER = AG_SHA256_HEX + 32, LINE = 128 };

static void add_reals(ag_sha256 *hash, const double *value, size_t count)
{
  if (value && count > 0)
    ag_sha256_add(hash, value, count * sizeof *value);
}

/* All that the points come from. */
static void write_header(const ag_game *game, size_t generations, const ag_phase *phase,
                         char header[HEADER])
{
  const ag_space *space = game->space;
  const char *text = ag_game_text(game);
  char digest[AG_SHA256_HEX];
  ag_sha256 hash;
  ag_sha256_begin(&hash);
  ag_sha256_add(&hash, text ? text : "", text ? strlen(text) + 1 : 1);
  ag_sha256_add(&hash, &generations, sizeof generations);
  for (size_t a = 0; a < 2; a++) {
    ag_sha256_add(&hash, phase->axis[a].path, strlen(phase->axis[a].path) + 1);
    add_reals(&hash, phase->value[a], phase->axis[a].count);
  }
  add_reals(&hash, space->log_mass, space->count);
  for (size_t k = 0; k < space->column_count; k++)
    add_reals(&hash, space->column[k], space->count);
  for (size_t c = 0; c < game->curator_count; c++)
    add_reals(&hash, game->curator[c].value, space->count);
  ag_sha256_end(&hash, digest);
  snprintf(header, HEADER, "aligngame phase points %s", digest);
}

static unsigned sum_of(const char *text, size_t length)
{
  unsigned sum = 2166136261u;
  for (size_t i = 0; i < length; i++)
    sum = (sum ^ (unsigned char)text[i]) * 16777619u;
  return sum;
}

static void write_line(const ag_phase *phase, size_t at, char line[LINE])
{
  int length = snprintf(line, LINE - 16, "%zu %u %u %a", at, (unsigned)phase->winner[at],
                        (unsigned)phase->sink_count[at], phase->effective_number[at]);
  snprintf(line + length, 16, " %08x", sum_of(line, (size_t)length));
}

/* One that is not as it was written is passed over. */
static void take_line(const char *line, ag_phase *phase, ag_phase_kept *kept)
{
  const char *last = strrchr(line, ' ');
  unsigned winner, sinks, sum;
  size_t at;
  double number;
  if (!last || sscanf(last, " %8x", &sum) != 1 || sum != sum_of(line, (size_t)(last - line)) ||
      sscanf(line, "%zu %u %u %lf", &at, &winner, &sinks, &number) != 4)
    return;
  if (at >= phase->axis[0].count * phase->axis[1].count || winner >= AG_PHASE_REFUSED ||
      sinks > 255)
    return;
  phase->winner[at] = (unsigned char)winner;
  phase->sink_count[at] = (unsigned char)sinks;
  phase->effective_number[at] = number;
  kept->count += !kept->known[at];
  kept->known[at] = 1;
}

static bool read_line(FILE *file, char *line, size_t size)
{
  if (!fgets(line, (int)size, file))
    return false;
  line[strcspn(line, "\n")] = '\0';
  return true;
}

/* Refuses the points of another diagram, which somebody may want to go on with. */
static ag_status take_lines(const char *path, const char *header, ag_phase *phase,
                            ag_phase_kept *kept, ag_error *error)
{
  char line[LINE];
  bool other = false;
  int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* no pipe is waited for */
  FILE *file = descriptor >= 0 ? fdopen(descriptor, "r") : NULL;
  if (file && read_line(file, line, sizeof line)) {
    other = strcmp(line, header) != 0;
    while (!other && read_line(file, line, sizeof line))
      take_line(line, phase, kept);
  }
  if (file)
    fclose(file);
  if (!other)
    return AG_OK;
  return ag_fail(
      error, AG_ERROR_INPUT,
      "%s holds points of another diagram, whose drawing was interrupted: go on with that "
      "one, remove the file, or name another directory with -o",
      path);
}

/* The known ones once more, in a file that is whole: the old one may end within a line. */
static ag_status begin_file(const char *path, const char *header, const ag_phase *phase,
                            ag_phase_kept *kept, ag_error *error)
{
  ag_draft draft = {0};
  char line[LINE];
  ag_drafts_sweep(path);
  ag_status status = ag_draft_open_stream(path, &draft, error);
  if (status)
    return status;
  fprintf(draft.stream, "%s\n", header);
  for (size_t at = 0; at < phase->axis[0].count * phase->axis[1].count; at++)
    if (kept->known[at]) {
      write_line(phase, at, line);
      fprintf(draft.stream, "%s\n", line);
    }
  if ((status = ag_draft_publish(&draft, error)))
    return status;
  kept->file = fopen(path, "ae");
  return kept->file ? AG_OK : ag_fail_system(error, "write", path, errno);
}

ag_status ag_phase_kept_open(const char *path, const ag_game *game, size_t generations,
                             ag_phase *phase, ag_phase_kept *kept, ag_error *error)
{
  char header[HEADER];
  size_t points = phase->axis[0].count * phase->axis[1].count;
  *kept = (ag_phase_kept){0};
  ag_status status = ag_array_create(points, 1, &kept->known, error);
  if (status)
    return status;
  memset(kept->known, 0, points);
  if (!path)
    return AG_OK;
  write_header(game, generations, phase, header);
  status = take_lines(path, header, phase, kept, error);
  return status == AG_OK ? begin_file(path, header, phase, kept, error) : status;
}

ag_status ag_phase_kept_add(const ag_phase_kept *kept, const ag_phase *phase, size_t at,
                            ag_error *error)
{
  char line[LINE];
  if (!kept->file)
    return AG_OK;
  write_line(phase, at, line);
  if (fprintf(kept->file, "%s\n", line) < 0 || fflush(kept->file) != 0)
    return ag_fail_system(error, "write", "the points of the diagram", errno);
  return AG_OK;
}

void ag_phase_kept_close(ag_phase_kept *kept)
{
  if (kept->file)
    fclose(kept->file);
  free(kept->known);
  *kept = (ag_phase_kept){0};
}

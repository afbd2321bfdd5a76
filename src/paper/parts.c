#include "paper/parts.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/catalogue.h>

/* --- errors --- */

ag_status ag_paper_fail(ag_error *error, ag_status status, const char *format, ...)
{
  if (!error)
    return status;
  *error = (ag_error){.status = status};
  va_list list;
  va_start(list, format);
  vsnprintf(error->message, sizeof error->message, format, list);
  va_end(list);
  return status;
}

ag_status ag_paper_no_memory(ag_error *error)
{
  return ag_paper_fail(error, AG_ERROR_MEMORY, "no memory for the paper's experiments");
}

/* --- games --- */

void ag_paper_change(ag_paper_changes *changes, const char *format, ...)
{
  char **longer = reallocarray(changes->text, changes->count + 1, sizeof *longer), *text;
  va_list list;
  va_start(list, format);
  int length = vasprintf(&text, format, list);
  va_end(list);
  changes->text = longer ? longer : changes->text;
  if (longer && length >= 0) {
    changes->text[changes->count++] = text;
    return;
  }
  changes->failed = true;
  if (length >= 0)
    free(text);
}

void ag_paper_changes_free(ag_paper_changes *changes)
{
  for (size_t i = 0; i < changes->count; i++)
    free(changes->text[i]);
  free(changes->text);
}

ag_status ag_paper_load(const char *preset, const ag_paper_changes *changes, ag_game **game,
                        ag_error *error)
{
  const char *text = ag_preset_text(preset);
  if (!text)
    return ag_paper_fail(error, AG_ERROR_INTERNAL, "this build lacks the preset %s", preset);
  if (changes->failed)
    return ag_paper_no_memory(error);
  return ag_game_parse(preset, text, strlen(text), (const char *const *)changes->text,
                       changes->count, game, error);
}

/* A number of the text, by which equal games find what was played of them; ag_run compares the
 * whole. */
static uint64_t number_of(const char *text)
{
  uint64_t number = 14695981039346656037u;
  for (; *text; text++)
    number = (number ^ (unsigned char)*text) * 1099511628211u;
  return number;
}

ag_status ag_paper_run(const ag_paper_options *options, const ag_game *game, ag_run_options *run,
                       ag_result **result, ag_error *error)
{
  char *directory = NULL;
  if (options->kept && asprintf(&directory, "%s/%s-%016llx", options->kept, ag_game_name(game),
                                (unsigned long long)number_of(ag_game_text(game))) < 0)
    return ag_paper_no_memory(error);
  run->directory = directory;
  run->resume = directory != NULL;
  ag_status status = ag_run(game, run, result, error);
  free(directory);
  return status;
}

ag_status ag_paper_spread(const ag_result *result, const char *metric, size_t generation,
                          ag_spread *spread, ag_error *error)
{
  size_t at = ag_result_find_metric(result, metric);
  *spread = (ag_spread){0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
  return at == SIZE_MAX ? AG_OK : ag_result_spread(result, generation, at, spread, error);
}

const char *ag_paper_verdict(const ag_spread *spread, double low, double high, double error,
                             bool single_seeds)
{
  bool one = isnan(spread->low); /* one seed has no interval */
  if (isnan(spread->mean))
    return "undefined";
  if ((one ? spread->mean : spread->low) <= high + error &&
      (one ? spread->mean : spread->high) >= low - error)
    return "agrees";
  if (single_seeds && spread->q05 <= high + error && spread->q95 >= low - error)
    return "some seeds";
  return spread->mean > high ? "higher" : "lower";
}

size_t ag_paper_moments(const size_t *wanted, size_t count, size_t end, size_t *moment)
{
  size_t moments = 0;
  for (size_t i = 0; i < count; i++)
    if (wanted[i] < end)
      moment[moments++] = wanted[i];
  moment[moments++] = end;
  return moments;
}

/* --- files --- */

json_t *ag_paper_spread_json(const ag_spread *spread)
{
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "mean", ag_json_real(spread->mean),
                   "deviation", ag_json_real(spread->deviation), "low", ag_json_real(spread->low),
                   "high", ag_json_real(spread->high), "q05", ag_json_real(spread->q05), "q95",
                   ag_json_real(spread->q95));
}

char *ag_paper_dump(json_t *document)
{
  char *text = ag_json_dump(document, JSON_REAL_PRECISION(17) | JSON_INDENT(2));
  json_decref(document);
  return ag_json_document("paper", text);
}

char *ag_paper_close(FILE *stream, char **text)
{
  bool failed = ferror(stream);
  if (fclose(stream) == 0 && !failed)
    return *text;
  free(*text);
  return NULL;
}

void ag_paper_put_real(FILE *csv, double value)
{
  if (isfinite(value))
    fprintf(csv, ",%.17g", value);
  else
    fputc(',', csv);
}

ag_status ag_paper_save(char *text, const char *directory, const char *name, ag_error *error)
{
  char *path = NULL;
  if (asprintf(&path, "%s/%s", directory, name) < 0) {
    free(text);
    return ag_paper_no_memory(error);
  }
  ag_status status = ag_text_save(text, path, error);
  free(path);
  return status;
}

ag_status ag_paper_save_figure(ag_paper_draw *draw, const void *what, const char *directory,
                               const char *name, ag_error *error)
{
  static const char *const endings[] = {"png", "svg", "pdf"};
  ag_status status = AG_OK;
  for (size_t i = 0; i < sizeof endings / sizeof *endings && status == AG_OK; i++) {
    char *path;
    if (asprintf(&path, "%s/%s.%s", directory, name, endings[i]) < 0)
      return ag_paper_no_memory(error);
    status = draw(what, path, error);
    free(path);
  }
  return status;
}

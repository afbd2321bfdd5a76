/* The games on texts as JSON, CSV and figures. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/figure.h>

#include "paper_text.h"
#include "program.h"

enum { SIDES = PAPER_SIDES };

/* The measures of a generation, by their columns. */
static const char *const measures[] = {
    "word_count", "satisfaction.owner", "satisfaction.public", "distinct.1", "distinct.2",
    "distinct.3", "word_entropy",       "duplicates",          "novelty",    "perplexity"};
enum { MEASURES = sizeof measures / sizeof *measures };

/* --- JSON --- */

static json_t *real_or_null(double value)
{
  return isfinite(value) ? json_real(value) : json_null();
}

static json_t *reals(const double *value, size_t count)
{
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++)
    json_array_append_new(list, real_or_null(value[i]));
  return list;
}

static json_t *spread_document(const ag_spread *spread)
{
  return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "mean", real_or_null(spread->mean),
                   "deviation", real_or_null(spread->deviation), "low", real_or_null(spread->low),
                   "high", real_or_null(spread->high), "q05", real_or_null(spread->q05), "q95",
                   real_or_null(spread->q95));
}

/* Every measure that the game has, a list over the generations. */
static json_t *course_document(const paper_text_play *play)
{
  json_t *course = json_object();
  for (size_t m = 0; m < MEASURES; m++) {
    if (ag_result_find_metric(play->result, measures[m]) == SIZE_MAX)
      continue;
    json_t *list = json_array();
    for (size_t t = 0; t <= play->result->generations; t++) {
      ag_spread spread = paper_text_spread(play, measures[m], t);
      json_array_append_new(list, spread_document(&spread));
    }
    json_object_set_new(course, measures[m], list);
  }
  return course;
}

static json_t *exact_document(const paper_text_play *play)
{
  const paper_text_law *exact = &play->exact;
  size_t n = exact->count, rows = exact->generations + 1;
  double *share = program_allocate(n, sizeof *share);
  paper_text_shares(play, exact->generations, share);
  json_t *document =
      json_pack("{s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "rule",
                ag_game_sampling(play->game).selection, "regime", ag_regime_name(exact->regime),
                "sinks", exact->sinks, "sink_count", (json_int_t)exact->sink_count, "limit",
                real_or_null(exact->limit), "mean", reals(exact->mean, rows), "engine",
                reals(exact->engine, rows), "words", reals(exact->words, n), "corpus",
                reals(exact->law, n), "law", reals(exact->law + (rows - 1) * n, n), "samples",
                reals(share, n), "distance", real_or_null(paper_text_distance(play)));
  free(share);
  return document;
}

static json_t *sentences_document(const paper_text_play *play)
{
  const ag_result_texts *texts = play->result->texts;
  size_t moment[PAPER_TEXT_MOMENTS], count = texts ? paper_text_moments(play, moment) : 0;
  json_t *list = json_array();
  for (size_t m = 0; m < count; m++) {
    json_t *some = json_array();
    for (size_t i = 0; i < texts->shown_count[moment[m]]; i++)
      json_array_append_new(some, json_string(texts->shown[moment[m] * AG_TEXTS_SHOWN + i]));
    json_array_append_new(
        list, json_pack("{s:I, s:o}", "generation", (json_int_t)moment[m], "sentences", some));
  }
  return list;
}

static json_t *play_document(size_t variant, const paper_text_play *play)
{
  const double(*range)[2] = paper_text_variants[variant].range[play->scenario];
  const double *reading = paper_text_reading[play->scenario];
  size_t end = play->result->generations;
  ag_spread spread = paper_text_spread(play, "word_count", end);
  return json_pack(
      "{s:s, s:s, s:s, s:s?, s:[ff], s:[ff], s:[ff], s:o, s:f, s:s, s:o, s:o, s:o, s:f}",
      "scenario", paper_scenarios[play->scenario].name, "variant",
      paper_text_variants[variant].name, "preset",
      paper_text_variants[variant].preset[play->scenario], "change", play->change, "owner",
      range[0][0], range[0][1], "public", range[1][0], range[1][1], "paper", reading[0], reading[1],
      "words", spread_document(&spread), "miss", paper_text_miss(play->scenario, spread.mean),
      "verdict", paper_text_verdict(play), "course", course_document(play), "exact",
      exact_document(play), "sentences", sentences_document(play), "seconds",
      play->result->seconds);
}

json_t *paper_text_document(const paper_text *text)
{
  const paper_text_play *first = &text->play[0];
  ag_sampling sampling = ag_game_sampling(first->game);
  json_t *games = json_array(), *changes = json_array(), *deviation = json_object();
  for (size_t v = 0; v < PAPER_TEXT_VARIANTS; v++) {
    if (!text->variant[v])
      continue;
    json_object_set_new(deviation, paper_text_variants[v].name, real_or_null(text->deviation[v]));
    for (size_t s = 0; s < PAPER_SCENARIOS; s++)
      if (text->scenario[s])
        json_array_append_new(games, play_document(v, paper_text_find(text, v, s)));
  }
  for (size_t i = 0; i < text->count; i++)
    if (text->play[i].change)
      json_array_append_new(changes, play_document(text->play[i].variant, &text->play[i]));
  return json_pack("{s:s, s:s, s:s?, s:I, s:I, s:I, s:s, s:s, s:o, s:o, s:o}", "scale", text->scale,
                   "generator", ag_game_generator(first->game), "corpus", text->corpus, "sentences",
                   (json_int_t)sampling.initial, "seeds", (json_int_t)first->result->replicates,
                   "generations", (json_int_t)first->result->generations, "rule",
                   sampling.selection, "best_variant", paper_text_variants[text->best].name,
                   "deviation", deviation, "games", games, "changes", changes);
}

/* --- CSV --- */

static void write_real(FILE *file, double value)
{
  if (isfinite(value))
    fprintf(file, ",%.17g", value);
  else
    fputc(',', file);
}

/* A row for each generation. */
static void write_play(FILE *file, size_t variant, const paper_text_play *play)
{
  const double(*range)[2] = paper_text_variants[variant].range[play->scenario];
  for (size_t t = 0; t <= play->result->generations; t++) {
    ag_spread words = paper_text_spread(play, "word_count", t);
    const double value[] = {words.mean, words.deviation,     words.q05,
                            words.q95,  play->exact.mean[t], play->exact.engine[t]};
    fprintf(file, "%s,%s,\"%s\",%g,%g,%g,%g,%zu", paper_text_variants[variant].name,
            paper_scenarios[play->scenario].name, play->change ? play->change : "", range[0][0],
            range[0][1], range[1][0], range[1][1], t);
    for (size_t i = 0; i < sizeof value / sizeof *value; i++)
      write_real(file, value[i]);
    for (size_t m = 1; m < MEASURES; m++)
      write_real(file, paper_text_spread(play, measures[m], t).mean);
    fputc('\n', file);
  }
}

static int save_table(const paper_text *text, const char *directory)
{
  int status = STATUS_DONE;
  char *path = program_format("%s/text-%s.csv", directory, text->scale);
  FILE *file = fopen(path, "w");
  if (file) {
    fputs("variant,scenario,change,owner_min,owner_max,public_min,public_max,generation,word_count,"
          "deviation,q05,q95,exact,exact_pools",
          file);
    for (size_t m = 1; m < MEASURES; m++)
      fprintf(file, ",%s", measures[m]);
    fputc('\n', file);
    for (size_t v = 0; v < PAPER_TEXT_VARIANTS; v++)
      for (size_t s = 0; s < PAPER_SCENARIOS; s++)
        if (text->variant[v] && text->scenario[s])
          write_play(file, v, paper_text_find(text, v, s));
    for (size_t i = 0; i < text->count; i++)
      if (text->play[i].change)
        write_play(file, text->play[i].variant, &text->play[i]);
  }
  bool failed = !file || ferror(file);
  if ((file && fclose(file) != 0) || failed)
    status = program_fail_system("cannot write", path);
  free(path);
  return status;
}

/* --- figures --- */

/* A play as the figure wants it. */
typedef struct drawn_play {
  char *name;
  double *mean, *low, *high, *last;
} drawn_play;

static ag_words_play prepare_play(const paper_text_play *play, size_t variant, drawn_play *drawn)
{
  const paper_text_law *exact = &play->exact;
  const double(*range)[2] = paper_text_variants[variant].range[play->scenario];
  size_t rows = exact->generations + 1;
  *drawn = (drawn_play){.name = program_format("%s: Owner %g–%g, Public %g–%g words",
                                               paper_scenarios[play->scenario].name, range[0][0],
                                               range[0][1], range[1][0], range[1][1]),
                        .mean = program_allocate(rows, sizeof *drawn->mean),
                        .low = program_allocate(rows, sizeof *drawn->low),
                        .high = program_allocate(rows, sizeof *drawn->high),
                        .last = program_allocate(exact->count, sizeof *drawn->last)};
  for (size_t t = 0; t < rows; t++) {
    ag_spread spread = paper_text_spread(play, "word_count", t);
    drawn->mean[t] = spread.mean;
    drawn->low[t] = spread.q05;
    drawn->high[t] = spread.q95;
  }
  paper_text_shares(play, rows - 1, drawn->last);
  ag_words_play made = {.name = drawn->name,
                        .reading = paper_text_reading[play->scenario],
                        .generations = rows - 1,
                        .mean = drawn->mean,
                        .low = drawn->low,
                        .high = drawn->high,
                        .exact_mean = exact->mean,
                        .count = exact->count,
                        .words = exact->words,
                        .first = exact->law,
                        .last = drawn->last,
                        .exact_last = exact->law + (rows - 1) * exact->count};
  memcpy(made.range, range, sizeof made.range);
  return made;
}

static char *make_title(const paper_text *text, size_t variant)
{
  const paper_text_play *first = &text->play[0];
  size_t seeds = first->result->replicates;
  return program_format("The number of words, with the ranges of %s: %s, %zu seed%s",
                        paper_text_variants[variant].follows, ag_game_generator(first->game), seeds,
                        seeds == 1 ? "" : "s");
}

static int save_figure(const paper_text *text, size_t variant, const char *directory)
{
  static const char *const endings[] = {"png", "svg", "pdf"};
  drawn_play drawn[PAPER_SCENARIOS] = {{0}};
  ag_words_play play[PAPER_SCENARIOS];
  char *title = make_title(text, variant);
  size_t count = 0;
  ag_error error = {0};
  int status = STATUS_DONE;
  for (size_t s = 0; s < PAPER_SCENARIOS; s++)
    if (text->scenario[s]) {
      play[count] = prepare_play(paper_text_find(text, variant, s), variant, &drawn[count]);
      count++;
    }
  for (size_t e = 0; e < sizeof endings / sizeof *endings && status == STATUS_DONE; e++) {
    char *path = program_format("%s/text-%s-%s.%s", directory, text->scale,
                                paper_text_variants[variant].name, endings[e]);
    if (ag_words_draw(title, play, count, path, &error) != AG_OK)
      status = program_fail(&error);
    free(path);
  }
  for (size_t s = 0; s < count; s++) {
    free(drawn[s].name);
    free(drawn[s].mean);
    free(drawn[s].low);
    free(drawn[s].high);
    free(drawn[s].last);
  }
  free(title);
  return status;
}

int paper_text_save(const paper_text *text, const char *directory)
{
  int status = save_table(text, directory);
  for (size_t v = 0; v < PAPER_TEXT_VARIANTS && status == STATUS_DONE; v++)
    if (text->variant[v])
      status = save_figure(text, v, directory);
  return status;
}

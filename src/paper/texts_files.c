/* The games on texts as JSON, CSV and figures. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame/figure.h>

#include "paper/parts.h"

enum { SCENARIOS = AG_PAPER_SCENARIOS, VARIANTS = AG_PAPER_VARIANTS, LABEL = 192 };

/* Calls back with every play that was asked for, in the order of the tables: those of each
 * variant, then those with something changed. */
typedef void visit_play(void *context, size_t variant, const ag_paper_text *play);

static void visit_printed(const ag_paper_texts *texts, visit_play *visit, void *context)
{
  for (size_t v = 0; v < VARIANTS; v++)
    for (size_t s = 0; s < SCENARIOS; s++)
      if (texts->variant[v] && texts->scenario[s])
        visit(context, v, ag_paper_texts_find(texts, v, s));
}

static void visit_changed(const ag_paper_texts *texts, visit_play *visit, void *context)
{
  for (size_t i = 0; i < texts->count; i++)
    if (texts->play[i].change)
      visit(context, texts->play[i].variant, &texts->play[i]);
}

/* --- JSON --- */

static json_t *reals(const double *value, size_t count)
{
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++)
    ag_json_append(&list, ag_json_real(value[i]));
  return list;
}

/* Every measure that the game has, a list over the generations. */
static json_t *course_document(const ag_paper_text *play)
{
  json_t *course = json_object();
  for (size_t m = 0; m < AG_PAPER_MEASURES; m++) {
    const char *name = ag_paper_measures[m];
    if (ag_result_find_metric(play->result, name) == SIZE_MAX)
      continue;
    json_t *list = json_array();
    for (size_t t = 0; t <= play->result->generations; t++)
      ag_json_append(&list, ag_paper_spread_json(ag_paper_text_spread(play, name, t)));
    ag_json_put(&course, name, list);
  }
  return course;
}

static json_t *exact_document(const ag_paper_text *play)
{
  const ag_paper_law *exact = &play->exact;
  size_t n = exact->count, rows = exact->generations + 1;
  return json_pack("{s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "rule",
                   ag_game_sampling(play->game).selection, "regime", ag_regime_name(exact->regime),
                   "sinks", exact->sinks, "sink_count", (json_int_t)exact->sink_count, "limit",
                   ag_json_real(exact->limit), "mean", reals(exact->mean, rows), "engine",
                   reals(exact->engine, rows), "words", reals(exact->words, n), "corpus",
                   reals(exact->law, n), "law", reals(exact->law + (rows - 1) * n, n), "samples",
                   reals(play->share, n), "distance", ag_json_real(play->distance));
}

static json_t *sentences_document(const ag_paper_text *play)
{
  const ag_result_texts *texts = play->result->texts;
  size_t moment[AG_PAPER_MOMENTS], count = texts ? ag_paper_text_moments(play, moment) : 0;
  json_t *list = json_array();
  for (size_t m = 0; m < count; m++) {
    json_t *some = json_array();
    for (size_t i = 0; i < texts->shown_count[moment[m]]; i++)
      ag_json_append(&some, json_string(texts->shown[moment[m] * AG_TEXTS_SHOWN + i]));
    ag_json_append(&list,
                   json_pack("{s:I, s:o}", "generation", (json_int_t)moment[m], "sentences", some));
  }
  return list;
}

static void append_document(void *list, size_t variant, const ag_paper_text *play)
{
  const ag_paper_variant *from = &ag_paper_variants[variant];
  const double(*range)[2] = from->range[play->scenario];
  const double *reading = ag_paper_scenarios[play->scenario].words;
  ag_json_append(
      list,
      json_pack("{s:s, s:s, s:s, s:s?, s:[ff], s:[ff], s:[ff], s:o, s:f, s:s, s:o, s:o, s:o, s:f}",
                "scenario", ag_paper_scenarios[play->scenario].name, "variant", from->name,
                "preset", from->preset[play->scenario], "change", play->change, "owner",
                range[0][0], range[0][1], "public", range[1][0], range[1][1], "paper", reading[0],
                reading[1], "words", ag_paper_spread_json(&play->words), "miss", play->miss,
                "verdict", play->verdict, "course", course_document(play), "exact",
                exact_document(play), "sentences", sentences_document(play), "seconds",
                play->result->seconds));
}

char *ag_paper_texts_json(const ag_paper_texts *texts)
{
  const ag_paper_text *first = &texts->play[0];
  ag_sampling sampling = ag_game_sampling(first->game);
  json_t *games = json_array(), *changes = json_array(), *deviation = json_object();
  for (size_t v = 0; v < VARIANTS; v++)
    if (texts->variant[v])
      ag_json_put(&deviation, ag_paper_variants[v].name, ag_json_real(texts->deviation[v]));
  visit_printed(texts, append_document, &games);
  visit_changed(texts, append_document, &changes);
  return ag_paper_dump(json_pack(
      "{s:{s:s, s:I, s:s}, s:s, s:s, s:s?, s:I, s:I, s:I, s:s, s:s, s:o, s:o, s:o}", "settings",
      "part", "text", "seed", (json_int_t)ag_game_seed(first->game), "game",
      ag_game_text(first->game), "scale", texts->scale, "generator", ag_game_generator(first->game),
      "corpus", texts->corpus, "sentences", (json_int_t)sampling.initial, "seeds",
      (json_int_t)first->result->replicates, "generations", (json_int_t)first->result->generations,
      "rule", sampling.selection, "best_variant", ag_paper_variants[texts->best].name, "deviation",
      deviation, "games", games, "changes", changes));
}

/* --- CSV --- */

/* A row for each generation. */
static void put_play(void *csv, size_t variant, const ag_paper_text *play)
{
  const double(*range)[2] = ag_paper_variants[variant].range[play->scenario];
  for (size_t t = 0; t <= play->result->generations; t++) {
    const ag_spread *words = ag_paper_text_spread(play, "word_count", t);
    const double value[] = {words->mean, words->deviation,    words->q05,
                            words->q95,  play->exact.mean[t], play->exact.engine[t]};
    fprintf(csv, "%s,%s,\"%s\",%g,%g,%g,%g,%zu", ag_paper_variants[variant].name,
            ag_paper_scenarios[play->scenario].name, play->change ? play->change : "", range[0][0],
            range[0][1], range[1][0], range[1][1], t);
    for (size_t i = 0; i < sizeof value / sizeof *value; i++)
      ag_paper_put_real(csv, value[i]);
    for (size_t m = 1; m < AG_PAPER_MEASURES; m++)
      ag_paper_put_real(csv, ag_paper_text_spread(play, ag_paper_measures[m], t)->mean);
    fputc('\n', csv);
  }
}

static char *make_table(const ag_paper_texts *texts)
{
  char *text = NULL;
  size_t size;
  FILE *csv = ag_text_open(&text, &size);
  if (!csv)
    return NULL;
  fputs("variant,scenario,change,owner_min,owner_max,public_min,public_max,generation,word_count,"
        "deviation,q05,q95,exact,exact_pools",
        csv);
  for (size_t m = 1; m < AG_PAPER_MEASURES; m++)
    fprintf(csv, ",%s", ag_paper_measures[m]);
  fputc('\n', csv);
  visit_printed(texts, put_play, csv);
  visit_changed(texts, put_play, csv);
  return ag_paper_close(csv, &text);
}

/* --- figures --- */

/* A variant's plays as the figure wants them. */
typedef struct words_figure {
  char title[LABEL], name[SCENARIOS][LABEL];
  double *course[SCENARIOS]; /* [3, T + 1] mean, 5 % and 95 % quantile */
  ag_words_play play[SCENARIOS];
  size_t count;
} words_figure;

static bool add_play(words_figure *figure, size_t variant, const ag_paper_text *play)
{
  const ag_paper_law *exact = &play->exact;
  const ag_paper_scenario *scenario = &ag_paper_scenarios[play->scenario];
  const double(*range)[2] = ag_paper_variants[variant].range[play->scenario];
  size_t rows = exact->generations + 1, at = figure->count;
  double *course = figure->course[at] = malloc(3 * rows * sizeof *course);
  if (!course)
    return false;
  for (size_t t = 0; t < rows; t++) {
    const ag_spread *spread = ag_paper_text_spread(play, "word_count", t);
    course[t] = spread->mean;
    course[rows + t] = spread->q05;
    course[2 * rows + t] = spread->q95;
  }
  snprintf(figure->name[at], LABEL, "%s: Owner %g–%g, Public %g–%g words", scenario->name,
           range[0][0], range[0][1], range[1][0], range[1][1]);
  figure->play[at] = (ag_words_play){.name = figure->name[at],
                                     .reading = scenario->words,
                                     .generations = rows - 1,
                                     .mean = course,
                                     .low = course + rows,
                                     .high = course + 2 * rows,
                                     .exact_mean = exact->mean,
                                     .count = exact->count,
                                     .words = exact->words,
                                     .first = exact->law,
                                     .last = play->share,
                                     .exact_last = exact->law + (rows - 1) * exact->count};
  memcpy(figure->play[at].range, range, sizeof figure->play[at].range);
  figure->count++;
  return true;
}

static ag_status draw_words(const void *what, const char *path, ag_error *error)
{
  const words_figure *figure = what;
  return ag_words_draw(figure->title, figure->play, figure->count, path, error);
}

static ag_status save_figure(const ag_paper_texts *texts, size_t variant, const char *directory,
                             ag_error *error)
{
  const ag_paper_text *first = &texts->play[0];
  size_t seeds = first->result->replicates;
  words_figure figure = {.count = 0};
  char name[LABEL];
  ag_status status = AG_OK;
  snprintf(figure.title, LABEL, "The number of words, with the ranges of %s: %s, %zu seed%s",
           ag_paper_variants[variant].follows, ag_game_generator(first->game), seeds,
           seeds == 1 ? "" : "s");
  snprintf(name, sizeof name, "text-%s-%s", texts->scale, ag_paper_variants[variant].name);
  for (size_t s = 0; s < SCENARIOS && status == AG_OK; s++)
    if (texts->scenario[s] && !add_play(&figure, variant, ag_paper_texts_find(texts, variant, s)))
      status = ag_paper_no_memory(error);
  if (status == AG_OK)
    status = ag_paper_save_figure(draw_words, &figure, directory, name, error);
  for (size_t s = 0; s < SCENARIOS; s++)
    free(figure.course[s]);
  return status;
}

ag_status ag_paper_texts_save(const ag_paper_texts *texts, const char *directory, ag_error *error)
{
  char name[LABEL];
  snprintf(name, sizeof name, "text-%s.json", texts->scale);
  ag_status status = ag_paper_save(ag_paper_texts_json(texts), directory, name, error);
  snprintf(name, sizeof name, "text-%s.csv", texts->scale);
  if (status == AG_OK)
    status = ag_paper_save(make_table(texts), directory, name, error);
  for (size_t v = 0; v < VARIANTS && status == AG_OK; v++)
    if (texts->variant[v])
      status = save_figure(texts, v, directory, error);
  return status;
}

#include <aligngame/catalogue.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/features.h"
#include "curation/selection.h"
#include "game/game.h"
#include "game/keys.h"
#include "game/preset.h"
#include "generator/generator.h"
#include "metric/metric.h"
#include "reward/reward.h"
#include "space/space.h"
#include "version.h"

const char *ag_version(void)
{
  return AG_VERSION_TEXT;
}

const char *ag_build_remark(size_t index)
{
  static const struct {
    bool here;
    const char *otherwise;
  } parts[] = {
      {AG_HAVE_MUPARSER, "without muparser: no reward `expression`"},
      {AG_HAVE_PCRE2, "without pcre2: no reward `pattern`"},
      {AG_HAVE_JANSSON, "without jansson: no reward `command`"},
      {AG_HAVE_GPT2, "without jansson and pcre2: no generator `gpt2`"},
      {AG_HAVE_LAPACKE, "without lapacke: mixtures of many dimensions are fitted by plain loops"},
      {AG_HAVE_ONEDNN || !AG_HAVE_GPT2, "without oneDNN: GPT-2 multiplies matrices by plain loops"},
      {AG_HAVE_ZLIB, "without zlib: no files packed by gzip"},
      {AG_HAVE_OPENMP, "without OpenMP: one thread"},
  };
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (!parts[i].here && index-- == 0)
      return parts[i].otherwise;
  return NULL;
}

/* ---- kinds and entries ---- */

static const ag_description *key_at(size_t index)
{
  return ag_game_keys[index].name ? &ag_game_keys[index] : NULL;
}

static const ag_description *reading_at(size_t index)
{
  return ag_readings[index].name ? &ag_readings[index].is : NULL;
}

static const ag_description *preset_at(size_t index)
{
  return ag_presets[index].name ? &ag_presets[index].is : NULL;
}

static const ag_list keys = {.what = "part of a game file", .at = key_at};
static const ag_list readings = {.what = "reading", .at = reading_at};
static const ag_list presets = {.what = "preset", .at = preset_at};

static const struct {
  const char *name, *summary;
  const ag_list *list;
} kinds[] = {
    {"keys", "the parts of a game file", &keys},
    {"spaces", "what can be generated: space: {NAME: ...}", &ag_spaces},
    {"rewards", "what a curator likes: reward: {NAME: ...}", &ag_rewards},
    {"steps", "what a generation does: loop: {steps: [{NAME: ...}]}", &ag_steps},
    {"readings", "loops that are short for some steps: loop: {reading: NAME}", &readings},
    {"selections", "which candidates are kept: samples: {selection: NAME}", &ag_selections},
    {"generators", "what learns: generator: NAME, or generator: {NAME: ...}", &ag_generators},
    {"metrics", "what is measured: metrics: [NAME, {NAME: ...}]", &ag_metrics},
    {"presets", "games that come with the program", &presets},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

size_t ag_catalogue_kind_count(void)
{
  return KINDS;
}

const char *ag_catalogue_kind(size_t kind)
{
  return kind < KINDS ? kinds[kind].name : NULL;
}

const char *ag_catalogue_kind_summary(size_t kind)
{
  return kind < KINDS ? kinds[kind].summary : NULL;
}

static const ag_list *find_list(const char *kind)
{
  for (size_t k = 0; k < KINDS; k++)
    if (strcmp(kinds[k].name, kind) == 0)
      return kinds[k].list;
  return NULL;
}

int ag_catalogue_entry_at(const char *kind, size_t index, ag_catalogue_entry *entry)
{
  const ag_list *list = find_list(kind);
  const ag_description *found = list ? list->at(0) : NULL;
  for (size_t i = 1; i <= index && found; i++) /* at knows one past the end, not more */
    found = list->at(i);
  if (found)
    *entry = (ag_catalogue_entry){found->name, found->summary, found->example};
  return found != NULL;
}

/* ---- parameters ---- */

static const char *const kind_words[] = {
    [AG_NODE] = "node",   [AG_PATH] = "path",   [AG_REAL] = "real",
    [AG_WHOLE] = "whole", [AG_FLAG] = "flag",   [AG_WORD] = "word",
    [AG_TEXT] = "text",   [AG_REALS] = "reals", [AG_TABLE] = "table",
};

/* Parameter number *index of a table and of those within it; its name behind those around. */
static const ag_parameter *walk(const ag_parameter *table, size_t *index, char *name, size_t size,
                                const ag_parameter **beside)
{
  size_t used = strlen(name);
  for (const ag_parameter *p = table; p && p->name; p++) {
    snprintf(name + used, size - used, "%s%s", used ? "." : "", p->name);
    *beside = table;
    if ((*index)-- == 0)
      return p;
    const ag_parameter *found = walk(p->within, index, name, size, beside);
    if (found)
      return found;
  }
  name[used] = '\0';
  return NULL;
}

static void say_otherwise(const ag_parameter *p, const ag_parameter *table, char *text, size_t size)
{
  if (p->choice)
    ag_parameter_say_choice(p, table, text, size);
  else if (p->fallback || p->absent)
    snprintf(text, size, p->fallback ? "default %s" : "default: %s",
             p->fallback ? p->fallback : p->absent);
  else
    snprintf(text, size, "must be given");
  size_t used = strlen(text);
  if (p->with || p->without)
    snprintf(text + used, size - used, "; %s %s", p->with ? "only with" : "not with",
             p->with ? p->with : p->without);
}

int ag_catalogue_parameter_at(const char *kind, const char *entry, size_t index,
                              ag_catalogue_parameter *parameter)
{
  const ag_list *list = find_list(kind);
  const ag_description *found = list ? ag_list_find(list, entry) : NULL;
  const ag_parameter *table = NULL;
  ag_catalogue_parameter made = {.name = ""};
  const ag_parameter *p =
      found ? walk(found->parameters, &index, made.name, sizeof made.name, &table) : NULL;
  if (!p)
    return 0;
  bool bounded = p->low != 0 || p->high != 0, whole = p->kind == AG_WHOLE;
  made.help = p->help;
  made.kind = kind_words[p->kind];
  made.unit = p->unit;
  made.fallback = p->fallback;
  made.words = p->words;
  made.low = bounded ? p->low : whole ? 0 : -INFINITY;
  made.high = bounded ? p->high : whole ? 0x1p53 : INFINITY;
  made.above = p->above;
  made.required = !p->fallback && !p->absent && !p->choice;
  made.with = p->with;
  made.without = p->without;
  ag_parameter_say(p, made.takes, sizeof made.takes);
  say_otherwise(p, table, made.otherwise, sizeof made.otherwise);
  *parameter = made;
  return 1;
}

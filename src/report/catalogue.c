#include <aligngame/catalogue.h>

#include <string.h>

#include "curation/selection.h"
#include "game/game.h"
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

static int space_entry(size_t index, ag_catalogue_entry *entry)
{
  const ag_space_type *type = ag_space_types[index];
  if (type)
    *entry = (ag_catalogue_entry){type->name, type->summary, type->example};
  return type != NULL;
}

static int reward_entry(size_t index, ag_catalogue_entry *entry)
{
  const ag_reward_type *type = ag_reward_types[index];
  if (type)
    *entry = (ag_catalogue_entry){type->name, type->summary, type->example};
  return type != NULL;
}

static int selection_entry(size_t index, ag_catalogue_entry *entry)
{
  const ag_selection_type *type = ag_selection_types[index];
  if (type)
    *entry = (ag_catalogue_entry){type->name, type->law, type->example};
  return type != NULL;
}

static int reading_entry(size_t index, ag_catalogue_entry *entry)
{
  const ag_reading *reading = &ag_readings[index];
  if (reading->name)
    *entry = (ag_catalogue_entry){reading->name, reading->summary, reading->example};
  return reading->name != NULL;
}

static int step_entry(size_t index, ag_catalogue_entry *entry)
{
  const ag_step_type *type = ag_step_types[index];
  if (type)
    *entry = (ag_catalogue_entry){type->name, type->summary, type->example};
  return type != NULL;
}

static int generator_entry(size_t index, ag_catalogue_entry *entry)
{
  const ag_generator_type *type = ag_generator_types[index];
  if (type)
    *entry = (ag_catalogue_entry){type->name, type->summary, type->example};
  return type != NULL;
}

static int metric_entry(size_t index, ag_catalogue_entry *entry)
{
  const ag_metric_type *type = ag_metric_types[index];
  if (type)
    *entry = (ag_catalogue_entry){type->name, type->summary, NULL};
  return type != NULL;
}

static int preset_entry(size_t index, ag_catalogue_entry *entry)
{
  const ag_preset *preset = &ag_presets[index];
  if (preset->name)
    *entry = (ag_catalogue_entry){preset->name, preset->summary, NULL};
  return preset->name != NULL;
}

static const struct {
  const char *name;
  int (*entry)(size_t index, ag_catalogue_entry *entry); /* index: at most one past the end */
} kinds[] = {{"spaces", space_entry},         {"rewards", reward_entry},
             {"readings", reading_entry},     {"steps", step_entry},     {"selections", selection_entry},
             {"generators", generator_entry}, {"metrics", metric_entry},
             {"presets", preset_entry}};
enum { KINDS = sizeof kinds / sizeof *kinds };

size_t ag_catalogue_kind_count(void)
{
  return KINDS;
}

const char *ag_catalogue_kind(size_t kind)
{
  return kind < KINDS ? kinds[kind].name : NULL;
}

int ag_catalogue_entry_at(const char *kind, size_t index, ag_catalogue_entry *entry)
{
  for (size_t k = 0; k < KINDS; k++) {
    if (strcmp(kinds[k].name, kind))
      continue;
    for (size_t i = 0; i <= index; i++)
      if (!kinds[k].entry(i, entry))
        return 0;
    return 1;
  }
  return 0;
}

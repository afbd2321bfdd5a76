/* Every table of parameters: its defaults, bounds, examples and mistakes. */
#include <math.h>
#include <stdint.h>

#include <aligngame.h>

#include "base/parameter.h"
#include "curation/selection.h"
#include "game/keys.h"
#include "generator/generator.h"
#include "metric/metric.h"
#include "reward/reward.h"
#include "space/space.h"
#include "tests/check.h"

static const ag_description *key_at(size_t index)
{
  return ag_game_keys[index].name ? &ag_game_keys[index] : NULL;
}

static const ag_list keys = {.what = "part", .at = key_at};
static const ag_list *const lists[] = {&keys,       &ag_spaces,     &ag_rewards,
                                       &ag_metrics, &ag_generators, &ag_selections};
enum { LISTS = sizeof lists / sizeof *lists, KEY_COLUMN = 5 };

typedef void parameter_fact(const ag_description *type, const ag_parameter *p);

static void with_table(const ag_description *type, const ag_parameter *table, parameter_fact *fact)
{
  for (const ag_parameter *p = table; p && p->name; p++) {
    fact(type, p);
    with_table(type, p->within, fact);
  }
}

static void with_every_parameter(parameter_fact *fact)
{
  const ag_description *type;
  for (size_t l = 0; l < LISTS; l++)
    for (size_t i = 0; (type = lists[l]->at(i)); i++)
      with_table(type, type->parameters, fact);
}

/* Reads `key: TEXT` (no TEXT: an empty mapping) by a table that has p alone, as `key`. */
static ag_status read_alone(const ag_parameter *p, const char *text, void *field, ag_error *error)
{
  ag_parameter table[2] = {*p, {0}};
  char line[512];
  ag_config *config = NULL;
  table[0].name = "key";
  table[0].at = 0;
  table[0].choice = 0;
  table[0].with = table[0].without = NULL;
  snprintf(line, sizeof line, text ? "key: %s" : "{}", text ? text : "");
  ag_status status = ag_config_parse("t", line, strlen(line), NULL, 0, &config, error);
  if (status == AG_OK)
    status = ag_parameters_read(ag_config_root(config), "it", table, field, error);
  ag_config_free(config);
  return status;
}

static void report(const ag_description *type, const ag_parameter *p, const char *text,
                   const ag_error *error)
{
  if (check_current_failed)
    printf("# … %s, %s: `%s`: %ld:%ld %s\n", type->name, p->name, text ? text : "", error->line,
           error->column, error->message);
}

static void is_documented(const ag_description *type, const ag_parameter *p)
{
  char words[256];
  ag_parameter_say(p, words, sizeof words);
  CHECK(p->help && p->help[0] && strlen(p->help) < 160 && words[0]);
  CHECK(p->help[strlen(p->help) - 1] != '.');
  CHECK(!p->fallback || !p->absent);
  CHECK(p->fallback || p->absent || p->choice || p->example);
  CHECK((p->kind != AG_NODE && p->kind != AG_TABLE) || p->takes || p->within);
  CHECK((p->kind == AG_WORD) == (p->words != NULL));
  CHECK(p->low <= p->high && (!p->above || p->high > 0));
  report(type, p, NULL, &(ag_error){.message = ""});
}

static void every_parameter_says_what_it_is(void)
{
  with_every_parameter(is_documented);
}

/* The default is what a file would give that says it. */
static void has_a_default_of_its_kind(const ag_description *type, const ag_parameter *p)
{
  union {
    double real;
    size_t whole;
    bool flag;
    unsigned word;
    unsigned char byte[64];
  } said = {.byte = {0}}, silent = {.byte = {0}};
  ag_error error = {.message = ""};
  if (!p->fallback || p->kind == AG_TABLE || p->kind == AG_NODE)
    return;
  CHECK(read_alone(p, p->fallback, &said, &error) == AG_OK);
  CHECK(read_alone(p, NULL, &silent, &error) == AG_OK);
  CHECK(memcmp(&said, &silent, sizeof said) == 0);
  report(type, p, p->fallback, &error);
}

static void every_default_reads_as_its_kind_and_within_its_bounds(void)
{
  with_every_parameter(has_a_default_of_its_kind);
}

static void check_outside(const ag_description *type, const ag_parameter *p, double value)
{
  ag_reals field = {.count = 0};
  ag_error error = {.message = ""};
  char text[64], words[256];
  ag_parameter_say(p, words, sizeof words);
  snprintf(text, sizeof text, p->kind == AG_REALS ? "[%.17g]" : "%.17g", value);
  size_t place = p->kind == AG_REALS;
  if (p->kind == AG_WHOLE) /* its words have no unit: what is wrong is how many */
    snprintf(words, sizeof words, "key: expected an integer");
  CHECK(read_alone(p, text, &field, &error) == AG_ERROR_INPUT);
  CHECK(error.line == 1 && error.column == (long)(1 + KEY_COLUMN + place));
  CHECK(strstr(error.message, words) && strstr(error.message, "found"));
  report(type, p, text, &error);
}

static void refuses_what_is_outside(const ag_description *type, const ag_parameter *p)
{
  bool number = p->kind == AG_REAL || p->kind == AG_WHOLE || p->kind == AG_REALS;
  bool whole = p->kind == AG_WHOLE;
  if (!number || (p->low == 0 && p->high == 0))
    return;
  if (isfinite(p->low))
    check_outside(type, p,
                  p->above ? p->low
                  : whole  ? p->low - 1
                           : nextafter(p->low, -1e300) - 1e-300);
  if (isfinite(p->high))
    check_outside(type, p, whole ? p->high + 1 : nextafter(p->high, INFINITY));
}

static void every_bound_holds_at_the_right_place(void)
{
  with_every_parameter(refuses_what_is_outside);
}

/* Reads one entry: `{TEXT}` is a mapping of its name to its parameters. */
static ag_status read_entry(const ag_list *list, const char *text, ag_error *error)
{
  char line[512];
  ag_config *config = NULL;
  const ag_description *type = NULL;
  ag_node name_node, value;
  void *self = NULL;
  snprintf(line, sizeof line, strchr(text, ':') ? "v: {%s}" : "v: %s", text);
  ag_status status = ag_config_parse("t", line, strlen(line), NULL, 0, &config, error);
  ag_node node = config ? ag_node_find(ag_config_root(config), "v") : (ag_node){NULL, 0};
  if (status == AG_OK)
    status = ag_list_pick(list, node, NULL, &type, &name_node, &value, error);
  if (status == AG_OK)
    status = ag_description_read(type, name_node, value, &self, error);
  if (status == AG_OK)
    ag_description_free(type, self);
  ag_config_free(config);
  return status;
}

static void every_example_reads(void)
{
  const ag_description *type;
  for (size_t l = 1; l < LISTS && lists[l] != &ag_selections; l++)
    for (size_t i = 0; (type = lists[l]->at(i)); i++) {
      ag_error error = {.message = ""};
      const char *example = type->example ? type->example : type->name;
      CHECK(type->summary && type->summary[0]);
      if (read_entry(lists[l], example, &error) != AG_OK) {
        printf("# %s: %s\n", example, error.message);
        CHECK(!"the example reads");
      }
    }
}

static void a_wrong_key_is_told_the_right_one(void)
{
  const ag_description *type;
  for (size_t l = 1; l < LISTS; l++)
    for (size_t i = 0; (type = lists[l]->at(i)); i++)
      for (const ag_parameter *p = type->parameters; p && p->name && p->name[0]; p++) {
        char text[256], words[256];
        ag_error error = {.message = ""};
        snprintf(text, sizeof text, "%s: {%sx: 1}", type->name, p->name);
        snprintf(words, sizeof words, "unknown key `%sx` in %s; did you mean `%s`?", p->name,
                 type->name, p->name);
        CHECK(read_entry(lists[l], text, &error) == AG_ERROR_INPUT);
        CHECK_TEXT(error.message, words);
        CHECK(error.line == 1 && error.column == (long)(8 + strlen(type->name)));
      }
}

static void what_must_be_given_is_asked_for(void)
{
  ag_error error = {.message = ""};
  CHECK(read_entry(&ag_rewards, "disc: {radius: 1}", &error) == AG_ERROR_INPUT);
  CHECK_TEXT(error.message, "disc needs its center, such as `center: [0, 0]`");
  CHECK(error.column == 11);
  CHECK(read_entry(&ag_generators, "command", &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, "command needs its train") && error.column == 4);
  CHECK(read_entry(&ag_spaces, "atoms: {mass: [1], count: 2}", &error) == AG_ERROR_INPUT);
  CHECK_TEXT(error.message, "atoms: expected exactly one of mass, log_mass and count, such as "
                            "`mass: [9, 9, 2]`");
  CHECK(read_entry(&ag_spaces, "cloud: {file: a.csv, count: 2}", &error) == AG_ERROR_INPUT);
  CHECK_TEXT(error.message, "`count` has no meaning beside `file`");
  CHECK(read_entry(&ag_generators, "gmm: {covariance: ful}", &error) == AG_ERROR_INPUT);
  CHECK_TEXT(error.message, "covariance: expected one of full, diagonal, spherical, found `ful`; "
                            "did you mean `full`?");
}

/* The keys outside the lists are those that the reader of games knows. */
static void a_game_knows_its_keys(void)
{
  static const char rest[] = "space: {atoms: {count: 2}}\n"
                             "curators: {a: {reward: {values: [1, 2]}}}\n";
  static const struct {
    const char *part, *before, *after;
  } parts[] = {{"game", "", ": [[]]\n"},
               {"curator", "curators: {a: {", ": [[]]}}\nspace: {atoms: {count: 2}}\n"},
               {"loop", "loop: {", ": [[]]}\n"},
               {"samples", "samples: {", ": [[]]}\n"}};
  for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
    const ag_description *part = ag_list_find(&keys, parts[k].part);
    for (const ag_parameter *p = part->parameters; p->name; p++) {
      char text[512];
      ag_error error = {.message = ""};
      ag_game *game = NULL;
      bool whole = strcmp(p->name, "space") == 0 || strcmp(p->name, "curators") == 0;
      snprintf(text, sizeof text, "%s%s%s%s", parts[k].before, p->name, parts[k].after,
               k == 1 || (k == 0 && whole) ? "" : rest);
      ag_status status = ag_game_parse("t", text, strlen(text), NULL, 0, &game, &error);
      if (status != AG_OK && (strstr(error.message, "unknown key") || error.line != 1)) {
        printf("# %s, %s: %ld:%ld %s\n", part->name, p->name, error.line, error.column,
               error.message);
        CHECK(!"a known key");
      }
      ag_game_free(game);
    }
  }
}

/* The catalogue has every parameter of every table, in its order. */
static void the_catalogue_counts_them_all(void)
{
  size_t entries = 0, parameters = 0;
  for (size_t k = 0; k < ag_catalogue_kind_count(); k++) {
    const char *kind = ag_catalogue_kind(k);
    ag_catalogue_entry entry;
    ag_catalogue_parameter p;
    CHECK(ag_catalogue_kind_summary(k)[0] != '\0');
    for (size_t i = 0; ag_catalogue_entry_at(kind, i, &entry); i++, entries++)
      for (size_t n = 0; ag_catalogue_parameter_at(kind, entry.name, n, &p); n++, parameters++)
        CHECK(p.help[0] && p.takes[0] && p.otherwise[0] && p.low <= p.high);
  }
  CHECK(entries > 60 && parameters > 100);
  ag_catalogue_parameter p;
  CHECK(ag_catalogue_parameter_at("rewards", "disc", 1, &p));
  CHECK_TEXT(p.name, "radius");
  CHECK_TEXT(p.takes, "a number above 0 (a distance)");
  CHECK_TEXT(p.otherwise, "default 1");
  CHECK(p.low == 0 && isinf(p.high) && p.above && !p.required);
  CHECK(ag_catalogue_parameter_at("spaces", "box", 5, &p));
  CHECK_TEXT(p.name, "density.gaussian.mean");
  CHECK(!ag_catalogue_parameter_at("rewards", "disc", 3, &p));
  CHECK(!ag_catalogue_parameter_at("rewards", "nothing", 0, &p));
  CHECK(!ag_catalogue_parameter_at("nothing", "disc", 0, &p));
}

int main(void)
{
  CHECK_RUN(every_parameter_says_what_it_is);
  CHECK_RUN(every_default_reads_as_its_kind_and_within_its_bounds);
  CHECK_RUN(every_bound_holds_at_the_right_place);
  CHECK_RUN(every_example_reads);
  CHECK_RUN(a_wrong_key_is_told_the_right_one);
  CHECK_RUN(what_must_be_given_is_asked_for);
  CHECK_RUN(a_game_knows_its_keys);
  CHECK_RUN(the_catalogue_counts_them_all);
  return check_end();
}

#include "theory/limit.h"

#include <stdlib.h>

#include "base/memory.h"
#include "theory/odds.h"

/* The class with the most mass, and the mass elsewhere added up by itself:
 * 1 - mass would lose what is below 1e-16. */
static size_t weigh_classes(size_t count, const double *p, double *outside)
{
  size_t heaviest = 0;
  *outside = 0;
  for (size_t c = 1; c < count; c++)
    heaviest = p[c] > p[heaviest] ? c : heaviest;
  for (size_t c = 0; c < count; c++)
    *outside += c == heaviest ? 0 : p[c];
  return heaviest;
}

/* How often to look: often at first, then about every tenth of the way. */
static size_t next_look(size_t generation)
{
  return generation + 1 + generation / 10;
}

static void read_classes(const ag_play *play, size_t count, double *p)
{
  ag_play_log_mass(play, p);
  for (size_t c = 0; c < count; c++)
    p[c] = exp(p[c]);
}

/* What is still to go: to the nearest end that has the heaviest class, else outside that. */
static double distance(const ag_classes *classes, const ag_ends *ends, const double *p,
                       ag_limit *limit)
{
  double least = INFINITY, outside;
  limit->number = weigh_classes(classes->count, p, &outside);
  limit->end = SIZE_MAX;
  for (size_t e = 0; e < ends->count; e++) {
    double here = ag_end_distance(classes, &ends->end[e], p);
    if (ends->end[e].attracts && here < least) {
      least = here;
      limit->end = e;
    }
  }
  return limit->end == SIZE_MAX ? outside : least;
}

static ag_status play_to_end(const ag_classes *classes, const ag_ends *ends, ag_play *play,
                             size_t generations, double *p, ag_limit *limit, ag_error *error)
{
  const double settled = 1e-9;
  size_t look = 1;
  ag_status status = AG_OK;
  read_classes(play, classes->count, p);
  limit->outside = distance(classes, ends, p, limit);
  while (!status && !limit->settled && ag_play_generation(play) < generations) {
    size_t next = ag_play_generation(play) + 1;
    status = ag_play_step(play, error);
    if (status || (next + 1 < look && next + 1 < generations))
      continue;
    read_classes(play, classes->count, p);
    double before = distance(classes, ends, p, limit);
    status = ag_play_step(play, error);
    read_classes(play, classes->count, p);
    limit->outside = distance(classes, ends, p, limit);
    limit->measured_rate = log(limit->outside / before);
    limit->settled = limit->end != SIZE_MAX && limit->outside < settled;
    look = next_look(ag_play_generation(play));
  }
  limit->generations = ag_play_generation(play);
  limit->end = limit->settled ? limit->end : SIZE_MAX;
  return status;
}

ag_status ag_limit_from(const ag_classes *classes, const ag_ends *ends, ag_play *play,
                        const double *start, size_t generations, double *out, ag_limit *limit,
                        ag_error *error)
{
  double *p = NULL;
  ag_status status = ag_array_create(classes->count, sizeof *p, &p, error);
  *limit = (ag_limit){.measured_rate = (double)NAN, .end = SIZE_MAX};
  if (!status && start)
    status = ag_play_start(play, start, error);
  if (!status)
    status = play_to_end(classes, ends, play, generations, p, limit, error);
  for (size_t c = 0; !status && out && c < classes->count; c++)
    out[c] = p[c];
  free(p);
  return status;
}

/* --- what the analysis knows --- */

static size_t sink_of(const ag_ends *ends, size_t number)
{
  for (size_t e = 0; e < ends->count; e++)
    if (ends->end[e].number[0] == number)
      return e;
  return SIZE_MAX;
}

/* Two classes in sequence: nothing between them attracts, so whoever gains goes on gaining. */
static ag_status find_gainer(const ag_classes *classes, const ag_ends *ends, size_t *end,
                             ag_error *error)
{
  ag_game_numbers numbers = {0};
  ag_game *game = NULL;
  ag_map *map = NULL;
  ag_status status = ag_classes_numbers(classes, &numbers, error);
  if (!status)
    status = ag_game_make(&numbers.spec, &game, error);
  if (!status)
    status = ag_map_create(game, &map, error);
  if (!status) {
    double change = ag_odds_change(map, numbers.log_mass[0] - numbers.log_mass[1]);
    *end = change != 0 ? sink_of(ends, change > 0 ? 0 : 1) : SIZE_MAX;
  }
  ag_map_free(map);
  ag_game_free(game);
  ag_game_numbers_free(&numbers);
  return status;
}

ag_status ag_limit_known(const ag_classes *classes, const ag_ends *ends, size_t *end,
                         ag_error *error)
{
  *end = ends->own;
  if (*end == SIZE_MAX && ends->theory.kind == AG_THEORY_SINKS && classes->count == 2)
    return find_gainer(classes, ends, end, error);
  return AG_OK;
}

void ag_limit_spread(const ag_classes *classes, const ag_end *end, double *p)
{
  for (size_t c = 0; c < classes->count; c++)
    p[c] = 0;
  for (size_t k = 0; k < end->count; k++)
    p[end->number[k]] = end->mass[k];
}

static ag_status decide(const ag_classes *classes, const ag_ends *ends, ag_limit *limit,
                        ag_error *error)
{
  size_t end;
  ag_status status = ag_limit_known(classes, ends, &end, error);
  if (status || end == SIZE_MAX)
    return status;
  limit->settled = limit->decided = true;
  limit->end = end;
  limit->number = ends->end[end].number[0];
  return AG_OK;
}

ag_status ag_limit_play(const ag_classes *classes, const ag_ends *ends, size_t generations,
                        double *p, ag_limit *limit, ag_error *error)
{
  ag_game_numbers numbers = {0};
  ag_game *game = NULL;
  ag_play *play = NULL;
  ag_status status = ag_classes_numbers(classes, &numbers, error);
  if (!status)
    status = ag_game_make(&numbers.spec, &game, error);
  if (!status)
    status = ag_play_create(game, &play, error);
  if (!status)
    status = ag_limit_from(classes, ends, play, NULL, generations, p, limit, error);
  if (!status && !limit->settled)
    status = decide(classes, ends, limit, error);
  ag_play_free(play);
  ag_game_free(game);
  ag_game_numbers_free(&numbers);
  return status;
}

static ag_status find_limit(const ag_game_spec *spec, size_t generations, bool always_played,
                            ag_limit *limit, double *p, ag_error *error)
{
  ag_game *game = NULL;
  ag_classes classes = {0};
  ag_ends ends = {0};
  double *of_class = NULL;
  ag_status status = ag_game_make(spec, &game, error);
  if (!status)
    status = ag_classes_create(game, &classes, error);
  if (!status)
    status = ag_ends_find(&classes, &ends, error);
  if (!status)
    status = ag_array_create(classes.count, sizeof *of_class, &of_class, error);
  *limit = (ag_limit){.measured_rate = (double)NAN, .outside = (double)NAN, .end = SIZE_MAX};
  if (!status && !always_played)
    status = decide(&classes, &ends, limit, error);
  if (!status && !limit->settled)
    status = ag_limit_play(&classes, &ends, generations, of_class, limit, error);
  if (!status && limit->settled)
    ag_limit_spread(&classes, &ends.end[limit->end], of_class);
  for (size_t i = 0; !status && p && i < spec->count; i++)
    p[i] = 0;
  for (size_t c = 0; !status && p && c < classes.count; c++)
    for (size_t i = 0; i < classes.item[c].count; i++) {
      size_t x = classes.place[classes.item[c].begin + i];
      double share = game->space->log_mass ? game->space->log_mass[x] : -log((double)spec->count);
      p[x] = of_class[c] * exp(share - classes.item[c].log_mass);
    }
  if (!status)
    limit->number = ag_classes_item(&classes, limit->number);
  free(of_class);
  ag_ends_free(&ends);
  ag_classes_free(&classes);
  ag_game_free(game);
  return status;
}

ag_status ag_limit_of(const ag_game_spec *spec, size_t generations, ag_limit *limit, double *p,
                      ag_error *error)
{
  return find_limit(spec, generations, true, limit, p, error);
}

ag_status ag_limit_find(const ag_game_spec *spec, size_t generations, ag_limit *limit, double *p,
                        ag_error *error)
{
  return find_limit(spec, generations, false, limit, p, error);
}

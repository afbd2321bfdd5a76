/* disc: 1 inside the closed disc, -slope (|x - c| - radius) outside: equation
 * 6 of arXiv 2511.12804. It jumps from 1 to 0 at the rim. */
#include <math.h>

#include "reward/parts.h"

typedef struct disc {
  ag_reals centre; /* [dim] */
  double radius, slope;
} disc;

static const ag_parameter disc_parameters[] = {
    {"center", "where the disc lies: one number a dimension", AG_REALS, offsetof(disc, centre),
     .example = "[0, 0]"},
    {"radius", "how far it reaches", AG_REAL, offsetof(disc, radius), .unit = "a distance",
     .fallback = "1", .above = true, .high = INFINITY},
    {"slope", "what each unit of distance from the rim costs outside", AG_REAL,
     offsetof(disc, slope), .unit = "reward per distance", .fallback = "2", .high = INFINITY},
    {0}};

static ag_status disc_read(ag_node node, const ag_space *space, void *parameters, ag_error *error)
{
  const disc *self = parameters;
  return ag_reward_check_point(node, "center", &self->centre, space, error);
}

static ag_status disc_evaluate(const void *parameters, const ag_items *items, double *reward,
                               ag_error *error)
{
  const disc *self = parameters;
  ag_status status = ag_items_square_distance(items, self->centre.value, reward, error);
  if (status != AG_OK)
    return status;
  /* The disc is closed: rounding must not push points on the rim outside. */
  double rim = self->radius * (1 + 1e-12);
  for (size_t i = 0; i < items->count; i++) {
    double distance = sqrt(reward[i]);
    reward[i] = distance <= rim ? 1 : -self->slope * (distance - self->radius);
  }
  return AG_OK;
}

static const double *disc_centre(const void *parameters)
{
  return ((const disc *)parameters)->centre.value;
}

static double disc_radius(const void *parameters)
{
  return ((const disc *)parameters)->radius;
}

extern const ag_reward_type ag_reward_disc;
const ag_reward_type ag_reward_disc = {
    .name = "disc",
    .summary = "1 inside a disc, falling linearly outside (eq. 6)",
    .example = "disc: {center: [0, 0], radius: 1, slope: 2}",
    .parameters = disc_parameters,
    .size = sizeof(disc),
    .needs = AG_NEEDS_COORDINATES,
    .read = disc_read,
    .evaluate = disc_evaluate,
    .centre = disc_centre,
    .satisfaction_level = ag_reward_satisfies_at_one,
    .radius = disc_radius,
};

/* disc: 1 inside the closed disc, -slope (|x - c| - radius) outside: equation
 * 6 of arXiv 2511.12804. It jumps from 1 to 0 at the rim. */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "reward/parts.h"

typedef struct disc {
  double *centre; /* [dim] */
  double radius, slope;
} disc;

static void disc_free(void *parameters)
{
  disc *self = parameters;
  if (self)
    free(self->centre);
  free(self);
}

static ag_status disc_read(ag_node node, const ag_space *space, void **parameters, ag_error *error)
{
  static const char *const known[] = {"center", "radius", "slope"};
  disc *self = NULL;
  ag_status status = ag_node_expect_keys(node, "a disc", known, 3, error);
  if (status == AG_OK)
    status = ag_reward_need_coordinates(node, "a disc", space, error);
  if (status == AG_OK)
    status = ag_array_create(1, sizeof *self, &self, error);
  if (status != AG_OK)
    return status;

  *self = (disc){.radius = 1, .slope = 2};
  status = ag_reward_read_centre(node, "a disc", space, &self->centre, error);
  if (status == AG_OK)
    status = ag_reward_read_number(node, "radius", AG_POSITIVE, &self->radius, error);
  if (status == AG_OK)
    status = ag_reward_read_number(node, "slope", AG_NOT_NEGATIVE, &self->slope, error);
  if (status == AG_OK)
    *parameters = self;
  else
    disc_free(self);
  return status;
}

static ag_status disc_evaluate(const void *parameters, const ag_space *space, double *reward,
                               ag_error *error)
{
  const disc *self = parameters;
  ag_status status = ag_reward_square_distance(space, self->centre, reward, error);
  if (status != AG_OK)
    return status;
  /* The disc is closed: rounding must not push points on the rim outside. */
  double rim = self->radius * (1 + 1e-12);
  for (size_t i = 0; i < space->count; i++) {
    double distance = sqrt(reward[i]);
    reward[i] = distance <= rim ? 1 : -self->slope * (distance - self->radius);
  }
  return AG_OK;
}

static const double *disc_centre(const void *parameters)
{
  return ((const disc *)parameters)->centre;
}

static double disc_satisfaction_level(const void *parameters)
{
  (void)parameters;
  return 1;
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
    .read = disc_read,
    .evaluate = disc_evaluate,
    .free_parameters = disc_free,
    .centre = disc_centre,
    .satisfaction_level = disc_satisfaction_level,
    .radius = disc_radius,
};

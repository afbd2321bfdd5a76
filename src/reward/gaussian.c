/* gaussian: height exp(-|x - c|^2 / (2 width^2)). */
#include <math.h>

#include "reward/parts.h"

typedef struct gaussian {
  ag_reals centre; /* [dim] */
  double width, height;
} gaussian;

static const ag_parameter gaussian_parameters[] = {
    {"center", "where the bell stands: one number a dimension", AG_REALS,
     offsetof(gaussian, centre), .example = "[0, 0]"},
    {"width", "its standard deviation", AG_REAL, offsetof(gaussian, width), .unit = "a distance",
     .above = true, .high = INFINITY, .example = "1"},
    {"height", "the reward at its center; a pit where it is negative", AG_REAL,
     offsetof(gaussian, height), .fallback = "1"},
    {0}};

static ag_status gaussian_read(ag_node node, const ag_space *space, void *parameters,
                               ag_error *error)
{
  const gaussian *self = parameters;
  return ag_reward_check_point(node, "center", &self->centre, space, error);
}

static ag_status gaussian_evaluate(const void *parameters, const ag_items *items, double *reward,
                                   ag_error *error)
{
  const gaussian *self = parameters;
  ag_status status = ag_items_square_distance(items, self->centre.value, reward, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < items->count; i++)
    reward[i] = self->height * exp(-0.5 * (reward[i] / self->width) / self->width);
  return AG_OK;
}

/* A pit has its worst point at its centre: nothing to be near to. */
static const double *gaussian_centre(const void *parameters)
{
  const gaussian *self = parameters;
  return self->height > 0 ? self->centre.value : NULL;
}

extern const ag_reward_type ag_reward_gaussian;
const ag_reward_type ag_reward_gaussian = {
    .name = "gaussian",
    .summary = "a bell around a center",
    .example = "gaussian: {center: [0, 0], width: 1, height: 1}",
    .parameters = gaussian_parameters,
    .size = sizeof(gaussian),
    .needs = AG_NEEDS_COORDINATES,
    .read = gaussian_read,
    .evaluate = gaussian_evaluate,
    .centre = gaussian_centre,
};

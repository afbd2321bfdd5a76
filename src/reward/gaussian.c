/* gaussian: height exp(-|x - c|^2 / (2 width^2)). */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "reward/parts.h"

typedef struct gaussian {
  double *centre; /* [dim] */
  double width, height;
} gaussian;

static void gaussian_free(void *parameters)
{
  gaussian *self = parameters;
  if (self)
    free(self->centre);
  free(self);
}

static ag_status read_fields(ag_node node, const ag_space *space, gaussian *self, ag_error *error)
{
  ag_status status = ag_reward_read_centre(node, "a gaussian", space, &self->centre, error);
  if (status == AG_OK && !ag_node_present(ag_node_find(node, "width")))
    status = ag_node_fail(node, error, "a gaussian needs its width, such as `width: 1`");
  if (status == AG_OK)
    status = ag_reward_read_number(node, "width", AG_POSITIVE, &self->width, error);
  if (status == AG_OK)
    status = ag_reward_read_number(node, "height", AG_ANY_SIGN, &self->height, error);
  return status;
}

static ag_status gaussian_read(ag_node node, const ag_space *space, void **parameters,
                               ag_error *error)
{
  static const char *const known[] = {"center", "width", "height"};
  gaussian *self = NULL;
  ag_status status = ag_node_expect_keys(node, "a gaussian", known, 3, error);
  if (status == AG_OK)
    status = ag_reward_need_coordinates(node, "a gaussian", space, error);
  if (status == AG_OK)
    status = ag_array_create(1, sizeof *self, &self, error);
  if (status != AG_OK)
    return status;

  *self = (gaussian){.height = 1};
  status = read_fields(node, space, self, error);
  if (status == AG_OK)
    *parameters = self;
  else
    gaussian_free(self);
  return status;
}

static ag_status gaussian_evaluate(const void *parameters, const ag_space *space, double *reward,
                                   ag_error *error)
{
  const gaussian *self = parameters;
  ag_status status = ag_reward_square_distance(space, self->centre, reward, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < space->count; i++)
    reward[i] = self->height * exp(-0.5 * (reward[i] / self->width) / self->width);
  return AG_OK;
}

/* A pit has its worst point at its centre: nothing to be near to. */
static const double *gaussian_centre(const void *parameters)
{
  const gaussian *self = parameters;
  return self->height > 0 ? self->centre : NULL;
}

extern const ag_reward_type ag_reward_gaussian;
const ag_reward_type ag_reward_gaussian = {
    .name = "gaussian",
    .summary = "a bell around a center",
    .example = "gaussian: {center: [0, 0], width: 1, height: 1}",
    .read = gaussian_read,
    .evaluate = gaussian_evaluate,
    .free_parameters = gaussian_free,
    .centre = gaussian_centre,
};

#include <string.h>

#include "game/game.h"

static const ag_reading sequential = {
    .name = "sequential",
    .summary = "p' = P(O(p)): every curator in turn, and the model learns what is left",
    .example = "loop: {reading: sequential, order: [owner, public]}",
};

static const ag_reading owner_model = {
    .name = "owner_model",
    .summary = "p' = O(p): the model learns what the first curator keeps; the others only publish",
    .example = "loop: {reading: owner_model, order: [owner, public]}",
    .first_only = true,
};

static const ag_reading accumulate = {
    .name = "accumulate",
    .summary = "q' = (1 - w) q + w P(O(q)), w = m / (n_0 + m t): the kept items join the old ones",
    .example = "loop: {reading: accumulate, initial_size: 1000, added_size: 50}",
    .accumulates = true,
};

static const ag_reading parallel = {
    .name = "parallel",
    .summary = "p' = p sum_i q_i H_i: every curator selects from p, shares q_i by weight",
    .example = "loop: {reading: parallel}",
    .parallel = true,
};

const ag_reading *const ag_readings[] = {&sequential, &owner_model, &accumulate, &parallel, NULL};

const ag_reading *ag_reading_find(const char *name)
{
  const ag_reading *const *reading = ag_readings;
  while (*reading && strcmp((*reading)->name, name) != 0)
    reading++;
  return *reading;
}

/* publish: p stays. What people see is what its curators, one after another, select from the
 * model of the generation; nobody learns from it. */
#include <stdio.h>

#include "game/game.h"
#include "game/sampled_parts.h"

static size_t publish_say(const ag_step *step, const ag_game *game, char *text, size_t size)
{
  size_t used = ag_step_names(step, game, text, size);
  return used + (size_t)snprintf(used < size ? text + used : NULL, used < size ? size - used : 0,
                                 " only publish%s: nothing is learnt from what %s",
                                 step->curator_count == 1 ? "es" : "",
                                 step->curator_count == 1 ? "it keeps" : "they keep");
}

static const ag_parameter publish_parameters[] = {
    {"", "who selects what people see, one after another", AG_NODE, .takes = "a list of curators",
     .example = "[public]"},
    {0}};

extern const ag_step_type ag_step_publish;
const ag_step_type ag_step_publish = {
    .name = "publish",
    .summary = "its curators select what people see, and nothing is learnt from it: p' = p",
    .example = "loop: {steps: [{curate: owner}, {publish: [public]}]}",
    .parameters = publish_parameters,
    .value = AG_STEP_CURATORS,
    .publishes = true,
    .sample = ag_sampled_publish,
    .say = publish_say,
};

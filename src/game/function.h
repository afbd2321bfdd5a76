/* Rewards and generators that are functions of the caller's. */
#ifndef AG_GAME_FUNCTION_H
#define AG_GAME_FUNCTION_H

#include <aligngame/spec.h>

#include "generator/generator.h"
#include "reward/reward.h"

/* Status: AG_ERROR_MEMORY. Owner: ag_reward_free, ag_generator_free. */
ag_status ag_function_reward(const ag_reward_function *function, ag_reward *reward,
                             ag_error *error);
ag_status ag_function_generator(const ag_generator_function *function, const ag_space *space,
                                ag_generator *generator, ag_error *error);

#endif

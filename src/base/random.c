#include "base/random.h"

#include <Random123/philox.h>
#include <math.h>

ag_random ag_random_start(uint64_t seed, ag_random_purpose purpose, uint64_t stream)
{
  return (ag_random){.seed = seed, .stream = stream, .purpose = (uint32_t)purpose};
}

uint64_t ag_random_replicate_seed(uint64_t seed, uint64_t replicate)
{
  philox4x32_ctr_t counter = {
      {0, UINT32_MAX, (uint32_t)replicate, (uint32_t)(replicate >> 32)}}; /* no purpose is this */
  philox4x32_key_t key = {{(uint32_t)seed, (uint32_t)(seed >> 32)}};
  philox4x32_ctr_t bits = philox4x32(counter, key);
  return (uint64_t)bits.v[0] << 32 | bits.v[1];
}

ag_random ag_random_at(const ag_random_key *key, ag_random_purpose purpose, uint32_t block)
{
  return (ag_random){.seed = key->seed,
                     .stream = (uint64_t)key->generation << 32 | block,
                     .purpose = (uint32_t)purpose | key->stage << 16};
}

static uint64_t random_bits(ag_random *random)
{
  if (random->has_held) {
    random->has_held = 0;
    return random->held;
  }
  philox4x32_ctr_t counter = {{random->next++, random->purpose, (uint32_t)random->stream,
                               (uint32_t)(random->stream >> 32)}};
  philox4x32_key_t key = {{(uint32_t)random->seed, (uint32_t)(random->seed >> 32)}};
  philox4x32_ctr_t bits = philox4x32(counter, key);
  random->held = (uint64_t)bits.v[2] << 32 | bits.v[3];
  random->has_held = 1;
  return (uint64_t)bits.v[0] << 32 | bits.v[1];
}

double ag_random_uniform(ag_random *random)
{
  return ((double)(random_bits(random) >> 11) + 0.5) * 0x1p-53;
}

double ag_random_exponential(ag_random *random)
{
  return -log(ag_random_uniform(random));
}

double ag_random_normal(ag_random *random)
{
  double radius = sqrt(2 * ag_random_exponential(random));
  return radius * cos(6.283185307179586477 * ag_random_uniform(random));
}

uint64_t ag_random_below(ag_random *random, uint64_t count)
{
  return (uint64_t)(ag_random_uniform(random) * (double)count) % count;
}

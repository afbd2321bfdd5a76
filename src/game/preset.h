/* Games that come with the program. */
#ifndef AG_GAME_PRESET_H
#define AG_GAME_PRESET_H

#include "base/parameter.h"

typedef struct ag_preset {
  AG_DESCRIBED;
  const char *text; /* YAML */
} ag_preset;

extern const ag_preset ag_presets[]; /* ended by a name of NULL */

#endif

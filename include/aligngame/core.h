/* Games and theory: what libaligngame-core has, and libaligngame too. */
#ifndef AG_CORE_H
#define AG_CORE_H

#include <aligngame/analysis.h>
#include <aligngame/audit.h>
#include <aligngame/catalogue.h>
#include <aligngame/drift.h>
#include <aligngame/game.h>
#include <aligngame/spec.h>
#include <aligngame/state.h>
#include <aligngame/status.h>
#include <aligngame/theory.h>
#include <aligngame/weights.h>
#include <aligngame/words.h>

#endif

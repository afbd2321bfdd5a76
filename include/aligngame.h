/* aligngame: recursive curation, played exactly. One header for everything. */
#ifndef ALIGNGAME_H
#define ALIGNGAME_H

#include <aligngame/analysis.h>
#include <aligngame/audit.h>
#include <aligngame/catalogue.h>
#include <aligngame/drift.h>
#include <aligngame/figure.h>
#include <aligngame/forecast.h>
#include <aligngame/game.h>
#include <aligngame/paper.h>
#include <aligngame/report.h>
#include <aligngame/run.h>
#include <aligngame/spec.h>
#include <aligngame/state.h>
#include <aligngame/status.h>
#include <aligngame/theory.h>
#include <aligngame/train.h>
#include <aligngame/weights.h>
#include <aligngame/words.h>

#endif

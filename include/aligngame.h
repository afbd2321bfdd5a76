/* aligngame: recursive curation, played exactly. One header for everything; core.h for those who
 * link libaligngame-core. */
#ifndef ALIGNGAME_H
#define ALIGNGAME_H

#include <aligngame/core.h>
#include <aligngame/facts.h>
#include <aligngame/figure.h>
#include <aligngame/files.h>
#include <aligngame/forecast.h>
#include <aligngame/json.h>
#include <aligngame/paper.h>
#include <aligngame/report.h>
#include <aligngame/run.h>
#include <aligngame/train.h>

#endif

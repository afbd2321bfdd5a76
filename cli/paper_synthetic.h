/* `aligngame paper synthetic`: the circle games, exact and with samples. */
#ifndef CLI_PAPER_SYNTHETIC_H
#define CLI_PAPER_SYNTHETIC_H

#include "options.h"

enum { PAPER_SCENARIOS = 3, PAPER_SIDES = 2, PAPER_QUANTITIES = 2 };

/* A scenario of the paper, and what Figures 1 and 2 show of it after 100 iterations. */
typedef struct paper_scenario {
  const char *name;                              /* of the regime */
  const char *exact, *sampled;                   /* presets */
  double public_x;                               /* the Public's centre is (public_x, 0) */
  double reading[PAPER_QUANTITIES][PAPER_SIDES]; /* mean distance to the centres of Owner and
                                                    Public, share of the points inside */
} paper_scenario;

extern const paper_scenario paper_scenarios[PAPER_SCENARIOS];
/* Metrics: [quantity][side]. */
extern const char *const paper_metrics[PAPER_QUANTITIES][PAPER_SIDES];

/* Plays, prints and saves it; returns the exit status. */
int paper_synthetic(cli_arguments *arguments);

#endif

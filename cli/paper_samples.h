/* The paper's synthetic experiment with its samples: every selection rule over many
 * seeds, what would explain the differences, and who wins under which pressure. */
#ifndef CLI_PAPER_SAMPLES_H
#define CLI_PAPER_SAMPLES_H

#include <jansson.h>

#include <aligngame/run.h>

#include "options.h"
#include "paper_synthetic.h"

enum { PAPER_RULES = 4, PAPER_PLAYS_MOST = 80 };

extern const char *const paper_rules[PAPER_RULES];

typedef enum paper_part {
  PAPER_AS_PRINTED, /* the paper's sizes under each rule */
  PAPER_CHANGED,    /* the best rule with one thing changed */
  PAPER_NAMED,      /* other sizes and orders */
  PAPER_SWEPT       /* pressure and order alone */
} paper_part;

typedef struct paper_play {
  paper_part part;
  size_t scenario, rule;
  const char *variant; /* in words; NULL: as printed */
  size_t first;        /* the curator that moves first */
  double pressure;     /* how much harder the Owner selects: Public's kept share over its own; as
                          the dataset grows, at the beginning */
  ag_game *game;
  ag_result *result;
} paper_play;

typedef struct paper_samples {
  size_t count;
  paper_play play[PAPER_PLAYS_MOST];
  double deviation[PAPER_RULES]; /* root mean square, from the paper's twelve values */
  size_t best;                   /* the rule of the least */
} paper_samples;

/* Overrides [override_count] come before the program's own. Returns the exit status; what
 * was played is freed by paper_samples_free in any case. */
int paper_samples_play(const cli_arguments *arguments, size_t override_count,
                       paper_samples *samples);
void paper_samples_free(paper_samples *samples);

/* --- numbers --- */

/* A value at the end beside the paper's. */
typedef struct paper_number {
  const char *quantity, *side;
  double paper;
  ag_spread spread;
  double exact; /* of the exact counterpart; NaN: there is none */
  const char *verdict;
} paper_number;

paper_number paper_number_of(const paper_play *play, size_t quantity, size_t side);
bool paper_number_agrees(const paper_number *number);
/* The play of this part, scenario and rule, or NULL. */
const paper_play *paper_find(const paper_samples *samples, paper_part part, size_t scenario,
                             size_t rule);
double paper_deviation(const paper_play *play);
/* Seeds at whose end the points are nearer to this curator's centre than to the other's. */
size_t paper_seeds_won(const paper_play *play, size_t side);
/* The curator who wins more than nine seeds of ten, or PAPER_SIDES: neither. */
size_t paper_winner(const paper_play *play);

/* --- reports --- */

/* Who won, counted over the games of unequal and of equal pressure. */
typedef struct paper_tally {
  size_t unequal, harder_wins, first_wins; /* games */
  size_t apart, apart_harder, apart_first; /* of them, those whose first mover selects less hard */
  size_t equal_seeds, equal_first;         /* seeds of the games of equal pressure */
} paper_tally;

paper_tally paper_count(const paper_samples *samples);
/* The conclusion in words, on the heap. */
char *paper_conclusion(const paper_samples *samples);

void paper_samples_print(const paper_samples *samples);
json_t *paper_samples_document(const paper_samples *samples);
/* synthetic.csv and the figures; returns the exit status. */
int paper_samples_save(const paper_samples *samples, const char *directory);

#endif

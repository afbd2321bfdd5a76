/* `aligngame paper text`: the paper's experiment on texts, whose curators want a number of words.
 */
#ifndef CLI_PAPER_TEXT_H
#define CLI_PAPER_TEXT_H

#include <jansson.h>

#include <aligngame/run.h>
#include <aligngame/theory.h>

#include "options.h"
#include "paper_synthetic.h"

enum { PAPER_TEXT_VARIANTS = 3, PAPER_TEXT_PLAYS_MOST = 64, PAPER_TEXT_MOMENTS = 3 };

/* One of the three places that give the ranges, and differ. */
typedef struct paper_text_variant {
  const char *name;                              /* text, panels, caption */
  const char *follows;                           /* in words */
  const char *preset[PAPER_SCENARIOS];           /* the perfect game is the text's in all three */
  double range[PAPER_SCENARIOS][PAPER_SIDES][2]; /* the fewest and the most words */
} paper_text_variant;

extern const paper_text_variant paper_text_variants[PAPER_TEXT_VARIANTS];
/* The mean number of words at iteration 20, read off Figure 3: from … to. */
extern const double paper_text_reading[PAPER_SCENARIOS][2];
/* Half of the 0.1 to which it was read. */
#define PAPER_TEXT_READING_ERROR 0.05

/* --- the exact game on numbers of words --- */

typedef struct paper_text_law {
  size_t count, generations;
  double *words; /* [count] numbers of words that occur, increasing */
  double *law;   /* [T + 1, count] what is measured of endless samples with an ideal learner:
                    row 0 the corpus */
  double *mean;  /* [T + 1] */
  ag_regime regime;
  size_t sink_count;
  char *sinks;    /* "4, 5" words */
  double limit;   /* mean words of the sink that the exact engine approaches */
  double *engine; /* [T + 1] mean words under the rule `pools`, by the exact engine */
} paper_text_law;

/* Of a game on texts. Status: AG_ERROR_INPUT, AG_ERROR_MEMORY. Freed in any case by
 * paper_text_law_free. */
ag_status paper_text_law_play(const ag_game *game, paper_text_law *law, ag_error *error);
void paper_text_law_free(paper_text_law *law);

/* --- what is played --- */

typedef struct paper_text_play {
  size_t scenario, variant;
  const char *change; /* one thing that is changed, in words; NULL: as the paper has it */
  ag_game *game;
  ag_result *result;
  paper_text_law exact;
} paper_text_play;

typedef struct paper_text {
  const char *scale;  /* ngram, small, model */
  const char *note;   /* what the model is, in words, or NULL */
  const char *corpus; /* a file, or NULL: the grammar */
  bool variant[PAPER_TEXT_VARIANTS], scenario[PAPER_SCENARIOS]; /* what is asked for */
  size_t count;
  paper_text_play play[PAPER_TEXT_PLAYS_MOST];
  size_t best;                           /* the variant whose ranges fit the paper's values best */
  double deviation[PAPER_TEXT_VARIANTS]; /* root mean square from the values read; NaN: unplayed */
} paper_text;

/* Ends the program with status 2 where an option names nothing that there is. */
void paper_text_check(const cli_arguments *arguments);
/* Plays, prints and saves a scale (ngram, small, model); returns the exit status. circles: the
 * overrides are for the circle games, but the seed. */
int paper_text_play_scale(const cli_arguments *arguments, const char *scale, bool circles);
/* The scale that the options name. */
int paper_text_command(const cli_arguments *arguments);

/* --- numbers --- */

/* The play as the paper has it, or NULL. */
const paper_text_play *paper_text_find(const paper_text *text, size_t variant, size_t scenario);
/* A metric at a generation over the seeds; all NaN where there is none of this name. */
ag_spread paper_text_spread(const paper_text_play *play, const char *metric, size_t generation);
/* The share of texts with so many words at the end, of the samples: law [exact.count]. */
void paper_text_shares(const paper_text_play *play, size_t generation, double *share);
/* The largest difference of probabilities between samples and exact game at the end. */
double paper_text_distance(const paper_text_play *play);
/* How far a mean number of words is from what was read off the figure; 0: inside. */
double paper_text_miss(size_t scenario, double mean);
const char *paper_text_verdict(const paper_text_play *play);

/* Iterations 0 and 5, as far as they are played, and the last; returns how many. */
size_t paper_text_moments(const paper_text_play *play, size_t moment[PAPER_TEXT_MOMENTS]);

/* --- reports --- */

void paper_text_print(const paper_text *text);
json_t *paper_text_document(const paper_text *text);
/* Numbers and figures; returns the exit status. */
int paper_text_save(const paper_text *text, const char *directory);

#endif

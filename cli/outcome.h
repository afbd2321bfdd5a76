/* The parts of a summary that `run` and `paper` share: what was played, what
 * theory expected, what came of it. */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include <stdio.h>

#include <aligngame/facts.h>

#include "sheet.h"

/* One game with everything known of it; all borrowed. */
typedef struct outcome_view {
  const ag_game *game;
  const ag_result *result;
  const ag_facts *facts;
} outcome_view;

/* The set in words, on the heap: its items' labels, or how many and one of them. */
char *outcome_describe_set(const ag_game *game, const ag_item_set *set);
/* The label of an item on the heap. */
char *outcome_label(const ag_game *game, size_t item);
/* A generation as the game plays it, step by step, at most so many of them; on the heap. */
char *outcome_describe_steps(const ag_game *game, size_t most);
/* The value of a metric, NaN where the game has no such metric. */
double outcome_metric(const ag_result *result, const char *name, size_t generation);

/* A line whose first word is head, broken at the terminal's width; line is taken. */
void outcome_print_line(FILE *out, const char *head, char *line);
/* What was played: its name and size; rows that are not; the texts; the curators in a paragraph,
 * and how they act. */
void outcome_print_title(FILE *out, const ag_game *game);
void outcome_print_left_out(FILE *out, const ag_game *game);
void outcome_print_corpus(FILE *out, const ag_game *game);
void outcome_print_players(FILE *out, const ag_game *game);
/* All of it. */
void outcome_print_game(FILE *out, const ag_game *game);
/* Sampled games: sizes; with rules and generator. */
void outcome_print_sizes(FILE *out, const ag_game *game);
void outcome_print_sampling(FILE *out, const ag_game *game);
/* What a game on texts has written; of the last generation alone. */
void outcome_print_texts(FILE *out, const ag_result *result);
void outcome_print_last_texts(FILE *out, const ag_result *result, size_t most);
/* The metrics over the replicates, beside the exact counterpart's, at most so many. */
int outcome_print_spreads(FILE *out, const outcome_view *outcome, size_t most);
/* What the fits met, and what texts have lost. */
void outcome_print_fits(FILE *out, const outcome_view *outcome);
/* All of it. */
int outcome_print_replicates(FILE *out, const outcome_view *outcome);
/* What was played, in few lines. */
void outcome_sheet_played(sheet *to, const ag_game *game);
/* The whole on one screen, the rest left to --verbose. */
int outcome_print_short(FILE *out, const outcome_view *outcome, const char *directory);
/* Where the points of a plane are at the end. */
void outcome_print_points(FILE *out, const ag_result *result);
/* How the optima meet; what theory covers; where the loop must end; where it ended; in
 * short. */
void outcome_print_regime(FILE *out, const outcome_view *outcome);
void outcome_print_why(FILE *out, const outcome_view *outcome);
void outcome_print_ends(FILE *out, const outcome_view *outcome);
void outcome_print_ending(FILE *out, const outcome_view *outcome);
void outcome_print_headline(FILE *out, const outcome_view *outcome);
/* All five. */
void outcome_print_theory(FILE *out, const outcome_view *outcome);
void outcome_print_diversity(FILE *out, const ag_result *result);
/* When diversity had halved, and how many items survive. */
void outcome_print_survival(FILE *out, const outcome_view *outcome);
void outcome_print_metrics(FILE *out, const ag_result *result);
void outcome_print_survivors(FILE *out, const outcome_view *outcome, size_t most);
/* Nothing unless the game is played on a plane. */
void outcome_print_density(FILE *out, const outcome_view *outcome);
/* The directory and the names of its files; nothing for NULL. */
void outcome_print_files(FILE *out, const char *directory);

#endif

/* The parts of a summary that `run` and `paper` share: what was played, what
 * theory expected, what came of it. */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include <stdio.h>

#include <aligngame/run.h>
#include <aligngame/theory.h>

/* One game with everything known of it; all borrowed. */
typedef struct outcome_view {
  const ag_game *game;
  const ag_result *result;
  const ag_prediction *prediction;
} outcome_view;

/* The mass on a set of items at the end. */
double outcome_share(const ag_result *result, const ag_item_set *set);
/* "as predicted", "elsewhere", "still moving" or "not played". */
const char *outcome_verdict(const outcome_view *outcome);
/* The set in words, on the heap: its items' labels, or how many and one of them. */
char *outcome_describe_set(const ag_game *game, const ag_item_set *set);
/* The label of an item on the heap. */
char *outcome_label(const ag_game *game, size_t item);
/* The value of a metric, NaN where the game has no such metric. */
double outcome_metric(const ag_result *result, const char *name, size_t generation);

void outcome_print_game(FILE *out, const ag_game *game);
/* Sampled games: sizes, rules, generator. */
void outcome_print_sampling(FILE *out, const ag_game *game);
/* The metrics over the replicates, beside the exact counterpart's; what the fits met. */
/* What a game on texts has written. */
void outcome_print_texts(FILE *out, const ag_result *result);
int outcome_print_replicates(FILE *out, const ag_game *game, const ag_result *result);
/* Where the points of a plane are at the end. */
void outcome_print_points(FILE *out, const ag_result *result);
void outcome_print_theory(FILE *out, const outcome_view *outcome);
void outcome_print_diversity(FILE *out, const ag_result *result);
void outcome_print_metrics(FILE *out, const ag_result *result);
void outcome_print_survivors(FILE *out, const outcome_view *outcome, size_t most);
/* Nothing unless the game is played on a plane. */
void outcome_print_density(FILE *out, const outcome_view *outcome);
/* The directory and the names of its files; nothing for NULL. */
void outcome_print_files(FILE *out, const char *directory);

#endif

/* The parts of a summary that `run` and `paper` share: what was played, what
 * theory expected, what came of it. */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include <stdio.h>

#include <aligngame/facts.h>

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
void outcome_print_game(FILE *out, const ag_game *game);
/* Sampled games: sizes, rules, generator. */
void outcome_print_sampling(FILE *out, const ag_game *game);
/* What a game on texts has written. */
void outcome_print_texts(FILE *out, const ag_result *result);
/* The metrics over the replicates, beside the exact counterpart's; what the fits met. */
int outcome_print_replicates(FILE *out, const ag_game *game, const ag_result *result);
/* Where the points of a plane are at the end. */
void outcome_print_points(FILE *out, const ag_result *result);
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

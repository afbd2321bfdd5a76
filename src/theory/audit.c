#include "theory/audit.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const char *ag_verdict_name(ag_verdict verdict)
{
  static const char *const names[] = {"holds", "fails", "not applicable", "undecided"};
  return names[verdict];
}

void ag_claim_say(ag_claim *claim, ag_verdict verdict, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(claim->explanation, sizeof claim->explanation, format, arguments);
  va_end(arguments);
  claim->verdict = verdict;
}

void ag_claim_add(ag_claim *claim, const char *name, double value)
{
  if (claim->evidence_count == AG_EVIDENCE_MOST)
    return;
  ag_evidence *evidence = &claim->evidence[claim->evidence_count++];
  snprintf(evidence->name, sizeof evidence->name, "%s", name);
  evidence->value = value;
}

size_t ag_audit_item(const ag_audit_case *one, size_t number)
{
  return ag_classes_item(one->classes, number);
}

const char *ag_audit_label(const ag_audit_case *one, size_t number, char *text, size_t size)
{
  char label[128];
  size_t count = one->classes->item[number].count;
  ag_game_item_label(one->game, ag_audit_item(one, number), label, sizeof label);
  if (count == 1)
    snprintf(text, size, "%s", label);
  else
    snprintf(text, size, "%zu items such as %s", count, label);
  return text;
}

/* --- the case --- */

/* The class that holds the paper's limit. */
static size_t find_claimed(const ag_audit_case *one)
{
  const ag_classes *classes = one->classes;
  if (one->prediction->paper_limit.count == 0)
    return 0;
  size_t item = one->prediction->paper_limit.item[0], claimed = 0;
  for (size_t c = 0; c < classes->count; c++)
    for (size_t i = 0; i < classes->item[c].count; i++)
      if (classes->place[classes->item[c].begin + i] == item)
        claimed = c;
  return claimed;
}

static ag_status play_variants(ag_audit_case *one, ag_error *error)
{
  ag_game_numbers *numbers = &one->numbers;
  size_t generations = one->options.generations;
  ag_status status = ag_limit_of(&numbers->spec, generations, &one->own, NULL, error);
  if (status || !one->two)
    return status;
  ag_loop_turn(numbers->step, numbers->spec.step_count, 1);
  status = ag_limit_of(&numbers->spec, generations, &one->reversed, NULL, error);
  ag_loop_turn(numbers->step, numbers->spec.step_count, 1);
  double *swap = numbers->reward[0];
  numbers->reward[0] = numbers->reward[1];
  numbers->reward[1] = swap;
  if (!status)
    status = ag_limit_of(&numbers->spec, generations, &one->swapped, NULL, error);
  numbers->reward[1] = numbers->reward[0];
  numbers->reward[0] = swap;
  return status;
}

ag_status ag_audit_case_create(const ag_game *game, const ag_audit_options *options,
                               const ag_classes *classes, const ag_ends *ends,
                               const ag_prediction *prediction, ag_audit_case *out,
                               ag_error *error)
{
  size_t acting[game->curator_count], count = ag_acting_curators(game, acting), stages = 0;
  ag_audit_case one = {.game = game,
                       .options = *options,
                       .classes = classes,
                       .ends = ends,
                       .prediction = prediction};
  if (!one.options.generations)
    one.options.generations = AG_LIMIT_GENERATIONS;
  if (!one.options.searches)
    one.options.searches = 200;
  for (size_t s = 0; s < game->loop.stage_count; s++)
    stages += game->loop.stage[s].acts;
  one.owner = count > 0 ? acting[0] : 0;
  one.public_ = count > 1 ? acting[1] : one.owner;
  one.two = game->curator_count == 2 && count == 2 && stages == 2 && prediction->theory.theorems;
  ag_status status = ag_classes_numbers(classes, &one.numbers, error);
  if (status)
    return status;
  one.claimed = find_claimed(&one);
  status = play_variants(&one, error);
  if (status)
    ag_audit_case_free(&one);
  else
    *out = one;
  return status;
}

void ag_audit_case_free(ag_audit_case *one)
{
  ag_game_numbers_free(&one->numbers);
}

/* --- the claims --- */

static const struct {
  const char *name;
  ag_status (*audit)(const ag_audit_case *one, ag_claim *claim, ag_error *error);
} claims[] = {
    {"theorem 1", ag_audit_theorem_1},           {"corollary 2", ag_audit_corollary_2},
    {"theorem 3", ag_audit_theorem_3},           {"theorem 4", ag_audit_theorem_4},
    {"theorem 5", ag_audit_theorem_5},           {"theorem 6", ag_audit_theorem_6},
    {"theorem 7", ag_audit_theorem_7},           {"ferbach variance", ag_audit_variance},
    {"ferbach divergence", ag_audit_divergence},
};
enum { CLAIMS = sizeof claims / sizeof *claims };

/* What a grid does to the statements, said once a claim. */
static void add_remarks(const ag_game *game, ag_claim *claim)
{
  size_t used = strlen(claim->explanation), left = sizeof claim->explanation - used;
  bool loop = strncmp(claim->claim, "ferbach", 7) != 0;
  if (loop && left && game->space->dim > 0 && claim->verdict != AG_VERDICT_NOT_APPLICABLE)
    snprintf(claim->explanation + used, left,
             " (On a grid the sets are sets of cells, and gaps between cells are positive of "
             "themselves: for the continuous space the uniform gap has to be shown apart.)");
}

ag_status ag_audit_game(const ag_game *game, const ag_audit_options *options, ag_audit **out,
                        ag_error *error)
{
  ag_classes classes = {0};
  ag_ends ends = {0};
  ag_prediction *prediction = NULL;
  ag_audit_case one = {0};
  ag_audit *audit = calloc(1, sizeof *audit);
  ag_status status = audit && (audit->claim = calloc(CLAIMS, sizeof *audit->claim))
                         ? ag_classes_create(game, &classes, error)
                         : ag_fail(error, AG_ERROR_MEMORY, "no memory for an audit");
  if (!status)
    status = ag_ends_find(&classes, &ends, error);
  if (!status)
    status = ag_predict_from(&classes, &ends, &prediction, error);
  if (!status)
    status = ag_audit_case_create(game, options, &classes, &ends, prediction, &one, error);
  for (size_t c = 0; !status && c < CLAIMS; c++) {
    ag_claim *claim = &audit->claim[audit->claim_count++];
    claim->claim = claims[c].name;
    status = claims[c].audit(&one, claim, error);
    add_remarks(game, claim);
  }
  ag_audit_case_free(&one);
  ag_prediction_free(prediction);
  ag_ends_free(&ends);
  ag_classes_free(&classes);
  if (status)
    ag_audit_free(audit);
  else
    *out = audit;
  return status;
}

void ag_audit_free(ag_audit *audit)
{
  if (!audit)
    return;
  free(audit->claim);
  free(audit);
}

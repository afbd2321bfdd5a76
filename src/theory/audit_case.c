/* The game of an audit with its variants, and what the claims say of it. */
#include "theory/audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* --- words --- */

void ag_claim_say(ag_claim *claim, ag_verdict verdict, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(claim->explanation, sizeof claim->explanation, format, arguments);
  va_end(arguments);
  ag_utf8_end(claim->explanation);
  claim->verdict = verdict;
}

void ag_claim_go_on(ag_claim *claim, const char *format, ...)
{
  size_t used = strlen(claim->explanation);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(claim->explanation + used, sizeof claim->explanation - used, format, arguments);
  va_end(arguments);
  ag_utf8_end(claim->explanation);
}

static ag_evidence *add(ag_claim *claim, double value)
{
  if (claim->evidence_count == AG_EVIDENCE_MOST)
    return NULL;
  ag_evidence *evidence = &claim->evidence[claim->evidence_count++];
  *evidence = (ag_evidence){.value = value};
  return evidence;
}

void ag_claim_add(ag_claim *claim, double value, const char *name, ...)
{
  ag_evidence *evidence = add(claim, value);
  if (!evidence)
    return;
  va_list arguments;
  va_start(arguments, name);
  vsnprintf(evidence->name, sizeof evidence->name, name, arguments);
  va_end(arguments);
  ag_utf8_end(evidence->name);
}

void ag_claim_add_class(ag_claim *claim, const ag_audit_case *one, size_t number, const char *name)
{
  ag_evidence *evidence = add(claim, (double)ag_audit_item(one, number));
  if (!evidence)
    return;
  snprintf(evidence->name, sizeof evidence->name, "%s", name);
  evidence->item = true;
}

void ag_claim_weigh(ag_claim *claim)
{
  if (claim->verdict == AG_VERDICT_HOLDS)
    ag_claim_go_on(claim, " Consistent with the claim, which is about all profiles: one cannot "
                          "prove it.");
  else if (claim->verdict == AG_VERDICT_FAILS)
    ag_claim_go_on(claim, " A counterexample to the claim, which is about all profiles.");
}

void ag_claim_say_loop(const ag_audit_case *one, ag_claim *claim)
{
  const ag_game *game = one->game;
  size_t acting[AG_CURATORS_MOST], count = ag_acting_curators(game, acting);
  if (!one->prediction->theory.theorems)
    ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE,
                 "the claim is about two curators who select one after another. %s",
                 one->prediction->theory.why);
  else if (count == 1)
    ag_claim_say(
        claim, AG_VERDICT_NOT_APPLICABLE,
        "the claim is about two curators, and of this loop only %s changes what is learnt.",
        game->curator[acting[0]].name);
  else if (count > 2)
    ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE,
                 "the claim is about two curators, and in this loop %zu change what is learnt.",
                 count);
  else
    ag_claim_say(claim, AG_VERDICT_NOT_APPLICABLE,
                 "the claim is about two curators who act once each a generation, one after the "
                 "other.");
}

size_t ag_audit_item(const ag_audit_case *one, size_t number)
{
  return ag_classes_item(&one->classes, number);
}

const char *ag_audit_label(const ag_audit_case *one, size_t number, char *text, size_t size)
{
  char label[128];
  size_t count = one->classes.item[number].count;
  ag_game_item_label(one->game, ag_audit_item(one, number), label, sizeof label);
  ag_utf8_end(label);
  if (count == 1)
    snprintf(text, size, "%s", label);
  else
    snprintf(text, size, "%zu items such as %s", count, label);
  return text;
}

/* --- ends as sets --- */

bool ag_audit_same_end(const ag_audit_case *one, const ag_audit_end *a, const ag_audit_end *b)
{
  for (size_t c = 0; c < one->classes.count; c++)
    if ((a->p[c] > 0) != (b->p[c] > 0))
      return false;
  return a->limit.settled && b->limit.settled;
}

bool ag_audit_ends_on(const ag_audit_case *one, const ag_audit_end *end, size_t number)
{
  for (size_t c = 0; c < one->classes.count; c++)
    if ((end->p[c] > 0) != (c == number))
      return false;
  return end->limit.settled;
}

size_t ag_audit_end_items(const ag_audit_case *one, const ag_audit_end *end)
{
  size_t count = 0;
  for (size_t c = 0; c < one->classes.count; c++)
    count += end->p[c] > 0 ? one->classes.item[c].count : 0;
  return count;
}

/* --- the case --- */

/* The class that holds the paper's limit. */
static size_t find_claimed(const ag_audit_case *one)
{
  const ag_classes *classes = &one->classes;
  size_t item = one->prediction->paper_limit.item[0], claimed = 0;
  for (size_t c = 0; c < classes->count; c++)
    for (size_t i = 0; i < classes->item[c].count; i++)
      if (classes->place[classes->item[c].begin + i] == item)
        claimed = c;
  return claimed;
}

static ag_status play_to_end(const ag_audit_case *one, ag_audit_end *end, ag_error *error)
{
  ag_status status = ag_array_create(one->classes.count, sizeof *end->p, &end->p, error);
  if (!status)
    status = ag_limit_of(&one->numbers.spec, one->options.generations, &end->limit, end->p, error);
  return status;
}

static void swap_rewards(ag_audit_case *one)
{
  double **reward = one->numbers.reward, *swap = reward[one->owner];
  reward[one->owner] = reward[one->public_];
  reward[one->public_] = swap;
}

static ag_status play_variants(ag_audit_case *one, ag_error *error)
{
  ag_game_numbers *numbers = &one->numbers;
  size_t steps = numbers->spec.step_count;
  ag_status status = play_to_end(one, &one->own, error);
  one->two = one->two && !status && ag_loop_turn(numbers->step, steps, 1);
  if (!one->two)
    return status;
  status = play_to_end(one, &one->reversed, error);
  ag_loop_turn(numbers->step, steps, 1);
  if (status)
    return status;
  swap_rewards(one);
  status = play_to_end(one, &one->swapped, error);
  swap_rewards(one);
  return status;
}

/* Who acts, and whether the theorems are about that. */
static void look_at_loop(ag_audit_case *one)
{
  const ag_game *game = one->game;
  size_t acting[AG_CURATORS_MOST], count = ag_acting_curators(game, acting), stages = 0;
  for (size_t s = 0; s < game->loop.stage_count; s++)
    stages += game->loop.stage[s].acts;
  one->owner = count > 0 ? acting[0] : 0;
  one->public_ = count > 1 ? acting[1] : one->owner;
  one->applies = one->prediction->theory.theorems && count == 2;
  one->two = one->applies && stages == 2;
}

ag_status ag_audit_case_create(const ag_game *game, const ag_audit_options *options,
                               ag_audit_case *out, ag_error *error)
{
  ag_audit_case one = {.game = game, .options = *options};
  if (!one.options.generations)
    one.options.generations = AG_LIMIT_GENERATIONS;
  if (!one.options.searches)
    one.options.searches = 200;
  ag_status status = ag_predict(game, &one.prediction, error);
  if (!status)
    look_at_loop(&one);
  if (!status && one.prediction->curator_count > 0) { /* there are items */
    status = ag_classes_create_fine(game, &one.classes, error);
    if (!status)
      status = ag_classes_numbers(&one.classes, &one.numbers, error);
  }
  if (!status && one.applies) {
    one.claimed = find_claimed(&one);
    status = play_variants(&one, error);
  }
  if (status)
    ag_audit_case_free(&one);
  else
    *out = one;
  return status;
}

void ag_audit_case_free(ag_audit_case *one)
{
  free(one->own.p);
  free(one->reversed.p);
  free(one->swapped.p);
  ag_game_numbers_free(&one->numbers);
  ag_classes_free(&one->classes);
  ag_prediction_free(one->prediction);
  *one = (ag_audit_case){0};
}

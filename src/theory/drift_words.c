#include "theory/drift_words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static void say(ag_drift_identity *identity, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(ag_drift_identity *identity, const char *format, ...)
{
  va_list words;
  va_start(words, format);
  vsnprintf(identity->meaning, sizeof identity->meaning, format, words);
  va_end(words);
}

/* Percent that accumulation loses in the end. */
static double lost_for_ever(const ag_drift_settings *settings)
{
  return 100 * (1 - ag_drift_kept(AG_DRIFT_ACCUMULATE, settings->items, AG_DRIFT_FOREVER));
}

static void explain_copying(const ag_drift_settings *settings, size_t number,
                            ag_drift_identity *identity)
{
  double lost = 100 * (1 - identity->exact);
  if (number == AG_DRIFT_DIVERSITY_REPLACE)
    say(identity,
        "Copying %zu items takes 1/%zu of the diversity each generation, with nobody choosing: "
        "%.3g %% are gone after %zu.",
        settings->items, settings->items, lost, settings->generations);
  else if (number == AG_DRIFT_DIVERSITY_ACCUMULATE)
    say(identity,
        "Where all data are kept %.3g %% of the diversity are gone, and never more than %.3g %%.",
        lost, lost_for_ever(settings));
  else if (number == AG_DRIFT_VARIANCE_REPLACE)
    say(identity,
        "A Gaussian refitted to %zu draws of its own narrows by 1/%zu each generation: a model "
        "that learns only from itself collapses.",
        settings->items, settings->items);
  else
    say(identity, "Refitted to all draws so far it loses %.3g %%, and never more than %.3g %%.",
        lost, lost_for_ever(settings));
}

static void explain_wandering(const ag_drift_settings *settings, size_t number,
                              ag_drift_identity *identity)
{
  if (number == AG_DRIFT_WANDERING_REPLACE)
    say(identity,
        "What the variance loses the mean gains in error: it is %.3g standard deviations from the "
        "start (root mean square), and one in the end.",
        sqrt(identity->exact));
  else
    say(identity,
        "Where all draws are kept the mean goes no farther than %.3g standard deviations (root "
        "mean square).",
        sqrt(lost_for_ever(settings) / 100));
}

static void explain_regression(const ag_drift_settings *settings, size_t number,
                               ag_drift_identity *identity)
{
  ag_drift_inputs inputs =
      number == AG_DRIFT_REGRESSION_SAME ? AG_DRIFT_SAME_INPUTS : AG_DRIFT_NEW_INPUTS;
  double first =
      ag_drift_regression(AG_DRIFT_REPLACE, inputs, settings->samples, settings->features, 1);
  double bound = ag_drift_regression(AG_DRIFT_ACCUMULATE, inputs, settings->samples,
                                     settings->features, AG_DRIFT_FOREVER);
  if (number == AG_DRIFT_REGRESSION_REPLACE)
    say(identity,
        "Every model that learns from the last one's labels adds an error of %.3g of the noise's "
        "variance: %.3g after %zu, without bound.",
        first, identity->exact, settings->generations);
  else if (number == AG_DRIFT_REGRESSION_NEW)
    say(identity,
        "Where all samples are kept, with new inputs each generation, the error never passes "
        "%.3g: %.3g times the first model's.",
        bound, bound / first);
  else
    say(identity,
        "With the same inputs labelled anew it never passes %.3g: pi^2/6 = 1.64 times the first "
        "model's.",
        bound);
}

static void explain_fixation(const ag_drift_settings *settings, size_t number,
                             ag_drift_identity *identity)
{
  switch (number - AG_DRIFT_QUANTITIES) {
  case 0:
    say(identity,
        "Without a gap a type takes all with the probability of its share, %zu/%zu: chance alone "
        "picks a winner.",
        settings->start, settings->items);
    break;
  case 1:
    say(identity,
        "A type better by %g temperatures, %zu of %zu at the start, still dies out with "
        "probability %.3g; in an infinite population it always wins.",
        settings->gap, settings->start, settings->items, 1 - identity->exact);
    break;
  case 2:
    say(identity,
        "After %.3g generations on average one type is left; in an infinite population both "
        "remain for ever, in ever smaller shares.",
        identity->exact);
    break;
  default:
    say(identity,
        "%zu of %zu items are the first curator's favourite; the second likes the others as much. "
        "%s; here the second wins with probability %.3g.",
        (settings->items + 1) / 2, settings->items,
        settings->pool == AG_POOL_INFINITE ? "Infinite pools cancel, and chance decides"
                                           : "In an infinite population the first mover wins",
        1 - identity->exact);
    break;
  }
}

void ag_drift_explain(const ag_drift_settings *settings, size_t number, ag_drift_identity *identity)
{
  if (number >= AG_DRIFT_QUANTITIES)
    explain_fixation(settings, number, identity);
  else if (number >= AG_DRIFT_REGRESSION_REPLACE)
    explain_regression(settings, number, identity);
  else if (number >= AG_DRIFT_WANDERING_REPLACE)
    explain_wandering(settings, number, identity);
  else
    explain_copying(settings, number, identity);
}

#include "game/preset.h"

#include <stddef.h>
#include <string.h>

#include <aligngame/catalogue.h>

/* The paper's synthetic experiment (arXiv 2511.12804, eq. 6 and Figs. 1-2) as
 * an exact game on a grid: circular rewards, uniform start, equal pools. */
#define CIRCLES(word, public_x)                                                                    \
  "name: circles-" word "\n"                                                                       \
  "generations: 100\n"                                                                             \
  "space:\n"                                                                                       \
  "  box: {lower: [-5, -5], upper: [5, 5], cells: [400, 400]}\n"                                   \
  "curators:\n"                                                                                    \
  "  owner:  {reward: {disc: {center: [0, 0], radius: 1, slope: 2}}, pool: 10, "                   \
  "temperature: 0.5}\n"                                                                            \
  "  public: {reward: {disc: {center: [" public_x                                                  \
  ", 0], radius: 1, slope: 2}}, pool: 10, temperature: 0.5}\n"                                     \
  "loop: {reading: sequential, order: [owner, public]}\n"

/* The same experiment as the paper plays it: datasets, a selection rule and a fitted
 * mixture. Of the four rules `softmax` comes nearest to the paper's figures, as
 * `aligngame paper synthetic` measures. */
#define PAPER(word, public_x)                                                                      \
  "name: paper-" word "\n"                                                                         \
  "generations: 100\n"                                                                             \
  "replicates: 100\n"                                                                              \
  "space:\n"                                                                                       \
  "  cloud: {uniform: {lower: [-5, -5], upper: [5, 5]}, count: 1000}\n"                            \
  "curators:\n"                                                                                    \
  "  owner:  {reward: {disc: {center: [0, 0], radius: 1, slope: 2}}, pool: 10, "                   \
  "temperature: 0.5}\n"                                                                            \
  "  public: {reward: {disc: {center: [" public_x                                                  \
  ", 0], radius: 1, slope: 2}}, pool: 10, temperature: 0.5}\n"                                     \
  "loop: {order: [owner, public]}\n"                                                               \
  "generator: {gmm: {components: 5}}\n"                                                            \
  "samples: {generate: 200, keep: {owner: 100, public: 50}, dataset: accumulate, "                 \
  "selection: softmax}\n"                                                                          \
  "measure: published\n"

/* The paper's experiment on texts (Fig. 3): both curators want a number of words. The paper
 * does not give the fall-off outside a range nor the temperature: they are those of its circles
 * (eq. 6). Its ranges differ between its text, the panels of Fig. 3 and the caption. The pools, for
 * the rule `pools` and the exact game, are as many candidates as there are for each that is kept
 * at the beginning: 10 000 for 1000, and 2000 for 1000. */
#define TEXT(name, owner, public)                                                                  \
  "name: " name "\n"                                                                               \
  "generations: 20\n"                                                                              \
  "replicates: 10\n"                                                                               \
  "space:\n"                                                                                       \
  "  text: {grammar: {}, sentences: 10000, held_out: 500}\n"                                       \
  "curators:\n"                                                                                    \
  "  owner:  {reward: {word_count: {" owner ", slope: 2}}, pool: 10, temperature: 0.5}\n"          \
  "  public: {reward: {word_count: {" public ", slope: 2}}, pool: 2, temperature: 0.5}\n"          \
                                             "loop: {order: [owner, public]}\n"                    \
                                             "generator: {ngram: {temperature: 0.8}}\n"            \
                                             "samples: {generate: 2000, keep: {owner: 1000, "      \
                                             "public: 1000}, dataset: accumulate, "                \
                                             "selection: softmax}\n"                               \
                                             "measure: published\n"                                \
                                             "metrics: [word_count, {word_share: {most: 101}}, "   \
                                             "satisfaction, distinct, word_entropy, "              \
                                             "duplicates, novelty, perplexity]\n"

const ag_preset ag_presets[] = {
    {.name = "circles-perfect",
     .summary = "the paper's circles, centres (0, 0) and (0, 0): perfect alignment",
     .text = CIRCLES("perfect", "0")},
    {.name = "circles-partial",
     .summary = "the paper's circles, centres (0, 0) and (1.5, 0): partial alignment",
     .text = CIRCLES("partial", "1.5")},
    {.name = "circles-disjoint",
     .summary = "the paper's circles, centres (0, 0) and (3, 0): disjoint optima",
     .text = CIRCLES("disjoint", "3")},
    {.name = "paper-perfect",
     .summary = "the circles (0, 0) and (0, 0) with the paper's samples, 100 seeds",
     .text = PAPER("perfect", "0")},
    {.name = "paper-partial",
     .summary = "the circles (0, 0) and (1.5, 0) with the paper's samples, 100 seeds",
     .text = PAPER("partial", "1.5")},
    {.name = "paper-disjoint",
     .summary = "the circles (0, 0) and (3, 0) with the paper's samples, 100 seeds",
     .text = PAPER("disjoint", "3")},
    {.name = "text-perfect",
     .summary = "texts of 4 words for both curators: the paper's text, perfect alignment",
     .text = TEXT("text-perfect", "min: 4, max: 4", "min: 4, max: 4")},
    {.name = "text-partial",
     .summary = "texts of 2-4 and of 4-6 words: the paper's text, partial alignment",
     .text = TEXT("text-partial", "min: 2, max: 4", "min: 4, max: 6")},
    {.name = "text-disjoint",
     .summary = "texts of 1-3 and of 5-6 words: the paper's text, disjoint optima",
     .text = TEXT("text-disjoint", "min: 1, max: 3", "min: 5, max: 6")},
    {.name = "text-partial-panels",
     .summary = "texts of 1-4 and of 3-6 words: the panels of the paper's Figure 3",
     .text = TEXT("text-partial-panels", "min: 1, max: 4", "min: 3, max: 6")},
    {.name = "text-disjoint-panels",
     .summary = "texts of 3-4 and of 5-6 words: the panels of the paper's Figure 3",
     .text = TEXT("text-disjoint-panels", "min: 3, max: 4", "min: 5, max: 6")},
    {.name = "text-partial-caption",
     .summary = "texts of 1-3 and of 3-5 words: the caption of the paper's Figure 3",
     .text = TEXT("text-partial-caption", "min: 1, max: 3", "min: 3, max: 5")},
    {.name = "text-disjoint-caption",
     .summary = "texts of 3-4 and of 5-6 words: the caption of the paper's Figure 3",
     .text = TEXT("text-disjoint-caption", "min: 3, max: 4", "min: 5, max: 6")},
    {.name = "compromise",
     .summary = "three atoms: the favourite of neither curator wins",
     .text = "name: compromise\n"
             "generations: 60\n"
             "space:\n"
             "  atoms: {mass: [9, 9, 2]}\n"
             "curators:\n"
             "  owner:  {reward: {values: [3, 0, 2]}, pool: 8, temperature: 1.0}\n"
             "  public: {reward: {values: [0, 3, 2]}, pool: 8, temperature: 1.0}\n"
             "loop: {reading: sequential, order: [owner, public]}\n"},
    {.text = NULL}};

const char *ag_preset_text(const char *name)
{
  for (const ag_preset *preset = ag_presets; preset->name; preset++)
    if (!strcmp(preset->name, name))
      return preset->text;
  return NULL;
}

#include "game/keys.h"

#include <limits.h>
#include <math.h>

static const char *const engines[] = {"exact", "samples", NULL};
static const char *const measured[] = {"dataset", "published", "generated", NULL};

static const ag_parameter game_parameters[] = {
    {"name", "of the game and of its results", AG_TEXT, .absent = "the file's name"},
    {"seed", "of all that is random", AG_WHOLE, .fallback = "1", .high = INFINITY},
    {"generations", "how long it is played", AG_WHOLE, .unit = "generations", .fallback = "60",
     .high = 1000000000},
    {"space", "what can be generated, and its first distribution", AG_NODE,
     .takes = "a kind of space", .example = "{atoms: {mass: [9, 9, 2]}}"},
    {"curators", "who selects: for each, under its name, the keys of a curator", AG_NODE,
     .takes = "a mapping", .example = "{owner: {reward: …}, public: {reward: …}}"},
    {"loop", "how selection and learning follow each other", AG_NODE, .takes = "a mapping",
     .absent = "sequential, in the curators' order"},
    {"generator", "what learns the dataset and generates from it", AG_NODE, .takes = "a generator",
     .fallback = "ideal"},
    {"engine", "whether distributions are played, or datasets that are drawn at random", AG_WORD,
     .words = engines, .absent = "exact where the game allows it"},
    {"samples", "sizes and rules of the samples", AG_NODE, .takes = "a mapping",
     .absent = "the defaults"},
    {"replicates", "how often a game of samples is played, each with a seed of its own", AG_WHOLE,
     .fallback = "1", .low = 1, .high = 1000000},
    {"metrics", "what is measured in every generation", AG_NODE, .takes = "a list of metrics",
     .absent = "those that suit the space"},
    {"measure", "the population that is measured", AG_WORD, .words = measured,
     .fallback = "dataset"},
    {"folder", "where relative paths begin", AG_PATH, .absent = "the game file's folder"},
    {0}};

static const ag_parameter curator_parameters[] = {
    {"reward", "what it likes", AG_NODE, .takes = "a reward", .choice = 1,
     .example = "{values: [3, 0, 2]}"},
    {"preferences", "in place of a reward, for each two items the chance that the first wins",
     AG_NODE, .takes = "a list of rows of numbers", .choice = 1},
    {"pool", "how many it compares at a time", AG_NODE,
     .takes = "an integer of at least 2, inf, or a formula in t", .unit = "items",
     .absent = "8; 2 for preferences"},
    {"temperature", "the reward's difference that a choice notices", AG_NODE,
     .takes = "a number above 0, or a formula in t", .unit = "the reward's", .fallback = "1"},
    {"weight", "its share where all select side by side, beside the others' weights", AG_REAL,
     .fallback = "1", .above = true, .high = INFINITY},
    {0}};

static const ag_parameter loop_parameters[] = {
    {"steps", "what a generation does, step by step, in place of all the other keys", AG_NODE,
     .takes = "a list of steps", .absent = "those of the reading"},
    {"reading", "what the loop is taken to say", AG_NODE, .takes = "a reading",
     .fallback = "sequential"},
    {"order", "whose turn it is, and then whose", AG_NODE, .takes = "a list of curators",
     .absent = "as they are listed"},
    {"real_share", "the share of the first distribution in every dataset", AG_NODE,
     .takes = "a number from 0 to 1, or a formula in t", .fallback = "0"},
    {"initial_size", "of the first dataset, beside what is added to it", AG_REAL, .unit = "items",
     .fallback = "1", .above = true, .high = INFINITY},
    {"added_size", "what a generation adds", AG_REAL, .unit = "items", .fallback = "1",
     .above = true, .high = INFINITY},
    {0}};

static const ag_parameter samples_parameters[] = {
    {"initial", "the first dataset's size", AG_WHOLE, .unit = "items",
     .absent = "as generate; all of a corpus", .low = 1, .high = INT_MAX},
    {"generate", "what the model makes in a generation", AG_WHOLE, .unit = "items",
     .absent = "1000; a cloud's count", .low = 1, .high = INT_MAX},
    {"keep", "what a curator keeps", AG_NODE,
     .takes = "an integer, or a mapping of curators to them", .unit = "items",
     .absent = "half of generate"},
    {"selection", "how it chooses", AG_NODE, .takes = "a rule of selection", .fallback = "pools"},
    {"dataset",
     "what becomes of the dataset: the last generation, all, the last n, or n items of all",
     AG_NODE, .takes = "replace, accumulate, {window: n} or {subsample: n}",
     .absent = "replace, or as the loop says"},
    {0}};

const ag_description ag_game_keys[] = {
    {.name = "game", .summary = "the top of the file", .parameters = game_parameters},
    {.name = "curator",
     .summary = "each entry under `curators`",
     .example = "owner: {reward: {values: [3, 0, 2]}, pool: 8, temperature: 1.0}",
     .parameters = curator_parameters},
    {.name = "loop",
     .summary = "what stands under `loop`",
     .example = "loop: {reading: sequential, order: [owner, public]}",
     .parameters = loop_parameters},
    {.name = "samples",
     .summary = "what stands under `samples`",
     .example = "samples: {generate: 1000, keep: 250, selection: pools}",
     .parameters = samples_parameters},
    {.name = NULL}};

/* What a game reads, kept in its run directory: `inputs/NN-NAME`, byte for byte, and
 * `inputs/rewards.safetensors`. The directory's description names these copies, so that it needs
 * nothing outside. */
#ifndef AG_ARCHIVE_INPUTS_H
#define AG_ARCHIVE_INPUTS_H

#include <aligngame/run.h>

#include "archive/digests.h"
#include "archive/store.h"
#include "game/game.h"

/* A game's description as its run directory has it, on the heap: names of copies for paths.
 * NULL for a game without a description. */
ag_status ag_inputs_describe(const ag_game *game, const char *directory, char **text,
                             ag_error *error);

/* Copies the files that the game has read into the directory, with its rewards. In the store, as
 * part of a transaction, it lists them; with the files of models and the programs of commands,
 * which are not copied. *names: what was written.
 * Status: AG_ERROR_INPUT: a file has changed since the game was read, or is no regular file. */
ag_status ag_inputs_keep(const char *directory, ag_store *store, const ag_game *game,
                         ag_names *names, ag_error *error);

/* The files that are kept, with the digests that they had. */
ag_status ag_inputs_names(ag_store *store, ag_names *names, ag_error *error);

/* The game of a directory, from what is kept there alone, to be played: its programs may be
 * started, but none is asked for rewards that are known. description: as the store has it. */
ag_status ag_inputs_read_game(const char *directory, const char *description,
                              const char *const *overrides, size_t count, ag_game **game,
                              ag_error *error);
/* The same to be looked at and not played: models need not be there, and no program starts. */
ag_status ag_inputs_show_game(const char *directory, const char *description, ag_game **game,
                              ag_error *error);

/* Whether two descriptions are one game, perhaps over more or fewer generations. */
ag_status ag_inputs_same_game(const char *directory, const char *one, const char *other, bool *same,
                              ag_error *error);
/* Whether the document of a game file is the description's game, likewise. */
ag_status ag_inputs_match(const char *directory, const char *description, ag_config *config,
                          bool *same, ag_error *error);

#endif

/* The loop: steps, and the readings that are short for some. */
#ifndef AG_GAME_LOOP_H
#define AG_GAME_LOOP_H

#include "base/parameter.h"
#include "game/step.h"

/* What may be kept in arrays of these lengths. Stages: an engine passes over all items once for
 * each. Judges, the curators of one step: their weights are at hand together. */
enum { AG_CURATORS_MOST = 1024, AG_STAGES_MOST = 1024, AG_JUDGES_MOST = 256 };

/* A curator's choice in a generation. */
typedef struct ag_stage {
  size_t curator, step;
  bool acts; /* p changes by it; else it is only published */
} ag_stage;

typedef struct ag_loop {
  const char *reading; /* a preset's name, or "steps" */
  size_t step_count;
  ag_step *step; /* [step_count] */
  size_t stage_count;
  ag_stage *stage; /* [stage_count] all choices, in order */
} ag_loop;

/* A preset: summary and example for `aligngame list`; how it expands is in read_loop.c. */
typedef struct ag_reading {
  AG_DESCRIBED;
} ag_reading;

extern const ag_reading ag_readings[]; /* ended by a NULL name */

/* A loop from data; no steps: every curator curates, in order. A curator with preferences
 * `prefer`s then. place: `loop` of a document, for errors; or absent. Status: AG_ERROR_INPUT,
 * AG_ERROR_MEMORY. Owner: ag_loop_free. */
ag_status ag_loop_create(const ag_step_spec *step, size_t count, const ag_game *game, ag_node place,
                         ag_loop *loop, ag_error *error);
void ag_loop_free(ag_loop *loop);

/* One step more, at the end of a game's loop; one that selects cannot be added to a game on
 * samples. Status: as ag_loop_create; the game is then as it was. */
ag_status ag_game_add_step(ag_game *game, const ag_step_spec *step, ag_error *error);

/* A loop as data: *step [loop->step_count] borrows from the loop; the caller frees it. */
ag_status ag_loop_describe(const ag_loop *loop, ag_step_spec **step, ag_error *error);

/* The same loop with stage number `first` playing first: where the stages that act stand one
 * after another, they are turned round. step [step_count] as described. Returns false where the
 * loop has another shape, and nothing was changed. */
bool ag_loop_turn(ag_step_spec *step, size_t step_count, size_t first);

/* How many orders there are: the stages that can be turned round; 0: the loop has another shape. */
size_t ag_loop_turns(const ag_step_spec *step, size_t step_count);

/* Whether some step's numbers change with t, `accumulate` aside. */
bool ag_loop_moves(const ag_loop *loop);
/* The first step that mixes in what was there before and that a choice follows, which is learnt;
 * NULL: there is none, and the growth factors of the choices multiply up to a monotone function. */
const ag_step *ag_loop_find_interruption(const ag_loop *loop);
/* Whether some step makes the dataset keep every item. */
bool ag_loop_accumulates(const ag_loop *loop);
/* The first step of that kind; NULL: there is none. */
const ag_step *ag_loop_find(const ag_loop *loop, const ag_step_type *type);

#endif

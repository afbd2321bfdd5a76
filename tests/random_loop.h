/* Random games over random lists of steps, for tests. */
#ifndef AG_TESTS_RANDOM_LOOP_H
#define AG_TESTS_RANDOM_LOOP_H

#include "tests/game_text.h"

enum { LOOP_ATOMS_MOST = 8, LOOP_STAGES_MOST = 16 };

/* What a random loop may hold. */
typedef struct loop_kinds {
  bool sharpens, prefers, publishes, accumulates;
} loop_kinds;

static inline size_t draw_below(size_t count)
{
  return (size_t)((double)count * draw_uniform());
}

static inline void add_random_curator(game_text *text, const char *name, size_t n)
{
  static const ag_pool pools[] = {2, 3, 4, 8, 40, 1000, AG_POOL_INFINITE};
  double reward[LOOP_ATOMS_MOST], spread = exp(2 * draw_uniform() - 1);
  for (size_t i = 0; i < n; i++)
    reward[i] = spread * draw_normal();
  text_add_curator(text, name, reward, n, pools[draw_below(sizeof pools / sizeof *pools)],
                   0.5 + draw_uniform());
}

/* `panel`, whose preferences come from no reward. */
static inline void add_random_panel(game_text *text, size_t n)
{
  double wins[LOOP_ATOMS_MOST][LOOP_ATOMS_MOST];
  text_add(text, "  panel: {preferences: [");
  for (size_t x = 0; x < n; x++)
    for (size_t y = 0; y <= x; y++) {
      wins[x][y] = x == y ? 0.5 : 0.05 + 0.9 * draw_uniform();
      wins[y][x] = 1 - wins[x][y];
    }
  for (size_t x = 0; x < n; x++) {
    text_add(text, "%s", x ? ", [" : "[");
    for (size_t y = 0; y < n; y++)
      text_add(text, "%s%.17g", y ? ", " : "", wins[x][y]);
    text_add(text, "]");
  }
  text_add(text, "]}\n");
}

static inline void add_random_step(game_text *text, const loop_kinds *kinds)
{
  static const char *const names[] = {"a", "b", "c"};
  const char *name = names[draw_below(3)];
  switch (draw_below(8)) {
  case 0:
  case 1:
    text_add(text, "{curate: %s}", name);
    return;
  case 2:
  case 3:
    text_add(text, "{mixture: {a: %.3f, b: %.3f%s}}", 0.1 + draw_uniform(), 0.1 + draw_uniform(),
             draw_below(2) ? ", c: 0.3" : "");
    return;
  case 4:
    text_add(text, "{keep: %.3f}", 0.8 * draw_uniform());
    return;
  case 5:
    text_add(text, "{real: %.3f}", 0.3 * draw_uniform());
    return;
  case 6:
    if (kinds->sharpens)
      text_add(text, "{sharpen: %.3f}", 0.8 + 0.5 * draw_uniform());
    else if (kinds->accumulates)
      text_add(text, "{accumulate: {initial: %.3f, added: %.3f}}", 1 + draw_uniform(),
               0.2 + draw_uniform());
    else
      text_add(text, "{curate: %s}", name);
    return;
  default:
    text_add(text, kinds->prefers     ? "{prefer: panel}"
                   : kinds->publishes ? "{publish: [a, b]}"
                                      : "{curate: c}");
  }
}

/* A game of n atoms and one to four steps, the first of which selects; head: more of its lines. */
static inline ag_game *random_loop(size_t n, const loop_kinds *kinds, const char *head)
{
  static game_text text;
  double mass[LOOP_ATOMS_MOST];
  size_t steps = 1 + draw_below(4);
  text.length = 0;
  for (size_t i = 0; i < n; i++)
    mass[i] = 0.05 + draw_uniform();
  text_add(&text, "%sspace: {atoms: {", head);
  text_add_list(&text, "mass", mass, n);
  text_add(&text, "}}\ncurators:\n");
  add_random_curator(&text, "a", n);
  add_random_curator(&text, "b", n);
  add_random_curator(&text, "c", n);
  if (kinds->prefers)
    add_random_panel(&text, n);
  text_add(&text, "loop: {steps: [{%s}", draw_below(2) ? "curate: a" : "mixture: {a: 0.6, c: 0.4}");
  for (size_t s = 1; s < steps; s++) {
    text_add(&text, ", ");
    add_random_step(&text, kinds);
  }
  text_add(&text, "]}\n");
  return text_game(&text);
}

/* The description of a game, each line behind a mark. */
static inline void print_game(const ag_game *game)
{
  const char *text = ag_game_text(game);
  while (*text) {
    size_t length = strcspn(text, "\n");
    printf("#   %.*s\n", (int)length, text);
    text += length + (text[length] == '\n');
  }
}

#endif

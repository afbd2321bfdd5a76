/* Games made from text, for tests. */
#ifndef AG_TESTS_GAME_TEXT_H
#define AG_TESTS_GAME_TEXT_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <aligngame.h>

#include "game/play.h"

/* A number in [0, 1), the same in every run. */
static inline double draw_uniform(void)
{
  static uint64_t state = 4;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (double)(state >> 11) * 0x1p-53;
}

static inline double draw_normal(void)
{
  return sqrt(-2 * log(1 - draw_uniform())) * cos(6.283185307179586 * draw_uniform());
}

/* How many random games are played: as many as usual, or $ALIGNGAME_RANDOM_GAMES in the place of
 * 1000 (5 at least), unless $ALIGNGAME_TORTURE wants all. */
static inline int random_games(int usual)
{
  const char *of_thousand = getenv("ALIGNGAME_TORTURE") ? NULL : getenv("ALIGNGAME_RANDOM_GAMES");
  int wanted = of_thousand ? usual * atoi(of_thousand) / 1000 : usual;
  return wanted > 5 ? wanted : 5;
}

/* Text that grows. */
typedef struct game_text {
  char text[1 << 16];
  size_t length;
} game_text;

__attribute__((format(printf, 2, 3))) static inline void text_add(game_text *text,
                                                                  const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  text->length += (size_t)vsnprintf(text->text + text->length, sizeof text->text - text->length,
                                    format, arguments);
  va_end(arguments);
}

static inline void text_add_list(game_text *text, const char *name, const double *value, size_t n)
{
  text_add(text, "%s: [", name);
  for (size_t i = 0; i < n; i++)
    text_add(text, "%s%.17g", i ? ", " : "", value[i]);
  text_add(text, "]");
}

static inline void text_add_curator(game_text *text, const char *name, const double *reward,
                                    size_t n, ag_pool pool, double temperature)
{
  text_add(text, "  %s: {reward: {", name);
  text_add_list(text, "values", reward, n);
  if (pool == AG_POOL_INFINITE)
    text_add(text, "}, pool: inf, temperature: %.17g}\n", temperature);
  else
    text_add(text, "}, pool: %lld, temperature: %.17g}\n", (long long)pool, temperature);
}

/* Atoms with two curators; loop is the text inside `loop: {…}`. */
static inline void text_two_curators(game_text *text, const double *mass, const double *owner,
                                     const double *public_, size_t n, ag_pool k, ag_pool m,
                                     const char *loop)
{
  text->length = 0;
  text_add(text, "space: {atoms: {");
  text_add_list(text, "mass", mass, n);
  text_add(text, "}}\ncurators:\n");
  text_add_curator(text, "owner", owner, n, k, 1);
  text_add_curator(text, "public", public_, n, m, 1);
  text_add(text, "loop: {%s}\n", loop);
}

static inline ag_game *text_game(const game_text *text)
{
  ag_game *game = NULL;
  ag_error error;
  char words[2048];
  if (ag_game_parse("test.yaml", text->text, text->length, NULL, 0, &game, &error)) {
    ag_error_format(&error, words, sizeof words);
    printf("Bail out! %s\n%s\n", words, text->text);
    exit(1);
  }
  return game;
}

static inline ag_play *text_play(const ag_game *game)
{
  ag_play *play = NULL;
  if (ag_play_create(game, &play, NULL)) {
    printf("Bail out! no play\n");
    exit(1);
  }
  return play;
}

/* The log masses after so many generations. */
static inline void play_to(const ag_game *game, size_t generations, double *log_mass)
{
  ag_play *play = text_play(game);
  while (ag_play_generation(play) < generations)
    if (ag_play_step(play, NULL)) {
      printf("Bail out! a generation failed\n");
      exit(1);
    }
  ag_play_log_mass(play, log_mass);
  ag_play_free(play);
}

#endif

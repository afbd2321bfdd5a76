/* The public headers in C++17: a game is read and played upon. */
#include <cstdio>
#include <cstring>

#include <aligngame.h>

static const char text[] = "generations: 2\nspace: {atoms: {count: 2}}\n"
                           "curators: {her: {reward: {values: [0, 1]}}}\n";

int main()
{
  ag_game *game = nullptr;
  ag_error error;
  ag_status status = ag_game_parse("two", text, std::strlen(text), nullptr, 0, &game, &error);
  if (status != AG_OK)
    std::printf("# %s\n", error.message);
  bool good = status == AG_OK && ag_game_item_count(game) == 2 && ag_version()[0] != '\0';
  ag_game_free(game);
  std::printf("%sok 1 - a game is read from C++\n1..1\n", good ? "" : "not ");
  return good ? 0 : 1;
}

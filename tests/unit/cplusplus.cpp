/* The public headers in C++17, on libaligngame-core alone: a game is read, and one is made from
 * arrays, played and asked where it ends. */
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <aligngame/core.h>

namespace
{

template <typename T, void (*release)(T *)> struct releaser {
  void operator()(T *thing) const
  {
    release(thing);
  }
};
using game_pointer = std::unique_ptr<ag_game, releaser<ag_game, ag_game_free>>;
using state_pointer = std::unique_ptr<ag_state, releaser<ag_state, ag_state_free>>;
using prediction_pointer =
    std::unique_ptr<ag_prediction, releaser<ag_prediction, ag_prediction_free>>;

int number, failures;

void report(bool good, const char *what)
{
  std::printf("%sok %d - %s\n", good ? "" : "not ", ++number, what);
  failures += !good;
}

game_pointer read()
{
  const std::string text = "generations: 2\nspace: {atoms: {count: 2}}\n"
                           "curators: {her: {reward: {values: [0, 1]}}}\n";
  ag_game *game = nullptr;
  ag_error error;
  if (ag_game_parse("two", text.data(), text.size(), nullptr, 0, &game, &error) != AG_OK)
    std::printf("# %s\n", error.message);
  return game_pointer(game);
}

game_pointer make()
{
  const std::vector<double> owner{3, 0, 2}, audience{0, 3, 2};
  const double *const reward[] = {owner.data(), audience.data()};
  ag_game_spec spec{};
  spec.count = owner.size();
  spec.curator_count = 2;
  spec.reward = reward;
  spec.generations = 60;
  ag_game *game = nullptr;
  ag_error error;
  if (ag_game_make(&spec, &game, &error) != AG_OK)
    std::printf("# %s\n", error.message);
  return game_pointer(game);
}

std::vector<double> play(const ag_game *game)
{
  ag_state *state = nullptr;
  if (ag_state_create(game, 0, &state, nullptr) != AG_OK)
    return {};
  const state_pointer owner(state);
  while (ag_state_generation(state) < ag_game_generations(game))
    if (ag_state_advance(state, nullptr) != AG_OK)
      return {};
  std::vector<double> log_mass(ag_game_item_count(game));
  ag_state_log_mass(state, log_mass.data());
  return log_mass;
}

prediction_pointer predict(const ag_game *game)
{
  ag_prediction *prediction = nullptr;
  ag_predict(game, &prediction, nullptr);
  return prediction_pointer(prediction);
}

} // namespace

int main()
{
  const game_pointer two = read();
  report(two && ag_game_item_count(two.get()) == 2 && ag_version()[0], "a game is read from C++");
  const game_pointer game = make();
  report(game != nullptr, "one is made from arrays");
  const std::vector<double> log_mass = game ? play(game.get()) : std::vector<double>();
  report(log_mass.size() == 3 && std::exp(log_mass[2]) > 1 - 1e-6,
         "everybody's second choice has it all");
  const prediction_pointer end = game ? predict(game.get()) : nullptr;
  report(end && end->sink_count == 1 && end->sinks[0].items.item[0] == 2,
         "which theory says beforehand");
  std::printf("1..%d\n", number);
  return failures > 0;
}

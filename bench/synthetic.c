/* The paper's synthetic game (arXiv 2511.12804, Section 6.1, disjoint circles), and a large
 * one on the same circles. Prints one line of JSON.
 * usage: synthetic SEEDS : milliseconds a seed, on one thread
 *        synthetic large GENERATOR SAMPLES GENERATIONS THREADS : seconds of the whole game,
 *          pools of 1000, SAMPLES kept at every stage and taken in place of the dataset; the
 *          peak memory beyond what the process had before, also for one sample */
#include <sys/resource.h>

#include <aligngame/run.h>

#include "base/threads.h"
#include "bench/made_game.h"

enum { ROUNDS = 3 };

static ag_game *parse(const char *text, const char *const *overrides, size_t count)
{
  ag_error error;
  ag_game *game = NULL;
  must(ag_game_parse("circles", text, strlen(text), overrides, count, &game, &error), &error);
  return game;
}

static double play(const ag_game *game, ag_result **result)
{
  ag_error error;
  double start = seconds_now();
  must(ag_run(game, &(ag_run_options){0}, result, &error), &error);
  return seconds_now() - start;
}

static double last(const ag_result *result, const char *metric)
{
  return ag_result_metric(result, result->generations, ag_result_find_metric(result, metric));
}

static void print_end(const ag_result *result)
{
  printf("\"distance\": [%.4f, %.4f], \"satisfaction\": [%.4f, %.4f]}\n",
         last(result, "distance.owner"), last(result, "distance.public"),
         last(result, "satisfaction.owner"), last(result, "satisfaction.public"));
}

static void time_seeds(const char *seeds)
{
  static const char text[] =
      "generations: 100\n"
      "space: {cloud: {uniform: {lower: [-5, -5], upper: [5, 5]}, count: 1000}}\n"
      "curators:\n"
      "  owner:  {reward: {disc: {center: [0, 0]}}, pool: 10, temperature: 0.5}\n"
      "  public: {reward: {disc: {center: [3, 0]}}, pool: 10, temperature: 0.5}\n"
      "samples: {generate: 200, keep: {owner: 100, public: 50}, dataset: accumulate,\n"
      "          selection: softmax}\n"
      "generator: {gmm: {components: 5}}\n"
      "measure: published\n";
  char replicates[64];
  double best = INFINITY;
  ag_result *result = NULL;
  snprintf(replicates, sizeof replicates, "replicates=%s", seeds);
  ag_game *game = parse(text, (const char *const[]){replicates}, 1);
  omp_set_num_threads(1);
  for (int round = 0; round < ROUNDS; round++) {
    ag_result_free(result);
    best = fmin(best, play(game, &result));
  }
  printf("{\"ms\": %.4f, \"seeds\": %s, ", 1e3 * best / atof(seeds), seeds);
  print_end(result);
  ag_result_free(result);
  ag_game_free(game);
}

static double peak_bytes(void)
{
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return 1024.0 * (double)usage.ru_maxrss;
}

static void time_large(const char *generator, const char *samples, const char *generations,
                       int threads)
{
  static const char text[] =
      "space: {cloud: {uniform: {lower: [-5, -5], upper: [5, 5]}, count: 1000}}\n"
      "curators:\n"
      "  owner:  {reward: {disc: {center: [0, 0]}}, pool: 1000, temperature: 0.5}\n"
      "  public: {reward: {disc: {center: [3, 0]}}, pool: 1000, temperature: 0.5}\n"
      "samples: {generate: 1, keep: {owner: 1, public: 1}, dataset: replace, selection: pools}\n"
      "measure: published\n";
  static const char *const keys[] = {"space.cloud.count", "samples.generate", "samples.keep.owner",
                                     "samples.keep.public"};
  char words[6][64];
  const char *overrides[6];
  for (size_t i = 0; i < 6; i++)
    overrides[i] = words[i];
  for (size_t i = 0; i < 4; i++)
    snprintf(words[i], sizeof words[i], "%s=%s", keys[i], samples);
  snprintf(words[4], sizeof words[4], "generator=%s", generator);
  snprintf(words[5], sizeof words[5], "generations=%s", generations);
  ag_result *result = NULL;
  ag_game *game = parse(text, overrides, 6);
  omp_set_num_threads(threads);
  double before = peak_bytes(), seconds = play(game, &result), bytes = peak_bytes() - before;
  printf("{\"generator\": \"%s\", \"samples\": %s, \"generations\": %s, \"threads\": %d, "
         "\"seconds\": %.3f, \"bytes\": %.0f, \"bytes_a_sample\": %.1f, ",
         generator, samples, generations, threads, seconds, bytes, bytes / atof(samples));
  print_end(result);
  ag_result_free(result);
  ag_game_free(game);
}

int main(int argc, char **argv)
{
  if (argc == 2) {
    time_seeds(argv[1]);
    return 0;
  }
  if (argc != 6 || strcmp(argv[1], "large") != 0) {
    fprintf(stderr, "usage: synthetic SEEDS\n"
                    "       synthetic large GENERATOR SAMPLES GENERATIONS THREADS\n");
    return 2;
  }
  time_large(argv[2], argv[3], argv[4], atoi(argv[5]));
  return 0;
}

/* The Gaussian mixture, timed. Prints one line of JSON.
 * usage: mixture POINTS COMPONENTS ITERATIONS FILE
 *          writes two-dimensional points in as many clusters to FILE (doubles, as they
 *          are in memory), and fits them by so many iterations of EM from equal weights,
 *          the first points as means, and variance one: the peers read FILE
 *        mixture game FILE
 *          microseconds for what a game does in a generation: fits of five components to
 *          100 points from random starts to convergence, 200 points generated; writes the
 *          sets of points to FILE */
#include "bench/made_game.h"
#include "generator/gmm.h"

enum { DIM = 2, ROUNDS = 5, SETS = 64, LEARNT = 100, MADE = 200 };

static double normal_at(uint64_t index)
{
  return sqrt(-2 * log(hashed_uniform(2 * index))) *
         cos(6.283185307179586 * hashed_uniform(2 * index + 1));
}

/* Clusters on a ring, with different shapes, that touch at radius 6 and mix below. */
static void draw_points(size_t count, size_t clusters, uint64_t seed, double radius, double *point)
{
  for (size_t i = 0; i < count; i++) {
    size_t k = (size_t)(hashed_uniform(i + (seed << 32)) * (double)clusters);
    double angle = 6.283185307179586 * (double)k / (double)clusters;
    double u = normal_at(2 * i + (seed << 33)), v = normal_at(2 * i + 1 + (seed << 33));
    point[2 * i] = radius * cos(angle) + u;
    point[2 * i + 1] = radius * sin(angle) + 0.7 * v + 0.1 * (double)k * u;
  }
}

static void write_points(const char *path, const double *point, size_t count)
{
  FILE *file = fopen(path, "wb");
  if (file && fwrite(point, DIM * sizeof *point, count, file) == count && fclose(file) == 0)
    return;
  fprintf(stderr, "cannot write %s\n", path);
  exit(1);
}

/* Equal weights, the first points as means, variance one. */
static void plain_start(const ag_sample *data, size_t components, ag_gmm_mixture *mixture)
{
  mixture->components = components;
  for (size_t k = 0; k < components; k++) {
    mixture->weight[k] = 1 / (double)components;
    memcpy(mixture->mean + k * DIM, data->point + k * DIM, DIM * sizeof(double));
    memcpy(mixture->factor + k * 3, (double[3]){1, 0, 1}, 3 * sizeof(double));
  }
}

static void time_fit(size_t count, size_t components, size_t iterations, const char *path)
{
  ag_error error;
  ag_sample data = {.dim = DIM};
  ag_gmm_fitter fitter;
  ag_gmm_mixture mixture;
  ag_gmm_settings settings = {
      .components = components, .regularisation = 1e-6, .iterations = iterations, .starts = 1};
  must(ag_sample_create(DIM, count, &data, &error), &error);
  data.count = count;
  draw_points(count, components, 1, 6, data.point);
  write_points(path, data.point, count);
  must(ag_gmm_fitter_create(DIM, AG_GMM_FULL, components, &fitter, &error), &error);
  must(ag_gmm_mixture_create(DIM, true, components, &mixture, &error), &error);
  plain_start(&data, components, &mixture);
  double best = INFINITY;
  ag_fit_report report;
  for (int round = 0; round < ROUNDS; round++) {
    double start = seconds_now();
    must(ag_gmm_fitter_load(&fitter, &data, &error), &error);
    ag_gmm_put(&fitter, &mixture);
    ag_gmm_improve(&fitter, &settings, &report);
    best = fmin(best, seconds_now() - start);
  }
  printf("{\"points\": %zu, \"components\": %zu, \"iterations\": %zu, \"seconds\": %.6f, "
         "\"ns\": %.4f, \"log_likelihood\": %.12f}\n",
         count, components, report.iterations, best,
         1e9 * best / (double)(count * components * report.iterations),
         report.log_likelihood + fitter.log_unit);
  ag_gmm_fitter_free(&fitter);
  ag_gmm_mixture_free(&mixture);
  ag_sample_free(&data);
}

static int by_size(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(double *value, size_t count)
{
  qsort(value, count, sizeof *value, by_size);
  return value[count / 2];
}

static void time_game(const char *path)
{
  enum { TIMES = 201 };
  static double learnt[SETS][LEARNT * DIM], fits[TIMES], draws[TIMES];
  extern const ag_generator_type ag_generator_gmm;
  ag_space space = {.dim = DIM};
  ag_generator generator = {.type = &ag_generator_gmm};
  ag_model model;
  ag_error error;
  ag_sample made = {.dim = DIM};
  size_t iterations = 0;
  must(ag_description_read(&ag_generator_gmm.is, (ag_node){0}, (ag_node){0}, &generator.settings,
                           &error),
       &error);
  must(generator.type->read((ag_node){0}, &space, generator.settings, &error), &error);
  must(ag_model_create(&generator, &space, &model, &error), &error);
  for (size_t s = 0; s < SETS; s++)
    draw_points(LEARNT, 5, s, 1.5, learnt[s]);
  write_points(path, learnt[0], SETS * LEARNT);
  for (size_t t = 0; t < TIMES; t++) {
    double fit = 0, draw = 0;
    iterations = 0;
    for (size_t s = 0; s < SETS; s++) {
      ag_sample data = {.count = LEARNT, .dim = DIM, .point = learnt[s]};
      ag_random_key key = {.seed = s};
      ag_fit_report report;
      double start = seconds_now();
      must(model.type->fit(model.state, &data, &key, &report, &error), &error);
      double middle = seconds_now();
      must(model.type->sample(model.state, MADE, &key, &made, &error), &error);
      fit += middle - start;
      draw += seconds_now() - middle;
      iterations += report.iterations;
    }
    fits[t] = 1e6 * fit / SETS;
    draws[t] = 1e6 * draw / SETS;
  }
  printf("{\"points\": %d, \"components\": 5, \"iterations\": %.2f, \"fit_us\": %.3f, "
         "\"sample\": %d, \"sample_us\": %.3f}\n",
         LEARNT, (double)iterations / SETS, median(fits, TIMES), MADE, median(draws, TIMES));
  ag_sample_free(&made);
  ag_model_free(&model);
  ag_generator_free(&generator);
}

int main(int argc, char **argv)
{
  if (argc == 3 && strcmp(argv[1], "game") == 0) {
    time_game(argv[2]);
    return 0;
  }
  if (argc != 5) {
    fprintf(stderr, "usage: mixture POINTS COMPONENTS ITERATIONS FILE\n       mixture game FILE\n");
    return 2;
  }
  time_fit((size_t)atof(argv[1]), (size_t)atoi(argv[2]), (size_t)atoi(argv[3]), argv[4]);
  return 0;
}

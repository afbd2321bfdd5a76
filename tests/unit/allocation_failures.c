/* Memory that runs out at any moment is an error, never a crash or a leak.
 *
 * malloc and its relatives are replaced here for calls that come from
 * libaligngame, so that the n-th one fails, for every n until all succeed; the
 * libraries underneath keep theirs. AddressSanitizer, where it is on, sees the
 * leaks and the overruns. */
#include <dirent.h>
#include <limits.h>
#include <link.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <aligngame.h>

#include "tests/check.h"

#ifndef AG_FAULT_INJECTION

int main(void)
{
  check_skip("allocation_failures", "built without -Dfault_injection=true");
  return check_end();
}

#else

/* ---- allocations that fail ---- */

/* The allocator underneath: the sanitizer's, which is there only with it, or
 * the C library's. */
#define UNDERNEATH(type, name, arguments)                                                          \
  extern type __interceptor_##name arguments __attribute__((weak));                                \
  extern type __libc_##name arguments;
UNDERNEATH(void *, malloc, (size_t))
UNDERNEATH(void *, calloc, (size_t, size_t))
UNDERNEATH(void *, realloc, (void *, size_t))
extern void *__interceptor_aligned_alloc(size_t, size_t) __attribute__((weak));
extern void *__libc_memalign(size_t, size_t);

static struct {
  uintptr_t begin, end; /* where libaligngame's code lies */
  long left;            /* n > 0: the n-th allocation from now fails */
  bool *struck;         /* in memory that is shared with processes that draw */
} fault;

/* Counts only calls from the library: a call's return address tells. */
static bool strikes(const void *caller)
{
  uintptr_t address = (uintptr_t)caller;
  if (fault.left <= 0 || address < fault.begin || address >= fault.end)
    return false;
  if (--fault.left > 0)
    return false;
  *fault.struck = true;
  return true;
}

static int note_library(struct dl_phdr_info *info, size_t size, void *unused)
{
  (void)size;
  (void)unused;
  for (int i = 0; strstr(info->dlpi_name, "libaligngame") && i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &info->dlpi_phdr[i];
    if (part->p_type == PT_LOAD && part->p_flags & PF_X) {
      fault.begin = info->dlpi_addr + part->p_vaddr;
      fault.end = fault.begin + part->p_memsz;
    }
  }
  return 0;
}

void *malloc(size_t size)
{
  if (strikes(__builtin_return_address(0)))
    return NULL;
  return __interceptor_malloc ? __interceptor_malloc(size) : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
  if (strikes(__builtin_return_address(0)))
    return NULL;
  return __interceptor_calloc ? __interceptor_calloc(count, size) : __libc_calloc(count, size);
}

static void *resize(void *block, size_t size)
{
  return __interceptor_realloc ? __interceptor_realloc(block, size) : __libc_realloc(block, size);
}

void *realloc(void *block, size_t size)
{
  return strikes(__builtin_return_address(0)) ? NULL : resize(block, size);
}

void *reallocarray(void *block, size_t count, size_t size)
{
  bool too_many = size > 0 && count > SIZE_MAX / size;
  return strikes(__builtin_return_address(0)) || too_many ? NULL : resize(block, count * size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
  if (strikes(__builtin_return_address(0)))
    return NULL;
  return __interceptor_aligned_alloc ? __interceptor_aligned_alloc(alignment, size)
                                     : __libc_memalign(alignment, size);
}

static char *copy(const char *text, size_t length)
{
  char *made = malloc(length + 1);
  if (made) {
    memcpy(made, text, length);
    made[length] = '\0';
  }
  return made;
}

char *strdup(const char *text)
{
  return strikes(__builtin_return_address(0)) ? NULL : copy(text, strlen(text));
}

char *strndup(const char *text, size_t most)
{
  return strikes(__builtin_return_address(0)) ? NULL : copy(text, strnlen(text, most));
}

/* ---- what is tried ---- */

static const char table[] = "label,mass,owner,public,group\n"
                            "\"a, b\",1,3,0,x\n"
                            "c,2,0,3,y\n"
                            "\xC3\xA9,,2,2,\n"
                            "d,4,1,,x\n";

static const char plane[] =
    "name: plane\n"
    "generations: 3\n"
    "space:\n"
    "  box: {lower: [-1, -1], upper: [1, 1], cells: [4, 3],\n"
    "        density: {mixture: [{weight: 2, mean: [0, 0], deviation: 1}]}}\n"
    "curators:\n"
    "  owner: {reward: {disc: {center: [0, 0], radius: 0.5, slope: 2}}, pool: 3}\n"
    "  public: {reward: {sum: [{expression: \"x + y\"},\n"
    "                          {linear: {weights: [1, 0]}, weight: 2}]}, pool: inf}\n"
    "  state: {reward: {gaussian: {center: [0, 1], width: 1}}}\n"
    "loop: {order: [owner, public, state, owner]}\n";

/* Few pictures: each is drawn as often as there are allocations. */
static const char small_plane[] =
    "name: small\n"
    "generations: 2\n"
    "metrics: [effective_number]\n"
    "space: {box: {lower: [-1, -1], upper: [1, 1], cells: [3, 3]}}\n"
    "curators:\n"
    "  owner: {reward: {disc: {center: [0, 0], radius: 0.5}}, pool: 3}\n"
    "  public: {reward: {disc: {center: [0, 0], radius: 0.5}}, pool: 3}\n"
    "loop: {order: [owner, public]}\n";

static char folder[] = "/tmp/aligngame-memory-XXXXXX";
static char table_path[64], points_path[64], run_path[64], page_path[64], picture_path[64],
    points_kept_path[64];

static const char points[] = "x,y,name\n0,0,a\n1,2,b\n-1,0.5,c\n3,1,d\n0.5,1.5,e\n2,-1,f\n"
                             "-2,0,g\n0.1,0.2,h\n0.3,-0.2,i\n1,1,j\n";

static bool write_file(const char *path, const char *text)
{
  FILE *stream = fopen(path, "w");
  return stream && fputs(text, stream) >= 0 && fclose(stream) == 0;
}

static void remove_folder(const char *path)
{
  DIR *listing = opendir(path);
  for (struct dirent *entry; listing && (entry = readdir(listing));)
    unlinkat(dirfd(listing), entry->d_name, 0);
  if (listing)
    closedir(listing);
  rmdir(path);
}

static void remove_run(void)
{
  char inputs[sizeof run_path + sizeof "/inputs"];
  snprintf(inputs, sizeof inputs, "%s/inputs", run_path);
  remove_folder(inputs);
  remove_folder(run_path);
}

/* Each attempt gives its result as text, for comparison. */
static ag_status attempt_game(const char *text, const char *directory, char **document,
                              ag_error *error)
{
  static const size_t snapshots[] = {2, 0, 2};
  const char *overrides[] = {"seed=7", "loop.real_share=0"};
  ag_run_options options = {.directory = directory,
                            .checkpoint_interval = 1e-9,
                            .snapshots = snapshots,
                            .snapshot_count = 3};
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_facts *facts = NULL;
  ag_status status = ag_game_parse("plane.yaml", text, strlen(text), overrides, 2, &game, error);
  if (!status)
    status = ag_run(game, &options, &result, error);
  if (!status)
    status = ag_facts_find(game, result, &facts, error);
  if (!status && !(*document = ag_result_json(game, result, facts)))
    status = error->status = AG_ERROR_MEMORY;
  ag_facts_free(facts);
  ag_result_free(result);
  ag_game_free(game);
  return status;
}

static ag_status attempt_plane(char **document, ag_error *error)
{
  return attempt_game(plane, NULL, document, error);
}

static ag_status attempt_kept(char **document, ag_error *error)
{
  remove_run();
  return attempt_game(plane, run_path, document, error);
}

static const char cloud[] = "generations: 3\n"
                            "replicates: 2\n"
                            "space: {cloud: {file: points.csv, columns: [x, y]}}\n"
                            "curators:\n"
                            "  owner: {reward: {disc: {center: [0, 0], radius: 0.5}}, pool: 3}\n"
                            "  public: {reward: {linear: {weights: [1, 0]}}, pool: inf}\n"
                            "loop: {real_share: 0}\n";

static const char items[] = "generations: 3\n"
                            "engine: samples\n"
                            "space: {atoms: {mass: [1, 2, 3]}}\n"
                            "curators:\n"
                            "  owner: {reward: {values: [1, 0, 2]}, pool: 3}\n"
                            "  public: {preferences: [[0.5, 1, 0], [0, 0.5, 1], [1, 0, 0.5]]}\n"
                            "loop: {real_share: 0}\n";

/* A sampled game with one more setting or two; its counterpart is played too. */
static ag_status attempt_samples(const char *text, const char *generator, const char *samples,
                                 const char *directory, char **document, ag_error *error)
{
  static const size_t snapshots[] = {0, 2};
  const char *overrides[] = {generator, samples};
  ag_run_options options = {.directory = directory,
                            .checkpoint_interval = 1e-9,
                            .counterpart = true,
                            .snapshots = snapshots,
                            .snapshot_count = 2};
  char name[64];
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_facts *facts = NULL;
  ag_spread spread;
  snprintf(name, sizeof name, "%s/game.yaml", folder);
  ag_status status = ag_game_parse(name, text, strlen(text), overrides, 2, &game, error);
  if (!status)
    status = ag_run(game, &options, &result, error);
  if (!status)
    status = ag_result_spread(result, 3, 0, &spread, error);
  if (!status)
    status = ag_facts_find(game, result, &facts, error);
  if (!status && !(*document = ag_result_json(game, result, facts)))
    status = error->status = AG_ERROR_MEMORY;
  ag_facts_free(facts);
  ag_result_free(result);
  ag_game_free(game);
  return status;
}

static ag_status attempt_mixture(char **document, ag_error *error)
{
  return attempt_samples(cloud, "generator={gmm: {components: {bic: 3}}}",
                         "samples={generate: 40, keep: 8, dataset: accumulate}", NULL, document,
                         error);
}

static ag_status attempt_kernels(char **document, ag_error *error)
{
  remove_run();
  return attempt_samples(
      cloud, "generator=kde",
      "samples={generate: 40, keep: 5, dataset: {window: 2}, selection: softmax}", run_path,
      document, error);
}

static ag_status attempt_categories(char **document, ag_error *error)
{
  remove_run();
  return attempt_samples(items, "generator={categorical: {smoothing: 0.1}}",
                         "samples={generate: 40, keep: 30, dataset: {subsample: 35}}", run_path,
                         document, error);
}

static ag_status attempt_counterpart(char **document, ag_error *error)
{
  return attempt_samples(cloud, "space={cloud: {gaussian: {mean: 0, deviation: 1}, count: 30}}",
                         "curators={a: {reward: {linear: {weights: [1]}}}}", NULL, document, error);
}

static ag_status attempt_forecast(char **document, ag_error *error)
{
  const char *overrides[] = {"curators.owner.pool=3"};
  ag_forecast_options options;
  ag_forecast *forecast = NULL;
  ag_forecast_options_default(&options);
  options.file = table_path;
  options.owner = "owner";
  options.public_ = "public";
  options.label = "label";
  options.group = "group";
  options.mass = "mass";
  options.generations = 3;
  options.overrides = overrides;
  options.override_count = 1;
  ag_status status = ag_forecast_make(&options, &forecast, error);
  if (!status && !(*document = ag_forecast_json(forecast)))
    status = error->status = AG_ERROR_MEMORY;
  ag_forecast_free(forecast);
  return status;
}

static ag_status attempt_weights(char **document, ag_error *error)
{
  enum { ITEMS = 5000 };
  static double log_mass[ITEMS], reward[ITEMS], log_weight[ITEMS];
  for (size_t i = 0; i < ITEMS; i++)
    reward[i] = (double)(i * 7919 % ITEMS) / 50;
  ag_status status = ag_weights(ITEMS, log_mass, reward, 8, 1, log_weight, error);
  if (!status && !(*document = calloc(64, 1)))
    status = error->status = AG_ERROR_MEMORY;
  if (!status)
    snprintf(*document, 64, "%a %a", log_weight[0], log_weight[ITEMS - 1]);
  return status;
}

/* A page about two runs, which are there already. */
static ag_status attempt_report(char **document, ag_error *error)
{
  enum { LARGEST = 1 << 21 };
  const char *runs[] = {run_path, run_path};
  char *text = NULL;
  unlink(page_path);
  ag_status status = ag_report_write(runs, 2, page_path, NULL, error);
  FILE *file = status ? NULL : fopen(page_path, "rb");
  if (file && (text = calloc(LARGEST, 1)))
    text[fread(text, 1, LARGEST - 1, file)] = '\0';
  if (file)
    fclose(file);
  *document = text;
  return status;
}

/* ---- what theory finds, and its pictures ---- */

/* Rock, paper, scissors: nothing wins, so that it rests among all three. */
static const char circle[] =
    "name: circle\n"
    "generations: 4\n"
    "space: {atoms: {mass: [1, 2, 3]}}\n"
    "curators:\n"
    "  owner: {preferences: [[0.5, 0.9, 0.2], [0.1, 0.5, 0.8], [0.8, 0.2, 0.5]]}\n"
    "loop: {order: [owner]}\n";

static const char three[] = "name: three\n"
                            "generations: 20\n"
                            "space: {atoms: {mass: [9, 9, 2]}}\n"
                            "curators:\n"
                            "  owner: {reward: {values: [3, 0, 2]}, pool: 8}\n"
                            "  public: {reward: {values: [0, 3, 2]}, pool: 8}\n"
                            "loop: {order: [owner, public]}\n";

/* The document, or that memory is out. */
static ag_status keep_document(char *made, char **document, ag_error *error)
{
  if (!(*document = made) && error)
    error->status = AG_ERROR_MEMORY;
  return made ? AG_OK : AG_ERROR_MEMORY;
}

static ag_status parse_game(const char *text, ag_game **game, ag_error *error)
{
  return ag_game_parse("game.yaml", text, strlen(text), NULL, 0, game, error);
}

static ag_status analyze(const char *text, char **document, ag_error *error)
{
  const ag_basin_options options = {.starts = 3, .side = 3};
  ag_game *game = NULL;
  ag_analysis *analysis = NULL;
  ag_basins *basins = NULL;
  ag_status status = parse_game(text, &game, error);
  if (!status)
    status = ag_analyze(game, &analysis, error);
  if (!status)
    status = ag_basins_find(game, &options, &basins, error);
  if (!status && basins->kind == AG_BASIN_TERNARY)
    status = ag_basins_draw(game, analysis, basins, picture_path, error);
  if (!status)
    status = keep_document(ag_analysis_json(game, analysis, basins), document, error);
  ag_basins_free(basins);
  ag_analysis_free(analysis);
  ag_game_free(game);
  return status;
}

static ag_status attempt_analysis(char **document, ag_error *error)
{
  return analyze(three, document, error);
}

static ag_status attempt_rest_points(char **document, ag_error *error)
{
  return analyze(circle, document, error);
}

static ag_status attempt_audit(char **document, ag_error *error)
{
  const ag_audit_options options = {.searches = 1};
  ag_game *game = NULL;
  ag_audit *audit = NULL;
  ag_status status = parse_game(three, &game, error);
  if (!status)
    status = ag_audit_game(game, &options, &audit, error);
  if (!status)
    status = keep_document(ag_audit_json(game, audit), document, error);
  ag_audit_free(audit);
  ag_game_free(game);
  return status;
}

static ag_status attempt_phase(char **document, ag_error *error)
{
  static const ag_phase_axis axis[2] = {
      {.path = "curators.owner.pool", .low = 2, .high = 3, .count = 2, .integer = true},
      {.path = "curators.public.pool,curators.owner.temperature", .low = 1, .high = 3, .count = 2}};
  const ag_phase_options options = {.generations = 50, .kept = points_kept_path};
  ag_phase *phase = NULL;
  unlink(points_kept_path);
  ag_status status =
      ag_phase_play("three.yaml", three, strlen(three), NULL, 0, axis, &options, &phase, error);
  if (!status)
    status = ag_phase_draw(phase, picture_path, error);
  if (!status)
    status = ag_phase_write_csv(phase, page_path, error);
  if (!status)
    status = keep_document(calloc(5, 1), document, error);
  for (size_t i = 0; !status && i < 4; i++)
    (*document)[i] = ag_phase_letter(phase, phase->winner[i]);
  ag_phase_free(phase);
  return status;
}

static ag_status attempt_drift(char **document, ag_error *error)
{
  ag_drift_settings settings;
  ag_drift_study *study = NULL;
  ag_drift_settings_default(&settings);
  settings.items = 4;
  settings.generations = 2;
  settings.replicates = 3;
  ag_status status = ag_drift_study_make(&settings, &study, error);
  if (!status)
    status = ag_drift_study_draw(study, picture_path, error);
  if (!status)
    status = keep_document(ag_drift_study_json(study), document, error);
  ag_drift_study_free(study);
  return status;
}

/* ---- the paper's experiments, and training ---- */

/* Played before memory runs out: what is said of them is looked at. */
static struct {
  ag_ensemble *ensemble;
  ag_paper_texts *texts;
} played;

static ag_status attempt_claims_kept(char **document, ag_error *error)
{
  ag_status status = ag_paper_claims_save(played.ensemble, folder, error);
  return status ? status : keep_document(ag_ensemble_json(played.ensemble), document, error);
}

static ag_status attempt_texts_kept(char **document, ag_error *error)
{
  ag_status status = ag_paper_texts_save(played.texts, folder, error);
  return status ? status : keep_document(ag_paper_texts_json(played.texts), document, error);
}

static ag_status attempt_train(char **document, ag_error *error)
{
  ag_train_spec spec;
  ag_train_result *result = NULL;
  ag_train_spec_default(&spec);
  spec.grammar = 40;
  spec.held_out_share = spec.judge_share = 0.1;
  spec.layers = spec.heads = spec.epochs = 1;
  spec.width = 8;
  spec.context = 8;
  spec.vocabulary = 270;
  ag_status status = ag_train_run(&spec, &result, error);
  if (!status)
    status = ag_train_write(result, folder, error);
  if (!status)
    status = ag_train_draw(result, picture_path, error);
  if (!status)
    status = keep_document(calloc(64, 1), document, error);
  if (!status)
    snprintf(*document, 64, "%a %a", result->epoch[0].loss, result->held_out.perplexity[0]);
  ag_train_free(result);
  return status;
}

static bool same_document(const char *a, const char *b)
{
  return a && b && strcmp(a, b) == 0;
}

/* Every allocation where all is tried; elsewhere every fifth, and of many fewer, over all of them.
 */
static void fail_each(ag_status (*attempt)(char **document, ag_error *error))
{
  enum { MOST = 20000, TRIES = 150 };
  char *expected = NULL;
  ag_error error = {0};
  fault.left = LONG_MAX;
  CHECK(attempt(&expected, &error) == AG_OK);
  const long total = LONG_MAX - fault.left, sparse = total / TRIES > 5 ? total / TRIES : 5;
  const long stride = getenv("ALIGNGAME_TORTURE") ? 1 : sparse;
  long n = 1, errors = 0;
  for (bool struck = true; struck && n < MOST; n += stride) {
    char *document = NULL;
    error = (ag_error){0};
    *fault.struck = false;
    fault.left = n;
    ag_status status = attempt(&document, &error);
    fault.left = 0;
    struck = *fault.struck;
    bool right = status ? error.status == status && !document : same_document(document, expected);
    if (!right)
      printf("# allocation %ld: status %d, error %d: %s\n", n, status, error.status, error.message);
    CHECK(right);
    CHECK(struck || status == AG_OK);
    errors += status != AG_OK;
    free(document);
  }
  printf("# allocations to %ld, every %ldth: %ld errors\n", n, stride, errors);
  CHECK(errors > 0 && n < MOST);
  free(expected);
}

static void a_game_in_memory(void)
{
  fail_each(attempt_plane);
}

static void a_game_in_a_run_directory(void)
{
  fail_each(attempt_kept);
}

static void a_report(void)
{
  char *document = NULL;
  ag_error error = {0};
  remove_run();
  CHECK(attempt_game(small_plane, run_path, &document, &error) == AG_OK);
  free(document);
  fail_each(attempt_report);
  unlink(page_path);
}

static void a_sampled_game_with_a_mixture(void)
{
  fail_each(attempt_mixture);
}

static void a_sampled_game_with_kernels_in_a_run_directory(void)
{
  fail_each(attempt_kernels);
}

static void a_sampled_game_with_preferences_in_a_run_directory(void)
{
  fail_each(attempt_categories);
}

static void a_sampled_game_and_its_counterpart(void)
{
  fail_each(attempt_counterpart);
}

static void a_forecast(void)
{
  fail_each(attempt_forecast);
}

static void weights(void)
{
  fail_each(attempt_weights);
}

static void an_analysis_with_its_map(void)
{
  fail_each(attempt_analysis);
}

static void rest_points(void)
{
  fail_each(attempt_rest_points);
}

static void an_audit(void)
{
  fail_each(attempt_audit);
}

static void a_phase_diagram(void)
{
  fail_each(attempt_phase);
}

static void drift(void)
{
  fail_each(attempt_drift);
}

static void claims_that_are_kept(void)
{
  const ag_ensemble_options options = {
      .games = 1, .sink_games = 1, .phase_side = 2, .phase_games = 1};
  CHECK(ag_ensemble_play(&options, &played.ensemble, NULL) == AG_OK);
  fail_each(attempt_claims_kept);
  ag_ensemble_free(played.ensemble);
}

static void texts_that_are_kept(void)
{
  static const char *const override[] = {"samples.generate=40", "samples.keep=20",
                                         "space.text.sentences=40"};
  const ag_paper_options options = {
      .seeds = 1, .generations = 1, .override = override, .override_count = 3};
  const ag_paper_texts_spec spec = {.variant = "panels", .scenario = "perfect"};
  CHECK(ag_paper_texts_play(&options, &spec, &played.texts, NULL) == AG_OK);
  fail_each(attempt_texts_kept);
  ag_paper_texts_free(played.texts);
}

static void training(void)
{
  fail_each(attempt_train);
}

int main(void)
{
  dl_iterate_phdr(note_library, NULL);
  fault.struck =
      mmap(NULL, sizeof *fault.struck, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (fault.struck == MAP_FAILED) {
    printf("Bail out! no shared memory\n");
    return 1;
  }
  if (!mkdtemp(folder) || fault.end == 0) {
    printf("Bail out! no folder, or no libaligngame\n");
    return 1;
  }
  snprintf(table_path, sizeof table_path, "%s/table.csv", folder);
  snprintf(page_path, sizeof page_path, "%s/page.html", folder);
  snprintf(picture_path, sizeof picture_path, "%s/picture.svg", folder);
  snprintf(points_kept_path, sizeof points_kept_path, "%s/points-kept", folder);
  snprintf(run_path, sizeof run_path, "%s/run", folder);
  snprintf(points_path, sizeof points_path, "%s/points.csv", folder);
  if (!write_file(table_path, table) || !write_file(points_path, points)) {
    printf("Bail out! cannot write into %s\n", folder);
    return 1;
  }
  CHECK_RUN(a_game_in_memory);
  CHECK_RUN(a_game_in_a_run_directory);
  CHECK_RUN(a_report);
  CHECK_RUN(a_sampled_game_with_a_mixture);
  CHECK_RUN(a_sampled_game_with_kernels_in_a_run_directory);
  CHECK_RUN(a_sampled_game_with_preferences_in_a_run_directory);
  CHECK_RUN(a_sampled_game_and_its_counterpart);
  CHECK_RUN(a_forecast);
  CHECK_RUN(weights);
  CHECK_RUN(an_analysis_with_its_map);
  CHECK_RUN(rest_points);
  CHECK_RUN(an_audit);
  CHECK_RUN(a_phase_diagram);
  CHECK_RUN(drift);
  CHECK_RUN(claims_that_are_kept);
  CHECK_RUN(texts_that_are_kept);
  CHECK_RUN(training);
  remove_run();
  remove_folder(folder);
  return check_end();
}

#endif

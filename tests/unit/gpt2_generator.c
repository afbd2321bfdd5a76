/* The gpt2 generator: small models learnt here, and their folders. */
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "generator/generator.h"
#include "generator/transformer/matmul.h"
#include "generator/transformer/model_files.h"
#include "space/grammar.h"
#include "space/words.h"
#include "tests/check.h"

enum { SENTENCES = 60, WRITTEN = 40 };
#define SMALL                                                                                      \
  "layers: 2, width: 32, heads: 2, context: 32, vocabulary: 300, start_epochs: 3, start_batch: 8"
static const ag_random_key key = {.seed = 11, .generation = 3, .stage = 1};
static const ag_random_key other_key = {.seed = 11, .generation = 4, .stage = 1};
static const ag_space space = {.count = SENTENCES, .sentences = true};

static char folder[] = "/tmp/aligngame-gpt2-XXXXXX";

static void need(ag_status status, const ag_error *error)
{
  if (status != AG_OK) {
    printf("Bail out! %s: %s\n", error->file, error->message);
    exit(1);
  }
}

/* ---- a generator, its data, and what it writes ---- */

typedef struct bench {
  ag_config *config;
  ag_generator generator;
  ag_model model;
  ag_texts *texts;
  ag_sample data;
} bench;

static ag_status try_read(const char *settings, bench *b, ag_error *error)
{
  char text[512];
  snprintf(text, sizeof text, "generator: {gpt2: {%s}}", settings);
  need(ag_config_parse("g.yaml", text, strlen(text), NULL, 0, &b->config, error), error);
  ag_node node = ag_node_find(ag_config_root(b->config), "generator");
  ag_status status = ag_generator_read(node, &space, &b->generator, error);
  if (status != AG_OK)
    ag_config_free(b->config);
  return status;
}

static ag_grammar *grammar;

static ag_sample sentences_from(ag_texts *texts, size_t first, size_t count)
{
  ag_sample data;
  ag_error error;
  char sentence[AG_GRAMMAR_BYTES];
  need(ag_sample_create(0, count, &data, &error), &error);
  data.count = count;
  data.texts = texts;
  for (size_t i = 0; i < count; i++) {
    size_t length = ag_grammar_sentence(grammar, 5, first + i, sentence);
    need(ag_texts_add(texts, sentence, length, &data.item[i], &error), &error);
  }
  return data;
}

static bench open_bench(const char *settings)
{
  bench b = {.config = NULL};
  ag_error error;
  need(try_read(settings, &b, &error), &error);
  need(ag_model_create(&b.generator, &space, &b.model, &error), &error);
  need(ag_texts_create(&b.texts, &error), &error);
  b.data = sentences_from(b.texts, 0, SENTENCES);
  return b;
}

static void close_bench(bench *b)
{
  ag_sample_free(&b->data);
  ag_texts_free(b->texts);
  ag_model_free(&b->model);
  ag_generator_free(&b->generator);
  ag_config_free(b->config);
}

static void start(bench *b)
{
  ag_error error;
  need(b->model.type->start(b->model.state, &b->data, &key, &error), &error);
}

/* Fine-tunes on the count sentences from first on. */
static void fit(bench *b, size_t first, size_t count, const ag_random_key *with)
{
  ag_error error;
  ag_fit_report report;
  ag_sample kept = sentences_from(b->texts, first, count);
  need(b->model.type->fit(b->model.state, &kept, with, &report, &error), &error);
  ag_sample_free(&kept);
}

/* Log p of the count sentences from first on, per token. */
static double mean_score(bench *b, size_t first, size_t count)
{
  ag_error error;
  ag_sample data = sentences_from(b->texts, first, count);
  const char *text[SENTENCES];
  ag_text_score score[SENTENCES];
  double sum = 0, tokens = 0;
  for (size_t i = 0; i < count; i++)
    text[i] = ag_texts_get(b->texts, data.item[i], NULL);
  need(b->model.type->score(b->model.state, &(ag_text_question){.count = count, .text = text},
                            score, &error),
       &error);
  for (size_t i = 0; i < count; i++) {
    sum += score[i].log_probability;
    tokens += (double)score[i].tokens;
  }
  ag_sample_free(&data);
  return sum / tokens;
}

/* What a model gives: the texts that it writes, in a pool of their own, and a score. */
typedef struct evidence {
  ag_texts *texts;
  ag_sample out;
  double score;
} evidence;

static evidence gather(bench *b)
{
  evidence made;
  ag_error error;
  need(ag_texts_create(&made.texts, &error), &error);
  need(ag_sample_create(0, 0, &made.out, &error), &error);
  made.out.texts = made.texts;
  need(b->model.type->sample(b->model.state, WRITTEN, &key, &made.out, &error), &error);
  CHECK(made.out.count == WRITTEN);
  made.score = mean_score(b, 0, SENTENCES);
  return made;
}

static void drop(evidence *made)
{
  ag_sample_free(&made->out);
  ag_texts_free(made->texts);
}

static bool same_evidence(const evidence *a, const evidence *b)
{
  bool same = memcmp(&a->score, &b->score, sizeof a->score) == 0 && a->out.count == b->out.count;
  for (size_t i = 0; same && i < a->out.count; i++)
    same = strcmp(ag_texts_get(a->texts, a->out.item[i], NULL),
                  ag_texts_get(b->texts, b->out.item[i], NULL)) == 0;
  return same;
}

static bool same_models(bench *a, bench *b)
{
  evidence one = gather(a), other = gather(b);
  bool same = same_evidence(&one, &other);
  drop(&one);
  drop(&other);
  return same;
}

/* ---- learning ---- */

static void learning_raises_the_probability_of_what_is_kept(void)
{
  bench b = open_bench(SMALL ", learning_rate: 2e-3");
  start(&b);
  double uniform = -log(300), before = mean_score(&b, 0, 10), others = mean_score(&b, 20, 10);
  fit(&b, 0, 10, &key);
  double after = mean_score(&b, 0, 10);
  fit(&b, 0, 10, &other_key);
  double later = mean_score(&b, 0, 10);
  printf("# nats a token: uniform %.3f, started %.3f, kept %.3f and %.3f (others were %.3f)\n",
         -uniform, -before, -after, -later, -others);
  CHECK(before > uniform && after > before && later > after);
  close_bench(&b);
}

static void threads_do_not_change_a_bit(void)
{
  evidence made[3];
  for (int threads = 1; threads <= 3; threads++) {
    omp_set_num_threads(threads);
    bench b = open_bench(SMALL);
    start(&b);
    fit(&b, 0, 20, &key);
    made[threads - 1] = gather(&b);
    close_bench(&b);
  }
  omp_set_num_threads(omp_get_num_procs());
  CHECK(same_evidence(&made[0], &made[1]) && same_evidence(&made[0], &made[2]));
  for (int k = 0; k < 3; k++)
    drop(&made[k]);
}

static void a_restart_forgets_and_a_continuation_does_not(void)
{
  bench fresh = open_bench(SMALL ", continue: false"), used = open_bench(SMALL ", continue: false");
  bench goes_on = open_bench(SMALL), first = open_bench(SMALL);
  bench *const all[] = {&fresh, &used, &goes_on, &first};
  for (size_t i = 0; i < 4; i++)
    start(all[i]);
  CHECK(same_models(&fresh, &goes_on));
  fit(&used, 10, 20, &other_key);
  fit(&goes_on, 10, 20, &other_key);
  CHECK(same_models(&used, &goes_on));
  for (size_t i = 0; i < 4; i++)
    fit(all[i], 0, 20, &key);
  CHECK(same_models(&fresh, &used));
  CHECK(same_models(&fresh, &first));
  CHECK(!same_models(&used, &goes_on));
  for (size_t i = 0; i < 4; i++)
    close_bench(all[i]);
}

/* ---- saving ---- */

static void load_from(bench *from, bench *to)
{
  ag_generator_array array[AG_GENERATOR_ARRAYS_MOST];
  ag_error error;
  size_t count = from->model.type->save(from->model.state, array);
  need(to->model.type->load(to->model.state, array, count, &error), &error);
}

static void check_return(const char *settings)
{
  bench b = open_bench(settings), again = open_bench(settings);
  start(&b);
  load_from(&b, &again);
  CHECK(same_models(&b, &again));
  fit(&b, 0, 20, &key);
  fit(&again, 0, 20, &key);
  CHECK(same_models(&b, &again));
  close_bench(&again);
  again = open_bench(settings);
  load_from(&b, &again);
  CHECK(same_models(&b, &again));
  fit(&b, 10, 20, &other_key);
  fit(&again, 10, 20, &other_key);
  CHECK(same_models(&b, &again));
  close_bench(&b);
  close_bench(&again);
}

static void a_saved_model_comes_back_with_the_same_bits(void)
{
  check_return(SMALL);
  check_return(SMALL ", continue: false");
  if (ag_matmul_takes_half())
    check_return(SMALL ", precision: half");
}

static void nonsense_is_not_loaded(void)
{
  bench b = open_bench(SMALL ", continue: false");
  ag_generator_array array[AG_GENERATOR_ARRAYS_MOST], wrong[AG_GENERATOR_ARRAYS_MOST];
  ag_error error;
  start(&b);
  size_t count = b.model.type->save(b.model.state, array);
  CHECK(count == 4);
  for (size_t k = 0; k < count; k++) {
    bench victim = open_bench(SMALL ", continue: false");
    double *value = calloc(array[k].count + 1, sizeof *value);
    memcpy(wrong, array, sizeof wrong);
    wrong[k].value = value;
    wrong[k].count--;
    CHECK(victim.model.type->load(victim.model.state, wrong, count, &error) == AG_ERROR_INPUT);
    memset(value, 0xFF, array[k].count * sizeof *value); /* not a number */
    wrong[k].count = array[k].count;
    CHECK(victim.model.type->load(victim.model.state, wrong, count, &error) == AG_ERROR_INPUT);
    CHECK(error.message[0]);
    wrong[k].name = "nothing_known";
    CHECK(victim.model.type->load(victim.model.state, wrong, count, &error) == AG_ERROR_INPUT);
    free(value);
    close_bench(&victim);
  }
  bench larger = open_bench(SMALL ", continue: false, precision: float");
  load_from(&b, &larger); /* how products are taken is no part of a model */
  close_bench(&larger);
  close_bench(&b);
}

/* ---- folders ---- */

static void write_folder(bench *b)
{
  ag_error error;
  need(b->model.type->write(b->model.state, folder, &error), &error);
}

static const char *const files[] = {"config.json", "model.safetensors", "vocab.json", "merges.txt"};

static void path_of(const char *name, char path[128])
{
  snprintf(path, 128, "%s/%s", folder, name);
}

static void a_folder_holds_the_model(void)
{
  char settings[256];
  bench b = open_bench(SMALL ", length: 20");
  start(&b);
  fit(&b, 0, 20, &key);
  write_folder(&b);
  snprintf(settings, sizeof settings, "model: %s, length: 20, learning_rate: 5e-4", folder);
  bench read = open_bench(settings);
  start(&read);
  CHECK(same_models(&b, &read));
  fit(&b, 10, 20, &other_key);
  fit(&read, 10, 20, &other_key);
  CHECK(same_models(&b, &read));
  close_bench(&read);
  /* a restart reads the folder again */
  strcat(settings, ", continue: false");
  read = open_bench(settings);
  start(&read);
  fit(&read, 0, 20, &key);
  fit(&read, 10, 20, &other_key);
  CHECK(same_models(&b, &read));
  close_bench(&read);
  close_bench(&b);
}

/* A file of the folder with `size` bytes less, and `from` replaced by `to`. */
static void check_broken(const char *name, size_t cut, const char *from, const char *to)
{
  char path[128], settings[256];
  char *text = NULL;
  size_t size;
  ag_error error = {.status = AG_OK};
  bench b = {.config = NULL};
  path_of(name, path);
  need(ag_file_read(path, &text, &size, &error), &error);
  char *at = from ? strstr(text, from) : NULL;
  CHECK(!from || at);
  FILE *stream = fopen(path, "wb");
  if (at)
    fprintf(stream, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
  else
    fwrite(text, 1, size - cut, stream);
  fclose(stream);
  snprintf(settings, sizeof settings, "model: %s", folder);
  CHECK(try_read(settings, &b, &error) == AG_ERROR_INPUT);
  printf("# %s%s%s\n", error.file, error.file[0] ? ": " : "", error.message);
  CHECK(strstr(error.file, name) || strstr(error.message, name));
  stream = fopen(path, "wb");
  fwrite(text, 1, size, stream);
  fclose(stream);
  free(text);
}

static void a_broken_folder_is_refused_by_its_file(void)
{
  char settings[256], path[128], hidden[140];
  bench b = {.config = NULL};
  ag_error error;
  check_broken("config.json", 20, NULL, NULL);
  check_broken("config.json", 0, "1e-05", "1e-06");
  check_broken("config.json", 0, "gelu_new", "relu");
  check_broken("model.safetensors", 4, NULL, NULL);
  check_broken("vocab.json", 30, NULL, NULL);
  check_broken("merges.txt", 0, "#version: 0.2\n", "#version: 0.2\nqq zz\n");
  for (size_t i = 0; i < 4; i++) {
    path_of(files[i], path);
    snprintf(hidden, sizeof hidden, "%s.gone", path);
    rename(path, hidden);
    snprintf(settings, sizeof settings, "model: %s", folder);
    CHECK(try_read(settings, &b, &error) == AG_ERROR_INPUT);
    CHECK(strstr(error.message, files[i]) != NULL);
    rename(hidden, path);
  }
  CHECK(try_read("model: /nowhere/at/all", &b, &error) == AG_ERROR_INPUT);
  CHECK(strstr(error.message, "/nowhere/at/all/config.json") != NULL);
}

/* ---- writing ---- */

/* At this temperature a model writes bytes of all kinds. */
static void what_is_written_is_clean(void)
{
  bench b = open_bench(SMALL ", temperature: 50, top_k: 0, length: 32");
  start(&b);
  evidence made = gather(&b);
  size_t replaced = 0, spaces = 0;
  for (size_t i = 0; i < WRITTEN; i++) {
    size_t length;
    const char *text = ag_texts_get(made.texts, made.out.item[i], &length);
    CHECK(ag_utf8_find_invalid(text, length) == length);
    replaced += strstr(text, "\xEF\xBF\xBD") != NULL;
    bool before = true;
    for (size_t at = 0; at < length;) {
      uint32_t code = 0;
      at += ag_utf8_decode(text + at, length - at, &code);
      bool blank = ag_character_is_space(code);
      CHECK(!blank || (code == ' ' && !before && at < length));
      spaces += blank;
      before = blank;
    }
  }
  CHECK(replaced > 0 && spaces > 0);
  drop(&made);
  close_bench(&b);
}

/* Items have numbers of their own; an item keeps its own whatever is asked
 * beside it (products of other shapes round otherwise, so that a few may differ). */
static void an_item_depends_on_its_place(void)
{
  enum { MANY = 2 * WRITTEN };
  bench b = open_bench(SMALL ", length: 8, precision: float");
  ag_error error;
  ag_sample few, many;
  size_t same = 0, repeated = 0;
  start(&b);
  need(ag_sample_create(0, 0, &few, &error), &error);
  need(ag_sample_create(0, 0, &many, &error), &error);
  few.texts = many.texts = b.texts;
  need(b.model.type->sample(b.model.state, WRITTEN, &key, &few, &error), &error);
  need(b.model.type->sample(b.model.state, MANY, &key, &many, &error), &error);
  CHECK(few.count == WRITTEN && many.count == MANY);
  for (size_t i = 0; i < WRITTEN; i++) {
    same += few.item[i] == many.item[i];
    repeated += many.item[WRITTEN + i] == many.item[i];
  }
  printf("# %zu of %d are the same beside others, %zu as far behind\n", same, WRITTEN, repeated);
  CHECK(same > WRITTEN - 4 && repeated < WRITTEN / 2);
  ag_sample_free(&few);
  ag_sample_free(&many);
  close_bench(&b);
}

/* ---- who watches ---- */

typedef struct told {
  size_t times;
  double done, total, rate;
  volatile sig_atomic_t stop;
  size_t stop_at; /* 0: never */
} told;

static void hear(void *context, const char *phase, double done, double total, double rate,
                 const char *unit)
{
  told *self = context;
  CHECK(phase[0] && done > 0 && done <= total && rate > 0);
  CHECK_TEXT(unit, "tokens");
  self->times++;
  self->done = done;
  self->total = total;
  self->stop = self->stop_at > 0 && self->times >= self->stop_at;
}

static void work_is_told_and_stops(void)
{
  bench b = open_bench(SMALL);
  told heard = {.times = 0};
  ag_watch watch = {hear, &heard, &heard.stop};
  ag_fit_report report;
  ag_error error;
  b.model.type->watch(b.model.state, &watch);
  start(&b);
  CHECK(heard.times == 3 * ((SENTENCES + 7) / 8) && heard.done == heard.total);
  heard.times = 0;
  evidence made = gather(&b);
  CHECK(heard.times >= 2 && heard.done == heard.total);
  drop(&made);
  heard.stop_at = heard.times + 3;
  CHECK(b.model.type->fit(b.model.state, &b.data, &key, &report, &error) == AG_ERROR_INTERRUPTED);
  CHECK(heard.times == heard.stop_at);
  ag_sample out = {.texts = b.texts};
  CHECK(b.model.type->sample(b.model.state, 1, &key, &out, &error) == AG_ERROR_INPUT);
  CHECK(b.model.type->fit(b.model.state, &b.data, &key, &report, &error) == AG_ERROR_INPUT);
  heard.stop = 0;
  heard.stop_at = 0;
  start(&b);
  fit(&b, 0, 10, &key);
  close_bench(&b);
}

/* ---- settings ---- */

static void wrong_settings_are_refused_where_they_stand(void)
{
  static const struct {
    const char *settings, *says;
  } wrong[] = {
      {"learning_rat: 1", "learning_rate"},
      {"learning_rate: 0", "learning_rate: expected a number above 0 and at most 10, found 0"},
      {"top_p: 1.5", "top_p"},
      {"epochs: 0", "epochs"},
      {"width: 30, heads: 4", "heads"},
      {"context: 16, length: 17", "length"},
      {"precision: flout", "float"},
      {"continue: perhaps", "continue"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    bench b = {.config = NULL};
    ag_error error = {.status = AG_OK};
    CHECK(try_read(wrong[i].settings, &b, &error) == AG_ERROR_INPUT);
    CHECK(error.line == 1 && error.column > 19 && strstr(error.message, wrong[i].says));
  }
  char settings[256];
  bench b = {.config = NULL};
  ag_error error;
  snprintf(settings, sizeof settings, "model: %s, layers: 2", folder);
  CHECK(try_read(settings, &b, &error) == AG_ERROR_INPUT && strstr(error.message, "layers"));
}

static void nothing_is_learnt_from_nothing(void)
{
  bench b = open_bench(SMALL);
  ag_sample empty = {.texts = b.texts};
  ag_fit_report report;
  ag_error error;
  CHECK(b.model.type->fit(b.model.state, &b.data, &key, &report, &error) == AG_ERROR_INPUT);
  CHECK(b.model.type->start(b.model.state, &empty, &key, &error) == AG_ERROR_INPUT);
  start(&b);
  CHECK(b.model.type->fit(b.model.state, &empty, &key, &report, &error) == AG_ERROR_INPUT);
  close_bench(&b);
}

#ifdef AG_FAULT_INJECTION
/* Every allocation fails once; steps of seven, since there are many. */
static void failed_allocations_are_reported(void)
{
  bool done = false;
  for (long n = 1; !done && n < 20000; n += 7) {
    bench b = open_bench("layers: 1, width: 8, heads: 2, context: 8, vocabulary: 260, "
                         "start_epochs: 1, start_batch: 64, epochs: 1, batch: 64, continue: false");
    ag_error error;
    ag_fit_report report;
    ag_sample out = {.texts = b.texts};
    ag_generator_array array[AG_GENERATOR_ARRAYS_MOST];
    ag_fault_countdown = n;
    ag_status status = b.model.type->start(b.model.state, &b.data, &key, &error);
    if (status == AG_OK)
      status = b.model.type->fit(b.model.state, &b.data, &key, &report, &error);
    if (status == AG_OK)
      status = b.model.type->sample(b.model.state, 3, &key, &out, &error);
    size_t count = status == AG_OK ? b.model.type->save(b.model.state, array) : 0;
    if (status == AG_OK) {
      ag_model again;
      status = ag_model_create(&b.generator, &space, &again, &error);
      if (status == AG_OK) {
        status = again.type->load(again.state, array, count, &error);
        ag_model_free(&again);
      }
    }
    done = ag_fault_countdown > 0;
    ag_fault_countdown = 0;
    CHECK(status == (done ? AG_OK : AG_ERROR_MEMORY));
    ag_sample_free(&out);
    close_bench(&b);
  }
  CHECK(done);
}
#endif

static void remove_folder(void)
{
  char path[128];
  for (size_t i = 0; i < 4; i++) {
    path_of(files[i], path);
    unlink(path);
  }
  rmdir(folder);
}

int main(void)
{
  ag_grammar_options options = ag_grammar_options_default();
  ag_error error;
  need(ag_grammar_create(&options, &grammar, &error), &error);
  if (!mkdtemp(folder))
    return 1;
  CHECK_RUN(learning_raises_the_probability_of_what_is_kept);
  CHECK_RUN(threads_do_not_change_a_bit);
  CHECK_RUN(a_restart_forgets_and_a_continuation_does_not);
  CHECK_RUN(a_saved_model_comes_back_with_the_same_bits);
  CHECK_RUN(nonsense_is_not_loaded);
  CHECK_RUN(a_folder_holds_the_model);
  CHECK_RUN(a_broken_folder_is_refused_by_its_file);
  CHECK_RUN(what_is_written_is_clean);
  CHECK_RUN(an_item_depends_on_its_place);
  CHECK_RUN(work_is_told_and_stops);
  CHECK_RUN(wrong_settings_are_refused_where_they_stand);
  CHECK_RUN(nothing_is_learnt_from_nothing);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(failed_allocations_are_reported);
#endif
  remove_folder();
  ag_grammar_free(grammar);
  return check_end();
}

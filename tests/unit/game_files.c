/* The files that a game names: each is found, and what comes through a pipe is kept. */
#include "game/files.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/folder.h"

static ag_config *parsed(const char *text)
{
  ag_config *config = NULL;
  ag_error error = {0};
  if (ag_config_parse("files.yaml", text, strlen(text), NULL, 0, &config, &error) != AG_OK) {
    printf("# %s\n", error.message);
    exit(1);
  }
  return config;
}

/* --- finding --- */

typedef struct list {
  char text[512];
  int most;
} list;

static ag_status note(void *context, ag_node node, ag_named kind, ag_error *error)
{
  list *to = context;
  const char *named;
  if (to->most-- == 0)
    return ag_fail(error, AG_ERROR_INPUT, "enough");
  CHECK(ag_node_text(node, "a file", &named, NULL) == AG_OK);
  size_t used = strlen(to->text);
  snprintf(to->text + used, sizeof to->text - used, "%c:%s ", "dmc"[kind], named);
  return AG_OK;
}

static const char named[] =
    "name: {file: no.csv, command: no}\n"
    "space: {table: {file: t.csv, columns: [file, model]}}\n"
    "curators:\n"
    "  a: {reward: {command: judge --fast}}\n"
    "  b: {reward: {sum: [{reward: {lexicon: {file: words.csv}}}, {reward: {command: [x, y]}}]}}\n"
    "  c: {reward: {likelihood: {model: {gpt2: {model: folder, file: [x.txt]}}}}}\n"
    "  d: {reward: {other: {model: small}}}\n"
    "generator: {command: {fit: learn, sample: write, timeout: 9, keep: last, more: {fit: no}}}\n";

static void each_is_visited_in_the_documents_order(void)
{
  ag_config *config = parsed(named);
  list all = {.most = -1}, some = {.most = 2};
  ag_error error = {0};
  CHECK(ag_game_visit_files(config, note, &all, NULL) == AG_OK);
  CHECK_TEXT(all.text, "d:t.csv c:judge --fast d:words.csv m:folder d:x.txt c:learn c:write ");
  CHECK(ag_game_visit_files(config, note, &some, &error) == AG_ERROR_INPUT);
  CHECK_TEXT(some.text, "d:t.csv c:judge --fast ");
  CHECK_TEXT(error.message, "enough");
  ag_config_free(config);
}

/* --- keeping --- */

enum { LONG = 300000 };
/* A process that writes LONG bytes into a pipe that has a name. */
static pid_t feed(const char *path)
{
  pid_t child = fork();
  if (child != 0)
    return child;
  FILE *to = fopen(path, "we");
  for (int i = 0; i < LONG; i++)
    putc('a' + i % 26, to);
  _exit(fclose(to) != 0);
}

static ag_config *naming(const char *file)
{
  char text[256];
  snprintf(text, sizeof text, "space: {table: {file: %s}}\n", file);
  return parsed(text);
}

static const char *file_of(const ag_config *config)
{
  const char *file = "";
  ag_node table = ag_node_find(ag_node_find(ag_config_root(config), "space"), "table");
  ag_node_text(ag_node_find(table, "file"), "file", &file, NULL);
  return file;
}

/* Whether a file begins with `size` bytes of what `feed` writes, and ends there. */
static int holds(const char *path, size_t size)
{
  FILE *from = fopen(path, "re");
  size_t read = 0;
  for (int c; from && (c = getc(from)) != EOF; read++)
    if (c != 'a' + (int)(read % 26))
      break;
  if (from)
    fclose(from);
  return read == size;
}

static void a_pipe_is_read_once_and_can_be_read_again(void)
{
  ag_streams streams;
  const char *pipe = path_of("pipe");
  CHECK(mkfifo(pipe, 0600) == 0);
  ag_config *config = naming(pipe);
  pid_t child = feed(pipe);
  int status = -1;
  CHECK(ag_streams_hold(config, &streams, NULL) == AG_OK && streams.count == 1);
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  CHECK(strncmp(file_of(config), "/proc/self/fd/", 14) == 0);
  CHECK(holds(file_of(config), LONG) && holds(file_of(config), LONG));
  ag_streams again; /* what is held is not held again */
  CHECK(ag_streams_hold(config, &again, NULL) == AG_OK && again.count == 0);
  ag_streams_close(&again);
  ag_streams_close(&streams);
  ag_config_free(config);
}

static void standard_input_is_kept_too(void)
{
  ag_streams streams;
  const char *path = path_of("input");
  FILE *to = fopen(path, "we");
  fputs("abcdefghij", to);
  fclose(to);
  int before = dup(STDIN_FILENO), from = open(path, O_RDONLY);
  CHECK(dup2(from, STDIN_FILENO) == STDIN_FILENO);
  ag_config *config = naming("'-'");
  CHECK(ag_streams_hold(config, &streams, NULL) == AG_OK && streams.count == 1);
  CHECK(holds(file_of(config), 10));
  ag_streams_close(&streams);
  ag_config_free(config);
  dup2(before, STDIN_FILENO);
  close(before);
  close(from);
}

static void what_is_no_stream_stays_as_it_is(void)
{
  const char *const files[] = {path_of("input"), folder, path_of("absent"), "[a, b]"};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    ag_streams streams;
    ag_config *config = naming(files[i]);
    CHECK(ag_streams_hold(config, &streams, NULL) == AG_OK && streams.count == 0);
    CHECK(i == 3 || strcmp(file_of(config), files[i]) == 0);
    ag_streams_close(&streams);
    ag_config_free(config);
  }
  CHECK(ag_stream_is("-") && ag_stream_is("/proc/self/fd/0") && ag_stream_is("/dev/null"));
  CHECK(!ag_stream_is(folder) && !ag_stream_is(path_of("absent")));
}

static void check_refusal(const char *file, ag_status expected, const char *fragment)
{
  ag_streams streams;
  ag_error error = {0};
  ag_config *config = naming(file);
  CHECK(ag_streams_hold(config, &streams, &error) == expected);
  if (!strstr(error.message, fragment))
    printf("# %s: %s\n", file, error.message);
  CHECK(strstr(error.message, fragment) != NULL);
  CHECK_TEXT(file_of(config), file);
  ag_streams_close(&streams);
  ag_config_free(config);
}

static void what_cannot_be_read_is_named(void)
{
  const char *path = path_of("socket");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  CHECK(bind(server, (struct sockaddr *)&address, sizeof address) == 0);
  check_refusal(path, AG_ERROR_IO, path);
  close(server);
  check_refusal("/dev/zero", AG_ERROR_INPUT, "it holds more than the 67.1 MB of it");
}

int main(void)
{
  if (!mkdtemp(folder))
    return 1;
  CHECK_RUN(each_is_visited_in_the_documents_order);
  CHECK_RUN(a_pipe_is_read_once_and_can_be_read_again);
  CHECK_RUN(standard_input_is_kept_too);
  CHECK_RUN(what_is_no_stream_stays_as_it_is);
  CHECK_RUN(what_cannot_be_read_is_named);
  static const char *const names[] = {"pipe", "input", "socket"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    unlink(path_of(names[i]));
  rmdir(folder);
  return check_end();
}

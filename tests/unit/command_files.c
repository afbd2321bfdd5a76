/* Folders and files that external programs take and leave. */
#include "generator/command_files.h"

#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "population/texts.h"
#include "tests/check.h"
#include "tests/folder.h"

static bool is_there(const char *name)
{
  return access(path_of(name), F_OK) == 0;
}

/* A folder that was last changed so many seconds ago, with a file in it. */
static void leave(const char *name, time_t age)
{
  const struct timespec when[2] = {{.tv_sec = time(NULL) - age}, {.tv_sec = time(NULL) - age}};
  char inner[64];
  snprintf(inner, sizeof inner, "%s/texts.txt", name);
  CHECK(mkdir(path_of(name), 0700) == 0);
  int file = creat(path_of(inner), 0600);
  CHECK(file >= 0 && close(file) == 0);
  CHECK(utimensat(AT_FDCWD, path_of(name), when, 0) == 0);
}

static void what_a_killed_process_left_is_removed(void)
{
  char *path = NULL;
  int lock = -1;
  leave("aligngame-command-killed", 1000);
  leave("aligngame-command-young", 0);
  leave("aligngame-command-alive", 1000);
  leave("aligngame-another", 1000);
  int owner = open(path_of("aligngame-command-alive"), O_RDONLY | O_DIRECTORY);
  int file = creat(path_of("aligngame-command-file"), 0600);
  CHECK(owner >= 0 && flock(owner, LOCK_EX) == 0 && file >= 0 && close(file) == 0);
  setenv("TMPDIR", folder, 1);
  CHECK(ag_folder_create_temporary(&path, &lock, NULL) == AG_OK);
  CHECK(strncmp(path, folder, strlen(folder)) == 0 && lock >= 0);
  CHECK(!is_there("aligngame-command-killed"));
  CHECK(is_there("aligngame-command-young") && is_there("aligngame-command-alive"));
  CHECK(is_there("aligngame-another") && is_there("aligngame-command-file"));
  /* and it is held, as long as its owner lives */
  int other = open(path, O_RDONLY | O_DIRECTORY);
  CHECK(other >= 0 && flock(other, LOCK_EX | LOCK_NB) != 0);
  close(other);
  close(lock);
  close(owner);
  ag_folder_remove(path);
  CHECK(access(path, F_OK) != 0);
  free(path);
}

static void a_temporary_folder_is_where_the_environment_says(void)
{
  char *path = NULL;
  int lock = -1;
  ag_error error = {0};
  setenv("TMPDIR", path_of("nowhere"), 1);
  CHECK(ag_folder_create_temporary(&path, &lock, &error) == AG_ERROR_IO && !path && lock == -1);
  CHECK(strstr(error.message, "cannot make the folder ") && strstr(error.message, "No such file"));
  setenv("TMPDIR", "", 1);
  CHECK(ag_folder_create_temporary(&path, &lock, &error) == AG_OK);
  CHECK(strncmp(path, "/tmp/aligngame-command-", 23) == 0);
  close(lock);
  ag_folder_remove(path);
  free(path);
}

static void a_folder_is_made_with_those_above_it(void)
{
  ag_error error = {0};
  CHECK(ag_folder_create(path_of("a/b/c"), &error) == AG_OK && is_there("a/b/c"));
  CHECK(ag_folder_create(path_of("a/b/c"), &error) == AG_OK);
  FILE *file = NULL;
  CHECK(ag_file_create_anew(path_of("a/b/file"), &file, &error) == AG_OK && fclose(file) == 0);
  CHECK(ag_folder_create(path_of("a/b/file"), &error) == AG_ERROR_IO);
  CHECK(strstr(error.message, "a/b/file") != NULL);
  CHECK(ag_folder_create(path_of("a/b/file/d"), &error) == AG_ERROR_IO);
  CHECK(ag_folder_clear(path_of("a/b"), &error) == AG_OK && is_there("a/b"));
  CHECK(!is_there("a/b/c") && !is_there("a/b/file"));
}

static void a_file_is_new_whatever_stood_there(void)
{
  FILE *file = NULL;
  struct stat there;
  CHECK(mkfifo(path_of("pipe"), 0600) == 0);
  CHECK(ag_file_create_anew(path_of("pipe"), &file, NULL) == AG_OK && fclose(file) == 0);
  CHECK(stat(path_of("pipe"), &there) == 0 && S_ISREG(there.st_mode));
  ag_error error = {0};
  CHECK(ag_file_create_anew(path_of("nowhere/file"), &file, &error) == AG_ERROR_IO && !file);
  CHECK(strstr(error.message, "cannot write ") != NULL);
}

static void check_left(const char *name, size_t count, const char *message)
{
  ag_texts *texts = NULL;
  ag_error error = {0};
  CHECK(ag_texts_create(&texts, NULL) == AG_OK);
  ag_sample out = {.texts = texts};
  CHECK(ag_texts_read(path_of(name), count, &out, &error) == AG_ERROR_INPUT && out.count == 0);
  CHECK_TEXT(error.message, message);
  ag_sample_free(&out);
  ag_texts_free(texts);
}

static void what_is_no_file_of_texts_is_named(void)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path_of("socket"));
  CHECK(bind(server, (struct sockaddr *)&address, sizeof address) == 0);
  CHECK(mkfifo(path_of("fifo"), 0600) == 0 && symlink("fifo", path_of("link")) == 0);
  FILE *file = fopen(path_of("texts"), "we");
  CHECK(file && fputs("one\ntwo", file) >= 0 && fclose(file) == 0);
  int large = creat(path_of("large"), 0600);
  CHECK(large >= 0 && ftruncate(large, 2000000) == 0 && close(large) == 0);
  check_left("none", 2, "no file: No such file or directory");
  check_left("a", 2, "a folder instead of a file");
  check_left("fifo", 2, "a pipe instead of a file");
  check_left("link", 2, "a symbolic link instead of a file");
  check_left("socket", 2, "a device or a socket instead of a file");
  check_left("large", 2, "a file of 2000000 bytes; expected at most 1179648");
  check_left("texts", 1, "2 lines instead of 1, one for each text");
  CHECK(truncate(path_of("texts"), 4) == 0);
  check_left("texts", 2, "1 line instead of 2, one for each text");
  CHECK(truncate(path_of("texts"), 0) == 0);
  check_left("texts", 2, "0 lines instead of 2, one for each text");
  close(server);
}

int main(void)
{
  if (!mkdtemp(folder))
    return 1;
  CHECK_RUN(what_a_killed_process_left_is_removed);
  CHECK_RUN(a_temporary_folder_is_where_the_environment_says);
  CHECK_RUN(a_folder_is_made_with_those_above_it);
  CHECK_RUN(a_file_is_new_whatever_stood_there);
  CHECK_RUN(what_is_no_file_of_texts_is_named);
  ag_folder_remove(folder);
  return check_end();
}

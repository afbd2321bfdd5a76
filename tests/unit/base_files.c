/* Characters, files, folders and drafts at their edges. */
#include "base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/check.h"
#include "tests/folder.h"

static void write_file(const char *name, const char *text)
{
  FILE *file = fopen(path_of(name), "we");
  CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

/* --- characters --- */

static void a_character_has_one_form(void)
{
  static const struct {
    const char *bytes;
    size_t length;
    uint32_t code;
  } forms[] = {
      {"a", 1, 'a'},
      {"\xC3\xA9", 2, 0xE9},
      {"\xE4\xBD\xA0", 3, 0x4F60},
      {"\xF0\x9F\x98\x80", 4, 0x1F600},
      {"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
      {"\xED\x9F\xBF", 3, 0xD7FF},
      {"\xEE\x80\x80", 3, 0xE000},
      {"\xC1\xA9", 0, 0},         /* two bytes for one */
      {"\xE0\x83\xA9", 0, 0},     /* three for two */
      {"\xF0\x84\xBD\xA0", 0, 0}, /* four for three */
      {"\xF4\x90\x80\x80", 0, 0}, /* beyond the last */
      {"\xED\xA0\x80", 0, 0},     /* half a pair */
      {"\xED\xBF\xBF", 0, 0},
      {"\x80", 0, 0},
      {"\xC3", 0, 0},
      {"\xC3(", 0, 0},
      {"\xFF", 0, 0},
  };
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    uint32_t code = 0;
    size_t size = strlen(forms[i].bytes);
    CHECK(ag_utf8_decode(forms[i].bytes, size, &code) == forms[i].length);
    CHECK(forms[i].length == 0 || code == forms[i].code);
    CHECK(ag_utf8_find_invalid(forms[i].bytes, size) == forms[i].length);
  }
}

/* --- reading --- */

static void check_unread(ag_status status, ag_status expected, char *text, const ag_error *error,
                         const char *fragment)
{
  CHECK(status == expected && text == NULL);
  if (!strstr(error->message, fragment))
    printf("# %s\n", error->message);
  CHECK(strstr(error->message, fragment) != NULL);
}

static void what_cannot_be_read_is_told(void)
{
  char *text = NULL;
  size_t size = 0;
  ag_error error = {0};
  write_file("ten", "0123456789");
  CHECK(ag_file_read_short(path_of("ten"), 10, &text, &size, &error) == AG_OK && size == 10);
  CHECK_TEXT(text, "0123456789");
  free(text);
  text = NULL;
  check_unread(ag_file_read_short(path_of("ten"), 9, &text, &size, &error), AG_ERROR_INPUT, text,
               &error, "it holds 1e-05 MB; at most 9e-06 MB of it are read here");
  check_unread(ag_file_read_short("/dev/zero", 9, &text, &size, &error), AG_ERROR_INPUT, text,
               &error, "it holds more than can be read; at most 9e-06 MB of it are read here");
  check_unread(ag_file_read(path_of("none"), &text, &size, &error), AG_ERROR_INPUT, text, &error,
               "cannot open it: No such file");
  check_unread(ag_file_read(folder, &text, &size, &error), AG_ERROR_INPUT, text, &error,
               "cannot read it: Is a directory");
  check_unread(ag_file_read_regular("/dev/null", &text, &size, &error), AG_ERROR_INPUT, text,
               &error, "it is no regular file");
  check_unread(ag_file_read_regular(path_of("none"), &text, &size, &error), AG_ERROR_INPUT, text,
               &error, "No such file");
}

static void a_word_is_looked_for_at_the_beginning(void)
{
  bool found;
  ag_error error = {0};
  CHECK(ag_file_begins(path_of("ten"), 10, "789", &found, &error) == AG_OK && found);
  CHECK(ag_file_begins(path_of("ten"), 9, "789", &found, &error) == AG_OK && !found);
  CHECK(ag_file_begins(path_of("ten"), 100000, "89", &found, &error) == AG_OK && found);
  CHECK(ag_file_begins(path_of("none"), 9, "1", &found, &error) == AG_ERROR_IO);
  CHECK(ag_file_begins(folder, 9, "1", &found, &error) == AG_ERROR_IO);
}

/* --- names and folders --- */

static void paths_are_joined_by_one_slash(void)
{
  static const char *const joined[][3] = {
      {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "/b"}};
  for (size_t i = 0; i < sizeof joined / sizeof *joined; i++) {
    char *path = ag_path_join(joined[i][0], joined[i][1]);
    CHECK_TEXT(path, joined[i][2]);
    free(path);
  }
  char here[300], expected[310], *path = strdup("x"), *absolute = strdup("/x");
  CHECK(getcwd(here, sizeof here) != NULL);
  snprintf(expected, sizeof expected, "%s/x", here);
  CHECK(ag_path_make_absolute(&path, NULL) == AG_OK);
  CHECK_TEXT(path, expected);
  CHECK(ag_path_make_absolute(&absolute, NULL) == AG_OK);
  CHECK_TEXT(absolute, "/x");
  free(path);
  free(absolute);
}

static void folders_are_made_with_their_parents(void)
{
  struct stat there;
  ag_error error = {0};
  CHECK(ag_directory_make(path_of("deep//er/"), &error) == AG_OK);
  CHECK(stat(path_of("deep/er"), &there) == 0 && S_ISDIR(there.st_mode));
  CHECK(ag_directory_make(path_of("deep/er"), &error) == AG_OK);
  CHECK(ag_directory_make("/", &error) == AG_OK);
  CHECK(ag_directory_make(path_of("ten"), &error) == AG_ERROR_IO);
  CHECK(strstr(error.message, "Not a directory") != NULL);
  CHECK(ag_directory_make(path_of("ten/more"), &error) == AG_ERROR_IO);
  CHECK(ag_directory_make("", &error) == AG_ERROR_IO);
  CHECK(ag_path_is_there(path_of("ten")) && !ag_path_is_there(path_of("none")));
  CHECK(!ag_path_is_there(path_of("ten/more")));
  char name[300];
  memset(name, 'x', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  CHECK(ag_path_is_there(name)); /* who opens it is told that the name is too long */
  CHECK(ag_directory_sync_parent("/tmp", &error) == AG_OK);
  CHECK(ag_directory_sync_parent("tmp", &error) == AG_OK);
  CHECK(ag_directory_sync_parent(path_of("none/x"), &error) == AG_ERROR_IO);
}

/* --- drafts --- */

static void a_draft_is_known_by_its_name(void)
{
  static const struct {
    const char *name;
    bool draft;
  } names[] = {{"a.0123456789abcdef.tmp", true},   {"a.0123456789abcdeF.tmp", false},
               {"a.0123456789abcdef.tmq", false},  {"a-0123456789abcdef.tmp", false},
               {".0123456789abcdef.tmp", false},   {"a.tmp", false},
               {"a.b.0123456789abcdef.tmp", true}, {"a.0123456789abcde.tmp", false}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t length = 0;
    CHECK(ag_draft_is_named(names[i].name, &length) == names[i].draft);
    CHECK(!names[i].draft || length == strlen(names[i].name) - 21);
  }
}

static void a_draft_takes_its_place_or_leaves_nothing(void)
{
  char *text = NULL;
  size_t size;
  ag_draft draft;
  ag_error error = {0};
  CHECK(ag_draft_open_stream(path_of("ten"), &draft, &error) == AG_OK);
  CHECK(fputs("new", draft.stream) >= 0 && ag_draft_publish(&draft, &error) == AG_OK);
  CHECK(ag_file_read(path_of("ten"), &text, &size, NULL) == AG_OK);
  CHECK_TEXT(text, "new");
  free(text);
  CHECK(ag_draft_open(path_of("ten"), &draft, &error) == AG_OK);
  CHECK(access(draft.temporary, F_OK) == 0);
  ag_draft_discard(&draft);
  ag_draft_discard(&draft); /* an empty one is fine */
  CHECK(ag_draft_open(folder, &draft, &error) == AG_ERROR_IO && !draft.path);
  CHECK(strstr(error.message, "Is a directory") != NULL);
  CHECK(ag_draft_open("/dev/null", &draft, &error) == AG_ERROR_IO && !draft.path);
  CHECK(ag_draft_open(path_of("none/x"), &draft, &error) == AG_ERROR_IO && !draft.path);
  /* a folder has come in its place meanwhile */
  CHECK(ag_draft_open(path_of("late"), &draft, &error) == AG_OK);
  CHECK(mkdir(path_of("late"), 0700) == 0);
  CHECK(ag_draft_publish(&draft, &error) == AG_ERROR_IO);
  CHECK(strstr(error.message, "cannot write ") != NULL);
  /* what cannot be written any more */
  CHECK(ag_draft_open_stream(path_of("full"), &draft, &error) == AG_OK);
  int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  CHECK(full >= 0 && dup2(full, fileno(draft.stream)) >= 0);
  close(full);
  fputs("lost", draft.stream);
  CHECK(ag_draft_publish(&draft, &error) == AG_ERROR_IO);
  CHECK(strstr(error.message, "No space left") != NULL && !ag_path_is_there(path_of("full")));
}

int main(void)
{
  if (!mkdtemp(folder))
    return 1;
  CHECK_RUN(a_character_has_one_form);
  CHECK_RUN(what_cannot_be_read_is_told);
  CHECK_RUN(a_word_is_looked_for_at_the_beginning);
  CHECK_RUN(paths_are_joined_by_one_slash);
  CHECK_RUN(folders_are_made_with_their_parents);
  CHECK_RUN(a_draft_is_known_by_its_name);
  CHECK_RUN(a_draft_takes_its_place_or_leaves_nothing);
  static const char *const names[] = {"ten", "late", "deep/er", "deep"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    remove(path_of(names[i]));
  CHECK(rmdir(folder) == 0);
  return check_end();
}

/* Files and folders that are put in their place as a whole. Public headers alone. */
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

#include <aligngame/files.h>

#include "tests/check.h"

static char folder[] = "/tmp/aligngame-folders-XXXXXX";

/* What the file holds, or "-" where there is none. */
static const char *held(const char *path)
{
  static char text[64];
  FILE *file = fopen(path, "r");
  size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;
  text[size] = '\0';
  if (file)
    fclose(file);
  return file ? text : "-";
}

static void save(const char *text, const char *path)
{
  CHECK(ag_text_save(strdup(text), path, NULL) == AG_OK);
}

static void a_text_ends_with_its_line(void)
{
  save("", "text");
  CHECK_TEXT(held("text"), "\n");
  save("a\nb", "text");
  CHECK_TEXT(held("text"), "a\nb\n");
  save("c\n", "text");
  CHECK_TEXT(held("text"), "c\n");
  ag_error error = {0};
  CHECK(ag_text_save(NULL, "text", &error) == AG_ERROR_MEMORY);
  CHECK(ag_text_save(strdup("d"), "text/below", &error) == AG_ERROR_IO);
  CHECK(ag_text_save(strdup("d"), "text/below", NULL) == AG_ERROR_IO);
  CHECK_TEXT(held("text"), "c\n");
  unlink("text");
}

static void drafts_lie_beside_the_place(void)
{
  char *one = NULL, *two = NULL;
  CHECK(ag_folder_begin("deep/er/place//", &one, NULL) == AG_OK);
  CHECK_TEXT(one, "deep/er/place.draft-1");
  CHECK(ag_folder_begin("deep/er/place", &two, NULL) == AG_OK);
  CHECK_TEXT(two, "deep/er/place.draft-2");
  CHECK(access("deep/er/place", F_OK) != 0);
  ag_folder_discard(one);
  ag_folder_discard(two);
  CHECK(access(one, F_OK) != 0 && access(two, F_OK) != 0);
  free(one);
  free(two);
  rmdir("deep/er");
  rmdir("deep");
}

static void a_draft_that_cannot_be_made_is_none(void)
{
  char name[300], *draft = folder;
  ag_error error = {0};
  memset(name, 'a', sizeof name);
  name[sizeof name - 1] = '\0';
  CHECK(ag_folder_begin(name, &draft, &error) == AG_ERROR_IO && !draft);
  CHECK(strstr(error.message, "make the directory"));
  save("", "file");
  draft = folder;
  CHECK(ag_folder_begin("file/place", &draft, &error) == AG_ERROR_IO && !draft);
  CHECK(ag_folder_begin("file/place", &draft, NULL) == AG_ERROR_IO && !draft);
  unlink("file");
}

static void what_stood_there_gives_way(void)
{
  char *draft = NULL;
  CHECK(mkdir("place", 0777) == 0);
  save("old", "place/a");
  save("old", "place/b");
  CHECK(ag_folder_begin("place", &draft, NULL) == AG_OK);
  save("new", "place.draft-1/a");
  CHECK(ag_folder_publish(draft, "place", NULL) == AG_OK);
  CHECK_TEXT(held("place/a"), "new\n");
  CHECK(access("place/b", F_OK) != 0 && access(draft, F_OK) != 0);
  free(draft);
  /* a file does not */
  ag_error error = {0};
  save("mine", "file");
  CHECK(ag_folder_begin("file", &draft, NULL) == AG_OK);
  CHECK(ag_folder_publish(draft, "file", &error) == AG_ERROR_IO);
  CHECK(ag_folder_publish(draft, "file", NULL) == AG_ERROR_IO);
  CHECK_TEXT(held("file"), "mine\n");
  CHECK(access(draft, F_OK) == 0);
  ag_folder_discard(draft);
  free(draft);
  ag_folder_discard(NULL);
  ag_folder_discard("place");
  CHECK(access("place", F_OK) != 0);
  unlink("file");
}

int main(void)
{
  if (!mkdtemp(folder) || chdir(folder) != 0) {
    printf("Bail out! no folder\n");
    return 1;
  }
  CHECK_RUN(a_text_ends_with_its_line);
  CHECK_RUN(drafts_lie_beside_the_place);
  CHECK_RUN(a_draft_that_cannot_be_made_is_none);
  CHECK_RUN(what_stood_there_gives_way);
  CHECK(rmdir(folder) == 0);
  return check_end();
}

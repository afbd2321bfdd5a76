#include "archive/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/arrays.h"
#include "base/files.h"
#include "base/memory.h"
#include "base/sha256.h"
#include "base/text.h"
#include "game/files.h"
#include "game/game.h"
#include "space/kinds.h"

enum { PIECE = 1 << 16, NAME_MOST = 200 };

static const char folder_name[] = "inputs";
static const char rewards_name[] = "inputs/rewards" AG_ARRAYS_ENDING;
static const char rewards_key[] = "rewards_sha256";

/* --- the files that a document names --- */

typedef struct named {
  ag_node node; /* where the document names it */
  char *path;   /* absolute */
  char *name;   /* of the copy; NULL: it is not copied */
} named;

typedef struct named_list {
  char *home;   /* the directory's real path, or NULL */
  size_t count; /* of file */
  named *file;
  size_t copies; /* different ones */
} named_list;

static void free_list(named_list *list)
{
  for (size_t i = 0; i < list->count; i++) {
    free(list->file[i].path);
    free(list->file[i].name);
  }
  free(list->file);
  free(list->home);
}

/* Takes path. */
static ag_status add_named(named_list *list, ag_node node, char *path, named **added,
                           ag_error *error)
{
  named *wider = realloc(list->file, (list->count + 1) * sizeof *wider);
  if (wider == NULL) {
    free(path);
    return ag_fail_memory(error);
  }
  list->file = wider;
  *added = &wider[list->count++];
  **added = (named){node, path, NULL};
  return AG_OK;
}

/* The path without links where there is such a file; else absolute. Standard input has none. */
static ag_status find_path(ag_node node, char **path, ag_error *error)
{
  const char *given;
  if (ag_node_text(node, "a file", &given, NULL) == AG_OK && strcmp(given, "-") == 0)
    return (*path = ag_text_copy(given)) != NULL ? AG_OK : ag_fail_memory(error);
  ag_status status = ag_space_resolve_path(node, path, error);
  char *real = status == AG_OK ? realpath(*path, NULL) : NULL;
  if (real != NULL) {
    free(*path);
    *path = real;
  }
  if (status == AG_OK)
    status = ag_path_make_absolute(path, error);
  return status;
}

/* The end of a path, as a name that every system and sha256sum take. */
static void write_name(const char *path, size_t number, char name[NAME_MOST + 16])
{
  const char *slash = strrchr(path, '/'), *end = slash != NULL ? slash + 1 : path;
  if (ag_stream_is(path))
    end = "stream";
  int used = snprintf(name, NAME_MOST + 16, "%s/%02zu-", folder_name, number);
  char *to = name + used;
  for (; *end != '\0' && to < name + NAME_MOST; end++) {
    unsigned char c = (unsigned char)*end;
    *to++ = c < 0x20 || c == 0x7f || strchr("\\:*?\"<>|", c) != NULL ? '_' : (char)c;
  }
  *to = '\0';
  name[ag_utf8_find_invalid(name, strlen(name))] = '\0';
}

/* The name of the copy: the one that the path has in this directory, or a new one. */
static ag_status name_copy(named_list *list, named *file, ag_error *error)
{
  char name[NAME_MOST + 16];
  size_t home = list->home != NULL ? strlen(list->home) : 0;
  for (const named *other = list->file; other < file; other++)
    if (other->name != NULL && strcmp(other->path, file->path) == 0) {
      file->name = ag_text_copy(other->name);
      return file->name != NULL ? AG_OK : ag_fail_memory(error);
    }
  list->copies++;
  if (home > 0 && strncmp(file->path, list->home, home) == 0 && file->path[home] == '/' &&
      strncmp(file->path + home + 1, folder_name, sizeof folder_name - 1) == 0)
    file->name = ag_text_copy(file->path + home + 1);
  else {
    write_name(file->path, list->copies, name);
    file->name = ag_text_copy(name);
  }
  return file->name != NULL ? AG_OK : ag_fail_memory(error);
}

static ag_status add_data(void *context, ag_node node, ag_named kind, ag_error *error)
{
  named_list *list = context;
  named *file = NULL;
  char *path = NULL;
  if (kind != AG_NAMED_DATA)
    return AG_OK;
  ag_status status = find_path(node, &path, error);
  if (status != AG_OK) {
    free(path);
    return status;
  }
  status = add_named(list, node, path, &file, error);
  return status == AG_OK ? name_copy(list, file, error) : status;
}

static ag_status list_data(const ag_config *config, const char *directory, named_list *list,
                           ag_error *error)
{
  *list = (named_list){.home = realpath(directory, NULL)};
  ag_status status = ag_game_visit_files(config, add_data, list, error);
  if (status != AG_OK)
    free_list(list);
  return status;
}

/* --- what is read and not copied --- */

static bool is_regular(const char *path)
{
  struct stat information;
  return stat(path, &information) == 0 && S_ISREG(information.st_mode);
}

static bool is_listed(const named_list *list, const char *path)
{
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->file[i].path, path) == 0)
      return true;
  return false;
}

/* A file, by the path without links; nothing where there is none. Takes path, which may be NULL. */
static ag_status add_file(named_list *list, ag_node node, char *path, ag_error *error)
{
  named *added;
  char *real = path != NULL && is_regular(path) ? realpath(path, NULL) : NULL;
  free(path);
  if (real != NULL && !is_listed(list, real))
    return add_named(list, node, real, &added, error);
  free(real);
  return AG_OK;
}

/* The files of a model's folder, also those that are links: downloaded models often are. */
static ag_status add_model(named_list *list, ag_node node, ag_error *error)
{
  char *path = NULL;
  struct dirent **entry = NULL;
  ag_status status = find_path(node, &path, error);
  int count = status == AG_OK ? scandir(path, &entry, NULL, alphasort) : 0;
  for (int i = 0; i < count; i++) {
    named *added;
    char *file = status == AG_OK ? ag_path_join(path, entry[i]->d_name) : NULL;
    if (status == AG_OK && file == NULL)
      status = ag_fail_memory(error);
    else if (status == AG_OK && is_regular(file))
      status = add_named(list, node, file, &added, error);
    else
      free(file);
    free(entry[i]);
  }
  free(entry);
  free(path);
  return status;
}

/* The system's own programs are many, and the platform names them. */
static bool is_of_system(const char *path)
{
  static const char *const folders[] = {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"};
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
    if (strncmp(path, folders[i], strlen(folders[i])) == 0)
      return true;
  return false;
}

/* Where the shell finds a program, on the heap; NULL: nowhere, or among the system's. */
static char *find_program(const char *word)
{
  const char *folders = getenv("PATH");
  while (folders != NULL && *folders != '\0') {
    size_t length = strcspn(folders, ":");
    char *folder = strndup(folders, length);
    char *path = folder != NULL ? ag_path_join(folder, word) : NULL;
    free(folder);
    if (path != NULL && length > 0 && is_regular(path) && access(path, X_OK) == 0) {
      if (!is_of_system(path))
        return path;
      folders = NULL;
    } else {
      folders += length + (folders[length] == ':');
    }
    free(path);
  }
  return NULL;
}

/* A word as a path: from the root, from home, or from the folder where the command runs. */
static char *word_path(const char *folder, const char *word)
{
  const char *home = getenv("HOME");
  if (word[0] == '/')
    return ag_text_copy(word);
  return word[0] == '~' && word[1] == '/' && home != NULL ? ag_path_join(home, word + 2)
                                                          : ag_path_join(folder, word);
}

/* The file that a word of a command line is. */
static ag_status add_word(named_list *list, ag_node node, const char *folder, const char *word,
                          ag_error *error)
{
  const char *equals = strchr(word, '=');
  char *path = word_path(folder, word);
  if (path == NULL)
    return ag_fail_memory(error);
  if (is_regular(path))
    return add_file(list, node, path, error);
  free(path);
  if (equals != NULL) /* --config=FILE, VARIABLE=FILE */
    return add_word(list, node, folder, equals + 1, error);
  return strchr(word, '/') == NULL ? add_file(list, node, find_program(word), error) : AG_OK;
}

/* The words of a command line that are files. */
static ag_status add_command(named_list *list, ag_node node, ag_error *error)
{
  static const char ends[] = " \t\n'\"|&;<>()";
  const char *line;
  char *folder = NULL;
  ag_status status = ag_node_text(node, "a command", &line, error);
  if (status == AG_OK)
    status = ag_space_find_folder(node.config, &folder, error);
  while (status == AG_OK && *(line += strspn(line, ends)) != '\0') {
    size_t length = strcspn(line, ends);
    char *word = strndup(line, length);
    status = word != NULL ? add_word(list, node, folder, word, error) : ag_fail_memory(error);
    free(word);
    line += length;
  }
  free(folder);
  return status;
}

static ag_status add_others(void *context, ag_node node, ag_named kind, ag_error *error)
{
  return kind == AG_NAMED_MODEL     ? add_model(context, node, error)
         : kind == AG_NAMED_COMMAND ? add_command(context, node, error)
                                    : AG_OK;
}

/* --- the description --- */

/* The document's text with the copies' names in place of the paths. */
static ag_status write_portable(ag_config *config, const char *directory, char **text,
                                ag_error *error)
{
  named_list list;
  ag_status status = list_data(config, directory, &list, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; status == AG_OK && i < list.count; i++)
    status = ag_config_replace_text(config, list.file[i].node, list.file[i].name, error);
  if (status == AG_OK && (*text = ag_config_text(config)) == NULL)
    status = ag_fail_memory(error);
  free_list(&list);
  return status;
}

ag_status ag_inputs_describe(const ag_game *game, const char *directory, char **text,
                             ag_error *error)
{
  ag_config *config = NULL;
  *text = NULL;
  if (game->text == NULL)
    return AG_OK;
  ag_status status =
      ag_config_parse(game->name, game->text, strlen(game->text), NULL, 0, &config, error);
  if (status == AG_OK)
    status = write_portable(config, directory, text, error);
  ag_config_free(config);
  return status;
}

/* A description's text as it would be over any number of generations. */
static ag_status write_timeless(const char *directory, const char *description, char **text,
                                ag_error *error)
{
  static const char *const any[] = {"generations=0"};
  ag_config *config = NULL;
  ag_status status =
      ag_config_parse(directory, description, strlen(description), any, 1, &config, error);
  if (status == AG_OK && (*text = ag_config_text(config)) == NULL)
    status = ag_fail_memory(error);
  ag_config_free(config);
  return status;
}

ag_status ag_inputs_same_game(const char *directory, const char *one, const char *other, bool *same,
                              ag_error *error)
{
  char *text[2] = {NULL, NULL};
  *same = strcmp(one, other) == 0;
  if (*same)
    return AG_OK;
  ag_status status = write_timeless(directory, one, &text[0], error);
  if (status == AG_OK)
    status = write_timeless(directory, other, &text[1], error);
  if (status == AG_OK)
    *same = strcmp(text[0], text[1]) == 0;
  free(text[0]);
  free(text[1]);
  return status;
}

ag_status ag_inputs_match(const char *directory, const char *description, ag_config *config,
                          bool *same, ag_error *error)
{
  char *absolute = NULL, *portable = NULL;
  ag_status status = ag_game_describe(config, &absolute, error);
  if (status == AG_OK)
    status = write_portable(config, directory, &portable, error);
  if (status == AG_OK)
    status = ag_inputs_same_game(directory, portable, description, same, error);
  free(absolute);
  free(portable);
  return status;
}

/* --- copying --- */

/* Later than the moment: somebody may have written it since. */
static bool is_newer(const struct stat *file, struct timespec than)
{
  return file->st_ctim.tv_sec > than.tv_sec ||
         (file->st_ctim.tv_sec == than.tv_sec && file->st_ctim.tv_nsec > than.tv_nsec);
}

static ag_status fail_newer(const char *path, ag_error *error)
{
  return ag_fail(error, AG_ERROR_INPUT,
                 "%s has changed since the game was read: begin again, with the file at rest",
                 path);
}

/* Copies all bytes. Returned: an errno, or 0; *write_failed tells which side it is of. */
static int pour(int from, int to, ag_sha256 *hash, bool *write_failed)
{
  char piece[PIECE];
  ssize_t count;
  while ((count = read(from, piece, sizeof piece)) != 0) {
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return errno;
    ag_sha256_add(hash, piece, (size_t)count);
    for (ssize_t done = 0; done < count;) {
      ssize_t written = write(to, piece + done, (size_t)(count - done));
      *write_failed = written <= 0 && (written == 0 || errno != EINTR);
      if (*write_failed)
        return written == 0 ? EIO : errno;
      done += written > 0 ? written : 0;
    }
  }
  return 0;
}

static ag_status pour_draft(const char *path, int from, const char *target, ag_sha256 *hash,
                            ag_error *error)
{
  ag_draft draft;
  bool write_failed = false;
  ag_status status = ag_draft_open(target, &draft, error);
  if (status != AG_OK)
    return status;
  int reason = pour(from, draft.descriptor, hash, &write_failed);
  if (reason == 0)
    return ag_draft_publish(&draft, error);
  ag_draft_discard(&draft);
  return ag_fail_system(error, write_failed ? "write" : "read", write_failed ? target : path,
                        reason);
}

/* Copies a file that has not changed since `read`. */
static ag_status copy_file(const char *path, const char *target, struct timespec read,
                           ag_sha256 *hash, ag_error *error)
{
  struct stat information;
  int from = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (from < 0)
    return ag_fail_system(error, "read", path, errno);
  ag_status status = AG_OK;
  if (fstat(from, &information) != 0)
    status = ag_fail_system(error, "read", path, errno);
  else if (!S_ISREG(information.st_mode))
    status = ag_fail(error, AG_ERROR_INPUT,
                     "%s is no regular file, and a run directory keeps what it reads: save it in a "
                     "file, or play with --no-save",
                     path);
  else if (is_newer(&information, read))
    status = fail_newer(path, error);
  if (status == AG_OK)
    status = pour_draft(path, from, target, hash, error);
  if (status == AG_OK && (fstat(from, &information) != 0 || is_newer(&information, read)))
    status = fail_newer(path, error); /* while it was copied */
  close(from);
  return status;
}

static ag_status record(ag_store *store, const named *file, const char *hex, uint64_t size,
                        ag_error *error)
{
  static const char stream[] = "standard input";
  char bytes[24];
  snprintf(bytes, sizeof bytes, "%" PRIu64, size);
  const char *const column[AG_INPUT_COLUMNS] = {[AG_INPUT_NAME] = file->name,
                                                [AG_INPUT_PATH] =
                                                    ag_stream_is(file->path) ? stream : file->path,
                                                [AG_INPUT_BYTES] = bytes,
                                                [AG_INPUT_DIGEST] = hex};
  return ag_store_add_input(store, column, error);
}

/* Whether an earlier name in the list is the same copy. */
static bool is_copied(const named_list *list, size_t i)
{
  for (size_t k = 0; k < i; k++)
    if (strcmp(list->file[k].name, list->file[i].name) == 0)
      return true;
  return false;
}

static ag_status keep_file(const char *directory, ag_store *store, const named *file,
                           struct timespec read, ag_names *names, ag_error *error)
{
  ag_sha256 hash;
  char hex[AG_SHA256_HEX], *target = ag_path_join(directory, file->name);
  if (target == NULL)
    return ag_fail_memory(error);
  ag_sha256_begin(&hash);
  ag_status status = copy_file(file->path, target, read, &hash, error);
  free(target);
  if (status != AG_OK)
    return status;
  uint64_t size = hash.size;
  ag_sha256_end(&hash, hex);
  status = record(store, file, hex, size, error);
  return status == AG_OK ? ag_names_add(names, file->name, hex, error) : status;
}

static ag_status keep_data(const char *directory, ag_store *store, const ag_game *game,
                           const ag_config *config, ag_names *names, ag_error *error)
{
  named_list list;
  ag_status status = list_data(config, directory, &list, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; status == AG_OK && i < list.count; i++)
    if (!is_copied(&list, i))
      status = keep_file(directory, store, &list.file[i], game->read, names, error);
  free_list(&list);
  return status;
}

static ag_status note_others(ag_store *store, const ag_config *config, ag_error *error)
{
  named_list list = {.home = NULL};
  ag_status status = ag_game_visit_files(config, add_others, &list, error);
  for (size_t i = 0; status == AG_OK && i < list.count; i++) {
    char hex[AG_SHA256_HEX];
    uint64_t size = 0;
    status = ag_sha256_file(list.file[i].path, hex, &size, error);
    if (status == AG_OK)
      status = record(store, &list.file[i], hex, size, error);
  }
  free_list(&list);
  return status;
}

/* --- rewards --- */

static void reward_name(size_t curator, char name[32])
{
  snprintf(name, 32, "reward/%06zu", curator);
}

static ag_status write_rewards(ag_arrays *file, const ag_game *game, ag_error *error)
{
  ag_status status = AG_OK;
  for (size_t c = 0; c < game->curator_count && status == AG_OK; c++) {
    char name[32];
    reward_name(c, name);
    if (game->curator[c].value != NULL && game->curator[c].prefers == NULL)
      status = ag_arrays_write(file, name, game->curator[c].value, game->space->count, error);
  }
  return status;
}

static ag_status write_rewards_file(const char *path, const ag_game *game, ag_error *error)
{
  ag_arrays *file = NULL;
  ag_status status = ag_arrays_create(path, 0, &file, error);
  if (status != AG_OK)
    return status;
  status = write_rewards(file, game, error);
  if (status == AG_OK)
    return ag_arrays_commit(file, error);
  ag_arrays_close(file);
  return status;
}

static ag_status keep_rewards(const char *directory, ag_store *store, const ag_game *game,
                              ag_names *names, ag_error *error)
{
  char hex[AG_SHA256_HEX], *path = ag_path_join(directory, rewards_name);
  uint64_t size;
  if (path == NULL)
    return ag_fail_memory(error);
  ag_status status = write_rewards_file(path, game, error);
  if (status == AG_OK)
    status = ag_sha256_file(path, hex, &size, error);
  if (status == AG_OK)
    status = ag_store_set(store, rewards_key, hex, error);
  if (status == AG_OK)
    status = ag_names_add(names, rewards_name, hex, error);
  free(path);
  return status;
}

static void free_known(ag_known_rewards *known)
{
  for (size_t c = 0; known->value != NULL && c < known->curator_count; c++)
    free(known->value[c]);
  free(known->value);
}

static ag_status read_reward(ag_arrays *file, const char *name, ag_known_rewards *known, size_t c,
                             ag_error *error)
{
  size_t n = 0;
  bool first = true;
  if (!ag_arrays_has(file, name))
    return AG_OK;
  for (size_t k = 0; k < c; k++)
    first = first && known->value[k] == NULL;
  ag_status status = ag_arrays_size(file, name, &n, error);
  if (status == AG_OK && !first && n != known->item_count)
    status = ag_fail(error, AG_ERROR_INPUT, "%s has rewards of two sizes", rewards_name);
  if (status == AG_OK)
    status = ag_array_create(n, sizeof(double), &known->value[c], error);
  if (status == AG_OK)
    status = ag_arrays_read(file, name, known->value[c], n, error);
  known->item_count = n;
  return status;
}

static ag_status read_rewards(const char *directory, size_t curators, ag_known_rewards *known,
                              ag_error *error)
{
  ag_arrays *file = NULL;
  size_t generation;
  *known = (ag_known_rewards){curators, 0, calloc(curators + 1, sizeof *known->value)};
  char *path = ag_path_join(directory, rewards_name);
  ag_status status = path != NULL && known->value != NULL
                         ? ag_arrays_open(path, &generation, &file, error)
                         : ag_fail_memory(error);
  for (size_t c = 0; status == AG_OK && c < curators; c++) {
    char name[32];
    reward_name(c, name);
    status = read_reward(file, name, known, c, error);
  }
  ag_arrays_close(file);
  free(path);
  return status;
}

/* --- all of it --- */

ag_status ag_inputs_keep(const char *directory, ag_store *store, const ag_game *game,
                         ag_names *names, ag_error *error)
{
  ag_config *config = NULL;
  char *folder = ag_path_join(directory, folder_name);
  ag_status status = folder != NULL ? ag_directory_make(folder, error) : ag_fail_memory(error);
  free(folder);
  if (status == AG_OK)
    status = ag_store_clear_inputs(store, error);
  if (status == AG_OK && game->text != NULL)
    status = ag_config_parse(game->name, game->text, strlen(game->text), NULL, 0, &config, error);
  if (status == AG_OK && config != NULL)
    status = keep_data(directory, store, game, config, names, error);
  if (status == AG_OK && config != NULL)
    status = note_others(store, config, error);
  ag_config_free(config);
  return status == AG_OK ? keep_rewards(directory, store, game, names, error) : status;
}

static ag_status add_name(void *context, const char *const *column, ag_error *error)
{
  return column[AG_INPUT_NAME] != NULL
             ? ag_names_add(context, column[AG_INPUT_NAME], column[AG_INPUT_DIGEST], error)
             : AG_OK;
}

ag_status ag_inputs_names(ag_store *store, ag_names *names, ag_error *error)
{
  char *hex = NULL;
  ag_status status = ag_store_visit_inputs(store, add_name, names, error);
  if (status == AG_OK)
    status = ag_store_get(store, rewards_key, &hex, error);
  if (status == AG_OK)
    status = ag_names_add(names, rewards_name, hex, error);
  free(hex);
  return status;
}

/* The description's copies by their absolute paths, as the directory lies now. */
static ag_status find_copies(ag_config *config, const char *directory, ag_error *error)
{
  named_list list = {.home = realpath(directory, NULL)};
  if (list.home == NULL)
    return ag_fail_system(error, "open the directory", directory, errno);
  ag_status status = ag_game_visit_files(config, add_data, &list, error);
  for (size_t i = 0; status == AG_OK && i < list.count; i++) {
    const char *name;
    char *path = NULL;
    status = ag_node_text(list.file[i].node, "a file", &name, error);
    if (status == AG_OK && (strncmp(name, "inputs/", 7) != 0 || strstr(name, "../") != NULL))
      status = ag_node_fail(list.file[i].node, error,
                            "a run directory reads its own files, in `inputs/`, alone");
    else if (status == AG_OK)
      status = (path = ag_path_join(list.home, name)) != NULL
                   ? ag_config_replace_text(config, list.file[i].node, path, error)
                   : ag_fail_memory(error);
    free(path);
  }
  free_list(&list);
  return status;
}

/* Takes the document. known: whether rewards are as they were. */
static ag_status read_document(const char *directory, ag_config *config, bool known_rewards,
                               ag_game **game, ag_error *error)
{
  ag_known_rewards known = {0};
  size_t curators = ag_node_count(ag_node_find(ag_config_root(config), "curators"));
  ag_status status = find_copies(config, directory, error);
  if (status == AG_OK && known_rewards)
    status = read_rewards(directory, curators, &known, error);
  if (status == AG_OK)
    status = ag_game_read_known(config, &known, game, error);
  free_known(&known);
  ag_config_free(config);
  return status;
}

/* Rewards do not depend on how long a game is played. */
static bool changes_rewards(const char *const *overrides, size_t count)
{
  static const char time[] = "generations=";
  for (size_t i = 0; i < count; i++)
    if (strncmp(overrides[i], time, sizeof time - 1) != 0)
      return true;
  return false;
}

ag_status ag_inputs_read_game(const char *directory, const char *description,
                              const char *const *overrides, size_t count, ag_game **game,
                              ag_error *error)
{
  ag_config *config = NULL;
  ag_status status = ag_config_parse(directory, description, strlen(description), overrides, count,
                                     &config, error);
  if (status == AG_OK)
    ag_config_allow_programs(config);
  return status == AG_OK
             ? read_document(directory, config, !changes_rewards(overrides, count), game, error)
             : status;
}

ag_status ag_inputs_show_game(const char *directory, const char *description, ag_game **game,
                              ag_error *error)
{
  ag_config *config = NULL;
  ag_status status =
      ag_config_parse(directory, description, strlen(description), NULL, 0, &config, error);
  if (status != AG_OK)
    return status;
  ag_config_set_shown(config);
  return read_document(directory, config, true, game, error);
}

/* What the command line accepts, as data. A command is one constant
 * descriptor; parsing, help, manual pages and shell completion are all made
 * from it. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <aligngame/files.h>
#include <aligngame/weights.h>

/* What an option or an argument holds: how it is checked and completed. */
typedef enum cli_kind {
  CLI_FLAG,        /* no value */
  CLI_TEXT,        /* anything but nothing */
  CLI_TEXTS,       /* of a last argument: one or more of them */
  CLI_WORD,        /* one of the argument's words */
  CLI_FILE,        /* the path of a file; `-` where a command reads standard input */
  CLI_DIRECTORY,   /* the path of a directory */
  CLI_DIRECTORIES, /* of a last argument: one or more paths of directories */
  CLI_COUNT,       /* an integer from 1 */
  CLI_THREADS,     /* an integer from 1 to 4096 */
  CLI_SEED,        /* an integer from 0 */
  CLI_POSITIVE,    /* a real above 0 */
  CLI_NUMBER,      /* a real from 0 */
  CLI_POOL,        /* a pool size: 2, 3, …, or inf */
  CLI_GENERATIONS, /* integers from 0, separated by commas */
  CLI_OVERRIDE     /* key.path=value */
} cli_kind;

/* Lists of options and arguments end with a null name. */
typedef struct cli_option {
  const char *name; /* without the dashes */
  char letter;      /* the short form, or 0 */
  cli_kind kind;
  const char *value; /* the value's name in help; NULL for a flag */
  const char *help;  /* one sentence without its full stop */
  bool required;
} cli_option;

typedef struct cli_argument {
  const char *name;
  cli_kind kind;
  bool required;
  const char *help;
  /* The words in turn, then NULL: all that CLI_WORD takes, and what completion offers. */
  const char *(*word)(size_t index);
} cli_argument;

typedef struct cli_example {
  const char *line, *meaning;
} cli_example;

typedef struct cli_arguments cli_arguments;

typedef struct cli_command {
  const char *name;
  const char *summary;     /* one line, lower case, without a full stop */
  const char *description; /* paragraphs, separated by an empty line */
  const cli_argument *arguments;
  const cli_option *options;
  const cli_example *examples;          /* ended by a null line */
  int (*run)(cli_arguments *arguments); /* returns the exit status */
  bool without_game;                    /* no game is read: there is nothing to override */
  ag_results results; /* what --output gets, which replaces nothing else; no file: the command
                         looks after itself */
  const char *folder; /* where it goes without --output; NULL: nowhere */
} cli_command;

extern const cli_command *const cli_commands[]; /* ended by NULL; commands.c */
const char *cli_command_name(size_t index);     /* in turn, then NULL */
extern const cli_option cli_common_options[];
extern const cli_argument cli_game_argument[]; /* of a command with a game file and nothing else */

struct cli_value {
  const cli_option *option;
  const char *text; /* "" for a flag */
};

/* One parsed command line. */
struct cli_arguments {
  const cli_command *command; /* NULL: none was named */
  const char **positional;
  size_t positional_count;
  struct cli_value *value; /* [value_count] in the order given */
  size_t value_count;
  const char **override; /* [override_count] `key.path=value`, --seed among them */
  size_t override_count;
};

/* Parses argv; bad usage ends the program with status 2. `--help` and
 * `--version` are left to the caller, and then nothing is required. */
void cli_parse(int argc, char **argv, cli_arguments *arguments);
void cli_arguments_free(cli_arguments *arguments);

bool cli_given(const cli_arguments *arguments, const char *name);
/* The last value of an option; absent: NULL, or fallback. */
const char *cli_text(const cli_arguments *arguments, const char *name);
size_t cli_count(const cli_arguments *arguments, const char *name, size_t fallback);
double cli_real(const cli_arguments *arguments, const char *name, double fallback);
ag_pool cli_pool(const cli_arguments *arguments, const char *name, ag_pool fallback);
/* Where the files go: --output, or the command's own folder; NULL: nowhere. */
const char *cli_folder(const cli_arguments *arguments);
/* A list of generations on the heap, [*count]; absent: NULL and 0. */
size_t *cli_generations(const cli_arguments *arguments, const char *name, size_t *count);
/* The positional argument at index, or NULL. */
const char *cli_positional(const cli_arguments *arguments, size_t index);

/* Appends one more override of the game's values. */
void cli_add_override(cli_arguments *arguments, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Says what is wrong and where help is, and ends the program with status 2. */
_Noreturn void cli_usage_error(const cli_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Which of the words, in turn and then NULL, is nearest to one that is none of them; NULL: none is
 * near. */
const char *cli_nearest(const char *word, const char *(*word_at)(size_t index));

#endif

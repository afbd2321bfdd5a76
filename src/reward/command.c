/* command: a program of the user's own says what each text is worth. It is started by the
 * shell at the first question and asked as long as the game lasts: a line
 * `{"id": 0, "text": "…"}` for each text, to which it answers a line
 * `{"id": 0, "reward": 1.25}`, in any order. Numbers of texts are never used twice. With
 * `batch_end` a line `{"batch_end": n}` follows the n texts of a batch: a program that works in
 * batches then knows that nothing more comes until it has answered. A program that fails is not
 * started again. */
#include <assert.h>
#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/process.h"
#include "base/text.h"
#include "base/stream.h"
#include "reward/parts.h"
#include "space/kinds.h"

enum { BATCH = 1 << 16 }; /* texts asked about at a time, so that memory stays bounded */

/* The program at work: one question at a time. */
typedef struct session {
  pthread_mutex_t turn;
  ag_process *process; /* NULL: not started yet */
  uint64_t asked;      /* number of the next text */
  ag_error failure;    /* the first one; status AG_OK: none */
} session;

typedef struct command {
  char *run, *folder;
  double timeout;
  bool batch_end, allowed; /* allowed: to be started */
  session *session;
} command;

static const ag_parameter command_parameters[] = {
    {"run", "the command line, for the shell, in the game's folder", AG_TEXT,
     offsetof(command, run), .example = "./scorer.py", .alone = true},
    {"timeout", "how long an answer may take", AG_REAL, offsetof(command, timeout),
     .unit = "seconds", .fallback = "60", .above = true, .high = INFINITY},
    {"batch_end",
     "a line `{\"batch_end\": n}` follows the n texts that are asked at a time, for a program "
     "that answers many together",
     AG_FLAG, offsetof(command, batch_end), .fallback = "false"},
    {0}};

static void command_release(void *parameters)
{
  command *self = parameters;
  if (self->session) {
    ag_process_free(self->session->process);
    pthread_mutex_destroy(&self->session->turn);
  }
  free(self->session);
  free(self->folder);
}

static ag_status command_read(ag_node node, const ag_space *space, void *parameters,
                              ag_error *error)
{
  command *self = parameters;
  ag_node run = ag_node_find(node, "run");
  (void)space;
  if (self->run[strspn(self->run, " \t\n")] == '\0')
    return ag_node_fail(ag_node_present(run) ? run : node, error,
                        "the command is empty; expected e.g. `./scorer.py`");
  ag_status status = ag_array_create(1, sizeof *self->session, &self->session, error);
  if (status != AG_OK)
    return status;
  *self->session = (session){.asked = 0};
  self->allowed = ag_config_allows_programs(node.config);
  pthread_mutex_init(&self->session->turn, NULL);
  return ag_space_find_folder(node.config, &self->folder, error);
}

/* ---- questions ---- */

/* A text as JSON: what is not UTF-8 becomes U+FFFD. */
static void put_json_text(FILE *to, const char *text)
{
  putc_unlocked('"', to);
  for (size_t left = strlen(text); left > 0;) {
    uint32_t code = 0;
    size_t length = ag_utf8_decode(text, left, &code);
    if (length == 0)
      fputs("\\ufffd", to);
    else if (code < 0x20 || code == 0x7F)
      fprintf(to, "\\u%04x", (unsigned)code);
    else if (code == '"' || code == '\\')
      fprintf(to, "\\%c", (int)code);
    else
      fwrite_unlocked(text, 1, length, to);
    text += length > 0 ? length : 1;
    left -= length > 0 ? length : 1;
  }
  putc_unlocked('"', to);
}

/* The questions about texts [first, end), numbered from `number` on; at their end a line that says
 * so, or not. */
static ag_status write_questions(bool batch_end, const ag_items *items, size_t first, size_t end,
                                 uint64_t number, char **questions, size_t *size, ag_error *error)
{
  char *made = NULL;
  FILE *to = ag_text_stream(&made, size);
  if (to) {
    for (size_t i = first; i < end; i++) {
      fprintf(to, "{\"id\": %llu, \"text\": ", (unsigned long long)(number + (i - first)));
      put_json_text(to, items->text[i]);
      fputs("}\n", to);
    }
    if (batch_end)
      fprintf(to, "{\"batch_end\": %zu}\n", end - first);
  }
  *questions = ag_text_stream_end(to, &made);
  if (*questions)
    return AG_OK;
  return ag_fail(error, AG_ERROR_MEMORY, "out of memory for the questions about %zu texts",
                 end - first);
}

/* ---- answers ---- */

/* One batch: texts [first, end) have the numbers number, number + 1, …. */
typedef struct batch {
  const char *run;
  const ag_items *items;
  size_t first, end, left; /* left: not answered yet */
  uint64_t number;
  double *reward; /* [n] */
  bool *answered; /* [end - first] */
  bool refused;   /* a line was; its error names the text */
} batch;

/* The first text that is not answered yet. */
static size_t first_open(const batch *self)
{
  size_t i = self->first;
  while (i + 1 < self->end && self->answered[i - self->first])
    i++;
  return i;
}

/* `…; the line was: …`, with the text that was the matter. */
static ag_status refuse(batch *self, size_t item, const char *line, ag_error *error,
                        const char *what)
{
  enum { SHOWN = 160 };
  char about[256];
  self->refused = true;
  ag_items_name(self->items, item, about, sizeof about);
  return ag_fail(error, AG_ERROR_INPUT,
                 "`%.120s` %s, where %s is to be judged; the line was: %.*s%s", self->run, what,
                 about, (int)SHOWN, line, strlen(line) > SHOWN ? "…" : "");
}

/* The reward of an answer; false: it is none that counts, for the reason in why. */
static bool take_reward(const json_t *answer, double *reward, const char **why)
{
  const json_t *value = json_object_get(answer, "reward");
  if (!json_is_number(value)) {
    *why = value ? "answered a reward that is not a number" : "answered without a reward";
    return false;
  }
  *reward = json_number_value(value);
  *why = "answered a reward that is not finite";
  return isfinite(*reward);
}

static ag_status take_answer(batch *self, const json_t *answer, const char *line, ag_error *error)
{
  const json_t *id = json_object_get(answer, "id");
  size_t count = self->end - self->first;
  if (!json_is_integer(id))
    return refuse(self, first_open(self), line, error,
                  id ? "answered an id that is not a whole number" : "answered without an id");
  json_int_t number = json_integer_value(id);
  if (number < 0 || (uint64_t)number >= self->number + count)
    return refuse(self, first_open(self), line, error, "answered for an id that was not asked");
  bool old = (uint64_t)number < self->number;
  size_t offset = old ? 0 : (size_t)((uint64_t)number - self->number);
  if (old || self->answered[offset])
    return refuse(self, old ? first_open(self) : self->first + offset, line, error,
                  "answered twice for one id");
  const char *why;
  size_t item = self->first + offset;
  if (!take_reward(answer, &self->reward[item], &why))
    return refuse(self, item, line, error, why);
  self->answered[offset] = true;
  self->left--;
  return AG_OK;
}

static ag_status hear(void *context, const char *line, size_t length, bool *done, ag_error *error)
{
  batch *self = context;
  json_error_t reason;
  json_t *answer = json_loadb(line, length, JSON_REJECT_DUPLICATES, &reason);
  ag_status status;
  if (json_is_object(answer))
    status = take_answer(self, answer, line, error);
  else if (!answer && (strstr(line, "NaN") || strstr(line, "Infinity") ||
                       json_error_code(&reason) == json_error_numeric_overflow))
    status = refuse(self, first_open(self), line, error,
                    "answered a reward that is not finite, or another number beyond all bounds");
  else
    status = refuse(self, first_open(self), line, error,
                    "wrote a line that is no answer such as {\"id\": 0, \"reward\": 1.5}");
  json_decref(answer);
  *done = self->left == 0;
  return status;
}

/* ---- the talk ---- */

/* Adds to a failure the text that waited for an answer, or what the program said. */
static void explain(const command *self, const batch *now, ag_error *reason)
{
  char about[256], words[512];
  if (now->refused) {
    ag_process_last_words(self->session->process, words, sizeof words);
    ag_fail(reason, reason->status, "%s%s", reason->message, words);
  } else {
    ag_items_name(now->items, first_open(now), about, sizeof about);
    ag_fail(reason, reason->status, "%s; not answered: %s%s", reason->message, about,
            now->left > 1 ? " and others" : "");
  }
}

static ag_status ask(const command *self, const ag_items *items, size_t first, size_t end,
                     double *reward, ag_error *error)
{
  const ag_process_patience patience = {self->timeout, NULL};
  session *at = self->session;
  batch now = {.run = self->run,
               .items = items,
               .first = first,
               .end = end,
               .left = end - first,
               .number = at->asked,
               .reward = reward};
  char *questions = NULL;
  size_t size = 0;
  ag_status status = ag_array_create(end - first, sizeof *now.answered, &now.answered, error);
  if (status == AG_OK) {
    memset(now.answered, 0, (end - first) * sizeof *now.answered);
    status =
        write_questions(self->batch_end, items, first, end, now.number, &questions, &size, error);
  }
  if (status == AG_OK) {
    ag_error reason = {.status = AG_OK};
    at->asked += end - first;
    status = ag_process_talk(at->process, questions, size, &patience, hear, &now, &reason);
    if (status != AG_OK)
      explain(self, &now, &reason);
    if (status != AG_OK && error)
      *error = reason;
  }
  free(questions);
  free(now.answered);
  return status;
}

static ag_status ask_all(const command *self, const ag_items *items, double *reward,
                         ag_error *error)
{
  session *at = self->session;
  ag_status status = AG_OK;
  if (at->failure.status != AG_OK) {
    if (error)
      *error = at->failure;
    return at->failure.status;
  }
  if (!self->allowed)
    return ag_process_refuse(self->run, error);
  if (!at->process)
    status = ag_process_start(self->run, self->folder, &at->process, error);
  for (size_t first = 0; first < items->count && status == AG_OK; first += BATCH) {
    size_t end = items->count - first < BATCH ? items->count : first + BATCH;
    status = ask(self, items, first, end, reward, error);
  }
  return status;
}

static ag_status command_evaluate(const void *parameters, const ag_items *items, double *reward,
                                  ag_error *error)
{
  const command *self = parameters;
  session *at = self->session;
  ag_error reason = {.status = AG_OK};
  assert(items->text);
  pthread_mutex_lock(&at->turn);
  ag_status status = ask_all(self, items, reward, &reason);
  if (status != AG_OK && at->failure.status == AG_OK) {
    /* What it would answer from now on is anybody's guess. */
    at->failure = reason;
    ag_process_free(at->process);
    at->process = NULL;
  }
  pthread_mutex_unlock(&at->turn);
  if (status != AG_OK && error)
    *error = reason;
  return status;
}

extern const ag_reward_type ag_reward_command;
const ag_reward_type ag_reward_command = {
    .name = "command",
    .summary = "what a program of your own answers for each text, in lines of JSON",
    .example = "command: {run: 'python3 scorer.py', timeout: 60}",
    .parameters = command_parameters,
    .size = sizeof(command),
    .needs = AG_NEEDS_LABELS,
    .read = command_read,
    .evaluate = command_evaluate,
    .release = command_release,
};

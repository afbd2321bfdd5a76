/* expression: "exp(-x^2) + 0.5*y", by muParser.
 *
 * Items are evaluated one by one: the library's bulk mode starts OpenMP
 * threads of its own, which would ignore the user's number of threads, and is
 * no faster. Its numbers are read with a decimal point in every locale. */
#include <math.h>
#include <muParserDLL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "reward/parts.h"

typedef enum origin { COORDINATE, COLUMN, INDEX } origin;

typedef struct variable {
  char *name;
  origin from;
  size_t number;  /* of the coordinate or the column */
  bool exact;     /* the name is the column's own */
  bool ambiguous; /* several columns could be meant */
} variable;

typedef struct expression {
  char *text;
  size_t count;
  variable *variables; /* [count]; after reading, those that the text uses */
} expression;

static const ag_parameter expression_parameters[] = {
    {"", "the formula, in the language of muParser", AG_TEXT, offsetof(expression, text),
     .takes = "a formula", .example = "\"exp(-x^2)\""},
    {0}};

static void expression_release(void *parameters)
{
  expression *self = parameters;
  for (size_t i = 0; i < self->count; i++)
    free(self->variables[i].name);
  free(self->variables);
}

static bool is_letter(char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static bool is_identifier(const char *name)
{
  if (!is_letter(*name))
    return false;
  while (is_letter(*name) || is_digit(*name))
    name++;
  return *name == '\0';
}

/* The name with one _ for each character that a variable cannot have, and
 * one in front of a leading digit; NULL where memory is out. */
static char *identifier_of(const char *name)
{
  char *identifier = NULL;
  if (ag_array_create(strlen(name) + 2, 1, &identifier, NULL) != AG_OK)
    return NULL;
  char *end = identifier;
  if (!is_letter(*name))
    *end++ = '_';
  for (name += *name && !is_letter(*name) && !is_digit(*name); *name; name++) {
    bool inside_character = ((unsigned char)*name & 0xC0) == 0x80;
    if (!inside_character)
      *end++ = is_letter(*name) || is_digit(*name) ? *name : '_';
  }
  *end = '\0';
  return identifier;
}

/* Takes name, which may be NULL where memory is out. The first variable of a
 * name stays; a second one that is no more exact makes it ambiguous. */
static ag_status add(expression *self, char *name, origin from, size_t number, bool exact,
                     ag_error *error)
{
  if (!name)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for the names of an expression");
  for (size_t i = 0; i < self->count; i++) {
    variable *other = &self->variables[i];
    if (strcmp(other->name, name) != 0)
      continue;
    if (!other->exact && from == COLUMN)
      other->ambiguous = true;
    free(name);
    return AG_OK;
  }
  self->variables[self->count++] = (variable){name, from, number, exact, false};
  return AG_OK;
}

static ag_status add_coordinates(expression *self, const ag_space *space, ag_error *error)
{
  static const char *const letters[] = {"x", "y", "z"};
  ag_status status = AG_OK;
  for (size_t k = 0; k < space->dim && status == AG_OK; k++) {
    char name[32];
    snprintf(name, sizeof name, "x%zu", k + 1);
    if (k < 3)
      status = add(self, ag_text_copy(letters[k]), COORDINATE, k, true, error);
    if (status == AG_OK)
      status = add(self, ag_text_copy(name), COORDINATE, k, true, error);
  }
  return status;
}

/* Every name that the text may use: columns by their own names come before
 * names made for columns. */
static ag_status add_variables(expression *self, const ag_space *space, ag_error *error)
{
  size_t most = 2 * space->dim + space->column_count + 1;
  ag_status status = ag_array_create(most, sizeof *self->variables, &self->variables, error);
  if (status == AG_OK)
    status = add_coordinates(self, space, error);
  for (int exact = 1; exact >= 0; exact--) {
    for (size_t k = 0; k < space->column_count && status == AG_OK; k++) {
      const char *name = space->column_name[k];
      if (is_identifier(name) == exact)
        status =
            add(self, exact ? ag_text_copy(name) : identifier_of(name), COLUMN, k, exact, error);
    }
  }
  if (status == AG_OK)
    status = add(self, ag_text_copy("index"), INDEX, 0, true, error);
  return status;
}

/* mupError tells of errors afterwards. */
static void keep_quiet(muParserHandle_t parser)
{
  (void)parser;
}

static void define_constant(muParserHandle_t parser, const expression *self, const char *name,
                            double value)
{
  for (size_t i = 0; i < self->count; i++)
    if (strcmp(self->variables[i].name, name) == 0)
      return;
  mupDefineConst(parser, name, value);
}

/* A parser of the text whose variables are value[count]. */
static muParserHandle_t parser_create(const expression *self, double *value)
{
  muParserHandle_t parser = mupCreate(muBASETYPE_FLOAT);
  if (!parser)
    return NULL;
  mupSetErrorHandler(parser, keep_quiet);
  mupClearConst(parser); /* its own _pi has 13 digits */
  define_constant(parser, self, "pi", 3.14159265358979323846);
  define_constant(parser, self, "e", 2.71828182845904523536);
  for (size_t i = 0; i < self->count; i++)
    mupDefineVar(parser, self->variables[i].name, &value[i]);
  mupErrorReset(parser);
  mupSetExpr(parser, self->text);
  return parser;
}

/* Writes `did you mean` or the known names, for a name that nobody knows. */
static void suggest(const expression *self, const char *token, char *text, size_t size)
{
  const char **names = NULL;
  text[0] = '\0';
  if (ag_array_create(self->count, sizeof *names, &names, NULL) != AG_OK)
    return;
  for (size_t i = 0; i < self->count; i++)
    names[i] = self->variables[i].name;
  const char *near = ag_nearest_name(token, names, self->count);
  char list[256];
  ag_join_names(names, self->count, list, sizeof list);
  if (near)
    snprintf(text, size, "; did you mean `%s`?", near);
  else
    snprintf(text, size, "; the names are: %s", list);
  free(names);
}

static ag_status fail_parse(ag_node node, const expression *self, muParserHandle_t parser,
                            ag_error *error)
{
  enum { UNASSIGNABLE_TOKEN = 1 };
  char token[64], message[512], place[64] = "", advice[320] = "";
  int position = mupGetErrorPos(parser);
  /* The library gives both texts in one static buffer. */
  snprintf(token, sizeof token, "%s", mupGetErrorToken(parser));
  snprintf(message, sizeof message, "%s", mupGetErrorMsg(parser));
  size_t length = strlen(message);
  if (length > 0 && message[length - 1] == '.')
    message[length - 1] = '\0';
  if (position >= 0 && !strstr(message, "position"))
    snprintf(place, sizeof place, " at position %d", position);
  if (mupGetErrorCode(parser) == UNASSIGNABLE_TOKEN && is_identifier(token))
    suggest(self, token, advice, sizeof advice);
  return ag_node_fail(node, error, "expression: %s%s%s", message, place, advice);
}

/* Assignment is muParser's, but a reward that changes its variables is
 * always a mistaken ==. */
static bool assigns(const char *text)
{
  for (const char *c = strchr(text, '='); c; c = strchr(c + 1, '=')) {
    if (c[1] == '=')
      c++;
    else if (c == text || !strchr("<>!", c[-1]))
      return true;
  }
  return false;
}

/* Parses the text once, at ones, and moves the variables it uses to the front. */
static ag_status keep_used(ag_node node, expression *self, muParserHandle_t parser,
                           const double *value, ag_error *error)
{
  int results = 0;
  mupEvalMulti(parser, &results);
  if (mupError(parser))
    return fail_parse(node, self, parser, error);
  if (results != 1)
    return ag_node_fail(node, error,
                        "expression: %d values with commas between, but a reward is one number "
                        "(decimals are written with a point)",
                        results);
  size_t used = 0;
  int count = mupGetExprVarNum(parser);
  for (size_t i = 0; i < self->count; i++) {
    bool found = false;
    for (int k = 0; k < count && !found; k++) {
      const char *name;
      double *place;
      mupGetExprVar(parser, (unsigned)k, &name, &place);
      found = place == &value[i];
    }
    if (found) {
      variable swap = self->variables[used];
      self->variables[used++] = self->variables[i];
      self->variables[i] = swap;
    }
  }
  while (self->count > used)
    free(self->variables[--self->count].name);
  return AG_OK;
}

static ag_status fail_ambiguous(ag_node node, const expression *self, ag_error *error)
{
  for (size_t i = 0; i < self->count; i++)
    if (self->variables[i].ambiguous)
      return ag_node_fail(node, error,
                          "expression: `%s` could mean several columns; rename them in the file",
                          self->variables[i].name);
  return AG_OK;
}

static ag_status expression_read(ag_node node, const ag_space *space, void *parameters,
                                 ag_error *error)
{
  enum { LENGTH_MOST = 1000 }; /* muParser writes what it says of one into 2048 bytes */
  expression *self = parameters;
  if (strlen(self->text) > LENGTH_MOST)
    return ag_node_fail(node, error, "expression: %zu characters; expected at most %d",
                        strlen(self->text), LENGTH_MOST);
  ag_status status = add_variables(self, space, error);
  if (status != AG_OK)
    return status;
  if (assigns(self->text))
    return ag_node_fail(node, error,
                        "expression: = assigns, which a reward cannot; to compare, "
                        "write ==");
  double *value = NULL;
  status = ag_array_create(self->count, sizeof *value, &value, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < self->count; i++)
    value[i] = 1;
  muParserHandle_t parser = parser_create(self, value);
  if (!parser)
    status = ag_fail(error, AG_ERROR_MEMORY, "out of memory for an expression");
  else if (mupError(parser))
    status = fail_parse(node, self, parser, error);
  else
    status = keep_used(node, self, parser, value, error);
  if (status == AG_OK)
    status = fail_ambiguous(node, self, error);
  if (parser)
    mupRelease(parser);
  free(value);
  return status;
}

/* value [count]: the variables at the item whose coordinates are x [dim]. */
static void fill(const expression *self, const ag_items *items, size_t item, const double *x,
                 double *value)
{
  for (size_t k = 0; k < self->count; k++) {
    const variable *now = &self->variables[k];
    if (now->from == COORDINATE)
      value[k] = x[now->number];
    else if (now->from == COLUMN)
      value[k] = items->column[now->number][item];
    else
      value[k] = (double)item;
  }
}

static ag_status evaluate_items(const expression *self, const ag_items *items, double *value,
                                double *room, double *reward, ag_error *error)
{
  muParserHandle_t parser = parser_create(self, value);
  if (!parser)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for an expression");
  for (size_t i = 0; i < items->count; i++) {
    fill(self, items, i, ag_items_at(items, i, room), value);
    reward[i] = mupEval(parser);
  }
  ag_status status = AG_OK;
  if (mupError(parser))
    status = ag_fail(error, AG_ERROR_INTERNAL, "expression: %s", mupGetErrorMsg(parser));
  mupRelease(parser);
  return status;
}

static ag_status expression_evaluate(const void *parameters, const ag_items *items, double *reward,
                                     ag_error *error)
{
  const expression *self = parameters;
  double *value = NULL, *room = NULL;
  ag_status status = ag_array_create(self->count, sizeof *value, &value, error);
  if (status == AG_OK)
    status = ag_array_create(items->dim, sizeof *room, &room, error);
  if (status == AG_OK)
    status = evaluate_items(self, items, value, room, reward, error);
  for (size_t k = 0; k < self->count && status == AG_OK; k++)
    if (self->variables[k].from == COLUMN)
      status = ag_reward_check_cells(items, self->variables[k].number, reward, error);
  free(value);
  free(room);
  return status;
}

extern const ag_reward_type ag_reward_expression;
const ag_reward_type ag_reward_expression = {
    .name = "expression",
    .summary = "a formula over x, y, z (x1, x2, ...), the columns and index",
    .example = "expression: \"exp(-x^2) + 0.5*y\"",
    .parameters = expression_parameters,
    .size = sizeof(expression),
    .read = expression_read,
    .evaluate = expression_evaluate,
    .release = expression_release,
};

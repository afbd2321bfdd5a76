/* The numbers of a column: how they are written is found from all of its cells. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "space/csv_parts.h"

/* --- missing cells --- */

bool ag_csv_means_missing(const ag_csv_options *options, const char *text, size_t length)
{
  static const char *const words[] = {
      "NA",           "N/A",     "n.a.",    "#N/A",  "#N/A N/A", "#NA",    "<NA>", "NaN",
      "-NaN",         "1.#QNAN", "-1.#IND", "null",  "(null)",   "#NULL!", "nil",  "None",
      "missing",      "(blank)", "\\N",     "?",     "-",        "--",     ".",    "\xE2\x80\x93",
      "\xE2\x80\x94", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?",   "#NUM!"};
  const char *word = options && options->missing ? options->missing : "";
  if (length == 0)
    return true;
  for (size_t size; *word; word += size + 1) {
    size = strcspn(word, "\n");
    if (size == length && memcmp(word, text, length) == 0)
      return true;
  }
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (length == strlen(words[i]) && strncasecmp(text, words[i], length) == 0)
      return true;
  return false;
}

/* --- one cell --- */

enum { RUNS = 16, POINT = 0, COMMA = 1, OTHER = 2 };

/* The parts of a number: runs of digits with marks between, sign, exponent, per cent. */
typedef struct form {
  bool negative, percent;
  size_t runs;
  const char *run[RUNS];
  size_t length[RUNS];
  unsigned char mark[RUNS]; /* behind each run: POINT, COMMA, OTHER (apostrophes and blanks) */
  const char *exponent;     /* [exponent_length] with its e; or NULL */
  size_t exponent_length;
} form;

/* What groups digits besides points and commas, and the sign that is no hyphen. */
static const char *const group_marks[] = {"'",        "\xE2\x80\x99", " ",           "_",
                                          "\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"};
static const char minus[] = "\xE2\x88\x92";

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static size_t length_at(const char *at, const char *end, const char *part)
{
  size_t length = strlen(part);
  return (size_t)(end - at) >= length && memcmp(at, part, length) == 0 ? length : 0;
}

/* The kind of the mark at a place and its length; 0: there is none. */
static size_t mark_at(const char *at, const char *end, unsigned char *kind)
{
  *kind = at < end && *at == '.' ? POINT : COMMA;
  if (at < end && (*at == '.' || *at == ','))
    return 1;
  *kind = OTHER;
  size_t length = 0;
  for (size_t i = 0; i < sizeof group_marks / sizeof *group_marks && length == 0; i++)
    length = length_at(at, end, group_marks[i]);
  /* a blank before a sign of per cent groups nothing */
  return length > 0 && at + length < end && is_digit(at[length]) ? length : 0;
}

static const char *read_runs(const char *at, const char *end, form *number)
{
  while (number->runs < RUNS) {
    size_t i = number->runs++, length;
    number->run[i] = at;
    while (at < end && is_digit(*at))
      at++;
    number->length[i] = (size_t)(at - number->run[i]);
    length = mark_at(at, end, &number->mark[i]);
    if (length == 0)
      return at;
    at += length;
  }
  return NULL;
}

static const char *read_exponent(const char *at, const char *end, form *number)
{
  if (at == end || (*at != 'e' && *at != 'E'))
    return at;
  const char *digits = at + 1 + (at + 1 < end && (at[1] == '-' || at[1] == '+')), *after = digits;
  while (after < end && is_digit(*after))
    after++;
  if (after == digits)
    return NULL;
  number->exponent = at;
  number->exponent_length = (size_t)(after - at);
  return after;
}

/* Whether text[0..length), length > 0, is a number in any notation. */
static bool read_form(const char *text, size_t length, form *number)
{
  const char *at = text, *end = text + length;
  *number = (form){0};
  size_t sign = length_at(at, end, minus);
  number->negative = sign > 0 || *at == '-';
  at += sign > 0 ? sign : *at == '-' || *at == '+';
  at = read_runs(at, end, number);
  at = at ? read_exponent(at, end, number) : NULL;
  if (!at)
    return false;
  while (at < end && *at == ' ')
    at++;
  number->percent = at < end && *at == '%';
  at += number->percent;
  return at == end && (number->runs > 1 || number->length[0] > 0);
}

/* Whether the first count runs are digits in groups: by threes, or as in India by twos before the
 * last three. */
static bool are_groups(const form *number, size_t count)
{
  if (count == 1)
    return number->length[0] > 0;
  if (number->length[0] == 0 || number->length[0] > 3 || number->length[count - 1] != 3 ||
      *number->run[0] == '0')
    return false;
  for (size_t i = 1; i + 1 < count; i++)
    if (number->length[i] != number->length[1] || number->length[i] < 2 || number->length[i] > 3)
      return false;
  for (size_t i = 1; i + 1 < count; i++)
    if (number->mark[i] != number->mark[0])
      return false;
  return true;
}

/* --- a column --- */

typedef enum role { UNKNOWN, DECIMAL, GROUP } role;

/* The rows where something is seen first; SIZE_MAX: nowhere. */
typedef struct evidence {
  size_t decimal[2], group[2], unsure[2]; /* of points and commas */
  size_t other;                           /* groups by other marks */
  size_t small, large;                    /* digits alone: up to three, more */
  size_t percent, bare;                   /* numbers with and without the sign */
  size_t text;                            /* what is no number */
  size_t missing;                         /* how many */
} evidence;

static void note(size_t *first, size_t row)
{
  if (*first == SIZE_MAX)
    *first = row;
}

/* What one number says; false: it is none. */
static bool weigh_form(const form *number, size_t row, evidence *seen)
{
  size_t n = number->runs, last = n > 1 ? number->mark[n - 2] : OTHER;
  note(number->percent ? &seen->percent : &seen->bare, row);
  if (n == 1) {
    note(number->length[0] > 3 ? &seen->large : &seen->small, row);
    return true;
  }
  bool groups = are_groups(number, n) && number->mark[0] == last;
  if (last == OTHER) {
    note(&seen->other, row);
    return groups;
  }
  if (groups && !number->exponent) {
    note(n == 2 ? &seen->unsure[last] : &seen->group[last], row);
    return true;
  }
  bool mixed = n > 2 && are_groups(number, n - 1) && number->mark[0] != last;
  note(&seen->decimal[last], row);
  if (mixed && number->mark[0] != OTHER)
    note(&seen->group[number->mark[0]], row);
  else if (mixed)
    note(&seen->other, row);
  return mixed || (n == 2 && number->length[0] + number->length[1] > 0);
}

/* A cell without the blanks around it. */
static const char *trimmed(const ag_csv *csv, size_t row, size_t column, size_t *length)
{
  const char *cell = ag_csv_cell(csv, row, column);
  size_t begin = 0, end = strlen(cell);
  ag_text_trim(cell, &begin, &end);
  *length = end - begin;
  return cell + begin;
}

/* Goes on to the first cell that is no number. */
static evidence look(const ag_csv *csv, size_t column)
{
  const size_t none = SIZE_MAX;
  evidence seen = {{none, none}, {none, none}, {none, none}, none, none, none, none, none, none, 0};
  for (size_t row = 0; row < ag_csv_row_count(csv) && seen.text == none; row++) {
    form number;
    size_t length;
    const char *text = trimmed(csv, row, column, &length);
    if (ag_csv_means_missing(csv->options, text, length))
      seen.missing++;
    else if (!read_form(text, length, &number) || !weigh_form(&number, row, &seen))
      seen.text = row;
  }
  if (csv->native && csv->native[column]) /* JSON's own numbers have points */
    seen.decimal[POINT] = 0;
  return seen;
}

/* What the file's other columns prove. */
static void look_around(const ag_csv *csv, size_t column, bool decimal[2], bool group[2])
{
  decimal[POINT] = decimal[COMMA] = group[POINT] = group[COMMA] = false;
  for (size_t other = 0; other < csv->column_count; other++) {
    if (other == column)
      continue;
    evidence seen = look(csv, other);
    for (int k = POINT; k <= COMMA && seen.text == SIZE_MAX; k++) {
      decimal[k] |= seen.decimal[k] != SIZE_MAX;
      group[k] |= seen.group[k] != SIZE_MAX;
    }
  }
}

static role asked_role(const ag_csv_options *options, int mark)
{
  const char marks[] = ".,";
  if (!options || (!options->decimal && !options->thousands))
    return UNKNOWN;
  if (options->decimal)
    return options->decimal == marks[mark] ? DECIMAL : GROUP;
  return options->thousands == marks[mark] ? GROUP : DECIMAL;
}

/* The role of a mark that stands before three digits everywhere, as far as the column itself, what
 * was asked for, and then the other columns say. Points elsewhere are no proof where numbers below
 * 1000 have none here: so do groups look. */
static role settle_unsure(const ag_csv *csv, size_t column, const evidence *seen, int mark,
                          role other)
{
  bool decimal[2], group[2];
  if (other != UNKNOWN)
    return other == DECIMAL ? GROUP : DECIMAL;
  if (asked_role(csv->options, mark) != UNKNOWN)
    return asked_role(csv->options, mark);
  if (seen->other != SIZE_MAX || seen->large != SIZE_MAX)
    return DECIMAL;
  if (seen->unsure[1 - mark] != SIZE_MAX)
    return UNKNOWN;
  look_around(csv, column, decimal, group);
  if ((decimal[1 - mark] || group[mark]) && !decimal[mark])
    return GROUP;
  bool looks_grouped = seen->small != SIZE_MAX;
  return decimal[mark] && !decimal[1 - mark] && !group[mark] && !looks_grouped ? DECIMAL : UNKNOWN;
}

/* What points and commas are in a column. Where it contradicts itself, the first cell is right. */
static void settle(const ag_csv *csv, size_t column, const evidence *seen, role roles[2])
{
  for (int k = POINT; k <= COMMA; k++)
    roles[k] = seen->decimal[k] < seen->group[k] ? DECIMAL
               : seen->group[k] != SIZE_MAX      ? GROUP
                                                 : UNKNOWN;
  if (roles[POINT] == DECIMAL && roles[COMMA] == DECIMAL)
    roles[seen->decimal[POINT] < seen->decimal[COMMA] ? COMMA : POINT] = UNKNOWN;
  else
    for (int k = POINT; k <= COMMA; k++)
      if (roles[k] == UNKNOWN && seen->unsure[k] != SIZE_MAX)
        roles[k] = settle_unsure(csv, column, seen, k, roles[1 - k]);
}

/* --- values --- */

typedef enum cell_kind { CELL_NUMBER, CELL_OUT_OF_RANGE, CELL_OTHERWISE } cell_kind;

/* Whether a number is written as the roles say, and how many runs stand before its decimal mark. */
static bool fits(const form *number, const role roles[2], size_t *whole)
{
  size_t n = number->runs, last = n > 1 ? number->mark[n - 2] : OTHER;
  *whole = n;
  if (n == 1)
    return true;
  *whole = n - (last != OTHER && roles[last] == DECIMAL);
  for (size_t i = 0; i + 1 < *whole; i++)
    if (number->mark[i] != OTHER && roles[number->mark[i]] != GROUP)
      return false;
  return *whole == 1 || are_groups(number, *whole);
}

static void put(char *text, size_t size, size_t *used, const char *part, size_t length)
{
  if (*used + length < size)
    memcpy(text + *used, part, length);
  *used += length;
}

/* The number, written plainly and read as every other is. */
static cell_kind value_of(const form *number, const role roles[2], double *value)
{
  char text[400];
  size_t whole, used = 0;
  if (!fits(number, roles, &whole))
    return CELL_OTHERWISE;
  put(text, sizeof text, &used, "-", number->negative);
  for (size_t i = 0; i < number->runs; i++) {
    put(text, sizeof text, &used, ".", i > 0 && i == whole);
    put(text, sizeof text, &used, number->run[i], number->length[i]);
  }
  bool shift = number->percent && !number->exponent; /* exact, where a division would round again */
  put(text, sizeof text, &used, number->exponent ? number->exponent : "e-2",
      number->exponent ? number->exponent_length
      : shift          ? 3
                       : 0);
  if (used >= sizeof text || ag_text_real(text, used, value) == AG_NUMBER_OUT_OF_RANGE)
    return CELL_OUT_OF_RANGE;
  if (number->percent && !shift)
    *value /= 100;
  return CELL_NUMBER;
}

static ag_status fail_number(const ag_csv *csv, size_t row, size_t column, cell_kind kind,
                             ag_error *error)
{
  size_t length;
  const char *text = trimmed(csv, row, column, &length), *name = csv->header[column];
  if (kind == CELL_OUT_OF_RANGE)
    return ag_csv_fail(csv, row, column, error, "column `%s`: the number %.40s is out of range",
                       name, text);
  return ag_csv_fail(
      csv, row, column, error,
      "column `%s`: expected a number, found the text \"%.40s\" (a word for a missing "
      "value is named by `missing`, --missing)",
      name, text);
}

/* A cell that is written another way than the rest. */
static ag_status fail_otherwise(const ag_csv *csv, size_t row, size_t column, size_t like,
                                ag_error *error)
{
  size_t length, other;
  const char *text = trimmed(csv, row, column, &length);
  const char *first = trimmed(csv, like, column, &other);
  return ag_csv_fail(csv, row, column, error,
                     "column `%s`: %.40s is written another way than %.40s in line %ld",
                     csv->header[column], text, first, ag_csv_row_line(csv, like));
}

static ag_status fail_unsure(const ag_csv *csv, size_t column, const evidence *seen, int mark,
                             ag_error *error)
{
  size_t length, row = seen->unsure[mark];
  const char *text = trimmed(csv, row, column, &length), *word = mark == POINT ? "point" : "comma";
  form number;
  double small = 0, large = 0;
  read_form(text, length, &number);
  value_of(&number, (const role[]){DECIMAL, DECIMAL}, &small);
  value_of(&number, (const role[]){GROUP, GROUP}, &large);
  return ag_csv_fail(csv, row, column, error,
                     "column `%s`: %.40s can be %.10g or %.10g; say which: `thousands: %s` "
                     "(--thousands %s) or `decimal: %s` (--decimal %s)",
                     csv->header[column], text, small, large, word, word, word, word);
}

static size_t first_of(const evidence *seen)
{
  size_t first = SIZE_MAX;
  const size_t rows[] = {seen->decimal[0], seen->decimal[1], seen->group[0], seen->group[1]};
  for (size_t i = 0; i < 4; i++)
    first = rows[i] < first ? rows[i] : first;
  return first;
}

static ag_status check_evidence(const ag_csv *csv, size_t column, const evidence *seen,
                                const role roles[2], ag_error *error)
{
  for (int k = POINT; k <= COMMA; k++)
    if (roles[k] == UNKNOWN && seen->unsure[k] != SIZE_MAX && roles[1 - k] == UNKNOWN)
      return seen->text == SIZE_MAX ? fail_unsure(csv, column, seen, k, error)
                                    : fail_number(csv, seen->text, column, CELL_OTHERWISE, error);
  if (seen->text == SIZE_MAX && seen->percent != SIZE_MAX && seen->bare != SIZE_MAX) {
    bool late = seen->bare > seen->percent;
    return fail_otherwise(csv, late ? seen->bare : seen->percent, column,
                          late ? seen->percent : seen->bare, error);
  }
  return AG_OK;
}

static ag_status read_values(const ag_csv *csv, size_t column, const evidence *seen,
                             const role roles[2], double *values, ag_error *error)
{
  for (size_t row = 0; row < ag_csv_row_count(csv); row++) {
    form number;
    size_t length;
    const char *text = trimmed(csv, row, column, &length);
    values[row] = NAN;
    if (ag_csv_means_missing(csv->options, text, length))
      continue;
    if (row == seen->text)
      return fail_number(csv, row, column, CELL_OTHERWISE, error);
    read_form(text, length, &number);
    cell_kind kind = value_of(&number, roles, &values[row]);
    if (kind == CELL_OTHERWISE)
      return fail_otherwise(csv, row, column, first_of(seen), error);
    if (kind == CELL_OUT_OF_RANGE)
      return fail_number(csv, row, column, kind, error);
  }
  return AG_OK;
}

static ag_status read_by_evidence(const ag_csv *csv, size_t column, double *values,
                                  ag_csv_numbers *told, ag_error *error)
{
  role roles[2];
  evidence seen = look(csv, column);
  settle(csv, column, &seen, roles);
  ag_status status = check_evidence(csv, column, &seen, roles, error);
  if (status == AG_OK)
    status = read_values(csv, column, &seen, roles, values, error);
  bool grouped[2] = {roles[POINT] == GROUP, roles[COMMA] == GROUP};
  *told = (ag_csv_numbers){.decimal = roles[POINT] == DECIMAL   ? '.'
                                      : roles[COMMA] == DECIMAL ? ','
                                                                : '\0',
                           .thousands = grouped[POINT]           ? '.'
                                        : grouped[COMMA]         ? ','
                                        : seen.other != SIZE_MAX ? '\''
                                                                 : '\0',
                           .percent = seen.percent != SIZE_MAX,
                           .missing = seen.missing};
  return status;
}

/* Whether a number with a point could have it between thousands. */
static bool is_unsure(const char *text, size_t length)
{
  form number;
  return length > 4 && length < 9 && text[length - 4] == '.' && read_form(text, length, &number) &&
         are_groups(&number, 2);
}

/* Most columns are plain: one pass then is enough. false: this one is not. */
static bool read_plain(const ag_csv *csv, size_t column, double *values, ag_csv_numbers *told)
{
  bool native = csv->native && csv->native[column];
  bool words = csv->options && csv->options->missing;
  *told = (ag_csv_numbers){.decimal = '.'};
  for (size_t row = 0; row < ag_csv_row_count(csv); row++) {
    size_t length;
    const char *text = trimmed(csv, row, column, &length);
    bool number = ag_text_real(text, length, &values[row]) == AG_NUMBER_OK;
    if ((!number || words) && ag_csv_means_missing(csv->options, text, length)) {
      values[row] = NAN;
      told->missing++;
    } else if (!number || (!native && is_unsure(text, length))) {
      return false;
    }
  }
  return true;
}

ag_status ag_csv_reals(const ag_csv *csv, size_t column, double *values, ag_csv_numbers *told,
                       ag_error *error)
{
  ag_csv_numbers found;
  ag_status status = AG_OK;
  if (!read_plain(csv, column, values, &found))
    status = read_by_evidence(csv, column, values, &found, error);
  if (told)
    *told = found;
  return status;
}

bool ag_csv_is_missing(const ag_csv *csv, size_t row, size_t column)
{
  size_t length;
  const char *text = trimmed(csv, row, column, &length);
  return ag_csv_means_missing(csv->options, text, length);
}

bool ag_csv_is_numeric(const ag_csv *csv, size_t column)
{
  if (ag_csv_row_count(csv) == 0)
    return false;
  evidence seen = look(csv, column);
  return seen.text == SIZE_MAX && seen.missing < ag_csv_row_count(csv);
}

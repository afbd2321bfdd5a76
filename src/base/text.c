#include "base/text.h"

#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"

static bool is_continuation(const char *text, size_t size, size_t at)
{
  return at < size && ((unsigned char)text[at] & 0xC0) == 0x80;
}

size_t ag_utf8_decode(const char *text, size_t size, uint32_t *code)
{
  static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
  if (size == 0)
    return 0;
  unsigned char lead = (unsigned char)text[0];
  if (lead < 0x80) {
    *code = lead;
    return 1;
  }
  size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4)
    return 0;
  uint32_t value = lead & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; i++) {
    if (!is_continuation(text, size, i))
      return 0;
    value = value << 6 | ((unsigned char)text[i] & 0x3F);
  }
  if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
    return 0;
  *code = value;
  return length;
}

/* Length of the run of bytes 1..127 at the start, by words of eight bytes. */
static size_t ascii_run(const char *text, size_t size)
{
  const uint64_t high = 0x8080808080808080u, ones = 0x0101010101010101u;
  size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    uint64_t word;
    memcpy(&word, text + at, 8);
    if ((word | (word - ones)) & high)
      break;
  }
  while (at < size && text[at] > 0 && (unsigned char)text[at] < 0x80)
    at++;
  return at;
}

size_t ag_utf8_find_invalid(const char *text, size_t size)
{
  size_t at = 0;
  while (true) {
    at += ascii_run(text + at, size - at);
    uint32_t code = 0;
    size_t length = ag_utf8_decode(text + at, size - at, &code);
    if (length == 0 || code == 0)
      return at;
    at += length;
  }
}

void ag_utf8_end(char *text)
{
  text[ag_utf8_find_invalid(text, strlen(text))] = '\0';
}

ag_place ag_text_place(const char *text, size_t offset)
{
  ag_place place = {.line = 1, .column = 1, .source = text};
  const char *end = text + offset;
  for (const char *at = text; at < end; at++)
    if (*at == '\n') {
      place.line++;
      place.source = at + 1;
    }
  for (const char *at = place.source; at < end; place.column++) {
    uint32_t code;
    size_t length = ag_utf8_decode(at, (size_t)(end - at), &code);
    at += length > 0 ? length : 1;
  }
  return place;
}

static bool is_blank(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void ag_text_trim(const char *text, size_t *begin, size_t *end)
{
  while (*begin < *end && is_blank(text[*begin]))
    ++*begin;
  while (*begin < *end && is_blank(text[*end - 1]))
    --*end;
}

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

/* A decimal number as its parts: mantissa * 10^exponent. exact: the mantissa
 * holds every digit. */
typedef struct decimal {
  bool negative, exact, zero;
  uint64_t mantissa;
  long exponent;
} decimal;

static void decimal_add_digit(decimal *number, char digit, bool fraction)
{
  number->zero = number->zero && digit == '0';
  if (number->mantissa > (UINT64_MAX - 9) / 10) {
    number->exact = false;
    return;
  }
  number->mantissa = number->mantissa * 10 + (uint64_t)(digit - '0');
  number->exponent -= fraction;
}

/* The digits around at most one point; false where there are none. */
static bool scan_digits(const char **at, const char *end, decimal *number)
{
  bool found = false, fraction = false;
  for (; *at < end; ++*at) {
    if (**at == '.' && !fraction) {
      fraction = true;
    } else if (is_digit(**at)) {
      decimal_add_digit(number, **at, fraction);
      found = true;
    } else {
      break;
    }
  }
  return found;
}

static bool scan_exponent(const char **at, const char *end, decimal *number)
{
  if (*at == end || (**at != 'e' && **at != 'E'))
    return true;
  ++*at;
  bool negative = *at < end && **at == '-';
  if (*at < end && (**at == '-' || **at == '+'))
    ++*at;
  if (*at == end)
    return false;
  long value = 0;
  for (; *at < end && is_digit(**at); ++*at)
    if (value < 100000000)
      value = value * 10 + (**at - '0');
  number->exponent += negative ? -value : value;
  return true;
}

static bool scan_decimal(const char *text, size_t length, decimal *number)
{
  const char *at = text, *end = text + length;
  *number = (decimal){.exact = true, .zero = true};
  number->negative = at < end && *at == '-';
  if (at < end && (*at == '-' || *at == '+'))
    at++;
  return scan_digits(&at, end, number) && scan_exponent(&at, end, number) && at == end;
}

/* Mantissa and power of ten are both exact doubles, so one operation rounds
 * once: the correctly rounded value without strtod's cost. */
static bool convert_fast(const decimal *number, double *value)
{
  static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (FLT_EVAL_METHOD != 0 || !number->exact || number->mantissa > (uint64_t)1 << 53 ||
      labs(number->exponent) > 22)
    return false;
  double x = (double)number->mantissa;
  x = number->exponent < 0 ? x / power[-number->exponent] : x * power[number->exponent];
  *value = number->negative ? -x : x;
  return true;
}

/* strtod needs an end of text, and the point of the C locale whatever the
 * process has set. */
static ag_number convert_slow(const char *text, size_t length, const decimal *number, double *value)
{
  char shorter[64];
  char *copy = length < sizeof shorter ? shorter : malloc(length + 1);
  locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  double x = INFINITY;
  if (plain && copy) {
    memcpy(copy, text, length);
    copy[length] = '\0';
    x = strtod_l(copy, NULL, plain);
  }
  if (plain)
    freelocale(plain);
  if (copy != shorter)
    free(copy);
  if (!isfinite(x) || (x == 0 && !number->zero))
    return AG_NUMBER_OUT_OF_RANGE;
  *value = x;
  return AG_NUMBER_OK;
}

ag_number ag_text_real(const char *text, size_t length, double *value)
{
  decimal number;
  if (!scan_decimal(text, length, &number))
    return AG_NUMBER_MALFORMED;
  if (convert_fast(&number, value))
    return AG_NUMBER_OK;
  return convert_slow(text, length, &number, value);
}

ag_status ag_lines_take(ag_lines *lines, const char *name, const char *bytes, size_t size,
                        ag_error *error)
{
  enum { LINE_MOST = 1 << 27 };
  for (const char *end = bytes + size; bytes < end;) {
    const char *mark = memchr(bytes, '\n', (size_t)(end - bytes));
    lines->length += (size_t)((mark ? mark : end) - bytes);
    if (lines->length > LINE_MOST)
      return ag_fail_at(error, name, (long)lines->count + 1, 0, NULL,
                        "this line has more than %.3g MB, expected a text", LINE_MOST / 1e6);
    lines->count += mark != NULL;
    lines->length = mark ? 0 : lines->length;
    bytes = mark ? mark + 1 : end;
  }
  return AG_OK;
}

size_t ag_file_room(int descriptor)
{
  enum { DEVICE_MOST = 1 << 26 }; /* whose end nobody knows */
  struct stat information;
  size_t most = ag_memory_file_most();
  bool device = fstat(descriptor, &information) == 0 && S_ISCHR(information.st_mode);
  return device && most > DEVICE_MOST ? DEVICE_MOST : most;
}

/* found: its size where it is known, else 0. */
static ag_status fail_long(const char *path, double found, size_t most, ag_error *error)
{
  char size[32] = "more";
  if (found > 0)
    snprintf(size, sizeof size, "%.3g MB", found / 1e6);
  return ag_fail_at(error, path, 0, 0, NULL, "it holds %s%s; at most %.3g MB of it are read here",
                    size, found > 0 ? "" : " than can be read", (double)most / 1e6);
}

/* A file that tells its size is refused before it is read. */
static ag_status expect_short(FILE *stream, const char *path, size_t most, ag_error *error)
{
  struct stat information;
  if (fstat(fileno(stream), &information) == 0 && S_ISREG(information.st_mode) &&
      (unsigned long long)information.st_size > most)
    return fail_long(path, (double)information.st_size, most, error);
  return AG_OK;
}

static ag_status fail_stream(const char *path, int reason, ag_error *error)
{
  ag_fail_at(error, path, 0, 0, NULL, "cannot read it: %s", strerror(reason));
  ag_status status = reason == EISDIR ? AG_ERROR_INPUT : AG_ERROR_IO;
  if (error)
    error->status = status;
  return status;
}

/* Reads to the end, or until it is longer than most. lines: NULL, or they are looked at. Owner of
 * *buffer: the caller, also after a failure. */
static ag_status read_pieces(FILE *stream, const char *path, size_t most, ag_lines *lines,
                             char **buffer, size_t *used, ag_error *error)
{
  size_t capacity = 1 << 16;
  ag_status status = AG_OK;
  *used = 0;
  *buffer = malloc(capacity + 1);
  while (*buffer) {
    size_t count = fread(*buffer + *used, 1, capacity - *used, stream);
    if (lines)
      status = ag_lines_take(lines, path, *buffer + *used, count, error);
    *used += count;
    if (status != AG_OK || *used < capacity || *used > most)
      return status;
    char *larger = realloc(*buffer, 2 * capacity + 1);
    if (!larger)
      free(*buffer);
    *buffer = larger;
    capacity *= 2;
  }
  return ag_fail(error, AG_ERROR_MEMORY, "out of memory while reading %s", path);
}

static ag_status read_stream(FILE *stream, const char *path, size_t wanted, ag_lines *lines,
                             char **text, size_t *size, ag_error *error)
{
  char *buffer = NULL;
  size_t used, room = ag_file_room(fileno(stream)), most = wanted < room ? wanted : room;
  ag_status status = expect_short(stream, path, most, error);
  if (status == AG_OK)
    status = read_pieces(stream, path, most, lines, &buffer, &used, error);
  if (status == AG_OK && ferror(stream))
    status = fail_stream(path, errno, error);
  else if (status == AG_OK && used > most)
    status = fail_long(path, 0, most, error);
  if (status != AG_OK) {
    free(buffer);
    return status;
  }
  buffer[used] = '\0';
  *text = buffer;
  *size = used;
  return AG_OK;
}

static ag_status read_named(const char *path, size_t most, ag_lines *lines, char **text,
                            size_t *size, ag_error *error)
{
  bool standard = strcmp(path, "-") == 0;
  if (standard && feof(stdin)) /* it is there once */
    return ag_fail_at(error, "standard input", 0, 0, NULL,
                      "it was read already; only one file can be `-`");
  if (standard)
    return read_stream(stdin, "standard input", most, lines, text, size, error);
  FILE *stream = fopen(path, "rbe");
  if (!stream && (errno == ENOMEM || errno == EMFILE || errno == ENFILE || errno == EIO))
    return ag_fail(error, AG_ERROR_IO, "cannot open %s: %s", path, strerror(errno));
  if (!stream)
    return ag_fail_at(error, path, 0, 0, NULL, "cannot open it: %s", strerror(errno));
  ag_status status = read_stream(stream, path, most, lines, text, size, error);
  fclose(stream);
  return status;
}

ag_status ag_file_read_short(const char *path, size_t most, char **text, size_t *size,
                             ag_error *error)
{
  return read_named(path, most, NULL, text, size, error);
}

ag_status ag_file_read(const char *path, char **text, size_t *size, ag_error *error)
{
  return read_named(path, SIZE_MAX, &(ag_lines){0}, text, size, error);
}

ag_status ag_file_read_regular(const char *path, char **text, size_t *size, ag_error *error)
{
  enum { MOST = 1 << 28 }; /* a tokenizer of a million words takes a quarter of it */
  struct stat information;
  if (stat(path, &information) == 0 && !S_ISREG(information.st_mode))
    return ag_fail_at(error, path, 0, 0, NULL, "cannot read it: it is no regular file");
  return ag_file_read_short(path, MOST, text, size, error);
}

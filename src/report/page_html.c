/* Text in a page: escaped words, numbers for people, figures with their own ids. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/page.h"

void ag_page_html(ag_buffer *page, const char *markup)
{
  ag_buffer_add(page, markup, strlen(markup));
}

static const char *entity_of(uint32_t code)
{
  switch (code) {
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '&':
    return "&amp;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return NULL;
  }
}

/* Marks that turn the rest of a line, the words of others with it. */
static bool turns_line(uint32_t code)
{
  return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

void ag_page_text(ag_buffer *page, const char *text)
{
  static const char replacement[] = "\xEF\xBF\xBD";
  size_t left = strlen(text);
  while (left > 0) {
    uint32_t code = 0;
    size_t length = ag_utf8_decode(text, left, &code);
    bool control = (code < ' ' && code != '\n' && code != '\t') || (code >= 0x7F && code < 0xA0) ||
                   turns_line(code);
    const char *entity = entity_of(code);
    if (length == 0 || control)
      ag_page_html(page, replacement);
    else if (entity)
      ag_page_html(page, entity);
    else
      ag_buffer_add(page, text, length);
    length = length ? length : 1;
    text += length;
    left -= length;
  }
}

void ag_page_say(ag_buffer *page, const char *format, ...)
{
  char *text = NULL;
  va_list words;
  va_start(words, format);
  int length = vasprintf(&text, format, words);
  va_end(words);
  page->failed |= length < 0;
  if (length < 0)
    return;
  ag_page_text(page, text);
  free(text);
}

void ag_page_put(ag_buffer *page, const char *markup, ...)
{
  va_list texts;
  va_start(texts, markup);
  for (size_t length; *markup; markup += length + (markup[length] ? strlen("%s") : 0)) {
    length = strcspn(markup, "%");
    ag_buffer_add(page, markup, length);
    if (markup[length])
      ag_page_text(page, va_arg(texts, const char *));
  }
  va_end(texts);
}

/* --- numbers --- */

/* Digits × a power of ten, with raised digits: 1.1×10⁻²⁵. */
static ag_short_text power_word(double value, int digits)
{
  static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  ag_short_text word, plain;
  snprintf(plain.text, sizeof plain.text, "%.*e", digits - 1, fabs(value));
  char *e = strchr(plain.text, 'e');
  int exponent = atoi(e + 1);
  *e = '\0';
  size_t used = (size_t)snprintf(word.text, sizeof word.text, "%s%.20s×10%s", value < 0 ? "−" : "",
                                 plain.text, exponent < 0 ? "⁻" : "");
  snprintf(plain.text, sizeof plain.text, "%d", abs(exponent));
  for (const char *c = plain.text; *c; c++)
    used += (size_t)snprintf(word.text + used, sizeof word.text - used, "%s", raised[*c - '0']);
  return word;
}

ag_short_text ag_page_number(double value)
{
  ag_short_text word;
  double size = fabs(value);
  if (isnan(value))
    snprintf(word.text, sizeof word.text, "–");
  else if (isinf(value))
    snprintf(word.text, sizeof word.text, value < 0 ? "−∞" : "∞");
  else if (size != 0 && (size < 1e-3 || size >= 1e6))
    return power_word(value, 3);
  else if (size >= 999.95)
    snprintf(word.text, sizeof word.text, "%s%.30s", value < 0 ? "−" : "",
             ag_text_count((size_t)llround(size)).text);
  else {
    snprintf(word.text, sizeof word.text, "%.4g", size);
    if (value < 0)
      snprintf(word.text, sizeof word.text, "−%.4g", size);
  }
  return word;
}

ag_short_text ag_page_short_share(double share)
{
  ag_short_text word = ag_page_share(share);
  if (share > 0 && share < 1e-4)
    snprintf(word.text, sizeof word.text, "< 0.01 %%");
  else if (share > 0.9999 && share < 1 - 1e-12)
    snprintf(word.text, sizeof word.text, "> 99.99 %%");
  return word;
}

ag_short_text ag_page_share(double share)
{
  ag_short_text word;
  if (isnan(share))
    snprintf(word.text, sizeof word.text, "–");
  else if (share <= 0)
    snprintf(word.text, sizeof word.text, "0 %%");
  else if (share < 1e-4)
    snprintf(word.text, sizeof word.text, "less than 0.01 %%");
  else if (share < 0.01)
    snprintf(word.text, sizeof word.text, "%.2f %%", 100 * share);
  else if (share > 0.9999 && share < 1 - 1e-12)
    snprintf(word.text, sizeof word.text, "more than 99.99 %%");
  else if (share > 0.99 && share < 1 - 1e-12)
    snprintf(word.text, sizeof word.text, "%.2f %%", 100 * share);
  else
    snprintf(word.text, sizeof word.text, "%.3g %%", 100 * share);
  return word;
}

/* --- figures --- */

/* Whether an id, or a reference to one, stands at text; *length: up to the id. */
static bool starts_id(const char *text, size_t *length)
{
  static const char *const starts[] = {" id=\"", "href=\"#", "url(#"};
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (strncmp(text, starts[i], strlen(starts[i])) == 0) {
      *length = strlen(starts[i]);
      return true;
    }
  return false;
}

void ag_page_svg(ag_buffer *page, const char *svg, const char *prefix)
{
  const char *text = strstr(svg, "<svg"), *next = text;
  while (next && *next) {
    size_t length;
    if (!starts_id(next, &length)) {
      next++;
      continue;
    }
    next += length;
    ag_buffer_add(page, text, (size_t)(next - text));
    ag_page_html(page, prefix);
    text = next;
  }
  if (text)
    ag_page_html(page, text);
}

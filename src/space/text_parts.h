/* What the files that read a text share. */
#ifndef AG_SPACE_TEXT_PARTS_H
#define AG_SPACE_TEXT_PARTS_H

#include "space/text_read.h"

/* The text in UTF-8 throughout, its lines ended by LF, itself by NUL. Where sentences are to be
 * found, separators (`<|endoftext|>`, `</s>`) are blank lines, and a space follows where a
 * sentence ends that none parts from the next (after a full-width stop). Filled: the report's
 * bytes, broken bytes and separators. Owner: the caller. */
ag_status ag_text_clean(const char *text, size_t size, const ag_text_options *options, char **bytes,
                        ag_text_report *report, ag_error *error);

/* The texts of a table, in memory; name: in errors. Status: as ag_text_load. */
ag_status ag_text_parse_table(const char *name, const char *text, size_t size,
                              const ag_text_options *options, ag_sentences *sentences,
                              ag_error *error);

/* `= Title =`, alone in its line. */
bool ag_line_is_heading(const char *line, size_t length);
/* One sign again and again, such as `-----` or `* * *`. */
bool ag_line_is_ruler(const char *line, size_t length);
/* `@-@`, `@,@`, `@.@`. */
bool ag_token_is_mark(ag_token token);

/* The format that a cleaned text shows, with the lines that show it in the report. */
ag_text_format ag_text_recognise(const char *text, ag_text_report *report);

/* How the sentences of a text are told apart. */
typedef struct ag_sentence_rules {
  bool apart;    /* punctuation stands apart from words: a point at a word is an abbreviation's */
  bool caseless; /* sentences begin with small letters */
} ag_sentence_rules;

/* Whether a cleaned text begins more sentences with a small letter than with a capital. */
bool ag_text_is_caseless(const char *text);

/* Whether a sentence of these tokens [count >= 1] ends before next (NULL: nothing follows). */
bool ag_sentence_ends(const ag_token *token, size_t count, const ag_token *next,
                      const ag_sentence_rules *rules);

/* A mark that ends a sentence in scripts without capitals: 。 । ؟ … */
bool ag_character_ends_sentence(uint32_t code);
/* Of those the ones after which no space is written: 。 ！ ？ */
bool ag_character_ends_without_space(uint32_t code);
bool ag_token_is_closer(ag_token token); /* of quotation marks and brackets alone */
/* Whether its first letter, behind quotation marks, is small (that of iPhone is not); a capital. */
bool ag_token_starts_lower(ag_token token);
bool ag_token_starts_upper(ag_token token);

/* The items of a list, as its lines tell them. */
typedef struct ag_list_state {
  size_t number;     /* of the last item that had one */
  bool bullet, ends; /* the last line began with a bullet; it ended a sentence, or with a colon */
} ag_list_state;
/* Whether a line begins an item of a list; to be asked for every line of a text. */
bool ag_line_is_item(const char *line, size_t length, ag_list_state *state);

#endif

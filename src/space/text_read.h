/* Sentences of a text file. Plain text: paragraphs between blank lines, rulers (`-----`) and
 * items of lists, split by rules for English and the marks of other scripts. WikiText: a paragraph
 * a line, tokens apart (`lobster . `), headings `= Title =`, and the marks `@-@`, `@,@`, `@.@`
 * where a word was cut. Lines: a sentence a line, whatever stands in it.
 *
 * A table (CSV, or JSON lines with a key `text`): a cell is a text, or of several sentences where a
 * format is told.
 *
 * Separators of documents, such as `<|endoftext|>`, end a paragraph; of lines, those that have one
 * for themselves. */
#ifndef AG_SPACE_TEXT_READ_H
#define AG_SPACE_TEXT_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "space/words.h"

typedef enum ag_text_format {
  AG_TEXT_AUTO, /* WikiText where several lines show it and few speak against it, else plain */
  AG_TEXT_PLAIN,
  AG_TEXT_WIKITEXT,
  AG_TEXT_LINES
} ag_text_format;

typedef struct ag_text_options {
  ag_text_format format;
  const char *encoding; /* of the file; NULL: as its bytes tell */
  const char *column;   /* the file is a table, with its texts there; auto: each is a sentence */
  bool records;         /* lines are texts of a table: separators are nothing special in them */
  bool keep_marks;      /* leave `red @-@ tipped`; otherwise `red-tipped` */
  bool drop_unknown;    /* leave out sentences with `<unk>` */
  bool keep_duplicates; /* otherwise the first of equal sentences stays */
  size_t least_words, most_words;
  size_t held_out; /* sentences set aside, a uniform choice by the seed among those left; */
  size_t count;    /* most sentences taken from the others; 0: all */
  bool sampled;    /* a uniform choice, in the file's order; otherwise the first ones */
  uint64_t seed;
} ag_text_options;

/* Every sentence of the file is kept, not taken, or counted in one other number. */
typedef struct ag_text_report {
  ag_text_format format; /* as found */
  const char *encoding;  /* of a file; borrowed from the options, or static */
  bool unpacked;         /* from gzip */
  size_t rows, empty;    /* of a table; rows without a text */
  size_t bytes, lines, headings, separators;
  size_t marked_lines, text_lines; /* auto: lines with WikiText's marks, and not blank ones */
  size_t broken_bytes;             /* not UTF-8, or NUL: U+FFFD stands for each */
  size_t sentences;
  size_t too_short, too_long, unknown, duplicates, held_out, not_taken;
} ag_text_report;

typedef struct ag_sentences {
  size_t count;
  char **text;           /* [count] each ended by NUL, UTF-8, single spaces between its tokens */
  size_t held_out_count; /* as many as asked for, or all that there are */
  char **held_out;       /* [held_out_count] likewise */
  char *bytes;           /* where they stand */
  ag_text_report report;
} ag_sentences;

/* Auto format, marks joined, any number of words, duplicates removed, all taken. */
ag_text_options ag_text_options_default(void);

/* Reads a file, its column of texts, or size bytes of text. A byte-order mark is skipped; lines end
 * with LF, CRLF or CR; other control characters are white space. Returned: *sentences, also where
 * none is left. Status: AG_ERROR_INPUT (a file that cannot be opened, or is no text), AG_ERROR_IO,
 * AG_ERROR_MEMORY. Owner: ag_sentences_free. Cost: linear in the bytes. Memory: the text twice
 * while it is cleaned, then once, and about 32 bytes a sentence. */
ag_status ag_text_load(const char *path, const ag_text_options *options, ag_sentences *sentences,
                       ag_error *error); /* gzip, UTF-16 and others: as ag_input_read */
ag_status ag_text_parse(const char *text, size_t size, const ag_text_options *options,
                        ag_sentences *sentences, ag_error *error);
void ag_sentences_free(ag_sentences *sentences);

/* What was understood, in a line without its full stop; on the heap, NULL where memory is out. */
char *ag_text_report_words(const ag_text_options *options, const ag_text_report *report);
/* The format called name (auto, plain, wikitext, lines). Returned: whether there is one. */
bool ag_text_format_find(const char *name, ag_text_format *format);
extern const char *const ag_text_formats[]; /* their names, ended by NULL */

/* Whether a point after this word (given without it) may be an abbreviation's: Mr, e.g,
 * initials, U.S. */
bool ag_word_is_abbreviation(ag_token word);

#endif

/* The terms of the field, for `aligngame explain`. */
#ifndef CLI_TERMS_H
#define CLI_TERMS_H

enum { TERM_SENTENCES = 3 };

typedef struct cli_term {
  const char *name;
  const char *also; /* other words for it, separated by commas; or NULL */
  const char *sentence[TERM_SENTENCES];
  const char *command; /* shows it */
} cli_term;

/* By their names in order, ended by a null name. They agree with docs/theory.md. */
extern const cli_term cli_terms[];

#endif

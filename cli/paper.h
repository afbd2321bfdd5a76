/* The parts of `aligngame paper`: what the library plays, in words. */
#ifndef CLI_PAPER_H
#define CLI_PAPER_H

#include <aligngame/paper.h>

#include "options.h"

/* Each plays, prints and saves a part; returns the exit status. */
int paper_synthetic(const cli_arguments *arguments);
int paper_claims(const cli_arguments *arguments);
/* all: the whole paper is played, in every scale; overrides are for the circles, but the seed. */
int paper_text(const cli_arguments *arguments, bool all);

void paper_print_samples(const ag_paper_circles *circles);

/* What the options say of the texts; bad names end the program with status 2. */
ag_paper_texts_spec paper_text_spec(const cli_arguments *arguments);

/* Sizes, overrides and the interrupt; nobody watches. */
ag_paper_options paper_options(const cli_arguments *arguments);
/* Whether anything is told on standard output in words. */
bool paper_tells(const cli_arguments *arguments);
/* Where files go; NULL: nowhere. */
const char *paper_directory(const cli_arguments *arguments);
/* Where the games of a part with samples are kept until all is done, on the heap; NULL: nowhere. */
char *paper_make_kept(const cli_arguments *arguments, const char *part);
/* Makes that directory if it is not there; returns the exit status. */
int paper_make_directory(const cli_arguments *arguments);

#endif

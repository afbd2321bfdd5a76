/* A summary on one screen: parts that take so many lines and no more. */
#ifndef CLI_SHEET_H
#define CLI_SHEET_H

#include <stdio.h>

enum { SHEET_LINES = 24 };

typedef struct sheet {
  FILE *out;
  FILE *part;  /* what is being written, into text */
  char *text;  /* on the heap */
  size_t size; /* of text */
  size_t used; /* lines on the screen */
} sheet;

/* Where the next part is written. */
FILE *sheet_begin(sheet *to);
/* Puts the part on the screen, its first lines where there are more than most. */
void sheet_end(sheet *to, size_t most);
/* The lines that are left when so many are kept for later. */
size_t sheet_room(const sheet *to, size_t kept);

#endif

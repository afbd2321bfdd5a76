/* What `analyze` prints for people. */
#ifndef CLI_ANALYSIS_REPORT_H
#define CLI_ANALYSIS_REPORT_H

#include <stdio.h>

#include <aligngame/analysis.h>

#include "sheet.h"

/* Everything but the basins: what theory covers, classes, regime, the paper's limit, the ends. */
void report_analysis(FILE *out, const ag_game *game, const ag_analysis *analysis);
/* The same in few lines. */
void report_analysis_short(sheet *to, const ag_game *game, const ag_analysis *analysis);
/* Which start ends where; maps: with those of three items. */
void report_basins(FILE *out, const ag_game *game, const ag_analysis *analysis,
                   const ag_basins *basins, bool maps);

/* "50 % A, 50 % B", on the heap. */
char *report_rest_point(const ag_game *game, const ag_rest_point *point);

/* A line's first word, then text broken at the terminal's width beside it. */
void report_line(FILE *out, const char *head, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

/* Runs as a page to read, to print and to publish. In libaligngame alone. */
#ifndef AG_REPORT_H
#define AG_REPORT_H

#include <aligngame/api.h>
#include <aligngame/run.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes one HTML page about finished runs: what was played and what came of it in words,
 * figures, tables, the game files and where the numbers come from; of several runs first
 * what sets them apart. The page is one file that needs no other and no script, and the
 * same runs give the same bytes.
 * Given: directories [count], of runs; path: a new file, or a report of this program,
 *   which is replaced; title: NULL: the game's name.
 * Status: AG_ERROR_INPUT: no run, an unfinished or damaged one, or a file at path that
 *   this program did not write; AG_ERROR_IO; AG_ERROR_MEMORY.
 * Cost: reads all runs; a few MB of memory a run besides. */
AG_API ag_status ag_report_write(const char *const *directories, size_t count, const char *path,
                                 const char *title, ag_error *error);

/* Draws a run: its metrics, and the plane at its first and last generation where the game
 * is played on one. path as for ag_figure_write.
 * Status: AG_ERROR_INPUT: another ending, or nothing to draw (no metrics and no plane);
 *   AG_ERROR_IO; AG_ERROR_MEMORY. */
AG_API ag_status ag_run_draw(const ag_game *game, const ag_result *result, const char *path,
                             ag_error *error);

#ifdef __cplusplus
}
#endif

#endif

/* Panels of a run, or of several runs side by side. */
#ifndef AG_REPORT_FIGURE_RUN_H
#define AG_REPORT_FIGURE_RUN_H

#include <aligngame/figure.h>
#include <aligngame/run.h>

typedef struct ag_run_view {
  const ag_game *game;
  const ag_result *result;
  const char *label;  /* in legends, where there are several runs */
  const char *period; /* what a generation is called; NULL: just that */
} ag_run_view;

/* Panels with all that they point to. */
typedef struct ag_panel_set {
  size_t count;
  ag_panel *panel;      /* [count] */
  const char **caption; /* [count] a sentence or two for each */
  size_t played, drawn; /* generations; fewer are drawn where nothing visible happens later */
  void **block;         /* [block_count] the memory below */
  size_t block_count;
  bool failed; /* memory was out */
} ag_panel_set;

/* What the run has: diversity, rewards, satisfaction, distances, groups, other metrics,
 * then the plane at its first and last generation. panels: empty before, to be freed
 * after failures too. Status: AG_ERROR_MEMORY. */
ag_status ag_panels_add_run(const ag_run_view *run, ag_panel_set *panels, ag_error *error);
/* One panel for each metric that at least two of the runs have, with a line a run. */
ag_status ag_panels_add_several(const ag_run_view *run, size_t count, ag_panel_set *panels,
                                ag_error *error);
void ag_panels_free(ag_panel_set *panels);

/* --- for the files that make panels --- */

/* Cleared memory, or text, that lives as long as the set; NULL where memory is out. */
void *ag_panels_take(ag_panel_set *panels, size_t count, size_t size);
char *ag_panels_print(ag_panel_set *panels, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* caption: of static life, or taken from the set. */
void ag_panels_add(ag_panel_set *panels, const ag_panel *panel, const char *caption);
/* The plane at the first and last generation; nothing where there is no plane. */
ag_status ag_panels_add_plane(const ag_run_view *run, ag_panel_set *panels, ag_error *error);

/* The number of the metric `prefix.member` (`prefix` for an empty member), or SIZE_MAX. */
size_t ag_metric_of(const ag_result *result, const char *prefix, const char *member);

#endif

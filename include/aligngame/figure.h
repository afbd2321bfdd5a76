/* Figures as data: panels of layers, drawn as PNG, SVG or PDF. In libaligngame alone. */
#ifndef AG_FIGURE_H
#define AG_FIGURE_H

#include <aligngame/api.h>
#include <aligngame/analysis.h>
#include <aligngame/audit.h>
#include <aligngame/drift.h>
#include <aligngame/run.h>

#ifdef __cplusplus
extern "C" {
#endif

/* All pointers are borrowed; zero is a sensible value of every field. Lengths
 * are in points of 1/72 inch. */

typedef struct ag_axis {
  const char *label;       /* with its unit; NULL: none */
  double low, high;        /* equal: fitted to the layers */
  bool logarithmic;        /* low > 0 */
  const char *const *name; /* [name_count] stand at 0, 1, … in place of numbers; NULL: numbers */
  size_t name_count;
} ag_axis;

typedef enum ag_layer_kind {
  AG_LAYER_LINE,    /* x, y; low and high: a band around it; y NULL: the band alone */
  AG_LAYER_POINTS,  /* x, y; low and high: intervals */
  AG_LAYER_BARS,    /* of height y at x, `size` wide; low and high: intervals */
  AG_LAYER_CELLS,   /* categories of the cells of a grid */
  AG_LAYER_TERNARY, /* categories of the points of a triangle */
  AG_LAYER_DENSITY, /* values of the cells of a grid, with a colour bar */
  AG_LAYER_CIRCLE,  /* around x[0], y[0], radius `size`: an ellipse where the units differ */
  AG_LAYER_TEXT     /* label with its middle at x[0], y[0] */
} ag_layer_kind;

/* Styles differ in lightness, and in dash or marker, besides colour. Numbers
 * past the last begin anew. */
enum { AG_LINE_STYLES = 7, AG_FILL_STYLES = 8 };

typedef struct ag_category {
  const char *name; /* in the legend */
  const char *mark; /* a character or two, in the legend and in the widest region; NULL: none */
  size_t style; /* fill: 0 blue, 1 orange, 2 yellow, 3 violet, 4 white, 5 grey, 6 green, 7 sky */
} ag_category;

typedef struct ag_layer {
  ag_layer_kind kind;
  const char *label;        /* in the legend; DENSITY: beside the bar; NULL: none */
  size_t style;             /* of the line; BARS: of the fill */
  size_t count;             /* LINE, POINTS, BARS; others: 1 */
  const double *x, *y;      /* [count]; CELLS, DENSITY: edges [columns + 1], [rows + 1];
                               in a ternary panel: the shares of the first two corners */
  const double *low, *high; /* [count] or NULL */
  double size;
  size_t columns, rows;          /* CELLS, DENSITY */
  size_t side;                   /* TERNARY: points i + j + k = side, i outermost, then j */
  const unsigned char *category; /* CELLS [rows, columns], lowest row first; TERNARY [points] */
  const unsigned char *hatched;  /* likewise: a second attribute; NULL: none */
  const char *hatched_name;      /* what it says, in the legend */
  const ag_category *categories; /* [category_count] */
  size_t category_count;
  const double *value; /* DENSITY [rows, columns], lowest row first; NaN: blank */
  double least, most;  /* DENSITY: the values at the ends of the bar; equal: fitted */
  bool logarithmic;    /* DENSITY: the bar */
  bool bare;           /* DENSITY: without a bar of its own */
} ag_layer;

typedef enum ag_legend {
  AG_LEGEND_NONE,
  AG_LEGEND_INSIDE, /* in the corner that hides the fewest points */
  AG_LEGEND_OUTSIDE /* to the right of the panel */
} ag_legend;

typedef struct ag_panel {
  const char *title;
  ag_axis x, y;
  bool equal;            /* a unit is as long on both axes */
  const char *corner[3]; /* not NULL: a ternary panel; lower left, lower right, top */
  ag_legend legend;
  size_t layer_count;
  const ag_layer *layer; /* the first is the lowest */
} ag_panel;

typedef struct ag_figure {
  const char *title;
  double width, height; /* 0: after the number of panels */
  size_t columns;       /* panels in a row; 0: all */
  bool legend_below;    /* one legend for all panels, each name once */
  const ag_layer *bar;  /* a density whose colour bar stands right of all panels; NULL: none */
  size_t panel_count;
  const ag_panel *panel;
} ag_figure;

/* Draws into a file: PNG, SVG or PDF by the path's ending. The same figure
 * gives the same bytes. An SVG file carries all words of the figure as text.
 * Given: scale, pixels a point for PNG (<= 0: 2).
 * Status: AG_ERROR_INPUT for another ending, or a figure that cannot be drawn
 *   (no panel, no room, a logarithmic axis that reaches 0); AG_ERROR_IO (an
 *   older file stays as it was); AG_ERROR_MEMORY. */
AG_API ag_status ag_figure_write(const ag_figure *figure, const char *path, double scale,
                                 ag_error *error);

/* --- pictures of results --- */

/* The map of winners, hatched where there is lock-in. */
AG_API ag_status ag_phase_draw(const ag_phase *phase, const char *path, ag_error *error);
/* One line a point: both values, winner, number of sinks, effective number. */
AG_API ag_status ag_phase_write_csv(const ag_phase *phase, const char *path, ag_error *error);

/* Two classes: the boundary for each order of moving. Three: a ternary map for
 * each. More: the shares of random starts. AG_ERROR_INPUT for AG_BASIN_ONE_SINK,
 * where there is nothing to draw. */
AG_API ag_status ag_basins_draw(const ag_game *game, const ag_analysis *analysis,
                                const ag_basins *basins, const char *path, ag_error *error);

/* Theorem 4 over the two gaps. */
AG_API ag_status ag_ensemble_draw(const ag_ensemble *ensemble, const char *path, ag_error *error);

/* Finite populations, exact and simulated: four panels. */
AG_API ag_status ag_drift_study_draw(const ag_drift_study *study, const char *path,
                                     ag_error *error);

/* A game of two curators with favourite discs in the plane, played on points: the metrics
 * `distance` and `satisfaction` of both are there. All borrowed. */
typedef struct ag_circle_play {
  const char *name; /* above its panels */
  const ag_game *game;
  const ag_result *result;
  double center[2][2], radius[2]; /* of the curators' discs */
  const double *reading;          /* [4] values that a paper's figure shows at the end: distances
                                     of both curators, satisfactions of both; NULL: none */
} ag_circle_play;

/* The density of the points of all replicates, a row a play and a column a snapshot (the same
 * in all plays), on one logarithmic scale, with the discs' rims. */
AG_API ag_status ag_circles_draw_densities(const char *title, const ag_circle_play *play,
                                           size_t count, const char *path, ag_error *error);
/* Distances and satisfactions over the generations, a panel each for every play, `columns`
 * plays side by side: means, bands that hold nine replicates of ten, exact counterparts. */
AG_API ag_status ag_circles_draw_courses(const char *title, const ag_circle_play *play,
                                         size_t count, size_t columns, const char *path,
                                         ag_error *error);

/* A game in which one curator selects harder than the other. */
typedef struct ag_pressure_play {
  const char *series; /* points of one series are joined, and share a legend entry */
  const char *name;   /* of the row; NULL: the game is a point of the sweep */
  double pressure;    /* of the sweep: how much harder the first curator selects */
  const ag_result *result;
  const ag_game *game;
} ag_pressure_play;

/* Above, by name, and below, over the pressure: how much nearer the points end to the first
 * curator's centre than to the other's. Plays of a series stand one after the other. */
AG_API ag_status ag_circles_draw_pressure(const char *title, const ag_pressure_play *play,
                                          size_t count, const char *path, ag_error *error);

/* A game on texts in which both curators want a number of words. All borrowed. */
typedef struct ag_words_play {
  const char *name;      /* above its panels */
  double range[2][2];    /* the fewest and the most words that each curator wants */
  const double *reading; /* [2] what a paper's figure shows at the end, from … to; NULL: none */
  size_t generations;    /* T */
  const double *mean;    /* [T + 1] mean number of words of the samples, over the replicates */

  const double *low, *high; /* [T + 1] a band around it */
  const double *exact_mean; /* [T + 1] of the exact game on numbers of words */
  size_t count;             /* numbers of words */
  const double *words;      /* [count], increasing */
  const double *first;      /* [count] shares at the beginning */
  const double *last;       /* [count] and at the end, of the samples; NaN: not known */
  const double *exact_last; /* [count] and of the exact game */
} ag_words_play;

/* Above, the mean number of words over the generations, and the ranges that the curators want;
 * below, how many words the texts have at the end: a column a play. */
AG_API ag_status ag_words_draw(const char *title, const ag_words_play *play, size_t count,
                               const char *path, ag_error *error);

/* Wilson's 95 % interval of a share of which count of total were seen. */
AG_API void ag_share_interval(size_t count, size_t total, double *low, double *high);

#ifdef __cplusplus
}
#endif

#endif

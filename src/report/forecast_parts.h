/* The parts of a forecast. */
#ifndef AG_REPORT_FORECAST_PARTS_H
#define AG_REPORT_FORECAST_PARTS_H

#include <aligngame/forecast.h>

#include "report/figure_parts.h"
#include "report/figure_run.h"
#include "space/csv.h"
#include "space/space.h"

/* The table as it was read: the cells borrow from both. */
typedef struct ag_forecast_table {
  ag_csv_options how;
  ag_csv *csv;
  size_t *row; /* [items] the row of each item */
} ag_forecast_table;

/* The game that is asked for, on a space that is read, with more overrides laid over it, and with
 * real_share of real data where that is above 0. Status: AG_ERROR_INPUT, AG_ERROR_MEMORY. Owner:
 * ag_game_free. */
ag_status ag_forecast_game(const ag_forecast_options *options, ag_space *space, double real_share,
                           const char *const *more, size_t count, ag_game **game, ag_error *error);

/* With finite data the model makes so many items for each that a side keeps. */
enum { AG_FORECAST_CANDIDATES = 4 };

/* Fills `finite`, and `chance` with `first`, where they are asked for. */
ag_status ag_forecast_add_finite(ag_forecast *forecast, ag_space *space, ag_error *error);
ag_status ag_forecast_add_draws(ag_forecast *forecast, const ag_space *space, ag_error *error);

/* Fills `remark`. */
ag_status ag_forecast_add_remarks(ag_forecast *forecast, const ag_space *space, ag_error *error);

/* Tells whoever watches. */
void ag_forecast_tell(const ag_forecast *forecast, const char *what, size_t done, size_t total);

/* The curator called name; SIZE_MAX: nobody is. */
size_t ag_forecast_curator(const ag_forecast *forecast, const char *name);

/* The panels of the page and of the figure: shares, diversity, groups. */
ag_status ag_forecast_panels(const ag_forecast *forecast, ag_panel_set *panels, ag_error *error);
/* The page. */
ag_status ag_forecast_page(const ag_forecast *forecast, ag_buffer *page, ag_error *error);

/* How the table was read, without its folder, or NULL. */
const char *ag_page_understood(const ag_forecast *forecast);

#endif

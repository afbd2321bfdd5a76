/* Figures: ticks, ranges, kinds of file, mistakes. */
#include <aligngame/figure.h>

#include <math.h>
#include <unistd.h>

#include "report/figure_parts.h"
#include "tests/check.h"
#include "tests/folder.h"

/* The bytes of a file, ended by NUL; the caller frees them. */
static char *read_whole(const char *path, size_t *size)
{
  FILE *file = fopen(path, "rb");
  char *bytes = calloc(1, 1 << 22);
  *size = file && bytes ? fread(bytes, 1, (1 << 22) - 1, file) : 0;
  if (file)
    fclose(file);
  return bytes;
}

/* --- ticks --- */

static void check_ticks(double low, double high, bool logarithmic, size_t wanted,
                        const char *expected)
{
  double tick[AG_TICKS_MOST];
  size_t count = ag_ticks(low, high, logarithmic, wanted, tick);
  char text[1024] = "", word[64];
  for (size_t i = 0; i < count; i++) {
    ag_tick_text(tick, count, i, logarithmic, word, sizeof word);
    strcat(strcat(text, i ? " " : ""), word);
  }
  CHECK_TEXT(text, expected);
}

static void ticks_are_round_and_say_what_they_are(void)
{
  check_ticks(0, 1, false, 5, "0 0.2 0.4 0.6 0.8 1.0");
  check_ticks(-1, 1, false, 4, "−1.0 −0.5 0 0.5 1.0");
  check_ticks(0.013, 0.087, false, 5, "0.02 0.04 0.06 0.08");
  check_ticks(0, 160000, false, 4, "0 50000 100000 150000");
  check_ticks(0, 4e6, false, 4, "0 10⁶ 2×10⁶ 3×10⁶ 4×10⁶");
  check_ticks(-4e6, 0, false, 2, "−4×10⁶ −2×10⁶ 0");
  check_ticks(-1e6, 1e6, false, 2, "−10⁶ 0 10⁶");
  check_ticks(0, 4e-6, false, 4, "0 10⁻⁶ 2×10⁻⁶ 3×10⁻⁶ 4×10⁻⁶");
}

static void logarithmic_ticks_are_powers_of_ten(void)
{
  check_ticks(2, 1000, true, 6, "2 5 10 20 50 100 200 500 1000");
  check_ticks(1, 1000, true, 4, "1 10 100 1000");
  check_ticks(1e-12, 1, true, 5, "10⁻¹² 10⁻⁹ 10⁻⁶ 10⁻³ 10⁰");
  check_ticks(3, 4, true, 4, "3.0 3.5 4.0"); /* no power of ten: as on a linear axis */
}

static void ticks_lie_in_the_range_and_are_as_many_as_wanted(void)
{
  for (int i = 0; i < 2000; i++) {
    double low = sin(i) * pow(10, i % 13 - 6), high = low + exp(3 * cos(3 * i)) * fabs(low);
    double tick[AG_TICKS_MOST];
    size_t wanted = 2 + (size_t)i % 9, count = ag_ticks(low, high, false, wanted, tick);
    CHECK(count <= wanted + 1);
    for (size_t k = 0; k < count; k++) {
      CHECK(tick[k] >= low - 1e-8 * (high - low) && tick[k] <= high + 1e-8 * (high - low));
      CHECK(k == 0 || tick[k] > tick[k - 1]);
    }
  }
  double tick[AG_TICKS_MOST];
  CHECK(ag_ticks(1, 1, false, 5, tick) == 0);
  CHECK(ag_ticks(NAN, 1, false, 5, tick) == 0);
  CHECK(ag_ticks(0, INFINITY, false, 5, tick) == 0);
  CHECK(ag_ticks(1e-300, 1e300, true, 50, tick) <= AG_TICKS_MOST);
}

/* --- colours --- */

static void map_colours_darken_all_the_way(void)
{
  double last = 2;
  for (int i = 0; i <= 100; i++) {
    double lightness = ag_colour_lightness(ag_colour_map(i / 100.0));
    CHECK(lightness < last);
    last = lightness;
  }
  CHECK(ag_colour_lightness(ag_colour_map(0)) > 0.9 && last < 0.2);
}

static void fills_differ_in_lightness(void)
{
  for (size_t a = 0; a < 5; a++) /* the five that phase diagrams use */
    for (size_t b = 0; b < a; b++)
      CHECK(fabs(ag_colour_lightness(ag_colour_fill(a)) - ag_colour_lightness(ag_colour_fill(b))) >
            0.07);
}

/* --- scales --- */

static void a_scale_maps_its_ends_and_middles(void)
{
  ag_scale linear = {.low = -1, .high = 3, .from = 100, .to = 300};
  ag_scale decades = {.low = 0.01, .high = 100, .from = 200, .to = 0, .logarithmic = true};
  CHECK_NEAR(ag_scale_at(&linear, -1), 100, 1e-12);
  CHECK_NEAR(ag_scale_at(&linear, 1), 200, 1e-12);
  CHECK_NEAR(ag_scale_at(&decades, 1), 100, 1e-12);
  CHECK_NEAR(ag_scale_at(&decades, 100), 0, 1e-12);
}

static void corners_of_a_triangle_are_pure(void)
{
  ag_panel panel = {.corner = {"a", "b", "c"}};
  ag_plot plot;
  double x, y;
  CHECK(ag_plot_fit(&panel, &plot, NULL) == AG_OK && plot.ternary);
  plot.area = (ag_rectangle){10, 20, 100, 86};
  ag_plot_at(&plot, 1, 0, &x, &y);
  CHECK(x == 10 && y == 106);
  ag_plot_at(&plot, 0, 1, &x, &y);
  CHECK(x == 110 && y == 106);
  ag_plot_at(&plot, 0, 0, &x, &y);
  CHECK(x == 60 && y == 20);
}

/* --- pictures --- */

enum { CURVE = 50, GRID = 40, SIDE = 10 };

typedef struct gallery {
  double x[CURVE], y[2][CURVE], low[CURVE], high[CURVE];
  double edge[GRID + 1], density[GRID * GRID], centre[2][2];
  unsigned char category[GRID * GRID], hatched[GRID * GRID];
  ag_layer curves[3], map[4], cells[2], triangle[2];
  ag_panel panel[4];
  ag_figure figure;
} gallery;

static void make_curves(gallery *made)
{
  for (int i = 0; i < CURVE; i++) {
    made->x[i] = i;
    made->y[0][i] = exp(-0.2 * i);
    made->y[1][i] = exp(-0.1 * i);
    made->low[i] = made->y[1][i] / 2;
    made->high[i] = made->y[1][i] * 2;
  }
  made->y[0][CURVE / 2] = NAN; /* a gap */
  made->curves[0] = (ag_layer){AG_LAYER_LINE, .label = "exact & quick", .count = CURVE,
                               .x = made->x, .y = made->y[0]};
  made->curves[1] =
      (ag_layer){AG_LAYER_LINE, .label = "10 seeds", .style = 1,       .count = CURVE,
                 .x = made->x,  .y = made->y[1],     .low = made->low, .high = made->high};
  made->curves[2] =
      (ag_layer){AG_LAYER_POINTS, .label = "measured", .style = 2,       .count = 8,
                 .x = made->x,    .y = made->y[1],     .low = made->low, .high = made->high};
  made->panel[0] = (ag_panel){.title = "Curves",
                              .x = {.label = "generation"},
                              .y = {.label = "distance", .logarithmic = true},
                              .legend = AG_LEGEND_INSIDE,
                              .layer_count = 3,
                              .layer = made->curves};
}

static void make_density(gallery *made)
{
  for (int i = 0; i <= GRID; i++)
    made->edge[i] = -5 + 10.0 * i / GRID;
  for (int row = 0; row < GRID; row++)
    for (int column = 0; column < GRID; column++) {
      double x = -4.875 + 0.25 * column, y = -4.875 + 0.25 * row;
      made->density[row * GRID + column] = exp(-(x - 1) * (x - 1) - y * y / 4);
    }
  made->centre[1][0] = 3;
  made->map[0] = (ag_layer){
      AG_LAYER_DENSITY, .label = "density",     .columns = GRID, .rows = GRID, .x = made->edge,
      .y = made->edge,  .value = made->density, .least = 1e-6,   .most = 1,    .logarithmic = true};
  for (int c = 0; c < 2; c++)
    made->map[1 + c] = (ag_layer){
        AG_LAYER_CIRCLE,          .label = c ? "public" : "owner", .style = (size_t)c, .count = 1,
        .x = &made->centre[c][0], .y = &made->centre[c][1],        .size = 1};
  made->map[3] = (ag_layer){AG_LAYER_TEXT, .label = "words < here", .count = 1,
                            .x = &made->centre[1][0], .y = &made->edge[4]};
  made->panel[1] = (ag_panel){.title = "Density",
                              .x = {.label = "x"},
                              .y = {.label = "y"},
                              .equal = true,
                              .legend = AG_LEGEND_OUTSIDE,
                              .layer_count = 4,
                              .layer = made->map};
}

static const ag_category kinds[] = {{"left", "L", 0}, {"right", "R", 1}, {"nowhere", "N", 2}};

static void make_maps(gallery *made)
{
  for (int i = 0; i < GRID * GRID; i++) {
    made->category[i] = (i % GRID) > GRID / 2;
    made->hatched[i] = i / GRID > i % GRID;
  }
  made->cells[0] = (ag_layer){AG_LAYER_CELLS,
                              .columns = GRID,
                              .rows = GRID,
                              .x = made->edge,
                              .y = made->edge,
                              .category = made->category,
                              .hatched = made->hatched,
                              .hatched_name = "both ends",
                              .categories = kinds,
                              .category_count = 3};
  made->panel[2] = (ag_panel){
      .title = "Categories", .legend = AG_LEGEND_OUTSIDE, .layer_count = 1, .layer = made->cells};
  made->triangle[0] = (ag_layer){AG_LAYER_TERNARY, .side = SIDE, .category = made->category,
                                 .categories = kinds, .category_count = 3};
  made->panel[3] = (ag_panel){.title = "Triangle",
                              .corner = {"one", "two", "three"},
                              .legend = AG_LEGEND_OUTSIDE,
                              .layer_count = 1,
                              .layer = made->triangle};
}

static gallery *make_gallery(void)
{
  gallery *made = calloc(1, sizeof *made);
  if (!made)
    exit(99);
  make_curves(made);
  make_density(made);
  make_maps(made);
  made->figure =
      (ag_figure){.title = "All kinds", .columns = 2, .panel_count = 4, .panel = made->panel};
  return made;
}

static void check_signature(const ag_figure *figure, const char *name, const char *signature,
                            size_t length)
{
  ag_error error = {0};
  size_t size;
  const char *path = path_of(name);
  CHECK(ag_figure_write(figure, path, 0, &error) == AG_OK);
  CHECK_TEXT(error.message, "");
  char *bytes = read_whole(path, &size);
  CHECK(size > 1000 && memcmp(bytes, signature, length) == 0);
  free(bytes);
}

static void every_kind_of_file_is_what_it_says(void)
{
  gallery *made = make_gallery();
  check_signature(&made->figure, "all.png", "\x89PNG\r\n\x1a\n", 8);
  check_signature(&made->figure, "all.svg", "<?xml", 5);
  check_signature(&made->figure, "all.PDF", "%PDF-1.", 7);
  free(made);
}

/* Whether every element that opens is closed in its turn, attributes are
 * quoted, and & begins an entity: enough of XML for what cairo writes. */
static bool is_well_formed(const char *text)
{
  char open[64][32];
  int depth = 0;
  for (const char *c = text; *c; c++) {
    if (*c == '&' && strncmp(c, "&amp;", 5) && strncmp(c, "&lt;", 4) && strncmp(c, "&gt;", 4))
      return false;
    if (*c != '<')
      continue;
    const char *end = strchr(c, '>');
    if (!end)
      return false;
    char name[32] = "";
    sscanf(c + 1 + (c[1] == '/'), "%31[a-zA-Z:]", name);
    if (c[1] == '/') {
      if (depth == 0 || strcmp(open[--depth], name))
        return false;
    } else if (c[1] != '?' && c[1] != '!' && end[-1] != '/') {
      if (depth == 64)
        return false;
      strcpy(open[depth++], name);
    }
    c = end;
  }
  return depth == 0;
}

static void an_svg_file_is_xml_with_all_words(void)
{
  static const char *const words[] = {
      "<title>All kinds</title>", "\ngeneration\n", "\ndistance\n", "exact &amp; quick",
      "words &lt; here",          "both ends",      "\nthree\n",    "10⁻⁶"};
  gallery *made = make_gallery();
  size_t size;
  const char *path = path_of("words.svg");
  CHECK(ag_figure_write(&made->figure, path, 0, NULL) == AG_OK);
  char *text = read_whole(path, &size);
  CHECK(is_well_formed(text));
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    CHECK(strstr(text, words[i]));
  CHECK(!strstr(text, "nowhere")); /* a category that does not occur */
  free(text);
  free(made);
}

static void the_same_figure_is_the_same_bytes(void)
{
  static const char *const names[][2] = {
      {"one.png", "two.png"}, {"one.svg", "two.svg"}, {"one.pdf", "two.pdf"}};
  gallery *made = make_gallery();
  for (size_t i = 0; i < 3; i++) {
    size_t size[2];
    char *bytes[2];
    for (int k = 0; k < 2; k++) {
      CHECK(ag_figure_write(&made->figure, path_of(names[i][k]), 1, NULL) == AG_OK);
      bytes[k] = read_whole(path_of(names[i][k]), &size[k]);
    }
    CHECK(size[0] > 0 && size[0] == size[1] && memcmp(bytes[0], bytes[1], size[0]) == 0);
    free(bytes[0]);
    free(bytes[1]);
  }
  free(made);
}

/* --- mistakes --- */

static void check_refused(const ag_figure *figure, const char *path, ag_status status,
                          const char *words)
{
  ag_error error = {0};
  CHECK(ag_figure_write(figure, path, 0, &error) == status);
  if (!strstr(error.message, words))
    printf("# said: %s\n", error.message);
  CHECK(strstr(error.message, words));
  CHECK(access(path, F_OK) != 0);
}

static void mistakes_are_said_and_write_nothing(void)
{
  gallery *made = make_gallery();
  check_refused(&made->figure, path_of("figure.gif"), AG_ERROR_INPUT, ".png, .svg or .pdf");
  check_refused(&made->figure, path_of("figure"), AG_ERROR_INPUT, ".png, .svg or .pdf");
  check_refused(&made->figure, path_of("absent/figure.png"), AG_ERROR_IO, "No such file");
  made->figure.width = 1e9;
  check_refused(&made->figure, path_of("wide.png"), AG_ERROR_INPUT, "points");
  made->figure.width = 0;
  made->panel[0].y.low = -1;
  made->panel[0].y.high = 1;
  check_refused(&made->figure, path_of("log.png"), AG_ERROR_INPUT, "more than 0");
  made->figure.panel_count = 0;
  check_refused(&made->figure, path_of("none.png"), AG_ERROR_INPUT, "no panel");
  free(made);
}

static void nothing_to_see_is_drawn_all_the_same(void)
{
  const double x[] = {1, 2}, nothing[] = {NAN, NAN}, same[] = {3, 3};
  ag_layer layer[] = {{AG_LAYER_LINE, .count = 2, .x = x, .y = nothing},
                      {AG_LAYER_LINE, .count = 2, .x = x, .y = same},
                      {AG_LAYER_LINE, .count = 0}};
  for (size_t i = 0; i < 3; i++)
    for (int logarithmic = 0; logarithmic < 2; logarithmic++) {
      ag_panel panel = {.y = {.logarithmic = logarithmic}, .layer_count = 1, .layer = &layer[i]};
      ag_figure figure = {.panel_count = 1, .panel = &panel};
      CHECK(ag_figure_write(&figure, path_of("empty.svg"), 0, NULL) == AG_OK);
    }
}

static void a_label_that_is_no_text_is_cut(void)
{
  const double x[] = {1, 2};
  ag_layer layer = {AG_LAYER_LINE, .label = "good\xff\xfe", .count = 2, .x = x, .y = x};
  ag_panel panel = {
      .title = "bell\a", .legend = AG_LEGEND_INSIDE, .layer_count = 1, .layer = &layer};
  ag_figure figure = {.panel_count = 1, .panel = &panel};
  size_t size;
  CHECK(ag_figure_write(&figure, path_of("label.svg"), 0, NULL) == AG_OK);
  char *text = read_whole(path_of("label.svg"), &size);
  CHECK(is_well_formed(text) && strstr(text, "good\n") && !strchr(text, '\a'));
  free(text);
}

/* --- ranges that are found --- */

/* Whether a picture of one panel with one layer says all of these words, each in a line. */
static void check_words(const ag_axis *y, const ag_layer *layer, const char *const word[3])
{
  ag_panel panel = {.y = *y, .layer_count = 1, .layer = layer};
  ag_figure figure = {.panel_count = 1, .panel = &panel, .width = 300, .height = 250};
  ag_error error = {0};
  size_t size;
  CHECK(ag_figure_write(&figure, path_of("empty.svg"), 0, &error) == AG_OK);
  char *text = read_whole(path_of("empty.svg"), &size);
  for (int i = 0; i < 3 && word[i]; i++) {
    char line[64];
    snprintf(line, sizeof line, "\n%s\n", word[i]);
    if (!strstr(text, line))
      printf("# not there: %s in %s\n", word[i], text);
    CHECK(strstr(text, line) != NULL);
  }
  free(text);
}

static void bars_of_colour_run_over_what_is_there(void)
{
  static const struct {
    double value[4];
    bool logarithmic;
    const char *word[3];
  } maps[] = {{{1, 2, NAN, 3}, false, {"1.0", "2.0", "3.0"}},
              {{5, 5, 5, 5}, false, {"5.0", "6.0"}},
              {{NAN, NAN, INFINITY, NAN}, false, {"0", "0.5", "1.0"}},
              {{0, 1, 100, 10000}, true, {"1", "100", "10000"}},
              {{0, -1, NAN, 0}, true, {"0.1", "1.0"}},
              {{0, 2, 2, 2}, true, {"2", "5", "20"}}};
  const double edge[] = {0, 1, 2};
  const ag_axis axis = {.label = "y"};
  for (size_t i = 0; i < sizeof maps / sizeof *maps; i++) {
    ag_layer layer = {AG_LAYER_DENSITY,
                      .label = "mass",
                      .columns = 2,
                      .rows = 2,
                      .x = edge,
                      .y = edge,
                      .value = maps[i].value,
                      .logarithmic = maps[i].logarithmic};
    check_words(&axis, &layer, maps[i].word);
  }
}

static void axes_run_over_bars_and_intervals(void)
{
  const double x[] = {0, 10}, y[] = {-4e6, 3e6}, low[] = {-5e6, 2e6}, high[] = {-3e6, 4e6};
  const double gaps[] = {NAN, 3e6}, far[] = {INFINITY, 3e6};
  const ag_axis linear = {.label = "y"}, decades = {.label = "y", .logarithmic = true};
  const ag_layer bars = {AG_LAYER_BARS, .count = 2,   .x = x,   .y = y,
                         .low = low,    .high = high, .size = 1};
  check_words(&linear, &bars, (const char *const[3]){"−4×10⁶", "0", "4×10⁶"});
  const ag_layer positive = {AG_LAYER_BARS, .count = 1, .x = &x[1], .y = &y[1], .size = 1};
  check_words(&decades, &positive, (const char *const[3]){"2×10⁶"});
  const ag_layer points = {AG_LAYER_POINTS, .count = 2, .x = x, .y = gaps, .size = 4};
  check_words(&linear, &points, (const char *const[3]){"0", "2×10⁶"});
  const ag_layer beyond = {AG_LAYER_POINTS, .count = 2, .x = x, .y = far, .low = low};
  check_words(&linear, &beyond, (const char *const[3]){NULL});
  const ag_layer band = {AG_LAYER_LINE, .count = 2, .x = x, .low = low, .high = high};
  check_words(&linear, &band, (const char *const[3]){"−4×10⁶", "4×10⁶"});
  const ag_layer half = {AG_LAYER_LINE, .count = 2, .x = x, .y = y, .low = low};
  check_words(&linear, &half, (const char *const[3]){"−4×10⁶"});
}

static void axes_that_do_not_increase_are_refused(void)
{
  static const double ends[][2] = {{3, 1}, {0, INFINITY}, {-INFINITY, 0}, {NAN, 1}};
  const double x[] = {1, 2};
  const ag_layer layer = {AG_LAYER_LINE, .count = 2, .x = x, .y = x};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    for (int is_y = 0; is_y < 2; is_y++) {
      const ag_axis axis = {.low = ends[i][0], .high = ends[i][1]}, fitted = {.label = "fitted"};
      ag_panel panel = {
          .x = is_y ? fitted : axis, .y = is_y ? axis : fitted, .layer_count = 1, .layer = &layer};
      ag_figure figure = {.panel_count = 1, .panel = &panel};
      check_refused(&figure, path_of("axis.svg"), AG_ERROR_INPUT, "expected increasing numbers");
    }
}

/* --- shares --- */

/* The score interval solves (share - p)^2 = z^2 p (1 - p) / n for p. */
static void wilson_intervals_solve_their_equation(void)
{
  const double z = 1.959963984540054;
  for (size_t count = 1; count < 40; count++) {
    double end[2], share = (double)count / 40;
    ag_share_interval(count, 40, &end[0], &end[1]);
    CHECK(end[0] < share && share < end[1]);
    for (int e = 0; e < 2; e++)
      CHECK_NEAR((share - end[e]) * (share - end[e]), z * z * end[e] * (1 - end[e]) / 40, 1e-15);
  }
  double low, high;
  ag_share_interval(0, 40, &low, &high);
  CHECK(low == 0 && high > 0.05 && high < 0.1);
  ag_share_interval(40, 40, &low, &high);
  CHECK(high == 1 && low > 0.9);
}

int main(void)
{
  if (!mkdtemp(folder))
    return 99;
  CHECK_RUN(ticks_are_round_and_say_what_they_are);
  CHECK_RUN(logarithmic_ticks_are_powers_of_ten);
  CHECK_RUN(ticks_lie_in_the_range_and_are_as_many_as_wanted);
  CHECK_RUN(map_colours_darken_all_the_way);
  CHECK_RUN(fills_differ_in_lightness);
  CHECK_RUN(a_scale_maps_its_ends_and_middles);
  CHECK_RUN(corners_of_a_triangle_are_pure);
  CHECK_RUN(every_kind_of_file_is_what_it_says);
  CHECK_RUN(an_svg_file_is_xml_with_all_words);
  CHECK_RUN(the_same_figure_is_the_same_bytes);
  CHECK_RUN(mistakes_are_said_and_write_nothing);
  CHECK_RUN(nothing_to_see_is_drawn_all_the_same);
  CHECK_RUN(a_label_that_is_no_text_is_cut);
  CHECK_RUN(bars_of_colour_run_over_what_is_there);
  CHECK_RUN(axes_run_over_bars_and_intervals);
  CHECK_RUN(axes_that_do_not_increase_are_refused);
  CHECK_RUN(wilson_intervals_solve_their_equation);
  static const char *const names[] = {"all.png", "all.svg", "all.PDF",   "words.svg",
                                      "one.png", "two.png", "one.svg",   "two.svg",
                                      "one.pdf", "two.pdf", "label.svg", "empty.svg"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (!getenv("KEEP_FIGURES"))
      remove(path_of(names[i]));
  rmdir(folder);
  return check_end();
}

/* What was played, in plain sentences. */
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "report/page.h"

static const char *plural(size_t count)
{
  return count == 1 ? "" : "s";
}

/* --- the curators --- */

/* The last generation that was asked for. */
static size_t last_of(const ag_page_run *run)
{
  size_t generations = ag_game_generations(run->game);
  return generations > 0 ? generations - 1 : 0;
}

static void say_pool_at(ag_buffer *page, ag_pool pool)
{
  if (pool == 2)
    ag_page_text(page, "compares two at a time and keeps one");
  else if (pool > 0)
    ag_page_say(page, "looks at %s at a time and keeps one", ag_text_count((size_t)pool).text);
  else
    ag_page_text(page, "sees everything at once (an infinite pool)");
}

static void say_pool(ag_buffer *page, const ag_page_run *run, size_t curator)
{
  ag_pool first = ag_game_curator_pool_at(run->game, curator, 0);
  ag_pool last = ag_game_curator_pool_at(run->game, curator, last_of(run));
  ag_sampling sampling = ag_game_sampling(run->game);
  if (sampling.selection && strcmp(sampling.selection, "pools") != 0)
    ag_page_say(page, "selects by the rule %s", sampling.selection);
  else
    say_pool_at(page, first);
  if (last != first) {
    ag_page_text(page, " at first, and in the end ");
    say_pool_at(page, last);
  }
}

static void say_temperature(ag_buffer *page, const ag_page_run *run, size_t curator)
{
  double first = ag_game_curator_temperature_at(run->game, curator, 0);
  double last = ag_game_curator_temperature_at(run->game, curator, last_of(run));
  ag_page_say(page, ", at temperature %s", ag_text_number(first).text);
  if (last != first)
    ag_page_say(page, " at first and %s in the end", ag_text_number(last).text);
}

/* A description as it is written, in one line. */
static void say_node(ag_buffer *page, ag_node node)
{
  bool list = ag_node_get_kind(node) == AG_NODE_SEQUENCE;
  const char *text = "";
  if (ag_node_get_kind(node) == AG_NODE_SCALAR) {
    if (ag_node_text(node, "", &text, NULL) == AG_OK)
      ag_page_text(page, text);
    return;
  }
  ag_page_text(page, list ? "[" : "{");
  for (size_t i = 0; i < ag_node_count(node); i++) {
    ag_node key, value = list ? ag_node_item(node, i) : node;
    ag_page_text(page, i ? ", " : "");
    if (!list) {
      ag_node_entry(node, i, &text, &key, &value);
      ag_page_say(page, "%s: ", text);
    }
    say_node(page, value);
  }
  ag_page_text(page, list ? "]" : "}");
}

/* The reward as the game file has it. */
static void say_reward(ag_buffer *page, const ag_page_run *run, size_t curator)
{
  ag_config *config = NULL;
  const ag_game *game = run->game;
  const char *text = ag_page_game_text(run);
  if (ag_config_parse("game", text, strlen(text), NULL, 0, &config, NULL) != AG_OK) {
    page->failed = true;
    return;
  }
  ag_node curators = ag_node_find(ag_config_root(config), "curators");
  ag_node reward =
      ag_node_find(ag_node_find(curators, ag_game_curator_name(game, curator)), "reward");
  if (ag_node_present(reward)) {
    ag_page_html(page, "; its reward is <code>");
    say_node(page, reward);
    ag_page_html(page, "</code>");
  }
  ag_config_free(config);
}

static void say_wish(ag_buffer *page, const ag_page_run *run, size_t curator)
{
  const ag_game *game = run->game;
  const ag_prediction *prediction = run->facts->prediction;
  double centre[16], radius = 0;
  size_t dimension = ag_game_dimension(game);
  if (dimension > 0 && dimension <= 16 && ag_game_curator_disc(game, curator, centre, &radius)) {
    ag_page_say(page, "; wants what lies within %s of (", ag_page_number(radius).text);
    for (size_t d = 0; d < dimension; d++)
      ag_page_say(page, "%s%s", d ? ", " : "", ag_page_number(centre[d]).text);
    ag_page_text(page, ")");
  } else if (ag_game_curator_prefers(game, curator))
    ag_page_text(page, "; compares two by two, without a reward");
  else if (prediction->optimal_sets) {
    ag_page_text(page, "; likes ");
    ag_page_words(page, ag_item_set_words(game, &prediction->optimal_sets[curator]));
    ag_page_text(page, " best");
  } else
    say_reward(page, run, curator);
}

static void add_curators(ag_buffer *page, const ag_page_run *run)
{
  ag_page_html(page, "<ul>\n");
  for (size_t c = 0; c < ag_game_curator_count(run->game); c++) {
    ag_page_put(page, "<li><strong>%s</strong> ", ag_game_curator_name(run->game, c));
    say_pool(page, run, c);
    say_temperature(page, run, c);
    say_wish(page, run, c);
    ag_page_html(page, ".</li>\n");
  }
  ag_page_html(page, "</ul>\n");
}

/* --- the loop --- */

static void say_step(ag_buffer *page, const ag_game *game, size_t step)
{
  size_t length = ag_game_step_words(game, step, NULL, 0);
  char *words = malloc(length + 1);
  if (words)
    ag_game_step_words(game, step, words, length + 1);
  ag_page_words(page, words);
}

/* Returns whether one of the steps brings real data. */
static bool say_steps(ag_buffer *page, const ag_game *game)
{
  bool real = false;
  for (size_t s = 0; s < ag_game_step_count(game); s++) {
    ag_page_text(page, s ? ", then " : "A generation: ");
    say_step(page, game, s);
    real = real || strcmp(ag_game_step_name(game, s), "real") == 0;
  }
  ag_page_say(page, " (reading: %s).", ag_game_reading(game));
  return real;
}

static void say_space(ag_buffer *page, const ag_page_run *run)
{
  const ag_game *game = run->game;
  size_t items = ag_game_item_count(game), dropped = ag_game_dropped_count(game);
  const size_t *cells = ag_game_cells(game);
  if (run->result->texts) {
    ag_page_text(page, "A language model writes what is played with");
  } else if (run->result->dimension > 0) {
    ag_page_say(page, "Points with %zu coordinates are generated", run->result->dimension);
  } else if (ag_game_dimension(game) > 0 && cells) {
    ag_page_text(page, "What can be generated is a grid of ");
    for (size_t d = 0; d < ag_game_dimension(game); d++)
      ag_page_say(page, "%s%s", d ? " by " : "", ag_text_count(cells[d]).text);
    ag_page_text(page, " cells");
  } else {
    ag_page_say(page, "There are %s item%s to generate", ag_text_count(items).text, plural(items));
  }
  if (dropped > 0)
    ag_page_say(page, " (%s row%s of the table had missing cells and stayed out)",
                ag_text_count(dropped).text, plural(dropped));
  if (ag_game_space_remark(game))
    ag_page_say(page, ". The corpus: %s", ag_game_space_remark(game));
  if (ag_game_generator_remark(game))
    ag_page_say(page, ". The model: %s", ag_game_generator_remark(game));
  ag_page_text(page, ". ");
}

/* The sizes and rules of a sampled game. */
static void say_sampling(ag_buffer *page, const ag_page_run *run)
{
  const ag_game *game = run->game;
  ag_sampling sampling = ag_game_sampling(game);
  ag_page_put(page, "<p>The first dataset has %s %ss; the generator %s makes %s in each generation",
              ag_text_count(sampling.initial).text, run->facts->thing, ag_game_generator(game),
              ag_text_count(sampling.generate).text);
  for (size_t s = 0; s < ag_game_stage_count(game); s++)
    ag_page_say(page, ", %s keeps %s", ag_game_curator_name(game, ag_game_stage_curator(game, s)),
                ag_text_count(ag_game_stage_keep(game, s)).text);
  ag_page_say(page, ". The dataset's rule is %s", sampling.dataset);
  if (sampling.dataset_size > 0)
    ag_page_say(page, " (%s)", ag_text_count(sampling.dataset_size).text);
  ag_page_put(page, ", the rule of selection %s: %s.</p>\n", sampling.selection, sampling.law);
}

void ag_page_played(ag_buffer *page, const ag_page_run *run)
{
  const ag_game *game = run->game;
  ag_page_html(page, "<h3>What was played</h3>\n<p>");
  say_space(page, run);
  ag_page_put(page,
              "A model shows %ss, the curators keep what they like, and the model learns from what "
              "was kept: that is a generation, and there are %s of them.</p>\n",
              run->facts->thing, ag_text_count(run->facts->generations).text);
  add_curators(page, run);
  ag_page_html(page, "<p>");
  bool real = say_steps(page, game);
  ag_page_text(page,
               " The lower a temperature, the more surely a curator takes the better of two.");
  if (ag_game_real_share(game) > 0 && !real)
    ag_page_say(page, " Of every generation, %s is drawn afresh from how things were at the start.",
                ag_page_share(ag_game_real_share(game)).text);
  if (run->result->replicates > 1)
    ag_page_say(page,
                " Generations are finite samples, so chance has a part in it: the game was played "
                "%zu times over, with other random numbers each time.",
                run->result->replicates);
  ag_page_html(page, "</p>\n");
  if (ag_game_is_sampled(game))
    say_sampling(page, run);
}

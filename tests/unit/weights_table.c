/* Weights of what is in a file or in arrays, and what is refused. */
#include <aligngame/weights.h>

#include <unistd.h>

#include "tests/check.h"

static char path[] = "/tmp/weights_table.XXXXXX";

static ag_status load(const char *text, const ag_table_options *options, ag_weights_table *table,
                      ag_error *error)
{
  FILE *file = fopen(path, "we");
  CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
  *table = (ag_weights_table){.count = 0};
  *error = (ag_error){0};
  return ag_weights_load(path, options, 2, 1, table, error);
}

/* Two items of equal mass, pool 2: the better one is chosen with the probability s of its
 * reward, or comes alone: weights 1/2 + s and 3/2 - s, s = 1 / (1 + e^-1). */
static void check_table(const char *text, const ag_table_options *options)
{
  ag_weights_table table;
  ag_error error;
  const double s = 1 / (1 + exp(-1));
  if (load(text, options, &table, &error) != AG_OK) {
    printf("# %s: %s\n", text, error.message);
    CHECK(!"it is read");
    return;
  }
  CHECK(table.count == 2 && table.mass[0] == table.mass[1]);
  CHECK_NEAR(table.weight[0], 0.5 + s, 3e-12); /* of the contract: 1e-12, and an exponential */
  CHECK_NEAR(table.weight[1], 1.5 - s, 3e-12);
  CHECK_NEAR(table.log_weight[1], log(1.5 - s), 1e-12);
  CHECK(table.understood && strstr(table.understood, "2 rows"));
  ag_weights_table_free(&table);
}

static void a_table_is_read_as_its_options_say(void)
{
  const char *const missing[] = {"?!", "lost"};
  check_table("mass,reward\n1,1\n1,0\n", NULL);
  check_table("mass,reward\n1,1\n1,0\n", &(ag_table_options){.separator = "comma"});
  check_table("mass;reward\n0,5;1,0\n0,5;0,0\n",
              &(ag_table_options){.separator = ";", .decimal = "comma"});
  check_table("mass\treward\n1.000\t1\n1.000\t0\n", &(ag_table_options){.thousands = "point"});
  check_table("mass,reward,note\n1,1,?!\n1,0,lost\n",
              &(ag_table_options){.missing = missing, .missing_count = 2, .encoding = "latin1"});
}

static void what_is_no_table_of_weights_is_refused(void)
{
  const char *const missing[] = {"-9"};
  const struct {
    const char *text;
    ag_table_options options;
    const char *message;
  } wrong[] = {
      {"mass,reward\n1,1\n",
       {.separator = "ab"},
       "the separator: 'ab' is not known; expected comma"},
      {"mass,reward\n1,1\n", {.decimal = "dot"}, "the decimal sign: 'dot' is not known; expected"},
      {"mass,reward\n1,1\n", {.thousands = "x"}, "the mark of thousands: 'x' is not known"},
      {"mass,rewards\n1,1\n", {0}, "did you mean `rewards`"},
      {"reward\n1\n", {0}, "no column is called `mass`"},
      {"1,2\n", {.no_header = true}, "no column is called `mass`"},
      {"mass,reward\n-1,1\n", {0}, "expected a mass of 0 or more, found '-1'"},
      {"mass,reward\n,1\n1,2\n", {0}, "expected a mass of 0 or more, found ''"},
      {"mass,reward\n1,NA\n", {0}, "expected a reward, found 'NA'"},
      {"mass,reward\n1,-9\n1,2\n",
       {.missing = missing, .missing_count = 1},
       "a reward, found '-9'"},
      {"mass,reward\nx,1\n", {0}, "found the text \"x\""},
      {"mass,reward\n1,x\n", {0}, "found the text \"x\""},
      {"mass,reward\n0,1\n0,2\n", {0}, "the column `mass` adds up to zero"},
      {"mass,reward\n", {0}, ""},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    ag_weights_table table;
    ag_error error;
    CHECK(load(wrong[i].text, &wrong[i].options, &table, &error) == AG_ERROR_INPUT);
    if (!strstr(error.message, wrong[i].message)) {
      printf("# case %zu: %s\n", i, error.message);
      CHECK(!"the words");
    }
    CHECK(!table.mass && !table.understood);
  }
}

static void arrays_are_looked_at(void)
{
  static const struct {
    double log_mass, reward;
    ag_pool pool;
    double temperature;
    const char *message;
  } wrong[] = {
      {0, 1, 1, 1, "pool 1; expected 2 to 2^53, or infinite"},
      {0, 1, -3, 1, "pool -3; expected"},
      {0, 1, (1LL << 53) + 1, 1, "pool 9007199254740993; expected"},
      {0, 1, 2, 0, "temperature 0; expected a positive number"},
      {0, 1, 2, NAN, "temperature nan; expected"},
      {0, 1, 2, INFINITY, "temperature inf; expected"},
      {NAN, 1, 2, 1, "log mass 1 is nan; expected a number or -inf"},
      {INFINITY, 1, 2, 1, "log mass 1 is inf; expected"},
      {0, NAN, 2, 1, "reward 1 is nan; expected a finite number"},
      {0, INFINITY, AG_POOL_INFINITE, 1, "reward 1 is inf; expected a finite number"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    const double log_mass[2] = {0, wrong[i].log_mass}, reward[2] = {0, wrong[i].reward};
    double weight[2] = {7, 7};
    ag_error error = {0};
    CHECK(ag_weights(2, log_mass, reward, wrong[i].pool, wrong[i].temperature, weight, &error) ==
          AG_ERROR_INPUT);
    if (!strstr(error.message, wrong[i].message)) {
      printf("# case %zu: %s\n", i, error.message);
      CHECK(!"the words");
    }
    CHECK(weight[0] == 7 && weight[1] == 7);
  }
}

static void a_pool_is_a_whole_number_or_inf(void)
{
  static const struct {
    const char *text;
    ag_pool pool; /* -1: refused */
  } pools[] = {{"2", 2},
               {"9007199254740992", 1LL << 53},
               {"inf", AG_POOL_INFINITE},
               {".inf", AG_POOL_INFINITE},
               {"infinity", AG_POOL_INFINITE},
               {"1", -1},
               {"0", -1},
               {"-2", -1},
               {"9007199254740993", -1},
               {"", -1},
               {"many", -1},
               {"2.5", -1},
               {"3x", -1},
               {"99999999999999999999", -1}};
  for (size_t i = 0; i < sizeof pools / sizeof *pools; i++) {
    ag_pool pool = -1;
    ag_error error = {0};
    CHECK(ag_pool_read(pools[i].text, &pool, &error) ==
          (pools[i].pool == -1 ? AG_ERROR_INPUT : AG_OK));
    CHECK(pool == pools[i].pool);
    CHECK(pool != -1 ||
          strstr(error.message, "is not a pool size; expected a whole number from 2"));
  }
}

int main(void)
{
  int file = mkstemp(path);
  if (file < 0 || close(file) != 0)
    return 1;
  CHECK_RUN(a_table_is_read_as_its_options_say);
  CHECK_RUN(what_is_no_table_of_weights_is_refused);
  CHECK_RUN(arrays_are_looked_at);
  CHECK_RUN(a_pool_is_a_whole_number_or_inf);
  unlink(path);
  return check_end();
}

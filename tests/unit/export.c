/* A run in an HDF5 file: the numbers and names are the run's. */
#include <hdf5.h>
#include <unistd.h>

#include <aligngame/run.h>

#include "tests/check.h"

static const char text[] =
    "name: tiny\ngenerations: 6\nspace: {table: {file: t.csv, label: title, mass: m}}\n"
    "curators:\n  owner: {reward: {column: m}, pool: 4}\n";

static void read_array(hid_t file, const char *name, hid_t kind, void *value, size_t bytes)
{
  hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
  CHECK(dataset >= 0);
  CHECK(H5Dget_storage_size(dataset) == bytes);
  CHECK(H5Dread(dataset, kind, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) >= 0);
  H5Dclose(dataset);
}

static void check_file(const char *path, const ag_result *result)
{
  double mass[3], metric[7 * 64];
  char label[3][5];
  hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), width = H5Tcopy(H5T_C_S1);
  H5Tset_size(width, sizeof label[0]);
  H5Tset_cset(width, H5T_CSET_UTF8);
  H5Tset_strpad(width, H5T_STR_NULLPAD);
  CHECK(file >= 0 && result->metric_count <= 64);
  read_array(file, "log_mass", H5T_NATIVE_DOUBLE, mass, sizeof mass);
  CHECK(memcmp(mass, result->log_mass, sizeof mass) == 0);
  read_array(file, "snapshot/000002", H5T_NATIVE_DOUBLE, mass, sizeof mass);
  CHECK(memcmp(mass, result->snapshot_log_mass[0], sizeof mass) == 0);
  size_t bytes = 7 * result->metric_count * sizeof *metric;
  read_array(file, "metric", H5T_NATIVE_DOUBLE, metric, bytes);
  CHECK(memcmp(metric, result->metric, bytes) == 0);
  read_array(file, "label", width, label, sizeof label);
  CHECK(memcmp(label, "one\0\0two\0\0three", sizeof label) == 0);
  H5Tclose(width);
  H5Fclose(file);
}

static void a_run_is_the_same_in_hdf5(void)
{
  static const size_t snapshots[] = {2};
  ag_run_options options = {.directory = "run", .snapshots = snapshots, .snapshot_count = 1};
  ag_game *game = NULL;
  ag_result *result = NULL;
  ag_error error = {0};
  FILE *table = fopen("t.csv", "w");
  fputs("title,m\none,1\ntwo,2\nthree,3\n", table);
  fclose(table);
  CHECK(ag_game_parse("game.yaml", text, strlen(text), NULL, 0, &game, &error) == AG_OK);
  CHECK(ag_run(game, &options, &result, &error) == AG_OK);
  CHECK(ag_run_export_hdf5("run", "run.h5", &error) == AG_OK);
  check_file("run.h5", result);
  CHECK(ag_run_export_hdf5("run", "absent/run.h5", &error) == AG_ERROR_IO);
  CHECK(access("run.h5.tmp", F_OK) != 0);
  ag_result_free(result);
  ag_game_free(game);
}

int main(void)
{
  char folder[] = "/tmp/aligngame-export-XXXXXX", command[64];
  if (mkdtemp(folder) == NULL || chdir(folder) != 0)
    return 1;
  CHECK_RUN(a_run_is_the_same_in_hdf5);
  snprintf(command, sizeof command, "rm -r %s", folder);
  return system(command) == 0 ? check_end() : 1;
}

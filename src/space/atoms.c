/* Items without structure: masses, log masses or a mere number of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "space/kinds.h"

static ag_status read_masses(ag_node node, ag_space *space, ag_error *error)
{
  double *mass;
  size_t n;
  ag_status status = ag_node_reals(node, "a mass", &mass, &n, error);
  if (status != AG_OK)
    return status;
  for (size_t i = 0; i < n && status == AG_OK; i++) {
    ag_node item = ag_node_get_kind(node) == AG_NODE_SEQUENCE ? ag_node_item(node, i) : node;
    if (mass[i] < 0)
      status =
          ag_node_fail(item, error, "a mass: expected a number of at least 0, found %g", mass[i]);
  }
  if (status == AG_OK && !ag_mass_to_log(mass, n))
    status = ag_node_fail(node, error, "every mass is zero, expected one above zero at least");
  if (status != AG_OK) {
    free(mass);
    return status;
  }
  space->log_mass = mass;
  space->count = n;
  return AG_OK;
}

/* A finite number, or -inf for mass zero. */
static ag_status read_log_mass(ag_node node, double *value, ag_error *error)
{
  const char *text;
  if (ag_node_text(node, "a log mass", &text, NULL) == AG_OK &&
      (strcmp(text, "-inf") == 0 || strcmp(text, "-.inf") == 0)) {
    *value = -INFINITY;
    return AG_OK;
  }
  return ag_node_real(node, "a log mass", value, error);
}

static ag_status read_log_masses(ag_node node, ag_space *space, ag_error *error)
{
  if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || ag_node_count(node) == 0)
    return ag_node_fail(node, error, "the log masses: expected a list of numbers");
  double *log_mass, most = -INFINITY;
  size_t n = ag_node_count(node);
  ag_status status = ag_array_create(n, sizeof *log_mass, &log_mass, error);
  for (size_t i = 0; i < n && status == AG_OK; i++) {
    status = read_log_mass(ag_node_item(node, i), &log_mass[i], error);
    if (status == AG_OK && log_mass[i] > most)
      most = log_mass[i];
  }
  if (status == AG_OK && isinf(most))
    status = ag_node_fail(node, error, "every mass is zero, expected one above -inf at least");
  if (status != AG_OK) {
    free(log_mass);
    return status;
  }
  /* Anchored at the largest, so that huge logarithms keep their differences. */
  for (size_t i = 0; i < n; i++)
    log_mass[i] -= most;
  ag_log_normalize(log_mass, n);
  space->log_mass = log_mass;
  space->count = n;
  return AG_OK;
}

static ag_status read_count(ag_node node, ag_space *space, ag_error *error)
{
  long long count = 0;
  ag_status status = ag_node_integer(node, "the number of atoms", 1, 1LL << 53, &count, error);
  if (status == AG_OK)
    status = ag_space_check_size(node, (double)count, error);
  if (status == AG_OK)
    space->count = (size_t)count;
  return status;
}

static ag_status read_labels(ag_node node, ag_space *space, ag_error *error)
{
  size_t n = ag_node_count(node);
  if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || n != space->count)
    return ag_node_fail(node, error, "the labels: expected a list of %zu, one an atom, found %zu",
                        space->count, n);
  ag_status status = AG_OK;
  space->label = calloc(n, sizeof *space->label);
  if (!space->label)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for %zu labels", n);
  for (size_t i = 0; i < n && status == AG_OK; i++) {
    const char *text = NULL;
    status = ag_node_text(ag_node_item(node, i), "a label", &text, error);
    if (status == AG_OK && !(space->label[i] = ag_text_copy(text)))
      status = ag_fail(error, AG_ERROR_MEMORY, "out of memory for %zu labels", n);
  }
  return status;
}

static ag_status read_atoms(ag_node node, ag_space *space, ag_error *error)
{
  static const char *const keys[] = {"mass", "log_mass", "count", "labels"};
  ag_status status =
      ag_node_expect_keys(node, "the atoms", keys, sizeof keys / sizeof *keys, error);
  if (status != AG_OK)
    return status;
  ag_node mass = ag_node_find(node, "mass"), log_mass = ag_node_find(node, "log_mass");
  ag_node count = ag_node_find(node, "count"), labels = ag_node_find(node, "labels");
  if (ag_node_present(mass) + ag_node_present(log_mass) + ag_node_present(count) != 1)
    return ag_node_fail(node, error, "the atoms: expected exactly one of mass, log_mass and count");
  status = ag_node_present(mass)       ? read_masses(mass, space, error)
           : ag_node_present(log_mass) ? read_log_masses(log_mass, space, error)
                                       : read_count(count, space, error);
  if (status == AG_OK && ag_node_present(labels))
    status = read_labels(labels, space, error);
  return status;
}

const ag_space_type ag_space_atoms = {
    .name = "atoms",
    .summary = "items without structure: mass, log_mass or count; labels",
    .example = "{mass: [9, 9, 2]}",
    .read = read_atoms,
};

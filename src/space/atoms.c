/* Items without structure: masses, log masses or a mere number of them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numerics.h"
#include "space/kinds.h"

typedef struct atoms {
  ag_reals mass;
  size_t count;
} atoms;

static const ag_parameter atoms_parameters[] = {
    {"mass", "of each item at first; they need not add up to 1", AG_REALS, offsetof(atoms, mass),
     .high = INFINITY, .choice = 1, .example = "[9, 9, 2]"},
    {"log_mass", "their natural logarithms, -inf for none", AG_NODE, .takes = "a list of numbers",
     .choice = 1},
    {"count", "so many items, all of one mass", AG_WHOLE, offsetof(atoms, count), .unit = "items",
     .low = 1, .high = INFINITY, .choice = 1},
    {"labels", "the items' names", AG_NODE, .takes = "a list of texts", .absent = "none"},
    {"groups", "the names of their groups, whose shares are measured", AG_NODE,
     .takes = "a list of texts", .absent = "none"},
    {0}};

static ag_status take_masses(ag_node node, atoms *given, ag_space *space, ag_error *error)
{
  if (!ag_mass_to_log(given->mass.value, given->mass.count))
    return ag_node_fail(node, error, "every mass is zero, expected one above zero at least");
  space->log_mass = given->mass.value;
  space->count = given->mass.count;
  given->mass = (ag_reals){.count = 0};
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

/* A list of texts, one an atom: what are they? */
static ag_status check_texts(ag_node node, const char *what, size_t count, ag_error *error)
{
  size_t n = ag_node_count(node);
  ag_status status = AG_OK;
  if (ag_node_get_kind(node) != AG_NODE_SEQUENCE || n != count)
    return ag_node_fail(node, error, "the %ss: expected a list of %zu, one an atom, found %zu", what,
                        count, n);
  for (size_t i = 0; i < n && status == AG_OK; i++) {
    const char *text = NULL;
    status = ag_node_text(ag_node_item(node, i), what, &text, error);
  }
  return status;
}

static ag_status read_labels(ag_node node, ag_space *space, ag_error *error)
{
  ag_status status = check_texts(node, "label", space->count, error);
  if (status)
    return status;
  space->label = calloc(space->count, sizeof *space->label);
  for (size_t i = 0; space->label && i < space->count; i++) {
    const char *text = NULL;
    ag_node_text(ag_node_item(node, i), "label", &text, NULL);
    if (!(space->label[i] = ag_text_copy(text)))
      return ag_fail(error, AG_ERROR_MEMORY, "out of memory for %zu labels", space->count);
  }
  return space->label
             ? AG_OK
             : ag_fail(error, AG_ERROR_MEMORY, "out of memory for %zu labels", space->count);
}

static size_t group_in_list(const void *from, size_t item, const char **name)
{
  ag_node_text(ag_node_item(*(const ag_node *)from, item), "group", name, NULL);
  return strlen(*name);
}

static ag_status read_groups(ag_node node, ag_space *space, ag_error *error)
{
  ag_status status = check_texts(node, "group", space->count, error);
  return status ? status : ag_space_set_groups(space, group_in_list, &node, error);
}

static ag_status read_atoms(ag_node node, void *parameters, ag_space *space, ag_error *error)
{
  atoms *given = parameters;
  ag_node log_mass = ag_node_find(node, "log_mass"), labels = ag_node_find(node, "labels");
  ag_node groups = ag_node_find(node, "groups");
  ag_status status = AG_OK;
  space->count = given->count;
  if (given->count > 0)
    status = ag_space_check_size(ag_node_find(node, "count"), (double)given->count, error);
  else
    status = ag_node_present(log_mass)
                 ? read_log_masses(log_mass, space, error)
                 : take_masses(ag_node_find(node, "mass"), given, space, error);
  if (status == AG_OK && ag_node_present(labels))
    status = read_labels(labels, space, error);
  if (status == AG_OK && ag_node_present(groups))
    status = read_groups(groups, space, error);
  return status;
}

const ag_space_type ag_space_atoms = {
    .name = "atoms",
    .summary = "items without structure",
    .example = "atoms: {mass: [9, 9, 2]}",
    .parameters = atoms_parameters,
    .size = sizeof(atoms),
    .read = read_atoms,
};

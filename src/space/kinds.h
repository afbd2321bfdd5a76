/* The kinds of space and what their files share. */
#ifndef AG_SPACE_KINDS_H
#define AG_SPACE_KINDS_H

#include "space/csv.h"
#include "space/space.h"

extern const ag_space_type ag_space_atoms, ag_space_table, ag_space_box, ag_space_cloud,
    ag_space_text;

/* Refuses, at node, more items than the machine can hold with the arrays that a
 * game keeps for each (about 64 bytes). count: items, as a real number so that a
 * product of any size can be named. */
ag_status ag_space_check_size(ag_node node, double count, ag_error *error);

/* The name of an item's group, and its length in bytes. */
typedef size_t ag_group_name(const void *from, size_t item, const char **name);
/* Items whose groups have one name are a group, numbered as they come.
 * Status: AG_ERROR_INPUT: too many items; AG_ERROR_MEMORY. */
ag_status ag_space_set_groups(ag_space *space, ag_group_name *name_of, const void *from,
                              ag_error *error);

/* `lower` and `upper` of a mapping, whose struct has them as `corners`. */
typedef struct ag_corners {
  ag_reals lower, upper;
} ag_corners;
/* Versions of clang-format differ about braces in macros. */
/* clang-format off */
#define AG_CORNERS(type)                                                                           \
  {"lower", "the least value of each coordinate", AG_REALS, offsetof(type, corners.lower),         \
   .example = "[-5, -5]"},                                                                         \
  {                                                                                                \
    "upper", "the greatest value of each coordinate", AG_REALS, offsetof(type, corners.upper),     \
        .example = "[5, 5]"                                                                        \
  }
/* clang-format on */

/* Takes them over as the space's dim and corners. */
ag_status ag_space_take_corners(ag_node mapping, ag_corners *corners, ag_space *space,
                                ag_error *error);

/* The folder in which a game's relative paths begin, on the heap: that of the game file, or
 * what its key `folder` says. */
ag_status ag_space_find_folder(const ag_config *config, char **folder, ag_error *error);

/* The path that a game file names, relative to that folder, on the heap. */
ag_status ag_space_resolve_path(ag_node node, char **path, ag_error *error);

/* Opens the table that a game file names, relative to the game's folder. options: or NULL.
 * *source: its path, on the heap, also after a failure (or NULL). */
ag_status ag_space_open_csv(ag_node node, const ag_csv_options *options, char **source,
                            ag_csv **csv, ag_error *error);

/* Fills a cloud with the points of the table under `file`. */
ag_status ag_cloud_read_points(ag_node node, ag_csv_options *options, ag_space *space,
                               ag_error *error);

/* How the keys under `table` say that its file is written; the texts are the caller's to free by
 * ag_table_free_options. */
ag_status ag_table_read_options(ag_node node, ag_csv_options *options, ag_error *error);
void ag_table_free_options(ag_csv_options *options);
/* A space of the rows of csv, called source, as the keys under `table` ask. Owner: ag_space_free.
 */
ag_status ag_table_read_rows(ag_node node, const ag_csv *csv, const char *source, ag_space **space,
                             ag_error *error);

#endif

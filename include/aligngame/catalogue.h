/* What this build can do, as data: for `aligngame list`. */
#ifndef AG_CATALOGUE_H
#define AG_CATALOGUE_H

#include <stddef.h>

#include <aligngame/api.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ag_catalogue_entry {
  const char *name, *summary, *example; /* example may be NULL */
} ag_catalogue_entry;

/* Kinds: "spaces", "rewards", "readings", "metrics", "presets", … */
AG_API size_t ag_catalogue_kind_count(void);
AG_API const char *ag_catalogue_kind(size_t kind);
/* Entry number index of a kind by name. Returns 0 past the end or for an
 * unknown kind, 1 otherwise. */
AG_API int ag_catalogue_entry_at(const char *kind, size_t index, ag_catalogue_entry *entry);

/* The YAML of a preset game ("circles-perfect", …), or NULL. */
AG_API const char *ag_preset_text(const char *name);

/* What this build lacks or does more slowly, a sentence for each index from 0; NULL past the
 * end. */
AG_API const char *ag_build_remark(size_t index);

/* "0.1.0" */
AG_API const char *ag_version(void);

#ifdef __cplusplus
}
#endif

#endif

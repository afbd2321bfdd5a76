/* What theory found, as JSON: the documents of the commands' --json, on the heap; NULL where
 * memory is out. In libaligngame alone. */
#ifndef AG_JSON_H
#define AG_JSON_H

#include <aligngame/analysis.h>
#include <aligngame/api.h>
#include <aligngame/audit.h>
#include <aligngame/drift.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A document as every command prints it: text, which begins with `{` and is released, behind its
 * "schema" (aligngame/COMMAND/1) and "version". docs/json.md describes the documents, docs/schemas
 * has a JSON Schema for each. NULL: memory is out, or text was NULL. */
AG_API char *ag_json_document(const char *command, char *text);

/* basins may be NULL. */
AG_API char *ag_analysis_json(const ag_game *game, const ag_analysis *analysis,
                              const ag_basins *basins);
AG_API char *ag_audit_json(const ag_game *game, const ag_audit *audit);
AG_API char *ag_ensemble_json(const ag_ensemble *ensemble);
AG_API char *ag_drift_study_json(const ag_drift_study *study);

/* A text as a document may have it: each byte that is no UTF-8 as \xHH. On the heap; NULL: memory
 * is out. */
AG_API char *ag_json_escape(const char *text);
/* A path as others may see it: of an absolute one `…/` and the last name. Likewise. */
AG_API char *ag_json_shorten(const char *path);

#ifdef __cplusplus
}
#endif

#endif

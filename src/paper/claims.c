/* What an ensemble of random games says of the paper's claims, as files. */
#include "paper/parts.h"

static ag_status draw_gaps(const void *what, const char *path, ag_error *error)
{
  return ag_ensemble_draw(what, path, error);
}

ag_status ag_paper_claims_save(const ag_ensemble *ensemble, const char *directory, ag_error *error)
{
  ag_status status = ag_paper_save(ag_ensemble_json(ensemble), directory, "claims.json", error);
  return status == AG_OK ? ag_paper_save_figure(draw_gaps, ensemble, directory, "theorem-4", error)
                         : status;
}

"""What finite samples do without curation, in closed form, and beside simulations."""
from __future__ import annotations

from typing import Any, Optional

from . import _arrays
from ._calls import Call
from ._library import ffi, lib, owned, owned_text
from .documents import Document
from .progress import Bar, Progress


def _reading(accumulate: bool) -> Any:
    return lib.AG_DRIFT_ACCUMULATE if accumulate else lib.AG_DRIFT_REPLACE


def drift_kept(items: int, generations: Optional[int], *, accumulate: bool = False) -> float:
    """The share of the diversity 1 - sum p^2 that is left, in expectation, when each generation draws
    items from what it learned; and of a fitted Gaussian's variance. generations None: forever.
    Source: docs/theory.md, "Finite populations"."""
    last = lib.AG_DRIFT_FOREVER if generations is None else generations
    return float(lib.ag_drift_kept(_reading(accumulate), items, last))


def drift(*, seed: Optional[int] = None, items: Optional[int] = None, generations: Optional[int] = None,
          replicates: Optional[int] = None, samples: Optional[int] = None, features: Optional[int] = None,
          start: Optional[int] = None, gap: Optional[float] = None, pool: Any = None,
          progress: Optional[Progress] = None) -> Document:
    """Closed forms beside simulations: the document of `aligngame drift --json`."""
    settings, study = ffi.new("ag_drift_settings *"), ffi.new("ag_drift_study **")
    lib.ag_drift_settings_default(settings)
    given = {"seed": seed, "items": items, "generations": generations, "replicates": replicates,
             "samples": samples, "features": features, "start": start, "gap": gap,
             "pool": None if pool is None else _arrays.pool(pool)}
    for name, value in given.items():
        if value is not None:
            setattr(settings, name, value)
    job = Call(Bar(progress, "drift", "parts"))
    settings.context = job.handle
    if progress:
        settings.progress = lib.aligngame_count_progress
    job.run(lib.ag_drift_study_make, settings, study, options=settings)
    made = owned(study[0], lib.ag_drift_study_free)
    return Document(owned_text(lib.ag_drift_study_json(made)))

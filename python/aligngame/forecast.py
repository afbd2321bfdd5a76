"""What survives of one's own items under curation."""
from __future__ import annotations

import os
import tempfile
from typing import Any, Dict, Iterable, List, Optional, Union

import numpy as np

from . import _arrays
from ._calls import Call, call
from ._library import Texts, encoded, ffi, lib, owned, owned_text
from ._recipe import Settings, settings_of
from .documents import Document
from .progress import Bar, Progress
from .results import table

Path = Union[str, "os.PathLike[str]"]


class Forecast(Document):
    """The document of `aligngame forecast --json`, with its items as a table."""

    def __init__(self, forecast: Any) -> None:
        self._forecast = owned(forecast, lib.ag_forecast_free)
        super().__init__(owned_text(lib.ag_forecast_json(self._forecast)))

    @property
    def table(self) -> Any:
        """A row for each item that has a share: at the start, at the generations that are told, its rank
        at the end, and whether it survives."""
        made = self._forecast
        shown = [int(made.shown[s]) for s in range(made.shown_count)]
        columns: Dict[str, Any] = {"start": _arrays.view(made, made.start, made.items)}
        for generation in shown:
            columns[f"share_{generation}"] = np.array(
                [lib.ag_forecast_share(made, item, generation) for item in range(made.items)])
        columns["rank"] = _arrays.view(made, made.rank, made.items, kind="<u8")
        columns["survives"] = _arrays.view(made, made.survives, made.items, kind="|b1")
        return table({"item": np.arange(made.items)}, columns)

    @property
    def words(self) -> List[str]:
        """What came of it, in sentences."""
        return owned_text(lib.ag_forecast_words(self._forecast, lib.AG_FORECAST_SHORT)).splitlines()

    def write(self, directory: Path) -> None:
        """items.csv, forecast.json, forecast.png and .svg, and forecast.html."""
        call(lib.ag_forecast_write, self._forecast, os.fsencode(directory))

    def __reduce__(self) -> Any:
        return (Document, (self.to_json(),))


def forecast(items: Any, owner: str, public: str, *, label: Optional[str] = None,
             group: Optional[str] = None, mass: Optional[str] = None, pool: Any = 8,
             owner_pool: Any = None, public_pool: Any = None, temperature: Optional[float] = None,
             owner_temperature: Optional[float] = None, public_temperature: Optional[float] = None,
             generations: int = 60, every: Optional[str] = None, at: Optional[Iterable[int]] = None,
             keep: int = 0, owner_se: Optional[str] = None, public_se: Optional[str] = None,
             draws: Optional[int] = None, settings: Optional[Settings] = None,
             progress: Optional[Progress] = None) -> Forecast:
    """What becomes of items when a model is trained again and again on what an owner and then the public
    keep.

    items: a data frame, or a table's path. owner, public, label, group, mass, owner_se, public_se: its
    columns. temperature: by default the scores' standard deviation. at: generations whose shares are told.
    keep: also with finite data, so many items a side and generation. draws: also on scores drawn with
    their standard errors, by default 100 where these are given."""
    if not isinstance(items, (str, os.PathLike)):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "items.csv")
            items.to_csv(path, index=False)
            return forecast(path, owner, public, label=label, group=group, mass=mass, pool=pool,
                            owner_pool=owner_pool, public_pool=public_pool, temperature=temperature,
                            owner_temperature=owner_temperature, public_temperature=public_temperature,
                            generations=generations, every=every, at=at, keep=keep, owner_se=owner_se,
                            public_se=public_se, draws=draws, settings=settings, progress=progress)
    options, made = ffi.new("ag_forecast_options *"), ffi.new("ag_forecast **")
    lib.ag_forecast_options_default(options)
    kept: List[Any] = [ffi.new("char[]", os.fsencode(items))]
    options.file = kept[0]
    for field, value in (("owner", owner), ("public_", public), ("label", label), ("group", group),
                         ("mass", mass), ("period", every), ("owner_se", owner_se),
                         ("public_se", public_se)):
        kept.append(encoded(value))
        setattr(options, field, kept[-1])
    options.pool_owner = _arrays.pool(pool if owner_pool is None else owner_pool)
    options.pool_public = _arrays.pool(pool if public_pool is None else public_pool)
    options.temperature_owner = owner_temperature or temperature or 0
    options.temperature_public = public_temperature or temperature or 0
    options.generations, options.keep = generations, keep
    told = _arrays.sizes([*at] if at is not None else [])
    options.at, options.at_count = (told, len(told)) if at is not None else (ffi.NULL, 0)
    usual = 100 if owner_se or public_se else 0
    options.draws = usual if draws is None else draws
    overrides = Texts(settings_of(settings))
    options.overrides, options.override_count = overrides.array, overrides.count
    job = Call(Bar(progress, "forecast", "games"))
    options.context = job.handle
    if progress:
        options.progress = lib.aligngame_named_progress
    job.run(lib.ag_forecast_make, options, made)
    return Forecast(made[0])

"""What comes of a game: runs, and the documents of theory."""

from __future__ import annotations

import html
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from aligngame import arrays, plots
from aligngame._call import call, document, path, strings, text
from aligngame._native import ffi, lib
from aligngame.arrays import Reals
from aligngame.errors import Error

if TYPE_CHECKING:
    from aligngame.game import Game


def _frame(columns: dict[str, Any], index: Any) -> Any:
    try:
        import pandas
    except ImportError as error:
        raise ImportError("frames need pandas; `metric(name)` gives arrays without it") from error
    return pandas.DataFrame(columns, index=index)


class Run:
    """A game that was played. Arrays are read-only views that keep it alive."""

    def __init__(self, game: Game, result: Any) -> None:
        self.game, self._result = game, result
        self._document: dict[str, Any] | None = None
        names = [text(result.metric_name[m]) for m in range(result.metric_count)]
        self._column = {name: m for m, name in enumerate(names)}

    @classmethod
    def read(cls, directory: str | os.PathLike[str]) -> Run:
        """A finished run from its directory; raises GameError where there is none, FileError."""
        from aligngame.game import Game

        game, result = ffi.new("ag_game **"), ffi.new("ag_result **")
        call(lib.ag_run_read, path(directory), game, result)
        made = Game.__new__(Game)
        made._source, made._calls = ("file", os.fspath(directory), {}), []
        made._game = ffi.gc(game[0], lib.ag_game_free)
        return cls(made, ffi.gc(result[0], lib.ag_result_free))

    # --- metrics ---

    @property
    def generations(self) -> int:
        """T: there are T + 1 rows, from generation 0 on."""
        return int(self._result.generations)

    @property
    def replicates(self) -> int:
        """0: the exact engine."""
        return int(self._result.replicates)

    @property
    def metric_names(self) -> list[str]:
        return list(self._column)

    def metric(self, name: str, replicate: int | None = None) -> Reals:
        """[T + 1] by generation: of one replicate, or their mean. NaN where it is not defined."""
        shape = (self.generations + 1, len(self._column))
        if replicate is None:
            table = arrays.view(self._result.metric, shape, self._result)
        else:
            table = arrays.view(self._result.replicate_metric, (self.replicates, *shape),
                                self._result)[replicate]
        values: Reals = table[:, self._column[name]]
        return values

    @property
    def metrics(self) -> Any:
        """A pandas DataFrame, generations by metrics; of replicates (generation, replicate)."""
        if self.replicates < 2:
            frame = _frame({name: self.metric(name) for name in self._column}, None)
            frame.index.name = "generation"
            return frame
        import pandas

        rows = [pandas.DataFrame({name: self.metric(name, r) for name in self._column})
                for r in range(self.replicates)]
        whole = pandas.concat(rows, keys=range(self.replicates), names=["replicate", "generation"])
        return whole.swaplevel().sort_index()

    # --- masses and points ---

    @property
    def snapshots(self) -> list[int]:
        """The generations whose masses are there, with the last one."""
        kept = {int(self._result.snapshot[s]) for s in range(self._result.snapshot_count)}
        return sorted(kept | {self.generations})

    def log_mass(self, generation: int | None = None) -> Reals:
        """log p_t, natural and normalised: [n], a view. None: at the end. Raises KeyError for a
        generation that was not kept (`snapshots`)."""
        n = int(self._result.item_count)
        if n == 0:
            raise ValueError("points and texts have no masses")
        if generation in (None, self.generations):
            return arrays.view(self._result.log_mass, (n,), self._result)
        for s in range(self._result.snapshot_count):
            if self._result.snapshot[s] == generation:
                return arrays.view(self._result.snapshot_log_mass[s], (n,), self._result)
        raise KeyError(f"generation {generation} was not kept; there are "
                       f"{', '.join(map(str, self.snapshots))}")

    def mass(self, generation: int | None = None) -> Reals:
        """p_t: [n]; see `log_mass`."""
        values: Reals = np.exp(self.log_mass(generation))
        return values

    @property
    def points(self) -> Reals:
        """Of a game on points at the end, all replicates: [count, dimension], a view."""
        shape = (int(self._result.point_count), int(self._result.dimension))
        return arrays.view(self._result.point, shape, self._result)

    @property
    def texts(self) -> list[str]:
        """The dataset of a game on texts at the end, of the first replicate."""
        if self._result.texts == ffi.NULL:
            return []
        return [text(self._result.texts.dataset[i])
                for i in range(self._result.texts.dataset_count)]

    @property
    def exact(self) -> Run | None:
        """The exact counterpart of a sampled game, where one was asked for and there is one."""
        if self._result.exact == ffi.NULL:
            return None
        view = Run.__new__(Run)
        Run.__init__(view, self.game, self._result.exact)
        view._kept = self._result  # type: ignore[attr-defined]
        return view

    # --- what is said of it ---

    @property
    def document(self) -> dict[str, Any]:
        """The document of `aligngame run --json` (docs/json.md)."""
        if self._document is None:
            facts = ffi.new("ag_facts **")
            call(lib.ag_facts_find, self.game._game, self._result, facts)
            try:
                self._document = document("run", lib.ag_result_json(self.game._game, self._result,
                                                                    facts[0]))
            finally:
                lib.ag_facts_free(facts[0])
        return self._document

    @property
    def facts(self) -> dict[str, Any]:
        """The one reading of the result: verdict, regime, half-life, survivors, ..."""
        facts: dict[str, Any] = self.document["facts"]
        return facts

    def to_json(self) -> str:
        return json.dumps(self.document)

    def to_xarray(self) -> Any:
        """An xarray Dataset: metrics by (replicate,) generation; mass by generation and item, with
        labels and units."""
        import xarray

        generation = np.arange(self.generations + 1)
        many = self.replicates > 1
        data: dict[str, Any] = {}
        for name in self._column:
            values = (np.stack([self.metric(name, r) for r in range(self.replicates)]) if many
                      else self.metric(name))
            data[name] = ((("replicate",) if many else ()) + ("generation",), values,
                          {"long_name": metric_caption(name)})
        coordinates: dict[str, Any] = {"generation": generation}
        if self._result.item_count:
            kept = self.snapshots
            data["mass"] = (("snapshot", "item"), np.stack([self.mass(g) for g in kept]),
                            {"units": "share", "long_name": "share of the population"})
            coordinates["snapshot"] = kept
            coordinates["label"] = ("item", self.game.labels)
        return xarray.Dataset(data, coordinates, {"name": self.game.name,
                                                  "seed": self.game.seed})

    # --- pictures ---

    def plot(self, what: str | None = None, ax: Any = None, most: int = 6) -> Any:
        """Draws on matplotlib axes and returns them. what: a metric (of several curators: its
        first word), or "shares", of the items that have most at the end; None: shares where they
        were kept, else diversity. most: of items."""
        return plots.run(self, what, ax, most)

    def draw(self, place: str | os.PathLike[str]) -> None:
        """Writes the run's figure as the command line draws it: .png, .svg or .pdf."""
        call(lib.ag_run_draw, self.game._game, self._result, path(place))

    def report(self, place: str | os.PathLike[str], title: str | None = None) -> None:
        """Writes the page of `aligngame report`; of a run that has a directory."""
        if self._result.directory == ffi.NULL:
            raise Error("a page is about a run directory: play with run(directory=...)")
        directories, kept = strings([ffi.string(self._result.directory)])
        call(lib.ag_report_write, directories, len(kept), path(place),
             ffi.NULL if title is None else title.encode())

    def __repr__(self) -> str:
        return (f"<aligngame.Run of {self.game.name!r}: {self.generations} generations, "
                f"{self.facts.get('verdict', 'no verdict')}>")

    def _repr_html_(self) -> str:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder, "run.svg")
            try:
                self.draw(place)
                picture = place.read_text("utf-8")
            except Error:  # nothing to draw
                picture = ""
        at = picture.find("<svg")
        return f"<p>{html.escape(repr(self)[1:-1])}</p>{picture[at:] if at >= 0 else ''}"


def metric_caption(name: str) -> str:
    """A sentence that says what a metric is."""
    buffer = ffi.new("char[1024]")
    lib.ag_metric_caption(name.encode(), buffer, 1024)
    return text(buffer)


class Document(dict[str, Any]):
    """A JSON document of the command line; its keys are attributes too."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def to_json(self) -> str:
        return json.dumps(self)

    def _rows(self) -> list[Sequence[Any]]:
        return [(key, value) for key, value in self.items()
                if not isinstance(value, (dict, list)) and key not in ("schema", "version")]

    def _repr_html_(self) -> str:
        rows = ("".join(f"<td>{html.escape(str(cell))}</td>" for cell in row)
                for row in self._rows())
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


class Analysis(Document):
    """Where a game must end."""


class Audit(Document):
    """Every claim of the paper against the exact outcome."""

    @property
    def verdicts(self) -> dict[str, str]:
        """By claim: holds, fails, not applicable or undecided."""
        return {claim["claim"]: claim["verdict"] for claim in self["claims"]}

    def _rows(self) -> list[Sequence[Any]]:
        return [(claim["claim"], claim["verdict"], claim["explanation"])
                for claim in self["claims"]]


class Forecast(Document):
    """What survives of a user's own items."""

    @property
    def frame(self) -> Any:
        """The items as a pandas DataFrame."""
        items = self["items"]
        return _frame({key: [item[key] for item in items] for key in items[0]
                       if not isinstance(items[0][key], (list, dict))}, None)


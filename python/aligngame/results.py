"""What came of a game."""
from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Optional, Union

import numpy as np
import numpy.typing as npt

from . import _arrays
from ._arrays import Reals
from ._calls import Call, call
from ._library import Texts, encoded, ffi, lib, optional_text, owned, owned_text, text
from .documents import Document
from .progress import Bar, Progress

if TYPE_CHECKING:
    from .game import Game

Path = Union[str, "os.PathLike[str]"]
SNAPSHOT_NUMBERS = 1_000_000  # up to here every generation's masses are kept in memory


def table(index: Dict[str, npt.NDArray[Any]], columns: Dict[str, Any]) -> Any:
    """A data frame where pandas is there, otherwise a dict of columns, the index among them."""
    try:
        import pandas
    except ImportError:
        return {**index, **columns}
    levels = list(index.values())
    made = pandas.Index(levels[0], name=list(index)[0]) if len(index) == 1 else \
        pandas.MultiIndex.from_arrays(levels, names=list(index))
    return pandas.DataFrame(columns, index=made)


class Run:
    """A game that was played. Arrays are read-only views of the result, which lives as long as any of
    them."""

    def __init__(self, game: "Game", result: Any) -> None:
        self.game = game
        self._result = owned(result, lib.ag_result_free)
        self._document: Optional[Document] = None

    @classmethod
    def _play(cls, game: "Game", directory: Optional[Path], resume: bool,
              snapshots: Union[str, Iterable[int], None], progress: Optional[Progress],
              checkpoint_interval: float) -> "Run":
        if resume and directory is None:
            raise ValueError("resume goes on in a directory: which?")
        job = Call(Bar(progress, game.name, "generations"), game._functions.failures)
        options, result = ffi.new("ag_run_options *"), ffi.new("ag_result **")
        wanted = _snapshots(game, snapshots, directory is None)
        kept = _arrays.sizes(wanted)
        options.snapshots, options.snapshot_count = kept, len(wanted)
        options.resume, options.counterpart = resume, True
        options.checkpoint_interval = checkpoint_interval
        options.put_aside, options.context = lib.aligngame_put_aside, job.handle
        if progress:
            options.progress = lib.aligngame_run_progress
        if directory is not None:
            os.makedirs(directory, exist_ok=True)
            place = ffi.new("char[]", os.fsencode(directory))
            options.directory = place
        job.run(lib.ag_run, game._game, options, result, options=options)
        return cls(game, result[0])

    @classmethod
    def read(cls, directory: Path) -> "Run":
        """A finished run of a run directory."""
        from .game import Game
        game, result = ffi.new("ag_game **"), ffi.new("ag_result **")
        call(lib.ag_run_read, os.fsencode(directory), game, result)
        return cls(Game._of_handle(game[0]), result[0])

    # --- metrics ---

    @property
    def generations(self) -> int:
        """How many were played: rows go from 0 to this."""
        return int(self._result.generations)

    @property
    def metric_names(self) -> List[str]:
        return [text(self._result.metric_name[m]) for m in range(self._result.metric_count)]

    @property
    def metric_values(self) -> Reals:
        """[generations + 1, metrics]; of samples the mean over the replicates."""
        result = self._result
        return _arrays.view(result, result.metric, result.generations + 1, result.metric_count)

    @property
    def replicate_values(self) -> Reals:
        """[replicates, generations + 1, metrics]; none of the exact engine."""
        result = self._result
        return _arrays.view(result, result.replicate_metric, result.replicates, result.generations + 1,
                            result.metric_count)

    @property
    def metrics(self) -> Any:
        """What was measured, a row for each generation; of samples the mean over the replicates."""
        values = self.metric_values
        return table({"generation": np.arange(self.generations + 1)},
                     {name: values[:, m] for m, name in enumerate(self.metric_names)})

    @property
    def replicates(self) -> Any:
        """The same of each replicate, a row for each replicate and generation."""
        values = self.replicate_values
        count, rows = values.shape[:2]
        return table({"replicate": np.repeat(np.arange(count), rows),
                      "generation": np.tile(np.arange(rows), count)},
                     {name: values[:, :, m].ravel() for m, name in enumerate(self.metric_names)})

    # --- distributions ---

    @property
    def snapshots(self) -> List[int]:
        """The generations whose masses were kept, besides the last."""
        return [int(self._result.snapshot[s]) for s in range(self._result.snapshot_count)]

    def log_mass(self, generation: Optional[int] = None) -> Reals:
        """Natural logarithms of the items' shares [items] at a generation, by default at the end."""
        result = self._result
        if generation is None or generation == self.generations:
            return _arrays.view(result, result.log_mass, result.item_count)
        if generation not in self.snapshots:
            raise KeyError(f"generation {generation} was not kept: run(snapshots=[{generation}]) does")
        at = self.snapshots.index(generation)
        return _arrays.view(result, result.snapshot_log_mass[at], result.item_count)

    def mass(self, generation: Optional[int] = None) -> Reals:
        """The items' shares [items]."""
        return np.asarray(np.exp(self.log_mass(generation)))

    def points(self, generation: Optional[int] = None) -> Reals:
        """Of a cloud: the points of all replicates [points, dimension]."""
        result = self._result
        if generation is None or generation == self.generations:
            return _arrays.view(result, result.point, result.point_count, result.dimension)
        if generation not in self.snapshots:
            raise KeyError(f"generation {generation} was not kept: run(snapshots=[{generation}]) does")
        at = self.snapshots.index(generation)
        return _arrays.view(result, result.snapshot_point[at], result.snapshot_point_count[at],
                            result.dimension)

    # --- in words ---

    @property
    def document(self) -> Document:
        """The document of `aligngame run --json`."""
        if self._document is None:
            facts = ffi.new("ag_facts **")
            call(lib.ag_facts_find, self.game._game, self._result, facts)
            found = owned(facts[0], lib.ag_facts_free, self.game)
            self._document = Document(owned_text(lib.ag_result_json(self.game._game, self._result, found)))
        return self._document

    @property
    def facts(self) -> Dict[str, Any]:
        """The reading of the result that the program's summary and the page print."""
        facts: Dict[str, Any] = self.document["facts"]
        return facts

    def to_json(self) -> str:
        return self.document.to_json()

    @property
    def directory(self) -> Optional[str]:
        return optional_text(self._result.directory)

    @property
    def seconds(self) -> float:
        return float(self._result.seconds)

    def report(self, path: Path, title: Optional[str] = None) -> None:
        """One HTML page about the run. A run in memory is played once more, with the same bits, into a
        directory that is then removed."""
        if self.directory is not None:
            write_report([self.directory], path, title)
            return
        with tempfile.TemporaryDirectory() as folder:
            self.game.run(self.generations, directory=os.path.join(folder, "run"))
            write_report([os.path.join(folder, "run")], path, title)

    def draw(self, path: Path) -> None:
        """Its metrics, and the plane where it is played on one, as PNG, SVG or PDF by the path's
        ending."""
        call(lib.ag_run_draw, self.game._game, self._result, os.fsencode(path))

    def __repr__(self) -> str:
        return f"<Run of {self.game.name}: {self.generations} generations, {self.facts['verdict']}>"


def _snapshots(game: "Game", wanted: Union[str, Iterable[int], None], in_memory: bool) -> List[int]:
    every = range(game.generations + 1)
    if wanted == "all":
        return list(every)
    if wanted is None:
        small = in_memory and 0 < game.item_count * len(every) <= SNAPSHOT_NUMBERS
        return list(every) if small else []
    if isinstance(wanted, str):
        raise ValueError(f"the snapshots: expected generations, or 'all', found {wanted!r}")
    return [int(generation) for generation in wanted]


def write_report(directories: Iterable[Path], path: Path, title: Optional[str] = None) -> None:
    """One HTML page about finished runs, and of several what sets them apart."""
    folders = Texts([os.fspath(directory) for directory in directories])
    call(lib.ag_report_write, folders.array, folders.count, os.fsencode(path), encoded(title))

"""Phase diagrams: where a game ends at every point of two of its values."""
from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, List, Optional, Union

import numpy as np
import numpy.typing as npt

from . import _arrays
from ._arrays import Reals
from ._calls import Call, call
from ._library import encoded, ffi, lib, optional_text, owned, text
from .progress import Bar, Progress


@dataclass(frozen=True)
class Axis:
    """A value of the game, such as curators.owner.pool; several with commas between get the same.
    integer: None means that of pools."""

    path: str
    low: float
    high: float
    count: int = 25
    logarithmic: bool = False
    integer: Optional[bool] = None

    def _fill(self, to: Any, kept: List[Any]) -> None:
        name = encoded(self.path)
        kept.append(name)
        to.path, to.low, to.high, to.count = name, self.low, self.high, self.count
        to.logarithmic = self.logarithmic
        to.integer = self.path.endswith(".pool") if self.integer is None else self.integer


class Phase:
    """A diagram: rows go with y, columns with x."""

    def __init__(self, phase: Any) -> None:
        self._phase = owned(phase, lib.ag_phase_free)

    @property
    def x(self) -> Reals:
        return _arrays.view(self._phase, self._phase.value[0], self._phase.axis[0].count)

    @property
    def y(self) -> Reals:
        return _arrays.view(self._phase, self._phase.value[1], self._phase.axis[1].count)

    @property
    def words(self) -> List[str]:
        """What the numbers of `winner` mean."""
        return [text(lib.ag_phase_winner_word(self._phase, winner))
                for winner in range(lib.AG_PHASE_WINNERS)]

    @property
    def winner(self) -> npt.NDArray[np.uint8]:
        """[y, x] who wins, a number of `words`."""
        return self._map(self._phase.winner, "|u1")

    @property
    def sink_count(self) -> npt.NDArray[np.uint8]:
        """[y, x] ends that attract; more than one: the start decides."""
        return self._map(self._phase.sink_count, "|u1")

    @property
    def effective_number(self) -> Reals:
        """[y, x] at the end; NaN where the point was refused."""
        return self._map(self._phase.effective_number, "<f8")

    def _map(self, values: Any, kind: str) -> npt.NDArray[Any]:
        return _arrays.view(self._phase, values, self._phase.axis[1].count, self._phase.axis[0].count,
                            kind=kind)

    @property
    def refused(self) -> int:
        """How many points are no game, or none that theory covers."""
        return int(self._phase.refused)

    @property
    def refusal(self) -> Optional[str]:
        """Why the first of them is."""
        return optional_text(self._phase.refusal)

    def draw(self, path: Union[str, "os.PathLike[str]"]) -> None:
        """As PNG, SVG or PDF by the path's ending."""
        call(lib.ag_phase_draw, self._phase, os.fsencode(path))

    def __repr__(self) -> str:
        counts = np.bincount(self.winner.ravel(), minlength=lib.AG_PHASE_WINNERS)
        return "<Phase: " + ", ".join(f"{count} {word}" for word, count in zip(self.words, counts)
                                      if count) + ">"


def play_phase(document: str, name: str, x: Axis, y: Axis, generations: int,
               progress: Optional[Progress]) -> Phase:
    job = Call(Bar(progress, "phase", "games"))
    axes, options, phase = ffi.new("ag_phase_axis[2]"), ffi.new("ag_phase_options *"), ffi.new("ag_phase **")
    kept: List[Any] = []
    x._fill(axes[0], kept)
    y._fill(axes[1], kept)
    options.generations, options.context = generations, job.handle
    if progress:
        options.progress = lib.aligngame_count_progress
    said = document.encode("utf-8", "surrogateescape")
    job.run(lib.ag_phase_play, encoded(name), said, len(said), ffi.NULL, 0, axes, options, phase,
            options=options)
    return Phase(phase[0])

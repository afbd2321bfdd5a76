"""A game that is played step by step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from aligngame import arrays
from aligngame._native import ffi, lib
from aligngame.arrays import Reals

if TYPE_CHECKING:
    from aligngame.game import Game


class State:
    """A game at one of its generations; see `Game.play`."""

    def __init__(self, game: Game, pointer: Any) -> None:
        self.game, self._state = game, pointer

    @classmethod
    def start(cls, game: Game, replicate: int) -> Iterator[State]:
        made = ffi.new("ag_state **")
        state = cls(game, None)
        game._call(lib.ag_state_create, game._game, replicate, made)
        state._state = ffi.gc(made[0], lib.ag_state_free)
        while True:
            yield state
            state.advance()

    def advance(self) -> None:
        """Plays one generation."""
        self.game._call(lib.ag_state_advance, self._state)

    @property
    def generation(self) -> int:
        return int(lib.ag_state_generation(self._state))

    @property
    def metrics(self) -> dict[str, float]:
        """Of this generation, by name."""
        names = self.game.metrics
        values = lib.ag_state_metrics(self._state)
        return {name: float(values[m]) for m, name in enumerate(names)}

    @property
    def log_mass(self) -> Reals:
        """Natural and normalised: [n]; on samples the logarithms of their shares."""
        values = np.empty(self.game.item_count)
        lib.ag_state_log_mass(self._state, arrays.pointer(values))
        return values

    @property
    def mass(self) -> Reals:
        """p_t: [n]."""
        return np.exp(self.log_mass)

    @property
    def points(self) -> Reals:
        """The dataset of a game on points: [count, dimension], a view until the next generation."""
        count = ffi.new("size_t *")
        pointer = lib.ag_state_points(self._state, count)
        return arrays.view(pointer, (count[0], lib.ag_game_dimension(self.game._game)), self)

    def save(self) -> Reals:
        """All that is needed to go on, as numbers."""
        numbers, count = ffi.new("double **"), ffi.new("size_t *")
        self.game._call(lib.ag_state_save, self._state, numbers, count)
        try:
            return np.frombuffer(ffi.buffer(numbers[0], 8 * count[0]), dtype=float).copy()
        finally:
            lib.free(numbers[0])

    def restore(self, numbers: Any) -> None:
        """Goes on from there, with the same bits; raises GameError for another game's numbers."""
        values = arrays.given(numbers, "numbers")
        self.game._call(lib.ag_state_restore, self._state, arrays.pointer(values), values.size)

"""A game that is played generation after generation."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional

import numpy as np

from . import _arrays
from ._arrays import Reals
from ._calls import Call
from ._library import ffi, lib, owned
from .errors import GameError

if TYPE_CHECKING:
    from .game import Game


class Play:
    """The state of a game, from generation 0 on. Iterating gives the state itself, first as it begins and
    then after each generation up to the game's last; `step` plays on from there. Arrays are read-only;
    those of one generation stay as they are when the next is played."""

    def __init__(self, game: "Game", replicate: int = 0) -> None:
        self._owner = game
        self._names = game.metrics
        self._call = Call(failures=game._functions.failures)
        state = ffi.new("ag_state **")
        self._call.run(lib.ag_state_create, game._game, replicate, state)
        self._state: Any = owned(state[0], lib.ag_state_free, game)
        self._log_mass: Optional[Reals] = None
        self._broken = False

    def step(self, generations: int = 1) -> "Play":
        """Plays on."""
        if self._broken:
            raise RuntimeError("an earlier generation has failed: the play is at its end")
        self._log_mass = None
        advance, state, error = lib.ag_state_advance, self._state, self._call.error
        for _ in range(generations):
            status = advance(state, error)
            if status != lib.AG_OK:
                self._broken = True
                self._call.finish(status)
        return self

    def __iter__(self) -> Iterator["Play"]:
        yield self
        last, step = self._owner.generations, self.step
        while self.generation < last:
            yield step()

    @property
    def generation(self) -> int:
        return int(lib.ag_state_generation(self._state))

    @property
    def log_mass(self) -> Reals:
        """Natural logarithms of the items' shares [items]; on samples of the dataset's."""
        if self._log_mass is None:
            made = np.empty(self._owner.item_count)
            lib.ag_state_log_mass(self._state, _arrays.pointer(made))
            made.flags.writeable = False
            self._log_mass = made
        return self._log_mass

    @property
    def mass(self) -> Reals:
        """The items' shares [items]."""
        made = np.exp(self.log_mass)
        made.flags.writeable = False
        return made

    @property
    def metrics(self) -> Dict[str, float]:
        """What is measured, of this generation."""
        values = lib.ag_state_metrics(self._state)
        return dict(zip(self._names, ffi.unpack(values, len(self._names)))) if self._names else {}

    @property
    def points(self) -> Reals:
        """The points of a cloud's dataset [count, dimension]: a copy, for the next generation moves
        them."""
        count = ffi.new("size_t *")
        points = lib.ag_state_points(self._state, count)
        dimension = int(lib.ag_game_dimension(self._owner._game))
        made = np.array(_arrays.view(self._state, points, count[0] if points else 0, dimension))
        made.flags.writeable = False
        return made

    def save(self) -> Reals:
        """All that is needed to go on, with the same bits."""
        numbers, count = ffi.new("double **"), ffi.new("size_t *")
        self._call.run(lib.ag_state_save, self._state, numbers, count)
        kept = owned(numbers[0], lib.free)
        return _arrays.view(kept, kept, count[0])

    def restore(self, saved: Any) -> "Play":
        """Goes on from what `save` gave, of the same game."""
        numbers = _arrays.reals(saved, "a saved play")
        self._log_mass = None
        try:
            self._call.run(lib.ag_state_restore, self._state, _arrays.pointer(numbers), len(numbers))
        except GameError:
            self._broken = True
            raise
        return self

    def __repr__(self) -> str:
        return f"<Play of {self._owner.name} at generation {self.generation}>"

"""aligngame: what a model becomes that is trained again and again on what people keep of its output."""
from __future__ import annotations

from ._calls import AligngameWarning
from ._library import lib as _lib
from ._library import text as _text
from .callbacks import Generator, generator, reward
from .documents import Document
from .errors import AligngameError, FileError, GameError, InternalError, Interrupted, OutOfMemory
from .game import Game
from .phase import Axis, Phase
from .play import Play
from .results import Run, write_report
from .weights import log_weights, weights

__version__ = _text(_lib.ag_version())

__all__ = ["AligngameError", "AligngameWarning", "Axis", "Document", "FileError", "Game", "GameError",
           "Generator", "InternalError", "Interrupted", "OutOfMemory", "Phase", "Play", "Run", "generator",
           "log_weights", "reward", "weights", "write_report"]

"""aligngame: what a model becomes that is trained again and again on what people keep of its output."""
from __future__ import annotations

from ._calls import AligngameWarning
from ._library import lib as _lib
from ._library import text as _text
from .callbacks import Generator, generator, reward
from .catalogue import Entry, Parameter, kinds
from .catalogue import entries as list
from .documents import Document
from .drift import drift, drift_kept
from .errors import AligngameError, FileError, GameError, InternalError, Interrupted, OutOfMemory
from .forecast import Forecast, forecast
from .game import Game
from .parts import generators, rewards, spaces
from .phase import Axis, Phase
from .play import Play
from .results import Run, write_report
from .training import Training, train
from .weights import log_weights, weights

__version__ = _text(_lib.ag_version())

__all__ = ["AligngameError", "AligngameWarning", "Axis", "Document", "Entry", "FileError", "Forecast", "Game",
           "GameError", "Generator", "InternalError", "Interrupted", "OutOfMemory", "Parameter", "Phase",
           "Play", "Run", "Training", "drift", "drift_kept", "forecast", "generator", "generators", "kinds",
           "list", "log_weights", "reward", "rewards", "spaces", "train", "weights", "write_report"]

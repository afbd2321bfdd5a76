"""aligngame: recursive curation of generative models, played exactly.

    >>> import aligngame as ag
    >>> game = ag.Game.from_arrays({"owner": [3, 0, 2], "public": [0, 3, 2]}, mass=[9, 9, 2])
    >>> run = game.run(generations=60)
    >>> run.mass().round(3)
    array([0.   , 0.   , 1.   ])
"""

from aligngame._call import text as _text
from aligngame._native import lib as _lib
from aligngame.callbacks import Generator, Reward, generator, reward
from aligngame.errors import Error, FileError, GameError, Interrupted
from aligngame.game import Game
from aligngame.play import State
from aligngame.results import Analysis, Audit, Document, Forecast, Run
from aligngame.studies import Phase, drift, forecast, train, weights
from aligngame.studies import listed as list  # noqa: A004

__version__ = _text(_lib.ag_version())
__all__ = [
    "Analysis", "Audit", "Document", "Error", "FileError", "Forecast", "Game", "GameError",
    "Generator", "Interrupted", "Phase", "Reward", "Run", "State", "drift", "forecast", "generator",
    "list", "reward", "train", "weights",
]

"""Bradley-Terry weights of arrays."""
from __future__ import annotations

from typing import Any

import numpy as np

from . import _arrays
from ._arrays import Reals
from ._calls import call
from ._library import lib


def log_weights(mass: Any, reward: Any, pool: Any = 8, temperature: float = 1.0, *,
                log: bool = False) -> Reals:
    """Natural logarithms of the exact Bradley-Terry weights H [n]: an item's share changes by the factor H
    when one of each pool is kept with a chance proportional to exp(reward / temperature).

    mass: n shares, or with log=True their logarithms, but for a factor. pool: 2, 3, … or inf.
    Source: arXiv 2511.12804, Definition 1. Error: 1e-12, relative where it is above 1."""
    masses = _arrays.reals(mass, "the masses")
    rewards = _arrays.reals(reward, "the rewards", *masses.shape)
    if masses.ndim != 1:
        raise ValueError(f"the masses: expected one dimension, found {masses.ndim}")
    if not log:
        if not (masses >= 0).all():
            raise ValueError("the masses: expected numbers of at least 0")
        with np.errstate(divide="ignore"):
            masses = np.log(masses)
    made = np.empty(len(masses))
    call(lib.ag_weights, len(masses), _arrays.pointer(masses), _arrays.pointer(rewards),
         _arrays.pool(pool), temperature, _arrays.pointer(made))
    return made


def weights(mass: Any, reward: Any, pool: Any = 8, temperature: float = 1.0, *, log: bool = False) -> Reals:
    """The exact Bradley-Terry weights H [n]; see log_weights."""
    return np.asarray(np.exp(log_weights(mass, reward, pool, temperature, log=log)))

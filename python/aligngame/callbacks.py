"""Rewards and models of the caller's own."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Callable, Protocol

import numpy as np
import numpy.typing as npt

from aligngame._native import ffi, lib
from aligngame.arrays import view

Batch = npt.NDArray[Any]  # numbers of items [count], or points [count, dimension]


class Model(Protocol):
    """What `generator` takes: fit forgets what it knew and learns; sample gives count more."""

    def fit(self, data: Batch, seed: int) -> None: ...

    def sample(self, count: int, seed: int) -> Any: ...


class Reward:
    """A reward that Python computes: a function from a batch to as many numbers.

    A batch is an array of points [count, dimension], or of numbers of items [count]. It is called
    by one thread at a time; an exception in it stops the game and is raised from the call that
    played it.
    """

    def __init__(self, function: Callable[[Batch], Any]) -> None:
        self.function = function
        self.__doc__ = function.__doc__
        self.__name__ = getattr(function, "__name__", "reward")

    def __call__(self, batch: Batch) -> Any:
        return self.function(batch)


def reward(function: Callable[[Batch], Any]) -> Reward:
    """Makes a function a reward: `@ag.reward`."""
    return Reward(function)


class Generator:
    """A model that Python has: an object with fit(data, seed) and sample(count, seed)."""

    def __init__(self, model: Model) -> None:
        self.model = model


def generator(model: Any) -> Generator:
    """Makes a model a generator: of an object, or as `@ag.generator` of a class, which is made."""
    return Generator(model() if isinstance(model, type) else model)


class Calls:
    """What the library calls of one game. It lives as long as the game; an exception waits in it
    for the call during which it was raised."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.error: BaseException | None = None
        self.dimension = 0  # of points that a generator makes; 0: items
        self.handle = ffi.new_handle(self)

    def raise_error(self) -> None:
        error, self.error = self.error, None
        if error is not None:
            raise error from None


def _failed(kind: type[BaseException], error: BaseException, trace: TracebackType) -> None:
    values = trace.tb_frame.f_locals if trace else {}
    if "context" in values:
        ffi.from_handle(values["context"]).error = error.with_traceback(trace)
    if values.get("error"):
        message = f"{kind.__name__}: {error}".encode()[: lib.AG_ERROR_MESSAGE_SIZE - 1]
        ffi.memmove(values["error"].message, message + b"\0", len(message) + 1)
        values["error"].status = lib.AG_ERROR_INTERNAL


def _batch(batch: Any) -> Batch:
    """A copy: what a callback keeps must not change under it."""
    if batch.item != ffi.NULL:
        return view(batch.item, (batch.count,), None, "<u4").copy()
    return view(batch.point, (batch.count, batch.dimension), None).copy()


@ffi.def_extern(error=5, onerror=_failed)
def ag_python_reward(context: Any, batch: Any, reward: Any, error: Any) -> int:
    values = np.asarray(ffi.from_handle(context).function(_batch(batch)), dtype=np.float64)
    if values.shape != (batch.count,):
        raise ValueError(f"a reward of {batch.count} gave an array of shape {values.shape}")
    ffi.memmove(reward, np.ascontiguousarray(values).tobytes(), 8 * batch.count)
    return int(lib.AG_OK)


@ffi.def_extern(error=5, onerror=_failed)
def ag_python_fit(context: Any, data: Any, seed: int, error: Any) -> int:
    calls: Calls = ffi.from_handle(context)
    calls.dimension = 0 if data.item != ffi.NULL else data.dimension
    calls.function.fit(_batch(data), seed)
    return int(lib.AG_OK)


@ffi.def_extern(error=5, onerror=_failed)
def ag_python_sample(context: Any, count: int, seed: int, item: Any, point: Any, error: Any) -> int:
    calls: Calls = ffi.from_handle(context)
    made = np.asarray(calls.function.sample(count, seed))
    shape = (count, calls.dimension) if calls.dimension else (count,)
    if made.shape != shape:
        raise ValueError(f"a generator was to give an array of shape {shape}, and gave {made.shape}")
    into, kind = (point, np.float64) if calls.dimension else (item, np.uint32)
    if not calls.dimension and (made < 0).any():
        raise ValueError("a generator gave an item with a negative number")
    block = np.ascontiguousarray(made, dtype=kind).tobytes()
    ffi.memmove(into, block, len(block))
    return int(lib.AG_OK)

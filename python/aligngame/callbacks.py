"""Rewards and models that are written in Python."""
from __future__ import annotations

from typing import Any, Callable, List, Protocol, TypeVar, Union, runtime_checkable

import numpy as np
import numpy.typing as npt

from ._arrays import view
from ._library import ffi, lib, text

Batch = Union[npt.NDArray[Any], List[str]]
Judge = TypeVar("Judge", bound=Callable[..., Any])
Model = TypeVar("Model")


@runtime_checkable
class Generator(Protocol):
    """A model of one's own. `fit` forgets what it knew and learns data: points [n, dimension], numbers of
    items [n], or a list of texts. `sample` makes count of them. The same seed must give the same."""

    def fit(self, data: Batch, seed: int) -> Any: ...

    def sample(self, count: int, seed: int) -> Any: ...


def reward(judge: Judge) -> Judge:
    """Marks a function, or an object that can be called, as a reward. It is called with many items at a
    time: with a list of texts in a game on texts, with points, real [n, dimension], of a box or a cloud,
    and otherwise with the items' numbers, whole [n]; and returns n finite numbers. Arrays are the
    library's and last as long as the call."""
    if not callable(judge):
        raise TypeError(f"a reward is something that can be called, not {judge!r}")
    return judge


def generator(model: Model) -> Model:
    """Marks a class, or an object, as a model that games can learn with: it has `fit` and `sample`."""
    if not (hasattr(model, "fit") and hasattr(model, "sample")):
        raise TypeError(f"a generator has fit(data, seed) and sample(count, seed), {model!r} has not")
    return model


def name_of(part: Any) -> str:
    return str(getattr(part, "__name__", type(part).__name__))


class Functions:
    """The C sides of a game's Python parts. They live as long as the game, and remember what was raised."""

    def __init__(self) -> None:
        self.failures: List[BaseException] = []
        self._kept: List[Any] = []

    def reward(self, function: Callable[..., Any], to: Any) -> None:
        """Fills an ag_reward_function."""
        to.evaluate = lib.aligngame_evaluate
        to.context = self._handle(function)

    def generator(self, model: Generator) -> Any:
        made = ffi.new("ag_generator_function *")
        made.fit, made.sample, made.write = lib.aligngame_fit, lib.aligngame_sample, lib.aligngame_write
        made.context = self._handle(model)
        self._kept.append(made)
        return made

    def _handle(self, part: Any) -> Any:
        handle = ffi.new_handle((self, part))
        self._kept.append(handle)
        return handle

    def fail(self, part: Any, failure: BaseException, error: Any) -> int:
        """The library's error for what was raised; Python goes on with what was raised itself."""
        self.failures.append(failure)
        words = f"{name_of(part)} raised {type(failure).__name__}: {failure}".encode()
        room = lib.AG_ERROR_MESSAGE_SIZE - 1
        if error != ffi.NULL:
            ffi.memmove(error.message, words[:room] + b"\0", min(len(words), room) + 1)
            error.status = lib.AG_ERROR_INTERNAL
        return int(lib.AG_ERROR_INTERNAL)


def _batch(of: Any) -> Batch:
    if of.text != ffi.NULL:
        return [text(of.text[i]) for i in range(of.count)]
    if of.point != ffi.NULL:
        return view(None, of.point, of.count, of.dimension)
    return view(None, of.item, of.count, kind="<u4")


def _take(values: Any, to: Any, kind: str, shape: Any, part: Any) -> None:
    """Copies what a part has returned into the library's memory."""
    made = np.asarray(values, dtype=kind)
    if made.shape != shape:
        raise ValueError(f"{name_of(part)} returned the shape {made.shape}, expected {shape}")
    made = np.ascontiguousarray(made)
    ffi.memmove(to, ffi.from_buffer(made), made.nbytes)


@ffi.def_extern()
def aligngame_evaluate(context: Any, batch: Any, reward: Any, error: Any) -> int:
    functions, part = ffi.from_handle(context)
    try:
        _take(part(_batch(batch)), reward, "<f8", (batch.count,), part)
    except BaseException as failure:  # of whatever kind, it goes on in Python
        return int(functions.fail(part, failure, error))
    return int(lib.AG_OK)


@ffi.def_extern()
def aligngame_fit(context: Any, data: Any, seed: int, error: Any) -> int:
    functions, part = ffi.from_handle(context)
    functions.dimension = data.dimension
    try:
        part.fit(_batch(data), seed)
    except BaseException as failure:
        return int(functions.fail(part, failure, error))
    return int(lib.AG_OK)


@ffi.def_extern()
def aligngame_sample(context: Any, count: int, seed: int, item: Any, point: Any, error: Any) -> int:
    functions, part = ffi.from_handle(context)
    try:
        if point != ffi.NULL:
            _take(part.sample(count, seed), point, "<f8", (count, functions.dimension), part)
        else:
            _take(part.sample(count, seed), item, "<u4", (count,), part)
    except BaseException as failure:
        return int(functions.fail(part, failure, error))
    return int(lib.AG_OK)


@ffi.def_extern()
def aligngame_write(context: Any, count: int, seed: int, writer: Any, error: Any) -> int:
    functions, part = ffi.from_handle(context)
    try:
        for made in part.sample(count, seed):
            written = made.encode()
            status = lib.ag_text_write(writer, written, len(written), error)
            if status != lib.AG_OK:
                return int(status)
    except BaseException as failure:
        return int(functions.fail(part, failure, error))
    return int(lib.AG_OK)

"""Arrays between NumPy and C."""
from __future__ import annotations

from typing import Any, Sequence, Tuple

import numpy as np
import numpy.typing as npt

from ._library import ffi

Reals = npt.NDArray[np.float64]


class _Borrowed:
    """Memory of an owner, who is kept alive by what is made of it."""

    def __init__(self, owner: Any, pointer: Any, shape: Tuple[int, ...], kind: str) -> None:
        self.owner = owner
        self.__array_interface__ = {"data": (int(ffi.cast("uintptr_t", pointer)), True), "shape": shape,
                                    "typestr": kind, "version": 3}


def view(owner: Any, pointer: Any, *shape: int, kind: str = "<f8") -> npt.NDArray[Any]:
    """A read-only array over the owner's memory, without a copy; empty where there is none."""
    if pointer == ffi.NULL or 0 in shape:
        made = np.zeros(shape, dtype=kind)
        made.flags.writeable = False
        return made
    return np.asarray(_Borrowed(owner, pointer, shape, kind))


def reals(values: Any, what: str, *shape: int) -> Reals:
    """Numbers as C takes them; a copy only where they are not so yet."""
    try:
        made = np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{what}: expected numbers ({error})") from None
    if shape and made.shape != shape:
        raise ValueError(f"{what}: expected the shape {shape}, found {made.shape}")
    return made


def kept(values: Any, what: str, *shape: int) -> Reals:
    """A read-only copy that nobody else can change."""
    made = np.array(reals(values, what, *shape), copy=True)
    made.flags.writeable = False
    return made


def pointer(array: npt.NDArray[Any], kind: str = "double *") -> Any:
    """The array's memory; the array must stay alive."""
    return ffi.cast(kind, array.ctypes.data)


def sizes(values: Sequence[int]) -> Any:
    return ffi.new("size_t[]", [int(value) for value in values])


def pool(value: Any) -> int:
    """2, 3, …, or inf, as an ag_pool."""
    if isinstance(value, str):
        value = float(value)
    if value == float("inf"):
        return 0
    if value != int(value) or value < 2:
        raise ValueError(f"the pool: expected 2, 3, … or inf, found {value}")
    return int(value)

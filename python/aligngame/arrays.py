"""Arrays that go in without copies where they can, and come out as views that keep their owners."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from aligngame._native import ffi

Reals = npt.NDArray[np.float64]


def given(values: Any, name: str, shape: tuple[int, ...] | None = None) -> Reals:
    """values as contiguous doubles; not a copy where they are that already."""
    array = np.ascontiguousarray(values, dtype=np.float64)
    if shape is not None and array.shape != shape:
        raise ValueError(f"{name}: an array of shape {shape} was expected, and it is {array.shape}")
    return array


def pointer(array: Reals) -> Any:
    """double *, borrowed from the array."""
    return ffi.cast("double *", array.ctypes.data)


class _Holder:
    def __init__(self, address: int, shape: tuple[int, ...], kind: str, owner: Any) -> None:
        self.owner = owner
        self.__array_interface__ = {"data": (address, True), "shape": shape, "typestr": kind,
                                    "version": 3}


def view(address: Any, shape: tuple[int, ...], owner: Any, kind: str = "<f8") -> npt.NDArray[Any]:
    """A read-only array over the library's memory; owner lives as long as it does."""
    if address == ffi.NULL or 0 in shape:
        return np.empty(shape, dtype=kind)
    return np.asarray(_Holder(int(ffi.cast("uintptr_t", address)), shape, kind, owner))

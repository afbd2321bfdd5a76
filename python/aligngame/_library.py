"""The C library, and how its texts are read."""
from __future__ import annotations

from typing import Any, Optional

from ._core import ffi, lib

__all__ = ["ffi", "lib", "text", "optional_text", "owned", "owned_text", "encoded", "Texts"]


def text(chars: Any) -> str:
    """A C string; bytes that are no UTF-8 become U+FFFD."""
    return str(ffi.string(chars).decode("utf-8", "replace"))


def optional_text(chars: Any) -> Optional[str]:
    return None if chars == ffi.NULL else text(chars)


def owned_text(chars: Any) -> str:
    """A C string of the heap, which is freed."""
    if chars == ffi.NULL:
        raise MemoryError("out of memory for a text")
    try:
        return text(chars)
    finally:
        lib.free(chars)


def owned(pointer: Any, free: Any, *needs: Any) -> Any:
    """What the library has made, which is freed when nobody holds it any more; what it needs lives until
    then."""
    return ffi.gc(pointer, lambda made, needed=needs: free(made))


def encoded(value: Optional[str]) -> Any:
    """A C string that lives as long as what is returned; NULL for None."""
    return ffi.NULL if value is None else ffi.new("char[]", value.encode("utf-8", "surrogateescape"))


class Texts:
    """A C array of strings, which live as long as this."""

    def __init__(self, values: Any) -> None:
        self._kept = [encoded(value) for value in values]
        self.count = len(self._kept)
        self.array = ffi.new("const char *[]", self._kept) if self._kept else ffi.NULL

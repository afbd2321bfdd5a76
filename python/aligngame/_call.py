"""How the library is called: errors become exceptions, and texts strings."""

from __future__ import annotations

import json
import math
import os
from typing import Any, Callable, Mapping, Sequence

from aligngame._native import ffi, lib
from aligngame.errors import Error, FileError, GameError, Interrupted


def text(pointer: Any) -> str:
    """A C string; what is no UTF-8 is replaced."""
    return str(ffi.string(pointer).decode("utf-8", "replace"))


def path(place: str | os.PathLike[str]) -> bytes:
    return os.fsencode(place)


def strings(words: Sequence[str | bytes]) -> tuple[Any, list[Any]]:
    """(char *[], what keeps it alive)."""
    kept = [ffi.new("char[]", word.encode() if isinstance(word, str) else word) for word in words]
    return ffi.new("char *[]", kept or [ffi.NULL]), kept


def pool(size: float | str) -> int:
    """A pool as the library has it: 2, 3, ..., and 0 for inf."""
    if size in (math.inf, "inf", "infinity"):
        return 0  # AG_POOL_INFINITE
    if size != int(size) or int(size) < 2:
        raise ValueError(f"a pool of {size}: expected 2, 3, ..., or inf")
    return int(size)


def overrides(settings: Mapping[str, Any] | None) -> list[str]:
    """`key.path=value`, as `-s` takes them."""
    return [f"{key}={value if isinstance(value, str) else json.dumps(value)}"
            for key, value in (settings or {}).items()]


def failure(status: int, error: Any) -> BaseException:
    """The exception that a status means."""
    size = lib.ag_error_format(error, ffi.NULL, 0) + 1
    buffer = ffi.new("char[]", size)
    lib.ag_error_format(error, buffer, size)
    words = text(buffer)
    if status == lib.AG_ERROR_INPUT:
        return GameError(words, text(error.message), text(error.file) or None, error.line or None,
                         error.column or None)
    if status == lib.AG_ERROR_MEMORY:
        return MemoryError(words)
    if status == lib.AG_ERROR_IO:
        return FileError(words)
    if status == lib.AG_ERROR_INTERRUPTED:
        return Interrupted(words)
    return Error(words)


def call(function: Callable[..., int], *arguments: Any) -> None:
    """Calls what takes an ag_error last; the interpreter's lock is not held meanwhile."""
    error = ffi.new("ag_error *")
    status = function(*arguments, error)
    if status != lib.AG_OK:
        raise failure(status, error)


def taken(pointer: Any) -> str:
    """A text on the heap, which is freed."""
    if pointer == ffi.NULL:
        raise MemoryError("aligngame: error: out of memory")
    try:
        return text(pointer)
    finally:
        lib.free(pointer)


def document(command: str, pointer: Any) -> dict[str, Any]:
    """A JSON document of a command, with its schema and version; pointer: its text, which is freed."""
    made: dict[str, Any] = json.loads(taken(lib.ag_json_document(command.encode(), pointer)))
    return made

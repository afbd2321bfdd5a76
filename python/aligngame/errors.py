"""What can go wrong: one family of exceptions, made from the library's errors."""
from __future__ import annotations

from typing import Any, NoReturn, Optional

from ._library import ffi, lib, text


class AligngameError(Exception):
    """Base of all. `file`, `line` and `column` (from 1) are where the mistake is, `source` is that line,
    `message` what is wrong and `hint` what was expected; each None where it is not known."""

    def __init__(self, message: str, file: Optional[str] = None, line: Optional[int] = None,
                 column: Optional[int] = None, source: Optional[str] = None,
                 shown: Optional[str] = None) -> None:
        super().__init__(message, file, line, column, source, shown)
        self.message = message
        self.file = file
        self.line = line
        self.column = column
        self.source = source
        self._shown = shown or message

    @property
    def hint(self) -> Optional[str]:
        """What was expected, or perhaps meant: the message's last part."""
        for mark in ("; expected ", ", expected ", "; did you mean ", ", did you mean "):
            _, found, rest = self.message.partition(mark)
            if found:
                return mark[2:] + rest
        return None

    def __str__(self) -> str:
        return self._shown


class GameError(AligngameError, ValueError):
    """A game, a value or a file's content is wrong."""


class FileError(AligngameError, OSError):
    """Reading or writing failed; a run can be resumed from its last checkpoint."""

    def __str__(self) -> str:
        return self._shown


class OutOfMemory(AligngameError, MemoryError):
    """An allocation failed."""


class Interrupted(AligngameError):
    """The library was asked to stop."""


class InternalError(AligngameError, RuntimeError):
    """A library underneath failed in an unexpected way."""


_KINDS = {lib.AG_ERROR_INPUT: GameError, lib.AG_ERROR_MEMORY: OutOfMemory, lib.AG_ERROR_IO: FileError,
          lib.AG_ERROR_INTERRUPTED: Interrupted}


def raise_error(status: int, error: Any) -> NoReturn:
    """The exception of a failed call's ag_error."""
    size = 1 + lib.ag_error_format(error, ffi.NULL, 0)
    shown = ffi.new("char[]", size)
    lib.ag_error_format(error, shown, size)
    prefix = "error: "
    whole = text(shown)
    raise _KINDS.get(status, InternalError)(
        text(error.message), text(error.file) or None, error.line or None, error.column or None,
        text(error.source) or None, whole[len(prefix):] if whole.startswith(prefix) else whole)

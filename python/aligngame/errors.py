"""What is raised where the library refuses or fails."""

from __future__ import annotations

from typing import Any


class Error(Exception):
    """A call of the library failed. `str` of it is what the command line would print."""


class GameError(Error, ValueError):
    """What was given is wrong: a game, a table, an option.

    file, line, column: where, counted from 1; None where there is no such place. hint: the part of
    the message that says what to write instead, or None.
    """

    def __init__(self, text: str, message: str = "", file: str | None = None,
                 line: int | None = None, column: int | None = None) -> None:
        super().__init__(text)
        self.text, self.message = text, message
        self.file, self.line, self.column = file, line, column
        at = max(message.find("did you mean"), message.find("expected"))
        self.hint = message[at:] if at >= 0 else None

    def __reduce__(self) -> Any:
        return type(self), (self.text, self.message, self.file, self.line, self.column)


class FileError(Error, OSError):
    """A file or a disk failed."""


class Interrupted(Error):
    """It was asked to stop, and did; a run directory can be gone on with."""

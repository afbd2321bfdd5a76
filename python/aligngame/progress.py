"""Progress by tqdm's protocol: a factory that takes total, desc and unit, and makes something with
update(n), set_postfix_str(text) and close()."""
from __future__ import annotations

import sys
import time
from typing import Any, Callable, Optional, Union

Progress = Union[bool, Callable[..., Any]]


class Line:
    """A line on standard error, where there is no tqdm."""

    def __init__(self, total: int, desc: str, unit: str) -> None:
        self.total, self.desc, self.unit = total, desc, unit
        self.done, self.shown, self.told = 0, "", 0.0

    def update(self, count: int) -> None:
        self.done += count
        if time.monotonic() - self.told > 0.1 or self.done == self.total:
            self.told = time.monotonic()
            sys.stderr.write(f"\r{self.desc}: {self.done}/{self.total} {self.unit} {self.shown}\033[K")
            sys.stderr.flush()

    def set_postfix_str(self, shown: str, refresh: bool = True) -> None:
        self.shown = shown

    def close(self) -> None:
        sys.stderr.write("\n")


def factory(wanted: Optional[Progress]) -> Optional[Callable[..., Any]]:
    """What makes the bars: tqdm, or a line of ours where it is not installed; None: nobody looks."""
    if wanted is None or wanted is False:
        return None
    if wanted is not True:
        return wanted
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return Line
    made: Callable[..., Any] = tqdm
    return made


class Bar:
    """One bar that is told how much is done. It begins when the total is known."""

    def __init__(self, wanted: Optional[Progress], desc: str, unit: str) -> None:
        self._factory = factory(wanted)
        self._desc, self._unit = desc, unit
        self._bar: Any = None
        self._done = 0

    @property
    def on(self) -> bool:
        return self._factory is not None

    def reach(self, done: int, total: int, shown: str = "") -> None:
        if self._bar is None and self._factory is not None:
            self._bar = self._factory(total=total, desc=self._desc, unit=self._unit)
        if self._bar is None:
            return
        if shown:
            self._bar.set_postfix_str(shown, refresh=False)
        if done > self._done:
            self._bar.update(done - self._done)
            self._done = done

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

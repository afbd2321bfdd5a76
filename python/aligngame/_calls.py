"""Calls into the library: errors become exceptions, Ctrl-C stops them, what callbacks raise goes on."""
from __future__ import annotations

import threading
import warnings
from contextlib import contextmanager
from typing import Any, Callable, Iterator, List, Optional

from ._library import ffi, lib, text
from .errors import raise_error
from .progress import Bar


class AligngameWarning(UserWarning):
    """What the library went on with, although it is not as it should be."""


@contextmanager
def _interruptible(flag: Any) -> Iterator[Any]:
    """The flag by which the call is stopped: Ctrl-C sets that of the main thread."""
    watched = threading.current_thread() is threading.main_thread()
    of_signals = lib.aligngame_interrupt_begin() if watched else ffi.NULL
    if of_signals == ffi.NULL:
        yield flag
        return
    try:
        try:
            yield of_signals
        finally:  # where KeyboardInterrupt may be raised before anything is done
            lib.aligngame_interrupt_end()
    finally:
        lib.aligngame_interrupt_end()


class Call:
    """One call. Callbacks are given its handle as their context."""

    def __init__(self, bar: Optional[Bar] = None, failures: Optional[List[BaseException]] = None) -> None:
        self.error = ffi.new("ag_error *")
        self.bar = bar
        self.failures = [] if failures is None else failures  # a game's functions keep them with the game
        self.remarks: List[str] = []
        self.flag = ffi.new("sig_atomic_t *")
        self.handle = ffi.new_handle(self)
        self._stop: Any = self.flag

    def fail(self, failure: BaseException) -> None:
        """A callback has raised: the call ends as soon as it looks."""
        self.failures.append(failure)
        self._stop[0] = 1

    def run(self, function: Callable[..., int], *arguments: Any, options: Any = None) -> None:
        """Calls function(*arguments, error). options: a struct with `interrupt`, or None."""
        try:
            if options is None:
                self.finish(function(*arguments, self.error))
                return
            with _interruptible(self.flag) as flag:
                self._stop = flag
                options.interrupt = flag
                status = function(*arguments, self.error)
            self.finish(status)
        finally:
            if self.bar is not None:
                self.bar.close()

    def finish(self, status: int) -> None:
        """Warns, and raises what a call that returned status has failed for."""
        for remark in self.remarks:
            warnings.warn(remark, AligngameWarning, stacklevel=5)
        if self.failures and status != lib.AG_OK:
            raise self.failures.pop()
        if status != lib.AG_OK:
            raise_error(status, self.error)


def call(function: Callable[..., int], *arguments: Any) -> None:
    """A short call without callbacks."""
    Call().run(function, *arguments)


def _reach(context: Any, done: int, total: int, shown: str = "") -> None:
    job: Call = ffi.from_handle(context)
    try:
        if job.bar is not None:
            job.bar.reach(done, total, shown)
    except BaseException as failure:  # of whatever kind, it goes on in Python
        job.fail(failure)


@ffi.def_extern()
def aligngame_run_progress(context: Any, report: Any) -> None:
    shown = text(report.phase) if report.phase != ffi.NULL else ""
    if not shown and report.effective_number == report.effective_number:
        shown = f"effective number {report.effective_number:.4g}"
    _reach(context, report.generation, report.generations, shown)


@ffi.def_extern()
def aligngame_put_aside(context: Any, names: Any) -> None:
    job: Call = ffi.from_handle(context)
    job.remarks.append(f"{text(names)}; what was in it is played again")


@ffi.def_extern()
def aligngame_count_progress(context: Any, done: int, total: int) -> None:
    _reach(context, done, total)


@ffi.def_extern()
def aligngame_named_progress(context: Any, what: Any, done: int, total: int) -> None:
    _reach(context, done, total, text(what))


@ffi.def_extern()
def aligngame_train_progress(context: Any, phase: Any, done: float, total: float, rate: float) -> None:
    _reach(context, int(done), int(total), f"{text(phase)}, {rate:.0f} tokens/s")

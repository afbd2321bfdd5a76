"""Progress by tqdm's protocol, and Ctrl-C, while the library works."""

from __future__ import annotations

import logging
import warnings
from types import TracebackType
from typing import Any, Callable

from aligngame._call import text
from aligngame._native import ffi, lib

log = logging.getLogger("aligngame")
Meter = Any  # what tqdm(total=, unit=, desc=) gives


def _default() -> Callable[..., Meter] | None:
    try:
        from tqdm.auto import tqdm
    except ImportError:
        log.warning("progress is shown by tqdm, which is not installed")
        return None
    return tqdm


class Watch:
    """What the library's callbacks of one call reach: a meter, an exception, the wish to stop.

    An exception in a callback, KeyboardInterrupt too, stops the call, and is raised when it has
    come back; what it was to keep is kept.
    """

    def __init__(self, progress: bool | Callable[..., Meter], unit: str = "generation",
                 what: str = "") -> None:
        self.make = _default() if progress is True else progress or None
        self.unit, self.what = unit, what
        self.meter: Meter = None
        self.error: BaseException | None = None
        self.interrupt = ffi.new("sig_atomic_t *", 0)
        self.handle = ffi.new_handle(self)

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self.meter is not None:
            self.meter.close()
        if self.error is not None:
            raise self.error from None

    def fail(self, error: BaseException) -> None:
        self.error = self.error or error
        self.interrupt[0] = 1

    def show(self, done: float, total: float, **more: Any) -> None:
        if self.make is None:
            return
        if self.meter is None:
            self.meter = self.make(total=total, unit=self.unit, desc=self.what or None)
        if more and hasattr(self.meter, "set_postfix"):
            self.meter.set_postfix(more, refresh=False)
        self.meter.update(done - self.meter.n)


def _failed(kind: type[BaseException], error: BaseException, trace: TracebackType) -> None:
    frame = trace.tb_frame if trace else None
    context = frame.f_locals.get("context") if frame else None
    if context is not None:
        ffi.from_handle(context).fail(error.with_traceback(trace))


@ffi.def_extern(onerror=_failed)
def ag_python_progress(context: Any, progress: Any) -> None:
    watch: Watch = ffi.from_handle(context)
    if progress.phase != ffi.NULL:
        return
    number = progress.effective_number
    more = {"effective_number": f"{number:.4g}"} if number == number else {}
    watch.show(progress.generation, progress.generations, **more)


@ffi.def_extern(onerror=_failed)
def ag_python_put_aside(context: Any, names: Any) -> None:
    warnings.warn(f"a damaged file was put aside: {text(names)}", RuntimeWarning, stacklevel=4)


@ffi.def_extern(onerror=_failed)
def ag_python_counted(context: Any, done: int, of: int) -> None:
    ffi.from_handle(context).show(done, of)


@ffi.def_extern(onerror=_failed)
def ag_python_named(context: Any, what: Any, done: int, total: int) -> None:
    ffi.from_handle(context).show(done, total)


@ffi.def_extern(onerror=_failed)
def ag_python_trained(context: Any, phase: Any, done: float, total: float, rate: float) -> None:
    watch: Watch = ffi.from_handle(context)
    name = text(phase)
    if watch.what != name and watch.meter is not None:
        watch.meter.close()
        watch.meter = None
    watch.what = name
    watch.show(done, total, rate=f"{rate:.0f}")


def threads(count: int | None) -> int:
    """Sets how many threads the calls from this thread use; returns how many before."""
    return int(lib.ag_python_threads(count or 0))

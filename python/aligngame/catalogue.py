"""What the library knows, as data: kinds, their entries, and the keys of these."""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Iterator, List, Optional, Tuple

from ._library import encoded, ffi, lib, optional_text, text


@dataclass(frozen=True)
class Parameter:
    """A key of an entry. name: with the keys around it, "density.gaussian.mean"; "" is the value itself.
    takes: in words, with unit and bounds. fallback: what holds without it, as a game file would say it."""

    name: str
    help: str
    kind: str
    takes: str
    otherwise: str
    unit: Optional[str]
    fallback: Optional[str]
    words: Tuple[str, ...]
    low: float
    high: float
    above: bool
    required: bool


@dataclass(frozen=True)
class Entry:
    """A reward, a metric, a preset, … with the line of a game file that asks for it."""

    kind: str
    name: str
    summary: str
    example: Optional[str]
    parameters: Tuple[Parameter, ...]

    def __repr__(self) -> str:
        return f"{self.name}: {self.summary}"


def kinds() -> List[str]:
    """What there are lists of: spaces, rewards, metrics, presets, …"""
    return [text(lib.ag_catalogue_kind(k)) for k in range(lib.ag_catalogue_kind_count())]


def entries(kind: str) -> List[Entry]:
    """All of a kind, such as rewards."""
    if kind not in kinds():
        raise KeyError(f"there is no kind {kind!r}; expected one of {', '.join(kinds())}")
    return [*_entries(kind)]


def _entries(kind: str) -> Iterator[Entry]:
    entry, index = ffi.new("ag_catalogue_entry *"), 0
    while lib.ag_catalogue_entry_at(encoded(kind), index, entry):
        name = text(entry.name)
        yield Entry(kind, name, text(entry.summary), optional_text(entry.example),
                    tuple(_parameters(kind, name)))
        index += 1


def _parameters(kind: str, entry: str) -> Iterator[Parameter]:
    found, index = ffi.new("ag_catalogue_parameter *"), 0
    while lib.ag_catalogue_parameter_at(encoded(kind), encoded(entry), index, found):
        yield Parameter(text(found.name), optional_text(found.help) or "", text(found.kind),
                        text(found.takes), text(found.otherwise), optional_text(found.unit),
                        optional_text(found.fallback), tuple(_words(found.words)),
                        _bound(found.low), _bound(found.high), bool(found.above), bool(found.required))
        index += 1


def _words(words: object) -> Iterator[str]:
    index = 0
    while words and words[index]:  # type: ignore[index]
        yield text(words[index])  # type: ignore[index]
        index += 1


def _bound(value: float) -> float:
    return value if not math.isnan(value) else math.inf

"""Rewards, generators and spaces by name, as functions that return what a game's mapping has for them:
rewards.disc(center=[0, 0], radius=1) is {"disc": {"center": [0, 0], "radius": 1}}. Names, units and
defaults are the library's own, read from it: parts.pyi is made from the same."""
from __future__ import annotations

import inspect
import keyword
from typing import Any, Callable, Dict, List

from .catalogue import Entry, Parameter, entries


def top(entry: Entry) -> List[Parameter]:
    """The keys that stand right under an entry's name; deeper ones belong to these."""
    seen: Dict[str, Parameter] = {}
    for parameter in entry.parameters:
        seen.setdefault(parameter.name.split(".")[0], parameter)
    return [parameter for name, parameter in seen.items() if name]


def value_of(entry: Entry) -> List[Parameter]:
    """The value itself, where an entry may be one."""
    return [parameter for parameter in entry.parameters if parameter.name == ""]


def argument(parameter: Parameter) -> str:
    """Its name as Python's: continue_ for continue."""
    name = parameter.name.split(".")[0]
    return name + "_" if keyword.iskeyword(name) else name


def documentation(entry: Entry) -> str:
    lines = [entry.summary[:1].upper() + entry.summary[1:] + "."]
    lines += [f"{argument(p) or 'value'}: {p.help}: {p.takes}; {p.otherwise}."
              for p in [*value_of(entry), *top(entry)]]
    return "\n".join(lines)


def signature(entry: Entry) -> inspect.Signature:
    made = []
    if value_of(entry):
        made.append(inspect.Parameter("value", inspect.Parameter.POSITIONAL_ONLY, default=None))
    made += [inspect.Parameter(argument(p), inspect.Parameter.KEYWORD_ONLY, default=None)
             for p in top(entry)]
    return inspect.Signature(made)


def _function(entry: Entry) -> Callable[..., Any]:
    expected = signature(entry)
    names = {argument(p): p.name.split(".")[0] for p in top(entry)}

    def make(*values: Any, **keys: Any) -> Any:
        expected.bind(*values, **keys)
        given = {names[key]: value for key, value in keys.items() if value is not None}
        if values and given:
            raise TypeError(f"{entry.name}: expected the value, or keys")
        if values:
            return {entry.name: values[0]}
        return {entry.name: given} if given or entry.parameters else entry.name

    make.__name__ = make.__qualname__ = entry.name
    make.__doc__ = documentation(entry)
    make.__signature__ = expected  # type: ignore[attr-defined]
    return make


class _Kind:
    """The entries of a kind as functions."""

    def __init__(self, kind: str) -> None:
        self.__doc__ = f"The {kind} of the library."
        for entry in entries(kind):
            setattr(self, entry.name, _function(entry))


rewards = _Kind("rewards")
generators = _Kind("generators")
spaces = _Kind("spaces")

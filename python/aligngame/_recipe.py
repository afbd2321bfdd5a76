"""What a game is made of: a document (a file, a preset, a mapping) and what no document holds: arrays and
functions. Recipes are pickled and changed; games are made from them."""
from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, replace
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from . import _arrays
from ._arrays import Reals
from ._calls import Call
from ._library import Texts, encoded, ffi, lib, owned
from .callbacks import Functions, Generator

Settings = Mapping[str, Any]
Likes = Union[Reals, Callable[..., Any]]


def plain(value: Any) -> Any:
    """The value as JSON has it: of NumPy's numbers Python's, of arrays lists."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # inf, as a game file says it
    return value


def written(value: Any) -> str:
    """A value as YAML, of which JSON is a part."""
    return json.dumps(plain(value), ensure_ascii=False)


def settings_of(settings: Optional[Settings]) -> Tuple[str, ...]:
    return tuple(f"{path}={written(value)}" for path, value in (settings or {}).items())


@dataclass(frozen=True)
class Parts:
    """What a caller brings. Arrays are copies of ours."""

    mass: Optional[Reals] = None
    count: int = 0  # of items; 0: the document says
    labels: Optional[Tuple[str, ...]] = None
    groups: Optional[Tuple[str, ...]] = None
    curators: Tuple[str, ...] = ()
    likes: Tuple[Optional[Likes], ...] = ()  # of each curator; None: the document says
    generator: Optional[Generator] = None

    def has_functions(self) -> bool:
        return self.generator is not None or any(callable(like) for like in self.likes)


class _Spec:
    """An ag_game_spec and all that it points to."""

    def __init__(self, recipe: "Recipe", functions: Functions) -> None:
        parts, spec = recipe.parts, ffi.new("ag_game_spec *")
        assert parts is not None
        self.spec, self._functions = spec, functions
        self._kept: List[Any] = [encoded(recipe.name)]
        spec.name = self._kept[0]
        spec.count = parts.count
        if parts.mass is not None:
            spec.mass = _arrays.pointer(parts.mass)
        spec.label = self._texts(parts.labels)
        spec.group = self._texts(parts.groups)
        spec.curator_count, spec.curator = len(parts.curators), self._texts(parts.curators)
        self._set_likes(parts.likes)
        if parts.generator is not None:
            spec.samples = self._keep(ffi.new("ag_samples_spec *"))
            spec.samples.generator = functions.generator(parts.generator)
        settings = Texts(recipe.all_settings())
        self._kept.append(settings)
        spec.setting_count, spec.setting = settings.count, settings.array

    def _keep(self, made: Any) -> Any:
        self._kept.append(made)
        return made

    def _texts(self, values: Optional[Sequence[str]]) -> Any:
        return ffi.NULL if not values else self._keep(Texts(values)).array

    def _set_likes(self, likes: Sequence[Optional[Likes]]) -> None:
        if not likes:
            return
        arrays = self._keep(ffi.new("double *[]", len(likes)))
        functions = self._keep(ffi.new("ag_reward_function[]", len(likes)))
        for c, like in enumerate(likes):
            if callable(like):
                self._functions.reward(like, functions[c])
            elif like is not None:
                arrays[c] = _arrays.pointer(like)
        self.spec.reward = ffi.cast("double **", arrays)
        self.spec.reward_function = functions


@dataclass(frozen=True)
class Recipe:
    name: str  # of the document in errors
    document: Union[str, Mapping[str, Any], None]  # its text; a mapping beside parts; None: the file `name`
    settings: Tuple[str, ...] = ()  # `key.path=value` each, later ones over earlier ones
    parts: Optional[Parts] = None
    trust: bool = False  # of a file: the programs that it names may be started

    def with_settings(self, settings: Tuple[str, ...]) -> "Recipe":
        return replace(self, settings=self.settings + settings)

    def all_settings(self) -> List[str]:
        document = self.document if isinstance(self.document, Mapping) else {}
        return [*settings_of(document), *self.settings]

    def make(self, functions: Functions) -> Any:
        """An ag_game, freed with its owner."""
        made = ffi.new("ag_game **")
        job = Call(failures=functions.failures)
        settings = Texts(self.settings)
        if self.parts is not None:
            spec = _Spec(self, functions)
            job.run(lib.ag_game_make, spec.spec, made)
        elif self.document is None:
            load = lib.ag_game_load_trusted if self.trust else lib.ag_game_load
            job.run(load, os.fsencode(self.name), settings.array, settings.count, made)
        else:
            assert isinstance(self.document, str)
            document = self.document.encode("utf-8", "surrogateescape")
            job.run(lib.ag_game_parse, encoded(self.name), document, len(document), settings.array,
                    settings.count, made)
        return owned(made[0], lib.ag_game_free, functions)

    def described(self) -> "Recipe":
        """The same game as a document alone, for what is kept in files."""
        parts = self.parts
        if parts is None:
            return self
        if parts.has_functions():
            raise TypeError("a game with functions of Python is played in memory: no file can hold them")
        document = dict(self.document) if isinstance(self.document, Mapping) else {}
        if parts.count > 0:
            atoms: Dict[str, Any] = {"count": parts.count} if parts.mass is None else {"mass": parts.mass}
            atoms.update({key: list(value) for key, value in
                          (("labels", parts.labels), ("groups", parts.groups)) if value})
            document["space"] = {"atoms": atoms}
        curators = dict(document.get("curators", {}))
        for name, like in zip(parts.curators, parts.likes):
            curators[name] = dict(curators.get(name, {}))
            if like is not None:
                curators[name]["reward"] = {"values": like}
        document["curators"] = {name: curators[name] for name in parts.curators} or curators
        return Recipe(self.name, written(document), self.settings)


def of_mapping(document: Mapping[str, Any]) -> Recipe:
    """Functions and arrays go beside the document, which keeps all else."""
    curators = document.get("curators")
    likes: Dict[str, Likes] = {}
    rest = dict(document)
    if isinstance(curators, Mapping):
        rest["curators"] = {}
        for name, keys in curators.items():
            like = keys.get("reward") if isinstance(keys, Mapping) else None
            if callable(like):
                likes[name] = like
                keys = {key: value for key, value in keys.items() if key != "reward"}
            rest["curators"][name] = keys
    model = rest.get("generator")
    own_model = model if isinstance(model, Generator) else None
    if own_model is not None:
        del rest["generator"]
    name = str(document.get("name", "game"))
    if not likes and own_model is None:
        return Recipe(name, written(document))
    assert isinstance(curators, Mapping)
    names = tuple(str(curator) for curator in curators)
    return Recipe(name, rest, parts=Parts(curators=names, likes=tuple(likes.get(c) for c in names),
                                          generator=own_model))

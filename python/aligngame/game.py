"""Games: read from files, or made from arrays and frames."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Callable, Union

import numpy as np
import numpy.typing as npt

from aligngame import arrays, studies
from aligngame._call import call, overrides, path, pool, strings, text
from aligngame._native import ffi, lib
from aligngame.arrays import Reals
from aligngame.callbacks import Calls, Generator, Reward
from aligngame.errors import Error
from aligngame.play import State
from aligngame.progress import Watch, threads as use_threads
from aligngame.results import Analysis, Audit, Run

Schedule = Union[float, Sequence[float], Reals]  # a number, or one a generation
RewardLike = Any  # an array [n], a Reward, or a function

class _Spec:
    """An ag_game_spec, and all that it borrows, from what Python has."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given
        self.kept: list[Any] = []
        self.spec = ffi.new("ag_game_spec *")
        self.calls: list[Calls] = []
        self.names = list(given["rewards"])
        self.spec.name = self.word(given["name"])
        self.spec.seed, self.spec.generations = given["seed"], given["generations"]
        self.put_space()
        self.put_curators()
        self.put_steps()
        self.put_samples()
        self.spec.metric_count, self.spec.metric = self.words(given["metrics"] or ["default"])
        self.spec.setting_count, self.spec.setting = self.words(overrides(given["settings"]))

    def keep(self, thing: Any) -> Any:
        self.kept.append(thing)
        return thing

    def word(self, word: str | None) -> Any:
        return ffi.NULL if word is None else self.keep(ffi.new("char[]", word.encode()))

    def words(self, words: Sequence[str] | None) -> tuple[int, Any]:
        if not words:
            return 0, ffi.NULL
        pointer, kept = strings(words)
        self.keep(kept)
        return len(words), self.keep(pointer)

    def reals(self, values: Any, name: str, shape: tuple[int, ...] | None = None) -> Any:
        return arrays.pointer(self.keep(arrays.given(values, name, shape)))

    def schedule(self, value: Any, name: str) -> Any:
        made = ffi.new("ag_schedule *")
        if np.ndim(value) == 0:
            made.value = value
        else:
            made.count, made.by_generation = len(value), self.reals(value, name)
        return self.keep(made)[0]

    def each(self, value: Any, what: str) -> list[Any]:
        """One for each curator: of a mapping by their names, or the same for all."""
        if isinstance(value, Mapping):
            unknown = set(value) - set(self.names)
            if unknown:
                raise ValueError(f"{what}: there is no curator {sorted(unknown)[0]!r}; there are "
                                 f"{', '.join(self.names)}")
            return [value.get(name) for name in self.names]
        return [value] * len(self.names)

    # --- the space ---

    def put_space(self) -> None:
        spec, given = self.spec, self.given
        if given["lower"] is not None:
            spec.lower = self.reals(given["lower"], "lower")
            spec.upper = self.reals(given["upper"], "upper", np.shape(given["lower"]))
            spec.point_count, spec.dimension = given["points"], len(given["lower"])
            return
        n = spec.count = self.count()
        if given["mass"] is not None:
            spec.mass = self.reals(given["mass"], "mass", (n,))
        elif given["log_mass"] is not None:
            spec.log_mass = self.reals(given["log_mass"], "log_mass", (n,))
        if given["labels"] is not None:
            if len(given["labels"]) != n:
                raise ValueError(f"labels: {len(given['labels'])} of them, and {n} items")
            spec.label = self.words([str(label) for label in given["labels"]])[1]
        if given["groups"] is not None:
            if len(given["groups"]) != n:
                raise ValueError(f"groups: {len(given['groups'])} of them, and {n} items")
            names, number = np.unique(np.asarray(given["groups"], dtype=str), return_inverse=True)
            number = self.keep(np.ascontiguousarray(number, dtype=np.uint32))
            spec.group = ffi.cast("uint32_t *", number.ctypes.data)
            spec.group_count, spec.group_name = self.words(list(names))

    def count(self) -> int:
        for values in (self.given["mass"], self.given["log_mass"], self.given["labels"],
                       *self.given["rewards"].values()):
            if values is not None and np.ndim(values) == 1:
                return len(values)
        raise ValueError("how many items there are: expected an array of masses, of rewards or of "
                         "labels")

    # --- the curators ---

    def put_curators(self) -> None:
        spec, given = self.spec, self.given
        count, n = len(self.names), self.spec.count
        spec.curator_count, spec.curator = self.words(self.names)
        rewards = self.keep(ffi.new("double *[]", count))
        functions = self.keep(ffi.new("ag_reward_function[]", count))
        for i, (name, reward) in enumerate(given["rewards"].items()):
            if callable(reward):
                calls = Calls(reward.function if isinstance(reward, Reward) else reward)
                self.calls.append(calls)
                functions[i].evaluate, functions[i].context = lib.ag_python_reward, calls.handle
            elif reward is not None:
                rewards[i] = self.reals(reward, f"rewards[{name!r}]", (n,))
        spec.reward, spec.reward_function = rewards, functions
        if given["preferences"]:
            matrices = self.keep(ffi.new("double *[]", count))
            for i, matrix in enumerate(self.each(dict(given["preferences"]), "preferences")):
                if matrix is not None:
                    matrices[i] = self.reals(matrix, "preferences", (n, n))
            spec.prefers = matrices
        self.put_choices()

    def put_choices(self) -> None:
        """Pools and temperatures: numbers, or schedules."""
        spec = self.spec
        pools = [8 if size is None else size for size in self.each(self.given["pool"], "pool")]
        if any(np.ndim(size) for size in pools):
            spec.pools = self.keep(ffi.new("ag_schedule[]", [
                self.schedule(np.asarray(size, dtype=float), "pool") for size in pools]))
        else:
            spec.pool = self.keep(ffi.new("ag_pool[]", [pool(size) for size in pools]))
        heats = [1.0 if heat is None else -1.0 if heat == "deviation" else heat
                 for heat in self.each(self.given["temperature"], "temperature")]
        if any(np.ndim(heat) for heat in heats):
            spec.temperatures = self.keep(ffi.new("ag_schedule[]", [
                self.schedule(heat, "temperature") for heat in heats]))
        else:
            spec.temperature = self.keep(ffi.new("double[]", [float(heat) for heat in heats]))
        if self.given["weights"] is not None:
            spec.weight = self.keep(ffi.new("double[]", [
                float(weight or 0) for weight in self.each(self.given["weights"], "weights")]))

    # --- the loop and its samples ---

    def numbers(self, names: Sequence[str]) -> tuple[int, Any]:
        for name in names:
            if name not in self.names:
                raise ValueError(f"steps: there is no curator {name!r}; there are "
                                 f"{', '.join(self.names)}")
        return len(names), self.keep(ffi.new("size_t[]", [self.names.index(n) for n in names] or [0]))

    def put_steps(self) -> None:
        self.spec.reading = self.word(self.given["reading"])
        steps = self.given["steps"] or []
        made = self.keep(ffi.new("ag_step_spec[]", max(1, len(steps))))
        for step, into in zip(steps, made):
            if len(step) != 1:
                raise ValueError(f"steps: {step!r}: expected one kind with its value")
            (kind, value), = step.items()
            into.kind = self.word(kind)
            if kind in ("keep", "real", "sharpen"):
                into.rate = self.schedule(value, kind)
            elif kind == "accumulate":
                into.initial, into.added = value["initial"], value["added"]
            elif isinstance(value, Mapping):
                into.curator_count, into.curator = self.numbers(list(value))
                into.share = self.keep(ffi.new("ag_schedule[]", [
                    self.schedule(share, kind) for share in value.values()]))
            else:
                into.curator_count, into.curator = self.numbers(
                    [value] if isinstance(value, str) else list(value))
        self.spec.step_count, self.spec.step = len(steps), made if steps else ffi.NULL

    def put_samples(self) -> None:
        samples = self.given["samples"]
        if samples is None:
            return
        known = {"initial", "generate", "keep", "selection", "dataset", "generator", "replicates"}
        unknown = set(samples) - known
        if unknown:
            raise ValueError(f"samples: {sorted(unknown)[0]!r} is not known; there are "
                             f"{', '.join(sorted(known))}")
        made = self.spec.samples = self.keep(ffi.new("ag_samples_spec *"))
        made.initial, made.generate = samples.get("initial", 0), samples.get("generate", 0)
        made.replicates = samples.get("replicates", 0)
        made.selection = self.word(samples.get("selection"))
        if samples.get("keep") is not None:
            made.keep = self.keep(ffi.new("size_t[]", [
                int(keep or 0) for keep in self.each(samples["keep"], "samples: keep")]))
        dataset = samples.get("dataset")
        if isinstance(dataset, Mapping):
            (dataset, made.dataset_size), = dataset.items()
        made.dataset = self.word(dataset)
        if samples.get("generator") is not None:
            model = samples["generator"]
            calls = Calls(model.model if isinstance(model, Generator) else model)
            self.calls.append(calls)
            function = self.keep(ffi.new("ag_generator_function *"))
            function.fit, function.sample = lib.ag_python_fit, lib.ag_python_sample
            function.context, made.generator = calls.handle, function


class Game:
    """A game: items or points, curators with rewards, and the loop in which they choose.

    It does not change; `replaced` makes another one. It can be copied and pickled where its
    rewards and its generator can. Made by `Game.load`, `Game.from_arrays`, `Game.from_points` or
    `Game.from_frame`.
    """

    def __init__(self, source: tuple[str, Any, dict[str, Any]]) -> None:
        self._source = source
        self._calls: list[Calls] = []
        made = ffi.new("ag_game **")
        kind, what, settings = source
        getattr(self, f"_make_{kind}")(what, settings, made)
        self._game = ffi.gc(made[0], lib.ag_game_free)

    # --- making one ---

    @classmethod
    def load(cls, source: str | os.PathLike[str] | Mapping[str, Any],
             settings: Mapping[str, Any] | None = None, trusted: bool = False) -> Game:
        """A game from a file, a preset's name or a mapping with the keys of a game file.

        settings: `{"curators.owner.pool": 4}` overrides, as `-s` of the command line. trusted: the
        programs that it names may be started. Raises GameError, with the place, and FileError.
        """
        if isinstance(source, Mapping):
            return cls(("text", json.dumps(source), dict(settings or {})))
        place = os.fspath(source)
        place = str(Path(place).resolve()) if Path(place).exists() else place
        return cls(("trusted" if trusted else "file", place, dict(settings or {})))

    @classmethod
    def from_arrays(cls, rewards: Mapping[str, RewardLike], mass: Any = None, *,
                    log_mass: Any = None, pool: Any = 8, temperature: Any = 1.0,
                    labels: Sequence[str] | None = None, groups: Sequence[str] | None = None,
                    preferences: Mapping[str, Any] | None = None, weights: Any = None,
                    steps: Sequence[Mapping[str, Any]] | None = None, reading: str | None = None,
                    samples: Mapping[str, Any] | None = None,
                    metrics: Sequence[str] | None = None, generations: int = 60, seed: int = 1,
                    name: str = "game", settings: Mapping[str, Any] | None = None) -> Game:
        """A game on n items.

        rewards: for each curator, in the order of play, an array [n], or a function of numbers of
        items (see `reward`), or None beside `preferences`, which has P(x beats y) as [n, n].
        mass [n]: of any sum; log_mass: in its place, natural logarithms; neither: uniform. pool: 2,
        3, ..., inf; temperature: above 0, in units of the rewards, or "deviation", that of the
        rewards under the mass. Both may be a mapping by curators and, in place of a number, a
        sequence with one a generation. steps: of a generation, as in a game file:
        `[{"curate": "owner"}, {"keep": 0.9}]`; reading: a preset for them. samples: plays on
        samples: initial, generate, keep, selection, dataset, generator, replicates.

        Raises GameError and ValueError. Cost: O(curators n).
        """
        return cls(("arrays", {**_EMPTY, **{
            "rewards": dict(rewards), "mass": mass, "log_mass": log_mass, "pool": pool,
            "temperature": temperature, "labels": labels, "groups": groups,
            "preferences": preferences, "weights": weights, "steps": steps, "reading": reading,
            "samples": samples, "metrics": metrics, "generations": generations, "seed": seed,
            "name": name, "settings": settings}}, {}))

    @classmethod
    def from_points(cls, rewards: Mapping[str, RewardLike], lower: Sequence[float],
                    upper: Sequence[float], points: int = 1000,
                    samples: Mapping[str, Any] | None = None, **more: Any) -> Game:
        """A game on points in a box, uniform at first, which is played on samples.

        rewards: functions of points [count, dimension]. more: as for `from_arrays`.
        """
        return cls(("arrays", {**_EMPTY, "rewards": dict(rewards), "lower": lower, "upper": upper,
                               "points": points, "samples": dict(samples or {}), **more}, {}))

    @classmethod
    def from_frame(cls, frame: Any, *, label: str | None = None, group: str | None = None,
                   mass: str | None = None, pool: Any = 8, temperature: Any = "deviation",
                   **columns: Any) -> Game:
        """A game on the rows of a frame (pandas, or whatever gives columns by `frame[name]`).

        columns: `owner="rm_score", public="ctr"`: curators with their columns, in the order of
        play. A row that lacks a number is left out, with a warning. Arguments of `from_arrays` that
        are no curators (steps, samples, generations, seed, name, ...) are passed on.
        """
        more = {key: columns.pop(key) for key in list(columns) if key in _EMPTY}
        numbers = {name: np.asarray(frame[column], dtype=float) for name, column in columns.items()}
        weights = None if mass is None else np.asarray(frame[mass], dtype=float)
        there = np.all([np.isfinite(values) for values in
                        [*numbers.values(), *([weights] if weights is not None else [])]], axis=0)
        if not there.all():
            warnings.warn(f"{int((~there).sum())} of {len(there)} rows are left out: they lack a "
                          "number", UserWarning, stacklevel=2)

        def texts(column: str | None) -> list[str] | None:
            if column is None:
                return None
            return [str(cell) for cell, here in zip(frame[column], there) if here]

        return cls.from_arrays(
            {name: values[there] for name, values in numbers.items()},
            None if weights is None else weights[there], labels=texts(label), groups=texts(group),
            pool=pool, temperature=temperature, **more)

    def replaced(self, settings: Mapping[str, Any] | None = None, **given: Any) -> Game:
        """Another game: with settings as of `load`, or with other arguments of `from_arrays`."""
        kind, what, before = self._source
        if kind != "arrays":
            return Game((kind, what, {**before, **(settings or {}), **given}))
        return Game((kind, {**what, **given, "settings": {**(what["settings"] or {}),
                                                         **(settings or {})}}, before))

    def _make_file(self, what: str, settings: dict[str, Any], made: Any) -> None:
        words, kept = strings(overrides(settings))
        call(lib.ag_game_load, path(what), words, len(kept), made)

    def _make_trusted(self, what: str, settings: dict[str, Any], made: Any) -> None:
        words, kept = strings(overrides(settings))
        call(lib.ag_game_load_trusted, path(what), words, len(kept), made)

    def _make_text(self, what: str, settings: dict[str, Any], made: Any) -> None:
        words, kept = strings(overrides(settings))
        size = len(what.encode())
        call(lib.ag_game_parse, b"game", what.encode(), size, words, len(kept), made)

    def _make_arrays(self, what: dict[str, Any], settings: dict[str, Any], made: Any) -> None:
        spec = _Spec(what)
        self._calls = spec.calls
        self._call(lib.ag_game_make, spec.spec, made)

    def _call(self, *arguments: Any) -> None:
        """As `call`; an exception of one of the game's functions is the reason of a failure."""
        try:
            call(*arguments)
        except Error:
            for calls in self._calls:
                calls.raise_error()
            raise

    def __reduce__(self) -> Any:
        return Game, (self._source,)

    def __deepcopy__(self, memo: Any) -> Game:
        return self

    # --- looking at it ---

    def __repr__(self) -> str:
        what = f"{self.item_count} items" if self.item_count else "points or texts"
        return (f"<aligngame.Game {self.name!r}: {what}, {', '.join(self.curators)}; "
                f"{self.generations} generations, {self.engine}>")

    @property
    def name(self) -> str:
        return text(lib.ag_game_name(self._game))

    @property
    def text(self) -> str:
        """The whole description, settings applied, as YAML; empty for a game of arrays."""
        pointer = lib.ag_game_text(self._game)
        return "" if pointer == ffi.NULL else text(pointer)

    @property
    def engine(self) -> str:
        """exact or samples."""
        return text(lib.ag_game_engine(self._game))

    @property
    def seed(self) -> int:
        return int(lib.ag_game_seed(self._game))

    @property
    def generations(self) -> int:
        return int(lib.ag_game_generations(self._game))

    @property
    def item_count(self) -> int:
        """n; 0 where points or texts are played."""
        return int(lib.ag_game_item_count(self._game))

    @property
    def metrics(self) -> list[str]:
        """The names of what is measured."""
        return [text(lib.ag_game_metric_name(self._game, m))
                for m in range(lib.ag_game_metric_count(self._game))]

    @property
    def curators(self) -> list[str]:
        return [text(lib.ag_game_curator_name(self._game, c))
                for c in range(lib.ag_game_curator_count(self._game))]

    @property
    def labels(self) -> list[str]:
        """Of every item, or what stands for it. Cost: O(n)."""
        return [self.label(i) for i in range(self.item_count)]

    def label(self, item: int) -> str:
        size = lib.ag_game_item_label(self._game, item, ffi.NULL, 0) + 1
        buffer = ffi.new("char[]", size)
        lib.ag_game_item_label(self._game, item, buffer, size)
        return text(buffer)

    @property
    def groups(self) -> list[str | None]:
        """Of every item."""
        pointers = (lib.ag_game_item_group(self._game, i) for i in range(self.item_count))
        return [None if pointer == ffi.NULL else text(pointer) for pointer in pointers]

    def rewards(self, curator: str) -> Reals:
        """[n], by item."""
        values = np.empty(self.item_count)
        lib.ag_game_rewards(self._game, self.curators.index(curator), arrays.pointer(values))
        return values

    @property
    def log_mass(self) -> Reals:
        """log p_0, natural and normalised: [n]."""
        values = np.empty(self.item_count)
        lib.ag_game_initial_log_mass(self._game, arrays.pointer(values))
        return values

    @property
    def mass(self) -> Reals:
        """p_0: [n]."""
        return np.exp(self.log_mass)

    # --- playing it ---

    def run(self, generations: int | None = None, *, directory: str | os.PathLike[str] | None = None,
            resume: bool = False, snapshots: Sequence[int] | str | None = "auto",
            progress: bool | Callable[..., Any] = False, counterpart: bool = False,
            keep_model: bool = False, threads: int | None = None,
            checkpoint_interval: float = 0) -> Run:
        """Plays the game to its end; the numbers are those of the command line, to the bit.

        generations: in place of the game's. directory: a run directory, which `aligngame` can
        report on and which `resume` goes on with; None: in memory. snapshots: generations whose
        masses are kept; "auto": all of them where that is less than 32 MB, else the first and the
        last. progress: True (tqdm), or what makes a meter like tqdm. threads: None: OpenMP's.

        The interpreter's lock is released. Ctrl-C stops after the generation, with a checkpoint in
        the directory, and raises KeyboardInterrupt. Raises GameError, FileError, MemoryError, and
        what a reward or a generator raises.
        """
        if generations is not None and generations != self.generations:
            return self.replaced(generations=generations).run(
                directory=directory, resume=resume, snapshots=snapshots, progress=progress,
                counterpart=counterpart, keep_model=keep_model, threads=threads,
                checkpoint_interval=checkpoint_interval)
        result = ffi.new("ag_result **")
        before = use_threads(threads)
        try:
            with Watch(progress, what=self.name) as watch:
                options, kept = self._options(watch, directory, resume, snapshots, counterpart,
                                              keep_model, checkpoint_interval)
                self._call(lib.ag_run, self._game, options, result)
                del kept
        finally:
            use_threads(before)
        return Run(self, ffi.gc(result[0], lib.ag_result_free))

    def _options(self, watch: Watch, directory: str | os.PathLike[str] | None, resume: bool,
                 snapshots: Sequence[int] | str | None, counterpart: bool, keep_model: bool,
                 interval: float) -> tuple[Any, Any]:
        options = ffi.new("ag_run_options *")
        if snapshots == "auto":
            total = (self.generations + 1) * self.item_count
            snapshots = range(self.generations + 1) if 0 < total <= 1 << 22 else []
        wanted = [int(g) for g in snapshots or []]
        kept = [ffi.new("size_t[]", wanted or [0])]
        options.snapshots, options.snapshot_count = kept[0], len(wanted)
        if directory is not None:
            kept.append(ffi.new("char[]", path(directory)))
            options.directory = kept[1]
        options.resume, options.counterpart, options.keep_model = resume, counterpart, keep_model
        options.checkpoint_interval = interval
        options.progress, options.put_aside = lib.ag_python_progress, lib.ag_python_put_aside
        options.context, options.interrupt = watch.handle, watch.interrupt
        return options, kept

    def play(self, replicate: int = 0) -> Iterator[State]:
        """Generation after generation, from 0 on, without end.

        The state that is given is the same object each time; what it has of arrays is of its
        generation until the next one is asked for. Raises as `run`.
        """
        return State.start(self, replicate)

    # --- theory ---

    def analyze(self, *, starts: int = 0, side: int = 0) -> Analysis:
        """Where it must end: regime, sinks, rates, rest points, basins. The document of
        `aligngame analyze --json` (docs/json.md). starts, side: of the basins; 0: the default."""
        return studies.analyze(self, starts, side)

    def audit(self) -> Audit:
        """Every claim of the paper against the exact outcome: the document of `aligngame audit`."""
        return studies.audit(self)

    def phase(self, x: str, y: str, *, generations: int = 0,
              progress: bool | Callable[..., Any] = False) -> studies.Phase:
        """Who wins where: x, y: `path=low..high[:count][,log]`, as of `aligngame phase`."""
        return studies.phase(self, x, y, generations, progress)


_EMPTY: dict[str, Any] = {
    "rewards": {}, "mass": None, "log_mass": None, "lower": None, "upper": None, "points": 0,
    "pool": 8, "temperature": 1.0, "labels": None, "groups": None, "preferences": None,
    "weights": None, "steps": None, "reading": None, "samples": None, "metrics": None,
    "generations": 60, "seed": 1, "name": "game", "settings": None}

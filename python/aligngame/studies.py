"""Theory, forecasts and the rest of what the command line has, on Python's own data."""

from __future__ import annotations

import csv
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from aligngame import arrays, plots
from aligngame._call import call, document, overrides, path, strings, text
from aligngame._call import pool as pool_size
from aligngame._native import ffi, lib
from aligngame.arrays import Reals
from aligngame.errors import Error
from aligngame.progress import Watch
from aligngame.results import Analysis, Audit, Document, Forecast

if TYPE_CHECKING:
    from aligngame.game import Game

Progress = Any  # False, True (tqdm), or what makes a meter like tqdm


def weights(mass: Any, reward: Any, pool: float | str = 8, temperature: float = 1.0, *,
            log: bool = False) -> Reals:
    """Bradley-Terry weights H_{K,r}^p(x), exact for every pool (arXiv 2511.12804, Definition 1).

    mass [n]: of any sum; reward [n]; pool K: 2, 3, ..., inf; temperature: above 0, in units of the
    reward. Returned: [n]; with log their natural logarithms, within 1e-12 max(1, |log H|). Raises
    GameError. Cost: a sort and O(n).
    """
    masses = arrays.given(mass, "mass")
    if masses.ndim != 1 or not (masses >= 0).all():
        raise ValueError("mass: expected an array of numbers that are not negative")
    with np.errstate(divide="ignore"):
        log_mass = np.log(masses)
    rewards = arrays.given(reward, "reward", masses.shape)
    made = np.empty(masses.size)
    call(lib.ag_weights, masses.size, arrays.pointer(log_mass), arrays.pointer(rewards),
         pool_size(pool), float(temperature), arrays.pointer(made))
    return made if log else np.exp(made)


def analyze(game: Game, starts: int, side: int) -> Analysis:
    analysis, basins = ffi.new("ag_analysis **"), ffi.new("ag_basins **")
    options = ffi.new("ag_basin_options *", {"seed": game.seed, "starts": starts, "side": side})
    call(lib.ag_analyze, game._game, analysis)
    kept = ffi.gc(analysis[0], lib.ag_analysis_free)
    if kept.prediction.theory.kind != lib.AG_THEORY_NONE:
        call(lib.ag_basins_find, game._game, options, basins)
    found = ffi.gc(basins[0], lib.ag_basins_free) if basins[0] != ffi.NULL else ffi.NULL
    return Analysis(document("analyze", lib.ag_analysis_json(game._game, kept, found)))


def audit(game: Game) -> Audit:
    made = ffi.new("ag_audit **")
    options = ffi.new("ag_audit_options *", {"seed": game.seed})
    call(lib.ag_audit_game, game._game, options, made)
    return Audit(document("audit", lib.ag_audit_json(game._game, ffi.gc(made[0],
                                                                        lib.ag_audit_free))))


class Phase:
    """Who wins at every point of two axes: winner, sink_count, effective_number [y, x]."""

    def __init__(self, made: Any, x_path: str, y_path: str) -> None:
        self._phase, self.x_path, self.y_path = made, x_path, y_path
        nx, ny = int(made.axis[0].count), int(made.axis[1].count)
        self.x: Reals = arrays.view(made.value[0], (nx,), made)
        self.y: Reals = arrays.view(made.value[1], (ny,), made)
        words = [text(lib.ag_phase_winner_word(made, w)) for w in range(lib.AG_PHASE_WINNERS)]
        self.winner: npt.NDArray[Any] = np.array(words)[arrays.view(made.winner, (ny, nx), made,
                                                                    "|u1")]
        self.sink_count = arrays.view(made.sink_count, (ny, nx), made, "|u1")
        self.effective_number: Reals = arrays.view(made.effective_number, (ny, nx), made)

    def plot(self, ax: Any = None) -> Any:
        """Draws on matplotlib axes and returns them."""
        return plots.phase(self, ax)

    def draw(self, place: str | os.PathLike[str]) -> None:
        """Writes the diagram as the command line draws it: .png, .svg or .pdf."""
        call(lib.ag_phase_draw, self._phase, path(place))

    def to_xarray(self) -> Any:
        import xarray

        names = ("y", "x")
        return xarray.Dataset({"winner": (names, self.winner),
                               "sink_count": (names, self.sink_count),
                               "effective_number": (names, self.effective_number)},
                              {"x": self.x, "y": self.y},
                              {"x_path": self.x_path, "y_path": self.y_path})


def _axis(words: str, into: Any) -> tuple[str, Any]:
    """`path=low..high[:count][:log]`."""
    found = re.fullmatch(r"(.+?)=(.+?)\.\.([^:]+)((?::[^:]+)*)", words)
    if not found:
        raise ValueError(f"{words!r}: expected path=low..high[:count][:log]")
    name = ffi.new("char[]", found[1].encode())
    into.path, into.low, into.high, into.count = name, float(found[2]), float(found[3]), 33
    for suffix in found[4].split(":")[1:]:
        if suffix == "log":
            into.logarithmic = True
        else:
            into.count = int(suffix)
    if not into.low < into.high or into.count < 2 or (into.logarithmic and into.low <= 0):
        raise ValueError(f"{words!r}: expected numbers that increase, and at least two of them")
    into.integer = found[1].endswith(".pool")
    return found[1], name


def phase(game: Game, x: str, y: str, generations: int, progress: Progress) -> Phase:
    kind, what, settings = game._source
    if kind == "arrays":
        raise Error("a diagram varies the keys of a game file, and a game of arrays has none")
    axes = ffi.new("ag_phase_axis[2]")
    (x_path, kept_x), (y_path, kept_y) = _axis(x, axes[0]), _axis(y, axes[1])
    words, kept = strings(overrides(settings))
    source = what.encode() if kind == "text" else None
    made = ffi.new("ag_phase **")
    with Watch(progress, "point") as watch:
        options = ffi.new("ag_phase_options *", {
            "generations": generations, "interrupt": watch.interrupt,
            "progress": lib.ag_python_counted, "context": watch.handle})
        call(lib.ag_phase_play, b"game" if source else path(what), source or ffi.NULL,
             len(source or b""), words, len(kept), axes, options, made)
    del kept_x, kept_y
    return Phase(ffi.gc(made[0], lib.ag_phase_free), x_path, y_path)


def drift(*, progress: Progress = False, **settings: Any) -> Document:
    """What chance alone does, exact and simulated: the document of `aligngame drift --json`.

    settings: seed, items, generations, replicates, samples, features, start, gap, pool; defaults
    are those of the command line. Raises GameError.
    """
    with Watch(progress, "replicate") as watch:
        given = ffi.new("ag_drift_settings *")
        lib.ag_drift_settings_default(given)
        for key, value in settings.items():
            if key not in ("seed", "items", "generations", "replicates", "samples", "features",
                           "start", "gap", "pool"):
                raise TypeError(f"drift() has no setting {key!r}")
            setattr(given, key, pool_size(value) if key == "pool" else value)
        given.progress, given.context = lib.ag_python_counted, watch.handle
        given.interrupt = watch.interrupt
        made = ffi.new("ag_drift_study **")
        call(lib.ag_drift_study_make, given, made)
    study = ffi.gc(made[0], lib.ag_drift_study_free)
    return Document(document("drift", lib.ag_drift_study_json(study)))


def _written(frame: Any, folder: str) -> str:
    """A frame as a file of a table."""
    place = str(Path(folder, "items.csv"))
    if hasattr(frame, "to_csv"):
        frame.to_csv(place, index=False)
        return place
    names = list(frame)
    columns = [list(frame[name]) for name in names]
    with open(place, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(names)
        writer.writerows(zip(*columns))
    return place


def forecast(items: Any, owner: str, public: str, *, label: str | None = None,
             group: str | None = None, mass: str | None = None, pool: float | str = 8,
             generations: int = 60, draws: int = 0, owner_se: str | None = None,
             public_se: str | None = None, directory: str | os.PathLike[str] | None = None,
             settings: dict[str, Any] | None = None, progress: Progress = False) -> Forecast:
    """What survives of a table's items: the document of `aligngame forecast --json`.

    items: a frame (pandas, or a mapping of columns), or a file's path; owner, public, label, group,
    mass, owner_se, public_se: its columns. directory: the files of `forecast -o` go there. Raises
    GameError, with the place in the table. Cost: about a dozen plays.
    """
    with tempfile.TemporaryDirectory() as folder, Watch(progress, "game") as watch:
        place = os.fspath(items) if isinstance(items, (str, os.PathLike)) else _written(items, folder)
        options = ffi.new("ag_forecast_options *")
        lib.ag_forecast_options_default(options)
        kept: list[Any] = [ffi.new("char[]", path(place))]
        options.file = kept[0]
        columns = {"owner": owner, "public_": public, "label": label, "group": group, "mass": mass,
                   "owner_se": owner_se, "public_se": public_se}
        for key, column in columns.items():
            if column is not None:
                kept.append(ffi.new("char[]", str(column).encode()))
                setattr(options, key, kept[-1])
        options.pool_owner = options.pool_public = pool_size(pool)
        options.generations, options.draws = generations, draws
        options.overrides, words = strings(overrides(settings))
        options.override_count = len(words)
        kept.append((options.overrides, words))
        options.progress, options.context = lib.ag_python_named, watch.handle
        made = ffi.new("ag_forecast **")
        call(lib.ag_forecast_make, options, made)
        found = ffi.gc(made[0], lib.ag_forecast_free)
        if directory is not None:
            call(lib.ag_forecast_write, found, path(directory))
        return Forecast(document("forecast", lib.ag_forecast_json(found)))


def train(corpus: str | os.PathLike[str] | None = None, directory: str | os.PathLike[str] | None = None,
          *, progress: Progress = False, **settings: Any) -> Document:
    """Trains a small GPT-2 on a text: the document of `aligngame train --json`.

    corpus: a text file, or None: the built-in grammar (`grammar=` sentences). directory: a folder
    that is made for the model, as `transformers` reads it. settings: layers, width, heads, context,
    vocabulary, epochs, batch, rate, dropout, seed, ... as of the command line.
    """
    with Watch(progress, "token") as watch:
        spec = ffi.new("ag_train_spec *")
        lib.ag_train_spec_default(spec)
        kept: list[Any] = []
        if corpus is not None:
            settings = {"corpus": os.fspath(corpus), **settings}
        known = {name for name, _ in ffi.typeof("ag_train_spec").fields}
        for key, value in settings.items():
            if key not in known - {"progress", "watcher", "interrupt"}:
                raise TypeError(f"train() has no setting {key!r}")
            if isinstance(value, (str, os.PathLike)):
                kept.append(ffi.new("char[]", os.fsencode(value)))
                value = kept[-1]
            setattr(spec, key, value)
        spec.progress, spec.watcher = lib.ag_python_trained, watch.handle
        spec.interrupt = watch.interrupt
        made = ffi.new("ag_train_result **")
        call(lib.ag_train_run, spec, made)
    result = ffi.gc(made[0], lib.ag_train_free)
    if directory is not None:
        Path(directory).mkdir(parents=True)
        call(lib.ag_train_write, result, path(directory))
    return Document(document("train", lib.ag_train_json(result)))


def listed(kind: str) -> dict[str, dict[str, Any]]:
    """What this build has of a kind (rewards, generators, metrics, steps, presets, ...), with
    every key's meaning, unit and default. Raises KeyError for an unknown kind."""
    kinds = [text(lib.ag_catalogue_kind(k)) for k in range(lib.ag_catalogue_kind_count())]
    if kind not in kinds:
        raise KeyError(f"{kind!r}: there are {', '.join(kinds)}")
    found: dict[str, dict[str, Any]] = {}
    entry, key = ffi.new("ag_catalogue_entry *"), ffi.new("ag_catalogue_parameter *")
    index = 0
    while lib.ag_catalogue_entry_at(kind.encode(), index, entry):
        keys, at = {}, 0
        while lib.ag_catalogue_parameter_at(kind.encode(), entry.name, at, key):
            keys[text(key.name)] = {"help": text(key.help), "takes": text(key.takes),
                                    "otherwise": text(key.otherwise),
                                    "unit": None if key.unit == ffi.NULL else text(key.unit)}
            at += 1
        found[text(entry.name)] = {
            "summary": text(entry.summary),
            "example": None if entry.example == ffi.NULL else text(entry.example), "keys": keys}
        index += 1
    return found

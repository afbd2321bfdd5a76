"""Games: what can be generated, who selects, and the loop of selection and learning."""
from __future__ import annotations

import logging
import os
from typing import Any, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

import numpy as np

from . import _arrays, _recipe
from ._arrays import Reals
from ._calls import Call, call
from ._library import encoded, ffi, lib, optional_text, owned, owned_text, text
from ._recipe import Parts, Recipe, Settings
from .callbacks import Functions
from .documents import Document
from .errors import GameError
from .phase import Axis, Phase, play_phase
from .play import Play
from .progress import Progress
from .results import Run

Source = Union[str, "os.PathLike[str]", Mapping[str, Any]]
log = logging.getLogger("aligngame")


class Game:
    """A game, which never changes. Make one by `load`, `preset`, `from_arrays` or `from_frame`."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._functions = Functions()
        self._game = recipe.make(self._functions)
        for remark in (lib.ag_game_understood, lib.ag_game_space_remark, lib.ag_game_generator_remark):
            said = optional_text(remark(self._game))
            if said:
                log.info("%s: %s", self.name, said)

    # --- making ---

    @classmethod
    def load(cls, source: Source, settings: Optional[Settings] = None, *, trust: bool = False) -> "Game":
        """A game of a file, of a preset by its name, or of a mapping that says what a game file would.

        settings: values by their paths, {"curators.owner.pool": 16}, as the program takes them with -s.
        trust: the programs that a file names (`command`) may be started. In a mapping a reward may be a
        function, and the generator a model of one's own (see aligngame.reward and aligngame.generator)."""
        if isinstance(source, Mapping):
            recipe = _recipe.of_mapping(source)
        else:
            recipe = Recipe(os.fspath(source), None, trust=trust)
        return cls(recipe.with_settings(_recipe.settings_of(settings)))

    @classmethod
    def preset(cls, name: str, settings: Optional[Settings] = None) -> "Game":
        """A game that comes with the library; `aligngame.list("presets")` shows them."""
        document = lib.ag_preset_text(encoded(name))
        if document == ffi.NULL:
            raise KeyError(f"there is no preset {name!r}")
        return cls(Recipe(name, text(document), _recipe.settings_of(settings)))

    @classmethod
    def parse(cls, document: str, name: str = "game", settings: Optional[Settings] = None) -> "Game":
        """A game of a game file's text."""
        return cls(Recipe(name, document, _recipe.settings_of(settings)))

    @classmethod
    def from_arrays(cls, rewards: Mapping[str, Any], *, mass: Any = None, pool: Any = 8,
                    temperature: Any = 1.0, labels: Optional[Sequence[Any]] = None,
                    groups: Optional[Sequence[Any]] = None, name: str = "game",
                    settings: Optional[Settings] = None) -> "Game":
        """A game on n items.

        rewards: for each curator n numbers, or a function of items' numbers. mass: n shares at first (all
        equal). pool and temperature: one for all, or a mapping by curator. settings: all else, as in load,
        {"loop.reading": "parallel"}."""
        likes = {str(curator): like if callable(like) else _arrays.kept(like, f"the rewards of {curator}")
                 for curator, like in rewards.items()}
        masses = None if mass is None else _arrays.kept(mass, "the masses")
        count = _one_length([*(like for like in likes.values() if not callable(like)),
                             *([] if masses is None else [masses]),
                             *(texts for texts in (labels, groups) if texts is not None)])
        document = {"curators": {curator: {"pool": _of(pool, curator, 8),
                                           "temperature": _of(temperature, curator, 1.0)}
                                 for curator in likes}}
        parts = Parts(mass=masses, count=count, labels=_texts(labels), groups=_texts(groups),
                      curators=tuple(likes), likes=tuple(likes.values()))
        return cls(Recipe(name, document, _recipe.settings_of(settings), parts))

    @classmethod
    def from_frame(cls, frame: Any, owner: str = "owner", public: Optional[str] = "public", *,
                   label: Optional[str] = None, group: Optional[str] = None, mass: Optional[str] = None,
                   pool: Any = 8, temperature: Any = "deviation", name: str = "game",
                   settings: Optional[Settings] = None) -> "Game":
        """A game on the rows of a data frame, whose columns owner and public are the curators' scores
        (public None: the owner alone). temperature: by default the scores' standard deviation."""
        columns = {"owner": owner} if public is None else {"owner": owner, "public": public}
        missing = [column for column in [*columns.values(), label, group, mass]
                   if column is not None and column not in frame]
        if missing:
            raise KeyError(f"the frame has no column {missing[0]!r}")
        take = {key: None if column is None else frame[column]
                for key, column in (("labels", label), ("groups", group), ("mass", mass))}
        return cls.from_arrays({curator: frame[column] for curator, column in columns.items()}, **take,
                               pool=pool, temperature=temperature, name=name, settings=settings)

    def with_settings(self, settings: Optional[Settings] = None, **top: Any) -> "Game":
        """The same game with other values: with_settings({"curators.owner.pool": 16}, generations=100)."""
        changed = _recipe.settings_of({**(settings or {}), **top})
        return Game(self._recipe.with_settings(changed))

    def __reduce__(self) -> Tuple[Any, ...]:
        """As what it was made of; of a file its whole text with absolute paths."""
        recipe = self._recipe
        if recipe.document is None and recipe.parts is None:
            recipe = Recipe(self.name, self.text)
        return (Game, (recipe,))

    # --- what it is ---

    @property
    def name(self) -> str:
        return text(lib.ag_game_name(self._game))

    @property
    def text(self) -> str:
        """The game file that describes it, with all settings."""
        said = optional_text(lib.ag_game_text(self._game))
        return self._described().text if said is None else said

    @property
    def seed(self) -> int:
        return int(lib.ag_game_seed(self._game))

    @property
    def generations(self) -> int:
        return int(lib.ag_game_generations(self._game))

    @property
    def engine(self) -> str:
        """exact, or samples."""
        return text(lib.ag_game_engine(self._game))

    @property
    def replicates(self) -> int:
        return int(lib.ag_game_replicates(self._game))

    @property
    def curators(self) -> List[str]:
        return [text(lib.ag_game_curator_name(self._game, c))
                for c in range(lib.ag_game_curator_count(self._game))]

    @property
    def metrics(self) -> List[str]:
        """The names of what is measured in every generation."""
        return [text(lib.ag_game_metric_name(self._game, m))
                for m in range(lib.ag_game_metric_count(self._game))]

    @property
    def item_count(self) -> int:
        """How many items it has; 0 where points or texts are played."""
        return int(lib.ag_game_item_count(self._game))

    def __len__(self) -> int:
        return self.item_count

    def __bool__(self) -> bool:
        return True

    def label(self, item: int) -> str:
        if not 0 <= item < self.item_count:
            raise IndexError(f"there is no item {item}, the game has {self.item_count}")
        size = 1 + lib.ag_game_item_label(self._game, item, ffi.NULL, 0)
        room = ffi.new("char[]", size)
        lib.ag_game_item_label(self._game, item, room, size)
        return text(room)

    @property
    def labels(self) -> List[str]:
        return [self.label(item) for item in range(self.item_count)]

    def rewards(self, curator: str) -> Reals:
        """The curator's rewards [items]."""
        names = self.curators
        if curator not in names:
            raise KeyError(f"there is no curator {curator!r}")
        made = np.empty(self.item_count)
        lib.ag_game_rewards(self._game, names.index(curator), _arrays.pointer(made))
        return made

    def initial_log_mass(self) -> Reals:
        made = np.empty(self.item_count)
        lib.ag_game_initial_log_mass(self._game, _arrays.pointer(made))
        return made

    def __repr__(self) -> str:
        return (f"<Game {self.name}: {self.item_count or 'no'} items, curators {', '.join(self.curators)}, "
                f"{self.engine}, {self.generations} generations>")

    # --- playing ---

    def run(self, generations: Optional[int] = None, *, directory: Union[str, "os.PathLike[str]", None] = None,
            resume: bool = False, snapshots: Union[str, Iterable[int], None] = None,
            progress: Optional[Progress] = None, checkpoint_interval: float = 10.0) -> Run:
        """Plays the game to its end, without the interpreter's lock.

        directory: results and checkpoints go there, as those of `aligngame run`; Ctrl-C then keeps a
        checkpoint, and resume=True goes on with it. snapshots: generations whose masses are kept, or
        "all"; by default all of what is played in memory on few items. progress: True, or a factory of
        tqdm's protocol, such as tqdm itself."""
        game = self if generations is None else self.with_settings(generations=generations)
        if directory is not None and game._recipe.parts is not None:
            game = game._described()
        return Run._play(game, directory, resume, snapshots, progress, checkpoint_interval)

    def play(self, replicate: int = 0) -> Play:
        """Generation after generation: `for state in game.play(): state.generation, state.mass`."""
        return Play(self, replicate)

    # --- theory ---

    def analyze(self, *, basins: bool = True, starts: int = 0) -> Document:
        """Where it must end, how fast and, with basins, from which starts: the document of
        `aligngame analyze --json`."""
        analysis, found = ffi.new("ag_analysis **"), ffi.new("ag_basins **")
        exact = self._exact()
        call(lib.ag_analyze, exact._game, analysis)
        analysed = owned(analysis[0], lib.ag_analysis_free, exact)
        if basins and analysed.prediction.theory.kind != lib.AG_THEORY_NONE:
            options = ffi.new("ag_basin_options *", {"seed": self.seed, "starts": starts})
            call(lib.ag_basins_find, exact._game, options, found)
        found_basins = owned(found[0], lib.ag_basins_free, exact)
        return Document(owned_text(lib.ag_analysis_json(exact._game, analysed, found_basins)))

    def audit(self, *, generations: int = 0, searches: int = 0) -> Document:
        """Every claim of the paper against this game: the document of `aligngame audit --json`."""
        audit = ffi.new("ag_audit **")
        exact = self._exact()
        options = ffi.new("ag_audit_options *", {"seed": self.seed, "generations": generations,
                                                 "searches": searches})
        call(lib.ag_audit_game, exact._game, options, audit)
        audited = owned(audit[0], lib.ag_audit_free, exact)
        return Document(owned_text(lib.ag_audit_json(exact._game, audited)))

    def phase(self, x: Axis, y: Axis, *, generations: int = 0,
              progress: Optional[Progress] = None) -> Phase:
        """Who wins, over any two values of the game."""
        exact = self._exact()
        return play_phase(exact.text, exact.name, x, y, generations, progress)

    # --- inside ---

    def _described(self) -> "Game":
        return Game(self._recipe.described())

    def _exact(self) -> "Game":
        """Itself, or of a game on samples its exact counterpart."""
        if not lib.ag_game_is_sampled(self._game):
            return self
        made, why = ffi.new("ag_game **"), ffi.new("char **")
        call(lib.ag_game_counterpart, self._game, made, ffi.cast("const char **", why))
        if made[0] == ffi.NULL:
            raise GameError(f"{self.name} is played on samples and has no exact counterpart: "
                            f"{text(why[0])}")
        log.info("%s: its exact counterpart is looked at", self.name)
        return Game._of_handle(made[0], self._functions)

    @classmethod
    def _of_handle(cls, game: Any, functions: Optional[Functions] = None) -> "Game":
        """A game that the library has made."""
        made = cls.__new__(cls)
        made._functions = functions or Functions()
        made._game = owned(game, lib.ag_game_free, made._functions)
        made._recipe = Recipe(made.name, optional_text(lib.ag_game_text(game)) or "")
        return made


def _of(value: Any, curator: str, otherwise: Any) -> Any:
    return value.get(curator, otherwise) if isinstance(value, Mapping) else value


def _texts(values: Optional[Sequence[Any]]) -> Optional[Tuple[str, ...]]:
    return None if values is None else tuple(str(value) for value in values)


def _one_length(arrays: List[Any]) -> int:
    if not arrays:
        raise ValueError("how many items there are is not known: expected masses, or rewards as arrays")
    lengths = {len(array) for array in arrays}
    if len(lengths) > 1:
        raise ValueError(f"rewards, masses, labels and groups of one length, found {sorted(lengths)}")
    return lengths.pop()

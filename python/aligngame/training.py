"""A GPT-2 that learns from a text, beside n-grams that learn from the same."""
from __future__ import annotations

import os
from typing import Any, List, Optional, Union

from ._calls import Call, call
from ._library import ffi, lib, owned, owned_text
from .documents import Document
from .progress import Bar, Progress

Path = Union[str, "os.PathLike[str]"]


class Training(Document):
    """The document of `aligngame train --json`, with the model that was learnt."""

    def __init__(self, result: Any) -> None:
        self._result = owned(result, lib.ag_train_free)
        super().__init__(owned_text(lib.ag_train_json(self._result)))

    @property
    def interrupted(self) -> bool:
        """Whether it was stopped; the best model so far is the result."""
        return bool(self._result.interrupted)

    def write(self, directory: Path) -> None:
        """config.json, model.safetensors, vocab.json and merges.txt, as Hugging Face's transformers and the
        generator gpt2 read them."""
        os.makedirs(directory, exist_ok=True)
        call(lib.ag_train_write, self._result, os.fsencode(directory))

    def draw(self, path: Path) -> None:
        """The learning curve and the models beside each other, as PNG, SVG or PDF by the path's ending."""
        call(lib.ag_train_draw, self._result, os.fsencode(path))

    def __reduce__(self) -> Any:
        return (Document, (self.to_json(),))


def train(corpus: Optional[Path] = None, *, kept: Optional[Path] = None, progress: Optional[Progress] = None,
          **settings: Any) -> Training:
    """Trains, on a text file, or with grammar=N on sentences of the built-in grammar.

    kept: a file that keeps where the training stands, also at Ctrl-C; one that is there is gone on with.
    settings: the fields of ag_train_spec by their names: layers, width, heads, context, vocabulary, epochs,
    patience, batch, warm_up, dropout, rate, decay, average, seed, column, format, encoding, held_out,
    held_out_share, judge_share, base, separate, grammar, checkpoint_interval. Ctrl-C raises
    KeyboardInterrupt."""
    spec, result = ffi.new("ag_train_spec *"), ffi.new("ag_train_result **")
    lib.ag_train_spec_default(spec)
    if settings.get("grammar"):
        settings.setdefault("separate", True)
    fields = {name for name, _ in ffi.typeof("ag_train_spec").fields} - {"progress", "watcher", "interrupt"}
    texts: List[Any] = []
    for name, value in {"corpus": corpus, "kept": kept, **settings}.items():
        if name not in fields:
            raise TypeError(f"a training has no setting {name!r}; expected one of {', '.join(sorted(fields))}")
        if isinstance(value, (str, os.PathLike)):
            value = ffi.new("char[]", os.fsencode(value))
            texts.append(value)
        if value is not None:
            setattr(spec, name, value)
    job = Call(Bar(progress, "train", "tokens"))
    spec.watcher = job.handle
    if progress:
        spec.progress = lib.aligngame_train_progress
    job.run(lib.ag_train_run, spec, result, options=spec)
    return Training(result[0])

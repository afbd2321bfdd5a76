"""The JSON documents of the library, as the program prints them."""
from __future__ import annotations

import json
from typing import Any, Dict, Iterator, Mapping


class Document(Mapping[str, Any]):
    """A document's members, also as attributes: analysis.regime, audit["claims"]. docs/json.md says what
    they mean."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._members: Dict[str, Any] = json.loads(text)

    def __getitem__(self, key: str) -> Any:
        return self._members[key]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._members:
            raise AttributeError(f"the document has no member {name!r}")
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __dir__(self) -> Any:
        return [*super().__dir__(), *self._members]

    def to_json(self) -> str:
        return self._text

    def __reduce__(self) -> Any:
        return (Document, (self._text,))

    def __repr__(self) -> str:
        return f"<{self.get('schema', 'document')} of {self.get('name', 'aligngame')}>"

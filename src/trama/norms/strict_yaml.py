"""The one YAML loader: closed, located, without surprises.

Codes stay text (``015146`` is not 6758), ``no`` is not False, duplicate keys, aliases, tags and second
documents are refused, and every value remembers its line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from trama.kernel.system import refusal
from trama.norms.errors import NormError

_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml where the wheel carries it: ten times quicker
MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 40

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_NULLS = {"", "~", "null"}
_BOOLEANS = {"true": True, "false": False}

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Plain Python values, and the line (from 1) where each of them starts."""

    name: str
    data: Any
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """Return the line of `place`, or of the nearest thing above it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def error(self, place: Place, why: str) -> NormError:
        """Build the error that points at `place`."""
        return NormError(file=self.name, line=self.line(place), why=why)


def load(path: Path, root: Path | None = None) -> Document:
    """Read the YAML file at `path`.

    Parameters
    ----------
    root
        Folder that errors name the file from; many files of the norms share one name.

    Raises
    ------
    NormError
        It breaks the rules, or is not a file that can be read.
    """
    name = path.relative_to(root).as_posix() if root else path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NormError(file=name, line=1, why=f"non si legge come file ({refusal(error).why_it}).") from None
    try:
        return parse(data.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NormError(file=name, line=line, why="il testo non è in UTF-8.") from None


def parse(text: str, name: str) -> Document:
    """Read YAML from `text`; `name` is what errors call it.

    >>> parse("istat: 015146", "x").data
    {'istat': '015146'}
    >>> parse("attivo: no", "x").data
    {'attivo': 'no'}
    """
    if len(text) > MAX_CHARACTERS:
        raise NormError(
            file=name, line=1, why="il file è troppo grande per essere un testo di norme o risposte."
        )
    try:
        return _Builder(name).build(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise NormError(file=name, line=line, why=f"YAML non valido ({error.problem}).") from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise NormError(file=name, line=1, why=f"YAML non valido ({_first_line(error)}).") from None


class _Builder:
    """Turns the parser's events into plain values, refusing what the grammar does not have."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Place, int] = {}
        self.open: list[_Open] = []
        self.root: Any = None

    def build(self, events: Iterable[yaml.Event]) -> Document:
        documents = 0
        for event in events:
            documents += isinstance(event, yaml.DocumentStartEvent)
            if documents > 1:
                raise self._refused(event, "c'è più di un documento (---): ne serve uno solo.")
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
                raise self._refused(event, "i rimandi (& e *) non sono ammessi: ripetere il valore.")
            if isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None) is not None:
                raise self._refused(event, "le etichette (!) non sono ammesse.")
            self._take(event)
        return Document(self.name, self.root, self.lines)

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.MappingStartEvent():
                self._enter(event, {})
            case yaml.SequenceStartEvent():
                self._enter(event, [])
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                self.open.pop()
            case yaml.ScalarEvent() if self.open and self.open[-1].wants_key:
                self._key(event)
            case yaml.ScalarEvent():
                self._put(event, self._scalar(event))

    def _enter(self, event: yaml.Event, value: dict[str, Any] | list[Any]) -> None:
        if self.open and self.open[-1].wants_key:
            raise self._refused(event, "una chiave deve essere un testo semplice.")
        if len(self.open) >= MAX_DEPTH:
            raise self._refused(event, "troppi livelli annidati.")
        place = self._put(event, value)
        self.open.append(_Open(value, place))

    def _key(self, event: yaml.ScalarEvent) -> None:
        key, inside = event.value, self.open[-1]
        if key == "<<":
            raise self._refused(event, "una chiave deve essere un testo semplice.")
        if key in inside.value:
            raise self._refused(event, f"la chiave «{key}» è ripetuta.")
        inside.key = key
        self.lines[(*inside.place, key)] = _line(event)

    def _put(self, event: yaml.Event, value: Any) -> Place:
        """Lay `value` where it belongs and return its place; a key's line is the line of what it names."""
        if not self.open:
            self.root = value
            self.lines[()] = _line(event)
            return ()
        inside = self.open[-1]
        if isinstance(inside.value, list):
            place = (*inside.place, len(inside.value))
            inside.value.append(value)
            self.lines[place] = _line(event)
            return place
        key, inside.key = inside.key, None
        assert key is not None
        inside.value[key] = value
        return (*inside.place, key)

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        text = str(event.value)
        if not event.implicit[0]:
            return text
        if text in _NULLS:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _INTEGER.fullmatch(text):
            return int(text) if len(text) < 19 else text
        if _FLOAT.fullmatch(text) and any(character.isdigit() for character in text):
            number = float(text)
            if not math.isfinite(number):
                raise self._refused(event, f"«{text[:20]}» è un numero troppo grande.")
            return number
        return text

    def _refused(self, event: yaml.Event, why: str) -> NormError:
        return NormError(file=self.name, line=_line(event), why=why)


@dataclass(slots=True)
class _Open:
    """A mapping or a list being filled; `key` is the one whose value comes next."""

    value: Any
    place: Place
    key: str | None = None

    @property
    def wants_key(self) -> bool:
        return isinstance(self.value, dict) and self.key is None


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else "errore di sintassi"

"""The one YAML loader: closed, located, without surprises.

Codes stay text (``015146`` is not 6758), ``no`` is not False, duplicate keys, aliases, tags and second
documents are refused, and every value remembers its line.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from trama.norms.errors import NormError

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


def load(path: Path) -> Document:
    """Read the YAML file at `path`; raises `NormError` where it breaks the rules."""
    data = path.read_bytes()
    try:
        return parse(data.decode("utf-8"), path.name)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise NormError(file=path.name, line=line, why="il testo non è in UTF-8.") from None


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
    lines: dict[Place, int] = {}
    try:
        root = YAML(typ="safe", pure=True).compose(io.StringIO(text))
        data = None if root is None else _plain(root, (), lines, name, set())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NormError(
            file=name, line=mark.line + 1 if mark else 1, why=f"YAML non valido ({error.problem})."
        ) from None
    except YAMLError as error:
        raise NormError(file=name, line=1, why=f"YAML non valido ({_first_line(error)}).") from None
    except RecursionError:
        raise NormError(file=name, line=1, why="troppi livelli annidati.") from None
    return Document(name, data, lines)


def _plain(node: Node, place: Place, lines: dict[Place, int], name: str, seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    lines[place] = line
    if id(node) in seen:
        raise NormError(file=name, line=line, why="i rimandi (& e *) non sono ammessi: ripetere il valore.")
    seen.add(id(node))
    if len(place) > MAX_DEPTH:
        raise NormError(file=name, line=line, why="troppi livelli annidati.")
    if node.ctag is not None and node.ctag.handle is not None:
        raise NormError(file=name, line=line, why="le etichette (!) non sono ammesse.")
    if isinstance(node, MappingNode):
        return _mapping(node, place, lines, name, seen)
    if isinstance(node, SequenceNode):
        return [_plain(child, (*place, index), lines, name, seen) for index, child in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    return _scalar(node, name)


def _mapping(
    node: MappingNode, place: Place, lines: dict[Place, int], name: str, seen: set[int]
) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode) or key_node.value == "<<":
            raise NormError(file=name, line=line, why="una chiave deve essere un testo semplice.")
        key = str(key_node.value)
        if key in result:
            raise NormError(file=name, line=line, why=f"la chiave «{key}» è ripetuta.")
        result[key] = _plain(value_node, (*place, key), lines, name, seen)
        lines[(*place, key)] = line
    return result


def _scalar(node: ScalarNode, name: str) -> Any:
    text = str(node.value)
    if node.style in {"'", '"', "|", ">"}:
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 19 else text
    if _FLOAT.fullmatch(text) and any(character.isdigit() for character in text):
        return _finite(float(text), node, name)
    return text


def _finite(number: float, node: ScalarNode, name: str) -> float:
    if not math.isfinite(number):
        raise NormError(
            file=name, line=node.start_mark.line + 1, why=f"«{node.value[:20]}» è un numero troppo grande."
        )
    return number


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else "errore di sintassi"

"""The answers a person gives to a sheet, as YAML: ``criterion: value`` or ``criterion: {value, motivo}``."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trama.kernel.errors import BadInput, NotFound
from trama.norms.errors import NormError
from trama.norms.strict_yaml import Document, parse

MAX_BYTES = 100_000
MAX_BRACKETS = 1_000
SHORTEST_REASON = 10
_WRAPPED = {"value", "motivo"}


class AnswersNotThere(NotFound):
    """The path does not lead to a file of answers."""

    it = "Il file di risposte «{what}» non si trova. {hint}"
    en = "There is no file of answers “{what}”. {hint}"


class AnswersTooLarge(BadInput):
    """More bytes than answers need."""

    it = (
        "«{name}» supera {limit_kb} kB: un file di risposte ha poche righe. "
        "Controllare di aver scelto il file giusto."
    )
    en = "“{name}” is larger than {limit_kb} kB: answers take a few lines. Check that it is the right file."


class AnswersNotText(BadInput):
    """Bytes that are not UTF-8 text."""

    it = "«{name}» non è un testo in UTF-8 (riga {line}). Salvarlo con la codifica UTF-8 e riprovare."
    en = "“{name}” is not UTF-8 text (line {line}). Save it with UTF-8 encoding and try again."


class UnknownQuestion(NormError):
    """A key that the sheet does not ask."""

    it = "{file}, riga {line}: la scheda non prevede «{key}». {hint}Chiavi ammesse: {known}."
    en = "{file}, line {line}: the sheet has no question “{key}”. {hint_en}Known keys: {known}."


class UnreadableAnswer(NormError):
    """A value of a kind that no criterion takes, or a reason that is none."""

    it = "{file}, riga {line}: la risposta a «{key}» non è utilizzabile: {why}"
    en = "{file}, line {line}: the answer to “{key}” cannot be used: {why_en}"


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One answer as given.

    Attributes
    ----------
    value
        A text, a number, true or false, a list of texts or numbers, or shares by option; None where the key
        is there without a value ("not yet said").
    motivo
        The reason, empty where not given. Whether one is required is known only when the sheet is evaluated.
    line
        Where the answer stands in the file.
    """

    value: Any
    motivo: str = ""
    line: int = 1


Answers = dict[str, GivenAnswer]


def read_answers_file(path: Path, allowed_keys: Collection[str]) -> Answers:
    """Read the answers in the file at `path`; see `read_answers`.

    Raises
    ------
    AnswersNotThere, AnswersTooLarge, AnswersNotText
        Besides what `read_answers` raises.
    """
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        raise AnswersNotThere(what=Path(path).name, hint="Controllare il percorso.") from None
    return read_answers(data, Path(path).name, allowed_keys)


def read_answers(text: str | bytes, name: str, allowed_keys: Collection[str]) -> Answers:
    """Read answers from YAML.

    Parameters
    ----------
    text
        The YAML, as text or UTF-8 bytes (a byte order mark is tolerated).
    name
        What errors call it.
    allowed_keys
        Ids of the criteria and questions of the sheet.

    Raises
    ------
    AnswersTooLarge, AnswersNotText
    NormError
        Not valid YAML, a repeated key: file and line are named.
    UnknownQuestion
        With the known keys and the closest one.
    UnreadableAnswer

    >>> read_answers("A1: 3", "risposte.yaml", ["A1"])["A1"].value
    3
    """
    plain = _decoded(text, name)
    if plain.count("[") + plain.count("{") > MAX_BRACKETS:
        raise NormError(file=name, line=1, why="troppe parentesi per un file di risposte.")
    document = parse(plain, name)
    if document.data is None:
        return {}
    if not isinstance(document.data, dict):
        raise document.error((), "servono righe «criterio: valore».")
    return {key: _answer(document, key, value, allowed_keys) for key, value in document.data.items()}


def _decoded(text: str | bytes, name: str) -> str:
    if len(text) > MAX_BYTES:
        raise AnswersTooLarge(name=name, limit_kb=MAX_BYTES // 1000)
    if isinstance(text, bytes):
        try:
            return text.decode("utf-8").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise AnswersNotText(name=name, line=text.count(b"\n", 0, error.start) + 1) from None
    return text.removeprefix("\ufeff")


def _answer(document: Document, key: str, value: Any, allowed: Collection[str]) -> GivenAnswer:
    line = document.line((key,))
    if key not in allowed:
        near = difflib.get_close_matches(key[:80], list(allowed), n=1, cutoff=0.5)
        raise UnknownQuestion(
            file=document.name,
            line=line,
            key=key[:60],
            hint=f"Forse «{near[0]}». " if near else "",
            hint_en=f"Perhaps “{near[0]}”. " if near else "",
            known=", ".join(allowed),
        )
    if not isinstance(value, dict) or not _WRAPPED & set(value):
        return GivenAnswer(_value(document, key, (key,), value), "", line)
    if set(value) - _WRAPPED or "value" not in value:
        raise _unreadable(
            document,
            key,
            (key,),
            "scrivere {value: ..., motivo: ...} e nient'altro.",
            "write {value: ..., motivo: ...} and nothing else.",
        )
    reason = _reason(document, key, value["motivo"]) if "motivo" in value else ""
    return GivenAnswer(_value(document, key, (key, "value"), value["value"]), reason, line)


def _reason(document: Document, key: str, reason: Any) -> str:
    if not isinstance(reason, str) or len(reason.strip()) < SHORTEST_REASON:
        raise _unreadable(
            document,
            key,
            (key, "motivo"),
            f"il motivo deve essere un testo di almeno {SHORTEST_REASON} caratteri.",
            f"the reason must be a text of at least {SHORTEST_REASON} characters.",
        )
    return reason.strip()


def _value(document: Document, key: str, place: tuple[str | int, ...], value: Any) -> Any:
    if _is_scalar(value) or value is None:
        return value
    if isinstance(value, list) and all(_is_scalar(item) for item in value):
        return value
    if isinstance(value, dict) and value and all(_is_number(item) for item in value.values()):
        return value
    raise _unreadable(
        document,
        key,
        place,
        "deve essere un testo, un numero finito, un elenco di essi, o una quota per ciascuna voce.",
        "it must be a text, a finite number, a list of them, or a share for each option.",
    )


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | bool) or _is_number(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _unreadable(
    document: Document, key: str, place: tuple[str | int, ...], why: str, why_en: str
) -> UnreadableAnswer:
    return UnreadableAnswer(
        file=document.name, line=document.line(place), key=key[:60], why=why, why_en=why_en
    )

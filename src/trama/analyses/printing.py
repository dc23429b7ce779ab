"""Documents as PDF/A: one way to print them, whatever the names that people gave are written in.

PDF/A refuses a character without a drawing, and the whole document with it. What no font of the document
draws is printed as a square, and a sentence at the foot of the first page names it.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import typst

from trama.kernel.units import joined

STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
FONT = "Libertinus Serif"
SQUARE = "□"
NOTE = "non_stampabili"
"""Key of the data under which a template finds the sentence on what could not be printed; empty, or so."""
_PLAIN = (
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x391, 0x3A1),
    (0x3A3, 0x3A9),
    (0x3B1, 0x3C9),
    (0x2013, 0x2014),
    (0x2018, 0x201E),
    (0x2070, 0x2071),
    (0x2074, 0x208E),
)
"""What the fonts surely draw: the letters and signs of Italian and its neighbours, Greek, exponents."""
_SIGNS = frozenset("\n\t\u202f…‰′″€→↔−∞≈≠≤≥√∑∂Δ·•□")
_ASKED = 512
"""Different characters out of the ordinary that are tried; a document with more keeps these alone."""
_NAMED = 12
_PROBE = f'#set document(title: "-")\n#set text(lang: "it", font: "{FONT}")\n#sys.inputs.data'.encode()


def printed(package: str, template: str, data: Mapping[str, Any], day: date) -> bytes:
    """Return the document that a template of `package` lays out, as PDF/A-2a and PDF/UA-1.

    Parameters
    ----------
    data
        Content, of plain JSON values; the template finds beside it `NOTE`.
    day
        Day written in the file as that of its making.

    Raises
    ------
    typst.TypstError
        The template is wrong. Never for a character.
    """
    layout = files(package).joinpath(template).read_bytes()
    moment = int(datetime.combine(day, datetime.min.time(), UTC).timestamp())
    odd = {sign for text in _texts(data) for sign in text if not _plain(sign)}
    drawn = _drawn(sorted(odd))
    try:
        return _compiled(layout, _printable(data, odd - drawn), moment)
    except typst.TypstError:
        if not drawn:
            raise
        return _compiled(layout, _printable(data, odd), moment)  # each is drawn alone, but not joined so


def _printable(data: Mapping[str, Any], lost: Collection[str]) -> dict[str, Any]:
    """Return the data with the lost characters as squares, and the sentence that names them.

    >>> _printable({"nome": "Parco 🌧"}, {"🌧"})["nome"]
    'Parco □'
    """
    table = str.maketrans(dict.fromkeys(lost, SQUARE) | dict.fromkeys(filter(_invisible, lost), ""))
    whole: dict[str, Any] = _each(data, lambda text: text.translate(table))
    return {**whole, NOTE: _sentence(sorted(sign for sign in lost if not _invisible(sign)))}


def _sentence(lost: Sequence[str]) -> str:
    """Return what the square stands for; empty where nothing was lost.

    >>> _sentence(["🌧"])
    'I caratteri di questo documento non disegnano U+1F327 (cloud with rain): al suo posto c’è □.'
    """
    if not lost:
        return ""
    names = [_name(sign) for sign in lost[:_NAMED]]
    if len(lost) > _NAMED:
        names.append(f"e altri {len(lost) - _NAMED}")
    where = "al suo posto c’è" if len(lost) == 1 else "al loro posto c’è"
    return f"I caratteri di questo documento non disegnano {', '.join(names)}: {where} {SQUARE}."


def _name(sign: str) -> str:
    code = f"{ord(sign):04X}"
    name = unicodedata.name(sign, "").lower()
    return f"U+{code} ({name})" if name and code.lower() not in name else f"U+{code}"


def _invisible(sign: str) -> bool:
    """Tell a control or a mark without a shape: where it cannot be printed nothing is missing."""
    return unicodedata.category(sign) in {"Cc", "Cf"} or 0xFE00 <= ord(sign) <= 0xFE0F


def _plain(sign: str) -> bool:
    return sign in _SIGNS or any(first <= ord(sign) <= last for first, last in _PLAIN)


def _drawn(signs: Sequence[str]) -> set[str]:
    """Return those that the fonts draw, found by halves."""
    fit = [sign for sign in signs[:_ASKED] if not 0xD800 <= ord(sign) <= 0xDFFF]
    if not fit or _draws(" ".join(fit)):
        return set(fit)
    if len(fit) == 1:
        return set()
    half = len(fit) // 2
    return _drawn(fit[:half]) | _drawn(fit[half:])


@lru_cache(maxsize=8192)
def _draws(text: str) -> bool:
    try:
        _compiled(_PROBE, text, 0)
    except typst.TypstError:
        return False
    return True


def _compiled(layout: bytes, data: Mapping[str, Any] | str, moment: int) -> bytes:
    text = data if isinstance(data, str) else joined(json.dumps(data, ensure_ascii=False))
    compiled: bytes = typst.compile(  # type: ignore[call-overload]  # its stubs want an invariant list
        layout,
        format="pdf",
        sys_inputs={"data": text},
        pdf_standards=STANDARDS,
        ignore_system_fonts=True,
        timestamp=moment,
    )
    return compiled


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """Return the same tree with its texts changed; the keys are the template's, and stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _each(part, change) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_each(part, change) for part in value]
    return value

"""Tables as programs save them: the writing of a text told by its bytes, and doubtful letters noticed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_USUAL = frozenset("àèéìíîòóùúáâäåçêëïñôöûüßÀÈÉÌÒÙÜÖÄ°ªº€£§±×÷µ²³¹¼½¾·•«»“”‘’„–—…©®™\u00a0\u202f")
"""What stands beside plain letters in an Italian list."""
_DOUBTFUL = re.compile(r"[\ufffdˆ˜†‡ƒ¤¦¬¨¯¸¶¿¡ÐÞðþýÿŸ]|(?<=[a-zà-ù])[À-ßŽŠŒ“„]|Ã.|Â[°²³«»·]|â€.")
"""What nobody writes, or a capital within a word: letters read as if they were others."""
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f]")
_LOOKED = 4096
_AROUND = 12
"""Letters shown on either side of a doubtful one."""


class Text(NamedTuple):
    """A text, how it was written, and what of it was likely written otherwise; empty if nothing was."""

    text: str
    encoding: str
    doubtful: str


def read_text(path: Path) -> str:
    """Return the text of a file, whatever program saved it; raises `OSError`, `UnicodeDecodeError`."""
    return decoded(path.read_bytes()).text


def decoded(raw: bytes) -> Text:
    """Return a text from its bytes: UTF-8, UTF-16 as of spreadsheets, letters of Windows or old Macintosh.

    Raises
    ------
    UnicodeDecodeError
        It is none of them.

    >>> decoded("Città".encode("utf-16")).text, decoded("Città".encode("mac_roman"))[:2]
    ('Città', ('Città', 'mac_roman'))
    """
    if wide := wide_encoding(raw[:_LOOKED]):
        return _told(_plain(raw.decode(wide).removeprefix("\ufeff"), raw), wide)
    try:
        return _told(raw.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError:
        old = _plain(raw.decode("mac_roman"), raw)
    windows = _as_windows(raw)
    if windows is not None and not windows.doubtful:
        return windows
    if all(letter < "\x80" or letter in _USUAL for letter in old):
        return _told(old, "mac_roman")
    if windows is None:
        raise _no_text(raw)
    return windows


def wide_encoding(head: bytes) -> str | None:
    """Return the UTF-16 that a text begins in, by its mark or by its zeros; None where it is in none.

    >>> wide_encoding("nome;fondo".encode("utf-16-le")), wide_encoding(b"nome;fondo")
    ('utf-16-le', None)
    """
    if head[:2] in _MARKS:
        return _MARKS[head[:2]]
    even, odd = head[0::2], head[1::2]
    if len(odd) > 1 and odd.count(0) * 2 > len(odd) and not even.count(0):
        return "utf-16-le"
    return "utf-16-be" if len(odd) > 1 and even.count(0) * 2 > len(even) and not odd.count(0) else None


def _as_windows(raw: bytes) -> Text | None:
    try:
        return _told(raw.decode("cp1252"), "cp1252")
    except UnicodeDecodeError:
        return None


def _plain(text: str, raw: bytes) -> str:
    """Return a text that was not said to be one, if it is; raises `UnicodeDecodeError`."""
    if _CONTROL.search(text):
        raise _no_text(raw)
    return text


def _no_text(raw: bytes) -> UnicodeDecodeError:
    return UnicodeDecodeError("utf-8", raw[:1], 0, 1, "no text")


def _told(text: str, encoding: str) -> Text:
    found = _DOUBTFUL.search(text)
    around = text[max(0, found.start() - _AROUND) : found.end() + _AROUND].split("\n") if found else []
    return Text(
        text, encoding, next((" ".join(line.split()) for line in around if _DOUBTFUL.search(line)), "")
    )

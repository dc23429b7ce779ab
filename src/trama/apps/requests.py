"""What every room asks of a request: how much it may carry, what it says, whether its answers are data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, RawPostDataException, UnreadablePostError

from trama.kernel.errors import BadInput
from trama.kernel.strict_json import shown, strict_json

_ENVELOPES = {"stato", "pratica"}
"""Keys that hold what a page says: a person knows the fields within."""
_View = TypeVar("_View", bound=Callable[..., Any])


class TooBig(BadInput):
    """More than a request may carry."""

    it = (
        "La richiesta supera {limit}: accorciare testi ed elenchi, semplificare i disegni (basta un vertice "
        "al metro) e riprovare."
    )
    en = (
        "The request exceeds {limit}: shorten texts and lists, simplify drawings (a vertex each metre is "
        "enough) and try again."
    )
    http_status = 413


class NotData(BadInput):
    """A form with files where JSON was expected."""

    it = (
        "La richiesta non si legge: qui serve un testo JSON (Content-Type: application/json), non un modulo "
        "con allegati. Nulla è cambiato."
    )
    en = (
        "The request cannot be read: JSON is wanted here (Content-Type: application/json), not a form with "
        "attachments. Nothing has changed."
    )


class BadText(BadInput):
    """A text with what neither a register, a page nor a document can hold."""

    it = "Il testo di «{field}» contiene caratteri non ammessi: riscriverlo senza."
    en = "The text of “{field}” contains characters that are not allowed: write it again without them."


class NotAmong(BadInput):
    """An address asks for a word that is not among those it takes."""

    it = "«{name}» non può essere «{asked}»: scegliere tra {known}."
    en = "“{name}” cannot be “{asked}”: choose among {known}."


def body_of(request: HttpRequest, most_bytes: int) -> bytes:
    """Return the body of a request; raises `TooBig`, `NotData` (a form whose attachments were read)."""
    try:
        raw = request.body
    except RawPostDataException:
        raise NotData() from None
    except (RequestDataTooBig, UnreadablePostError):
        raise TooBig(limit="la dimensione massima") from None
    if len(raw) > most_bytes:
        size = f"{most_bytes // 1_000_000} MB" if most_bytes >= 1_000_000 else f"{most_bytes // 1000} kB"
        raise TooBig(limit=size)
    return raw


def json_of(request: HttpRequest, most_bytes: int, parse: Callable[[bytes], Any] = strict_json) -> Any:
    """Return the JSON a request carries: each room reads the bodies of its requests with this.

    Parameters
    ----------
    parse
        What reads the bytes; its errors pass as they are.

    Raises
    ------
    TooBig, NotData, BadText
    """
    data = parse(body_of(request, most_bytes))
    _refuse_unheld(data)
    return data


def holds(text: str) -> bool:
    r"""Tell whether a text can be kept and shown: no control characters, no halves of a character.

    >>> holds("due\nrighe"), holds("a\x00b"), holds("\ud800")
    (True, False, False)
    """
    return not any((ord(one) < 32 and one not in "\n\r\t") or 0xD800 <= ord(one) <= 0xDFFF for one in text)


def chosen(request: HttpRequest, name: str, among: Iterable[str], otherwise: str) -> str:
    """Return one of the words that an address may ask for, `otherwise` where it asks none.

    Raises
    ------
    NotAmong
        It asks for another: never answered with what was not asked.
    """
    asked, known = request.GET.get(name, ""), list(among)
    if asked and asked not in known:
        raise NotAmong(name=name, asked=shown(asked), known=", ".join(known))
    return asked or otherwise


def answers_data(view: _View) -> _View:
    """Mark a view that answers with data whatever is asked, so that refusals before it are data too."""
    view.answers_data = True  # type: ignore[attr-defined]
    return view


def _refuse_unheld(data: Any) -> None:
    """Raise `BadText` for the first text, or key, that cannot be kept; nesting costs no recursion."""
    waiting: list[tuple[tuple[str, ...], Any]] = [((), data)]
    while waiting:
        place, value = waiting.pop()
        texts = [value] if isinstance(value, str) else value if isinstance(value, dict) else ()
        if not all(map(holds, texts)):
            named = [key[:80] for key in place if key not in _ENVELOPES]
            raise BadText(field=".".join(named[:4]) or "richiesta")
        if isinstance(value, dict):
            waiting.extend(((*place, key), one) for key, one in value.items())
        elif isinstance(value, list):
            waiting.extend((place, one) for one in value if isinstance(one, str | dict | list))

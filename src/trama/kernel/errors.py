"""Errors a person can cause, said in Italian (and English), each with what to do.

One class per kind of trouble. The sentence is a template; the fields fill it. What stands above decides
how to show it: the command line prints the sentence and leaves with `exit_code`, the site uses `http_status`.
"""

from __future__ import annotations

from typing import ClassVar


class TramaError(Exception):
    """Root of every anticipated error.

    Parameters
    ----------
    **fields
        Values for the placeholders of the sentence, by name.
    """

    it: ClassVar[str] = "Qualcosa non è andato come previsto."
    en: ClassVar[str] = "Something did not go as expected."
    exit_code: ClassVar[int] = 2
    http_status: ClassVar[int] = 400

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.text())

    def __reduce__(self) -> tuple[object, ...]:
        """Travel from another process whole: with the class and the fields, not with the sentence alone."""
        return _again, (type(self), self.fields)

    def text(self, lang: str = "it") -> str:
        """Return the sentence in `lang` ("it" or "en"; anything else reads as Italian)."""
        return (self.en if lang == "en" else self.it).format(**self.fields)


def _again(kind: type[TramaError], fields: dict[str, object]) -> TramaError:
    return kind(**fields)


class BadInput(TramaError):
    """What was given cannot be used: nothing has been written."""

    it = "Il dato fornito non è utilizzabile: {why}"
    en = "The input cannot be used: {why}"


class NotFound(TramaError):
    """A thing asked by name does not exist."""

    it = "«{what}» non esiste. {hint}"
    en = "There is no “{what}”. {hint}"
    http_status = 404


class Unavailable(TramaError):
    """A thing exists but is not there now: data not loaded, a service that does not answer."""

    it = "{what} non è disponibile. {hint}"
    en = "{what} is not available. {hint}"
    http_status = 503

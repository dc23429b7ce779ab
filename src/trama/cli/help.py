"""Help pages in Italian: the words that click writes by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

_HEADINGS = {"Options": "Opzioni", "Commands": "Comandi", "Arguments": "Argomenti"}
_TEXTS = {
    "Show this message and exit.": "Mostra questo aiuto ed esce.",
    "Show the version and exit.": "Mostra la versione ed esce.",
}
_METAVARS = {
    "PATH": "PERCORSO",
    "TEXT": "TESTO",
    "FLOAT": "NUMERO",
    "INTEGER RANGE": "INTERO",
    "INTEGER": "INTERO",
}
_TERM = re.compile(rf"(?<= )({'|'.join(_METAVARS)})$")
_MARKS = re.compile(r"\[(required|default: [^]]+|\d+<=x<=\d+)\]$")
_LONGEST_SENTENCE = 400
_short_help = click.Command.get_short_help_str


def in_italian(term: str, text: str) -> tuple[str, str]:
    """Return an option and its text without click's English.

    >>> in_italian("--lulc PATH", "Griglia.  [required]")
    ('--lulc PERCORSO', 'Griglia.  [obbligatoria]')
    >>> in_italian("--port INTEGER RANGE", "Porta.  [default: 8000; 1<=x<=65535]")
    ('--port INTERO', 'Porta.  [se manca: 8000; da 1 a 65535]')
    """
    term = _TERM.sub(lambda found: _METAVARS[found[1]], term)
    return term, _MARKS.sub(lambda found: _mark(found[0]), _TEXTS.get(text, text))


def _mark(text: str) -> str:
    text = text.replace("[required", "[obbligatoria").replace("[default:", "[se manca:")
    return re.sub(r"(\d+)<=x<=(\d+)", r"da \1 a \2", text)


def first_sentence(command: click.Command, limit: int = _LONGEST_SENTENCE) -> str:
    """Return what a command does, a whole sentence however narrow the page: lines wrap."""
    return _short_help(command, max(limit, _LONGEST_SENTENCE))


class ItalianFormatter(click.HelpFormatter):
    """Writes headings and click's own options in Italian."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the line of use."""
        words = args.replace("[OPTIONS]", "[OPZIONI]").replace("COMMAND [ARGS]...", "COMANDO ...")
        super().write_usage(prog, words, "Uso: " if prefix is None else prefix)

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """Open a section under its Italian heading."""
        with super().section(_HEADINGS.get(name, name)):
            yield

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of terms."""
        super().write_dl([in_italian(*row) for row in rows], col_max, col_spacing)

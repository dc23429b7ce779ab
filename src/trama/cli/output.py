"""What every command shares: options, messages on stderr, exit codes."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, ParamSpec

import click

from trama.kernel.errors import TramaError
from trama.kernel.system import UNKNOWN, refusal, spoken

DONE, NOT_SATISFIED, MISUSE = 0, 1, 2
SHOWN = 40
"""Characters of a wrong value that are said back."""
_P = ParamSpec("_P")


class UnreadableOrUnwritable(TramaError):
    """The system refused a file or a folder that nothing more precise speaks of."""

    it = (
        "Un file o una cartella non si legge o non si può scrivere: {what}. Controllare che ci sia, "
        "i permessi e lo spazio; se è nella base di conoscenza, "
        "«trama layers show ID --verify» dice se è sano."
    )
    en = (
        "A file or a folder cannot be read or written: {what}. Check that it is there, its permissions "
        "and the room; if it is in the knowledge base, "
        "trama layers show ID --verify tells whether it is whole."
    )


def _said_by(error: OSError, lang: str) -> str:
    """Return why the system refuses, with the file it speaks of."""
    deepest = spoken(error)
    why = refusal(deepest)
    reason = why.why_en if lang == "en" else why.why_it
    if why == UNKNOWN and error.errno is None:  # a library's own words: all there is to tell
        reason = next(iter(str(deepest).splitlines()), type(error).__name__).rstrip(".")
    return f"{error.filename} ({reason})" if error.filename else reason


class Day(click.ParamType[date]):
    """A day written ``2026-01-15``."""

    name = "giorno"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the ISO day, or say how one is written."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"«{value}» non è un giorno: si scrive come 2026-01-15.", param, ctx)


class Number(click.ParamType[float]):
    """A number with a dot or an Italian comma."""

    name = "numero"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number, or say how one is written."""
        try:
            number = float(str(value).replace(",", "."))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self.fail(f"«{str(value)[:SHOWN]}» non è un numero: si scrive come 61.4 oppure 61,4.", param, ctx)
        return number


def today() -> date:
    """Return the day of the clock: the only place where a command looks at it."""
    return date.today()  # noqa: DTZ011 - the day of the law is a local, civil day


day_option = click.option(
    "--day", "day", type=Day(), default=None, help="Giorno della norma (AAAA-MM-GG); oggi se manca."
)
cluster_option = click.option(
    "--cluster", default=None, help="Indirizzo di uno scheduler dask, come tcp://127.0.0.1:8786."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Un documento JSON su stdout.")


def print_json(document: dict[str, Any]) -> None:
    """Print one JSON document on stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def say(text: str) -> None:
    """Tell a person something, on stderr."""
    click.echo(text, err=True)


def say_labels(*, synthetic: bool, unofficial: int) -> None:
    """Tell on stderr what the figures of an answer come from: synthetic data, parameters not official."""
    if synthetic:
        say("Dati sintetici: il risultato è dimostrativo.")
    if unofficial:
        say(
            f"Valore non ufficiale: {unofficial} parametri non vengono da un testo adottato"
            " (elenco con --json)."
        )


def guarded(command: Callable[_P, int | None]) -> Callable[_P, None]:
    """Turn anticipated errors into one sentence on stderr and their exit code."""

    @wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> None:
        lang = "it"
        if context := click.get_current_context(silent=True):
            lang = (context.find_root().obj or {}).get("lang", "it")
        try:
            code = command(*args, **kwargs)
        except TramaError as error:
            say(error.text(lang))
            sys.exit(error.exit_code)
        except BrokenPipeError:  # who was reading has read enough (`trama layers list | head`)
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(DONE)
        except OSError as error:
            say(UnreadableOrUnwritable(what=_said_by(error, lang)).text(lang))
            sys.exit(MISUSE)
        except KeyboardInterrupt:
            say("Interrotto: nulla di incompleto è stato scritto.")
            sys.exit(130)
        sys.exit(code or DONE)

    return run

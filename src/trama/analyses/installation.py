"""What an installation works with: its lake, and its norms with the institution's own values on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from trama.kernel.errors import BadInput
from trama.lake import Lake, home, open_lake
from trama.norms import InForce, NormBook, load_book, load_parameter

OWN_NORMS = "norme"
"""Folder of the installation where the institution lays its own parameters, in the same grammar."""


@dataclass(frozen=True)
class Installation:
    """The lake and the book of an installation."""

    lake: Lake
    book: NormBook


def open_installation() -> Installation:
    """Open the installation at ``TRAMA_HOME``; raises `NormError` if its own norms break the grammar."""
    return Installation(open_lake(), load_book(overlay=_own_norms()))


def norm_in_force(path: str, day: date) -> InForce:
    """Return one value in force on `day`, reading nothing else: for a command that needs no lake.

    Raises
    ------
    NormError, UnknownParameter, NotInForce
        As the whole book would.
    """
    return load_parameter(path, overlay=_own_norms()).at(day)


def _own_norms() -> Path | None:
    own = home() / OWN_NORMS
    if own.exists() and not own.is_dir():
        raise BadInput(why=f"{own} è un file: le norme proprie stanno in una cartella con quel nome.")
    return own if own.is_dir() else None

"""Official registers as they are published: recognised by their columns, each kind mapped to a voice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from trama.sources.works.columns import plain
from trama.sources.works.values import text_of

REGISTERS, VOICES = "sttm2/registri/registri", "sttm2/registri/voci"
NO_SERVICE = "-"
_FIELDS = {"nome": "denominazione", "indirizzo": "indirizzo", "comune": "comune", "gestore": "gestore"} | {
    name: name for name in ("id", "capienza", "lat", "lon")
}
"""Field of a list → column of the table of registers that says where the register keeps it."""


@dataclass(frozen=True)
class Kind:
    """A kind of a register, its voice, and why where it is no service."""

    kind: str
    second: str
    voce: str
    note: str


@dataclass(frozen=True)
class Register:
    """A register: its row of the norms, and its kinds in order."""

    id: str
    row: Mapping[str, Any]
    kinds: tuple[Kind, ...]

    @property
    def source(self) -> str:
        """How the layer names it."""
        return f"{self.row['nome']} ({self.row['ente']})"

    @property
    def complete(self) -> frozenset[str]:
        """Voices for which no row means no service."""
        return frozenset(str(self.row.get("voci_complete") or "").split())

    def columns(self, present: Iterable[str]) -> dict[str, str] | None:
        """Return field → column of a file; None where it is not this register."""
        there = {_bare(name): str(name) for name in present}
        for names in str(self.row["riconosciuto_da"]).split():
            if not any(one in there for one in names.split("/")):
                return None
        found = {}
        for name, column in (
            *_FIELDS.items(),
            *((one, one) for one in ("genere", "genere_2", "fine", "anno")),
        ):
            for one in str(self.row.get(column) or "").split("/"):
                if one in there:
                    found[name] = there[one]
                    break
        return found

    def voice(self, kind: Any, second: Any) -> Kind | None:
        """Return what a kind means; None where the norms do not say."""
        one, other = _loud(kind), _loud(second)
        return next(
            (each for each in self.kinds if _like(one, each.kind) and _like(other, each.second)), None
        )


def registers_of(registers: Mapping[str, Any], voices: Mapping[str, Any]) -> tuple[Register, ...]:
    """Build the registers from the tables of the norms."""
    return tuple(
        Register(
            str(name),
            row,
            tuple(
                Kind(
                    str(one["genere"]), str(one["genere_2"] or "*"), str(one["voce"]), str(one["nota"] or "")
                )
                for one in voices.values()
                if one["registro"] == name
            ),
        )
        for name, row in registers.items()
    )


def year_of(cell: Any) -> str | None:
    """Return the year of a register's school year or day.

    >>> year_of(201617), year_of("2023"), year_of("2019/2020")
    ('2016', '2023', '2019')
    """
    found = re.match(r"(19|20)\d\d", text_of(cell) or "")
    return found.group() if found else None


def _bare(name: str) -> str:
    return plain(name).replace("_", "")


def _loud(cell: Any) -> str:
    return " ".join(str(text_of(cell) or "").upper().replace("’", "'").split())


def _like(text: str, pattern: str) -> bool:
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern

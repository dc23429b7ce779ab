"""The atlas and a LUM's sheet as plain JSON: one content for command line, site and paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import shapely

from trama.analyses.lum.checks import Check
from trama.analyses.lum.errors import NoAtlas, NoSuchLum
from trama.analyses.lum.outputs import ATLAS, CIRCLES, FUNCTIONS, GEOMETRY, LAYERS, SERVICES, WALKS, Row, Rows
from trama.analyses.lum.rules import Rules
from trama.analyses.lum.survey import (
    COUNTS,
    PERIMETERS,
    SURVEYS,
    Redrawn,
    Reply,
    read_perimeters,
    read_replies,
)
from trama.kernel.errors import TramaError
from trama.kernel.trace import Trace
from trama.lake import Lake
from trama.lake.version import Version

STATES = ("presente", "prevista", "mancante", "parziale", "ignota")


@dataclass(frozen=True)
class Sheet:
    """What the atlas holds of one LUM."""

    row: Row
    circle: shapely.Geometry
    walk: shapely.Geometry | None
    functions: Sequence[Row]
    services: Sequence[Row]
    redrawn: Redrawn | None
    replies: Mapping[str, Reply]
    trace: Trace | None

    @property
    def code(self) -> str:
        """Its code."""
        return str(self.row["codice"])

    @property
    def perimeter(self) -> shapely.Geometry:
        """The perimeter in force, as the atlas has it."""
        return self.row[GEOMETRY]

    @property
    def waiting(self) -> bool:
        """Whether a perimeter was accepted that the atlas does not have yet."""
        return self.redrawn is not None and not self.perimeter.equals(self.redrawn.shape)


@dataclass(frozen=True)
class Book:
    """The last atlas of a lake, read once."""

    lake: Lake
    version: Version

    @classmethod
    def open(cls, lake: Lake) -> Book:
        """Open the last atlas; raises `NoAtlas`."""
        if not lake.has(ATLAS):
            raise NoAtlas
        return cls(lake, lake.version(ATLAS))

    @cached_property
    def rows(self) -> Rows:
        """Rows of every layer of the atlas."""
        return Rows.read(self.lake)

    @cached_property
    def by_code(self) -> dict[str, Row]:
        """LUM → its row."""
        return {str(row["codice"]): row for row in self.rows.lum}

    def row(self, code: str) -> Row:
        """Return the row of a LUM; raises `NoSuchLum`."""
        if code not in self.by_code:
            near = [one for one in self.by_code if code and code.lower() in one][:5]
            hint = f"Forse: {', '.join(near)}." if near else "L'elenco dei codici è in «trama lum atlante»."
            raise NoSuchLum(what=code[:80], hint=hint)
        return self.by_code[code]

    def sheet(self, code: str) -> Sheet:
        """Return the sheet of a LUM; raises `NoSuchLum`."""
        row = self.row(code)
        shapes = {
            layer: next((one[GEOMETRY] for one in self.rows.tables[layer] if one["codice"] == code), None)
            for layer in (CIRCLES, WALKS)
        }
        return Sheet(
            row=row,
            circle=shapes[CIRCLES],
            walk=shapes[WALKS],
            functions=[one for one in self.rows.tables[FUNCTIONS] if one["codice"] == code],
            services=[one for one in self.rows.tables[SERVICES] if one["codice"] == code],
            redrawn=read_perimeters(self.lake)[0].get(code),
            replies=read_replies(self.lake)[0].get(code, {}),
            trace=self._explained(str(row["spiegazione"])),
        )

    @cached_property
    def orphans(self) -> list[Redrawn]:
        """Perimeters that wait for the office: the atlas has no such LUM, their stop is gone or moved out."""
        found = read_perimeters(self.lake)[0]
        return [found[code] for code in sorted(set(found) - set(self.by_code))]

    @property
    def notes(self) -> list[str]:
        """What is to be said of the whole atlas: accepted perimeters without a LUM."""
        return [
            f"Perimetro accolto di un LUM che non c'è più: {one.codice} ({one.atto})." for one in self.orphans
        ]

    def _explained(self, trace: str) -> Trace | None:
        try:
            return self.lake.traces.load(trace)
        except TramaError:  # somebody took it away: the figures of the row are still there
            return None


def book_of(lake: Lake) -> Book:
    """Return the last atlas, read once for the same versions; raises `NoAtlas`. It is shared."""
    current = Book.open(lake)
    read = (layer for layer in (*LAYERS, PERIMETERS, SURVEYS) if lake.has(layer))
    versions = tuple((layer, lake.version(layer).id) for layer in read)
    return _kept(_Key(lake, (str(lake.root), versions, current.version.sha256)))


class _Key:
    """A lake at certain versions, as a cache key."""

    __slots__ = ("key", "lake")

    def __init__(self, lake: Lake, key: tuple[Any, ...]) -> None:
        self.lake, self.key = lake, key

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.key == other.key


@lru_cache(maxsize=4)
def _kept(key: _Key) -> Book:
    return Book.open(key.lake)


def row_json(row: Row) -> dict[str, Any]:
    """Return a row without its shape; what is missing is null."""
    return {name: value for name, value in row.items() if name != GEOMETRY}


def atlas_json(rows: Sequence[Row], versions: Mapping[str, Version], notes: Sequence[str]) -> dict[str, Any]:
    """Return the answer of ``trama lum atlante``, its envelope apart."""
    return {
        "lum": [row_json(row) for row in rows],
        "conti": counts(rows),
        "avvisi": list(notes),
        "livelli": [
            {"livello": layer, "versione": version.id, "sintetico": version.synthetic}
            for layer, version in sorted(versions.items())
        ],
    }


def counts(rows: Sequence[Row]) -> dict[str, int]:
    """Return how many LUM there are of each level, and how many the comuni redrew."""
    found: dict[str, int] = {
        "lum": len(rows),
        "ridisegnati": sum(row["perimetro"] == "comune" for row in rows),
    }
    for row in rows:
        found[f"livello_{row['livello']}"] = found.get(f"livello_{row['livello']}", 0) + 1
    return found


def sheet_json(sheet: Sheet, rules: Rules) -> dict[str, Any]:
    """Return a sheet as plain JSON: the row, functions, services inside, node and place, answers by hand."""
    return {
        "lum": row_json(sheet.row),
        "funzioni": [
            {
                name: one[name]
                for name in ("gruppo", "funzione", "nome", "stato", "numero", "almeno", "servizi")
            }
            for one in sheet.functions
        ],
        "servizi": [
            {name: value for name, value in one.items() if name != "codice"} for one in sheet.services
        ],
        "nodo_luogo": indicators(sheet),
        "rilievi": survey_rows(sheet, rules),
    }


def indicators(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the indicators of node and place, from the explanation."""
    found = []
    for side in ("nodo", "luogo"):
        index = sheet.trace.root.find(side) if sheet.trace else None
        for one in index.inputs if index else ():
            raw = one.inputs[0]
            found.append(
                {
                    "lato": side,
                    "id": one.key,
                    "nome": one.label,
                    "valore": raw.value,
                    "unita": raw.unit,
                    "posizione": one.value,
                    "nota": raw.note,
                }
            )
    return found


def nearest_first(one: Row) -> tuple[bool, float, str]:
    """Order services inside: the nearest on foot first, those without a distance last."""
    metres = one["metri_a_piedi"]
    return metres is None, metres or 0.0, str(one["nome"])


def survey_rows(sheet: Sheet, rules: Rules) -> list[dict[str, Any]]:
    """Return the questions answered by hand, each with its answer; null where nobody answered."""
    asked = {
        **{key: (str(row["domanda"]), row["soglia"]) for key, row in rules.checklist.value.items()},
        **{key: (QUESTIONS[key], None) for key in COUNTS},
    }
    found = []
    for key, (question, threshold) in asked.items():
        reply = sheet.replies.get(key)
        found.append(
            {
                "id": key,
                "domanda": question,
                "soglia": threshold,
                "risposta": reply.risposta if reply else None,
                "nota": reply.nota if reply else None,
                "chi": f"{reply.chi}, {reply.ente}" if reply else None,
                "quando": reply.quando if reply else None,
            }
        )
    return found


QUESTIONS = {
    "saliti_giorno": "Quante persone salgono in un giorno feriale?",
    "posti_bici": "Quanti posti bici ci sono?",
    "posti_bici_coperti": "Quanti sono coperti?",
}


def grade(rules: Rules, completeness: float) -> str:
    """Return how complete a sheet is: ``completa``, ``parziale``, ``scarsa``."""
    bounds = rules.completeness.value
    if completeness >= bounds["completa"]:
        return "completa"
    return "scarsa" if completeness < bounds["scarsa"] else "parziale"


def checks_json(checks: Sequence[Check]) -> dict[str, Any]:
    """Return the checks of a redraw."""
    return {
        "accettabile": all(one.passed for one in checks),
        "verifiche": [
            {"id": one.id, "nome": one.label, "superata": one.passed, "motivo": one.found} for one in checks
        ],
    }

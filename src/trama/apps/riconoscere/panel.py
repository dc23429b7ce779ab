"""What the page says beside the map, in pieces that are replaced as the answers come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string

from trama.analyses.scheda.answer import show
from trama.analyses.scheda.solutions import Chosen, chosen, totals
from trama.analyses.scheda.surfaces import Catalogue
from trama.apps.riconoscere.catalogue import catalogue_at
from trama.apps.riconoscere.form import OPTION, Form, Item, sheet_form
from trama.apps.riconoscere.state import State
from trama.kernel.units import format_number
from trama.norms import NormBook
from trama.norms.sheets import ResponseAgainstRequired, Sheet

WAITING, COMPUTED, REPLACED, ASKED, IDLE = "attesa", "calcolato", "sostituito", "chiedi", "non_vale"
_SOURCES = {
    "mappa": "dalla mappa",
    "calcolato": "calcolato",
    "stimato": "stimato",
    "dichiarato": "dichiarato",
}

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Fact:
    """A figure of the place: `step` is where its explanation is in the trace, empty where there is none."""

    name: str
    value: str
    step: str
    note: str
    missing: bool


@dataclass(frozen=True)
class Line:
    """What is known of a criterion or question: its value in words, its points, where it comes from."""

    item: Item
    mode: str
    value: str
    points: str
    source: str
    note: str
    original: str
    reason: str
    step: str
    unofficial: bool
    problem: str
    waits: bool
    applies: bool = True

    @property
    def shows_value(self) -> bool:
        """Whether the value wants saying: not where the field beside it already shows what was answered."""
        return self.mode != ASKED


@dataclass(frozen=True)
class Panel:
    """A sheet's answer (or its absence) ready to be shown."""

    book: NormBook
    sheet: Sheet
    state: State
    answer: Answer | None
    problems: list[dict[str, str]]
    saved: bool = True

    @cached_property
    def form(self) -> Form:
        """The sheet as a form on the day of the evaluation."""
        return sheet_form(self.book, self.sheet, self.state.giorno)

    @property
    def trace(self) -> str:
        """The trace to open behind "Perché?"; empty while nothing is kept."""
        return str(self.answer["trace"]) if self.answer and self.saved else ""

    @property
    def synthetic(self) -> bool:
        """Whether any layer read is invented."""
        return bool(self.answer) and any(use["sintetico"] for use in (self.answer or {})["dati"])

    @property
    def slug(self) -> str:
        """The sheet's name in addresses and anchors."""
        return self.sheet.id.removeprefix("scheda_").replace("_", "-")

    @property
    def number(self) -> str:
        """The first part of the sheet's title: which one it is."""
        return self.sheet.title.it.partition(", ")[0]

    @property
    def topic(self) -> str:
        """The second part of the sheet's title: what it is about; the whole where it has one part."""
        title = self.sheet.title.it
        return (title.partition(", ")[2] or title).capitalize()

    def modes(self) -> dict[str, str]:
        """Return, for every item, how it stands: computed, replaced, to be asked, waiting for the area."""
        return {line.item.id: line.mode for line in self.lines()}

    def pieces(self) -> dict[str, str]:
        """Return the HTML of every piece of the page that depends on this answer, by its id."""
        common = {"panel": self, "answer": self.answer, "trace": self.trace, "sheet": self.sheet}
        rendered = {
            f"{name}/{self.sheet.id}": render_to_string(
                f"riconoscere/pezzi/{name}.html", {**common, **context}
            )
            for name, context in self._contexts().items()
        }
        for line in self.lines():
            rendered[f"voce/{self.sheet.id}/{line.item.id}"] = render_to_string(
                "riconoscere/pezzi/voce.html", {**common, "line": line}
            )
        return {name: html.strip() for name, html in rendered.items()}

    def _contexts(self) -> dict[str, dict[str, Any]]:
        general = [row["testo"] for row in self.problems if row["campo"] in {"", "geometria", "giorno"}]
        found = verdict(self.sheet, self.answer)
        return {
            "segno": {"verdict": found},
            "esito": {"verdict": found, "general": general},
            "luogo": {"facts": list(self.facts())},
            "dettaglio": {"detail": detail(self.sheet, self.answer), "verdict": found},
        }

    def project_pieces(self) -> dict[str, str]:
        """Return the HTML of the pieces on solutions and surfaces, which are the same for every sheet."""
        said = {row["campo"]: row["testo"] for row in self.problems}
        surfaces = {field: said[field] for field in ("stato_attuale", "progetto") if field in said}
        contexts: dict[str, dict[str, Any]] = {
            "soluzioni": {
                "totals": totals(self._catalogue, [one.model_dump() for one in self.state.tipologie]),
                "problems": [row["testo"] for row in self.problems if row["campo"] == "tipologie"],
            },
            "superfici": {"problems": surfaces, "surfaces": (self.answer or {}).get("superfici")},
        }
        rendered = {
            name: render_to_string(f"riconoscere/pezzi/{name}.html", context)
            for name, context in contexts.items()
        }
        for one in self._solutions():
            problem = said.get(f"tipologie.{one.id}", "")
            rendered[f"soluzione-{one.id}"] = render_to_string(
                "riconoscere/pezzi/soluzione.html", {"one": one, "problem": problem}
            )
        return {name: html.strip() for name, html in rendered.items()}

    @cached_property
    def _catalogue(self) -> Catalogue:
        return catalogue_at(self.book, self.sheet, self.state.giorno)

    def _solutions(self) -> list[Chosen]:
        solutions = [one.model_dump() for one in self.state.tipologie]
        return chosen(self._catalogue, solutions, self._place_value("soggiacenza"))

    def facts(self) -> Iterator[Fact]:
        """Yield what the map says of the place, shortest path to the reader first."""
        if self.answer is None:
            return
        yield Fact("Area", show(self.answer["area_m2"], "m2"), "", "", missing=False)
        yield from self._measured_place()
        yield from self._place_class()
        for row in self.answer["luogo"]:
            yield _fact(row, f"contesto/{row['chiave']}")

    def _place_class(self) -> Iterator[Fact]:
        """Yield the class that decides what is required: of all the place together, not of one measure."""
        rule = self.sheet.conclusions[0]
        grade = (self.answer or {})["esito"]["classe_luogo"]
        if not isinstance(rule, ResponseAgainstRequired) or grade is None:
            return
        part, required = (self.answer or {})["parti"][rule.place], (self.answer or {})["esito"]["richiesto"]
        names = ", ".join(part["criteri"])
        note = (
            f"da {names} insieme ({show(part['punti'], 'point')} nella parte {rule.place}): "
            f"è questa che chiede almeno {show(required, 'point')}"
        )
        yield Fact("Classe del luogo", show(grade, "class"), f"{rule.kind}/classe_luogo", note, missing=False)

    def lines(self) -> Iterator[Line]:
        """Yield what is known of every criterion and question, in the order of the form."""
        rows = self._rows()
        own = [row for row in self.problems if row.get("scheda", self.sheet.id) == self.sheet.id]
        said = {row["campo"]: row["testo"] for row in own}
        for item in self.form.items():
            yield _line(item, rows.get(item.id), said.get(item.id, ""))

    def _rows(self) -> dict[str, Mapping[str, Any]]:
        if self.answer is None:
            return {}
        rows = {key: row for part in self.answer["parti"].values() for key, row in part["criteri"].items()}
        questions = {
            key: {**row, "passo": f"domande/{row['chiave']}"} for key, row in self.answer["domande"].items()
        }
        return {**rows, **questions}

    def _measured_place(self) -> Iterator[Fact]:
        """Yield the criteria that the map itself answers: they describe the place."""
        rows = self._rows()
        for key, criterion in self.sheet.criteria.items():
            if (criterion.measure or "").startswith("luogo."):
                row = rows[key]
                note = (
                    f"sostituito; la mappa dice {said(row['originale'], row['unita'])}"
                    if row["forzato"]
                    else ""
                )
                yield _fact({**row, "nota": note or row["nota"]}, str(row["passo"]))

    def _place_value(self, key: str) -> float | None:
        rows = (self.answer or {}).get("luogo", [])
        value = next((row["valore"] for row in rows if row["chiave"] == key), None)
        return float(value) if isinstance(value, int | float) else None


def verdict(sheet: Sheet, answer: Answer | None) -> dict[str, Any]:
    """Return the outcome in words and figures for the strip that is always in sight."""
    if answer is None:
        return {"known": False}
    outcome, labels, top = answer["esito"], sheet.outcome_labels, float(sheet.top_points)
    return {
        "known": True,
        "key": outcome["classe"],
        "text": outcome["testo"],
        "negative": outcome["negativo"],
        "tone": tone(outcome),
        "complete": outcome["punteggio"] is not None,
        "score": outcome["punteggio"],
        "notices": answer["avvisi"],
        "score_text": show(outcome["punteggio"], "point"),
        "required": outcome["richiesto"],
        "required_text": show(outcome["richiesto"], "point"),
        "bar": _along(outcome["punteggio"], top),
        "mark": _along(outcome["richiesto"], top),
        "top_text": format_number(top, "point", 0),
        "worst": labels[outcome["al_minimo"]],
        "best": labels[outcome["al_massimo"]],
        "missing": answer["mancanti"],
        "excluded": outcome["esclusioni"],
        "unofficial": list(
            {(row["nome"], row["fonte"]): row for row in answer["valori_non_ufficiali"]}.values()
        ),
        "label": outcome["etichetta"],
        "parts": [
            {
                "key": key,
                "title": part["titolo"],
                "points": show(part["punti"], "point"),
                "known": part["punti"],
            }
            for key, part in answer["parti"].items()
        ],
    }


def tone(outcome: Mapping[str, Any]) -> str:
    """Return how an outcome looks: ``bad``, ``good``, or ``none`` while it is not known."""
    if outcome["esclusioni"] or (outcome["punteggio"] is not None and outcome["negativo"]):
        return "bad"
    return "none" if outcome["punteggio"] is None else "good"


def detail(sheet: Sheet, answer: Answer | None) -> dict[str, Any]:
    """Return what lies behind the outcome: what would raise it, its stability, the other conclusion."""
    if answer is None:
        return {}
    labels, stability = sheet.outcome_labels, answer["stabilita"]
    return {
        "improvements": [
            {
                **row,
                "gain": format_number(row["guadagno"], "1"),
                "outcome": labels[row["esito"]],
            }
            for row in answer["cosa_migliora"]
        ],
        "stability": stability
        and {
            **stability,
            "share": format_number(100 * stability["quota"], "%", 0),
            "shake": format_number(100 * stability["scossa"], "%", 0),
            "outcomes": [
                (labels[key], format_number(100 * share, "%", 0)) for key, share in stability["esiti"].items()
            ],
        },
        "conclusions": [
            {
                "title": row["titolo"],
                "outcome": labels[row["esito"]] if row["esito"] else "non ancora valutabile",
                "score": show(row["punteggio"], "point"),
                "required": show(row["richiesto"], "point") if row["richiesto"] is not None else "",
            }
            for row in answer["confronto"]
        ],
        "data": answer["dati"],
    }


def said(value: Any, unit: str) -> str:
    """Write a value as every page and paper does."""
    return show(value, unit)


def _fact(row: Mapping[str, Any], step: str) -> Fact:
    missing = row["valore"] is None
    return Fact(row["nome"], said(row["valore"], row["unita"]), step, row["nota"], missing)


def _line(item: Item, row: Mapping[str, Any] | None, problem: str) -> Line:
    if row is None:
        mode = WAITING if item.measured else ASKED
        return Line(item, mode, "", "", "", "", "", "", "", False, problem, True)
    return Line(
        item=item,
        mode=_mode(item, row),
        value="" if row["valore"] is None else _words(item, row, row["valore"], row.get("valore_testo", "")),
        points=show(row["punti"], "point") if row.get("punti") is not None else "",
        source=_SOURCES.get(row["fonte"], ""),
        note=row["nota"],
        original=_words(item, row, row["originale"]) if row.get("forzato") else "",
        reason=row.get("motivo", ""),
        step=str(row["passo"]),
        unofficial=row.get("stato") in {"secondario", "ipotesi"},
        problem=problem,
        waits=row["valore"] is None,
        applies=row.get("si_applica", True),
    )


def _mode(item: Item, row: Mapping[str, Any]) -> str:
    if not row.get("si_applica", True):
        return IDLE
    if row["fonte"] == "mancante" or row["valore"] is None:
        return ASKED
    if row.get("forzato"):
        return REPLACED
    return COMPUTED if item.measured and row["fonte"] != "dichiarato" else ASKED


def _words(item: Item, row: Mapping[str, Any], value: Any, written: str = "") -> str:
    shares = row.get("quote") or {}
    if item.kind == OPTION:
        return item.words(value) or show(value, "text")
    if shares and item.options and len(shares) == len([key for key in shares if item.words(key)]):
        kept = {key: share for key, share in shares.items() if share}
        if item.kind == "count":
            return ", ".join(item.words(key) or key for key in shares) or "nessuna"
        return ", ".join(
            f"{item.words(key)} {format_number(100 * share, '%', 0)}" for key, share in kept.items()
        )
    if item.kind == "count" and value == 0:
        return "nessuna"
    return written or said(value, row["unita"])


def _along(value: float | None, top: float) -> float | None:
    """Return where `value` falls on a bar 100 long."""
    return None if value is None else round(max(0.0, min(100.0, 100 * value / top)), 1)

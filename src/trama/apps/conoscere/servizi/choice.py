"""What the atlas shows of comuni: the local equipment, a standard, or one voice; as classes on a map."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language, gettext

from trama.analyses.services.local import ABSENT, MET, MISSING, PRESENT, UNDUE, UNMET, UNSEEN, UNSURE
from trama.analyses.services.reading import Reading, Row
from trama.analyses.services.rules import LEVELS, Rules
from trama.analyses.services.sheet import figure, said, told

EQUIPMENT = "dotazione"
OUTCOMES = (
    (MET, "#1d6f66"),
    (UNSURE, "#e9dcb8"),
    (UNMET, "#b4552d"),
    (UNDUE, "#dfe3e6"),
)
"""Outcome of a standard → colour, dark for what holds and what does not, pale for what is not known."""
STANDS = ((PRESENT, "#1d6f66"), (UNSEEN, "#e9dcb8"), (ABSENT, "#b4552d"))


@dataclass(frozen=True)
class Choice:
    """What is shown of the comuni.

    Attributes
    ----------
    what
        ``dotazione``, the id of a standard, or a voice.
    level, category
        Which services are drawn as dots, and which voices can be picked; empty for all.
    """

    what: str
    level: str
    category: str


@dataclass(frozen=True)
class Shown:
    """The comuni as the map and its table show them.

    Attributes
    ----------
    values
        Code → class by name; None where the datum is missing.
    cells
        Code → figure in words.
    steps
        Code → step of the trace; empty where there is none.
    partial
        Codes whose figure is a bound.
    """

    title: str
    about: str
    classes: list[dict[str, Any]]
    values: dict[str, str | None]
    cells: dict[str, str]
    steps: dict[str, str]
    notes: dict[str, str] = field(default_factory=dict)
    partial: list[str] = field(default_factory=list)
    standard: dict[str, Any] | None = None

    @property
    def missing(self) -> int:
        """How many comuni have no datum."""
        return sum(value is None for value in self.values.values())


def named(row: dict[str, Any]) -> str:
    """Return the name of a row of the norms in the reader's language."""
    return str(row["name_en"] if (get_language() or "it").startswith("en") else row["nome"])


def read_choice(asked: Any, rules: Rules) -> Choice:
    """Read the query of the page; what is unknown falls back to the local equipment, or to all."""
    what = asked.get("mostra", EQUIPMENT)
    if what not in rules.voices and what not in rules.standards:
        what = EQUIPMENT
    level, category = asked.get("livello", ""), asked.get("categoria", "")
    return Choice(
        what,
        level if level in LEVELS else "",
        category if category in rules.categories.value else "",
    )


def shown(reading: Reading, rules: Rules, choice: Choice) -> Shown:
    """Return what the choice shows of every comune."""
    if choice.what in rules.standards:
        return _standard(reading, rules, choice.what)
    if choice.what in rules.voices:
        return _voice(reading, rules, choice.what)
    return _equipment(reading, rules)


def _equipment(reading: Reading, rules: Rules) -> Shown:
    rows = reading.rows("servizi_comuni")
    grades = {int(grade): row for grade, row in rules.classes.value.items()}
    values = {row["istat"]: None if row["classe"] is None else str(row["classe"]) for row in rows}
    classes = [
        _class(str(grade), named(row), row["colore"], values)
        for grade, row in sorted(grades.items(), reverse=True)
    ]
    cells = {
        row["istat"]: gettext("%(there)d di %(known)d")
        % {"there": row["voci_presenti"], "known": row["voci_attese"] - row["voci_senza_dato"]}
        for row in rows
    }
    return Shown(
        gettext("Dotazione locale"),
        gettext("Quante voci locali il comune ha, fra le attese di cui una fonte dice qualcosa."),
        classes,
        values,
        cells,
        {row["istat"]: f"comuni/{row['istat']}/dotazione" for row in rows},
        {row["istat"]: _lacking(row) for row in rows},
    )


def _lacking(row: Row) -> str:
    if not row["voci_senza_dato"]:
        return ""
    if row["voci_senza_dato"] == 1:
        return gettext("1 voce senza dato")
    return gettext("%(n)d voci senza dato") % {"n": row["voci_senza_dato"]}


def _standard(reading: Reading, rules: Rules, name: str) -> Shown:
    standard = rules.standards[name]
    rows = [row for row in reading.rows("servizi_standard", standard=name) if row["grana"] == "comune"]
    values = {row["luogo"]: None if row["esito"] == MISSING else str(row["esito"]) for row in rows}
    classes = [_class(word, gettext(word), colour, values) for word, colour in OUTCOMES]
    words = told(standard)
    return Shown(
        str(standard.row["oggetto"]),
        words["condizione"],
        [one for one in classes if one["count"]],
        values,
        {row["luogo"]: figure(standard, row) for row in rows},
        {row["luogo"]: f"comuni/{row['luogo']}/{name}" for row in rows},
        {row["luogo"]: gettext(str(row["esito"])) for row in rows if row["esito"] != MISSING},
        [row["luogo"] for row in rows if row["limite"] == "sì" and row["valore"] is not None],
        words,
    )


def _voice(reading: Reading, rules: Rules, name: str) -> Shown:
    voice = rules.voices[name]
    rows = reading.rows("servizi_voci", voce=name)
    values = {row["istat"]: None if row["stato"] == MISSING else str(row["stato"]) for row in rows}
    classes = [_class(word, gettext(word), colour, values) for word, colour in STANDS]
    facts = {row["istat"]: said(row) for row in rows}
    expected = {row["istat"] for row in rows if row["atteso"] == "sì"}
    return Shown(
        named(voice.row),
        gettext("Dove c'è, dove una fonte completa dice che non c'è, dove una fonte parziale non la elenca."),
        [one for one in classes if one["count"]],
        values,
        {code: ", ".join(filter(None, (one["detto"], one["posti"]))) for code, one in facts.items()},
        {code: f"comuni/{code}/dotazione" for code in expected},
        {row["istat"]: gettext("fonte parziale") for row in rows if row["copertura"] == "parziale"},
        [row["istat"] for row in rows if row["copertura"] == "parziale" and row["stato"] == PRESENT],
    )


def _class(value: str, label: str, colour: str, values: dict[str, str | None]) -> dict[str, Any]:
    count = sum(one == value for one in values.values())
    return {"label": label, "colour": colour, "from": None, "value": value, "count": count}

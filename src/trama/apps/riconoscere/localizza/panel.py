"""What the page says of a judged place, in pieces that are replaced as the answers come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from trama.analyses.envelope import traced
from trama.analyses.siting.criteria import TAXONOMY, Judged
from trama.apps.conoscere import queries
from trama.apps.riconoscere.errors import Problem
from trama.apps.riconoscere.panel import Fact, Panel
from trama.apps.riconoscere.state import State
from trama.norms import NormBook
from trama.norms.sheets import Sheet

LEVELS = ("metropolitano", "intercomunale", "locale")


@dataclass(frozen=True)
class SitePanel(Panel):
    """The siting criteria as any sheet, with a place that may have been given as a point."""

    by_point: bool = False

    def facts(self) -> Iterator[Fact]:
        """Yield what the map says of the place, saying of what square where it is a point."""
        for number, fact in enumerate(super().facts()):
            square = number == 0 and self.by_point
            yield replace(fact, note=_("un quadrato intorno al punto")) if square else fact

    def pieces(self) -> dict[str, str]:
        """Return the pieces of any sheet, each criterion with its citation and status."""
        found = super().pieces()
        context = {"panel": self, "answer": self.answer, "trace": self.trace}
        found[f"avviso/{self.sheet.id}"] = render_to_string("localizza/pezzi/avviso.html", context).strip()
        rows = self._rows()
        for line in self.lines():
            more = {**context, "line": line, "row": rows.get(line.item.id, {})}
            html = render_to_string("localizza/pezzi/voce.html", more)
            found[f"voce/{self.sheet.id}/{line.item.id}"] = html.strip()
        return found

    @property
    def local(self) -> bool:
        """Whether the service is said to be local: the criteria are written for the others."""
        row = (self.answer or {}).get("domande", {}).get("livello", {})
        return bool(row.get("valore") == LEVELS[-1])


def panel_of(
    book: NormBook, sheet: Sheet, day: date, judged: Judged | None, problems: tuple[Problem, ...]
) -> SitePanel:
    """Return the panel of a judgement, or the empty one."""
    answer = None if judged is None else traced(judged.to_json(), judged.trace)
    said = [problem.to_json() for problem in problems]
    return SitePanel(
        book, sheet, State(giorno=day), answer, said, by_point=judged is not None and judged.by_point
    )


def entries(book: NormBook, day: date) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the entries of the taxonomy by level, the widest first: key, name and category of each."""
    english = queries.name_field() == "name_en"
    field = "name_en" if english else "nome"
    table = book.value(TAXONOMY, day).value
    names = {
        "metropolitano": _("Servizi metropolitani"),
        "intercomunale": _("Servizi intercomunali"),
        "locale": _("Servizi locali: i criteri non sono scritti per questi"),
    }
    return [
        (
            names[level],
            sorted(
                (
                    {"key": key, "name": row[field] or row["nome"], "local": level == LEVELS[-1]}
                    for key, row in table.items()
                    if row["livello"] == level
                ),
                key=lambda one: str(one["name"]),
            ),
        )
        for level in LEVELS
    ]

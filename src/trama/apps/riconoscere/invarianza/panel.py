"""What the page says beside the form, in pieces that are replaced as the answers come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string

from trama.analyses.invarianza.answer import lines
from trama.analyses.invarianza.pratica import Outcome
from trama.analyses.invarianza.pratica.answer import body, figure
from trama.analyses.invarianza.pratica.checks import slower
from trama.analyses.invarianza.pratica.document import drawing, settled, volumes
from trama.analyses.invarianza.pratica.ground import permeability
from trama.analyses.invarianza.pratica.summary import summary
from trama.analyses.invarianza.pratica.verdict import FAILS, HOLDS, LACKS, PASSES
from trama.apps.riconoscere.invarianza.form import SECTIONS
from trama.kernel.units import format_number

FONT = "Titillium Web, sans-serif"
_PIECES = (
    "verdetto",
    "sintesi",
    "volume",
    "smaltimento",
    "scarico",
    "opere",
    "eventi",
    "manutenzione",
    "allegati",
)
_WORDS = {HOLDS: "fatto", FAILS: "non rispettata", LACKS: "da completare", "": ""}


@dataclass(frozen=True)
class Panel:
    """An outcome (or the sentence in its place) ready to be shown."""

    outcome: Outcome | None
    problem: str
    saved: bool = True

    @cached_property
    def answer(self) -> dict[str, Any] | None:
        """The answer as data."""
        return body(self.outcome) if self.outcome else None

    @property
    def trace(self) -> str:
        """The trace to open behind "Perché?"; empty while nothing is kept."""
        return self.outcome.trace().id if self.outcome and self.saved else ""

    def pieces(self) -> dict[str, str]:
        """Return the HTML of every piece of the page that depends on the answer, by its id."""
        common = self._context()
        rendered = {
            name: render_to_string(f"invarianza/pezzi/{name}.html", common).strip() for name in _PIECES
        }
        for number, row in enumerate((self.answer or {}).get("opere", [])):
            volume = row["volume_utile_m3"]
            rendered[f"opera-{number}"] = row["problema"] or f"Volume utile {figure(volume, 'm3')}"
        return rendered

    def sections(self) -> list[dict[str, str]]:
        """Return how each section of the page stands: a state and its word, empty where nothing is asked."""
        states: list[set[str]] = [set() for _ in SECTIONS]
        if self.outcome is None:
            states[1].add(LACKS)
        else:
            states[0].add(HOLDS)
            states[1].add(HOLDS)
            for check in self.outcome.checks:
                states[check.step].add(HOLDS if check.state in PASSES else check.state)
        found = [next((state for state in (FAILS, LACKS, HOLDS) if state in here), "") for here in states]
        return [{"stato": state, "parola": _WORDS[state]} for state in found]

    def _context(self) -> dict[str, Any]:
        if self.outcome is None or self.answer is None:
            return {"known": False, "problem": self.problem}
        found = self.outcome.found
        unofficial = self.outcome.trace().unofficial()
        held, due, needed = found.provided_m3, found.due_m3, found.needed_m3
        return {
            "known": True,
            "problem": "",
            "answer": self.answer,
            "trace": self.trace,
            "summary": summary(self.outcome),
            "lines": list(lines(found.assessment)),
            "due": figure(due, "m3"),
            "held": figure(held, "m3") if held is not None else "",
            "brim": figure(found.held.brim_m3, "m3") if found.held else "",
            "slower": slower(found) if found.event_governs else "",
            "needed": figure(needed, "m3") if found.event_governs else "",
            "share": min(100.0, round(100 * held / needed, 1)) if held is not None and needed else 0,
            "short": figure(needed - held, "m3") if held is not None and held < needed else "",
            "enough": held is not None and held >= needed * (1 - 1e-9),
            "unofficial": [
                (use.label, use.status.value, str(use.citation))
                for use in {use.label: use for use in unofficial}.values()
            ],
            "k": permeability(found.ground.k_um_s),
            "soil": format_number(found.ground.l_s, "l/s"),
            "chart": drawing(found, FONT),
            "events": _events(self.answer),
            "settled": settled(self.answer["convergenza"]),
            "convergence": [
                (row["passi"], figure(row["volume_m3"], "m3"), format_number(100 * row["scarto"], "%", 3))
                for row in self.answer["convergenza"]
            ],
        }


def _events(answer: dict[str, Any]) -> list[dict[str, Any]]:
    titles = {"progetto": "di progetto", "verifica": "di verifica"}
    return [
        {
            "title": titles[key] + (f", {trial['tempo_ritorno']:g} anni" if trial["tempo_ritorno"] else ""),
            "name": row["nome"],
            "hours": format_number(row["durata_critica_h"], "h"),
            "volumes": volumes(row),
        }
        for key, trial in answer["eventi"].items()
        if trial
        for row in trial["eventi"]
    ]

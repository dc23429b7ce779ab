"""The work of a run of STORM: every layer is written aside, and all are published together at the end."""

from __future__ import annotations

from datetime import date
from typing import Any

from trama.analyses.installation import Installation, open_installation
from trama.analyses.storm import run_storm
from trama.apps.conoscere.arrivals import publishing
from trama.apps.lavori.work import Work
from trama.lake.staging import StagedLake

CHOICES = {"lambda": "sttm1/storm/lambda", "kdren": "sttm1/storm/kdren_proposta"}
"""What a person may have chosen against the norms in the last run → the norm."""
COLUMNS = ("deflusso_mm", "idren", "kdren", "classe_nome")


def run(work: Work) -> dict[str, Any]:
    """Run STORM on today's layers; what the last run chose against the norms is chosen again.

    Raises
    ------
    TramaError
        What `run_storm` raises; nothing has been written.
    """
    day = date.fromisoformat(work.request["day"])
    installation = open_installation()
    lake = installation.lake
    work.tell("STORM legge i livelli.")
    aside = StagedLake(lake, work.folder / "lake")
    chosen = _chosen_last(installation, day)
    result = run_storm(
        aside,
        installation.book,
        day=day,
        event_mm=float(work.request["rain_mm"]),
        lambda_=chosen.get("lambda"),
        kdren=chosen.get("kdren"),
        scheme=chosen.get("classificazione", "dusaf"),
        progress=lambda done, total: work.tell(
            "STORM calcola il territorio e scrive i livelli.", done, total
        ),
    )
    before = publishing.current(lake, result.versions)
    work.hand_over("Pubblicazione dei livelli.")
    published = aside.publish()
    return {
        "rain_mm": result.event_mm,
        "trace": result.trace_id,
        "layers": publishing.rows(result.versions, before, published),
        "comuni": publishing.changed(before.get("storm_comuni"), published.get("storm_comuni"), COLUMNS),
    }


def _chosen_last(installation: Installation, day: date) -> dict[str, Any]:
    lake = installation.lake
    if not lake.has("storm_comuni"):
        return {}
    asked = dict(lake.version("storm_comuni").provenance.asked)
    for name, norm in CHOICES.items():
        if (
            name in asked
            and str(asked[name]).lower() == str(installation.book.value(norm, day).value).lower()
        ):
            del asked[name]
    return asked

"""The work of a run of WARM: every layer is written aside, and all are published together at the end."""

from __future__ import annotations

from datetime import date
from typing import Any

from trama.analyses.installation import open_installation
from trama.analyses.warm import run_warm
from trama.analyses.warm.ground import OBSERVED
from trama.apps.conoscere.arrivals import publishing
from trama.apps.lavori.work import Work
from trama.lake import Lake
from trama.lake.staging import StagedLake

COLUMNS = ("anomalia", "t_notte", "sensibili_oltre_2", "classe_nome")


def run(work: Work) -> dict[str, Any]:
    """Run WARM on today's layers; what the last run chose against the norms is chosen again.

    Raises
    ------
    TramaError
        What `run_warm` raises; nothing has been written.
    """
    installation = open_installation()
    lake = installation.lake
    work.tell("WARM legge i livelli.")
    aside = StagedLake(lake, work.folder / "lake")
    result = run_warm(
        aside,
        installation.book,
        day=date.fromisoformat(work.request["day"]),
        progress=lambda done, total: work.tell("WARM calcola la notte e scrive i livelli.", done, total),
        **_chosen_last(lake),
    )
    before = publishing.current(lake, result.versions)
    work.hand_over("Pubblicazione dei livelli.")
    published = aside.publish()
    return {
        "source": result.source,
        "t_ref": result.t_ref,
        "trace": result.trace_id,
        "layers": publishing.rows(result.versions, before, published),
        "comuni": publishing.changed(before.get("warm_comuni"), published.get("warm_comuni"), COLUMNS),
    }


def _chosen_last(lake: Lake) -> dict[str, Any]:
    """Return what the last run chose; the model only if there was already an observation to set aside."""
    if not lake.has("warm_comuni"):
        return {}
    last = lake.version("warm_comuni")
    asked = last.provenance.asked
    chosen = {"scheme": asked.get("classificazione", "dusaf")}
    there = lake.has(OBSERVED)
    by_model = asked.get("fonte") == "modello"
    if there and by_model and lake.version(OBSERVED).created < last.created:
        chosen["source"] = "modello"
    if not there or chosen.get("source"):
        chosen |= {"uhi_max": asked["uhi_max"]} if "uhi_max" in asked else {}
    if by_model == (not there or "source" in chosen) and "t_ref" in asked:
        chosen["t_ref"] = asked["t_ref"]
    return chosen

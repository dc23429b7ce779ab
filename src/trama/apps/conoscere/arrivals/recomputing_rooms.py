"""The work of computing again what stands on STORM and WARM: soils, Rete Verde, indices; and access."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

from trama.analyses.installation import open_installation
from trama.apps.conoscere.arrivals import publishing
from trama.apps.lavori.work import Work
from trama.lake import Lake
from trama.lake.staging import StagedLake

RUNS = {
    "suoli": ("trama.analyses.suoli.run", "map_soils"),
    "rete_verde": ("trama.analyses.rete_verde.run", "plan_network"),
    "servizi": ("trama.analyses.services.run", "draw_atlas"),
    "indici": ("trama.analyses.indices.run", "run_indices"),
    "accesso": ("trama.analyses.access.run", "run_access"),
}
"""Analysis, as versions name their maker → module and function of its run."""


ASKED = {
    "accesso": (
        "accesso_celle",
        {"serie": "set_id", "gruppo": "group", "decadimento": "decay", "bacino": "catchment"},
    )
}
"""Analysis → a layer of it, and what the run asked → the argument it goes back to."""


def run(work: Work) -> dict[str, Any]:
    """Run an analysis on today's layers; every layer is written aside, and all are published at the end.

    Raises
    ------
    TramaError
        What the run raises; nothing has been written.
    """
    analysis = work.request["analysis"]
    installation = open_installation()
    lake = installation.lake
    work.tell("Lettura dei livelli.")
    aside = StagedLake(lake, work.folder / "lake")
    module, name = RUNS[analysis]
    getattr(import_module(module), name)(
        aside,
        installation.book,
        day=date.fromisoformat(work.request["day"]),
        progress=lambda done, total: work.tell("Calcolo e scrittura dei livelli.", done, total),
        **_asked_before(lake, analysis),
    )
    before = publishing.current(lake, made_by(lake, analysis))
    work.hand_over("Pubblicazione dei livelli.")
    published = aside.publish()
    layers = sorted({*before, *published})
    return {"analysis": analysis, "layers": publishing.rows(layers, before, published)}


def _asked_before(lake: Lake, analysis: str) -> dict[str, Any]:
    """Return what the current layers were asked with: computing them again does not change the question."""
    layer, arguments = ASKED.get(analysis, ("", {}))
    if not layer or not lake.has(layer):
        return {}
    asked = lake.version(layer).provenance.asked
    return {arguments[name]: asked[name] for name in arguments if name in asked}


def made_by(lake: Lake, analysis: str) -> list[str]:
    """Return the layers whose current version an analysis made."""
    return [layer for layer in lake.layers() if lake.version(layer).provenance.made_by == analysis]

"""Writes: the atlas is computed again, in the background."""

from __future__ import annotations

from datetime import date
from typing import Any

from trama.analyses.installation import open_installation
from trama.analyses.lum import run_atlas
from trama.apps.lavori import actions as work
from trama.apps.lavori.models import Lavoro
from trama.apps.lavori.work import Work
from trama.lake.staging import StagedLake

ATLAS = "lum"


def compute_again(day: date) -> Lavoro:
    """Begin the atlas, unless one is going on: then that one is returned."""
    request = {"day": day.isoformat()}
    return work.begin(ATLAS, key=ATLAS, title="Atlante dei LUM", request=request)[0]


def run(at_work: Work) -> dict[str, Any]:
    """Compute the atlas on today's layers; nothing reaches the lake before everything is ready."""
    installation = open_installation()
    at_work.tell("Lettura di fermate, rete pedonale, servizi.")
    aside = StagedLake(installation.lake, at_work.folder / "lake")
    done = run_atlas(
        aside,
        installation.book,
        day=date.fromisoformat(at_work.request["day"]),
        progress=lambda count, total: at_work.tell("Un LUM dopo l'altro.", count, total),
    )
    at_work.hand_over("Pubblicazione dell'atlante.")
    aside.publish()
    return {"lum": len(done.places), "trace": done.trace.id, "no_streets": done.no_streets}

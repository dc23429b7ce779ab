"""Writes: the atlas is computed again, in the background."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from trama.analyses.installation import open_installation
from trama.analyses.lum import run_atlas, run_atlas_whole
from trama.analyses.lum.run import behind
from trama.analyses.lum.survey import PERIMETERS, SURVEYS
from trama.apps.lavori import actions as work
from trama.apps.lavori import queries
from trama.apps.lavori.models import Lavoro, State
from trama.apps.lavori.work import Work
from trama.lake import Lake, open_lake
from trama.lake.staging import StagedLake

ATLAS = "lum"


def compute_again(day: date, *, changed_only: bool = False) -> Lavoro:
    """Begin the atlas, unless one is going on: then that one is returned.

    Parameters
    ----------
    changed_only
        Look again only at the LUM whose perimeter or answers changed, where nothing else did.
    """
    request = {"day": day.isoformat(), "changed_only": changed_only}
    return work.begin(ATLAS, key=ATLAS, title="Atlante dei LUM", request=request)[0]


def catch_up(day: date) -> Lavoro | None:
    """Begin the atlas where it was made on other perimeters and answers than those that stand.

    Not where one that was begun after they were published is going on, or ended otherwise than by an
    interruption: what became of it is among the works, and it is not tried again at every page.
    """
    lake = open_lake()
    if not behind(lake) or queries.active(ATLAS):
        return None
    ended = Lavoro.objects.filter(kind=ATLAS, created__gte=_published(lake))
    if ended.exclude(state=State.INTERRUPTED).exists():
        return None
    return compute_again(day, changed_only=True)


def run(at_work: Work) -> dict[str, Any]:
    """Compute the atlas on today's layers; nothing reaches the lake before everything is ready."""
    from trama.apps.conoscere.lum.settling import settle

    installation = open_installation()
    day = date.fromisoformat(at_work.request["day"])
    at_work.tell("Lettura di fermate, rete pedonale, servizi.")
    settle()
    aside = StagedLake(installation.lake, at_work.folder / "lake")
    done = run_atlas(
        aside,
        installation.book,
        day=day,
        changed_only=bool(at_work.request.get("changed_only")),
        progress=lambda count, total: at_work.tell("Un LUM dopo l'altro.", count, total),
    )
    at_work.hand_over("Pubblicazione dell'atlante.")
    aside.publish()
    if behind(installation.lake):  # a perimeter was accepted, or an answer given, meanwhile
        done = run_atlas_whole(installation.lake, installation.book, day=day, changed_only=True)
    return {"lum": len(done.places), "trace": done.trace.id, "no_streets": done.no_streets}


def _published(lake: Lake) -> datetime:
    layers = [layer for layer in (PERIMETERS, SURVEYS) if lake.has(layer)]
    return max(datetime.fromisoformat(lake.version(layer).created) for layer in layers)

"""Writes: the effects of the works are estimated again; the explanation of a total is kept when opened."""

from __future__ import annotations

from datetime import date
from typing import Any

from trama.analyses.installation import open_installation
from trama.analyses.opere.answer import summary_trace
from trama.analyses.opere.run import run_estimate
from trama.analyses.opere.summary import Choice, summarise
from trama.apps.lavori import actions as work
from trama.apps.lavori.models import Lavoro
from trama.apps.lavori.work import Work
from trama.lake.staging import StagedLake

ESTIMATE = "opere"


def estimate_again(day: date) -> Lavoro:
    """Begin the estimate of every work, unless one is going on: then that one is returned."""
    request = {"day": day.isoformat()}
    return work.begin(ESTIMATE, key=ESTIMATE, title="Effetti delle opere finanziate", request=request)[0]


def keep_explanation(choice: Choice, day: date) -> str:
    """Keep the explanation of the totals, and return its id."""
    installation = open_installation()
    summary = summarise(installation.lake, installation.book, day, choice)
    return installation.lake.traces.save(summary_trace(installation.lake, summary))


def run(at_work: Work) -> dict[str, Any]:
    """Estimate the works on today's layers; nothing reaches the lake before everything is ready."""
    day = date.fromisoformat(at_work.request["day"])
    installation = open_installation()
    at_work.tell("Lettura del registro delle opere.")
    aside = StagedLake(installation.lake, at_work.folder / "lake")
    done = run_estimate(
        aside,
        installation.book,
        day=day,
        progress=lambda count, total: at_work.tell("Stima degli effetti, opera per opera.", count, total),
    )
    at_work.hand_over("Pubblicazione degli effetti.")
    aside.publish()
    unknown = [effect for effect in done.effects if effect.no_water]
    return {
        "works": len(done.effects),
        "unknown": [{"id": one.work.id, "name": one.work.name, "why": one.no_water} for one in unknown],
        "trace": done.trace.id,
    }

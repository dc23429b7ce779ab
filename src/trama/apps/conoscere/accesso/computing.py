"""Access computed from the site: which set, whose pace, which decay; done in the background, then shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from trama.analyses.access.rules import EVERYONE, group_of, read_rules
from trama.analyses.installation import open_installation
from trama.apps.lavori import actions
from trama.apps.lavori.kinds import Kind, register
from trama.apps.lavori.models import Lavoro
from trama.apps.lavori.work import Work
from trama.lake.staging import StagedLake

KIND = "accesso"


def register_kinds() -> None:
    """Make the computation known."""
    register(Kind(KIND, run, "conoscere/accesso/esito.html", outcome))


def begin(asked: dict[str, str], day: date) -> Lavoro:
    """Begin a run, unless the same one is going on: then that one is returned.

    Parameters
    ----------
    asked
        ``serie``, ``gruppo``, ``decadimento``, ``bacino``; the norms' own where empty.

    Raises
    ------
    UnknownSet, NotSelectable, UnknownGroup, UnknownDecay
        What was asked is not there; nothing has begun.
    """
    book = open_installation().book
    rules = read_rules(book, day, asked["serie"] or None, asked["decadimento"], asked["bacino"])
    group = group_of(rules, asked["gruppo"] or EVERYONE)
    request = {"day": day.isoformat(), **asked, "serie": rules.set_id, "gruppo": group.id}
    key = ":".join([KIND, *(str(request[name]) for name in ("serie", "gruppo", "decadimento", "bacino"))])
    title = f"Accesso a piedi: {rules.published['name_it']}, {group.name_it.lower()}"
    return actions.begin(KIND, key=key, title=title, request=request)[0]


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin the run asked for, and show the page of its work."""
    names = ("serie", "gruppo", "decadimento", "bacino")
    asked = {name: request.POST.get(name, "")[:60] for name in names}
    return redirect("lavori:lavoro", begin(asked, localdate()).pk)


def run(work: Work) -> dict[str, Any]:
    """Compute access on today's layers; every layer is written aside, and all are published together.

    Raises
    ------
    TramaError
        What `run_access` raises; nothing has been written.
    """
    from trama.analyses.access.run import run_access

    asked, installation = work.request, open_installation()
    work.tell("Lettura dei livelli.")
    aside = StagedLake(installation.lake, work.folder / "lake")
    found = run_access(
        aside,
        installation.book,
        day=date.fromisoformat(asked["day"]),
        set_id=asked["serie"],
        group=asked["gruppo"],
        decay=asked["decadimento"],
        catchment=asked["bacino"],
        progress=lambda done, total: work.tell("Si cammina dalle celle ai servizi.", done, total),
    )
    work.hand_over("Pubblicazione dei livelli.")
    aside.publish()
    whole = found.territory
    return {
        "serie": found.ground.rules.set_id,
        "nome": found.ground.rules.published["name_it"],
        "nome_en": found.ground.rules.published["name_en"],
        "gruppo": found.group.id,
        "f15": whole.f15,
        "limite_f15": whole.words["f15"],
        "soglia_min": found.ground.rules.threshold,
        "trace": found.trace.id,
    }


def outcome(row: Lavoro) -> dict[str, Any]:
    """Return what the page of a finished run shows."""
    return {"result": row.result}

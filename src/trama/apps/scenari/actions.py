"""Every write to the register of scenarios: checked, computed, in one transaction."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from typing import Any

import shapely
from django.db import transaction
from django.utils import timezone

from trama.analyses.installation import open_installation
from trama.analyses.whatif import Effects, run_whatif, whatif_json
from trama.apps.scenari.errors import Conflict, NoSuchScenario
from trama.apps.scenari.models import LOCAL_OPERATOR, Scenario
from trama.apps.writes import ANYONE, Write, begun_unheard
from trama.kernel.errors import TramaError
from trama.sources.scenarios import Scenario as Drawn
from trama.sources.scenarios import scenario_document, scenario_from

MOST_LETTERS = 200
"""Of a name."""


def begin(document: Any, write: Write = ANYONE, *, who: str = LOCAL_OPERATOR) -> Scenario:
    """Begin a scenario from its document; raises `TramaError` where it is not one.

    Where an earlier beginning of the same page went through unheard, it is that one that is saved over.
    """
    if (begun := begun_unheard(Scenario.objects, write)) is not None:
        return save(begun, begun.revision, document, write)
    row = Scenario(who=who, written_as=write.key)
    _lay(row, scenario_from(document))
    row.save(force_insert=True)
    return row


def save(row: Scenario, revision: int, document: Any, write: Write = ANYONE) -> Scenario:
    """Save `document` over `revision`.

    Raises
    ------
    Conflict
        Another save came first.
    NoSuchScenario
        Somebody took it away while its effects were computed.
    """
    drawn = scenario_from(document)
    effects, problem = _effects(drawn)
    with transaction.atomic():
        held: Scenario | None = Scenario.objects.select_for_update().filter(pk=row.pk).first()
        if held is None:
            raise NoSuchScenario(what=row.nome or str(row.pk))
        if not held.is_followed_by(revision, write):
            raise Conflict
        _write(held, drawn, effects, problem)
        held.note(write)
        held.save()
    return held


def copy(row: Scenario, *, who: str = LOCAL_OPERATOR) -> Scenario:
    """Begin another scenario from this one, to change something in it."""
    drawn = scenario_from(row.document)
    return begin(scenario_document(replace(drawn, nome=_copy_name(row))), who=who)


def recompute(row: Scenario) -> Scenario:
    """Compute the effects again on the data and the norms of now."""
    return save(row, row.revision, {**row.document, "giorno": None})


def remove(row: Scenario) -> None:
    """Take a scenario out of the register."""
    row.delete()


def try_out(document: Any) -> dict[str, Any]:
    """Return the effects of what is drawn as JSON, keeping nothing; raises `TramaError`."""
    drawn = scenario_from(document)
    installation = open_installation()
    effects = run_whatif(installation.lake, installation.book, drawn, drawn.day or _today(), keep=False)
    return whatif_json(effects, kept=False, notices=drawn.notices)


def _lay(row: Scenario, drawn: Drawn) -> None:
    effects, problem = _effects(drawn)
    _write(row, drawn, effects, problem)


def _effects(drawn: Drawn) -> tuple[Effects | None, str]:
    """Compute and keep the effects; where they cannot be computed, the sentence that says why."""
    if not drawn.pieces:
        return None, ""
    installation = open_installation()
    try:
        return run_whatif(installation.lake, installation.book, drawn, drawn.day or _today(), keep=True), ""
    except TramaError as error:
        return None, error.text()


def _write(row: Scenario, drawn: Drawn, effects: Effects | None, problem: str) -> None:
    row.nome, row.day = drawn.nome, drawn.day or _today()
    row.document = scenario_document(drawn)
    row.result = whatif_json(effects, kept=True, notices=drawn.notices) if effects else None
    row.trace = effects.trace.id if effects else ""
    row.problem = problem[:600]
    site = effects.layout.site if effects else _everything(drawn)
    row.geometry = bytes(shapely.to_wkb(site, output_dimension=2)) if site is not None else None
    row.west, row.south, row.east, row.north = site.bounds if site is not None else (None,) * 4
    row.area_m2 = float(site.area) if site is not None else None


def _everything(drawn: Drawn) -> shapely.Geometry | None:
    shapes = [piece.geometry for piece in drawn.pieces]
    shapes += [drawn.area] if drawn.area is not None else []
    return shapely.union_all(shapes) if shapes else None


def _copy_name(row: Scenario) -> str:
    names = set(Scenario.objects.values_list("nome", flat=True))
    stem = row.nome or "Scenario"
    endings = (f" ({number})" for number in itertools.count(2))
    return next(name for end in endings if (name := stem[: MOST_LETTERS - len(end)] + end) not in names)


def _today() -> date:
    return timezone.localdate()

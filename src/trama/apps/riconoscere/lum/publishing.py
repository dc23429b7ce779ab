"""From the register to the lake: accepted perimeters and answers become layers, and the atlas reads them.

The register is the truth. A layer is written before the register changes and takes its place right after: a
process that dies in between leaves the lake behind, never ahead, and whoever reads or publishes next settles.
What the lake holds and this register never knew (another installation's) stays.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import shapely
from django.db.models import Max
from django.utils import timezone

from trama.analyses.freshness import superseded
from trama.analyses.installation import open_installation
from trama.analyses.lum import run_atlas_whole
from trama.analyses.lum.outputs import ATLAS
from trama.analyses.lum.survey import (
    PERIMETERS,
    SURVEYS,
    Redrawn,
    Reply,
    perimeters_written,
    read_rows,
    replies_written,
    rows_of_replies,
    standing,
)
from trama.apps.conoscere.lum.actions import compute_again
from trama.apps.riconoscere.lum.models import Proposta, Rilievo
from trama.lake import Lake
from trama.lake.files import one_at_a_time

SETTLED_BY = "riallineamento con il registro"
_settled: set[tuple[Any, ...]] = set()


@contextmanager
def alone() -> Iterator[None]:
    """Let one publication at a time go from the register to the lake, so that none misses another's row."""
    folder = open_installation().lake.root.parent / "in-corso"
    folder.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(folder):
        yield


@contextmanager
def perimeters(who: str) -> Iterator[None]:
    """Write every accepted perimeter as the new version of their layer, in place when the block ends."""
    installation = open_installation()
    rows = _perimeters_to_be(installation.lake)
    with perimeters_written(installation.lake, installation.book, rows, timezone.localdate(), who=who):
        yield


@contextmanager
def replies(who: str) -> Iterator[None]:
    """Write the last answer to each question, withdrawn ones empty, likewise."""
    installation = open_installation()
    rows = _replies_to_be(installation.lake)
    with replies_written(installation.lake, installation.book, rows, timezone.localdate(), who=who):
        yield


def settle() -> None:
    """Publish what the register holds and the lake does not, or holds otherwise; nothing where they agree."""
    lake = open_installation().lake
    if _seen(lake) in _settled:
        return
    if _perimeters_differ(lake) or _replies_differ(lake):
        with alone():
            if _perimeters_differ(lake):
                with perimeters(SETTLED_BY):
                    pass
            if _replies_differ(lake):
                with replies(SETTLED_BY):
                    pass
    _settled.clear()
    _settled.add(_seen(lake))


def atlas() -> bool:
    """Bring the atlas up to date after a perimeter or an answer changed.

    Where other data changed too, all is to be computed again: a long work begins, and False is returned.
    """
    settle()
    installation, day = open_installation(), timezone.localdate()
    if set(superseded(installation.lake, installation.lake.version(ATLAS))) - {PERIMETERS, SURVEYS}:
        compute_again(day)
        return False
    run_atlas_whole(installation.lake, installation.book, day=day, changed_only=True)
    return True


def _seen(lake: Lake) -> tuple[Any, ...]:
    """Return what register and lake are at, cheaply: where it is as it was when they agreed, they agree."""
    acted = Proposta.objects.aggregate(Max("updated"))["updated__max"]
    said = Rilievo.objects.aggregate(Max("id"))["id__max"]
    return (str(lake.root), acted, said, *sorted(standing(lake).items()))


def _perimeters_differ(lake: Lake) -> bool:
    stands = {(row.codice, row.proposta) for row in read_rows(lake)[0].values() if row.accolto_il}
    return stands != {(row.codice, row.proposta) for row in _perimeters_to_be(lake) if row.accolto_il}


def _replies_differ(lake: Lake) -> bool:
    stands = {(one.codice, one.domanda): one for one in rows_of_replies(lake)}
    to_be = _replies_to_be(lake)
    return any(stands.get((one.codice, one.domanda)) != one for one in to_be)


def _perimeters_to_be(lake: Lake) -> list[Redrawn]:
    """Return the rows of the layer as the register wants them, with what it never knew.

    Where none stands any more, those there are stay without the day of their acceptance: no layer is empty.
    """
    there = read_rows(lake)[0]
    mine = {row.codice: _redrawn(row) for row in Proposta.objects.filter(stato=Proposta.ACCEPTED)}
    known = _known(row.proposta for row in there.values())
    others = {code: row for code, row in there.items() if row.proposta not in known and code not in mine}
    found = {**others, **mine}
    if not any(row.accolto_il for row in found.values()):
        found = {code: replace(row, accolto_il="", accolto_da="") for code, row in there.items()}
    return [found[code] for code in sorted(found)]


def _known(proposals: Iterable[str]) -> set[str]:
    keys = []
    for one in proposals:
        try:
            keys.append(uuid.UUID(one))
        except ValueError:
            continue
    return {str(key) for key in Proposta.objects.filter(pk__in=keys).values_list("pk", flat=True)}


def _replies_to_be(lake: Lake) -> list[Reply]:
    last = {(one.codice, one.domanda): one for one in rows_of_replies(lake)}
    for row in Rilievo.objects.order_by("at", "id"):
        last[row.codice, row.domanda] = Reply(
            row.codice, row.domanda, row.risposta, row.nota, row.chi, row.ente, _day(row.at)
        )
    return [last[key] for key in sorted(last)]


def _redrawn(row: Proposta) -> Redrawn:
    assert row.geometry is not None
    return Redrawn(
        codice=row.codice,
        nome=row.nome,
        istat=row.istat,
        comune=row.comune,
        atto=row.atto,
        data_atto=row.data_atto.isoformat() if row.data_atto else "",
        chi=row.chi,
        ente=row.ente,
        accolto_da=row.accolta_da,
        accolto_il=row.accolta_il.isoformat() if row.accolta_il else "",
        proposta=str(row.pk),
        shape=shapely.from_wkb(bytes(row.geometry)),
        fermate=row.fermate,
        dove=row.dove,
    )


def _day(at: object) -> str:
    return timezone.localtime(at).date().isoformat()  # type: ignore[arg-type]  # Django's own field

"""From the register to the lake: accepted perimeters and answers become layers, and the atlas reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import shapely
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
    publish_perimeters,
    publish_replies,
)
from trama.apps.conoscere.lum.actions import compute_again
from trama.apps.riconoscere.lum.models import Proposta, Rilievo
from trama.lake.files import one_at_a_time


@contextmanager
def alone() -> Iterator[None]:
    """Let one publication at a time go from the register to the lake, so that none misses another's row."""
    folder = open_installation().lake.root.parent / "in-corso"
    folder.mkdir(parents=True, exist_ok=True)
    with one_at_a_time(folder):
        yield


def perimeters(latest: Proposta) -> None:
    """Publish every accepted perimeter as the new version of their layer."""
    installation = open_installation()
    rows = [_redrawn(row) for row in Proposta.objects.filter(stato=Proposta.ACCEPTED).order_by("codice")]
    publish_perimeters(
        installation.lake, installation.book, rows, timezone.localdate(), who=latest.accolta_da
    )


def replies(who: str) -> None:
    """Publish the answers that stand as the new version of their layer."""
    installation = open_installation()
    standing: dict[tuple[str, str], Rilievo] = {}
    for row in Rilievo.objects.order_by("at", "id"):
        standing[row.codice, row.domanda] = row
    rows = [
        Reply(one.codice, one.domanda, one.risposta, one.nota, one.chi, one.ente, _day(one.at))
        for one in standing.values()
        if one.risposta
    ]
    if rows:
        publish_replies(installation.lake, installation.book, rows, timezone.localdate(), who=who)


def atlas(code: str) -> bool:
    """Bring the atlas up to date after a perimeter or an answer of one LUM changed.

    Where other data changed too, all is to be computed again: a long work begins, and False is returned.
    """
    installation, day = open_installation(), timezone.localdate()
    if set(superseded(installation.lake, installation.lake.version(ATLAS))) - {PERIMETERS, SURVEYS}:
        compute_again(day)
        return False
    run_atlas_whole(installation.lake, installation.book, day=day, only={code})
    return True


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
    )


def _day(at: object) -> str:
    return timezone.localtime(at).date().isoformat()  # type: ignore[arg-type]  # Django's own field

"""Answers given on the spot: accessibility, boardings, cycle places."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from django.db import transaction

from trama.analyses.lum.rules import Rules
from trama.analyses.lum.survey import COUNTS
from trama.apps.riconoscere.lum import publishing
from trama.apps.riconoscere.lum.acting import ANSWER, Actor, authorise
from trama.apps.riconoscere.lum.errors import Incomplete
from trama.apps.riconoscere.lum.models import Rilievo

YES, NO, NOT_APPLICABLE = "si", "no", "non_si_applica"
CHOICES = {YES: "Sì", NO: "No", NOT_APPLICABLE: "Non si applica"}
MOST = 1_000_000


def standing(code: str) -> dict[str, Rilievo]:
    """Return question → the answer that stands."""
    found: dict[str, Rilievo] = {}
    for row in Rilievo.objects.filter(codice=code).order_by("at", "id"):
        found[row.domanda] = row
    return found


def answer(rules: Rules, code: str, actor: Actor, given: Mapping[str, str], notes: Mapping[str, str]) -> int:
    """Keep the answers that differ from those that stand, publish them; return how many.

    An answer taken back is an empty one: it stays in the history, and stands no more.

    Raises
    ------
    Unnamed
        Nobody signs.
    Incomplete
        A count is no whole number from 0 up, or a choice is not among those there are.
    """
    authorise(actor, ANSWER, lum=code)
    known, rows = standing(code), []
    for question in (*rules.checklist.value, *COUNTS):
        said, note = _checked(question, given.get(question, "")), notes.get(question, "").strip()[:500]
        before = known.get(question)
        if (before.risposta, before.nota) != (said, note) if before else bool(said or note):
            rows.append((question, said, note))
    if not rows:
        return 0
    with publishing.alone(), ExitStack() as ready, transaction.atomic():
        for question, said, note in rows:
            Rilievo.objects.create(
                codice=code, domanda=question, risposta=said, nota=note, chi=actor.name, ente=actor.body
            )
        ready.enter_context(publishing.replies(str(actor)))
    return len(rows)


def _checked(question: str, said: str) -> str:
    said = said.strip()
    if question not in COUNTS:
        if said and said not in CHOICES:
            raise Incomplete(
                what="Una risposta non è fra quelle ammesse:", why="scegliere sì, no, non si applica."
            )
        return said
    plain = said.replace(".", "").replace(" ", "")
    if plain and not (plain.isascii() and plain.isdigit() and int(plain) <= MOST):
        raise Incomplete(
            what=f"«{said[:30]}» non è un numero intero:", why="scrivere quante sono, come 1200."
        )
    return plain

"""Reads of the register: the list, one evaluation, its history, what it may be compared with."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet

from trama.analyses.installation import open_installation
from trama.analyses.scheda.run import SchedaResult, find_sheet
from trama.apps.riconoscere.area import from_wkb, in_degrees
from trama.apps.riconoscere.errors import NoSuchEvaluation, NothingToShow
from trama.apps.riconoscere.evaluating import attempt, document, proposal_of
from trama.apps.riconoscere.freshness import Freshness, freshness
from trama.apps.riconoscere.models import SavedState, Valutazione, ValutazioneVersione
from trama.apps.riconoscere.pinned import PinnedLake
from trama.apps.riconoscere.state import State, validated
from trama.lake import Lake


def evaluations() -> QuerySet[Valutazione]:
    """Return every evaluation, the latest touched first, without the heavy columns."""
    return Valutazione.objects.defer("geometry", "answers", "properties")


def evaluation(key: str | uuid.UUID) -> Valutazione:
    """Return one evaluation; raises `NoSuchEvaluation`."""
    try:
        return Valutazione.objects.get(pk=uuid.UUID(str(key)))
    except (Valutazione.DoesNotExist, ValueError):
        raise NoSuchEvaluation(what=str(key)[:60]) from None


def history(row: Valutazione) -> QuerySet[ValutazioneVersione]:
    """Return every save of an evaluation, the latest first."""
    return ValutazioneVersione.objects.filter(valutazione=row).defer("geometry")


def version(row: Valutazione, number: int) -> ValutazioneVersione:
    """Return one save by its own number; raises `NoSuchEvaluation`."""
    found = ValutazioneVersione.objects.filter(valutazione=row, pk=number).first()
    if found is None:
        raise NoSuchEvaluation(what=f"versione {number}")
    return found


def state_of(saved: SavedState) -> dict[str, Any]:
    """Return a saved state in the shape the page holds it."""
    area = from_wkb(saved.geometry)
    return {
        "nome": saved.nome,
        "geometria": in_degrees(area) if area is not None else None,
        **saved.properties,
        "risposte": saved.answers,
        "giorno": saved.day.isoformat(),
    }


def checked_state(saved: SavedState) -> State:
    """Return a saved state read back as strictly as when it came."""
    return validated(state_of(saved), State)


def answer_of(row: Valutazione, sheet: str) -> dict[str, Any]:
    """Return the saved answer of one sheet; raises `NothingToShow` where it has none."""
    answer: dict[str, Any] | None = row.results.get(sheet)
    if answer is None:
        raise NothingToShow(why="l'area non è disegnata, o con questa scheda non è ancora valutata.")
    return answer


def result_again(row: Valutazione, sheet_id: str = "") -> tuple[Lake, SchedaResult, Any]:
    """Compute again a sheet of a saved evaluation (the first, if not named) for its documents.

    It is computed on the evaluation's own layer versions.

    Returns
    -------
    The pinned lake, the result and the area in EPSG:32632.

    Raises
    ------
    NothingToShow
        The evaluation has no result, or the norms have changed under it: it wants evaluating again first.
    """
    installation = open_installation()
    sheet = find_sheet(installation.book, sheet_id or row.sheet)
    area, kept = from_wkb(row.geometry), answer_of(row, sheet.id)
    lake = PinnedLake(installation.lake, row.pins)
    given = row.answers.get(sheet.id, {})
    proposal, _lacking = proposal_of(row.nome, area, row.properties, given, row.day)
    result = attempt(lake, installation.book, sheet, proposal).result
    if result is None or figures(document(result)) != figures(kept):
        raise NothingToShow(why="le norme caricate non sono più quelle di allora: serve una rivalutazione.")
    return lake, result, area


def fresh(row: Valutazione) -> Freshness:
    """Return what has changed since `row` was evaluated."""
    installation = open_installation()
    return freshness(installation.lake, installation.book, row)


def as_feature(row: Valutazione) -> dict[str, Any]:
    """Return the evaluation as a GeoJSON Feature that `trama scheda` reads back."""
    state = state_of(row)
    outcomes = {key: answer["esito"] for key, answer in row.results.items()}
    return {
        "type": "Feature",
        "id": str(row.pk),
        "geometry": state["geometria"],
        "properties": {
            "nome": row.nome,
            "tipologie": state["tipologie"],
            **{key: state[key] for key in ("stato_attuale", "progetto") if state[key]},
            "scheda": row.sheet,
            "giorno": row.day.isoformat(),
            "risposte": row.answers,
            "esiti": {
                key: {
                    "esito": outcome["testo"],
                    "etichetta": outcome["etichetta"],
                    "trace": row.results[key]["trace"],
                }
                for key, outcome in outcomes.items()
            },
        },
    }


def figures(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what two answers must share to be the same: numbers and outcomes, not how they are worded."""
    criteria = {
        key: [row["valore"], row["punti"], row["peso"], row["forzato"]]
        for part in answer["parti"].values()
        for key, row in part["criteri"].items()
    }
    outcome = answer["esito"]
    return {
        "area": answer["area_m2"],
        "giorno": answer["giorno"],
        "comuni": answer["comuni"],
        "criteri": criteria,
        "parti": {key: part["punti"] for key, part in answer["parti"].items()},  # a register may reorder keys
        "domande": {key: row["valore"] for key, row in answer["domande"].items()},
        "luogo": {row["chiave"]: row["valore"] for row in answer["luogo"]},
        "esito": [outcome["classe"], outcome["punteggio"], outcome["richiesto"]],
        "dati": answer["dati"],
    }

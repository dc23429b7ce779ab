"""The pages of the redraw of LUM: list, drawing, review, history, answers on the spot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import shapely
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from trama.analyses.installation import open_installation
from trama.analyses.lum.answer import QUESTIONS, book_of, row_json
from trama.analyses.lum.errors import NoAtlas, NoSuchLum
from trama.analyses.lum.redrawing import ground_of
from trama.analyses.lum.rules import Rules, read_rules
from trama.analyses.lum.survey import COUNTS
from trama.apps.conoscere.lum.settling import before_reading
from trama.apps.conoscere.queries import map_config
from trama.apps.riconoscere.lum import actions, publishing, queries, surveys
from trama.apps.riconoscere.lum.acting import Actor
from trama.apps.riconoscere.lum.actions import Act
from trama.apps.riconoscere.lum.models import Passo, Proposta
from trama.apps.riconoscere.outline import CRS_CHOICES
from trama.kernel.errors import TramaError
from trama.lake import open_lake

SIGNED = ("lum_chi", "lum_ente")
"""Where the session keeps who proposed last, so that they need not write it again."""
DECIDED = ("lum_ufficio_chi", "lum_ufficio_ente")
"""The same for who decided last: a decision is never signed for its author with the name of who proposed."""


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Show the proposals, those to be reviewed first, the LUM to redraw, the perimeters without a stop."""
    before_reading(timezone.localdate())
    lake = open_lake()
    try:
        book = book_of(lake)
        choices, orphans = queries.choices(book), book.orphans
    except NoAtlas:
        choices, orphans = [], []
    state = request.GET.get("stato", "")
    rows = queries.proposals().filter(stato=state) if state else queries.proposals()
    ordered = sorted(rows[:500], key=lambda row: row.stato != Proposta.SENT)
    counts = {key: queries.proposals().filter(stato=key).count() for key, _name in Proposta.STATES}
    context = {"rows": ordered, "choices": choices, "counts": counts, "state": state, "orphans": orphans,
               **queries.labelling(lake)}  # fmt: skip
    return render(request, "lum/elenco.html", context)


@require_GET
def lum(request: HttpRequest, code: str) -> HttpResponse:
    """Go to the LUM chosen in the list (``?lum=``), or show what was proposed and decided for one."""
    before_reading(timezone.localdate())
    lake = open_lake()
    sheet = book_of(lake).sheet(code)
    context = {
        **queries.labelling(lake),
        "lum": row_json(sheet.row),
        "waiting": sheet.waiting,
        "proposals": queries.of_lum(code),
        "decisions": queries.decisions(code),
    }
    return render(request, "lum/lum.html", context)


@require_GET
def redraw(request: HttpRequest, code: str) -> HttpResponse:
    """Show the page where a LUM is redrawn: it is kept from the first stroke."""
    begun = [row for row in queries.of_lum(code) if row.stato in Proposta.OPEN]
    if begun and "nuova" not in request.GET:
        context = {"code": code, "begun": begun, "row": begun[0], **queries.labelling(open_lake())}
        return render(request, "lum/gia.html", context)
    return _drawing(request, code, None)


@require_GET
def proposal(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a proposal: to go on drawing it, or to review it."""
    row = queries.proposal(key)
    try:
        return _drawing(request, row.codice, row) if row.editable else _review(request, row)
    except NoSuchLum:
        return _gone(request, row)


@require_GET
def history(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show everything done to a proposal."""
    row = queries.proposal(key)
    context = {"row": row, "steps": row.passi.all(), **queries.labelling(open_lake())}
    return render(request, "lum/storia.html", context)


@require_POST
def recover(request: HttpRequest, key: UUID, number: int) -> HttpResponse:
    """Make what an earlier step holds the present drawing."""
    row = queries.proposal(key)
    step = queries.step(row, number)
    return _done(request, row, lambda: actions.recover(row, _revision(request), step), _("Disegno ripreso."))


@require_POST
def send(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send a perimeter to the office."""
    row, actor = queries.proposal(key), _actor(request)
    act = Act(request.POST.get("atto", ""), _day(request.POST.get("data_atto", "")))
    said = _("Perimetro inviato: l'ufficio lo esamina.")
    return _done(request, row, lambda: actions.send(row, _revision(request), actor, act), said)


@require_POST
def give_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send a proposal back to the comune, with a motive."""
    row, actor, motive = queries.proposal(key), _actor(request, DECIDED), request.POST.get("motivo", "")
    said = _("Proposta rinviata al comune, con il motivo.")
    return _done(request, row, lambda: actions.give_back(row, _revision(request), actor, motive), said)


@require_POST
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a proposal back."""
    row, actor, motive = queries.proposal(key), _actor(request), request.POST.get("motivo", "")
    said = _("Proposta ritirata: resta nella storia.")
    return _done(request, row, lambda: actions.withdraw(row, _revision(request), actor, motive), said)


@require_POST
def accept(request: HttpRequest, key: UUID) -> HttpResponse:
    """Accept a proposal, and bring the atlas up to date."""
    row, actor = queries.proposal(key), _actor(request, DECIDED)
    said = _("Perimetro accolto: da ora prevale sul cerchio.")
    answer = _done(request, row, lambda: actions.accept(row, _revision(request), actor), said)
    if Proposta.objects.filter(pk=row.pk, stato=Proposta.ACCEPTED).exists():
        _bring_up_to_date(request)
    return answer


@require_POST
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that an accepted perimeter no longer stands, because its stop is gone."""
    row, actor, motive = queries.proposal(key), _actor(request, DECIDED), request.POST.get("motivo", "")
    said = _("Perimetro chiuso: non vale più, e resta nella storia.")
    answer = _done(request, row, lambda: actions.close(row, _revision(request), actor, motive), said)
    if not Proposta.objects.filter(pk=row.pk, stato=Proposta.ACCEPTED).exists():
        _bring_up_to_date(request)
    return answer


@require_http_methods(["GET", "POST"])
def survey(request: HttpRequest, code: str) -> HttpResponse:
    """Show the questions answered on the spot, and keep the answers."""
    rules = _rules()
    sheet = book_of(open_lake()).sheet(code)
    given, notes = {}, {}
    if request.method == "POST":
        given = {key: request.POST.get(key, "") for key in (*rules.checklist.value, *COUNTS)}
        notes = {key: request.POST.get(f"nota-{key}", "") for key in given}
        try:
            kept = surveys.answer(rules, code, _actor(request), given, notes)
        except TramaError as error:
            messages.error(request, error.text(_language()))
        else:
            if kept:
                _bring_up_to_date(request)
            messages.success(request, _("Risposte salvate: %(n)d.") % {"n": kept})
            return redirect("lum:rilievo", code)
    context = {
        **queries.labelling(open_lake()),
        "lum": row_json(sheet.row),
        "questions": _questions(rules, code, given, notes),
        "choices": surveys.CHOICES,
        "signed": _signed(request),
    }
    return render(request, "lum/rilievo.html", context)


def _questions(rules: Rules, code: str, given: dict[str, str], notes: dict[str, str]) -> list[dict[str, Any]]:
    known, english = surveys.standing(code), get_language() == "en"
    asked = {
        **{
            key: (row["question"] if english else row["domanda"], row["soglia"], False)
            for key, row in rules.checklist.value.items()
        },
        **{key: (QUESTIONS[key], "", True) for key in COUNTS},
    }
    return [
        {
            "id": key,
            "text": text,
            "threshold": threshold,
            "count": count,
            "row": known.get(key),
            "answer": given.get(key, known[key].risposta if key in known else ""),
            "note": notes.get(key, known[key].nota if key in known else ""),
        }
        for key, (text, threshold, count) in asked.items()
    ]


def _drawing(request: HttpRequest, code: str, row: Proposta | None) -> HttpResponse:
    lake = open_lake()
    ground, sheet = ground_of(lake, _rules(), code), book_of(lake).sheet(code)
    document = row.document if row else {"geometria": None, "motivazione": ""}
    config = {
        "codice": code,
        "id": str(row.pk) if row else None,
        "revisione": row.revision if row else 0,
        "salvata": row.updated.isoformat() if row else None,
        "stato": document,
        "accettabile": bool(row and row.passed),
        "api": {"verifica": reverse("lum:api-verifica"), "proposte": reverse("lum:api-proposte"),
                "perimetro": reverse("riconoscere:api-perimetro")},
        "mappa": map_config(lake),
        "scena": queries.scene(ground, sheet, _shape(row)),
    }  # fmt: skip
    context = {
        **queries.labelling(lake, queries.norms_of_checks(_rules())),
        "row": row,
        "lum": row_json(sheet.row),
        "checks": row.checks if row else [],
        "config": config,
        "comuni": ", ".join(ground.comuni),
        "crs": CRS_CHOICES,
        "signed": _signed(request),
        "today": timezone.localdate().isoformat(),
    }
    return render(request, "lum/ridisegna.html", context)


def _review(request: HttpRequest, row: Proposta) -> HttpResponse:
    lake = open_lake()
    ground, sheet = ground_of(lake, _rules(), row.codice), book_of(lake).sheet(row.codice)
    context = {
        **queries.labelling(lake, queries.norms_of_checks(_rules())),
        "row": row,
        "lum": row_json(sheet.row),
        "decisions": row.passi.filter(kind__in=Passo.DECISIONS),
        "checks": row.checks,
        "map": map_config(lake),
        "scene": queries.scene(ground, sheet, _shape(row)),
        "signed": _signed(request, DECIDED),
        "to_review": row.stato == Proposta.SENT,
    }
    return render(request, "lum/esame.html", context)


def _gone(request: HttpRequest, row: Proposta) -> HttpResponse:
    """Show a proposal whose stop the atlas no longer has: nothing is drawn or decided but that it ends."""
    lake = open_lake()
    context = {
        **queries.labelling(lake),
        "row": row,
        "decisions": row.passi.filter(kind__in=Passo.DECISIONS),
        "map": map_config(lake),
        "scene": queries.alone(_shape(row)),
        "signed": _signed(request, DECIDED if row.stato == Proposta.ACCEPTED else SIGNED),
        "to_close": row.stato == Proposta.ACCEPTED,
        "to_withdraw": row.stato in Proposta.OPEN,
    }
    return render(request, "lum/sparito.html", context)


def _shape(row: Proposta | None) -> shapely.Geometry | None:
    return shapely.from_wkb(bytes(row.geometry)) if row and row.geometry is not None else None


def _done(request: HttpRequest, row: Proposta, gesture: Callable[[], Proposta], said: str) -> HttpResponse:
    """Do a gesture and go back to the proposal, with what came of it in words."""
    try:
        gesture()
    except TramaError as error:
        messages.error(request, error.text(_language()))
    else:
        messages.success(request, said)
    return redirect("lum:proposta", row.pk)


def _bring_up_to_date(request: HttpRequest) -> None:
    try:
        if not publishing.atlas():
            messages.info(request, _("Altri dati sono cambiati: tutto l'atlante si ricalcola, fra i lavori."))
    except TramaError as error:
        words = _("L'atlante non è stato aggiornato: %(why)s") % {"why": error.text(_language())}
        messages.warning(request, words)


def _actor(request: HttpRequest, kept: tuple[str, str] = SIGNED) -> Actor:
    actor = Actor.of(request.POST.get("chi", ""), request.POST.get("ente", ""))
    request.session.update(dict(zip(kept, (actor.name, actor.body), strict=True)))
    return actor


def _signed(request: HttpRequest, kept: tuple[str, str] = SIGNED) -> Actor:
    name, body = (str(request.session.get(key, "")) for key in kept)
    return Actor(name, body)


def _revision(request: HttpRequest) -> int:
    text = request.POST.get("revisione", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _rules() -> Rules:
    return read_rules(open_installation().book, timezone.localdate())


def _language() -> str:
    return (get_language() or "it")[:2]

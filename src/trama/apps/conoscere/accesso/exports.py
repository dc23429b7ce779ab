"""What can be taken away of access: the answer to a question, the supply, the services nobody reaches."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from trama.analyses.access.asking import ALL
from trama.analyses.access.kept import plain
from trama.analyses.access.layers import SUPPLY
from trama.analyses.access.memory import Memory
from trama.analyses.envelope import traced
from trama.analyses.installation import open_installation
from trama.apps.conoscere.accesso.queries import Asked, answer, asked_of, overview, unreached
from trama.apps.conoscere.accesso.tracing import trace_of
from trama.kernel.errors import BadInput
from trama.kernel.spreadsheet import to_csv
from trama.kernel.trace import Trace
from trama.kernel.units import MISSING

ANSWER, OFFERED, UNREACHED = "luoghi", "offerta", "irraggiungibili"
DIGITS = 9
"""Significant digits: what sums round beyond them is noise."""
TABLES = (ANSWER, OFFERED, UNREACHED)


class UnknownTable(BadInput):
    """No table has that name."""

    it = "La tabella «{given}» non c'è. Si può scegliere tra: {known}."
    en = "There is no table “{given}”. Choose among: {known}."


@require_safe
def as_json(request: HttpRequest) -> JsonResponse:
    """Give the answer to a question as JSON, with the supply and the services nobody reaches."""
    memory, one = asked_of(request)
    trace = trace_of(memory, one)
    lake = open_installation().lake
    body = {
        "che": one.what,
        "gruppo": one.group,
        "minuti": one.minutes,
        "serie": memory.rules.set_id,
        "calcolo": memory.run.key,
        "luoghi": _answers(memory, one),
        "offerta": _offered(memory),
        "servizi_irraggiungibili": unreached(lake, memory),
    }
    lake.traces.save(trace)
    return JsonResponse(traced(body, trace))


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """Give a table as CSV with Italian decimals: ``?tabella=luoghi|offerta|irraggiungibili``."""
    memory, one = asked_of(request)
    name, lake = request.GET.get("tabella", ANSWER), open_installation().lake
    if name == ANSWER:
        found, trace = _answers(memory, one), trace_of(memory, one)
        lake.traces.save(trace)
    elif name in TABLES:
        found = _offered(memory) if name == OFFERED else unreached(lake, memory)
        trace = lake.traces.load(memory.run.key)
    else:
        raise UnknownTable(given=name[:40], known=", ".join(TABLES))
    lines = labelled(found, trace)
    text = to_csv(list(lines[0]) if lines else [], [list(row.values()) for row in lines], significant=DIGITS)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    file = f"accesso-{name}-{memory.rules.set_id}-{memory.version.id}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return response


def labelled(rows: list[dict[str, Any]], trace: Trace) -> list[dict[str, Any]]:
    """Return rows that say by themselves what they are: labels, day of the norms, layers read, trace."""
    labels = [
        *(["dati sintetici"] if any(use.synthetic for use in trace.layers()) else []),
        *(["valore non ufficiale"] if trace.unofficial() else []),
    ]
    layers = ", ".join(f"{use.layer} {use.version}" for use in trace.layers())
    return [
        {
            **row,
            "stato": "; ".join([*labels, *([MISSING] if _missing(row) else [])]),
            "giorno": trace.day.isoformat(),
            "livelli": layers,
            "trace": trace.id,
        }
        for row in rows
    ]


def _missing(row: dict[str, Any]) -> bool:
    """Tell whether the figure of a row is missing: a category's, a place's, a supply's."""
    figures = [row[name] for name in ("oltre", "pt_min", "posti_per_100") if name in row]
    return bool(figures) and all(one is None for one in figures)


def _answers(memory: Memory, one: Asked) -> list[dict[str, Any]]:
    if one.what == ALL:
        places = overview(memory, one.group)
        return [{"ambito": kind, "luogo": of.key, **of.to_json()} for kind, of in places]
    return [
        {"ambito": kind, "luogo": key, "nome_luogo": name, **figures.to_json()}
        for kind, key, name, _people, figures in answer(memory, one.question).places
    ]


def _offered(memory: Memory) -> list[dict[str, Any]]:
    version = memory.run.get(SUPPLY)
    rows = [] if version is None else version.table().drop(columns="chiave").to_dict("records")
    return [{key: plain(value) for key, value in row.items()} for row in rows]

"""The explanation of a figure of the pages of access."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from trama.analyses.access.asking import ALL
from trama.analyses.access.memory import Memory
from trama.analyses.access.rules import group_of
from trama.analyses.access.supplying import supply_trace
from trama.analyses.access.tracing import overview_trace
from trama.analyses.installation import open_installation
from trama.apps.conoscere.accesso.queries import Asked, answer, asked_of, overview
from trama.kernel.trace import Trace


@require_safe
def why(request: HttpRequest) -> HttpResponse:
    """Open the explanation of a figure: of a question, or of the supply of the entry in ``?offerta=``."""
    memory, one = asked_of(request)
    voce = request.GET.get("offerta", "")
    trace = supply_trace(memory, voce) if voce else trace_of(memory, one)
    open_installation().lake.traces.save(trace)
    step = request.GET.get("passo", "")
    query = f"?{urlencode({'passo': step})}" if step else ""
    return redirect(f"{reverse('conoscere:perche', args=[trace.id])}{query}")


def trace_of(memory: Memory, one: Asked) -> Trace:
    """Return the trace of a question on a run."""
    if one.what != ALL:
        return answer(memory, one.question).trace()
    group = group_of(memory.rules, one.group)
    return overview_trace(open_installation().book, memory, group, overview(memory, one.group))

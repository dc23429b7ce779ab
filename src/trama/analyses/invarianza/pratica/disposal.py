"""The order of disposal: each step before the one taken must say why it is not enough."""

from __future__ import annotations

from collections.abc import Iterator

from trama.analyses.invarianza.pratica.law import Practice
from trama.analyses.invarianza.pratica.request import Pratica, Step
from trama.analyses.invarianza.pratica.verdict import HOLDS, LACKS, Check

STEPS = ("riuso", "suolo", "corpo_idrico", "fognatura")
RECEIVERS = ("corpo_idrico", "fognatura")
TAKEN = frozenset({"scelto", "parziale"})
SHORTEST_REASON = 10


def steps(request: Pratica) -> Iterator[tuple[str, Step]]:
    """Yield the steps in the order of the law."""
    return ((name, getattr(request.smaltimento, name)) for name in STEPS)


def only_soil(request: Pratica) -> bool:
    """Tell whether water goes to the ground (or is used again) and to no receiver."""
    taken = {name for name, step in steps(request) if step.esito in TAKEN}
    return "suolo" in taken and not taken & set(RECEIVERS)


def disposal_check(practice: Practice, request: Pratica) -> Check:
    """Return the check of the order: one step taken, and a reason at each earlier one."""
    names = {key: str(row["nome"]) for key, row in practice("ordine_smaltimento").value.items()}
    label, asked = "Ordine di smaltimento", "riuso, suolo, corpo idrico, fognatura"
    last = max((at for at, (_, step) in enumerate(steps(request)) if step.esito in TAKEN), default=None)
    if last is None:
        sentence = "Scegliere il recapito, e dire dei precedenti perché non sono possibili."
        return Check("ordine", label, None, "text", asked, LACKS, sentence, step=2)
    silent = [
        names[name].lower()
        for at, (name, step) in enumerate(steps(request))
        if at < last and step.esito != "scelto" and len(step.motivo) < SHORTEST_REASON
    ]
    if silent:
        sentence = f"Manca il motivo (almeno {SHORTEST_REASON} caratteri) per: {', '.join(silent)}."
        return Check("ordine", label, None, "text", asked, LACKS, sentence, step=2)
    taken = ", ".join(names[name].lower() for name, step in steps(request) if step.esito in TAKEN)
    return Check("ordine", label, None, "text", asked, HOLDS, f"Recapito: {taken}.", step=2)

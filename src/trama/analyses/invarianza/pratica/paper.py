"""The paper of a file: who signs, what is attached, who looks after the works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trama.analyses.invarianza.pratica.request import Pratica
from trama.analyses.invarianza.pratica.verdict import HOLDS, LACKS, Check

if TYPE_CHECKING:
    from trama.analyses.invarianza.pratica.outcome import Findings

_IDENTITY = {
    "nome": "nome",
    "titolo": "titolo",
    "ordine": "ordine o collegio",
    "numero": "numero d'iscrizione",
    "codice_fiscale": "codice fiscale",
}
EVERY = "ogni"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document to hand in, and what the professional said of it."""

    id: str
    name: str
    given: str


@dataclass(frozen=True, slots=True)
class Upkeep:
    """A line of the maintenance plan."""

    works: str
    what: str
    how_often: str
    who: str


def attachments(found: Findings) -> list[Attachment]:
    """Return the documents due for this file."""
    needs = {
        "sempre": True,
        "progetto": found.assessment.sealing.class_of_intervention > 0,
        "infiltrazione": found.ground.soaking,
        "ricettore": not found.only_soil,
        "gestore": found.request.scarico.portata_limite_l_s is not None,
    }
    table = found.practice("allegati").value
    return [
        Attachment(key, str(row["nome"]), found.request.allegati.get(key, ""))
        for key, row in table.items()
        if needs[str(row["quando"])]
    ]


def upkeep(found: Findings) -> list[Upkeep]:
    """Return the maintenance plan: the norms' lines for the works there are, then the project's own."""
    names: dict[str, list[str]] = {}
    for item in found.items:
        if item.declared.tipo:
            names.setdefault(item.declared.tipo, []).append(item.name)
    lines = []
    for row in found.practice("manutenzione").value.values():
        kind = str(row["opera"])
        if names and (kind == EVERY or kind in names):
            works = "tutte le opere" if kind == EVERY else ", ".join(names[kind])
            lines.append(Upkeep(works, str(row["operazione"]), str(row["frequenza"]), str(row["chi"])))
    own = [Upkeep(one.opera, one.operazione, one.frequenza, one.chi) for one in found.request.manutenzione]
    return [*lines, *(line for line in own if line.what)]


def paper_checks(found: Findings) -> Iterator[Check]:
    """Yield the checks of the paper."""
    request = found.request
    yield _upkeep(found)
    yield _who(request)
    due = attachments(found)
    absent = [one.name for one in due if not one.given]
    sentence = f"Mancano: {'; '.join(absent)}." if absent else f"Tutti e {len(due)} indicati."
    asked = f"{len(due)} documenti"
    yield Check("allegati", "Allegati", None, "text", asked, LACKS if absent else HOLDS, sentence, step=7)


def _upkeep(found: Findings) -> Check:
    label, asked = "Piano di manutenzione", "operazioni, frequenza, responsabile"
    if not upkeep(found):
        sentence = "Si compone da sé quando ci sono le opere."
        return Check("manutenzione", label, None, "text", asked, LACKS, sentence, step=6)
    if not found.request.responsabile_manutenzione:
        sentence = "Indicare chi risponde della manutenzione."
        return Check("manutenzione", label, None, "text", asked, LACKS, sentence, step=6)
    sentence = f"Responsabile: {found.request.responsabile_manutenzione.rstrip('.')}."
    return Check("manutenzione", label, None, "text", asked, HOLDS, sentence, step=6)


def _who(request: Pratica) -> Check:
    signer = request.professionista
    absent = [name for key, name in _IDENTITY.items() if not getattr(signer, key)]
    label, asked = "Professionista", "identità e iscrizione all'ordine"
    if absent:
        sentence = f"Mancano: {', '.join(absent)}."
        return Check("professionista", label, None, "text", asked, LACKS, sentence, step=7)
    sentence = (
        f"{signer.titolo} {signer.nome}, {signer.ordine} n. {signer.numero}. La firma va messa sul documento."
    )
    return Check("professionista", label, None, "text", asked, HOLDS, sentence, step=7)

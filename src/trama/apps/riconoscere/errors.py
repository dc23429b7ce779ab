"""What can go wrong while an evaluation is written, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from trama.kernel.errors import BadInput, NotFound, TramaError


@dataclass(frozen=True, slots=True)
class Problem:
    """A sentence and its field (``geometria``, an item of `sheet`...; empty for the whole).

    `sheet` is empty for what is said once for all sheets.
    """

    field: str
    sentence: str
    sheet: str = ""

    def to_json(self) -> dict[str, str]:
        """Return plain JSON."""
        return {"campo": self.field, "testo": self.sentence, **({"scheda": self.sheet} if self.sheet else {})}


class NotJson(BadInput):
    """The request is not the JSON that was expected."""

    it = (
        "La richiesta non si legge: {why} Ricaricare la pagina e riprovare; quanto già salvato non è toccato."
    )
    en = "The request cannot be read: {why} Reload the page and try again; what was saved is untouched."


class BadField(BadInput):
    """One field of what was sent cannot be used."""

    it = "Il campo «{field}» non è utilizzabile: {why}"
    en = "Field “{field}” cannot be used: {why}"


class WantsReason(BadInput):
    """A computed value is replaced and nobody says why."""

    it = "Per sostituire il valore calcolato serve il motivo: scriverlo qui. Intanto vale quello calcolato."
    en = "Replacing a computed value wants a reason: write it here. Until then the computed one holds."


class NoSuchEvaluation(NotFound):
    """No evaluation has that address."""

    it = "La valutazione «{what}» non esiste. Controllare l'indirizzo, o cercarla in «Le mie valutazioni»."
    en = "There is no evaluation “{what}”. Check the address, or look for it in the list."


class NothingToShow(BadInput):
    """The evaluation has no outcome yet: there is nothing to download."""

    it = "Non c'è ancora nulla da scaricare: {why} Completare e riprovare."
    en = "There is nothing to download yet: {why} Complete it and try again."
    http_status = 409


class Conflict(TramaError):
    """Somebody else (or another tab) saved first."""

    it = (
        "Questa valutazione è stata modificata altrove (un'altra finestra o un'altra persona) dopo che "
        "questa pagina l'ha letta. Nulla è perso: le modifiche fatte qui sono nella storia, accanto a "
        "quelle salvate. Scegliere quali tenere."
    )
    en = "This evaluation was changed elsewhere after this page read it. Both states are kept: choose one."
    http_status = 409

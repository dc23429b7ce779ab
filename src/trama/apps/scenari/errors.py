"""What can go wrong while scenarios are drawn, and what to do."""

from __future__ import annotations

from trama.kernel.errors import BadInput, NotFound, TramaError


class NoSuchScenario(NotFound):
    """No scenario has that address."""

    it = "Lo scenario «{what}» non esiste. Controllare l'indirizzo, o cercarlo in «I miei scenari»."
    en = "There is no scenario “{what}”. Check the address, or look for it in the list."


class BadRequest(BadInput):
    """The request is not what the page sends."""

    it = (
        "La richiesta non si legge: {why} Ricaricare la pagina e riprovare; quanto già salvato non è toccato."
    )
    en = "The request cannot be read: {why} Reload the page and try again; what was saved is untouched."


class NothingToHandOver(BadInput):
    """A scenario without effects has no documents."""

    it = "Lo scenario «{what}» è vuoto: disegnare almeno una soluzione, poi scaricarlo."
    en = "Scenario “{what}” is empty: draw at least one solution, then download it."
    http_status = 409


class Conflict(TramaError):
    """Somebody else (or another tab) saved first."""

    it = (
        "Questo scenario è stato modificato altrove (un'altra finestra o un'altra persona) dopo che questa "
        "pagina l'ha letto. I disegni di questa pagina ci sono ancora: salvarli con un altro nome, metterli "
        "al posto di quelli salvati, o lasciarli."
    )
    en = (
        "This scenario was changed elsewhere after this page read it. These drawings are still here: save "
        "them under another name, put them over those saved, or leave them."
    )
    http_status = 409

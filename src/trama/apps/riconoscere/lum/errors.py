"""What can go wrong while a perimeter is redrawn or reviewed, and what to do."""

from __future__ import annotations

from trama.kernel.errors import BadInput, NotFound, TramaError


class NoSuchProposal(NotFound):
    """No proposal has that address."""

    it = "La proposta «{what}» non esiste. Controllare l'indirizzo, o cercarla fra le proposte di perimetro."
    en = "There is no proposal “{what}”. Check the address, or look for it among the proposals."


class Unnamed(BadInput):
    """Nobody says who acts."""

    it = "Per {gesture} serve sapere chi lo fa: scrivere nome e cognome, e l'ente."
    en = "To {gesture} it must be known who does it: write name and body."


class Incomplete(BadInput):
    """Something that the gesture wants is not there."""

    it = "{what} {why}"
    en = "{what} {why}"


class NotAcceptable(BadInput):
    """The perimeter does not pass its checks."""

    it = "Il perimetro non si può {gesture}: {why}"
    en = "The perimeter cannot go on ({gesture}): {why}"
    http_status = 409


class WrongState(TramaError):
    """The proposal is no longer at the point where that can be done."""

    it = "La proposta è «{state}»: non si può {gesture}. Ricaricare la pagina per vedere com'è ora."
    en = "The proposal is “{state}”: one cannot {gesture}. Reload the page to see how it stands."
    http_status = 409


class Conflict(TramaError):
    """Somebody else (or another tab) acted first."""

    it = (
        "Questa proposta è stata cambiata da {who} {when}, dopo che questa pagina l'ha letta. Nulla è perso: "
        "ciò che è stato disegnato qui è nella storia. Scegliere quale tenere."
    )
    en = (
        "This proposal was changed by {who} {when}, after this page read it. Nothing is lost: what was drawn "
        "here is in the history. Choose which to keep."
    )
    http_status = 409


class BadRequest(BadInput):
    """The request is not what the page sends."""

    it = (
        "La richiesta non si legge: {why} Ricaricare la pagina e riprovare; quanto già salvato non è toccato."
    )
    en = "The request cannot be read: {why} Reload the page and try again; what was saved is untouched."


class AnotherStop(TramaError):
    """The code of a proposal is now that of another stop."""

    it = (
        "Il codice «{code}» ora è di un'altra fermata, non di quella per cui il perimetro fu disegnato: "
        "ritirare la proposta e cominciarne una nuova."
    )
    en = (
        "The code “{code}” is now that of another stop, not of the one the perimeter was drawn for: withdraw "
        "the proposal and begin another."
    )
    http_status = 409


class StillThere(TramaError):
    """An accepted perimeter is closed only when its stop is gone."""

    it = "La fermata di «{name}» è ancora nell'atlante: il perimetro si cambia accogliendone uno nuovo."
    en = "The stop of “{name}” still is in the atlas: a perimeter is changed by accepting another."
    http_status = 409

"""What can go wrong with long work, and what to do."""

from __future__ import annotations

from trama.kernel.errors import BadInput, NotFound, TramaError, Unavailable


class NoSuchWork(NotFound):
    """No work has that address."""

    it = "Il lavoro «{what}» non esiste. Controllare l'indirizzo, o cercarlo nell'elenco dei lavori."
    en = "There is no work “{what}”. Check the address, or look for it in the list."


class TooLateToCancel(BadInput):
    """The work has ended, or is handing over its result."""

    it = "Il lavoro non si può più annullare: {why}"
    en = "The work can no longer be cancelled."
    http_status = 409


class NotLaunched(Unavailable):
    """The system did not start the process."""

    it = (
        "Il lavoro non è partito: il sistema non ha potuto avviare il processo ({why}). "
        "Nulla è cambiato: riprovare."
    )
    en = "The work did not start: the system could not launch its process ({why}). Nothing has changed."


class Cancelled(TramaError):
    """Raised inside the work when somebody cancelled it; nothing has been handed over."""

    it = "Annullato prima della consegna: nulla è stato scritto."
    en = "Cancelled before the result was handed over: nothing was written."

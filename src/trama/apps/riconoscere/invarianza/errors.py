"""What can go wrong while a file is written, and what to do."""

from __future__ import annotations

from trama.kernel.errors import BadInput, NotFound


class NoSuchPratica(NotFound):
    """No file has that address."""

    it = "La pratica «{what}» non esiste. Controllare l'indirizzo, o cercarla nell'elenco delle pratiche."
    en = "There is no file “{what}”. Check the address, or look for it in the list."


class NothingYet(BadInput):
    """The file has no result: there is nothing to download."""

    it = "Non c'è ancora nulla da scaricare: {why} Completare e riprovare."
    en = "There is nothing to download yet: {why} Complete it and try again."
    http_status = 409

"""What can go wrong with an index, said to whoever asked."""

from __future__ import annotations

from trama.kernel.errors import BadInput, NotFound, Unavailable


class UnknownIndex(NotFound):
    """The norms declare no index of that name."""

    it = "Nessun indice si chiama «{what}». Indici dichiarati nelle norme: {hint}."
    en = "There is no index called “{what}”. Indices declared in the norms: {hint}."


class NotComputed(Unavailable):
    """The tables of the index are not in the lake yet."""

    it = "L'indice «{what}» non è ancora calcolato. Eseguire «trama indici run»."
    en = "The index “{what}” has not been computed yet: run trama indici run."


class NoData(Unavailable):
    """Not one indicator of an index has data."""

    it = (
        "Nessun indicatore dell'indice «{what}» ha dati. Eseguire prima «trama storm run» e "
        "«trama warm run», oppure caricare i valori: trama layers add valori.csv --as indicatori_comuni."
    )
    en = (
        "No indicator of the index “{what}” has data: run trama storm run and trama warm run first, "
        "or load values with trama layers add."
    )


class BadWeights(BadInput):
    """A file of weights cannot be used."""

    it = "I pesi di {file} non sono utilizzabili: {why}"
    en = "The weights of {file} cannot be used: {why}"


class BadGrain(BadInput):
    """Neither comuni nor UPA."""

    it = "«{given}» non è un dettaglio dell'indice: scegliere comuni o upa."
    en = "“{given}” is not a level of the index: choose comuni or upa."

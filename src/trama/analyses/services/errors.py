"""What can go wrong when the atlas of services is drawn."""

from __future__ import annotations

from trama.kernel.errors import BadInput, NotFound, Unavailable


class MissingLayers(Unavailable):
    """What the atlas counts is not in the lake."""

    it = (
        "Per l'atlante dei servizi mancano questi livelli: {layers}. Costruire il territorio dimostrativo "
        "con «trama demo build», oppure caricare gli elenchi con «trama layers add»."
    )
    en = "The atlas of services needs these layers: {layers}. Build the demonstration or load the lists."


class UnknownVoices(BadInput):
    """The services name voices that the taxonomy does not have."""

    it = (
        "I servizi nominano voci che la tassonomia non ha: {voices}. Correggere la colonna «voce» "
        "dell'elenco, oppure aggiungere le voci alle norme dell'ente."
    )
    en = "The services name voices the taxonomy does not have: {voices}. Correct the list or add them."


class UnknownPlace(NotFound):
    """No comune has this code or this name."""

    it = "«{what}» non è un comune del territorio: indicare il codice ISTAT di sei cifre o il nome."
    en = "“{what}” is not a comune of the territory: give its six-digit ISTAT code or its name."


class NoAtlas(Unavailable):
    """The atlas has not been drawn yet."""

    it = "L'atlante dei servizi non è ancora stato fatto: eseguire «trama servizi atlante»."
    en = "The atlas of services has not been drawn yet: run “trama servizi atlante”."

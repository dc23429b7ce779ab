"""What can go wrong when the Atlante dei LUM is made, read or redrawn."""

from __future__ import annotations

from trama.kernel.errors import BadInput, NotFound, Unavailable


class MissingLayers(Unavailable):
    """The atlas cannot begin without stops and comuni."""

    it = (
        "Per l'atlante dei LUM mancano questi livelli: {layers}. Costruire il territorio dimostrativo con "
        "«trama demo build», oppure caricare un orario GTFS o un elenco di fermate con "
        "«trama layers add FILE --as fermate»."
    )
    en = (
        "The atlas of LUM lacks these layers: {layers}. Build the demonstration with “trama demo build”, or "
        "load a GTFS or a list of stops with “trama layers add FILE --as fermate”."
    )


class NoStops(Unavailable):
    """No stop outside the capital has a level with a radius."""

    it = (
        "Nessuna fermata fuori dal capoluogo ha un livello con un raggio: {why}. Controllare le colonne "
        "«modo», «livello» e «partenze_ora» del livello «fermate»."
    )
    en = "No stop outside the capital has a level with a radius: {why}. Check mode, level, headways."


class NoAtlas(Unavailable):
    """Nobody has made the atlas yet."""

    it = "L'atlante dei LUM non è ancora stato calcolato: eseguire «trama lum atlante»."
    en = "The atlas of LUM has not been computed yet: run “trama lum atlante”."


class NoSuchLum(NotFound):
    """No LUM has that code."""

    it = "Il LUM «{what}» non esiste. {hint}"
    en = "There is no LUM “{what}”. {hint}"


class BadShape(BadInput):
    """A file holds no perimeter that can be checked."""

    it = "«{name}» non contiene un perimetro da verificare: {why}"
    en = "“{name}” holds no perimeter to check: {why}"

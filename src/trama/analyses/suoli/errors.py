"""What can go wrong when the soils map is drawn, or land take is asked about."""

from __future__ import annotations

from trama.kernel.errors import BadInput, Unavailable


class MissingLayers(Unavailable):
    """The lake lacks layers without which there is no map."""

    it = (
        "Per la carta dei suoli mancano questi livelli: {layers}. Costruire il territorio dimostrativo con "
        "«trama demo build», oppure caricare i dati con «trama layers add» ed eseguire «trama storm run»."
    )
    en = (
        "The soils map lacks these layers: {layers}. Build the demonstration with “trama demo build”, "
        "or load the data with “trama layers add” and run “trama storm run”."
    )


class NoService(Unavailable):
    """Not one service has a layer."""

    it = (
        "Nessun servizio ecosistemico ha un livello da cui leggere l'offerta: eseguire «trama storm run» e "
        "«trama warm run», poi di nuovo questo comando."
    )
    en = "No ecosystem service has a layer to read: run “trama storm run” and “trama warm run” first."


class WrongGrid(BadInput):
    """A layer is not on the grid of the land cover."""

    it = (
        "Il livello «{layer}» non è sulla griglia dell'uso del suolo: ricalcolarlo o caricarlo di nuovo "
        "sulla stessa griglia ({grid})."
    )
    en = "Layer “{layer}” is not on the land-cover grid: recompute it, or load it again on it ({grid})."


class TooLarge(BadInput):
    """The polygon is larger than any land take."""

    it = "L'area misura {area} ha: se ne calcola il consumo fino a {most} ha. Controllare disegno e unità."
    en = (
        "The area measures {area} ha: land take is computed up to {most} ha. Check the drawing and the units."
    )


class BadShare(BadInput):
    """A share or an intensity outside 0-100 or 0-1."""

    it = "«{what}» vale {given}: deve stare tra {least} e {most}."
    en = "“{what}” is {given}: it must lie between {least} and {most}."


class NoData(BadInput):
    """Under the polygon there is no land cover or no soil."""

    it = "Sotto quest'area mancano l'uso del suolo o il gruppo idrologico: non si può dire che cosa si perde."
    en = "Under this area land cover or soil group is missing: what is lost cannot be told."

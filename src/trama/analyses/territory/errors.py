"""What can go wrong when an analysis is laid on the territory."""

from __future__ import annotations

from trama.kernel.errors import BadInput, Unavailable


class MissingLayers(Unavailable):
    """The lake lacks layers that an analysis reads."""

    it = (
        "{analysis} ha bisogno di questi livelli, che non ci sono ancora: {layers}. "
        "Costruire il territorio dimostrativo con «trama demo build», "
        "oppure caricare i dati con «trama layers add FILE --as {first}»."
    )
    en = (
        "{analysis} needs these layers, which are not there yet: {layers}. "
        "Build the demonstration territory with “trama demo build”, "
        "or load the data with “trama layers add FILE --as {first}”."
    )


class UnknownScheme(BadInput):
    """There is no land-cover table of that name."""

    it = "La classificazione di uso del suolo «{given}» non ha una tabella nelle norme. Ammesse: {known}."
    en = "Land-cover scheme “{given}” has no table in the norms. Known: {known}."


class UnknownClasses(BadInput):
    """A raster holds codes that its table does not explain."""

    it = (
        "Il livello «{layer}» contiene codici che la tabella {table} non prevede: {codes}. "
        "Aggiungerli alla tabella delle norme o correggere il livello e ricaricarlo."
    )
    en = (
        "Layer “{layer}” holds codes that table {table} does not know: {codes}. "
        "Add them to the norms' table, or mend the layer and load it again."
    )


class WrongGrid(BadInput):
    """A raster cannot be laid over the territory as it is."""

    it = "La griglia di «{layer}» non si può usare: {why}"
    en = "The grid of “{layer}” cannot be used: {why}"


class NoOverlap(BadInput):
    """The land cover does not touch the comuni."""

    it = (
        "Nessuna cella di «uso_suolo» con un valore cade dentro i comuni: "
        "controllare che il livello copra il territorio e ricaricarlo."
    )
    en = "No land-cover cell with a value lies within the comuni: check the layer's extent and load it again."


class MissingManifest(Unavailable):
    """The norms do not describe a layer that an analysis makes."""

    it = "Le norme caricate non descrivono il livello «{layer}»: aggiungere loro strati/{layer}.yaml."
    en = "The loaded norms do not describe layer “{layer}”: add strati/{layer}.yaml to them."

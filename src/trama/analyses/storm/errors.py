"""What can go wrong when STORM runs."""

from __future__ import annotations

from trama.kernel.errors import BadInput, Unavailable


class MissingLayers(Unavailable):
    """The lake lacks layers that STORM reads."""

    it = (
        "STORM ha bisogno di questi livelli, che non ci sono ancora: {layers}. "
        "Costruire il territorio dimostrativo con «trama demo build», "
        "oppure caricare i dati con «trama layers add FILE --as {first}»."
    )
    en = (
        "STORM needs these layers, which are not there yet: {layers}. "
        "Build the demonstration territory with “trama demo build”, "
        "or load the data with “trama layers add FILE --as {first}”."
    )


class BadRain(BadInput):
    """The rain depth is not one that can fall."""

    it = (
        "La pioggia «{given}» non è utilizzabile: indicare un'altezza in millimetri tra 0 (escluso) e {most}."
    )
    en = "Rain “{given}” cannot be used: give a depth in millimetres between 0 (excluded) and {most}."


class BadLambda(BadInput):
    """Lambda is not a share."""

    it = "λ vale «{given}»: deve stare tra 0 e 1 (di solito 0,05-0,2)."
    en = "Lambda is “{given}”: it must lie between 0 and 1 (usually 0.05-0.2)."


class UnknownProposal(BadInput):
    """The K-dren weighting asked for does not exist or cannot be computed with the layers there are."""

    it = "La proposta di pesi «{given}» per K-dren non è calcolabile: scegliere k1 o k2.{why}"
    en = "K-dren weighting “{given}” cannot be computed: choose k1 or k2.{why}"


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
    """The norms do not describe a layer that STORM makes."""

    it = "Le norme caricate non descrivono il livello «{layer}»: aggiungere loro strati/{layer}.yaml."
    en = "The loaded norms do not describe layer “{layer}”: add strati/{layer}.yaml to them."

"""What can go wrong when WARM runs on the lake."""

from __future__ import annotations

from trama.kernel.errors import BadInput


class BadTemperature(BadInput):
    """A temperature that no summer night has: most often kelvin given as Celsius."""

    it = "{what} vale {given} °C, che non è la temperatura di una notte d'estate: {why}"
    en = "{what} is {given} °C, which no summer night has: {why}"


class BadHeatIsland(BadInput):
    """The heat island asked for is not one."""

    it = "L'isola di calore massima è «{given}»: indicare un numero di gradi tra 0 (escluso) e 20."
    en = "The maximum heat island is “{given}”: give degrees between 0 (excluded) and 20."


class NoObservation(BadInput):
    """The observed temperature was asked for, and there is none."""

    it = (
        "Non c'è una temperatura osservata: caricarla con "
        "«trama layers add FILE.tif --as temperatura_notte_osservata», oppure chiedere il modello."
    )
    en = (
        "There is no observed temperature: load one with "
        "“trama layers add FILE.tif --as temperatura_notte_osservata”, or ask for the model."
    )


class NotForObserved(BadInput):
    """A parameter of the model was given while an observed temperature is used."""

    it = (
        "L'isola di calore massima serve al modello, e qui si usa la temperatura osservata: "
        "togliere --uhi-max, oppure aggiungere «--fonte modello»."
    )
    en = "The maximum heat island belongs to the model, and the observed temperature is used: drop it."


class NoReference(BadInput):
    """No green cell from which to take the reference of an observed temperature."""

    it = (
        "La carta osservata non ha celle di verde o campagna nei comuni da cui prendere il riferimento: "
        "indicarlo con --t-ref."
    )
    en = "The observed map has no green or open land in the comuni to take the reference from: give --t-ref."


class UnknownReferenceRule(BadInput):
    """The norms ask for a rule of reference that this version does not know."""

    it = "La regola «{given}» per il riferimento di una temperatura osservata non è nota: usare media_verde."
    en = "Rule “{given}” for the reference of an observed temperature is not known: use media_verde."


class NoObservedCells(BadInput):
    """The observed temperature does not touch the comuni."""

    it = (
        "La carta osservata della temperatura non ha alcun valore dentro i comuni: controllare che copra il "
        "territorio e ricaricarla, oppure aggiungere «--fonte modello»."
    )
    en = "The observed temperature has no value within the comuni: check its extent, or use the model."

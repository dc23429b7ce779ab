"""What a person can get wrong when asking for a volume of hydraulic invariance."""

from __future__ import annotations

from trama.kernel.errors import BadInput


class SurfacesDoNotSum(BadInput):
    """The declared surfaces do not make up the declared total."""

    it = (
        "Le superfici dichiarate sommano {found} m², ma l'intervento ne misura {total}: differenza {gap} m². "
        "Correggere una delle superfici o il totale."
    )
    en = (
        "The declared surfaces sum to {found} m², but the intervention measures {total}: off by {gap} m². "
        "Correct a surface or the total."
    )


class BadSurface(BadInput):
    """A surface is negative, not a number, or there is none."""

    it = "La superficie «{kind}» vale {area}: indicare un numero di metri quadrati, zero o positivo."
    en = "The surface “{kind}” is {area}: give a number of square metres, zero or positive."


class NothingDrains(BadInput):
    """No surface takes part in the computation."""

    it = (
        "Nessuna superficie entra nel calcolo: indicare almeno una superficie impermeabile, semipermeabile o "
        "permeabile maggiore di zero."
    )
    en = "No surface takes part in the computation: give at least one draining surface larger than zero."


class BadCurve(BadInput):
    """A rainfall curve that cannot be one."""

    it = (
        "La curva di pioggia h = a·Dⁿ non è utilizzabile con {name} = {value}: "
        "a in millimetri deve essere maggiore di zero e n compreso tra 0 e 1, estremi esclusi."
    )
    en = (
        "The rainfall curve h = a·Dⁿ cannot be used with {name} = {value}: "
        "a, in millimetres, must be above zero and n between 0 and 1, both excluded."
    )


class BadReturnPeriod(BadInput):
    """A return period that no distribution has."""

    it = "Il tempo di ritorno {value} non è utilizzabile: indicare un numero di anni maggiore di 1."
    en = "The return period {value} cannot be used: give a number of years above 1."


class BadLimit(BadInput):
    """A limit discharge that is not positive."""

    it = (
        "La portata limite {value} l/s non è utilizzabile: indicare un valore maggiore di zero. "
        "Senza scarico il volume non ha un massimo e va progettato a parte."
    )
    en = (
        "The limit discharge {value} l/s cannot be used: give a value above zero. "
        "Without a discharge the volume has no maximum and must be designed apart."
    )

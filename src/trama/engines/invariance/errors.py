"""What a person can get wrong when asking for a volume of hydraulic invariance."""

from __future__ import annotations

from trama.kernel.errors import BadInput


class SurfacesDoNotSum(BadInput):
    """The declared surfaces do not make up the declared total."""

    it = (
        "Le superfici dichiarate sommano {found}, ma l'intervento misura {total}: {gap}. "
        "Correggere una delle superfici o il totale."
    )
    en = (
        "The declared surfaces sum to {found}, but the intervention measures {total}. "
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


class BadWork(BadInput):
    """A work with a measure that cannot be."""

    it = (
        "La misura «{name}» di un'opera vale {value} e non è utilizzabile: le misure sono in metri e "
        "maggiori di zero, i vuoti una quota tra 0 e 1, il franco minore dell'altezza."
    )
    en = (
        "The measure “{name}” of a work is {value} and cannot be used: measures are metres above zero, voids "
        "a share between 0 and 1, the freeboard less than the height."
    )


class BadOutlet(BadInput):
    """An outlet with a measure that cannot be."""

    it = (
        "La misura «{name}» dello scarico vale {value} e non è utilizzabile: diametro e coefficiente sono "
        "maggiori di zero, la quota sul fondo zero o più."
    )
    en = "The measure “{name}” of the outlet is {value} and cannot be used: it must be above zero."


class BadHorton(BadInput):
    """Horton's values that do not make a falling curve."""

    it = (
        "I parametri di Horton f0 = {f0}, fc = {fc}, k = {k} non sono utilizzabili: serve f0 ≥ fc ≥ 0 in "
        "mm/h e k maggiore di zero in 1/h."
    )
    en = "Horton's f0 = {f0}, fc = {fc}, k = {k} cannot be used: f0 ≥ fc ≥ 0 [mm/h] and k above zero [1/h]."


class Unsettled(BadInput):
    """Works that empty so fast that the volume found depends on the time step."""

    it = (
        "Il volume invasato cambia al ridursi del passo di calcolo: le opere si svuotano in pochi secondi. "
        "Ridurre la luce o la portata dello scarico, o controllarne le misure."
    )
    en = (
        "The volume stored depends on the time step: the works empty in seconds. Check the outlet's measures."
    )


class UnlikelyRain(BadInput):
    """An hour's rain that never fell."""

    it = (
        "La pioggia di un'ora indicata, a = {value} mm, supera quella che si accetta, {most} mm: "
        "a si scrive in millimetri."
    )
    en = "The hour's rain given, a = {value} mm, exceeds what is accepted, {most} mm: a is in millimetres."

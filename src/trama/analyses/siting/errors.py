"""What can go wrong when places for a service are sought."""

from __future__ import annotations

from trama.kernel.errors import BadInput


class UnknownArea(BadInput):
    """Neither a comune nor a zone."""

    it = "«{given}» non è né un comune (codice ISTAT o nome) né una zona omogenea ({zones})."
    en = "“{given}” is neither a comune (ISTAT code or name) nor a zone ({zones})."


class NotForThem(BadInput):
    """The service is not for the group that walks."""

    it = "«{what}» non è un servizio per il gruppo «{group}»: scegliere un altro gruppo o un'altra voce."
    en = "“{what}” is not a service for group “{group}”: choose another group or another entry."


class NotWalked(BadInput):
    """A service that the last run did not look for on foot."""

    it = "«{what}» non è tra i servizi cercati a piedi: i luoghi migliori si cercano solo per quelli."
    en = "“{what}” is not among the services sought on foot: places are sought for those alone."


class NoTimetable(BadInput):
    """Public transport is wanted where no timetable was loaded."""

    it = (
        "«{what}» vuole il trasporto pubblico, e nessun orario è stato caricato: caricare un GTFS con trama "
        "layers add e ripetere trama access run, oppure chiedere una voce a piedi."
    )
    en = (
        "“{what}” wants public transport, and no timetable was loaded: load a GTFS with trama layers add and "
        "repeat trama access run, or ask for an entry on foot."
    )


class CountsSeveral(BadInput):
    """A category of which more than the nearest counts."""

    it = (
        "Per «{what}» contano i {k} servizi più vicini: dove mettere il prossimo si cerca per una voce sola, "
        "come {voci}."
    )
    en = "For “{what}” the {k} nearest count: places are sought for one entry, such as {voci}."


class NobodyLacking(BadInput):
    """Nobody to serve: data are missing, or everybody has the service already."""

    it = (
        "In {area} nessun residente risulta oltre la soglia per «{what}»{why}. Provare una soglia più bassa "
        "o un'altra area."
    )
    en = "In {area} no resident is known to be beyond the threshold for “{what}”. Try a lower one."


class NoCandidate(BadInput):
    """No place to choose from."""

    it = "In {area} non c'è nessun luogo candidato{why}: scegliere un'area più grande{or_else}."
    en = "In {area} there is no candidate place: choose a larger area."


class TooManySites(BadInput):
    """More places than can be sought at once."""

    it = "Si possono cercare da 1 a {most} luoghi alla volta: {given} non va."
    en = "From 1 to {most} places can be sought at once: {given} will not do."


class OffTheNetwork(BadInput):
    """A given place is far from any street, or not a place."""

    it = "Il luogo {given} è lontano dalla rete pedonale (oltre {limit} m): spostarlo vicino a una via."
    en = "Place {given} is far from the walking network (over {limit} m): move it near a street."


class AreaTooLarge(BadInput):
    """The area is larger than any service."""

    it = (
        "L'area misura {area} ha: un luogo si giudica fino a {most} ha. Controllare il disegno, o segnare "
        "un punto."
    )
    en = "The area measures {area} ha: a site is judged up to {most} ha. Check the drawing, or mark a point."


class NoCriteria(BadInput):
    """The norms have no siting criteria."""

    it = "Le norme caricate non hanno criteri localizzativi dei servizi."
    en = "The norms loaded have no siting criteria of services."


class UnknownEntry(BadInput):
    """No entry of the taxonomy has that code."""

    it = "«{given}» non è una voce della tassonomia dei servizi ({known})."
    en = "“{given}” is not an entry of the taxonomy of services ({known})."

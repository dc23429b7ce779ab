"""What can be wrong with a timetable."""

from __future__ import annotations

from trama.kernel.errors import BadInput


class NotATimetable(BadInput):
    """The archive lacks the tables of a GTFS."""

    it = (
        "«{name}» non è un orario GTFS: nell'archivio manca {missing}. Chiedere l'orario intero a chi lo "
        "pubblica."
    )
    en = "“{name}” is no GTFS timetable: {missing} is missing from the archive. Ask for the whole timetable."


class ManyTimetables(BadInput):
    """The archive holds more than one timetable."""

    it = "«{name}» contiene più orari ({folders}): caricarli uno per volta, ciascuno nel suo .zip."
    en = "“{name}” holds several timetables ({folders}): load them one by one, each in its own .zip."


class TooManyPassages(BadInput):
    """The intervals ask for more passages than a day can have."""

    it = (
        "L'orario «{name}» chiede {passages} passaggi in un giorno con le sue frequenze, e il limite è "
        "{limit}: controllare frequencies.txt."
    )
    en = "Timetable “{name}” asks for {passages} passages in a day, above {limit}: check frequencies.txt."


class NoService(BadInput):
    """No trip runs on any day."""

    it = (
        "L'orario «{name}» non ha alcun giorno di servizio ({why}): controllare calendar.txt e "
        "calendar_dates.txt, o chiedere l'orario in vigore."
    )
    en = "Timetable “{name}” has no day of service ({why}): check calendar.txt and calendar_dates.txt."

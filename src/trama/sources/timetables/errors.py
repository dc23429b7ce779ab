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


class NoService(BadInput):
    """No trip runs on any day."""

    it = (
        "L'orario «{name}» non ha alcun giorno di servizio ({why}): controllare calendar.txt e "
        "calendar_dates.txt, o chiedere l'orario in vigore."
    )
    en = "Timetable “{name}” has no day of service ({why}): check calendar.txt and calendar_dates.txt."

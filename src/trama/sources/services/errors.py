"""What can be wrong with a source of services."""

from __future__ import annotations

from trama.kernel.errors import BadInput


class NoService(BadInput):
    """Nothing of the source is a service with a place."""

    it = "In «{name}» non c'è alcun servizio da mettere sulla mappa: {why}"
    en = "“{name}” holds no service to put on the map: {why}"


class UnknownCoverage(BadInput):
    """What is said of the coverage is not understood."""

    it = "La copertura «{what}» non si capisce: {hint}"
    en = "Coverage “{what}” is not understood."

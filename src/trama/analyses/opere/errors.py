"""What can stop the register of works from answering."""

from __future__ import annotations

from trama.kernel.errors import NotFound, Unavailable


class NoRegister(Unavailable):
    """No list of works was ever loaded."""

    it = (
        "Il registro delle opere finanziate è vuoto: caricare un elenco (CSV, GeoPackage o Shapefile) con "
        "«trama layers add FILE --as opere_finanziate», o dalla pagina del livello."
    )
    en = (
        "The register of funded works is empty: load a list with trama layers add FILE --as opere_finanziate."
    )


class UnknownFilter(NotFound):
    """A fund, state or comune asked for is in no work of the register."""

    it = "Nel registro non c'è {kind} «{what}». Ci sono: {hint}."
    en = "The register has no {kind} “{what}”. There are: {hint}."
    http_status = 400

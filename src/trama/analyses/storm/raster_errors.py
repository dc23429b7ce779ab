"""What `storm raster` alone can refuse, each with what to do. Nothing is written."""

from __future__ import annotations

from trama.kernel.errors import BadInput


class BadRain(BadInput):
    """The depth of the event is not a depth."""

    it = "La pioggia dell'evento deve essere un numero maggiore di zero e fino a {most} mm, non «{value}»."
    en = "The rain of the event must be a number above zero, up to {most} mm: “{value}” was given."


class BadLambda(BadInput):
    """The initial abstraction is not a share."""

    it = "Lambda deve stare tra 0 e 1: è stato dato «{value}»."
    en = "Lambda must lie between 0 and 1: “{value}” was given."


class BadSoilCodes(BadInput):
    """The soil raster has codes other than the four groups."""

    it = (
        "«{path}» contiene codici diversi da 1, 2, 3, 4 (gruppi A, B, C, D): {codes}. "
        "Correggerli, o dichiararli come assenza di dato (nodata)."
    )
    en = (
        "“{path}” holds codes other than 1, 2, 3, 4 (groups A, B, C, D): {codes}. "
        "Mend them, or declare them as no data."
    )

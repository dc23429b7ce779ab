"""What `warm raster` alone can refuse, each with what to do. Nothing is written."""

from __future__ import annotations

from trama.kernel.errors import BadInput


class BadTemperature(BadInput):
    """A temperature is not one of air in degrees Celsius."""

    it = (
        "La temperatura «{name}» è {value}: servono gradi Celsius tra {low} e {high} "
        "(un valore in kelvin si converte togliendo 273,15)."
    )
    en = "The temperature “{name}” is {value}: degrees Celsius (not kelvin) from {low} to {high} are needed."


class BadDistance(BadInput):
    """A distance is not one, or is beyond what cells so small can bear."""

    it = "La distanza «{name}» è {value} m: deve stare tra 0 e {most} m con celle di {cell} m."
    en = "The distance “{name}” is {value} m: it must lie between 0 and {most} m with cells of {cell} m."


class BadWeights(BadInput):
    """The weights of shade, albedo and evapotranspiration are not shares of one."""

    it = (
        "I pesi di ombra, albedo ed evapotraspirazione sono {shade}, {albedo} e {eti} e sommano a {total}: "
        "devono essere tra 0 e 1 e sommare a 1."
    )
    en = "Weights of shade, albedo and evapotranspiration are {shade}, {albedo}, {eti}: they must sum to 1."


class BadMethod(BadInput):
    """The method is not known."""

    it = "Il metodo «{value}» non esiste: scegliere «factors» (di giorno) o «intensity» (di notte)."
    en = "There is no method “{value}”: choose “factors” (by day) or “intensity” (by night)."


class BadEvapotranspiration(BadInput):
    """Reference evapotranspiration is negative, nowhere above zero, or beyond what any place has."""

    it = (
        "L'evapotraspirazione in «{path}» va da {low} a {high} mm: non può essere negativa, né zero "
        "dappertutto, né oltre {most}. Verificare il valore di dato mancante (nodata) e l'unità."
    )
    en = (
        "Evapotranspiration in “{path}” is {low} to {high} mm: it cannot be negative, zero everywhere, "
        "or above {most}. Check its no-data value and its unit."
    )


class NoEvapotranspiration(BadInput):
    """No cell of the area has evapotranspiration."""

    it = "«{path}» non ha alcun dato sull'area: verificare estensione e valore di dato mancante (nodata)."
    en = "“{path}” has no data on the area: check its extent and its no-data value."


class NotSquare(BadInput):
    """Cells are not square: distances would not be the same in all directions."""

    it = (
        "Le celle di «{path}» misurano {wide} x {high}: servono celle quadrate, "
        "perché le distanze si contano in celle. Ricampionare il raster."
    )
    en = "Cells of “{path}” measure {wide} x {high}: square cells are needed. Resample the raster."

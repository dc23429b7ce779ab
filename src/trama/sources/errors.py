"""What can be wrong with an original that somebody brings."""

from __future__ import annotations

from trama.kernel.errors import BadInput, NotFound


class MissingCrs(BadInput):
    """The file does not say its reference system."""

    it = "«{name}» non dichiara il sistema di riferimento: indicarlo con --crs (per esempio --crs 32632)."
    en = "“{name}” does not declare its reference system: give it with --crs (for example --crs 32632)."


class UnknownCrs(BadInput):
    """The code given for the reference system is none."""

    it = (
        "EPSG:{crs} non è un sistema di riferimento conosciuto: usare per esempio 32632 (UTM 32 Nord), "
        "6707 (RDN2008) o 3003 (Gauss-Boaga Ovest)."
    )
    en = "EPSG:{crs} is no known reference system: use for example 32632, 6707 or 3003."


class NoOverlap(BadInput):
    """Nothing of the file lies on the territory."""

    it = "«{name}» non tocca il territorio ({where}): controllare il sistema di riferimento o il ritaglio."
    en = "“{name}” does not touch the territory ({where}): check the reference system or the extent."


class NoValues(BadInput):
    """There are cells or features, and none holds a value."""

    it = "«{name}» non contiene alcun valore sul territorio: {why}"
    en = "“{name}” holds no value over the territory: {why}"


class UnreadableData(BadInput):
    """The format is right, the content is damaged."""

    it = "«{name}» è danneggiato o incompleto e non si legge: esportarlo di nuovo. ({why})"
    en = "“{name}” is damaged or incomplete and cannot be read: export it again. ({why})"


class MissingField(BadInput):
    """A column that the layer needs is not there."""

    it = "In «{name}» non c'è {what}. Campi presenti: {present}. {hint}"
    en = "“{name}” has no {what}. Fields present: {present}."


class WhichLayer(BadInput):
    """The file holds several layers and none was named."""

    it = "«{name}» contiene più livelli ({layers}): indicare quale con --layer."
    en = "“{name}” holds several layers ({layers}): say which with --layer."


class BadClassTable(BadInput):
    """The class table cannot be read."""

    it = "La tabella delle classi «{name}» non è utilizzabile: {why}"
    en = "The class table “{name}” cannot be used: {why}"


class NoGrid(NotFound):
    """Neither the layer nor the territory is there to say on which cells to write."""

    it = (
        "Per caricare «{layer}» serve il territorio: manca il livello «comuni». "
        "Costruirlo con: trama demo build."
    )
    en = "Loading “{layer}” needs the territory: layer “comuni” is missing. Build it with: trama demo build."

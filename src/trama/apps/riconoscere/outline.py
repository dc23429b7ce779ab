"""An outline from a file, or from coordinates written one corner a line."""

from __future__ import annotations

import re
from typing import BinaryIO

from trama.apps.riconoscere.errors import BadField
from trama.sources.interventions import Intervention, read_intervention

CRS_CHOICES = {
    "4326": "Longitudine e latitudine (WGS 84)",
    "32632": "WGS 84 / UTM 32N",
    "25832": "ETRS89 / UTM 32N",
    "6707": "RDN2008 / UTM 32N (Est, Nord)",
    "7791": "RDN2008 / UTM 32N",
    "3003": "Monte Mario / Italy 1 (Gauss-Boaga)",
}
_MOST_LINES = 5000
_NUMBERS = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


def read_outline(file: BinaryIO | None, name: str, *, text: str, crs: str) -> Intervention:
    """Return the intervention of an uploaded `file`, or of the corners in `text`.

    Raises
    ------
    BadField
        Neither is given, the system is not among those accepted, a line is not a pair of numbers.
    TramaError
        What the reader of interventions refuses, with what to do.
    """
    if crs and crs not in CRS_CHOICES:
        raise BadField(field="crs", why="scegliere un sistema di riferimento dall'elenco.")
    if file is not None:
        return read_intervention(file, name, crs=crs or None)
    ring = corners(text)
    geometry = {"type": "Polygon", "coordinates": [ring]}
    document: dict[str, object] = {"type": "Feature", "geometry": geometry, "properties": {}}
    if crs and crs != "4326":
        document["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{crs}"}}
    return Intervention.from_geojson(document, name="coordinate")


def corners(text: str) -> list[list[float]]:
    """Return the closed ring of the corners written one a line (or between semicolons), as two numbers.

    >>> corners("9,16 45,54; 9,17 45,54; 9.17, 45.55")
    [[9.16, 45.54], [9.17, 45.54], [9.17, 45.55], [9.16, 45.54]]
    """
    lines = [line for line in re.split(r"[\n;]+", text) if line.strip()]
    if not lines:
        raise BadField(field="coordinate", why="caricare un file, oppure scrivere un vertice per riga.")
    if len(lines) > _MOST_LINES:
        raise BadField(field="coordinate", why=f"ha più di {_MOST_LINES} righe: caricare un file.")
    ring = [pair(line, number) for number, line in enumerate(lines, start=1)]
    if len(ring) < 3:
        raise BadField(field="coordinate", why="servono almeno tre vertici, uno per riga.")
    return ring if ring[0] == ring[-1] else [*ring, ring[0]]


def pair(line: str, number: int) -> list[float]:
    """Return the two numbers of line `number` of what was written; raises `BadField`."""
    found = _NUMBERS.findall(line)
    if len(found) != 2 or _NUMBERS.sub("", line).strip(" ,\t\r"):
        raise BadField(
            field="coordinate",
            why=f"alla riga {number} servono due numeri, longitudine e latitudine (oppure est e nord, nel "
            f"sistema di riferimento scelto), per esempio 9,19 45,46: si legge «{line.strip()[:40]}».",
        )
    return [float(part.replace(",", ".")) for part in found]

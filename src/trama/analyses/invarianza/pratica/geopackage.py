"""A file as one point with its figures, for the map of the municipality."""

from __future__ import annotations

import tempfile
from pathlib import Path

import geopandas as gpd
from shapely.geometry import Point

from trama.analyses.invarianza.pratica.outcome import Outcome
from trama.kernel.errors import BadInput

CRS = "EPSG:32632"
LAYER = "invarianza"


class NoPlace(BadInput):
    """No coordinates: there is nothing to put on a map."""

    it = (
        "Per il GeoPackage serve la posizione: indicare Est e Nord dell'intervento (est_m, nord_m), "
        "in metri UTM 32N (EPSG:32632)."
    )
    en = "A GeoPackage wants a place: give est_m and nord_m of the intervention (EPSG:32632)."


def to_geopackage(outcome: Outcome) -> bytes:
    """Return the bytes of a GeoPackage with one point and the figures of the first page.

    Raises
    ------
    NoPlace
        The request has no coordinates.
    """
    found, what = outcome.found, outcome.found.request.intervento
    if what.est_m is None or what.nord_m is None:
        raise NoPlace
    row = {
        "nome": what.nome,
        "comune": what.comune,
        "esito": outcome.verdict,
        "classe": found.assessment.sealing.class_of_intervention,
        "criticita": str(found.assessment.criticality.value),
        "metodo": found.assessment.method,
        "volume_dovuto_m3": found.due_m3,
        "volume_opere_m3": found.provided_m3,
        "portata_limite_l_s": found.assessment.discharge.l_s,
        "portata_opere_l_s": found.most_l_s,
        "svuotamento_h": found.emptying.time_h if found.emptying else None,
        "ricettore": found.request.scarico.ricettore,
        "gestore": found.request.scarico.gestore,
        "giorno": outcome.day.isoformat(),
        "trace": outcome.trace().id,
    }
    frame = gpd.GeoDataFrame([row], geometry=[Point(what.est_m, what.nord_m)], crs=CRS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "invarianza.gpkg"
        frame.to_file(path, layer=LAYER, driver="GPKG")
        return path.read_bytes()

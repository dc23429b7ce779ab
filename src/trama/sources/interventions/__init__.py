"""A person's intervention: GeoJSON, GeoPackage, zipped Shapefile or DXF, checked and brought to metres."""

from trama.kernel.notices import Notice
from trama.sources.interventions.intervention import Intervention
from trama.sources.interventions.properties import Tipologia
from trama.sources.interventions.reading import MAX_BYTES, read_intervention, read_interventions

__all__ = [
    "MAX_BYTES",
    "Intervention",
    "Notice",
    "Tipologia",
    "read_intervention",
    "read_interventions",
]

"""A person's intervention: GeoJSON, GeoPackage, zipped Shapefile or DXF, checked and brought to metres."""

from trama.sources.interventions.intervention import Intervention
from trama.sources.interventions.location import ComuneShare, Location, locate
from trama.sources.interventions.properties import Tipologia
from trama.sources.interventions.raw import Notice
from trama.sources.interventions.reading import MAX_BYTES, read_intervention

__all__ = [
    "MAX_BYTES",
    "ComuneShare",
    "Intervention",
    "Location",
    "Notice",
    "Tipologia",
    "locate",
    "read_intervention",
]

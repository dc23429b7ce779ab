"""OpenStreetMap extracts: the walkable network and the services that their tags tell."""

from trama.sources.osm.network import WalkingNetwork, read_network
from trama.sources.osm.walkable import Walkability

NETWORK = "osm"
"""Kind of source of the layers of the walking network."""

__all__ = ["NETWORK", "Walkability", "WalkingNetwork", "read_network"]

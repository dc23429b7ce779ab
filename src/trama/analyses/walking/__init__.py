"""Walking on a network, the lake's (`network_of`) or anybody's files (nearest services, opportunities)."""

from trama.analyses.walking.network import Network, Shelf, network_of

__all__ = ["Network", "Shelf", "network_of"]

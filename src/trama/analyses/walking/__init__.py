"""Walking on a network, the lake's (`network_of`) or anybody's files (nearest services, opportunities)."""

from trama.analyses.walking.network import Network, network_of

__all__ = ["Network", "network_of"]

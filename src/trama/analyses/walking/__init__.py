"""Walking on the network, of the lake or of anybody's files: `network_of(lake)`, `access nearest`, `cumulative`."""

from trama.analyses.walking.network import Network, network_of

__all__ = ["Network", "network_of"]

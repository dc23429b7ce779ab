"""Trama: the working instrument of a metropolitan territorial plan."""

__version__ = "0.1.0"

"""Timetables: stops with their departures of a working day, and the links between them."""

from trama.sources.timetables.layers import read_stops

TIMETABLES = "gtfs"
"""Kind of source of the layers of stops and of links."""

__all__ = ["TIMETABLES", "read_stops"]

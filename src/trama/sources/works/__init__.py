"""The register of funded works: lists in CSV, GeoPackage or Shapefile, each row placed where it can be."""

from trama.sources.works.reading import read_works

LISTS = "opere"
"""Kind of source of the layers that are lists of works."""

__all__ = ["LISTS", "read_works"]

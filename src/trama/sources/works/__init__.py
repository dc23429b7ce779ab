"""The register of funded works: lists in CSV, GeoPackage or Shapefile, each row placed where it can be."""

from trama.sources.works.reading import read_works

__all__ = ["read_works"]

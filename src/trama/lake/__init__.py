"""Layers as files: manifests, immutable versions, provenance, checks, differences."""

from trama.lake.home import home, open_lake
from trama.lake.lake import Lake
from trama.lake.version import Version

__all__ = ["Lake", "Version", "home", "open_lake"]

"""Layers as files: manifests, immutable versions, provenance, checks, differences."""

from typing import TYPE_CHECKING

from trama.kernel.lazily import names_from
from trama.lake.home import home, open_lake

if TYPE_CHECKING:
    from trama.lake.lake import Lake
    from trama.lake.version import Version
else:
    __getattr__ = names_from(__name__, {"Lake": "trama.lake.lake", "Version": "trama.lake.version"})

__all__ = ["Lake", "Version", "home", "open_lake"]

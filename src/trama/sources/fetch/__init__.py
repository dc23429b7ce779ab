"""Fetch an official original, only when asked: a file, or a layer of an ArcGIS REST service."""

from __future__ import annotations

from pathlib import Path

from trama.kernel.layers import Manifest
from trama.sources.fetch.arcgis import fetch_layer
from trama.sources.fetch.download import LIMIT_BYTES, TIMEOUT_S, Progress, fetch_file
from trama.sources.fetch.errors import (
    BadAddress,
    ChecksumChanged,
    DownloadDiskFull,
    DownloadTooLarge,
    NoAddress,
    NoNetwork,
    NothingToFetch,
    ServerRefuses,
    ServiceChanged,
    ServiceRefuses,
)
from trama.sources.fetch.keeping import Fetched, address_of

__all__ = [
    "BadAddress",
    "ChecksumChanged",
    "DownloadDiskFull",
    "DownloadTooLarge",
    "Fetched",
    "NoAddress",
    "NoNetwork",
    "NothingToFetch",
    "ServerRefuses",
    "ServiceChanged",
    "ServiceRefuses",
    "address_of",
    "fetch",
]


def fetch(
    manifest: Manifest,
    folder: Path,
    progress: Progress | None = None,
    *,
    within: tuple[float, float, float, float] | None = None,
    accept_changed: bool = False,
    limit_bytes: int = LIMIT_BYTES,
    timeout_s: float = TIMEOUT_S,
) -> Fetched:
    """Fetch the original of `manifest` into `folder`, going on from an interrupted attempt.

    The checksum is kept beside the file (``.json``). One that differs from the previous download's leaves
    the previous file where it is, unless `accept_changed`.

    Parameters
    ----------
    within
        West, south, east, north in the metric system: what is asked of a service. A file comes whole.

    Raises
    ------
    NoAddress, NothingToFetch, BadAddress, ServerRefuses, NoNetwork, DownloadTooLarge, ChecksumChanged,
    DownloadDiskFull
        And, for a service, ServiceRefuses, ServiceChanged.
    """
    url = address_of(manifest)
    folder.mkdir(parents=True, exist_ok=True)
    if manifest.source.protocol == "arcgis":
        return fetch_layer(
            manifest, url, folder, progress, within=within, accept_changed=accept_changed, timeout_s=timeout_s
        )
    return fetch_file(
        manifest,
        url,
        folder,
        progress,
        accept_changed=accept_changed,
        limit_bytes=limit_bytes,
        timeout_s=timeout_s,
    )

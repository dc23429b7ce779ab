"""A fetched original: where it lies, its checksum beside it, the one before left alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from trama.kernel.layers import Manifest
from trama.lake.files import sha256_of, write_json
from trama.sources.fetch.errors import BadAddress, ChecksumChanged, NoAddress, NothingToFetch, page_of

_PLAIN = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Fetched:
    """A downloaded original.

    Attributes
    ----------
    resumed_from
        What was already there: bytes of a file, elements of a service.
    changed
        Whether its checksum differs from the one of the previous download.
    features
        Elements of a service; None for a file.
    classes
        Class table that the service's legend gave, where the codes are only there.
    """

    path: Path
    url: str
    sha256: str
    size_bytes: int
    resumed_from: int = 0
    changed: bool = False
    features: int | None = None
    classes: Path | None = None


def address_of(manifest: Manifest) -> str:
    """Return the address of the original; raises `NoAddress`, `NothingToFetch`, `BadAddress`."""
    url = manifest.source.url
    if manifest.source.computed:
        raise NothingToFetch(layer=manifest.id)
    if not url:
        raise NoAddress(
            layer=manifest.id, steward=manifest.source.body or manifest.steward, page=page_of(manifest)
        )
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
        raise BadAddress(layer=manifest.id, url=url)
    return url


def plain_name(text: str) -> str:
    """Return a file name made of plain characters; ``originale`` where nothing is left.

    >>> plain_name("Limiti%2001.zip"), plain_name("/")
    ('Limiti_01.zip', 'originale')
    """
    return _PLAIN.sub("_", unquote(text)).strip("._")[-80:] or "originale"


def keep(
    manifest: Manifest, url: str, part: Path, target: Path, said: dict[str, Any], *, accept_changed: bool
) -> tuple[str, int, bool]:
    """Give `part` its final name and write its checksum beside it; return checksum, bytes, changed.

    Raises
    ------
    ChecksumChanged
        It differs from the previous download's and that was not accepted: it lies aside, under ``.nuovo``.
    """
    record = target.with_name(f"{target.name}.json")
    found, size = sha256_of(part), part.stat().st_size
    before = json.loads(record.read_text(encoding="utf-8")).get("sha256") if record.is_file() else None
    changed = before is not None and before != found
    if changed and not accept_changed:
        aside = target.with_name(f"{target.name}.nuovo")
        part.replace(aside)
        raise ChecksumChanged(
            what="", hint="", layer=manifest.id, expected=str(before)[:12], found=found[:12], path=aside
        )
    part.replace(target)
    write_json(record, {"url": url, "sha256": found, "bytes": size, **said})
    return found, size, changed

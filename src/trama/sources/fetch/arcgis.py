"""A layer of an ArcGIS REST service, page by page, into one GeoPackage.

Each page is kept as it came, in a folder ``.part``, under a name that says its first element and how many it
holds; an interrupted download goes on after the last one, if the question and the count are still the same.
At the end elements are counted again and their ids must be all different: a service that changed meanwhile is
not sewn together.
"""

from __future__ import annotations

import csv
import http.client
import json
import os
import shutil
import urllib.error
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from trama.kernel.layers import Manifest
from trama.kernel.places import METRIC_EPSG
from trama.lake.files import write_json
from trama.sources.fetch.errors import (
    ChecksumChanged,
    DownloadTooLarge,
    ServiceChanged,
    network_trouble,
)
from trama.sources.fetch.keeping import Fetched, keep, plain_name
from trama.sources.fetch.service import Box, LayerSaid, Service

if TYPE_CHECKING:
    import geopandas

LIMIT_FEATURES = 1_000_000
_QUESTION = "domanda.json"
_DAY = "2000-01-01T00:00:00.000Z"
"""Written in the GeoPackage in place of the clock: the same elements give the same checksum."""


def fetch_layer(
    manifest: Manifest,
    url: str,
    folder: Path,
    progress: Callable[[int, int | None], None] | None,
    *,
    within: Box | None,
    accept_changed: bool,
    timeout_s: float,
) -> Fetched:
    """Ask a layer for its elements within a box and write them as one GeoPackage in the metric system.

    Raises
    ------
    ServiceRefuses, ServiceChanged, ServerRefuses, NoNetwork, DownloadTooLarge, ChecksumChanged,
    DownloadDiskFull
    """
    service = Service(manifest, url.partition("?")[0].rstrip("/"), within, timeout_s)
    target = folder / f"{manifest.id}-{_service_name(service.url)}.gpkg"
    pages = target.with_name(f"{target.name}.part")
    try:
        said = service.describe()
        count = _count(service)
        resumed = _collect(service, said, count, pages, progress)
        if (now := service.count()) != count:
            raise _changed(service, pages, f"erano {count} elementi e sono {now}")
        whole = _sew(service, said, count, pages)
        legend = _write_legend(said, target)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, OSError) as error:
        done = f"{sum(number for _, number, _ in _kept(pages))} elementi"
        raise network_trouble(manifest, error, folder, done) from error
    about = {"where": manifest.source.where or "1=1", "within": within, "features": count}
    try:
        found, size, changed = keep(manifest, url, whole, target, about, accept_changed=accept_changed)
    except ChecksumChanged:
        shutil.rmtree(pages)
        raise
    shutil.rmtree(pages)
    return Fetched(target, url, found, size, resumed, changed, count, legend)


def _count(service: Service) -> int:
    count = service.count()
    if count == 0:
        raise service.refuses(
            "non ha elementi nel territorio.", "Controllare il filtro «where» della scheda."
        )
    if count > LIMIT_FEATURES:
        raise DownloadTooLarge(layer=service.manifest.id, limit=f"{LIMIT_FEATURES} elementi")
    return count


def _collect(
    service: Service,
    said: LayerSaid,
    count: int,
    pages: Path,
    progress: Callable[[int, int | None], None] | None,
) -> int:
    """Bring every page to the folder; return how many elements were already there."""
    question: dict[str, Any] = {
        "url": service.url,
        "where": service.manifest.source.where,
        "within": list(service.within) if service.within else None,
        "count": count,
        "edited": said.edited,
    }
    if _read_question(pages) != question:
        shutil.rmtree(pages, ignore_errors=True)
        pages.mkdir(parents=True)
        write_json(pages / _QUESTION, question)
    ids = None if said.pages else service.ids()
    if ids is not None and len(ids) != count:
        raise _changed(service, pages, f"erano {count} elementi e sono {len(ids)}")
    resumed = done = sum(number for _, number, _ in _kept(pages))
    while done < count:
        answer = service.page(said, done, ids)
        number = len(answer["features"])
        if number == 0:
            raise _changed(service, pages, f"dopo {done} elementi su {count} non ne dà altri")
        _write_page(pages / f"{done:09d}-{number:06d}.json", answer)
        done += number
        if progress:
            progress(done, count)
    if done != count:
        raise _changed(service, pages, f"erano {count} elementi e ne ha dati {done}")
    return resumed


def _sew(service: Service, said: LayerSaid, count: int, pages: Path) -> Path:
    """Write the pages as one GeoPackage and return it; ids must be all there, each once."""
    import pandas as pd
    import pyogrio
    from pyogrio.errors import DataSourceError

    try:
        table = pd.concat([_read_page(service, path) for _, _, path in _kept(pages)], ignore_index=True)
    except (DataSourceError, ValueError) as error:
        shutil.rmtree(pages)
        raise service.refuses("una delle risposte non si legge.", "Ripetere il comando.") from error
    if len(table) != count or (said.key in table.columns and not table[said.key].is_unique):
        raise _changed(service, pages, "lo stesso elemento è arrivato due volte")
    whole = pages / "intero.gpkg"
    whole.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _DAY})
    try:
        pyogrio.write_dataframe(table, whole, layer=service.manifest.id, driver="GPKG", promote_to_multi=True)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    return whole


def _read_page(service: Service, path: Path) -> geopandas.GeoDataFrame:
    """Read a page in the reference system it declares, which some services choose against what was asked."""
    import geopandas
    import pyogrio

    page = pyogrio.read_dataframe(f"ESRIJSON:{path.resolve()}", force_2d=True, on_invalid="ignore")
    if not isinstance(page, geopandas.GeoDataFrame):
        raise service.refuses("i suoi elementi non hanno una forma.")
    if page.crs is None:
        raise service.refuses("non dice in quale sistema di riferimento sono le coordinate.")
    return page if page.crs.to_epsg() == METRIC_EPSG else page.to_crs(METRIC_EPSG)


def _write_page(path: Path, answer: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as out:
        json.dump(answer, out, ensure_ascii=False)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


def _write_legend(said: LayerSaid, target: Path) -> Path | None:
    if not said.legend:
        return None
    path = target.with_name(f"{target.stem}-classi.csv")
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";", lineterminator="\n")
        writer.writerow(["valore", "codice"])
        writer.writerows([text, code] for code, text in sorted((c, text) for text, c in said.legend.items()))
    part.replace(path)
    return path


def _kept(pages: Path) -> list[tuple[int, int, Path]]:
    """Return the pages there are, from the first without gaps: first element, number, file."""
    found = []
    done = 0
    for path in sorted(pages.glob("*-*.json")):
        first, _dash, number = path.stem.partition("-")
        if int(first) != done:
            break
        found.append((done, int(number), path))
        done += int(number)
    return found


def _read_question(pages: Path) -> Any:
    try:
        return json.loads((pages / _QUESTION).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _changed(service: Service, pages: Path, why: str) -> ServiceChanged:
    shutil.rmtree(pages, ignore_errors=True)
    return ServiceChanged(what="", hint="", layer=service.manifest.id, host=service.host, why=why)


def _service_name(url: str) -> str:
    """Return ``dusaf7-1`` for ``.../territorio/dusaf7/MapServer/1``."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    return plain_name("-".join([*parts[-3:-2], *parts[-1:]]))

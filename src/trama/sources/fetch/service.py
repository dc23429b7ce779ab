"""The dialogue with one layer of an ArcGIS REST service: describe, count, answer a page.

Parameters and answers are those of Esri's "Query (Map Service/Layer)". What services do besides: an error is
an object ``error`` in an answer with HTTP status 200; a page holds at most ``maxRecordCount`` elements
whatever was asked, so the next begins after those that came; old ones cannot page, but give all ids at once.
The format asked is Esri's own JSON: every service has it, and it declares its reference system.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from trama.kernel.layers import Manifest
from trama.kernel.places import METRIC_EPSG
from trama.sources.fetch.download import AGENT
from trama.sources.fetch.errors import ServiceRefuses, page_of

ATTEMPTS = 3
PAUSE_S = 2.0
"""How many times a question is asked; how long after the first trouble it is asked again, then twice that."""
ANSWER_BYTES = 200_000_000
USUAL_PAGE = 1000
_TRANSIENT = ("failed to execute", "unable to complete", "timeout", "timed out", "unavailable")
_ACCESS = (401, 403, 498, 499)

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class LayerSaid:
    """What a layer says of itself.

    Attributes
    ----------
    key
        Its column of object ids.
    page
        Most elements of an answer.
    pages
        Whether it can be asked by pages.
    edited
        Stamp of its last edit, where it tells; part of what an interrupted download is recognised by.
    legend
        Label → code, where the code is in the legend and not among the columns.
    """

    key: str
    page: int
    pages: bool
    edited: str
    columns: tuple[str, ...]
    legend: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Service:
    """One layer of a service, asked with the manifest's condition within a box."""

    manifest: Manifest
    url: str
    within: Box | None
    timeout_s: float

    @property
    def host(self) -> str:
        """Name of the machine that answers."""
        return urlsplit(self.url).netloc

    def describe(self) -> LayerSaid:
        """Ask the layer what it is; raises `ServiceRefuses` where it holds no elements to ask for."""
        said = self._ask("", {})
        fields = [one for one in said.get("fields") or () if isinstance(one, dict) and one.get("name")]
        if not fields or "query" not in str(said.get("capabilities") or "query").lower():
            kind = said.get("type") or "non è un livello"
            raise self.refuses(f"l'indirizzo non è di un livello con elementi da chiedere ({kind}).")
        keys = [str(one["name"]) for one in fields if one.get("type") == "esriFieldTypeOID"]
        columns = tuple(str(one["name"]) for one in fields)
        advanced = said.get("advancedQueryCapabilities") or {}
        return LayerSaid(
            key=str(said.get("objectIdField") or (keys[0] if keys else "OBJECTID")),
            page=max(1, int(said.get("maxRecordCount") or USUAL_PAGE)),
            pages=bool(advanced.get("supportsPagination", True)),
            edited=str((said.get("editingInfo") or {}).get("lastEditDate") or ""),
            columns=columns,
            legend=_legend(said, columns),
        )

    def count(self) -> int:
        """Return how many elements there are."""
        found = self._ask("/query", {**self._asked(), "returnCountOnly": "true"}).get("count")
        if not isinstance(found, int):
            raise self.refuses("non dice quanti elementi ha.")
        return found

    def ids(self) -> list[int]:
        """Return the ids of all elements, in order: the one answer that the limit does not cut."""
        found = self._ask("/query", {**self._asked(), "returnIdsOnly": "true"}).get("objectIds") or []
        return sorted(int(one) for one in found)

    def page(self, said: LayerSaid, start: int, ids: list[int] | None) -> dict[str, Any]:
        """Return the answer that begins at element `start`, in the order of the ids."""
        asked = self._asked() | {
            "outFields": "*",
            "returnGeometry": "true",
            "outSR": str(METRIC_EPSG),
            "orderByFields": f"{said.key} ASC",
        }
        if ids is None:
            asked |= {"resultOffset": str(start), "resultRecordCount": str(said.page)}
        else:
            first, last = ids[start], ids[min(start + said.page, len(ids)) - 1]
            asked["where"] = f"({asked['where']}) AND {said.key} >= {first} AND {said.key} <= {last}"
        answer = self._ask("/query", asked)
        if not isinstance(answer.get("features"), list):
            raise self.refuses("una risposta non contiene elementi.")
        return answer

    def refuses(self, why: str, hint: str = "") -> ServiceRefuses:
        """Return the error that says why the service is of no use."""
        return ServiceRefuses(
            what="",
            layer=self.manifest.id,
            host=self.host,
            why=why,
            hint=hint or "Scaricarlo a mano e usare trama layers add.",
            page=page_of(self.manifest),
        )

    def _asked(self) -> dict[str, str]:
        asked = {"where": self.manifest.source.where or "1=1"}
        if self.within is not None:
            box = dict(zip(("xmin", "ymin", "xmax", "ymax"), self.within, strict=True))
            asked |= {
                "geometry": json.dumps({**box, "spatialReference": {"wkid": METRIC_EPSG}}),
                "geometryType": "esriGeometryEnvelope",
                "spatialRel": "esriSpatialRelIntersects",
                "inSR": str(METRIC_EPSG),
            }
        return asked

    def _ask(self, path: str, asked: dict[str, str]) -> dict[str, Any]:
        """Ask, and again after a pause where the trouble may pass; the last trouble is raised."""
        for attempt in range(1, ATTEMPTS):
            try:
                return self._once(path, asked)
            except ServiceRefuses as error:
                if not error.fields.get("transient"):
                    raise
            except urllib.error.HTTPError as error:
                if error.code < http.client.INTERNAL_SERVER_ERROR:
                    raise
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(PAUSE_S * attempt)
        return self._once(path, asked)

    def _once(self, path: str, asked: dict[str, str]) -> dict[str, Any]:
        address = f"{self.url}{path}?{urlencode({**asked, 'f': 'json'})}"
        request = urllib.request.Request(address, headers={"User-Agent": AGENT})  # noqa: S310 - looked at
        with urllib.request.urlopen(request, timeout=self.timeout_s) as answer:  # noqa: S310
            body = answer.read(ANSWER_BYTES + 1)
            if answer.length and len(body) <= ANSWER_BYTES:  # bytes promised and not come
                raise http.client.IncompleteRead(body, answer.length)
        if len(body) > ANSWER_BYTES:
            raise self.refuses(f"una risposta supera {ANSWER_BYTES / 1e6:.0f} MB.")
        try:
            found = json.loads(body)
        except ValueError:
            raise self.refuses("ha risposto con una pagina, non con dati.") from None
        if not isinstance(found, dict):
            raise self.refuses("la risposta non è quella di un servizio ArcGIS.")
        if "error" in found:
            raise self._said_error(found["error"])
        return found

    def _said_error(self, said: Any) -> ServiceRefuses:
        code = said.get("code") if isinstance(said, dict) else None
        message = said.get("message") if isinstance(said, dict) else said
        text = " ".join(str(message or "errore senza spiegazione").split())[:160].rstrip(".")
        number = code if isinstance(code, int) else 0
        transient = number >= http.client.INTERNAL_SERVER_ERROR or any(
            one in text.lower() for one in _TRANSIENT
        )
        hint = "Riprovare più tardi: riprende da dove era arrivato." if transient else ""
        if number in _ACCESS:
            hint = "Serve un accesso: scaricarlo a mano e usare trama layers add."
        error = self.refuses(f"risponde «{text}»{f' (codice {number})' if number else ''}.", hint)
        error.fields["transient"] = transient
        return error


def _legend(said: dict[str, Any], columns: tuple[str, ...]) -> dict[str, str]:
    """Return label → code of a legend by values whose field is not among the columns one can ask for."""
    renderer = (said.get("drawingInfo") or {}).get("renderer") or {}
    by = str(renderer.get("field1") or "")
    if renderer.get("type") != "uniqueValue" or by.upper() in {name.upper() for name in columns}:
        return {}
    codes: dict[str, set[str]] = {}
    for one in renderer.get("uniqueValueInfos") or ():
        label, code = str(one.get("label") or "").strip(), str(one.get("value") or "").strip()
        if label and code.isdigit():
            codes.setdefault(label, set()).add(code)
    return {label: found.pop() for label, found in codes.items() if len(found) == 1}

"""Writes: an original comes in and its checks begin; what was refused is mended; analyses run again."""

from __future__ import annotations

from datetime import date
from typing import Any

from trama.apps.conoscere.arrivals import store
from trama.apps.conoscere.arrivals.brought import brought
from trama.apps.conoscere.arrivals.form import ArrivalForm
from trama.apps.conoscere.arrivals.wording import Refused, check_class_table, refused, worded
from trama.apps.lavori import actions as work
from trama.apps.lavori.models import Lavoro
from trama.kernel.errors import TramaError
from trama.kernel.layers import Manifest
from trama.lake.files import sha256_of_json
from trama.sources.opening import extracted, opened
from trama.sources.plausible import BadReason, read_reason
from trama.sources.timetables.layers import is_timetable

ARRIVAL, STORM, WARM, ROOM = "arrivo", "storm", "warm", "stanza"


def take_in(form: ArrivalForm, earlier: dict[str, Any]) -> Lavoro:
    """Keep what a valid form brought and begin the checks; the same twice is one piece of work.

    Parameters
    ----------
    earlier
        The request of the work that this one puts right, or nothing: its files stand where none is brought.

    Raises
    ------
    Refused
        With the field of the form: the file is not of an accepted format, is an unsafe archive, the class
        table cannot be used. Nothing is kept.
    """
    store.sweep()
    said = form.cleaned_data
    new: list[str] = []
    try:
        place = _kept(said.get("file"), earlier.get("file", ""), new)
        classes = _kept(said.get("classi"), earlier.get("classes", ""), new)
        _recognise(form.manifest, place, said.get("interno") or form.manifest.source.inner)
        if classes:
            check_class_table(store.path_of(classes))
    except TramaError as error:
        for one in new:
            store.discard(one)
        raise error if isinstance(error, Refused) else refused(error) from error
    request = {
        "layer": form.manifest.id,
        "file": place,
        "classes": classes,
        "source": said["fonte"],
        "licence": said["licenza"],
        "edition": said["giorno"],
        "crs": said.get("crs"),
        "inner": said.get("interno") or None,
        "field": said.get("colonna") or None,
        "columns": form.columns(),
        "coverage": said.get("copertura") or "",
        "covers": said.get("comuni") or "",
        "repair": False,
    }
    row, fresh = _begin(request, form.manifest.title)
    if not fresh:
        for one in new:
            store.discard(one)
    return row


def mend(request: dict[str, Any], title: str) -> Lavoro:
    """Do again the work that found something to mend, mending it; raises `Gone` without the file."""
    store.path_of(request["file"])
    return _begin({**request, "repair": True}, title)[0]


def confirm(row: Lavoro, reason: str, title: str) -> Lavoro:
    """Do again the work that found unusual values, taking them as true.

    What else stopped it, or had been mended already, is mended: a file in kelvin can have true extremes.

    Raises
    ------
    Gone
        Without the file.
    Refused
        Without a reason, or with an endless one.
    """
    try:
        reason = read_reason(reason)
    except BadReason as error:
        raise Refused(sentence=error.text(), field="motivo") from error
    request = row.request
    store.path_of(request["file"])
    repair = request["repair"] or bool(row.result and worded(row.result["report"])["riparabile_altro"])
    return _begin({**request, "repair": repair, "confirm": reason}, title)[0]


def run_storm_again(rain_mm: float, day: date) -> Lavoro:
    """Begin a run of STORM, unless one is going on: then that one is returned."""
    request = {"rain_mm": rain_mm, "day": day.isoformat()}
    return work.begin(STORM, key=STORM, title="Ricalcolo di STORM", request=request)[0]


def run_warm_again(day: date) -> Lavoro:
    """Begin a run of WARM, unless one is going on: then that one is returned."""
    return work.begin(WARM, key=WARM, title="Ricalcolo di WARM", request={"day": day.isoformat()})[0]


def run_room_again(analysis: str, name: str, day: date) -> Lavoro:
    """Begin a run of soils, Rete Verde or indices, unless one is going on: then that one is returned."""
    request = {"analysis": analysis, "day": day.isoformat()}
    return work.begin(ROOM, key=f"{ROOM}/{analysis}", title=f"Ricalcolo: {name}", request=request)[0]


def _begin(request: dict[str, Any], title: str) -> tuple[Lavoro, bool]:
    content = {**request, "file": store.fingerprint(request["file"])}
    content["classes"] = store.fingerprint(request["classes"]) if request["classes"] else ""
    key = f"{ARRIVAL}/{request['layer']}/{sha256_of_json(content)}"
    return work.begin(ARRIVAL, key=key[:200], title=f"Nuova versione: {title}", request=request)


def _kept(uploaded: Any, earlier: str, new: list[str]) -> str:
    if uploaded is None:
        return earlier
    place = store.keep(uploaded)
    new.append(place)
    return place


def _recognise(manifest: Manifest, place: str, inner: str) -> None:
    """Open the file as the readers will, within the limits of a page, and close it again."""
    taken, path = brought(manifest), store.path_of(place)
    if taken.timetable and is_timetable(path):
        with extracted(path, store.LIMITS):
            return
    with opened(path, taken.formats, store.LIMITS, [inner] if inner else []):
        pass

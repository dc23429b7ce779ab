"""What has changed since an evaluation was made, and what evaluating again would change in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trama.analyses.freshness import differ
from trama.analyses.scheda.answer import show
from trama.apps.riconoscere.models import Valutazione
from trama.kernel.errors import TramaError
from trama.kernel.trace import ParameterUse
from trama.lake import Lake
from trama.norms import NormBook
from trama.norms.sheets import Sheet

BOUNDARIES = "comuni"
"""Read to locate the area, so always among what counts."""


@dataclass(frozen=True, slots=True)
class LayerChange:
    """A layer with a newer version; `before` is empty where the layer was not there."""

    layer: str
    title: str
    before: str
    now: str
    synthetic_before: bool
    synthetic_now: bool


@dataclass(frozen=True, slots=True)
class Freshness:
    """Newer layers, and parameters whose value for the same day is no longer the same."""

    layers: tuple[LayerChange, ...] = ()
    norms: tuple[str, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether evaluating again would read something else."""
        return bool(self.layers or self.norms)


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that a re-evaluation changes, as people read it."""

    what: str
    before: str
    after: str


def freshness(lake: Lake, book: NormBook, row: Valutazione) -> Freshness:
    """Compare what `row` was evaluated on with what is current."""
    if not row.results:
        return Freshness()
    return Freshness(tuple(_layers(lake, row)), tuple(_norms(lake, book, row)))


def differences(sheet: Sheet, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return every figure that differs between two answers of the same sheet."""
    labels = sheet.outcome_labels
    pairs = [
        (
            "Esito",
            labels.get(before["esito"]["classe"], ""),
            labels.get(after["esito"]["classe"], ""),
        ),
        *_numbers("Risposta del progetto", before["esito"], after["esito"], "punteggio", "point"),
        *_numbers("Risposta richiesta dal luogo", before["esito"], after["esito"], "richiesto", "point"),
        ("Comuni", _comuni(before), _comuni(after)),
        *_values(before["luogo"], after["luogo"]),
        *_criteria(before, after),
        *_values(list(before["domande"].values()), list(after["domande"].values())),
    ]
    return [Difference(what, one, other) for what, one, other in pairs if one != other]


def _layers(lake: Lake, row: Valutazione) -> Iterator[LayerChange]:
    used = {use["livello"] for answer in row.results.values() for use in answer["dati"]} | {BOUNDARIES}
    wanting = set().union(*(_wanting(answer) for answer in row.results.values()))
    for layer in lake.layers():
        before = row.pins.get(layer, "")
        if (before and layer not in used) or (not before and layer not in wanting):
            continue
        now = lake.version(layer)
        if now.id != before and (not before or differ(lake, now, before)):
            then = lake.version(layer, before) if before else None
            yield LayerChange(
                layer, now.manifest.title, before, now.id, bool(then and then.synthetic), now.synthetic
            )


def _wanting(answer: Mapping[str, Any]) -> set[str]:
    """Return the words of the notes that say which layer was missing."""
    rows = [*answer["luogo"], *answer["domande"].values()]
    rows += [row for part in answer["parti"].values() for row in part["criteri"].values()]
    return {word.strip(":,.;") for row in rows if row["fonte"] == "mancante" for word in row["nota"].split()}


def _norms(lake: Lake, book: NormBook, row: Valutazione) -> Iterator[str]:
    uses = [use for answer in row.results.values() for use in _parameters(lake, answer["trace"])]
    yield from dict.fromkeys(use.label for use in uses if not _still(book, use, row))


def _parameters(lake: Lake, trace: str) -> list[ParameterUse]:
    try:
        return lake.traces.load(trace).parameters()
    except TramaError:
        return []


def _still(book: NormBook, use: ParameterUse, row: Valutazione) -> bool:
    """Tell whether a parameter, a row of it (``path[row]``) or some of its columns still say the same."""
    path, _, rest = use.path.partition("[")
    key, _, columns = rest.partition("]")
    try:
        now = book.value(path, row.day).use(only=key or None)
        if columns:
            return all(_plain(now.value[name]) == _plain(value) for name, value in use.value.items())
    except (TramaError, KeyError, TypeError):
        return False
    return _plain(now.value) == _plain(use.value) and now.status is use.status


def _plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _comuni(answer: Mapping[str, Any]) -> str:
    return ", ".join(f"{row['nome']} {show(100 * row['quota'], '%')}" for row in answer["comuni"])


def _numbers(
    what: str, before: Mapping[str, Any], after: Mapping[str, Any], key: str, unit: str
) -> list[tuple[str, str, str]]:
    return [(what, show(before[key], unit), show(after[key], unit))]


def _values(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    known = {row["chiave"]: row for row in before}
    for row in after:
        old = known.get(row["chiave"])
        was = show(old["valore"], old["unita"]) if old else "—"
        yield row["nome"], was, show(row["valore"], row["unita"])


def _criteria(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key, part in after["parti"].items():
        for name, row in part["criteri"].items():
            old = before["parti"].get(key, {}).get("criteri", {}).get(name)
            if old is None:
                continue
            yield (
                f"{name}, {row['nome']}",
                f"{show(old['valore'], old['unita'])}, {show(old['punti'], 'point')}",
                f"{show(row['valore'], row['unita'])}, {show(row['punti'], 'point')}",
            )

"""The tree behind a number: value, unit, formula, inputs, parameters in force, layer versions.

A trace is built by the very run that produced the value; screen, JSON and PDF all read the same tree.
Its id is the hash of its content, so an id that resolves cannot have been altered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from trama.kernel.citations import Citation, Status, weakest

Scalar = float | int | str | bool | None


@dataclass(frozen=True, slots=True)
class ParameterUse:
    """A parameter of the norms as it was in force on the day of the run.

    Attributes
    ----------
    path
        Its name, which is its place: ``sttm1/scheda_drenaggio/punteggi_a2``.
    value, unit
        What was in force (tables and steps as plain JSON).
    since
        First day of that value.
    """

    path: str
    label: str
    value: Any
    unit: str
    since: date
    status: Status
    citation: Citation


@dataclass(frozen=True, slots=True)
class LayerUse:
    """A version of a layer that was read."""

    layer: str
    version: str
    title: str
    synthetic: bool
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One step of a computation.

    Attributes
    ----------
    key
        Machine name, unique among its siblings; paths join keys with ``/``.
    label
        What a person reads.
    value, unit
        The result of the step; a value of None means missing, with the reason in `note`.
    formula
        The formula as a person would write it; empty for a plain reading.
    source
        Who says so: ``calcolato``, ``dichiarato``, ``mappa``, ``stimato``.
    replaced
        Where a person overrode a computed value: the original step, which stays.
    """

    key: str
    label: str
    value: Scalar = None
    unit: str = "1"
    formula: str = ""
    source: str = "calcolato"
    note: str = ""
    inputs: tuple[Node, ...] = ()
    parameters: tuple[ParameterUse, ...] = ()
    layers: tuple[LayerUse, ...] = ()
    replaced: Node | None = None

    def walk(self) -> Iterator[Node]:
        """Yield this step and every step below it, depth first, replaced ones included."""
        yield self
        for child in self.inputs:
            yield from child.walk()
        if self.replaced is not None:
            yield from self.replaced.walk()

    def find(self, path: str) -> Node | None:
        """Return the step at `path` (keys joined by ``/``, this step's own key left out), or None."""
        way = self.way(path)
        return way[-1][1] if way else None

    def way(self, path: str) -> tuple[tuple[str, Node], ...] | None:
        """Return the steps from this one to the step at `path`, each with its own path, or None.

        A key may hold a ``/`` of its own, as names given by people do.
        """
        if not path:
            return (("", self),)
        for child in self.inputs:
            if path == child.key or path.startswith(f"{child.key}/"):
                below = child.way(path[len(child.key) + 1 :])
                if below is not None:
                    named = ((f"{child.key}/{name}", node) for name, node in below[1:])
                    return (("", self), (child.key, child), *named)
        return None

    @property
    def status(self) -> Status | None:
        """Weakest status among all parameters used here and below; None where none was used."""
        return weakest(use.status for node in self.walk() for use in node.parameters)


@dataclass(frozen=True)
class Trace:
    """A whole explanation: the root step, the day of the law, and what was asked."""

    subject: str
    day: date
    root: Node
    software: str
    asked: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def id(self) -> str:
        """Content hash, 20 hexadecimal digits."""
        return id_of(self.to_json(with_id=False))

    def layers(self) -> list[LayerUse]:
        """Return every layer version read, each once, by layer id."""
        found = {(use.layer, use.version): use for node in self.root.walk() for use in node.layers}
        return [found[key] for key in sorted(found)]

    def parameters(self) -> list[ParameterUse]:
        """Return every parameter used, each once, by path."""
        found = {use.path: use for node in self.root.walk() for use in node.parameters}
        return [found[key] for key in sorted(found)]

    def unofficial(self) -> list[ParameterUse]:
        """Return the parameters that are not official: the list behind "valore non ufficiale"."""
        return [use for use in self.parameters() if not use.status.official]

    def to_json(self, *, with_id: bool = True) -> dict[str, Any]:
        """Return the trace as plain JSON values; `from_json` reads it back equal."""
        body: dict[str, Any] = {
            "subject": self.subject,
            "day": self.day.isoformat(),
            "software": self.software,
            "asked": self.asked,
            "root": _node_to_json(self.root)[0],
        }
        if with_id and "id" not in self.__dict__:
            self.__dict__["id"] = id_of(body)  # a long trace is written out once, for its id and for itself
        return {"id": self.id, **body} if with_id else body

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Trace:
        """Read back what `to_json` wrote."""
        return cls(
            subject=data["subject"],
            day=date.fromisoformat(data["day"]),
            software=data["software"],
            asked=data["asked"],
            root=_node_from_json(data["root"]),
        )


def id_of(body: dict[str, Any]) -> str:
    """Return the content hash of a trace as plain JSON, its id apart."""
    return hashlib.sha256(_canonical(body)).hexdigest()[:20]


def _canonical(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _node_to_json(node: Node) -> tuple[dict[str, Any], Status | None]:
    """Return the step as plain JSON, and its status, so that each step is looked at once."""
    below = [_node_to_json(child) for child in node.inputs]
    replaced = _node_to_json(node.replaced) if node.replaced else (None, None)
    statuses = [use.status for use in node.parameters]
    statuses += [status for _, status in (*below, replaced) if status is not None]
    status = weakest(statuses)
    return {
        "key": node.key,
        "label": node.label,
        "value": node.value,
        "unit": node.unit,
        "formula": node.formula,
        "source": node.source,
        "note": node.note,
        "status": status.value if status else None,
        "parameters": [_parameter_to_json(use) for use in node.parameters],
        "layers": [_layer_to_json(use) for use in node.layers],
        "inputs": [child for child, _ in below],
        "replaced": replaced[0],
    }, status


def _parameter_to_json(use: ParameterUse) -> dict[str, Any]:
    return {
        "path": use.path,
        "label": use.label,
        "value": use.value,
        "unit": use.unit,
        "since": use.since.isoformat(),
        "status": use.status.value,
        "citation": {"act": use.citation.act, "place": use.citation.place, "url": use.citation.url},
    }


def _layer_to_json(use: LayerUse) -> dict[str, Any]:
    return {
        "layer": use.layer,
        "version": use.version,
        "title": use.title,
        "synthetic": use.synthetic,
        "sha256": use.sha256,
    }


def _node_from_json(data: dict[str, Any]) -> Node:
    return Node(
        key=data["key"],
        label=data["label"],
        value=data["value"],
        unit=data["unit"],
        formula=data["formula"],
        source=data["source"],
        note=data["note"],
        inputs=tuple(_node_from_json(child) for child in data["inputs"]),
        parameters=tuple(
            ParameterUse(
                path=use["path"],
                label=use["label"],
                value=use["value"],
                unit=use["unit"],
                since=date.fromisoformat(use["since"]),
                status=Status(use["status"]),
                citation=Citation(**use["citation"]),
            )
            for use in data["parameters"]
        ),
        layers=tuple(LayerUse(**use) for use in data["layers"]),
        replaced=_node_from_json(data["replaced"]) if data["replaced"] else None,
    )

"""A trace laid out for reading: one step at the centre, what it depends on below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trama.kernel.citations import Status
from trama.kernel.errors import NotFound
from trama.kernel.trace import LayerUse, Node, ParameterUse, Trace

SHOWN_CHILDREN = 150
WIDE = 12
"""A step with more inputs than this shows them closed: what is below opens as a page of its own."""
SHOWN_DEPTH = 3
SOURCES = {
    "calcolato": _("calcolato"),
    "dichiarato": _("dichiarato da chi compila"),
    "mappa": _("letto dalla mappa"),
    "stimato": _("stimato"),
}


class UnknownStep(NotFound):
    """The trace exists; that step of it does not."""

    it = "In questa spiegazione non c'è il passo «{what}». {hint}"
    en = "This explanation has no step “{what}”. {hint}"


@dataclass(frozen=True, slots=True)
class Step:
    """A step with its address in the tree, its steps below already laid out down to a depth."""

    node: Node
    path: str
    below: tuple[Step, ...]
    more: int
    replaced: Step | None = None

    @property
    def source(self) -> str:
        """Who says so, in words."""
        return str(SOURCES.get(self.node.source, self.node.source))

    @property
    def label(self) -> str:
        """Its name, in the reader's language where it is a fixed one."""
        return gettext(self.node.label)

    @property
    def unofficial(self) -> bool:
        """Whether the value hangs on a parameter no act has set."""
        status = self.node.status
        return status is not None and not status.official

    @property
    def branches(self) -> bool:
        """Whether there is anything to open."""
        return bool(
            self.below
            or self.more
            or self.node.formula
            or self.node.parameters
            or self.node.layers
            or self.node.note
        )

    @property
    def layers(self) -> list[LayerUse]:
        """Layer versions read here."""
        return list(self.node.layers)

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """Parameters used here, large tables told by their size."""
        return [_parameter(use) for use in self.node.parameters]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the page and the drawer show."""

    trace: Trace
    step: Step
    crumbs: tuple[tuple[str, str], ...]
    above: Step | None = None
    """The step that says how this one comes about, where this one is only a part of it."""

    @property
    def all_layers(self) -> list[LayerUse]:
        """Every layer version read at or below the step, each once."""
        found = {(use.layer, use.version): use for node in self.step.node.walk() for use in node.layers}
        return [found[key] for key in sorted(found)]

    @property
    def unofficial(self) -> list[ParameterUse]:
        """The parameters behind "valore non ufficiale", at or below the step."""
        found = {
            (use.label, str(use.citation)): use
            for node in self.step.node.walk()
            for use in node.parameters
            if not use.status.official
        }
        return [found[path] for path in sorted(found)]

    @property
    def synthetic(self) -> bool:
        """Whether any layer read is invented."""
        return any(use.synthetic for use in self.all_layers)

    def to_json(self) -> dict[str, Any]:
        """Return the step with the frame of its trace, as plain JSON values."""
        alone = Trace(
            self.trace.subject, self.trace.day, self.step.node, self.trace.software, self.trace.asked
        )
        body = alone.to_json(with_id=False)
        return {"id": self.trace.id, "passo": self.step.path, **body}


def explain(trace: Trace, path: str) -> Explanation:
    """Lay out the step of `trace` at `path`; raises `UnknownStep`."""
    way = trace.root.way(path)
    if way is None:
        raise UnknownStep(what=path, hint="Partire dall'inizio della spiegazione.")
    crumbs = tuple((above, node.label) for above, node in way)
    node = way[-1][1]
    step = _lay_out(node, path, SHOWN_DEPTH)
    return Explanation(trace, step, crumbs, None if step.branches else _above(way))


def _above(way: Sequence[tuple[str, Node]]) -> Step | None:
    """Return the nearest step above the last of `way` that has a formula; None where there is none."""
    return next((_lay_out(node, path, 0) for path, node in reversed(way[:-1]) if node.formula), None)


def _lay_out(node: Node, path: str, depth: int) -> Step:
    shown = node.inputs[:SHOWN_CHILDREN] if depth > 0 else ()
    deeper = depth - 1 if len(shown) <= WIDE else 0
    below = tuple(_lay_out(child, f"{path}/{child.key}".lstrip("/"), deeper) for child in shown)
    replaced = _lay_out(node.replaced, path, 0) if node.replaced else None
    return Step(node, path, below, len(node.inputs) - len(below), replaced)


def _parameter(use: ParameterUse) -> dict[str, Any]:
    simple = not isinstance(use.value, (dict, list))
    return {
        "use": use,
        "simple": simple,
        "rows": 0 if simple else len(use.value),
        "table": _table(use.value) if isinstance(use.value, dict) else None,
        "unofficial": not Status(use.status).official,
    }


def _table(value: dict[str, Any]) -> dict[str, Any] | None:
    """Return a table of a few rows as headers and cells; None where it would not be read."""
    rows = list(value.items())[:12]
    if not rows or not all(isinstance(row, dict) for _key, row in rows):
        return None
    headers = list(rows[0][1])[:6]
    return {"headers": headers, "rows": [[key, *(row.get(name) for name in headers)] for key, row in rows]}

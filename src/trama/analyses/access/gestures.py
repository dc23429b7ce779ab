"""What if a service opened, moved or closed, or a passage were built: people gained and lost by comune.

Only what a gesture touches is searched again (`trama.engines.network.change`); the figures are those of a
whole run with the gestures in it, at the cells of the last run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trama import __version__
from trama.analyses.access.answers import kept_with_run
from trama.analyses.access.asking import Question, walk_of
from trama.analyses.access.errors import NothingToTry, NotOnTheNetwork, NotThere, TriedTwice
from trama.analyses.access.memory import Memory
from trama.analyses.access.reach import Target
from trama.analyses.access.rules import Category, Group
from trama.analyses.access.services import MISSING
from trama.analyses.access.transit import PREFIX
from trama.analyses.walking import network_of
from trama.analyses.walking.spots import path_between, touch
from trama.engines.network import UNREACHED
from trama.engines.network.change import Change, Kept
from trama.kernel.trace import Node, Trace
from trama.kernel.units import format_number

OPEN, CLOSE, MOVE, PASSAGE = "apri", "chiudi", "sposta", "passaggio"
GESTURES = (OPEN, CLOSE, MOVE, PASSAGE)
HALF_MM = 0.5
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Gesture:
    """One change.

    Attributes
    ----------
    kind
        One of `GESTURES`.
    points
        Metres: where a service opens or goes; the two ends of a passage.
    service
        Id of the service that closes or moves.
    """

    kind: str
    points: tuple[tuple[float, float], ...] = ()
    service: str = ""


@dataclass(frozen=True)
class Effect:
    """What the gestures change.

    Attributes
    ----------
    before, after
        Minutes of each cell; NaN where the datum is missing.
    people
        Residents of the group in each cell.
    said
        The gestures, in words.
    unknown
        Residents of the group whose walk changes, but of whom no source says whether the service is there.
    partial
        Whether a service no source lists may be near somebody who gains or loses: the figures are then at
        most those.
    """

    memory: Memory
    category: Category
    group: Group
    before: Floats
    after: Floats
    people: Floats
    said: list[str]
    unknown: float
    partial: bool
    gestures: tuple[Gesture, ...] = ()

    @property
    def threshold(self) -> float:
        """Minutes within which the service is near."""
        return self.category.minutes

    @property
    def gained(self) -> NDArray[np.bool_]:
        """Cells that come within the threshold."""
        return np.asarray((self.before > self.threshold) & (self.after <= self.threshold))

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Cells that are left beyond it."""
        return np.asarray((self.before <= self.threshold) & (self.after > self.threshold))

    def count(self, cells: NDArray[np.bool_]) -> float:
        """Return the residents of some cells."""
        return float(self.people[cells].sum())

    def by_comune(self) -> list[dict[str, Any]]:
        """Return the comuni where somebody gains or loses, the largest change first."""
        memory, comuni = self.memory, len(self.memory.codes)
        plus, minus = (
            np.bincount(memory.cells.comune[one], weights=self.people[one], minlength=comuni)
            for one in (self.gained, self.lost)
        )
        rows = [
            {
                "istat": memory.codes[row],
                "nome": memory.names[row],
                "guadagnati": float(plus[row]),
                "persi": float(minus[row]),
            }
            for row in np.flatnonzero(plus + minus)
        ]
        return sorted(rows, key=lambda row: -(row["guadagnati"] + row["persi"]))

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        changed = np.isfinite(self.before) & (self.before != self.after) & (self.people > 0)
        people = self.count(changed)
        saved = float(self.people[changed] @ (self.before - self.after)[changed])
        return {
            "che": self.category.id,
            "gruppo": self.group.id,
            "soglia_min": self.threshold,
            "gesti": self.said,
            "guadagnati": self.count(self.gained),
            "persi": self.count(self.lost),
            "toccati": people,
            "minuti_a_testa": saved / people if people else None,
            "residenti_senza_dato": self.unknown,
            "dato": "parziale" if self.partial else "completa",
            "comuni": self.by_comune(),
        }

    def trace(self) -> Trace:
        """Explain it: ``guadagnati``, ``persi``, each comune at ``comuni/<istat>``."""
        found, memory = self.to_json(), self.memory
        threshold = format_number(self.threshold, "min")
        comuni = tuple(
            Node(
                row["istat"],
                row["nome"],
                round(row["guadagnati"] - row["persi"], 1),
                "inhabitant",
                "guadagnati − persi",
                inputs=(
                    Node("guadagnati", "Guadagnati", round(row["guadagnati"], 1), "inhabitant"),
                    Node("persi", "Persi", round(row["persi"], 1), "inhabitant"),
                ),
            )
            for row in found["comuni"]
        )
        root = Node(
            "saldo",
            f"{self.category.name_it}: {'; '.join(self.said)}",
            round(found["guadagnati"] - found["persi"], 1),
            "inhabitant",
            f"residenti che vengono entro {threshold} − residenti che ne restano fuori",
            inputs=(
                Node("guadagnati", f"Residenti che vengono entro {threshold}", round(found["guadagnati"], 1)),
                Node("persi", f"Residenti che restano oltre {threshold}", round(found["persi"], 1)),
                Node(
                    "senza_dato",
                    "Residenti che non contano, perché manca il dato",
                    round(found["residenti_senza_dato"], 1),
                    "inhabitant",
                ),
                Node("comuni", "Comuni toccati", len(comuni), "count", inputs=comuni),
            ),
            parameters=(
                memory.rules.norms["velocita"].use(only=self.group.id),
                *memory.rules.uses("distanza_massima_m", "distanza_nodo_m", "distanza_passaggio_m"),
            ),
            layers=(
                memory.version.use(),
                memory.times_version.use(),
                *(version.use() for _layer, version in sorted(memory.inputs.items())),
            ),
        )
        asked = {key: found[key] for key in ("che", "gruppo", "soglia_min", "gesti")}
        asked["dove"] = [
            {
                "gesto": one.kind,
                "servizio": one.service,
                "punti_m": [[round(v, 1) for v in p] for p in one.points],
            }
            for one in self.gestures
        ]
        return Trace("access prova", memory.rules.day, root, __version__, asked)


def try_out(memory: Memory, question: Question, gestures: list[Gesture]) -> Effect:
    """Say what some gestures, one after the other, would change.

    Raises
    ------
    NothingToTry
        The question is of no walked service of the group.
    NotOnTheNetwork, NotThere, TriedTwice
        A point is far from any street; there is no such service among those asked about; two gestures are on
        the same.
    UnknownTarget, UnknownGroup, BadMinutes
        As `ask`.
    """
    category, group, walk = walk_of(memory, question)
    if walk is None or category.id.startswith(PREFIX):
        raise NothingToTry()
    target = walk.target
    first, rows = _kept(memory, target)
    state, said = first.copy(), []
    numbers = {str(memory.services.id[row]): number for number, row in enumerate(rows)}
    _refuse_twice(memory, gestures, numbers)
    for gesture in gestures:
        change, words = _tried(memory, state, gesture, numbers, category.name_it, target.stairs)
        state.keep(change)
        said.append(words)
    known, placed = walk.level > MISSING, memory.cells.node >= 0
    before, after = (_minutes(memory, one, group) for one in (first, state))
    changed = placed & (before != after)
    people = np.nan_to_num(memory.cells.people(memory.people.between(group.first, group.last)))
    passed = (before > category.minutes) != (after > category.minutes)
    open_to = memory.known.around.unlisted_mm(memory.coverage.of(target.voci))
    near = open_to <= (group.reach_mm(category.minutes) if target.k == 1 else memory.rules.limit_mm - 1)
    return Effect(
        memory,
        category,
        group,
        np.where(known & placed, before, np.nan),
        np.where(known & placed, after, np.nan),
        people,
        said,
        float(people[changed & ~known].sum()),
        bool((passed & known & placed & near & (people > 0)).any()),
        tuple(gestures),
    )


def _refuse_twice(memory: Memory, gestures: list[Gesture], known: dict[str, int]) -> None:
    """Refuse two gestures on a service: what is closed does not move, and one that moves twice moves once."""
    seen: set[str] = set()
    for service in (one.service for one in gestures if one.kind in {CLOSE, MOVE}):
        if service in seen and service in known:
            raise TriedTwice(given=_called(memory, service))
        seen.add(service)


def prepare(memory: Memory, question: Question) -> None:
    """Make ready what gestures on a question need; raises as `try_out`."""
    category, _group, walk = walk_of(memory, question)
    if walk is None or category.id.startswith(PREFIX):
        raise NothingToTry()
    _kept(memory, walk.target)


@kept_with_run(3)
def _kept(memory: Memory, target: Target) -> tuple[Kept, NDArray[np.intp]]:
    """Return the nearest services of every node, kept, and the rows of those services."""
    network = network_of(memory.shelf)
    rows = memory.services.of(target.voci)
    node, _gap = network.snapped(memory.services.xy[rows], memory.rules.snap_m)
    graph = network.graph if target.stairs else network.without_stairs
    return Kept(graph, node, target.k, memory.rules.limit_mm), rows


def _minutes(memory: Memory, state: Kept, group: Group) -> Floats:
    """Return the minutes of each cell in a state, as the run computes them; of those off the network, any."""
    node = memory.cells.node
    mm = (state.labels[np.maximum(node, 0)] >> 32).astype(np.float64)
    mean = np.floor(
        np.minimum(np.where(mm >= UNREACHED, np.inf, mm), memory.rules.limit_mm).mean(axis=1) + HALF_MM
    )
    return np.asarray(mean / group.mm_per_minute)


def _tried(
    memory: Memory, state: Kept, gesture: Gesture, known: dict[str, int], name: str, stairs: bool
) -> tuple[Change, str]:
    if gesture.kind == PASSAGE:
        reach, network = memory.rules.passage_m, network_of(memory.shelf)
        start, end = (touch(network, x, y, reach, stairs) for x, y in gesture.points)
        path = path_between(start, end)
        return state.connect([path]), f"un passaggio di {format_number(path.length_mm / 1000, 'm', 0)}"
    nodes = [_node(memory, point) for point in gesture.points]
    if gesture.kind == OPEN:
        return state.add(nodes[0]), f"apre «{name}»"
    if gesture.service not in known:
        raise NotThere(given=gesture.service[:80])
    row = known[gesture.service]
    called = _called(memory, gesture.service)
    if gesture.kind == CLOSE:
        return state.close(row), f"chiude {called}"
    return state.move(row, nodes[0]), f"si sposta {called}"


def _node(memory: Memory, point: tuple[float, float]) -> int:
    limit, xy = memory.rules.snap_m, network_of(memory.shelf).xy
    away = np.hypot(xy[:, 0] - point[0], xy[:, 1] - point[1])
    node = int(away.argmin())
    if not away[node] <= limit:
        raise NotOnTheNetwork(limit=int(limit))
    return node


def _called(memory: Memory, service: str) -> str:
    row = int(np.flatnonzero(memory.services.id == service)[0])
    return str(memory.services.name[row]) or service

"""What a benchmark hands back, and how it is shown: always with its gate and its goal, also when missed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Measure:
    """One comparison.

    Parameters
    ----------
    scope
        `kernel`, `engine`, `command`, or what is measured (`memory`, `pdf`).
    ours, theirs
        The figures, in `unit`; `theirs` is None where there is no peer and the limit is absolute.
    unit
        `s`, `ms`, `MB`, `ns/cell`.
    gate, goal
        A ratio theirs/ours to reach; with no peer, the figure not to exceed. None: nothing asked.
    """

    scope: str
    ours: float
    theirs: float | None
    unit: str
    gate: float | None = None
    goal: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer."""
        return None if self.theirs is None else self.theirs / self.ours

    def reaches(self, limit: float | None) -> str:
        """Say whether a gate or a goal is reached: `10x: yes`."""
        if limit is None:
            return "-"
        if self.ratio is not None:
            return f"{limit:g}x: {'yes' if self.ratio >= limit else 'NO'}"
        return f"{limit:g} {self.unit}: {'yes' if self.ours <= limit else 'NO'}"


@dataclass
class Work:
    """A benchmarked piece of work: its measures, and the facts one needs to read them."""

    title: str
    peer: str | None
    measures: list[Measure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    curves: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """What ran → (cells, nanoseconds per cell) as the work grows; drawn together in one picture."""

    def markdown(self) -> str:
        """Return the section of the report."""
        lines = [f"## {self.title}", "", f"Peer: {self.peer or 'none: absolute limits'}.", ""]
        lines += ["| scope | Trama | peer | ratio | gate | goal |", "|---|---|---|---|---|---|"]
        for m in self.measures:
            theirs = "-" if m.theirs is None else f"{m.theirs:.3g} {m.unit}"
            ratio = "-" if m.ratio is None else f"{m.ratio:.1f}x"
            lines.append(
                f"| {m.scope} | {m.ours:.3g} {m.unit} | {theirs} | {ratio} "
                f"| {m.reaches(m.gate)} | {m.reaches(m.goal)} |"
            )
        return "\n".join([*lines, "", *(f"- {note}" for note in self.notes), ""])

    @property
    def gates_held(self) -> bool:
        """Whether every gate is reached."""
        return not any(m.reaches(m.gate).endswith("NO") for m in self.measures)

"""What the map can show: a subject (what is measured) at a grain (per what), from one layer of the lake."""

from __future__ import annotations

from dataclasses import dataclass

from trama.apps.conoscere.subjects import GROUPS, SUBJECTS, Subject
from trama.lake import Lake


@dataclass(frozen=True, slots=True)
class Theme:
    """A subject at a grain: what is on the map at one moment."""

    subject: Subject
    grain: str

    @property
    def id(self) -> str:
        """Name in addresses: ``idren-comuni``."""
        return f"{self.subject.id}-{self.grain}"

    @property
    def layer(self) -> str:
        """Layer of the lake it is read from."""
        return self.subject.columns[self.grain][0]

    @property
    def column(self) -> str:
        """Column of that layer."""
        return self.subject.columns[self.grain][1]

    @property
    def raster(self) -> bool:
        """Whether it is a grid of cells."""
        return self.grain == "celle"


def available(lake: Lake) -> list[Theme]:
    """Return the themes whose layer and column are in the lake, subject by subject, in the picker's order."""
    present = {
        layer: {spec.name for spec in lake.version(layer).manifest.fields}
        for layer in {layer for subject in SUBJECTS for layer, _column in subject.columns.values()}
        if lake.has(layer)
    }
    return [
        Theme(subject, grain)
        for subject in SUBJECTS
        for grain, (layer, column) in subject.columns.items()
        if column in present.get(layer, set())
    ]


def named(theme_id: str) -> Theme | None:
    """Return the theme called `theme_id`, whether or not its layer is there."""
    subject_id, _dash, grain = theme_id.rpartition("-")
    subject = next((one for one in SUBJECTS if one.id == subject_id), None)
    return Theme(subject, grain) if subject and grain in subject.columns else None


def choose(themes: list[Theme], wanted: str) -> Theme | None:
    """Return the theme called `wanted`, or its subject at another grain, or the first; None without any."""
    exact = next((theme for theme in themes if theme.id == wanted), None)
    names = (wanted, wanted.rpartition("-")[0])
    subject = next((theme for theme in themes if theme.subject.id in names), None)
    return exact or subject or next(iter(themes), None)


def unmet(wanted: str, shown: Theme | None) -> str:
    """Return why what is shown is not what was asked, or nothing.

    ``unknown``: nothing is called so; ``absent``: its layer is not there; ``grain``: its subject is not
    there per that.
    """
    if not wanted or shown is None or wanted in (shown.id, shown.subject.id):
        return ""
    if wanted.rpartition("-")[0] == shown.subject.id:
        return "grain"
    known = named(wanted) or any(subject.id == wanted for subject in SUBJECTS)
    return "absent" if known else "unknown"


def picker(themes: list[Theme]) -> list[tuple[object, list[tuple[Subject, list[Theme]]]]]:
    """Return the themes as they are picked: (group, [(subject, its themes)]), in order; no empty group."""
    subjects: dict[str, list[Theme]] = {}
    for theme in themes:
        subjects.setdefault(theme.subject.id, []).append(theme)
    found = [
        (name, [(its[0].subject, its) for its in subjects.values() if its[0].subject.group == group])
        for group, name in GROUPS.items()
    ]
    return [(name, entries) for name, entries in found if entries]

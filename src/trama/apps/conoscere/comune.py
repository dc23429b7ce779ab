"""The facts of a comune: who lives there, which zona it is in, what STORM and the norms say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from trama.analyses.installation import open_installation
from trama.apps.conoscere import tables
from trama.apps.conoscere.boundaries import says_generalised
from trama.apps.conoscere.coverage import coverage_column, is_partial
from trama.apps.conoscere.queries import in_force, step_of
from trama.kernel.citations import Status
from trama.kernel.errors import NotFound
from trama.kernel.trace import Node, ParameterUse
from trama.kernel.units import format_number
from trama.lake import Lake, Version

CRITICALITY = "regionali/invarianza/criticita_piogge_comuni"
STORM = ("idren", "kdren", "deflusso_mm", "deflusso_m3", "ritenzione", "volume_trattenuto_m3", "classe")


class UnknownComune(NotFound):
    """No comune of the territory has that code."""

    it = "Nel territorio non c'è un comune con codice ISTAT «{what}». {hint}"
    en = "The territory has no comune with ISTAT code “{what}”. {hint}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of a comune, with what it takes to explain it."""

    name: str
    label: str
    value: Any
    unit: str
    version: Version | None = None
    step: str = ""
    status: Status | None = None
    note: str = ""

    @property
    def trace(self) -> str:
        """Id of the trace, or nothing."""
        return self.version.provenance.trace if self.version and self.step else ""

    @property
    def words(self) -> bool:
        """Whether the value is words rather than a number."""
        return isinstance(self.value, str)


def base_facts(lake: Lake, istat: str) -> dict[str, Any]:
    """Return the row of the comuni layer; raises `UnknownComune`."""
    row = tables.row(lake.version("comuni"), istat)
    if row is None:
        raise UnknownComune(what=istat, hint="Cercarlo per nome dalla mappa.")
    return row


def population_facts(lake: Lake, row: dict[str, Any]) -> list[Fact]:
    """Return people, area and density, as the comuni layer has them."""
    version = lake.version("comuni")
    people, area_m2 = row.get("popolazione"), row.get("area_m2")
    facts = [Fact("popolazione", gettext("Residenti"), people, "inhabitant", version)]
    if area_m2:
        area_km2 = area_m2 / 1e6
        ground = gettext("sul confine generalizzato") if says_generalised(version.manifest) else ""
        facts.append(Fact("superficie", gettext("Superficie"), area_km2, "km2", version, note=ground))
        if people is not None:
            facts.append(
                Fact(
                    "densita",
                    gettext("Densità"),
                    people / area_km2,
                    "inhabitant/km2",
                    version,
                    note=gettext("residenti per superficie"),
                )
            )
    return facts


def storm_facts(lake: Lake, istat: str) -> list[Fact]:
    """Return what the last run of STORM says of the comune, each figure with the step that explains it."""
    return facts_of(lake, "storm_comuni", STORM, istat)


def facts_of(lake: Lake, layer: str, names: Sequence[str], istat: str) -> list[Fact]:
    """Return some figures of a comune from a layer of places; none where the layer is not there.

    Parameters
    ----------
    names
        Columns, each also the last key of its step in the trace.
    """
    if not lake.has(layer):
        return []
    version = lake.version(layer)
    row = tables.row(version, istat) or {}
    facts = []
    for name in names:
        if name not in row:
            continue
        step = f"comuni/{istat}/{name}"
        node = step_of(lake, version, step)
        spec = tables.field(version, name)
        value: Any = row[name]
        if name == "classe":
            value = f"{value}, {row.get('classe_nome')}" if value is not None else None
        facts.append(
            Fact(
                name,
                _label(node, spec.meaning),
                value,
                spec.unit,
                version,
                step if node else "",
                node.status if node else None,
                note=_resting_on(row.get(coverage_column(layer, name))),
            )
        )
    return facts


def _resting_on(share: float | None) -> str:
    """Say on how much of the comune a figure rests, where some of its cells have no data."""
    if share is None or not is_partial(share):
        return ""
    said = format_number(100 * share, "%")
    return gettext("sul %(share)s dell'area: per il resto mancano i dati") % {"share": said}


def _label(node: Node | None, meaning: str) -> str:
    """Return the name of a figure in the reader's language; of a class, without the class it names."""
    return gettext(node.label.partition(":")[0] if node else meaning)


@dataclass(frozen=True, slots=True)
class ZoneFact:
    """Which zona a comune is in on a day, since when and who says so; what is pending."""

    name: str | None
    use: ParameterUse | None
    pending: list[str]


def zone_fact(istat: str, day: date) -> ZoneFact:
    """Return the zona omogenea of a comune on `day`; no name where it belongs to none."""
    relation = next(iter(getattr(open_installation().book, "relations", {}).values()), None)
    if relation is None:
        return ZoneFact(None, None, [])
    code = relation.at(day).get(istat)
    pending = [one.what for one in relation.pending if one.istat == istat]
    return ZoneFact(relation.groups.get(code) if code else None, relation.use(istat, day), pending)


def zones_of(day: date) -> dict[str, str]:
    """Return ISTAT code → name of its zona omogenea on `day`."""
    relation = next(iter(getattr(open_installation().book, "relations", {}).values()), None)
    if relation is None:
        return {}
    return {istat: relation.groups[code] for istat, code in relation.at(day).items()}


def criticality_fact(istat: str, day: date) -> Fact | None:
    """Return the hydraulic criticality area of the comune (R.R. 7/2017), where the norms hold it."""
    table = in_force(CRITICALITY, day)
    row = table.value.get(istat) if table and isinstance(table.value, dict) else None
    if table is None or row is None:
        return None
    area = next((row[name] for name in ("criticita", "area", "area_criticita") if row.get(name)), None)
    status = Status(row["status"]) if row.get("status") in {one.value for one in Status} else table.status
    return Fact(
        "criticita",
        gettext("Criticità idraulica"),
        f"Area {area}" if area else None,
        "text",
        None,
        "",
        status,
        str(table.citation),
    )


@dataclass(frozen=True, slots=True)
class Strip:
    """A distribution drawn as a strip: one tick per comune, this one marked.

    Attributes
    ----------
    ticks
        Horizontal position of each comune, 0 to 1000.
    here
        Position of this comune; None where its value is missing.
    rank
        How many comuni have a lower value.
    """

    label: str
    unit: str
    least: float
    most: float
    median: float
    median_at: float
    ticks: list[float]
    here: float | None
    value: float | None
    rank: int
    count: int


def strip(version: Version, column: str, istat: str, label: str) -> Strip | None:
    """Return the distribution of a column among all comuni; None with fewer than three values."""
    values = tables.values(version, column)
    known = sorted(value for value in values.values() if isinstance(value, (int, float)))
    if len(known) < 3 or known[0] == known[-1]:
        return None
    least, most = known[0], known[-1]

    def place(value: float) -> float:
        return round(1000 * (value - least) / (most - least), 1)

    middle = (
        known[len(known) // 2]
        if len(known) % 2
        else (known[len(known) // 2 - 1] + known[len(known) // 2]) / 2
    )
    mine = values.get(istat)
    return Strip(
        label,
        tables.field(version, column).unit,
        least,
        most,
        middle,
        place(middle),
        [place(value) for value in known],
        place(mine) if mine is not None else None,
        mine,
        sum(1 for value in known if mine is not None and value < mine),
        len(known),
    )

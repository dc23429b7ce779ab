"""WARM on the territory: the lake, the norms of a day; each figure with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from trama.analyses.territory.grid import frugal
from trama.analyses.territory.made import Progress, Steps
from trama.analyses.territory.writing import versions_json
from trama.analyses.warm.census import take_census
from trama.analyses.warm.errors import NoObservation, NotForObserved
from trama.analyses.warm.fields import Zone, make_fields, passes
from trama.analyses.warm.figures import Figures
from trama.analyses.warm.ground import OBSERVED, read_ground
from trama.analyses.warm.outputs import RASTERS, TABLES, Writing
from trama.analyses.warm.rules import read_rules
from trama.analyses.warm.tracing import run_trace
from trama.analyses.workers import workers_at
from trama.kernel.trace import Trace
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms.book import NormBook

Source = Literal["osservata", "modello"]


@dataclass(frozen=True)
class WarmResult:
    """What a run found and left.

    Attributes
    ----------
    source
        ``osservata`` or ``modello``: where the night temperature comes from.
    t_ref, uhi_max
        Reference of the anomaly, and the model's maximum heat island (None where observed) [°C].
    comuni, upa, zone
        Figures by ISTAT code, UPA code and zona omogenea, full precision.
    zones
        Zones of homogeneous temperature, from the coolest.
    versions
        Layer → the version this run left in the lake (an existing one, where nothing changed).
    trace
        The tree behind every figure: ``trace.root.find("comuni/015146/anomalia")``.
    """

    day: date
    source: str
    t_ref: float
    uhi_max: float | None
    territory: Figures
    comuni: dict[str, Figures]
    upa: dict[str, Figures]
    zone: dict[str, Figures]
    zones: tuple[Zone, ...]
    cell_area_m2: float
    versions: dict[str, Version]
    trace: Trace
    trace_id: str

    def to_json(self) -> dict[str, Any]:
        """Return the answer of ``trama warm run``, its envelope apart."""
        return {
            "fonte_temperatura": self.source,
            "temperatura_riferimento": self.t_ref,
            "isola_calore_massima": self.uhi_max,
            "livelli": versions_json(self.versions),
            "zone_temperatura": [
                {
                    "zona": zone.number,
                    "nome": zone.name,
                    "da": zone.low,
                    "a": zone.high,
                    "superficie_m2": zone.cells * self.cell_area_m2,
                }
                for zone in self.zones
            ],
            "territorio": self.territory.to_json(),
            "comuni": [{"istat": key, **place.to_json()} for key, place in self.comuni.items()],
            "upa": [{"codice": key, **place.to_json()} for key, place in self.upa.items()],
            "zone": [{"zona": key, **place.to_json()} for key, place in self.zone.items()],
        }


def run_warm(  # noqa: PLR0913 - each is a choice of the person who asks
    lake: Lake,
    book: NormBook,
    *,
    day: date,
    t_ref: float | None = None,
    uhi_max: float | None = None,
    source: Source | None = None,
    scheme: str = "dusaf",
    cluster: str | None = None,
    progress: Progress | None = None,
) -> WarmResult:
    """Run WARM on the current layers and leave rasters, tables and traces in the lake.

    The night temperature is the observed layer where the lake has one, else that of the cooling model. The
    land cover gives the grid; a cell belongs to the comune and the UPA that contain its centre; a zone is
    the sum of its comuni on `day`. Cells without data are left out of means and told by the coverage shares;
    people are spread over the residential cells of their comune, an estimate.

    Parameters
    ----------
    day
        Day of the law: which norms, which zones.
    t_ref
        Reference temperature [°C], where not the norms' (or, observed, the green cells' mean).
    uhi_max
        Maximum heat island of the model [°C], where not the norms'.
    source
        Forces the observed temperature, or the model.
    scheme
        Land-cover table of the codes in ``uso_suolo``.
    cluster
        Address of a dask scheduler whose workers compute the model; this process if not given.
    progress
        Called with (steps done, steps in all).

    Raises
    ------
    MissingLayers, BadTemperature, BadHeatIsland, NoObservation, NotForObserved, NoReference, UnknownScheme,
    UnknownClasses, WrongGrid, NoOverlap
        Said in Italian, with what to do; nothing has been written.
    NotInForce
        A norm has no value on `day`.
    """
    rules = read_rules(book, day=day, t_ref=t_ref, uhi_max=uhi_max, scheme=scheme)
    observed = _observed(lake, source, uhi_max)
    with frugal(), workers_at(cluster) as workers:
        ground = read_ground(lake, rules, observed=observed)
        steps = Steps(progress, (0 if observed else passes(ground.grid)) + len(RASTERS) + len(TABLES))
        fields = make_fields(ground, steps.one_more, workers)
    census = take_census(ground, fields, book, day)
    trace = run_trace(ground, fields, census, book)
    writing = Writing(lake, book, ground, fields, census, steps.one_more)
    rasters = writing.rasters()
    trace_id = lake.traces.save(trace)
    return WarmResult(
        day=day,
        source=fields.source,
        t_ref=fields.t_ref,
        uhi_max=None if observed else rules.model(ground.cell_m).uhi_max,
        territory=census.territory.figures,
        comuni={place.key: place.figures for place in census.comuni},
        upa={place.key: place.figures for place in census.upa},
        zone={place.key: place.figures for place in census.zone},
        zones=fields.zoning[1],
        cell_area_m2=ground.grid.cell_area_m2,
        versions={**rasters, **writing.tables(trace, trace_id)},
        trace=trace,
        trace_id=trace_id,
    )


def _observed(lake: Lake, source: Source | None, uhi_max: float | None) -> bool:
    """Tell whether the observed temperature is to be used; refuse what does not go together."""
    there = lake.has(OBSERVED)
    if source == "osservata" and not there:
        raise NoObservation()
    observed = there if source is None else source == "osservata"
    if observed and uhi_max is not None:
        raise NotForObserved()
    return observed

"""STORM on the territory: the lake, the norms of a day, an event; each figure with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from trama.analyses.storm.census import take_census
from trama.analyses.storm.figures import Figures
from trama.analyses.storm.ground import read_ground
from trama.analyses.storm.outputs import RASTERS, TABLES, Writing
from trama.analyses.storm.rules import read_rules
from trama.analyses.storm.tracing import run_trace
from trama.analyses.territory.grid import frugal
from trama.analyses.territory.made import Progress, Steps
from trama.analyses.territory.writing import versions_json
from trama.analyses.workers import workers_at
from trama.kernel.trace import Trace
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms.book import NormBook


@dataclass(frozen=True)
class StormResult:
    """What a run found and left.

    Attributes
    ----------
    comuni, upa, zone
        Figures by ISTAT code, UPA code and zone, full precision.
    versions
        Layer → the version this run left in the lake (an existing one, where nothing changed).
    trace
        The tree behind every figure: ``trace.root.find("comuni/015146/idren")``.
    """

    day: date
    event_mm: float
    lambda_: float
    kdren: str
    territory: Figures
    comuni: dict[str, Figures]
    upa: dict[str, Figures]
    zone: dict[str, Figures]
    versions: dict[str, Version]
    trace: Trace
    trace_id: str

    def to_json(self) -> dict[str, Any]:
        """Return the answer of ``trama storm run``, its envelope apart."""
        return {
            "pioggia_mm": self.event_mm,
            "lambda": self.lambda_,
            "kdren": self.kdren,
            "livelli": versions_json(self.versions),
            "territorio": self.territory.to_json(),
            "comuni": [{"istat": key, **place.to_json()} for key, place in self.comuni.items()],
            "upa": [{"codice": key, **place.to_json()} for key, place in self.upa.items()],
            "zone": [{"zona": key, **place.to_json()} for key, place in self.zone.items()],
        }


def run_storm(  # noqa: PLR0913 - what may be asked of a run, one by one
    lake: Lake,
    book: NormBook,
    *,
    day: date,
    event_mm: float,
    lambda_: float | None = None,
    kdren: str | None = None,
    scheme: str = "dusaf",
    cluster: str | None = None,
    progress: Progress | None = None,
) -> StormResult:
    """Run STORM on the current layers and leave rasters, tables and traces in the lake.

    Rules of overlay: the land cover gives the grid; coarser rasters give each cell the value under its
    centre; a cell belongs to the comune and the UPA that contain its centre; a zone is the sum of its comuni
    on `day`. Cells without data are left out of means and volumes and told by the coverage shares.

    Parameters
    ----------
    day
        Day of the law: which norms, which zones.
    event_mm
        Depth of the event.
    lambda_
        Initial abstraction ratio, where not the norms'.
    kdren
        Weighting proposal, ``k1`` or ``k2``, where not the norms'.
    scheme
        Land-cover table of the codes in ``uso_suolo``.
    cluster
        Address of a dask scheduler whose workers count the strips; this process where None. Same results.
    progress
        Called with (steps done, steps in all): the strips read, then the layers written.

    Raises
    ------
    MissingLayers, BadRain, BadLambda, UnknownProposal, UnknownScheme, UnknownClasses, WrongGrid, NoOverlap
        Said in Italian, with what to do; nothing has been written.
    NotInForce
        A norm has no value on `day`.
    NoDask, NoCluster, NoWorkers, UnlikeWorkers, ClusterLost
        The cluster cannot be used, or stopped; nothing has been written.
    """
    rules = read_rules(book, day=day, event_mm=event_mm, lambda_=lambda_, kdren=kdren, scheme=scheme)
    with frugal():
        ground = read_ground(lake, rules)
        steps = Steps(progress, len(list(ground.grid.strips())) + len(RASTERS) + len(TABLES))
        with workers_at(cluster, [ground.versions["uso_suolo"].raster]) as workers:
            census = take_census(ground, book, day, workers, steps.one_more)
    trace = run_trace(ground, census, book)
    writing = Writing(lake, book, ground, census, steps.one_more)
    rasters = writing.rasters()
    trace_id = lake.traces.save(trace)
    return StormResult(
        day=day,
        event_mm=rules.rain_mm,
        lambda_=rules.lambda_,
        kdren=rules.proposal,
        territory=census.territory.figures,
        comuni={place.key: place.figures for place in census.comuni},
        upa={place.key: place.figures for place in census.upa},
        zone={place.key: place.figures for place in census.zone},
        versions={**rasters, **writing.tables(trace, trace_id)},
        trace=trace,
        trace_id=trace_id,
    )

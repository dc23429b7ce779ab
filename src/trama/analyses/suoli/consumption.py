"""Land take, weighed: what the soil under a polygon gives today and would not give if built upon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import shapely

from trama import __version__
from trama.analyses.suoli import heat, losses
from trama.analyses.suoli.cells import ground_now
from trama.analyses.suoli.land import land_taken, soils_by_class
from trama.analyses.suoli.losses import Site
from trama.analyses.suoli.question import M2_PER_HA, Question, built
from trama.analyses.suoli.rules import read_rules
from trama.analyses.suoli.saying import WHOLE_SHARE, what_to_say
from trama.analyses.territory.location import Location, locate, part_inside
from trama.kernel.notices import Notice
from trama.kernel.trace import Node, Trace
from trama.lake import Lake
from trama.norms import NormBook


@dataclass(frozen=True)
class Consumption:
    """The answer to a question about land take.

    Attributes
    ----------
    known_share
        Share of the polygon inside the territory with land cover and soil group: what every figure rests on.
    by_class
        Attitude class → hectares of soil under the polygon; empty where the map was not drawn.
    notices
        What a person must know: partly outside, without data, on water.
    """

    question: Question
    where: Location
    site: Site
    known_share: float
    by_class: Node
    land: Node
    losses: tuple[Node, ...]
    trace: Trace
    notices: tuple[Notice, ...] = ()

    def step(self, key: str) -> Node | None:
        """Return one of the losses by key."""
        return next((node for node in self.losses if node.key == key), None)


def consume(lake: Lake, book: NormBook, question: Question, day: date) -> Consumption:
    """Weigh what is lost if the polygon is built, and keep the explanation in the lake.

    Raises
    ------
    TooLarge, BadShare, UnknownSurface, SurfacesDoNotSum, OutsideTerritory
        What the person can mend.
    MissingLayers, NoData
        There is nothing to weigh it with.
    NotInForce
        A norm has no value on `day`.
    """
    made = built(book, question, day)
    drawn_m2 = float(question.geometry.area)
    where = locate(lake, book, day, question.geometry)
    inside = part_inside(lake, where, question.geometry)
    ground = ground_now(lake, book, inside, day)
    share = min(1.0, ground.known_m2 / drawn_m2)
    made = replace(made, area_m2=drawn_m2 if share > WHOLE_SHARE else ground.known_m2)
    site = Site(ground, made, question, book, read_rules(book, day), day)
    land, soils = land_taken(site), soils_by_class(site)
    lost = (*losses.events(site), losses.yearly(site), *_services(site))
    said = what_to_say(site, where, drawn_m2)
    root = Node(
        "consumo",
        f"Che cosa si perde: {question.nome or 'area senza nome'}",
        made.area_m2 / M2_PER_HA,
        "ha",
        note=" ".join(notice.it for notice in said),
        inputs=(land, soils, *lost),
    )
    trace = Trace("suoli consumo", day, root, __version__, _asked(question, where))
    lake.traces.save(trace)
    return Consumption(question, where, site, share, soils, land, lost, trace, said)


def _services(site: Site) -> list[Node]:
    """Return every service of the map: computed where there is a model, read where there is a layer."""
    found: list[Node] = []
    for service in site.rules.services:
        if service.id == "eventi_estremi":
            found.append(losses.rain_supply(site, service))
        elif service.id == "microclima":
            found.extend(heat.cooling(site, service))
        elif service.id == "ricarica":
            found.append(losses.recharge(site, service))
        else:
            found.append(losses.loaded(site, service))
    return found


def _asked(question: Question, where: Location) -> dict[str, Any]:
    return {
        "nome": question.nome,
        "geometria_wkt": shapely.to_wkt(question.geometry, rounding_precision=2),
        "progetto": dict(question.progetto or {}),
        "impermeabile_percento": question.impermeabile_percento,
        "intensita_edificata": question.intensita_edificata,
        "pioggia_annua_mm": question.pioggia_annua_mm,
        "comuni": [{"istat": one.istat, "quota": one.share} for one in where.comuni],
    }

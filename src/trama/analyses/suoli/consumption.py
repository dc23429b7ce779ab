"""Land take, weighed: what the soil under a polygon gives today and would not give if built upon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely

from trama import __version__
from trama.analyses.suoli import heat, losses
from trama.analyses.suoli.cells import ground_now
from trama.analyses.suoli.losses import Site
from trama.analyses.suoli.question import M2_PER_HA, Question, built
from trama.analyses.suoli.rules import read_rules
from trama.analyses.territory.location import Location, locate
from trama.kernel.trace import Node, Trace
from trama.lake import Lake
from trama.norms import NormBook

DOWNSTREAM = (
    "Chi sta a valle non è calcolato: servono i bacini della fognatura e dei corsi d'acqua, che non ci sono."
)
SOIL_TIME = (
    "Il suolo si riforma in secoli: togliere l'asfalto restituisce spazio alle piante, "
    "non il suolo che c'era."
)

REVERSIBLE = "La copertura si può togliere; il suolo resta compattato e va ricostruito."


@dataclass(frozen=True)
class Consumption:
    """The answer to a question about land take.

    Attributes
    ----------
    known_share
        Share of the polygon with land cover and soil group: what the figures rest on.
    by_class
        Attitude class → hectares of soil under the polygon; empty where the map was not drawn.
    """

    question: Question
    where: Location
    site: Site
    known_share: float
    by_class: Node
    land: Node
    losses: tuple[Node, ...]
    trace: Trace

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
    where = locate(lake, book, day, question.geometry)
    ground = ground_now(lake, book, question.geometry, day)
    site = Site(ground, made, question, book, read_rules(book, day), day)
    land, soils = _land(site), _by_class(site)
    lost = (*losses.events(site), losses.yearly(site), *_services(site))
    share = min(1.0, ground.known_m2 / question.geometry.area)
    root = Node(
        "consumo",
        f"Che cosa si perde: {question.nome or 'area senza nome'}",
        question.geometry.area / M2_PER_HA,
        "ha",
        note=_partial(share),
        inputs=(land, soils, *lost),
    )
    trace = Trace("suoli consumo", day, root, __version__, _asked(question, where))
    lake.traces.save(trace)
    return Consumption(question, where, site, share, soils, land, lost, trace)


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


def _land(site: Site) -> Node:
    """Return the soil sealed before and after, and of what kind the land take is."""
    area = site.built.area_m2
    now = site.ground.column("sealed_share")
    before = site.mean(now) * area
    after = site.mean(site.at_least(now, 1 - site.built.draining_share)) * area
    uses = (site.built.default.use(),) if site.built.source == "stimato" else ()
    return Node(
        "suolo",
        "Nuovo suolo impermeabile",
        losses.tidy(after - before, 2),
        "m2",
        "impermeabile dopo − impermeabile oggi",
        note=DOWNSTREAM,
        inputs=_land_parts(site, before, after),
        parameters=uses,
        layers=site.ground.uses,
    )


def _land_parts(site: Site, before: float, after: float) -> tuple[Node, ...]:
    return (
        Node(
            "impermeabile_prima",
            "Suolo impermeabile oggi",
            round(before, 2),
            "m2",
            "Σ quota impermeabile · area",
        ),
        Node(
            "impermeabile_dopo", "Suolo impermeabile dopo", round(after, 2), "m2", inputs=site.built.nodes()
        ),
        *_takes(site),
    )


def _takes(site: Site) -> Iterator[Node]:
    """Yield permanent and reversible land take: on ground free today, with the whole surface beneath.

    What is sealed today takes the permanent surfaces first, cell by cell; where every surface is declared,
    on the whole area, because nothing says where each will lie.
    """
    built, now = site.built, site.ground.column("sealed_share")
    if built.by_surface:
        now = np.full_like(now, site.mean(now))
    lasting, passing = (built.area_of(kind) / built.area_m2 for kind in ("permanente", "reversibile"))
    on_free = np.maximum(0.0, lasting - now)
    later = np.maximum(0.0, lasting + passing - now) - on_free
    for key, kind, whole, free, note in (
        ("permanente", "permanente", lasting, on_free, f"Irreversibile nei tempi di un piano. {SOIL_TIME}"),
        ("reversibile", "reversibile", passing, later, REVERSIBLE),
    ):
        all_m2, free_m2 = whole * built.area_m2, site.mean(free) * built.area_m2
        yield Node(
            key,
            f"Consumo {kind} di suolo oggi libero",
            losses.tidy(free_m2, 2),
            "m2",
            "superfici di questo consumo − quelle su suolo già impermeabile",
            note=note,
            inputs=(
                Node(f"superfici_{key}", f"Superfici di consumo {kind}", losses.tidy(all_m2, 2), "m2"),
                Node(f"gia_{key}", "Su suolo già impermeabile", losses.tidy(all_m2 - free_m2, 2), "m2"),
            ),
            parameters=(built.surfaces.use(),),
        )


def _by_class(site: Site) -> Node:
    """Return the hectares of soil by class of attitude under the polygon."""
    label = "Suolo consumato, per classe di attitudine"
    found = site.ground.alone("attitudine_suoli")
    if found is None or found[0].total_m2 <= 0:
        why = (
            "qui la carta non ha dati" if found else "manca la carta dei suoli: eseguire «trama suoli carta»"
        )
        return Node("suoli", label, None, "ha", source="mancante", note=f"dato mancante: {why}")
    values, version = found
    grades = site.rules.steps.value.points_of(values.values.astype(np.float64)).astype(int)
    hectares = {int(g): float(values.area_m2[grades == g].sum()) / M2_PER_HA for g in np.unique(grades)}
    parts = tuple(
        Node(
            f"classe_{g}", f"Attitudine {site.rules.class_name(g)}", round(area, 4), "ha", "area delle celle"
        )
        for g, area in sorted(hectares.items(), reverse=True)
    )
    return Node(
        "suoli",
        label,
        round(values.total_m2 / M2_PER_HA, 4),
        "ha",
        "area con un'attitudine, divisa per classe",
        note="Le classi valgono per i servizi che erano in uso quando la carta fu fatta.",
        inputs=parts,
        parameters=(site.rules.steps.use(),),
        layers=(version.use(),),
    )


def _partial(share: float) -> str:
    if share > 0.995:
        return ""
    return f"Calcolato sul {100 * share:.0f} % dell'area: per il resto mancano i dati."


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

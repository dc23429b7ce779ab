"""The soil a land take seals and takes: before, after, on what ground, and of which attitude."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from trama.analyses.suoli.cells import is_water
from trama.analyses.suoli.losses import Site, tidy
from trama.analyses.suoli.question import M2_PER_HA
from trama.kernel.trace import Node

DOWNSTREAM = (
    "Chi sta a valle non è calcolato: servono i bacini della fognatura e dei corsi d'acqua, che non ci sono."
)
SOIL_TIME = (
    "Il suolo si riforma in secoli: togliere l'asfalto restituisce spazio alle piante, "
    "non il suolo che c'era."
)
REVERSIBLE = "La copertura si può togliere; il suolo resta compattato e va ricostruito."


def land_taken(site: Site) -> Node:
    """Return the soil sealed before and after, and of what kind the land take is; water is no soil."""
    now = site.ground.column("sealed_share")
    before = site.on_soil(now)
    after = site.on_soil(site.at_least(now, 1 - site.built.draining_share))
    uses = (site.built.default.use(),) if site.built.source == "stimato" else ()
    return Node(
        "suolo",
        "Nuovo suolo impermeabile",
        tidy(after - before, 2),
        "m2",
        "impermeabile dopo − impermeabile oggi",
        note=DOWNSTREAM,
        inputs=_parts(site, before, after),
        parameters=uses,
        layers=site.ground.uses,
    )


def _parts(site: Site, before: float, after: float) -> tuple[Node, ...]:
    how = "Σ quota impermeabile · area"
    return (
        Node("impermeabile_prima", "Suolo impermeabile oggi", round(before, 2), "m2", how),
        Node(
            "impermeabile_dopo", "Suolo impermeabile dopo", round(after, 2), "m2", inputs=site.built.nodes()
        ),
        *_takes(site),
    )


def _takes(site: Site) -> Iterator[Node]:
    """Yield permanent and reversible land take: on ground free today, with the whole surface beneath.

    What is sealed today takes the permanent surfaces first, cell by cell; where every surface is declared,
    on the whole soil, because nothing says where each will lie. On water each surface lies in proportion.
    """
    built, now = site.built, site.ground.column("sealed_share")
    if built.by_surface and site.soil_m2 > 0:
        now = np.full_like(now, site.on_soil(now) / site.soil_m2)
    lasting, passing = (built.area_of(kind) / built.area_m2 for kind in ("permanente", "reversibile"))
    on_free = np.maximum(0.0, lasting - now)
    later = np.maximum(0.0, lasting + passing - now) - on_free
    for key, whole, free, note in (
        ("permanente", lasting, on_free, f"Irreversibile nei tempi di un piano. {SOIL_TIME}"),
        ("reversibile", passing, later, REVERSIBLE),
    ):
        all_m2, free_m2, water_m2 = whole * built.area_m2, site.on_soil(free), whole * site.water_m2
        parts = (
            (f"superfici_{key}", f"Superfici di consumo {key}", all_m2),
            (f"gia_{key}", "Su suolo già impermeabile", all_m2 - free_m2 - water_m2),
            (f"acqua_{key}", "Su acqua, che non è suolo", water_m2),
        )
        yield Node(
            key,
            f"Consumo {key} di suolo oggi libero",
            tidy(free_m2, 2),
            "m2",
            "superfici di questo consumo − quelle su suolo già impermeabile − quelle su acqua",
            note=note,
            inputs=tuple(Node(name, label, tidy(area, 2), "m2") for name, label, area in parts),
            parameters=(built.surfaces.use(),),
        )


def soils_by_class(site: Site) -> Node:
    """Return the hectares of soil by class of attitude under the polygon, without the water."""
    label = "Suolo consumato, per classe di attitudine"
    found = site.ground.beside("attitudine_suoli")
    if found is None or found[0].total_m2 <= 0:
        why = (
            "qui la carta non ha dati" if found else "manca la carta dei suoli: eseguire «trama suoli carta»"
        )
        return Node("suoli", label, None, "ha", source="mancante", note=f"dato mancante: {why}")
    classes, values, version = found
    grades = site.rules.steps.value.points_of(values.values.astype(np.float64)).astype(int)
    soil = ~is_water(site.ground.table, classes)
    hectares = {
        int(g): float(values.area_m2[soil & (grades == g)].sum()) / M2_PER_HA for g in np.unique(grades[soil])
    }
    parts = tuple(
        Node(
            f"classe_{g}", f"Attitudine {site.rules.class_name(g)}", round(area, 4), "ha", "area delle celle"
        )
        for g, area in sorted(hectares.items(), reverse=True)
    )
    note = "Le classi valgono per i servizi che erano in uso quando la carta fu fatta."
    return Node(
        "suoli",
        label,
        round(sum(hectares.values()), 4),
        "ha",
        "area con un'attitudine, divisa per classe; l'acqua non è suolo",
        note=note if parts else "Qui non c'è suolo: è tutta acqua.",
        inputs=parts,
        parameters=(site.rules.steps.use(),),
        layers=(version.use(),),
    )

"""What cooling is lost when soil is built upon: the capacity by day, the night's degrees before mixing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from trama.analyses.suoli.cells import column_of
from trama.analyses.suoli.losses import Site, missing, points_lost, tidy
from trama.analyses.suoli.question import M2_PER_HA
from trama.analyses.suoli.rules import FOLDER, Service
from trama.engines.heat import CoolingWeights, cooling_capacity
from trama.kernel.trace import Node
from trama.kernel.units import format_number

WARM = "sttm1/warm"
NIGHT = (
    "Stima: il mescolamento sposta i gradi nei dintorni e ne conserva la somma; "
    "le grandi aree verdi vicine non sono contate."
)


def cooling(site: Site, service: Service) -> list[Node]:
    """Return the points·ha, the CC·ha by day and the °C·ha by night that are lost.

    One evapotranspiration for the whole territory: its ratio to the largest is 1, CC does not depend on it.
    """
    weights = site.norm(f"{WARM}/pesi_cc")
    table, full = site.norm(f"{WARM}/calore_dusaf"), site.norm(f"{WARM}/offerta_cc_pieno")
    classes = site.ground.classes
    before = _capacity(weights.value, *(column_of(table, classes, name) for name in _COLUMNS))
    built = [np.float64(site.built.mean(name)) for name in _COLUMNS]
    after = site.at_most(before, _capacity(weights.value, *built))
    uses = (weights.use(), full.use(), site.rules.full.use(), *_rows(site, table))
    area = site.ground.area_m2
    if not np.isfinite(before).any():
        return [missing(service, "nessuna classe di suolo ha i valori di ombra, albedo e Kc")]
    most, part = site.rules.full_points, float(full.value)
    points = [most * np.minimum(1.0, one / part) for one in (before, after)]
    supply = points_lost(site, service, points[0], points[1], area, uses, site.ground.uses[:1])
    known = np.isfinite(before)
    gone = float(np.dot(np.where(known, before - after, 0.0), area)) / M2_PER_HA
    day = Node(
        "raffrescamento",
        "Capacità di raffrescamento del giorno che si perde",
        tidy(gone, 4),
        "CC*ha",
        "Σ (CC prima − CC dopo) · ettari; CC = ombra·o + albedo·a + evapotraspirazione·e",
        inputs=(
            Node("prima", "CC di oggi", _mean(before, area), "1", "media sull'area"),
            Node("dopo", "CC dopo la costruzione", _mean(after, area), "1", inputs=site.built.nodes()),
        ),
        parameters=uses,
        layers=site.ground.uses[:1],
    )
    return [supply, day, _night(site)]


_COLUMNS = ("shade", "albedo", "kc_summer")


def _capacity(weights: Any, shade: Any, albedo: Any, kc: Any) -> Any:
    of = CoolingWeights(weights["ombra"], weights["albedo"], weights["evapotraspirazione"])
    return cooling_capacity(shade, albedo, kc, 1.0, 1.0, of)


def _night(site: Site) -> Node:
    """Return the °C·ha added by night, before mixing: mixing spreads degrees and keeps their sum."""
    table, island = site.norm(f"{WARM}/calore_dusaf"), site.norm(f"{WARM}/isola_calore_massima_notte")
    said = _intensity(site)
    after = float(said.value or 0)
    before, area = column_of(table, site.ground.classes, "building_intensity"), site.ground.area_m2
    known, now = float(area[np.isfinite(before)].sum()), _mean(before, area)
    then = _mean(site.at_least(before, after), area)
    more = None if now is None or then is None else float(island.value) * (then - now)
    return Node(
        "notte",
        "Calore notturno aggiunto",
        None if more is None else tidy(more * known / M2_PER_HA, 4),
        "degC*ha",
        "gradi in più, in media sull'area · ettari",
        note=NIGHT if now is not None else "dato mancante: nessuna classe ha un'intensità edificata",
        inputs=(
            Node(
                "gradi",
                "Di quanto la notte è più calda, in media sull'area",
                None if more is None else tidy(more, 4),
                "degC",
                "isola di calore massima · (intensità edificata dopo − prima), prima che l'aria si mescoli",
                parameters=(island.use(),),
            ),
            Node("prima", "Intensità edificata di oggi", now, "1", "media sull'area"),
            Node("dopo", "Intensità edificata dopo", then, "1", "media sull'area", inputs=(said,)),
        ),
        parameters=(island.use(), *_rows(site, table)),
        layers=site.ground.uses[:1],
    )


def _intensity(site: Site) -> Node:
    """Return the step of the building intensity of what is built: declared, or the norms' in proportion."""
    label, given = "Intensità edificata di ciò che si costruisce", site.question.intensita_edificata
    if given is not None:
        return Node("dichiarata", label, given, "1", source="dichiarato")
    norm, built = site.norm(f"{FOLDER}/intensita_edificata"), site.built
    return Node(
        "delle_norme",
        label,
        round(float(norm.value) * built.as_usual, 6),
        "1",
        "intensità delle norme · superfici permanenti / quelle del costruito delle norme, al più 1",
        source="stimato",
        inputs=built.nodes(),
        parameters=(norm.use(), built.default.use()),
    )


def assumed(site: Site) -> str:
    """Return the sentence on the building intensity assumed; empty where it is declared."""
    step = _intensity(site)
    if step.source == "dichiarato":
        return ""
    if not step.value:
        return "Intensità edificata non dichiarata: non si impermeabilizza nulla, e non se ne aggiunge."
    norm = format_number(float(step.parameters[0].value))
    how = "quella delle norme"
    if site.built.as_usual < 1:
        how += f", {norm}, in proporzione a quanto si impermeabilizza"
    much = format_number(float(step.value))
    return f"Intensità edificata non dichiarata: per la notte si assume {much} ({how})."


def _mean(values: Any, area: Any) -> float | None:
    known = np.isfinite(values)
    total = float(area[known].sum())
    return round(float(np.dot(values[known], area[known])) / total, 6) if total > 0 else None


def _rows(site: Site, table: Any) -> tuple[Any, ...]:
    """Quote the rows of the table of heat found under the polygon."""
    codes = [str(code) for code in np.unique(site.ground.classes.values).tolist()]
    columns = (*_COLUMNS, "building_intensity")
    rows = {
        code: {name: table.value[code][name] for name in columns} for code in codes if code in table.value
    }
    return (replace(table.use(), value=rows),)

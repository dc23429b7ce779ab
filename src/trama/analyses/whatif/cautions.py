"""What stands against a solution in a place, in plain words: water table, wells, soil, old spills."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from trama.analyses.scheda.window import read_covered
from trama.analyses.whatif.cells import GROUPS
from trama.analyses.whatif.drawing import SAME_SHARE, Laid, Layout
from trama.analyses.whatif.ground import Ground
from trama.kernel.trace import LayerUse
from trama.kernel.units import format_number
from trama.lake import Lake

EXCLUDED, ATTENTION, TO_CHECK = "esclusa", "attenzione", "da_verificare"
CROWDED_SHARE = 0.75
"""Crowns that cover less than this share of their own ground lie on each other."""
_ZONES = {
    "zona_rispetto_pozzi": (
        "zone_rispetto_pozzi",
        "tocca la zona di rispetto di un pozzo: qui non si infiltra",
    ),
    "sito_in_bonifica": ("siti_contaminati", "tocca un sito contaminato o in bonifica"),
}
_CHECKS = {
    "entro_5_m_da_fondazioni": "che le fondazioni siano ad almeno 5 m",
    "mezzi_pesanti": "che non vi passino mezzi pesanti",
    "tetto_sotto_120_kg_m2": "che il tetto porti 120 kg/m²",
    "tetto_sotto_350_kg_m2": "che il tetto porti 350 kg/m²",
    "falda_oltre_20_percento": "che la falda del tetto non superi il 20 %",
    "portata_del_tetto": "quanto porta il tetto",
    "controllo_della_strozzatura": "la strozzatura dello scarico",
    "irrigazione_non_garantita": "che l'irrigazione sia garantita",
    "avifauna_presso_aeroporti": "la distanza dagli aeroporti (avifauna)",
    "zanzare": "il controllo delle zanzare",
    "sottoservizi": "i sottoservizi",
    "diritti_di_acqua": "i diritti d'acqua",
    "abbagliamento": "l'abbagliamento",
    "tetti_di_pregio": "che il tetto non sia di pregio",
    "carico_radiante_sui_pedoni": "il calore riflesso sui pedoni",
}


@dataclass(frozen=True)
class Caution:
    """Something against a solution, or that only a person can check.

    Attributes
    ----------
    weight
        ``esclusa``, ``attenzione`` or ``da_verificare``.
    """

    number: int
    weight: str
    sentence: str
    layers: tuple[LayerUse, ...] = ()


def cautions_of(lake: Lake, ground: Ground | None, layout: Layout) -> list[Caution]:
    """Return what stands against each solution, the heaviest first."""
    depths = _WaterTable(lake)
    zones = {reason: _Zone(lake, layer, layout.site) for reason, (layer, _words) in _ZONES.items()}
    found = []
    for one in layout.laid:
        if one.ground.is_empty:
            words = "i disegni che vengono dopo la coprono per intero: non conta. Toglierla, o spostarla."
            found.append(Caution(one.number, ATTENTION, f"{one.name}: {words}"))
            continue
        found += [*_water_table(depths, one), *_zones(zones, one), *_soils(ground, one)]
        found += [*_as_written(one), *_by_hand(one)]
    order = {EXCLUDED: 0, ATTENTION: 1, TO_CHECK: 2}
    return sorted(found, key=lambda caution: (order[caution.weight], caution.number))


class _WaterTable:
    """Depth of the water table under what is drawn."""

    def __init__(self, lake: Lake) -> None:
        self.version = lake.version("soggiacenza") if lake.has("soggiacenza") else None

    def least(self, polygon: shapely.Geometry) -> float | None:
        if self.version is None:
            return None
        covered = read_covered(self.version.raster, polygon)
        return float(covered.values.min()) if covered.total_m2 else None


class _Zone:
    """Areas of a layer near the site."""

    def __init__(self, lake: Lake, layer: str, site: shapely.Geometry) -> None:
        self.version = lake.version(layer) if lake.has(layer) else None
        self.shapes = self.version.features([], site.bounds)[1] if self.version else np.empty(0, object)

    def touches(self, polygon: shapely.Geometry) -> bool:
        return bool(len(self.shapes) and shapely.intersects(self.shapes, polygon).any())


def _water_table(depths: _WaterTable, one: Laid) -> Iterator[Caution]:
    least = one.row["water_table_min_m"]
    if least is None or float(least) <= 0:
        return
    wanted = format_number(float(least), "m", 1)
    there = depths.least(one.ground)
    if there is None:
        sentence = f"{one.name}: la profondità della falda qui non è nota; ne serve almeno {wanted}."
        yield Caution(one.number, TO_CHECK, sentence)
    elif there < float(least):
        assert depths.version is not None
        sentence = f"{one.name}: la falda qui è a {format_number(there, 'm', 1)}, ne serve almeno {wanted}."
        yield Caution(one.number, EXCLUDED, sentence, (depths.version.use(),))


def _zones(zones: dict[str, _Zone], one: Laid) -> Iterator[Caution]:
    for reason in _reasons(one):
        if reason not in zones:
            continue
        zone, words = zones[reason], _ZONES[reason][1]
        if zone.version is None:
            sentence = f"{one.name}: manca il livello «{_ZONES[reason][0]}», non si sa se lo tocca."
            yield Caution(one.number, TO_CHECK, sentence)
        elif zone.touches(one.ground):
            yield Caution(one.number, EXCLUDED, f"{one.name}: {words}.", (zone.version.use(),))


def _soils(ground: Ground | None, one: Laid) -> Iterator[Caution]:
    allowed = str(one.row["soil_groups"] or "").split()
    if ground is None or not allowed or len(allowed) == len(GROUPS):
        return
    where, area = ground.part(one.ground)
    groups = ground.groups[where]
    there = {letter: float(area[groups == code].sum()) for code, letter in enumerate(GROUPS, start=1)}
    known = sum(there.values())
    unfit = sum(size for letter, size in there.items() if letter not in allowed)
    if known > 0 and unfit > 0.01 * known:
        worst = ", ".join(letter for letter, size in there.items() if size > 0 and letter not in allowed)
        share = format_number(100 * unfit / known, "%", 0)
        words = f"suolo del gruppo {worst} sul {share}; è adatta ai gruppi {', '.join(allowed)}."
        yield Caution(one.number, ATTENTION, f"{one.name}: {words}", (ground.layers[1],))


def _as_written(one: Laid) -> Iterator[Caution]:
    """Say where the quantity written and the drawing do not tell the same, or the drawing lies on itself."""
    unit = str(one.row["unit"])
    if one.footprint["drawn"] == "linea" and abs(one.quantity - one.drawn) > SAME_SHARE * one.drawn:
        written, drawn = (format_number(value, unit, 0) for value in (one.quantity, one.drawn))
        words = f"costi e invaso seguono la quantità scritta ({written}), suolo e caldo il disegno ({drawn})."
        yield Caution(one.number, ATTENTION, f"{one.name}: {words}")
    crowns = one.quantity * float(one.footprint["over_m2_per_unit"]) if unit == "count" else 0.0
    if crowns and one.ground.area < CROWDED_SHARE * crowns:
        hidden = format_number(100 * (1 - one.ground.area / crowns), "%", 0)
        words = f"i punti sono così vicini che il {hidden} delle chiome si sovrappone: conta una volta sola."
        yield Caution(one.number, ATTENTION, f"{one.name}: {words}")


def _by_hand(one: Laid) -> Iterator[Caution]:
    checks = [
        _CHECKS.get(reason, reason.replace("_", " ")) for reason in _reasons(one) if reason not in _ZONES
    ]
    if checks:
        yield Caution(one.number, TO_CHECK, f"{one.name}: verificare {'; '.join(checks)}.")


def _reasons(one: Laid) -> list[str]:
    return [part.strip() for part in str(one.row["excluded_by"] or "").split(";") if part.strip()]

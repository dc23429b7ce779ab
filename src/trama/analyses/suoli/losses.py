"""What each service loses when soil is built upon: before, after, difference, each with its reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from trama.analyses.suoli.cells import GROUPS, Floats, GroundNow, column_of
from trama.analyses.suoli.question import M2_PER_HA, Built, Question
from trama.analyses.suoli.rules import FOLDER, STORM, Rules, Service
from trama.kernel.trace import LayerUse, Node, ParameterUse
from trama.norms import InForce, NormBook
from trama.norms.errors import NotInForce

MILLIMETRES = 1000.0


@dataclass(frozen=True)
class Site:
    """The ground as it is, what would be built, and the norms of the day."""

    ground: GroundNow
    built: Built
    question: Question
    book: NormBook
    rules: Rules
    day: date

    def norm(self, path: str) -> InForce:
        """Return a parameter as in force on the day."""
        return self.book.value(path, self.day)

    def lacking(self, layer: str) -> str:
        """Say that a layer is not there, by its title where the norms describe it."""
        manifest = self.book.manifests.get(layer)
        return f"manca il livello «{manifest.title}»" if manifest else "il suo livello non c'è"

    def runoffs(self, rain_mm: float) -> tuple[Floats, Floats]:
        """Return the runoff of a rain today and on what is built, mm by cell: both found the same way.

        With a share alone, cell by cell, and never less than today. With every surface declared, nothing says
        where each will lie: both sides take one CN for the area, weighted by surface, by soil group.
        """
        ground, built = self.ground, self.built
        now = ground.composite_numbers if built.by_surface else ground.curve_numbers
        after = ground.by_group([built.mean(f"cn_{group}") for group in GROUPS])
        return ground.runoff(rain_mm, now), ground.runoff(rain_mm, self.at_least(now, after))

    def at_least(self, before: Floats, after: Floats | float) -> Floats:
        """Return `after`, where only a share is given never under `before`: for what harms as it grows."""
        spread = np.broadcast_to(after, before.shape)
        return spread if self.built.by_surface else np.maximum(before, spread)

    def at_most(self, before: Floats, after: Floats | float) -> Floats:
        """Return `after`, where only a share is given never over `before`: for what serves as it grows."""
        spread = np.broadcast_to(after, before.shape)
        return spread if self.built.by_surface else np.minimum(before, spread)

    def total(self, by_cell: Floats) -> float:
        """Return Σ value × square metres over the cells with data."""
        return float(np.dot(by_cell, self.ground.area_m2))

    @property
    def water_m2(self) -> float:
        """Square metres of the area that are water."""
        return self.built.area_m2 * self.ground.water_m2 / self.ground.known_m2

    @property
    def soil_m2(self) -> float:
        """Square metres of the area that are soil: all but the water."""
        return self.built.area_m2 - self.water_m2

    def on_soil(self, share: Floats) -> float:
        """Return the square metres of the area's soil that a share by cell is of; water has none."""
        return self.built.area_m2 * self.mean(np.where(self.ground.water, 0.0, share))

    def mean(self, by_cell: Floats) -> float:
        """Return the mean over the cells with data, weighted by area."""
        return self.total(by_cell) / self.ground.known_m2


def events(site: Site) -> Iterator[Node]:
    """Yield the rain no longer retained, in an intense event and on a summer day [m3]."""
    for key, label, rain in (
        ("evento_intenso", "Acqua di un evento intenso non più trattenuta", "pioggia_t50_1h"),
        ("giorno_estivo", "Acqua di un giorno di pioggia estivo non più trattenuta", "pioggia_giorno_estivo"),
    ):
        depth = site.norm(f"{STORM}/{rain}")
        p = float(depth.value)
        before, after = site.runoffs(p)
        lost = site.total(after - before) / MILLIMETRES
        yield Node(
            key,
            f"{label} ({p:g} mm)".replace(".", ","),
            tidy(lost, 3),
            "m3",
            f"Σ (Q dopo − Q prima) · area / 1000; Q del metodo SCS-CN, CN dopo = Σ quota · CN; {_same(site)}",
            inputs=(
                Node("prima", "Deflusso di oggi", round(site.mean(before), 4), "mm", "media sull'area"),
                Node(
                    "dopo",
                    "Deflusso dopo la costruzione",
                    round(site.mean(after), 4),
                    "mm",
                    "media sull'area",
                    inputs=site.built.nodes(),
                ),
            ),
            parameters=(depth.use(), site.ground.lambda_.use(), *_covers(site)),
            layers=site.ground.uses,
        )


def tidy(value: float, digits: int) -> float:
    """Round; a zero has no sign.

    >>> tidy(-0.0001, 3)
    0.0
    """
    return round(value, digits) + 0.0


def _same(site: Site) -> str:
    if site.built.by_surface:
        return "prima e dopo con un solo CN per gruppo di suolo, medio sull'area"
    return "cella per cella, dopo mai meno di oggi"


def yearly(site: Site) -> Node:
    """Return the rain of a year that runs off where it now soaks in [m3]; missing without a yearly rain."""
    label = "Acqua che in un anno non entra più nel suolo"
    ratios = site.norm(f"{FOLDER}/deflusso_annuo")
    rain, used, given = _yearly_rain(site)
    pervious = site.ground.by_group([float(ratios.value[f"permeabile_{group}"]) for group in GROUPS])
    hard = float(ratios.value["impermeabile"])
    sealed = site.ground.column("sealed_share")
    after = site.at_least(sealed, site.built.mean("sealed_share_yearly"))
    more = (after - sealed) * (hard - pervious)
    unit = "m3/year"
    if rain is None:
        note = "dato mancante: serve la pioggia media annua del luogo, che nessuna fonte letta dà. Indicarla."
        return Node(
            "acqua_annua", label, None, unit, source="mancante", note=note, parameters=(ratios.use(),)
        )
    return Node(
        "acqua_annua",
        label,
        tidy(site.total(more) * rain / MILLIMETRES, 2),
        unit,
        "Σ (f dopo − f prima) · (c impermeabile − c permeabile) · pioggia annua · area / 1000",
        inputs=(*given, *site.built.nodes()),
        parameters=(ratios.use(), *used, *_covers(site)),
        layers=site.ground.uses,
    )


def _yearly_rain(site: Site) -> tuple[float | None, tuple[ParameterUse, ...], tuple[Node, ...]]:
    asked = site.question.pioggia_annua_mm
    if asked is not None:
        node = Node("pioggia_annua", "Pioggia media di un anno", asked, "mm", source="dichiarato")
        return asked, (), (node,)
    try:
        norm = site.norm(f"{FOLDER}/pioggia_annua")
    except NotInForce:
        return None, (), ()
    return float(norm.value), (norm.use(),), ()


def rain_supply(site: Site, service: Service) -> Node:
    """Return the points·ha of extreme-event regulation lost."""
    rain, full = site.norm(f"{STORM}/offerta_pioggia"), site.rules.full
    p, most = float(rain.value), site.rules.full_points
    before, after = (most * (1 - runoff / p) for runoff in site.runoffs(p))
    uses = (rain.use(), full.use(), site.ground.lambda_.use())
    return points_lost(site, service, before, after, site.ground.area_m2, uses, site.ground.uses)


def recharge(site: Site, service: Service) -> Node:
    """Return the points·ha of groundwater recharge lost: K-dren, with soil and water table as they are."""
    found = site.ground.beside(service.layer)
    if found is None or found[0].total_m2 <= 0:
        return missing(service, "qui il livello non ha dati" if found else site.lacking(service.layer))
    classes, values, version = found
    draining = 1 - column_of(site.ground.table, classes, "sealed_share")
    known = draining > 0
    weight = np.divide(values.values, draining, out=np.zeros_like(draining), where=known)
    before = values.values.astype(np.float64) * service.points_per_unit
    after = weight * site.built.draining_share * service.points_per_unit
    layers = (*site.ground.uses[:1], version.use())
    uses = (site.rules.service_use(service),)
    return points_lost(site, service, before, after, values.area_m2, uses, layers)


def points_lost(
    site: Site,
    service: Service,
    before: Floats,
    after: Floats,
    area_m2: Floats,
    uses: tuple[ParameterUse, ...],
    layers: tuple[LayerUse, ...],
) -> Node:
    """Return the step of a service: Σ (points before − points after) × hectares.

    Where only a share is given, what is built never gives more than the ground does today.
    """
    after = site.at_most(before, after)
    known = np.isfinite(before) & np.isfinite(after)
    area = np.where(known, area_m2, 0.0)
    total = float(area.sum())
    if total <= 0:
        return missing(service, "qui il livello non ha dati")
    gone = float(np.dot(np.where(known, before - after, 0.0), area)) / M2_PER_HA
    means = [float(np.dot(np.where(known, one, 0.0), area)) / total for one in (before, after)]
    return Node(
        service.id,
        service.name_it,
        tidy(gone, 4),
        "point*ha",
        f"Σ (punti prima − punti dopo) · ettari; punti = {service.model}",
        inputs=(
            Node("prima", "Offerta di oggi", round(means[0], 4), "point", "media sull'area", layers=layers),
            Node(
                "dopo",
                "Offerta dopo la costruzione",
                round(means[1], 4),
                "point",
                "media sull'area",
                inputs=site.built.nodes(),
            ),
        ),
        parameters=uses,
        layers=layers,
    )


def missing(service: Service, why: str) -> Node:
    """Return the step of a service that cannot be computed, with the reason."""
    note = f"dato mancante: {why} ({service.how})"
    return Node(service.id, service.name_it, None, "point*ha", source="mancante", note=note)


def loaded(site: Site, service: Service) -> Node:
    """Return the points·ha of a service known only by its layer: what is sealed loses them all.

    What is left green keeps the points it had: an upper bound of what remains.
    """
    found = site.ground.alone(service.layer)
    if found is None or found[0].total_m2 <= 0:
        return missing(service, "qui il livello non ha dati" if found else site.lacking(service.layer))
    values, version = found
    before = values.values.astype(np.float64) * service.points_per_unit
    after = before * site.built.draining_share
    uses = (site.rules.service_use(service),)
    return points_lost(site, service, before, after, values.area_m2, uses, (version.use(),))


def _covers(site: Site) -> tuple[ParameterUse, ...]:
    """Quote the rows of the land-cover table found under the polygon."""
    codes = [str(code) for code in np.unique(site.ground.classes.values).tolist()]
    columns = ("sealed_share", *(f"cn_{group}" for group in GROUPS))
    rows = {code: {name: site.ground.table.value[code][name] for name in columns} for code in codes}
    return (replace(site.ground.table.use(), value=rows),)

"""Projects in order of financing: class of part A of the Scheda Norma, times gain by euro."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import shapely

from trama import __version__
from trama.analyses.rete_verde.priorities import rank_places
from trama.analyses.rete_verde.rules import THEMES, Rules, read_rules
from trama.analyses.rete_verde.served import Served, sealed_pool, served
from trama.analyses.rete_verde.together import NAMELESS, on_shared_ground, told_apart
from trama.analyses.rete_verde.unplaced import MORE_WATER, NO_WATER, no_heat, places_of
from trama.analyses.scheda.run import SchedaResult, Subject, find_sheet, run_scheda
from trama.analyses.scheda.surfaces import SHARE_TOLERANCE, Composition
from trama.analyses.scheda.window import read_covered
from trama.engines.hydrology import runoff_mm
from trama.kernel.errors import NotFound
from trama.kernel.trace import Node, Trace
from trama.kernel.units import format_number
from trama.lake import Lake
from trama.norms import NormBook

SHEETS = {"acqua": "drenaggio", "calore": "isola-calore"}
UNITS = {"acqua": "m³", "calore": "°C·persone"}
MILLION = 1e6
MILLIMETRES = 1000.0
UNIT_AREA_M2 = {"m2": 1.0}


@dataclass(frozen=True)
class Ranked:
    """A project in one theme; None is missing, with the reason in `why`.

    Attributes
    ----------
    grade
        Class of the place, from part A of the theme's sheet, 1 to 5.
    gain
        m3 of the event kept out of sewers, or °C by sensitive people; where it is not above zero there is no
        place, and `why` says why.
    cost, cost_min, cost_max
        Euro of the solutions, from the catalogue.
    score
        Class × gain for a million euro.
    served_m2, wanted_m2
        Sealed ground whose water the solutions store, and that which the catalogue would let them serve; None
        in heat.
    cut
        What was counted for less than the catalogue gives, and why.
    """

    name: str
    theme: str
    grade: int | None
    outcome: str
    gain: float | None
    cost: float
    cost_min: float
    cost_max: float
    score: float | None
    why: str
    trace: str
    served_m2: float | None = None
    wanted_m2: float | None = None
    cut: str = ""
    place: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the row as plain JSON values."""
        return {
            "posto": self.place,
            "progetto": self.name,
            "tema": self.theme,
            "classe_a": self.grade,
            "esito_scheda": self.outcome,
            "guadagno": self.gain,
            "guadagno_unita": UNITS[self.theme],
            "costo_eur": self.cost,
            "costo_min_eur": self.cost_min,
            "costo_max_eur": self.cost_max,
            "punteggio": self.score,
            "superficie_servita_m2": self.served_m2,
            "superficie_servibile_m2": self.wanted_m2,
            "limite": self.cut,
            "perche": self.why,
            "trace_scheda": self.trace,
        }


def order_projects(
    lake: Lake,
    book: NormBook,
    subjects: Sequence[Subject],
    day: date,
    said: list[str] | None = None,
) -> tuple[list[Ranked], Trace]:
    """Put projects in order of financing, theme by theme, and keep the explanation in the lake.

    The gain in water is the event's runoff of the sealed surfaces of today less that of the project's, plus
    what the solutions store of the sealed area they serve: no more than there is in the project and around.
    The gain in heat is each solution's cooling by night × the density of the UPA's sensitive people × its own
    ground, no more than the polygon. What projects have in common (name, ground, surroundings) is added to
    `said`, and noted in the explanation.

    Raises
    ------
    TramaError
        What `run_scheda` and `rank_places` raise.
    """
    rules = read_rules(book, day)
    rows: list[tuple[Ranked, Node]] = []
    subjects, common = told_apart(subjects)
    for theme in THEMES:
        scored = [_rank(lake, book, rules, subject, theme, day) for subject in subjects]
        scored.sort(key=lambda pair: (pair[0].score is None, -(pair[0].score or 0.0), pair[0].name))
        places = places_of([one.score for one, _ in scored])
        rows += [(replace(one, place=at), node) for (one, node), at in zip(scored, places, strict=True)]
    themes = tuple(
        Node(theme, theme, None, "text", inputs=tuple(node for one, node in rows if one.theme == theme))
        for theme in THEMES
    )
    served_m2 = {one.name: one.served_m2 or 0.0 for one, _ in rows if one.theme == "acqua"}
    common += on_shared_ground(lake, rules, subjects, served_m2)
    if said is not None:
        said += common
    title, note = "Ordine di finanziamento dei progetti", " ".join(common)
    root = Node("ordine", title, len(subjects), "count", note=note, inputs=themes)
    asked = {"progetti": [subject.nome for subject in subjects]}
    trace = Trace("rete-verde ordine", day, root, __version__, asked)
    lake.traces.save(trace)
    return [one for one, _ in rows], trace


def _rank(
    lake: Lake, book: NormBook, rules: Rules, subject: Subject, theme: str, day: date
) -> tuple[Ranked, Node]:
    result = _sheet(lake, book, subject, theme, day)
    costs = [_cost(rules, subject, name) for name in ("cost_eur", "cost_min_eur", "cost_max_eur")]
    grade = result.evaluation.conclusions[0].place_class if result else None
    found = _gain(lake, rules, subject, theme, result)
    gain, why = found.value, found.why
    if result is None:
        why = f"dato mancante: le norme caricate non hanno la scheda «{SHEETS[theme]}»"
    elif grade is None:
        why = "dato mancante: la parte A della scheda non è completa"
    elif not costs[0]:
        why = "dato mancante: nessuna soluzione del catalogo, quindi nessun costo"
    ready = grade is not None and gain is not None and costs[0] > 0
    score = grade * gain / costs[0] * MILLION if ready and grade and gain is not None else None
    trace = result.trace.id if result else ""
    outcome = result.evaluation.outcome_label if result else ""
    name = subject.nome or NAMELESS
    row = Ranked(
        name=name,
        theme=theme,
        grade=grade,
        outcome=outcome,
        gain=gain,
        cost=costs[0],
        cost_min=costs[1],
        cost_max=costs[2],
        score=score,
        why=why,
        trace=trace,
        served_m2=found.served.served_m2 if found.served else None,
        wanted_m2=found.served.wanted_m2 if found.served else None,
        cut=found.cut,
    )
    return row, _node(rules, subject, row, result, found.steps)


def _sheet(lake: Lake, book: NormBook, subject: Subject, theme: str, day: date) -> SchedaResult | None:
    """Evaluate the project with the theme's sheet; None where the norms have no such sheet."""
    try:
        sheet = find_sheet(book, SHEETS[theme])
    except NotFound:
        return None
    return run_scheda(lake, book, sheet, subject, {}, day)


def _cost(rules: Rules, subject: Subject, column: str) -> float:
    rows = rules.catalogue.value
    return sum(one.area_m2 * float(rows[one.id][column]) for one in subject.tipologie)


@dataclass(frozen=True)
class _Gain:
    """A gain with its steps; None with the reason in `why`."""

    value: float | None = None
    why: str = ""
    cut: str = ""
    served: Served | None = None
    steps: tuple[Node, ...] = ()


def _gain(lake: Lake, rules: Rules, subject: Subject, theme: str, result: SchedaResult | None) -> _Gain:
    if result is None:
        return _Gain()
    if theme == "calore":
        return _heat(lake, rules, subject)
    groups = _soil_shares(lake, subject.geometry)
    if groups is None:
        return _Gain(why="dato mancante: qui manca il gruppo idrologico del suolo")
    before, after = (_to_sewer(rules, one, groups) for one in (result.present, result.project))
    stored = served(rules, subject.tipologie, sealed_pool(lake, rules, subject.geometry, result.project))
    own = Node(
        "suolo",
        "Deflusso evitato dalle superfici del progetto",
        round(before - after, 4),
        "m3",
        "deflusso delle superfici impermeabili di oggi - deflusso di quelle di progetto",
        parameters=(rules.rain.use(), rules.lambda_.use(), rules.surfaces.use()),
    )
    gain = before - after + stored.stored_m3
    why = "" if gain > 0 else NO_WATER if gain == 0 else MORE_WATER
    return _Gain(gain, why, stored.said, stored, (own, stored.node))


def _to_sewer(rules: Rules, surfaces: Composition, groups: np.ndarray[Any, Any]) -> float:
    """Return the m3 of the event that run off the sealed surfaces of a composition."""
    rain, ratio, table = float(rules.rain.value), float(rules.lambda_.value), rules.surfaces.value
    total = 0.0
    for key, area in surfaces.areas_m2.items():
        row = table.get(key)
        if row and row["consumption"] != "nessuno":
            numbers = np.array([float(row[f"cn_{group}"]) for group in "abcd"])
            total += area * float(np.average(runoff_mm(rain, numbers, ratio), weights=groups))
    return total / MILLIMETRES


def _soil_shares(lake: Lake, polygon: shapely.Geometry) -> np.ndarray[Any, Any] | None:
    """Return the square metres of each soil group, A to D, under a polygon; None without any."""
    if not lake.has("gruppo_idrologico"):
        return None
    covered = read_covered(lake.version("gruppo_idrologico").raster, polygon)
    areas = np.array([float(covered.area_m2[covered.values == code].sum()) for code in (1, 2, 3, 4)])
    return areas if areas.sum() > 0 else None


def _heat(lake: Lake, rules: Rules, subject: Subject) -> _Gain:
    """Return °C by sensitive people of the solutions, each on its own ground, with the density of the UPA."""
    if not lake.has("warm_upa"):
        return _Gain(why="dato mancante: manca la vulnerabilità al caldo delle UPA (trama warm run)")
    ranking = rank_places(lake, rules, "upa")
    shares = shapely.area(shapely.intersection(ranking.shapes.geometry.to_numpy(), subject.geometry))
    if shares.sum() <= 0:
        return _Gain(why="dato mancante: il progetto è fuori dalle UPA")
    upa = str(ranking.shapes["key"].iloc[int(np.argmax(shares))])
    facts = ranking.rows[upa]
    people, area = facts.get("warm.sensibili_oltre_2"), facts.get("warm.superficie_m2")
    if people is None or not area or not np.isfinite(people):
        return _Gain(why=f"dato mancante: la UPA {upa} non ha persone sensibili contate")
    units_m2 = {action.nbs: action.unit_area_m2 for action in rules.actions}
    total, wide = 0.0, []
    for one in subject.tipologie:
        row = rules.catalogue.value[one.id]
        least, most = (float(row[f"night_cooling_{end}_degc"] or 0.0) for end in ("min", "max"))
        covers_m2 = one.area_m2 * UNIT_AREA_M2.get(str(row["unit"]), units_m2.get(one.id, 0.0))
        ground_m2 = min(covers_m2, float(subject.geometry.area))
        if covers_m2 > ground_m2 * (1 + SHARE_TOLERANCE):
            wide.append(f"«{row['name_it']}» coprirebbe {format_number(covers_m2, 'm2', 0)}")
        total += ground_m2 * max(0.0, (least + most) / 2)
    area_m2 = format_number(float(subject.geometry.area), "m2", 0)
    cut = f"{', '.join(wide)}: il guadagno conta i {area_m2} del poligono, il costo è intero" if wide else ""
    gain = total * float(people) / float(area)
    rows = [rules.catalogue.value[one.id] for one in subject.tipologie]
    return _Gain(gain, "" if gain > 0 else no_heat(float(people), rows), cut)


def _node(
    rules: Rules, subject: Subject, row: Ranked, result: SchedaResult | None, steps: tuple[Node, ...]
) -> Node:
    """Return the step of a project; what its sheet read and rests on is told with it."""
    used = tuple(rules.catalogue.use(only=one.id) for one in subject.tipologie)
    rests = tuple(result.trace.unofficial()) if result else ()
    note = f"Scheda: trama explain {row.trace}" if row.trace else ""
    return Node(
        f"{row.theme}-{row.name}",
        row.name,
        None if row.score is None else round(row.score, 4),
        "1",
        "classe della parte A · guadagno / costo · 1.000.000",
        note=row.why or note,
        inputs=(
            Node(
                "classe_a",
                "Classe del luogo, parte A della scheda",
                row.grade,
                "class",
                note=note,
                parameters=rests,
                layers=tuple(result.trace.layers()) if result else (),
            ),
            Node(
                "guadagno",
                f"Guadagno [{UNITS[row.theme]}]",
                row.gain,
                "1",
                note=row.why or row.cut,
                inputs=steps,
            ),
            Node("costo", "Costo delle soluzioni", row.cost, "EUR", "Σ quantità · costo unitario"),
        ),
        parameters=(rules.rain.use(), rules.surfaces.use(), *used) if row.theme == "acqua" else used,
    )

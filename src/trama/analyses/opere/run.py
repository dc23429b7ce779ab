"""The estimate of every work, left in the lake as a table with the explanation of each figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from trama import __version__
from trama.analyses.opere.effects import STORM, SUMMER, Effect, Estimator
from trama.analyses.opere.register import Register
from trama.analyses.opere.tracing import effect_node
from trama.analyses.territory.made import Progress, Steps, existing, manifest_of, provenance
from trama.kernel.trace import Node, Trace
from trama.lake import Lake
from trama.lake.version import Version
from trama.norms import NormBook

EFFECTS = "opere_effetti"
READ = ("uso_suolo", "gruppo_idrologico")
_DECIMALS = {"m3": 3, "degC": 4, "1": 6, "m2": 1, "EUR/m3": 2}


@dataclass(frozen=True)
class Estimate:
    """What a run found and left."""

    day: date
    effects: tuple[Effect, ...]
    version: Version
    trace: Trace


def run_estimate(lake: Lake, book: NormBook, *, day: date, progress: Progress | None = None) -> Estimate:
    """Estimate every work of the register and leave the table `opere_effetti`.

    Raises
    ------
    NoRegister, NotInForce
        Nothing has been written.
    """
    register = Register.read(lake, book, day)
    steps = Steps(progress, len(register.works))
    estimator = Estimator.open(lake, book, day)
    effects = tuple(estimator.each(register.works, steps.one_more))
    root = Node(
        "opere",
        "Effetti stimati delle opere finanziate",
        inputs=tuple(effect_node(effect, register.version.use()) for effect in effects),
        layers=(register.version.use(),),
    )
    trace = Trace("Opere finanziate: effetti", day, root, __version__, {"registro": register.version.id})
    return Estimate(day, effects, _write(lake, book, register, effects, trace), trace)


def row_of(effect: Effect) -> dict[str, Any]:
    """Return the row of a work in the table."""
    return {
        "id": effect.work.id,
        "m3_giorno_estivo": effect.m3[SUMMER],
        "m3_t50_1h": effect.m3[STORM],
        "costo_m3": effect.eur_m3,
        "delta_idren": effect.draining,
        "idren_m2": effect.draining_m2,
        "delta_cc": effect.cooling,
        "delta_notte": effect.night_degc,
        "superficie_m2": effect.area_m2,
        "forma": effect.form or None,
        "manca_acqua": effect.no_water or None,
        "manca_caldo": effect.no_heat or None,
        "manca_costo": effect.no_cost or None,
    }


def _write(
    lake: Lake, book: NormBook, register: Register, effects: tuple[Effect, ...], trace: Trace
) -> Version:
    manifest = manifest_of(book, EFFECTS)
    read = [register.version, *(lake.version(layer) for layer in READ if lake.has(layer))]
    made = provenance("opere", read, {}, trace.day.isoformat(), lake.traces.save(trace))
    if good := existing(lake, manifest, made):
        return good
    table = pd.DataFrame([row_of(effect) for effect in effects])
    for spec in manifest.fields:
        if spec.type == "number":
            table[spec.name] = table[spec.name].astype("float64").round(_DECIMALS[spec.unit])
        else:
            table[spec.name] = table[spec.name].astype(object)
    with lake.draft(manifest, made) as draft:
        draft.write_table(table)
    return draft.version

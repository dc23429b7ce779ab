"""The assessment as others read it: the JSON contract, and a page of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trama.analyses.invarianza.assessment import Assessment
from trama.analyses.invarianza.limits import MANAGER
from trama.analyses.invarianza.method import DETAILED, METHOD_LABELS
from trama.kernel.units import format_number


def body(assessment: Assessment) -> dict[str, Any]:
    """Return the answer's own keys; None is "not computed by this method", never zero."""
    sealed, result, empties = assessment.sealing, assessment.result, assessment.emptying
    return {
        "comune": _comune(assessment),
        "criticita": assessment.criticality.value,
        "criticita_fonte": assessment.criticality.source,
        "superficie_m2": sealed.area_m2,
        "superficie_scolante_impermeabile_ha": sealed.equivalent_ha,
        "classe": sealed.class_of_intervention,
        "metodo": assessment.method,
        "coefficiente_deflusso": sealed.runoff_coefficient,
        "piogge": _rain(assessment),
        "portata_limite_l_s": assessment.discharge.l_s,
        "portata_limite_da": assessment.discharge.set_by,
        "durata_critica_h": result.duration_h,
        "volume_metodo_m3": result.node.value,
        "volume_minimo_m3": assessment.minimum_m3,
        "volume_m3": assessment.volume_m3,
        "governa": governs(assessment),
        "svuotamento_h": empties.time_h,
        "svuotamento_massimo_h": empties.longest_h,
        "svuotamento_nei_termini": empties.ready_again_m3 is None,
        "volume_secondo_evento_m3": empties.ready_again_m3,
        "sole_piogge": _rainfall_only(assessment),
        "eventi": _events(assessment),
        "avvisi": list(assessment.notices),
    }


def governs(assessment: Assessment) -> str:
    """Return what sets the volume: ``metodo`` or ``minimo``."""
    value = assessment.result.node.value
    return "metodo" if isinstance(value, float) and value > assessment.minimum_m3 else "minimo"


def lines(assessment: Assessment) -> Iterator[tuple[str, str]]:
    """Yield the rows a person reads, label and value."""
    sealed, result = assessment.sealing, assessment.result
    if assessment.comune is not None:
        yield "Comune", f"{assessment.comune.name} ({assessment.comune.istat})"
    yield "Area di criticità idraulica", f"{assessment.criticality.value}"
    yield "Superficie che entra nel calcolo", format_number(sealed.area_m2, "m2")
    yield "Coefficiente di deflusso medio", format_number(sealed.runoff_coefficient, "1", 3)
    yield "Classe di intervento", f"{sealed.class_of_intervention}"
    yield "Metodo dovuto", METHOD_LABELS[assessment.method]
    if assessment.rain is not None:
        curve = assessment.rain.curve
        yield (
            "Curva di pioggia",
            f"a = {format_number(curve.a_mm, 'mm/h^n')}, n = {format_number(curve.n, '1', 4)}",
        )
    by = " (gestore del ricettore)" if assessment.discharge.set_by == MANAGER else ""
    yield "Portata limite allo scarico", format_number(assessment.discharge.l_s, "l/s") + by
    if result.duration_h is not None:
        yield "Durata critica", format_number(result.duration_h, "h", 2)
        yield "Volume del metodo", format_number(float(result.node.value or 0), "m3", 1)
    if assessment.method == DETAILED and result.rainfall_only is not None:
        yield "  per confronto, sole piogge", format_number(result.rainfall_only.volume_m3, "m3", 1)
    yield "Requisito minimo", format_number(assessment.minimum_m3, "m3", 1)
    yield "Volume da realizzare", format_number(assessment.volume_m3, "m3", 1)
    emptied = (
        f"{format_number(assessment.emptying.time_h, 'h')}, {format_number(assessment.volume_m3, 'm3', 1)}"
    )
    yield "Svuotamento alla portata limite", f"{emptied} a {format_number(assessment.discharge.l_s, 'l/s')}"


def _comune(assessment: Assessment) -> dict[str, Any] | None:
    row = assessment.comune
    if row is None:
        return None
    return {
        "istat": row.istat,
        "nome": row.name,
        "criticita": row.row["criticita"],
        "coefficiente_p": row.row["p"],
        "qualita_piogge": row.row["qualita"],
        "segnalazioni": row.row["segnalazioni"],
    }


def _rain(assessment: Assessment) -> dict[str, Any] | None:
    rain = assessment.rain
    if rain is None:
        return None
    return {
        "a_mm": rain.curve.a_mm,
        "n": rain.curve.n,
        "tempo_ritorno": rain.return_period_year,
        "fonte": rain.a.source,
    }


def _rainfall_only(assessment: Assessment) -> dict[str, float] | None:
    found = assessment.result.rainfall_only
    return None if found is None else {"durata_critica_h": found.duration_h, "volume_m3": found.volume_m3}


def _events(assessment: Assessment) -> list[dict[str, Any]]:
    return [
        {"evento": name, "durata_critica_h": routed.duration_h, "volume_m3": routed.volume_m3}
        for name, routed in (assessment.result.events or {}).items()
    ]

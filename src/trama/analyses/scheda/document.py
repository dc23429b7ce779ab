"""The Scheda Norma as PDF/A: the same JSON as everywhere else, laid out to be filed."""

from __future__ import annotations

from typing import Any

from trama import __version__
from trama.analyses.annex import SOURCES, Cited, italian_day, steps
from trama.analyses.printing import printed
from trama.analyses.scheda.answer import scheda_json, show
from trama.analyses.scheda.drawing import Drawing, draw_place
from trama.analyses.scheda.run import SchedaResult
from trama.analyses.scheda.solutions import chosen, totals
from trama.kernel.trace import LayerUse
from trama.kernel.units import format_number
from trama.lake import Lake

COLUMNS = {
    "sealed_share": "quota sigillata",
    "draining_share": "quota drenante",
    "factor": "fattore",
    "canopy_share": "quota sotto le chiome",
    "canopy_m2_per_unit": "chioma per unità (m²)",
    "albedo": "albedo",
    "kc_summer": "Kc estivo",
    "building_intensity": "intensità edilizia",
    "cn_a": "CN su A",
    "cn_b": "CN su B",
    "cn_c": "CN su C",
    "cn_d": "CN su D",
    "points": "punti",
    "intercept": "intercetta",
    "slope": "pendenza",
    "storage_m3_per_unit": "invaso per unità (m³)",
    "served_m2_per_unit": "superficie servita per unità (m²)",
    "weight": "peso",
    "per_p": "coefficiente P",
    "draws": "prove",
    "band_share": "ampiezza",
    "stable_share": "quota che basta",
}


def render_pdf(lake: Lake, result: SchedaResult, polygon: Any, *, office: str = "") -> bytes:
    """Return the sheet as a PDF/A-2a and PDF/UA-1 document.

    Parameters
    ----------
    polygon
        Geometry of the intervention, EPSG:32632, for the map.
    office
        Name of the office, printed on every page; left out where nobody gave one.
    """
    data = _document(lake, result, polygon, office)
    return printed("trama.analyses.scheda", "scheda.typ", data, result.trace.day)


def _document(lake: Lake, result: SchedaResult, polygon: Any, office: str) -> dict[str, Any]:
    answer, trace, cited = scheda_json(result), result.trace, Cited(COLUMNS)
    drawing = draw_place(lake, polygon)
    synthetic = any(use.synthetic for use in (*trace.layers(), *drawing.layers))
    labels = [answer["esito"]["etichetta"], "dati sintetici" if synthetic else ""]
    return {
        "titolo": answer["scheda"]["titolo"],
        "nome": answer["nome"] or "Intervento senza nome",
        "ufficio": office,
        "versione": __version__,
        "trace": trace.id,
        "giorno": italian_day(trace.day.isoformat()),
        "data": [trace.day.year, trace.day.month, trace.day.day],
        "etichette": [label for label in labels if label],
        "testata": _heading(answer, trace.day.isoformat()),
        "esito": {**answer["esito"], "frase": _sentence(answer)},
        "mancanti": answer["mancanti"],
        "migliora": [_improvement(row, result) for row in answer["cosa_migliora"]],
        "stabilita": _stability(answer, result),
        "confronto": _comparison(answer, result),
        "mappa": _map(drawing, answer),
        "avvisi": answer["avvisi"],
        "luogo": [{**row, "valore": show(row["valore"], row["unita"])} for row in answer["luogo"]],
        "soluzioni": _solutions(result, answer),
        "superfici": _surfaces(result, answer),
        "parti": [_part(key, part) for key, part in answer["parti"].items()],
        "domande": [_question(row) for row in answer["domande"].values()],
        "passi": list(steps(trace.root, 0, cited)),
        "citate": cited.rows(),
        "dati": [_data(use) for use in trace.layers()],
    }


def _question(row: dict[str, Any]) -> dict[str, str]:
    source = SOURCES.get(row["fonte"], "")
    return {"nome": row["nome"], "valore": show(row["valore"], "text"), "fonte": source}


def _data(use: LayerUse) -> dict[str, Any]:
    return {
        "titolo": use.title,
        "versione": use.version,
        "sintetico": use.synthetic,
        "impronta": use.sha256[:16],
    }


def _heading(answer: dict[str, Any], day: str) -> list[list[str]]:
    comuni = ", ".join(
        c["nome"] if c["quota"] > 0.999 else f"{c['nome']} ({format_number(100 * c['quota'], '%')})"
        for c in answer["comuni"]
    )
    return [
        ["Comune", comuni],
        ["Area", format_number(answer["area_m2"], "m2")],
        ["Giorno della norma", italian_day(day)],
        [
            "Pesi e soglie",
            "ufficiali" if answer["esito"]["ufficiale"] else "in parte non ufficiali, elencati in allegato",
        ],
    ]


def _sentence(answer: dict[str, Any]) -> str:
    outcome = answer["esito"]
    if outcome["punteggio"] is None:
        return f"Mancano risposte: l'esito sta tra «{outcome['al_minimo']}» e «{outcome['al_massimo']}»."
    response = f"La risposta del progetto vale {format_number(outcome['punteggio'], 'point')}"
    if outcome["richiesto"] is None:
        return response + "."
    return (
        f"{response}; il luogo, di classe {outcome['classe_luogo']}, ne richiede almeno "
        f"{format_number(outcome['richiesto'], 'point')}."
    )


def _improvement(row: dict[str, Any], result: SchedaResult) -> dict[str, Any]:
    labels = result.evaluation.sheet.outcome_labels
    return {**row, "guadagno": format_number(row["guadagno"], "1"), "esito": labels[row["esito"]]}


def _stability(answer: dict[str, Any], result: SchedaResult) -> str:
    stability = answer["stabilita"]
    if stability is None:
        return ""
    labels = result.evaluation.sheet.outcome_labels
    others = ", ".join(
        f"{labels[name].lower()} {format_number(100 * share, '%')}"
        for name, share in stability["esiti"].items()
    )
    word = "stabile" if stability["stabile"] else "non stabile"
    return (
        f"Esito {word}: scuotendo i pesi di ± {format_number(100 * stability['scossa'], '%', 0)}, "
        f"in {stability['prove']} prove esce {others}."
    )


def _comparison(answer: dict[str, Any], result: SchedaResult) -> str:
    others = [row for row in answer["confronto"][1:] if row["esito"]]
    labels = result.evaluation.sheet.outcome_labels
    return " ".join(
        f"{row['titolo']}: {format_number(row['punteggio'], 'point')}, {labels[row['esito']].lower()}."
        for row in others
    )


def _map(drawing: Drawing, answer: dict[str, Any]) -> dict[str, Any]:
    where = ", ".join(c["nome"] for c in answer["comuni"])
    sources = (
        ", ".join(
            f"{use.title} ({use.version}{', dati sintetici' if use.synthetic else ''})"
            for use in drawing.layers
        )
        or "nessun livello di sfondo"
    )
    return {
        "svg": drawing.svg,
        "legenda": [{"segno": sample, "nome": name} for sample, name in drawing.key],
        "descrizione": f"Mappa dell'intervento «{answer['nome']}» a {where}, in scala 1:{drawing.scale}.",
        "didascalia": f"Scala 1:{format_number(drawing.scale)}. Sistema EPSG:32632. Sfondo: {sources}.",
    }


def _solutions(result: SchedaResult, answer: dict[str, Any]) -> dict[str, Any]:
    """Return what is proposed, as on the page, the totals, and how far the figures are official."""
    given = [{"id": one.id, "area_m2": one.area_m2} for one in result.solutions]
    depth = next((row["valore"] for row in answer["luogo"] if row["chiave"] == "soggiacenza"), None)
    rows = [
        {
            "nome": one.name,
            "quanto": f"{one.quantity} {one.symbol}",
            "frase": " · ".join((one.stores, one.costs, one.upkeep)),
            "contro": one.against,
        }
        for one in chosen(result.catalogue, given, depth)
    ]
    catalogue = result.catalogue.solutions.value
    standing = sorted(
        {str(catalogue[one.id][f"{kind}_status"]) for one in result.solutions for kind in _KINDS}
    )
    note = f"Invasi e costi per unità vengono dal catalogo delle soluzioni; stato: {', '.join(standing)}."
    return {"righe": rows, "totale": totals(result.catalogue, given), "nota": note if rows else ""}


_KINDS = ("hydraulic", "cost")


def _surfaces(result: SchedaResult, answer: dict[str, Any]) -> dict[str, Any]:
    before, after = answer["superfici"]["stato_attuale"], answer["superfici"]["progetto"]
    names = {
        use.key: use.label for node in result.trace.root.walk() for use in node.inputs if use.unit == "m2"
    }
    keys = list(dict.fromkeys([*before["m2"], *after["m2"]]))
    rows = [
        {
            "nome": names.get(key, key),
            "prima": format_number(before["m2"].get(key, 0.0), "m2"),
            "dopo": format_number(after["m2"].get(key, 0.0), "m2"),
        }
        for key in keys
    ]
    notes = [f"{text['nota'].capitalize()}." for text in (before, after) if text["nota"]]
    return {"righe": rows, "note": list(dict.fromkeys(notes))}


def _part(key: str, part: dict[str, Any]) -> dict[str, Any]:
    criteria = [
        {
            "id": name,
            "nome": row["nome"],
            "valore": row["valore_testo"] if row.get("si_applica", True) else "—",
            "punti": show(row["punti"], "point") if row.get("si_applica", True) else "—",
            "peso": format_number(row["peso"], "1"),
            "fonte": _origin(row) if row.get("si_applica", True) else "",
            "motivo": row["motivo"] or row["nota"],
        }
        for name, row in part["criteri"].items()
    ]
    return {"id": key, "titolo": part["titolo"], "punti": show(part["punti"], "point"), "criteri": criteria}


def _origin(row: dict[str, Any]) -> str:
    if row["forzato"]:
        return f"sostituito (era {show(row['originale'], row['unita'])})"
    return SOURCES.get(row["fonte"], str(row["fonte"]))

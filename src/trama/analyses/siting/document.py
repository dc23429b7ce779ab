"""A site judged by the siting criteria, as PDF/A: the same JSON as everywhere else, laid out to be filed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from trama import __version__
from trama.analyses.access.services import Services
from trama.analyses.annex import SOURCES, Cited, italian_day, show, steps
from trama.analyses.paper_map import STYLES, Drawing, Mark, draw_map
from trama.analyses.printing import printed
from trama.analyses.siting.criteria import Judged
from trama.kernel.trace import LayerUse
from trama.kernel.units import format_number

SITE = 'fill="#c2570c" fill-opacity="0.55" stroke="#8a3a05" stroke-width="0.7"'
LUM = 'fill="none" stroke="#8c2d62" stroke-width="0.45" stroke-dasharray="1.6 1"'
SAME = 'fill="#17324d" stroke="#ffffff" stroke-width="0.3"'
AROUND_M = 500.0
"""What is shown around a site on paper, on each side: a short walk."""
_SCALES = (5000, 7500, 10_000, 12_500, 15_000, 20_000, 25_000, 50_000, 100_000)
_GROUND = tuple(layer for layer in STYLES if layer != "zone_rispetto_pozzi")
COLUMNS = {
    "peso": "peso",
    "points": "punti",
    "draws": "prove",
    "band_share": "ampiezza",
    "stable_share": "quota che basta",
    "m_s": "metri al secondo",
    "minuti": "minuti",
    "attesa_quota": "quota dell'intervallo attesa",
    "attesa_massima": "attesa massima (min)",
    "salita": "salita (min)",
    "minuti_massimi": "viaggio massimo (min)",
}


def render_pdf(judged: Judged, *, office: str = "") -> bytes:
    """Return the judgement as a PDF/A-2a and PDF/UA-1 document.

    Outcome and criteria first, then the map with scale and north; the annex holds every step, the rules
    quoted, the layers read.

    Parameters
    ----------
    office
        Name of the office, printed on every page; left out where nobody gave one.
    """
    return printed("trama.analyses.siting", "localizza.typ", _document(judged, office), judged.trace.day)


def draw_site(judged: Judged) -> Drawing:
    """Draw the site (EPSG:32632) with the LUM and the services of the same kind around it."""
    site = judged.site
    west, south, east, north = site.shape.buffer(AROUND_M).bounds
    frame = shapely.box(west, south, east, north)
    lum = [shape for shape in site.perimeters.shapes if shapely.intersects(shape, frame)]
    marks = [
        Mark(lum, LUM, "Luoghi Urbani per la Mobilità") if lum else None,
        Mark([site.shape], SITE, "Il luogo proposto"),
        Mark(same, SAME, f"{judged.voce_name}: servizi noti")
        if (same := _same(site.memory.services, site.voce, frame))
        else None,
    ]
    drawn = [mark for mark in marks if mark is not None]
    return draw_map(site.lake, (west, south, east, north), drawn, layers=_GROUND, room=0.95, scales=_SCALES)


def _same(services: Services, voce: str, frame: shapely.Geometry) -> Sequence[shapely.Geometry]:
    points = shapely.points(services.xy[services.of([voce])])
    return list(np.atleast_1d(points)[np.atleast_1d(shapely.intersects(points, frame))])


def _document(judged: Judged, office: str) -> dict[str, Any]:
    answer, trace, cited = judged.to_json(), judged.trace, Cited(COLUMNS)
    drawing = draw_site(judged)
    synthetic = any(use.synthetic for use in (*trace.layers(), *drawing.layers))
    labels = [answer["esito"]["etichetta"], "dati sintetici" if synthetic else ""]
    return {
        "titolo": answer["criteri"]["titolo"],
        "nome": answer["nome"] or f"{answer['voce_nome']}, {_where(answer)}",
        "ufficio": office,
        "versione": __version__,
        "trace": trace.id,
        "giorno": italian_day(trace.day.isoformat()),
        "data": [trace.day.year, trace.day.month, trace.day.day],
        "etichette": [label for label in labels if label],
        "testata": _heading(judged, answer),
        "esito": {**answer["esito"], "frase": _sentence(answer)},
        "mancanti": answer["mancanti"],
        "migliora": [_improvement(judged, row) for row in answer["cosa_migliora"]],
        "stabilita": _stability(judged, answer),
        "mappa": _map(drawing, answer),
        "avvisi": answer["avvisi"],
        "luogo": [{**row, "valore": show(row["valore"], row["unita"])} for row in answer["luogo"]],
        "parti": [_part(key, part) for key, part in answer["parti"].items()],
        "domande": [
            {"nome": row["nome"], "valore": show(row["valore"], "text"), "fonte": _source(row)}
            for row in answer["domande"].values()
        ],
        "passi": list(steps(trace.root, 0, cited)),
        "citate": cited.rows(),
        "dati": [_data(use) for use in trace.layers()],
    }


def _where(answer: dict[str, Any]) -> str:
    return ", ".join(
        one["nome"] if one["quota"] > 0.999 else f"{one['nome']} ({format_number(100 * one['quota'], '%')})"
        for one in answer["comuni"]
    )


def _heading(judged: Judged, answer: dict[str, Any]) -> list[list[str]]:
    return [
        ["Servizio", f"{answer['voce_nome']} ({answer['voce']})"],
        ["Comune", _where(answer)],
        ["Punto interno", f"{answer['x']:.0f}, {answer['y']:.0f} (EPSG:32632)"],
        [
            "Area",
            format_number(answer["area_m2"], "m2")
            + (", il quadrato intorno al punto" if judged.by_point else ""),
        ],
        ["Giorno della norma", italian_day(judged.trace.day.isoformat())],
        [
            "Pesi e soglie",
            "ufficiali" if answer["esito"]["ufficiale"] else "in parte non ufficiali, elencati in allegato",
        ],
    ]


def _sentence(answer: dict[str, Any]) -> str:
    outcome = answer["esito"]
    if outcome["punteggio"] is None:
        if outcome["al_minimo"] == outcome["al_massimo"]:
            return f"Mancano risposte, ma comunque si risponda l'esito è «{outcome['al_minimo']}»."
        return f"Mancano risposte: l'esito sta tra «{outcome['al_minimo']}» e «{outcome['al_massimo']}»."
    return f"La somma pesata dei criteri vale {format_number(outcome['punteggio'], 'point')}."


def _improvement(judged: Judged, row: dict[str, Any]) -> dict[str, Any]:
    labels = judged.evaluation.sheet.outcome_labels
    return {**row, "guadagno": format_number(row["guadagno"], "1"), "esito": labels[row["esito"]]}


def _stability(judged: Judged, answer: dict[str, Any]) -> str:
    stability, labels = answer["stabilita"], judged.evaluation.sheet.outcome_labels
    if stability is None:
        return ""
    others = ", ".join(
        f"{labels[name].lower()} {format_number(100 * share, '%')}"
        for name, share in stability["esiti"].items()
    )
    word = "stabile" if stability["stabile"] else "non stabile"
    return (
        f"Esito {word}: scuotendo i pesi di ± {format_number(100 * stability['scossa'], '%', 0)}, "
        f"in {stability['prove']} prove esce {others}."
    )


def _map(drawing: Drawing, answer: dict[str, Any]) -> dict[str, Any]:
    sources = ", ".join(
        f"{use.title} ({use.version}{', dati sintetici' if use.synthetic else ''})" for use in drawing.layers
    )
    scale = format_number(drawing.scale)
    return {
        "svg": drawing.svg,
        "legenda": [{"segno": sample, "nome": name} for sample, name in drawing.key],
        "descrizione": f"Mappa del luogo proposto per {answer['voce_nome']} a {_where(answer)}, in scala "
        f"1:{drawing.scale}.",
        "didascalia": f"Scala 1:{scale}. Sistema EPSG:32632. Sfondo: {sources or 'nessuno'}.",
    }


def _part(key: str, part: dict[str, Any]) -> dict[str, Any]:
    criteria = [
        {
            "id": name,
            "nome": row["nome"],
            "valore": row["valore_testo"],
            "punti": show(row["punti"], "point"),
            "peso": format_number(row["peso"], "1"),
            "fonte": _source(row),
            "motivo": row["motivo"] or row["nota"],
            "citazione": row["citazione"],
            "stato": row["stato"] or "",
        }
        for name, row in part["criteri"].items()
    ]
    return {"id": key, "titolo": part["titolo"], "punti": show(part["punti"], "point"), "criteri": criteria}


def _source(row: dict[str, Any]) -> str:
    if row["forzato"]:
        return f"sostituito (era {show(row['originale'], row['unita'])})"
    return SOURCES.get(row["fonte"], str(row["fonte"]))


def _data(use: LayerUse) -> dict[str, Any]:
    return {
        "titolo": use.title,
        "versione": use.version,
        "sintetico": use.synthetic,
        "impronta": use.sha256[:16],
    }

"""The pieces of a scenario's page that depend on its effects, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from trama.apps.scenari.figures import euro, extent, figures, quantity
from trama.kernel.units import format_number

_PIECES = ("effetti", "avvisi", "conto")


def pieces(answer: Mapping[str, Any] | None, problem: str = "") -> dict[str, str]:
    """Return the HTML of each piece by its id: ``effetti``, ``avvisi``, ``conto``, ``disegno-N``."""
    common = {"answer": answer, "problem": problem, **shown(answer)}
    found = {name: render_to_string(f"scenari/pezzi/{name}.html", common).strip() for name in _PIECES}
    if answer is None:
        return found
    for row in answer["soluzioni"]:
        found[f"disegno-{row['disegno']}"] = render_to_string(
            "scenari/pezzi/disegno.html", drawn(answer, row)
        ).strip()
    return found


def shown(answer: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the effects laid out for the templates."""
    if answer is None:
        return {"figures": [], "sheets": [], "synthetic": False, "unofficial": [], "trace": ""}
    return {
        "figures": figures(answer),
        "sheets": [sheet(one) for one in answer["schede"]],
        "synthetic": any(use["sintetico"] for use in answer["dati"]),
        "unofficial": answer["valori_non_ufficiali"],
        "trace": answer["trace"] or "",
        "extent": extent(answer),
        "sum": total(answer["acqua"]),
        "excluded": [row for row in answer["esclusioni"] if row["peso"] == "esclusa"],
        "attention": [row for row in answer["esclusioni"] if row["peso"] == "attenzione"],
        "unread": [notice["it"] for notice in answer.get("avvisi", [])],
        "to_check": [row for row in answer["esclusioni"] if row["peso"] == "da_verificare"],
    }


def sheet(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return the outcome of a sheet laid out for the templates."""
    if one["esito"] is None:
        return {"title": one["titolo"], "problem": one["problema"]}
    scored = [row for row in one["criteri"] if row["progetto"] and row["punti"] is not None]
    return {
        "title": one["titolo"],
        "complete": one["mancano"] == 0,
        "text": one["testo"],
        "negative": one["negativo"],
        "worst": one["al_minimo"],
        "best": one["al_massimo"],
        "missing": one["mancano"],
        "score": one["punteggio"],
        "required": one["richiesto"],
        "excluded": one["esclusioni"],
        "trace": one["trace"],
        "criteria": [
            {
                "id": row["id"],
                "name": row["nome"],
                "points": row["punti"],
                "text": format_number(row["punti"], decimals=1),
                "width": max(0.0, min(100.0, 20 * row["punti"])),
            }
            for row in scored
        ],
    }


def drawn(answer: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one drawn solution laid out for the template."""
    cost = row["costo_eur"]
    return {
        "row": row,
        "quantity": quantity(row),
        "cost": euro(cost["medio"]),
        "kept": _volume(row.get("tenuta_fuori_m3")),
        "parts": _parts(row),
        "hidden": format_number(row["coperta_m2"], "m2") if row["coperta_m2"] > 0.5 else "",
        "against": [
            one
            for one in answer["esclusioni"]
            if one["disegno"] == row["disegno"] and one["peso"] != "da_verificare"
        ],
    }


def total(water: Mapping[str, Any] | None) -> dict[str, str]:
    """Return how the water kept out comes about, so that a person adding up the solutions finds it."""
    if water is None or "composizione" not in water:
        return {}
    parts = water["composizione"]
    found = {"kept": _volume(water["trattenuta_m3"]), "stored": _volume(parts["invasi_m3"])}
    if parts["suolo_m3"] >= _LEAST_M3:
        found["ground"] = f"più {_volume(parts['suolo_m3'])} che il suolo nuovo non lascia più scorrere"
    elif parts["suolo_m3"] <= -_LEAST_M3:
        found["ground"] = f"meno {_volume(-parts['suolo_m3'])} che il suolo nuovo lascia scorrere in più"
    if parts["posto_in_piu_m3"] >= _LEAST_M3:
        found["spare"] = _volume(parts["posto_in_piu_m3"])
    if water["deflusso_fuori_m3"] >= _LEAST_M3:
        found["outside"] = format_number(water["servita_fuori_m2"], "m2")
        found["outside_volume"] = _volume(water["deflusso_fuori_m3"])
    return found


_LEAST_M3 = 0.05


def _parts(row: Mapping[str, Any]) -> str:
    """Say what a solution keeps in its storage and what its ground spares, where both count."""
    stored, ground = row["trattenuta_m3"], row.get("suolo_m3")
    if stored is None or ground is None or abs(ground) < _LEAST_M3:
        return ""
    if stored < _LEAST_M3:
        return "dal suolo"
    sign = "" if ground > 0 else "−"
    return f"{_volume(stored)} nell'invaso, {sign}{_volume(abs(ground))} dal suolo"


def _volume(value: float | None) -> str:
    return "" if value is None else format_number(value, "m3", 1)

"""What the map says of heat in a place: night temperature, its source, cooling, who lives nearby."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from trama.analyses.scheda.people import Nearby
from trama.analyses.scheda.place import Measures, Place, cell_mean, upa_class
from trama.kernel.trace import Node

WARM = "sttm1/warm"
MADE_BY = "trama warm run"
OBSERVED, MODELLED = "osservata", "modello"
_SCALES = {
    OBSERVED: "da una carta osservata",
    MODELLED: "aria, calcolata dal modello: non confrontabile con le temperature viste dal satellite",
}


def warm_measures(place: Place) -> Measures:
    """Return what sheets may ask about heat; what cannot be computed says why."""
    source, nearby = cache(lambda: _source(place)), cache(lambda: Nearby.of(place))
    return {
        "luogo.classe_upa_temperatura": lambda: _upa_class(place, str(source().value)),
        "luogo.temperatura_notte": lambda: _temperature(place, str(source().value)),
        "luogo.fonte_temperatura": source,
        "luogo.anomalia_notte": lambda: cell_mean(
            place, "anomalia_notte", "Anomalia notturna del luogo", "degC", MADE_BY
        ),
        "luogo.raffrescamento": lambda: cell_mean(
            place, "raffrescamento", "Capacità di raffrescamento del luogo, di giorno", "1", MADE_BY
        ),
        "luogo.offerta_microclima": lambda: cell_mean(
            place,
            "offerta_microclima",
            "Offerta potenziale del servizio «regolazione del microclima»",
            "1",
            MADE_BY,
        ),
        "luogo.bambini_vicini": lambda: nearby().people("bambini"),
        "luogo.anziani_vicini": lambda: nearby().people("anziani"),
    }


def _upa_class(place: Place, source: str) -> Node:
    label = "Vulnerabilità dell'UPA per temperatura notturna estiva"
    rule = place.norm(f"{WARM}/classe_luogo_{source}") if source in _SCALES else None
    return upa_class(place, "warm_upa", "classe_upa_temperatura", label, rule, "anomalia notturna", MADE_BY)


def _temperature(place: Place, source: str) -> Node:
    """Measure the polygon and its surroundings, saying on which scale the degrees are."""
    label = "Temperatura notturna estiva del luogo"
    used = (place.distance.use(),)
    node = cell_mean(place, "temperatura_notte", label, "degC", MADE_BY, within=place.around, parameters=used)
    if node.value is None:
        return node
    scale = _SCALES.get(source, "")
    return replace(node, note="; ".join(text for text in (node.note, scale) if text))


def _source(place: Place) -> Node:
    """Read which temperature the UPA under the polygon were computed with."""
    label, version = "Fonte della temperatura", place.layer("warm_upa")
    if version is None:
        note = f"manca il livello warm_upa: calcolarlo con {MADE_BY}"
        return Node("fonte_temperatura", label, None, "text", source="mancante", note=note)
    rows, _ = version.features(["fonte_temperatura"], place.polygon.bounds)
    found = sorted({str(value) for value in rows["fonte_temperatura"] if value is not None})
    if len(found) != 1:
        note = "le UPA toccate non dicono una sola fonte" if found else "il poligono è fuori dalle UPA"
        return Node("fonte_temperatura", label, None, "text", source="mancante", note=note)
    layers = (version.use(),)
    return Node("fonte_temperatura", label, found[0], "text", "come la dice WARM", "mappa", layers=layers)

"""Other weights than the norms': checked against the index, whole, said when they cannot be used."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from trama.analyses.indices.errors import BadWeights
from trama.analyses.indices.rules import Choice, IndexRules
from trama.engines.composites.aggregation import RULES
from trama.engines.composites.normalisation import METHODS

HEAVIEST = 100.0
SHOWN = 40
"""Characters of a wrong value that are said back."""
_KEYS = {"nome", "indice", "normalizzazione", "aggregazione", "pesi", "pesi_pilastri", "voci"}


def choice_from(rules: IndexRules, given: Mapping[str, Any], file: str) -> Choice:
    """Return the norms' choice with what is given in its place.

    Parameters
    ----------
    given
        As `trama.sources.weights.read_weights` returns it; what it does not name stays as in the norms.
    file
        How errors call where it comes from.

    Raises
    ------
    BadWeights
        An unknown name, a weight that is not a number between 0 and `HEAVIEST`, an unknown rule, nothing left
        to weigh; or weights of another index.
    """
    if strange := sorted(set(given) - _KEYS):
        raise BadWeights(file=file, why=f"«{strange[0]}» non è previsto.")
    if given.get("indice", rules.index.id) != rules.index.id:
        raise BadWeights(file=file, why=f"sono dell'indice «{given['indice']}», non di «{rules.index.id}».")
    if not isinstance(given.get("nome") or "", str):
        raise BadWeights(file=file, why="«nome» deve essere un testo.")
    weights = dict(_mapping(given, "pesi", file))
    pillar_weights = dict(_mapping(given, "pesi_pilastri", file))
    schemes = {name: given.get(name) for name in ("normalizzazione", "aggregazione")}
    for name, value in _mapping(given, "voci", file).items():
        where = schemes if name in schemes else pillar_weights if name in rules.index.pillars else weights
        where[name] = value
    norms = rules.choice
    choice = replace(
        norms,
        normalisation=_one_of(schemes["normalizzazione"], METHODS, norms.normalisation, file),
        aggregation=_one_of(schemes["aggregazione"], RULES, norms.aggregation, file),
        weights={**norms.weights, **_weights(weights, norms.weights, file)},
        pillar_weights={
            **norms.pillar_weights,
            **_weights(pillar_weights, norms.pillar_weights, file),
        },
        name=str(given.get("nome") or "")[:80],
    )
    if not any(choice.weights.values()) or not any(choice.pillar_weights.values()):
        raise BadWeights(file=file, why="sono tutti zero: lasciarne almeno uno.")
    return choice


def _mapping(given: Mapping[str, Any], key: str, file: str) -> Mapping[str, Any]:
    found = given.get(key) or {}
    if not isinstance(found, Mapping):
        raise BadWeights(file=file, why=f"«{key}» deve essere un insieme di nomi e numeri.")
    return found


def _one_of(value: Any, known: tuple[str, ...], otherwise: str, file: str) -> str:
    if value in (None, ""):
        return otherwise
    if value not in known:
        raise BadWeights(file=file, why=f"«{_short(value)}» non è tra {', '.join(known)}.")
    return str(value)


def _weights(given: Mapping[str, Any], known: Mapping[str, float], file: str) -> dict[str, float]:
    found = {}
    for name, value in given.items():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            hint = f"Forse «{near[0]}»?" if near else f"Nomi ammessi: {', '.join(known)}."
            raise BadWeights(file=file, why=f"«{name}» non è nell'indice. {hint}")
        found[name] = _weight(name, value, file)
    return found


def _weight(name: str, value: Any, file: str) -> float:
    try:
        weight = float(str(value).replace(",", "."))
    except (ValueError, OverflowError):
        weight = math.nan
    if isinstance(value, bool) or not 0 <= weight <= HEAVIEST:
        why = f"il peso di {name} deve essere un numero da 0 a {HEAVIEST:g}, non «{_short(value)}»."
        raise BadWeights(file=file, why=why)
    return weight


def _short(value: Any) -> str:
    """Return what was written, as much of it as a sentence can hold."""
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

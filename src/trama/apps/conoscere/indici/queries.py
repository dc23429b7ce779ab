"""What the pages of the indices read: the declared indices, one of them ranked as the address asks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language

from trama.analyses.indices.alternatives import choice_from
from trama.analyses.indices.explorer import explorer
from trama.analyses.indices.kept import kept_version, read_kept, rules_of
from trama.analyses.indices.places import GRAINS
from trama.analyses.indices.rules import Choice
from trama.analyses.indices.tracing import Ranked
from trama.analyses.installation import open_installation
from trama.apps.conoscere import queries, tables
from trama.kernel.errors import NotFound
from trama.kernel.spreadsheet import to_csv
from trama.kernel.units import UNITS
from trama.lake import Lake, Version
from trama.norms import NormBook
from trama.norms.parameters import Name

ADDRESS = "indirizzo della pagina"


class NoSuchIndex(NotFound):
    """The norms declare no index of that name."""

    it = "Nessun indice si chiama «{what}». {hint}"
    en = "There is no index called “{what}”. {hint}"


@dataclass(frozen=True)
class Shown:
    """An index at a grain, as an address asks for it.

    Attributes
    ----------
    norms
        The norms' own choice; `choice` is what the address asks.
    """

    ranked: Ranked
    version: Version
    choice: Choice
    norms: Choice

    @property
    def changed(self) -> bool:
        """Whether the address asks for other weights or schemes than the norms'."""
        return self.choice != self.norms


def said(name: Name) -> str:
    """Return a name of the norms in the reader's language."""
    return name.en if (get_language() or "").startswith("en") else name.it


def declared(lake: Lake, book: NormBook) -> list[dict[str, Any]]:
    """Return the declared indices, with what the lake holds of each."""
    rows = []
    for index in sorted(book.indices.values(), key=lambda one: one.id, reverse=True):
        layer = f"indice_{index.id}_comuni"
        version = lake.version(layer) if lake.has(layer) else None
        rows.append(
            {
                "index": index,
                "title": said(index.title),
                "asks": said(index.asks),
                "version": version,
                "unofficial": queries.unofficial_of(lake, version) if version else [],
                "stale": queries.superseded(lake, version) if version else [],
                **(_resting_on(version) if version else {}),
            }
        )
    return rows


def _resting_on(version: Version) -> dict[str, int | None]:
    """Return on how many indicators a table of an index rests; the same for every place of it."""
    names = ("indicatori_usati", "indicatori_dichiarati")
    return {
        name: next((one for one in tables.values(version, name).values() if one is not None), None)
        for name in names
    }


def shown(lake: Lake, index_id: str, asked: QueryDict) -> Shown:
    """Return the index the address asks for.

    ``grana`` comuni or upa; ``versione``; ``peso=nome:2`` and ``pilastro=nome:1`` repeated;
    ``normalizzazione``; ``aggregazione``. Raises `NoSuchIndex`, `NotComputed`, `BadWeights`, `BadGrain`.
    """
    book = open_installation().book
    if index_id not in book.indices:
        raise NoSuchIndex(what=index_id, hint=f"Indici dichiarati: {', '.join(sorted(book.indices))}.")
    grain = asked.get("grana") or GRAINS[0]
    version = kept_version(lake, index_id, grain, asked.get("versione") or None)
    rules = rules_of(book, index_id, version)
    choice = choice_from(rules, _given(asked), ADDRESS)
    return Shown(
        read_kept(lake, book, rules, version, choice, read=tables.keyed), version, choice, rules.choice
    )


def _given(asked: QueryDict) -> dict[str, Any]:
    def pairs(name: str) -> dict[str, str]:
        found = (text.rpartition(":") for text in asked.getlist(name))
        return {key: weight for key, _colon, weight in found}

    return {
        "pesi": pairs("peso"),
        "pesi_pilastri": pairs("pilastro"),
        "normalizzazione": asked.get("normalizzazione"),
        "aggregazione": asked.get("aggregazione"),
        "nome": asked.get("nome", ""),
    }


def page_json(one: Shown) -> dict[str, Any]:
    """Return what the page's script reads (`Explorer` of frontend/src/indici/types.ts)."""
    body = explorer(one.ranked)
    for indicator in body["indicatori"]:
        indicator["simbolo"] = UNITS[indicator["unita"]]
    return {
        **body,
        "forme": queries.vector(one.version),
        "trace": one.version.provenance.trace,
        "sintetico": one.version.synthetic,
    }


def rows(one: Shown) -> list[dict[str, Any]]:
    """Return the ranking, best placed first, places without an index last."""
    from trama.analyses.indices.outputs import rows_of

    return sorted(rows_of(one.ranked), key=lambda row: (row["rango"] or math.inf, row["nome"]))


def columns(one: Shown) -> list[dict[str, Any]]:
    """Return the indicators that have data, as columns of the table."""
    rules, prepared = one.ranked.matrix.rules, one.ranked.assessment.prepared
    owner = {name: key for key, pillar in rules.index.pillars.items() for name in pillar.indicators}
    return [
        {
            "id": name,
            "name": said(rules.indicator(name).name),
            "indicator": rules.indicator(name),
            "pillar": owner[name],
        }
        for name in prepared.names
    ]


def italian_csv(one: Shown) -> str:
    """Return the ranking with every indicator as CSV with Italian decimals."""
    rules = one.ranked.matrix.rules
    head = ["rango", "rango_basso", "rango_mediano", "rango_alto", "indice", "classe", "stimati"]
    names = ["codice", "nome", *head, *(f"pilastro_{key}" for key in rules.index.pillars), *rules.order]
    bodies = ({**row, "codice": row["key"]} for row in rows(one))
    return to_csv(names, [[body.get(name) for name in names] for body in bodies])

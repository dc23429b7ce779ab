"""The Rete Verde on the territory: priorities, actions, order of financing, in the lake with reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from trama.analyses.rete_verde.errors import MissingLayers
from trama.analyses.rete_verde.financing import Proposal, order_actions
from trama.analyses.rete_verde.priorities import GRAINS, Ranking, rank_places
from trama.analyses.rete_verde.rules import Rules, read_rules
from trama.analyses.rete_verde.suitability import Census, take_census
from trama.analyses.rete_verde.tracing import asked, network_trace
from trama.kernel.layers import Manifest, Provenance
from trama.kernel.trace import Trace
from trama.lake import Lake, Version
from trama.lake.staging import staged
from trama.norms import NormBook

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

MADE_BY = "rete_verde"
TABLES = {"upa": "rvm_upa", "comuni": "rvm_comuni"}
ACTIONS = "rvm_azioni"
NETWORK = "rete_verde_metropolitana"
"""Layer of the network's own drawing, where somebody loads it."""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Network:
    """What a run found and left.

    Attributes
    ----------
    rankings
        ``upa`` and ``comuni`` → their places in order.
    orders
        Actions by UPA and theme, in order of financing.
    """

    rules: Rules
    rankings: dict[str, Ranking]
    orders: list[Proposal]
    versions: dict[str, Version]
    trace: Trace
    drawn: bool

    def to_json(self) -> dict[str, Any]:
        """Return the answer of ``trama rete-verde priorita``, its envelope apart."""
        first = self.rankings["upa"]
        return {
            "indicatori": [
                {"id": one.id, "nome": one.name_it, "tema": one.theme, "peso": self.rules.weight(one)}
                for one in first.in_use
            ],
            "indicatori_mancanti": [{"id": one.id, "nome": one.name_it} for one in first.absent],
            "rete_disegnata": self.drawn,
            "livelli": [
                {"livello": layer, "versione": version.id, "sintetico": version.synthetic}
                for layer, version in self.versions.items()
            ],
            "upa": [{"codice": one.key, **one.to_json()} for one in first.places],
            "comuni": [{"istat": one.key, **one.to_json()} for one in self.rankings["comuni"].places],
            "ordine": [one.to_json() for one in self.orders],
        }


def plan_network_whole(lake: Lake, book: NormBook, **kwargs: Any) -> Network:
    """Run `plan_network` writing aside; all its layers take their place together, or none does."""
    with staged(lake) as aside:
        result = plan_network(aside, book, **kwargs)
        return replace(result, versions={**result.versions, **aside.publish()})


def plan_network(lake: Lake, book: NormBook, *, day: date, progress: Progress | None = None) -> Network:
    """Rank UPA and comuni, place the actions, order them, and leave tables and trace in the lake.

    Raises
    ------
    NoIndicators, MissingLayers
        Said in Italian, with what to do; nothing has been written.
    NotInForce
        A norm has no value on `day`.
    """
    rules = read_rules(book, day)
    rankings = {grain: rank_places(lake, rules, grain) for grain in GRAINS}
    census = take_census(lake, rankings["upa"].shapes, rules.actions, progress)
    orders = order_actions(rules, rankings["upa"], census)
    trace = network_trace(rules, rankings, census, orders)
    provenance = _provenance(rules, rankings, census, lake.traces.save(trace))
    made = {name: manifest_of(book, name) for name in (*TABLES.values(), ACTIONS)}
    versions = {}
    for grain, name in TABLES.items():
        table = _places_table(made[name], rankings[grain])
        with lake.draft(made[name], provenance) as draft:
            draft.write_table(table)
            draft.write_tiles(table)
        versions[name] = draft.version
    if orders:
        with lake.draft(made[ACTIONS], provenance) as draft:
            draft.write_table(_actions_table(made[ACTIONS], orders))
        versions[ACTIONS] = draft.version
    return Network(rules, rankings, orders, versions, trace, lake.has(NETWORK))


def manifest_of(book: NormBook, layer: str) -> Manifest:
    """Return the manifest of a layer this analysis makes; raises `MissingLayers` where the norms lack it."""
    if layer not in book.manifests:
        raise MissingLayers(layers=f"«{layer}» (manca la sua descrizione nelle norme)")
    return book.manifests[layer]


def _provenance(rules: Rules, rankings: dict[str, Ranking], census: Census, trace_id: str) -> Provenance:
    versions = dict(census.versions)
    for ranking in rankings.values():
        versions.update(ranking.versions)
    return Provenance(
        made_by=MADE_BY,
        synthetic=any(version.synthetic for version in versions.values()),
        inputs={layer: version.id for layer, version in sorted(versions.items())},
        asked=asked(rankings),
        day=rules.day.isoformat(),
        trace=trace_id,
    )


def _places_table(manifest: Manifest, ranking: Ranking) -> geopandas.GeoDataFrame:
    import geopandas

    rows = _framed(manifest, [{str(manifest.key): one.key, **one.to_json()} for one in ranking.places])
    shape_of = dict(zip(ranking.shapes["key"].astype(str), ranking.shapes.geometry, strict=True))
    geometry = [shape_of[key] for key in rows[manifest.key]]
    return geopandas.GeoDataFrame(rows, geometry=geometry, crs=ranking.shapes.crs)


def _actions_table(manifest: Manifest, orders: list[Proposal]) -> pd.DataFrame:
    return _framed(manifest, [one.to_json() for one in orders])


def _framed(manifest: Manifest, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Lay rows in the manifest's columns and types; what a row does not have is missing."""
    import pandas as pd

    names = [spec.name for spec in manifest.fields]
    table = pd.DataFrame(rows).reindex(columns=names)
    kinds: dict[str, Any] = {"number": "float64", "integer": "Int64"}
    for spec in manifest.fields:
        if spec.type in kinds:
            table[spec.name] = pd.to_numeric(table[spec.name]).astype(kinds[spec.type])
    return table

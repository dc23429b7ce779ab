"""The atlas on the territory: three scales measured, explained, and left in the lake."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from trama.analyses.services import outputs
from trama.analyses.services.catchments import Catchments, catchments
from trama.analyses.services.inventory import Inventory, take_inventory
from trama.analyses.services.local import Endowment, Figure, endowment, figures
from trama.analyses.services.poles import Poles, find_poles
from trama.analyses.services.rules import read_rules
from trama.analyses.services.tracing import atlas_trace
from trama.analyses.services.zones import Zones, survey_zones
from trama.analyses.territory.made import Progress, Steps, manifest_of, provenance
from trama.analyses.territory.writing import versions_json
from trama.kernel.trace import Trace
from trama.lake import Lake
from trama.lake.staging import staged
from trama.lake.version import Version
from trama.norms.book import NormBook

if TYPE_CHECKING:
    import pandas as pd

MADE_BY = "servizi"
STEPS = 6


@dataclass(frozen=True)
class Atlas:
    """What a run found and left.

    Attributes
    ----------
    endowments, figures
        For each comune, in the order of ``inventory.comuni``.
    """

    inventory: Inventory
    endowments: list[Endowment]
    figures: list[dict[str, Figure]]
    catchments: Catchments
    zones: Zones
    poles: Poles
    trace: Trace
    versions: dict[str, Version]

    def to_json(self) -> dict[str, Any]:
        """Return the answer of ``trama servizi atlante``, its envelope apart."""
        rows = {name: outputs.plain(table) for name, table in outputs.tables(self).items()}
        known = [one for one in rows["servizi_standard"] if one["grana"] == "zona"]
        return {
            "livelli": versions_json(self.versions),
            "comuni": rows["servizi_comuni"],
            "zone": rows["servizi_zone"],
            "standard_delle_zone": known,
            "chi_serve_chi": rows["servizi_legami"],
            "diffusione": rows["servizi_diffusione"],
            "poli": rows["servizi_poli"],
            "bacini": {one: self.catchments.source.count(one) for one in sorted(set(self.catchments.source))},
        }


def draw_atlas_whole(lake: Lake, book: NormBook, **kwargs: Any) -> Atlas:
    """Run `draw_atlas` writing aside; all its layers take their place together, or none does."""
    with staged(lake) as aside:
        result = draw_atlas(aside, book, **kwargs)
        return replace(result, versions={**result.versions, **aside.publish()})


def draw_atlas(lake: Lake, book: NormBook, *, day: date, progress: Progress | None = None) -> Atlas:
    """Count, measure, rank, explain; leave tables and trace in the lake.

    Parameters
    ----------
    day
        Day of the law: which norms, which zones.

    Raises
    ------
    MissingLayers, UnknownVoices
        Said in Italian, with what to do; nothing has been written.
    NotInForce
        A norm has no value on `day`.
    """
    steps = Steps(progress, STEPS)
    inventory = take_inventory(lake, book, read_rules(book, day))
    steps.one_more()
    local = figures(inventory, inventory.count, inventory.between, local=True)
    owned = [endowment(inventory, row) for row in range(len(inventory.comuni))]
    steps.one_more()
    found = catchments(inventory)
    zones = survey_zones(inventory, found)
    steps.one_more()
    poles = find_poles(inventory, found)
    steps.one_more()
    trace = atlas_trace(book, inventory, owned, local, zones, poles)
    atlas = Atlas(inventory, owned, local, found, zones, poles, trace, {})
    origin = provenance(MADE_BY, inventory.versions.values(), {}, day.isoformat(), lake.traces.save(trace))
    steps.one_more()
    made = {}
    for name, table in outputs.tables(atlas).items():
        if not len(table):
            continue  # a territory may have no clusters
        manifest = manifest_of(book, name)
        with lake.draft(manifest, origin) as draft:
            laid: pd.DataFrame = outputs.laid(manifest, table)
            draft.write_table(laid)
            if manifest.geometry == "polygon":
                draft.write_tiles(laid)
        made[name] = draft.version
    steps.one_more()
    return replace(atlas, versions=made)

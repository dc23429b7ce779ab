"""The layers of the atlas: rows as they are written, shown and exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from trama.analyses.services.coverage import sources_of
from trama.analyses.services.inventory import COVERAGE, Count
from trama.analyses.services.local import MISSING, rounded, standing, tallied, tally
from trama.analyses.territory.places import zone_shapes
from trama.engines.poles import symmetric
from trama.kernel.layers import Manifest

if TYPE_CHECKING:
    import geopandas
    import pandas as pd

    from trama.analyses.services.run import Atlas

OUTCOMES = {
    "standard_rispettati": "rispettato",
    "standard_non_rispettati": "non rispettato",
    "standard_incerti": "incerto",
}


def tables(atlas: Atlas) -> dict[str, pd.DataFrame]:
    """Return every layer by name; those of places carry their shapes."""
    import pandas as pd

    shapes = atlas.inventory.comuni
    zones = zone_shapes(shapes, atlas.inventory.zone_codes).set_index("key").geometry
    return {
        "servizi_comuni": _shaped(_comuni(atlas), "istat", shapes.set_index("key").geometry),
        "servizi_voci": pd.DataFrame(_voices(atlas)),
        "servizi_standard": pd.DataFrame(_standards(atlas)),
        "servizi_zone": _shaped(_zones(atlas), "zona", zones),
        "servizi_legami": pd.DataFrame(_links(atlas)),
        "servizi_diffusione": pd.DataFrame(_spread(atlas)),
        "servizi_poli": _shaped(_poles(atlas), "istat", shapes.set_index("key").geometry),
        "servizi_vocazioni": pd.DataFrame(_vocations(atlas)),
        "servizi_nuclei": _clusters(atlas),
    }


def laid(manifest: Manifest, table: pd.DataFrame) -> pd.DataFrame:
    """Lay rows in the manifest's columns and types; what a row does not have is missing."""
    import pandas as pd

    names = [spec.name for spec in manifest.fields]
    found = table.reindex(columns=[*names, "geometry"] if "geometry" in table else names)
    kinds: dict[str, Any] = {"number": "float64", "integer": "Int64"}
    for spec in manifest.fields:
        if spec.type in kinds:
            found[spec.name] = pd.to_numeric(found[spec.name]).astype(kinds[spec.type])
    return found


def plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as plain JSON values, without shapes; missing is None."""
    rows = table.drop(columns=["geometry"], errors="ignore").to_dict("records")
    return [{str(name): _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    return int(value) if isinstance(value, np.integer) else value


def _shaped(rows: list[dict[str, Any]], key: str, shapes: Any) -> geopandas.GeoDataFrame:
    import geopandas

    return geopandas.GeoDataFrame(rows, geometry=[shapes[row[key]] for row in rows], crs=shapes.crs)


def _outcomes(row: dict[str, Any]) -> dict[str, int]:
    counted = tally(row)
    return {name: counted[outcome] for name, outcome in OUTCOMES.items()}


def _comuni(atlas: Atlas) -> list[dict[str, Any]]:
    inventory = atlas.inventory
    zones, classes, count = list(inventory.places), inventory.rules.classes.value, inventory.count
    rows = []
    for row, (key, name) in enumerate(zip(inventory.comuni["key"], inventory.comuni["nome"], strict=True)):
        one = atlas.endowments[row]
        number, known = tallied(count.number[row].sum(), count.told[row], count.whole[row])
        rows.append(
            {
                "istat": key,
                "nome": name,
                "zona": zones[inventory.zone_of[row]],
                "popolazione": round(inventory.people[row]),
                "servizi": number,
                "servizi_noti": known,
                "previsti": int(inventory.planned.services[row].sum()) or None,
                "aree_previste": int(inventory.planned.areas[row].sum()) or None,
                "voci_attese": one.expected,
                "voci_presenti": one.present,
                "voci_assenti": one.absent,
                "voci_non_rilevate": one.unseen,
                "voci_senza_dato": one.missing,
                "dotazione": rounded(one.share),
                "classe": one.grade,
                "classe_nome": classes[str(one.grade)]["nome"] if one.grade else None,
                "assenti": " ".join(one.lacking),
                **_outcomes(atlas.figures[row]),
            }
        )
    return rows


def _voices(atlas: Atlas) -> list[dict[str, Any]]:
    inventory, count = atlas.inventory, atlas.inventory.count
    people = {voice.ages: inventory.between(*voice.ages) for voice in inventory.rules.voices.values()}
    everyone, planned = inventory.people, inventory.planned
    covering = inventory.versions[COVERAGE]
    sources = sources_of(covering.table(), synthetic=covering.synthetic)
    rows = []
    for row, key in enumerate(inventory.comuni["key"]):
        for column, (name, voice) in enumerate(inventory.rules.voices.items()):
            stands = standing(count, row, column)
            told, sized = stands != MISSING, int(count.sized[row, column])
            least = voice.row["catchment_min"]
            expected = voice.local and least is not None and everyone[row] >= float(least)
            rows.append(
                {
                    "istat": key,
                    "voce": name,
                    "numero": _listed(count, row, column),
                    "capienza": rounded(count.capacity[row, column], 2) if told and sized else None,
                    "capienza_unita": voice.row["capienza_unita"] if told and sized else None,
                    "con_capienza": sized if told else None,
                    "aree_piano": int(count.drawn[row, column]) or None,
                    "previsti": int(planned.services[row, column]) or None,
                    "aree_previste": int(planned.areas[row, column]) or None,
                    "area_prevista_m2": rounded(planned.area_m2[row, column], 1) or None,
                    "copertura": ("completa" if count.whole[row, column] else "parziale") if told else None,
                    "fonti": sources.get((key, name)) or ("piano comunale" if told else None),
                    "persone": round(people[voice.ages][row]),
                    "atteso": "sì" if expected else "no",
                    "stato": stands,
                }
            )
    return rows


def _listed(count: Count, row: int, column: int) -> int | None:
    """Return the services listed; None where no source tells, or where only the plan says there is some."""
    number = int(count.number[row, column])
    silent = not count.told[row, column] or (not number and count.drawn[row, column])
    return None if silent else number


def _standards(atlas: Atlas) -> list[dict[str, Any]]:
    places = [*zip(atlas.inventory.comuni["key"], atlas.figures, strict=True)]
    rows = [
        {"luogo": key, "grana": "comune", "standard": name, **figure.to_json()}
        for key, row in places
        for name, figure in row.items()
    ]
    return rows + [
        {"luogo": zone, "grana": "zona", "standard": name, **figure.to_json()}
        for zone, row in zip(atlas.inventory.places, atlas.zones.figures, strict=True)
        for name, figure in row.items()
    ]


def _zones(atlas: Atlas) -> list[dict[str, Any]]:
    inventory, zones = atlas.inventory, atlas.zones
    wide = [column for column, voice in enumerate(inventory.rules.voices.values()) if not voice.local]
    rows = []
    for row, (zone, comuni) in enumerate(inventory.places.items()):
        present = zones.count.present[row, wide]
        known = int((present | zones.count.told[row, wide]).sum())
        number, how = tallied(
            zones.count.number[row, wide].sum(), zones.count.told[row, wide], zones.count.whole[row, wide]
        )
        rows.append(
            {
                "zona": zone,
                "nome": inventory.zone_names[zone],
                "tipo": "zona" if zone in inventory.zones else zone,
                "popolazione": round(inventory.people[comuni].sum()),
                "comuni": len(comuni),
                "comuni_noti": int(zones.known[row]),
                "servizi": number,
                "servizi_noti": how,
                "voci_presenti": int(present.sum()),
                "voci_note": known,
                "complessita": rounded(present.sum() / known) if known else None,
                "hhi_servizi": rounded(zones.within_hhi[row]),
                "hhi_persone": rounded(zones.people_hhi[row]),
                "rapporto": rounded(zones.ratio(row)),
                "serve_propria": round(zones.serves[row, row]),
                "serve_altri": round(zones.serves[row].sum() - zones.serves[row, row]),
                "quota_altri": rounded(_outside(zones.serves[row], row)),
                "quota_da_altri": rounded(_outside(zones.serves[:, row], row)),
                "servita_da_altri": round(zones.serves[:, row].sum() - zones.serves[row, row]),
                **_outcomes(zones.figures[row]),
            }
        )
    return rows


def _outside(people: Any, own: int) -> float | None:
    """Return the share of people that is not of the zone itself; None where there is nobody."""
    total = float(people.sum())
    return None if total <= 0 else (total - float(people[own])) / total


def _links(atlas: Atlas) -> list[dict[str, Any]]:
    zones = list(atlas.inventory.places)
    return [
        {"da": first, "a": second, "persone": float(round(atlas.zones.serves[i, j]))}
        for i, first in enumerate(zones)
        for j, second in enumerate(zones)
    ]


def _spread(atlas: Atlas) -> list[dict[str, Any]]:
    limit = float(atlas.inventory.rules.thresholds.value["hhi_concentrato"])
    return [
        {
            "voce": one.voice,
            "numero": one.number,
            "fuori_zona": one.outside,
            "zone_note": one.zones,
            "limite": "no" if one.whole else "sì",
            "hhi_servizi": rounded(one.services_hhi),
            "hhi_persone": rounded(one.people_hhi),
            "rapporto": rounded(one.ratio),
            "giudizio": None if one.ratio is None else "concentrato" if one.ratio > limit else "diffuso",
        }
        for one in atlas.zones.spread
    ]


def _poles(atlas: Atlas) -> list[dict[str, Any]]:
    least = float(atlas.inventory.rules.thresholds.value["lq_specializzato"])
    return [
        {
            "istat": one.key,
            "nome": one.name,
            "rilevanza": one.standing,
            "proposta": one.proposed,
            "decisa": "sì" if one.decided else "no",
            "motivi": "; ".join(one.reasons),
            "servizi": one.services,
            "servizi_noti": one.known,
            "limite": "sì" if one.bound else "no",
            "vocazioni": " ".join(one.vocations(least)),
            "voci_note": one.told,
            **{name: rounded(value) for name, value in one.measures.items()},
            "metropolitani": one.metropolitan,
            "indice": rounded(one.score),
            "posto": one.rank or None,
            "posto_5": one.rank_low or None,
            "posto_95": one.rank_high or None,
            "entropia": rounded(one.entropy),
            "krugman": rounded(one.krugman),
            "hhi": rounded(one.hhi),
            "nuclei": one.clusters,
        }
        for one in atlas.poles.places
    ]


def _vocations(atlas: Atlas) -> list[dict[str, Any]]:
    limits = atlas.inventory.rules.thresholds.value
    rows = []
    for one in atlas.poles.places:
        for column, name in enumerate(atlas.poles.vocation_names):
            value = one.quotients[name]
            said = None
            if value is not None and value >= float(limits["lq_specializzato"]):
                said = "forte" if value >= float(limits["lq_forte"]) else "specializzato"
            rows.append(
                {
                    "istat": one.key,
                    "vocazione": name,
                    "servizi": rounded(atlas.poles.vocation_counts[one.row, column]),
                    "lq": rounded(value),
                    "lq_simmetrico": None if value is None else rounded(float(symmetric(np.array(value)))),
                    "giudizio": said,
                }
            )
    return rows


def _clusters(atlas: Atlas) -> geopandas.GeoDataFrame:
    import geopandas

    inventory = atlas.inventory
    keys, names = inventory.comuni["key"], inventory.comuni["nome"]
    rows = [
        {
            "id": f"{keys.iloc[one.row]}-{number}",
            "istat": keys.iloc[one.row],
            "comune": names.iloc[one.row],
            "servizi": len(one.services),
            "voci": " ".join(sorted(set(inventory.services["voce"].iloc[one.services]))),
        }
        for number, one in enumerate(atlas.poles.clusters, start=1)
    ]
    columns = ["id", "istat", "comune", "servizi", "voci"]
    return geopandas.GeoDataFrame(
        rows, columns=columns, geometry=[one.shape for one in atlas.poles.clusters], crs=inventory.comuni.crs
    )

"""What the pages of services read: the atlas in the lake, laid out for the three scales."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from trama.analyses.services.reading import SERVICES, Reading, Row
from trama.analyses.services.rules import LEVELS, Rules
from trama.analyses.services.sheet import FORCE, standards
from trama.apps.conoscere.queries import vector
from trama.apps.conoscere.servizi.choice import Choice, Shown, named
from trama.lake import Lake, Version

SCALES = ("comuni", "zone", "poli")
HEAT = 5


def theme(
    version: Version, title: str, classes: list[dict[str, Any]], shown: Shown | None = None, **more: Any
) -> dict[str, Any]:
    """Return areas as the front end draws them (`Theme` of frontend/src/map/themes.ts)."""
    body: dict[str, Any] = {
        "id": version.layer,
        "title": title,
        "unit": "text",
        "kind": "areas",
        "version": version.id,
        "classes": classes,
        "shapes": vector(version),
        **more,
    }
    if shown:
        body["values"], body["partial"] = shown.values, shown.partial
    return body


def dots(lake: Lake, rules: Rules, choice: Choice) -> dict[str, Any] | None:
    """Return the services to draw as dots: those of the voice, or of the level and category chosen."""
    if not lake.has(SERVICES):
        return None
    voices = [
        name
        for name, voice in rules.voices.items()
        if (choice.what == name)
        or (choice.what not in rules.voices and choice.category and voice.category == choice.category)
    ]
    if not voices and not (choice.level and choice.level != LEVELS[0]):
        return None
    colours = {name: row["colore"] for name, row in rules.categories.value.items()}
    asked = {"voce": ",".join(voices), "livello": choice.level}
    address = reverse("conoscere:servizi-punti")
    return {"url": f"{address}?{urlencode({k: v for k, v in asked.items() if v})}", "colours": colours}


def menus(rules: Rules, choice: Choice) -> dict[str, Any]:
    """Return what can be picked: standards by act, voices by category (of the level and category chosen)."""
    acts: dict[str, list[dict[str, Any]]] = {}
    for name, standard in rules.standards.items():
        if any(rules.voices[voice].local for voice in standard.voices):
            force = FORCE[str(standard.row["in_vigore"])]
            act = f"{standard.row['atto'] or 'Nessun atto'} ({force})"
            acts.setdefault(act, []).append({"id": name, "name": standard.row["oggetto"]})
    voices: dict[str, list[dict[str, Any]]] = {}
    for name, voice in rules.voices.items():
        if choice.category in ("", voice.category) and choice.level in ("", voice.level):
            group = named(rules.categories.value[voice.category])
            voices.setdefault(group, []).append({"id": name, "name": named(voice.row)})
    categories = [{"id": name, "name": named(row)} for name, row in rules.categories.value.items()]
    return {"acts": acts, "voices": voices, "categories": categories, "levels": LEVELS}


def comuni_rows(reading: Reading, shown: Shown) -> list[dict[str, Any]]:
    """Return the twin of the map: one row per comune, with its class, figure and step."""
    label = {one["value"]: one for one in shown.classes}
    return [
        {
            **row,
            "class": label.get(shown.values.get(row["istat"])),
            "cell": shown.cells.get(row["istat"], ""),
            "step": shown.steps.get(row["istat"], ""),
            "note": shown.notes.get(row["istat"], ""),
            "known": shown.values.get(row["istat"]) is not None,
        }
        for row in reading.rows("servizi_comuni")
    ]


def zone_rows(reading: Reading, rules: Rules) -> list[dict[str, Any]]:
    """Return the zones, each with its standards and whom it serves."""
    links = {(row["da"], row["a"]): row["persone"] for row in reading.rows("servizi_legami")}
    rows = reading.rows("servizi_zone")
    found = []
    for row in rows:
        total = sum(links.get((row["zona"], other["zona"]), 0.0) for other in rows)
        shares = [links.get((row["zona"], other["zona"]), 0.0) / total if total else None for other in rows]
        beside = row.get("tipo", "zona") != "zona"
        found.append(
            {
                **row,
                "beside": beside,
                "branch": "fuori_zona" if beside else "zone",
                "gathered": row["rapporto"] is not None
                and row["rapporto"] > float(rules.thresholds.value["hhi_concentrato"]),
                "shares": [
                    {
                        "share": None if share is None else 100 * share,
                        "depth": _depth(share or 0.0),
                        "own": other is row,
                    }
                    for share, other in zip(shares, rows, strict=True)
                ],
                "standards": [
                    one for one in standards(reading, rules, row["zona"]) if one["esito"] != "non dovuto"
                ],
            }
        )
    return found


def _depth(share: float) -> int:
    """Return how dark a share is drawn, 0 to `HEAT`."""
    return next((depth for depth, least in enumerate((0.5, 0.25, 0.1, 0.03, 0.001)) if share >= least), HEAT)


def spread_rows(reading: Reading, rules: Rules) -> list[dict[str, Any]]:
    """Return the wide voices, the most gathered first, each with how many services every zone has."""
    counted = _by_zone(reading)
    zones = reading.rows("servizi_zone")
    rows = [
        {
            **row,
            "nome": named(rules.voices[row["voce"]].row),
            "livello": rules.voices[row["voce"]].level,
            "zones": [_cell(counted.get((zone["zona"], row["voce"])), zone["popolazione"]) for zone in zones],
        }
        for row in reading.rows("servizi_diffusione")
        if row["voce"] in rules.voices
    ]
    return sorted(rows, key=lambda row: -(row["rapporto"] or 0.0))


def _by_zone(reading: Reading) -> dict[tuple[str, str], tuple[int, bool]]:
    """Return (zone, voice) → services and whether it is at least so many; nothing where no source speaks."""
    zone_of = {row["istat"]: row["zona"] for row in reading.rows("servizi_comuni")}
    found: dict[tuple[str, str], tuple[int, bool]] = {}
    silent = set()
    for row in reading.rows("servizi_voci"):
        key = (zone_of[row["istat"]], row["voce"])
        if row["numero"] is None:
            silent.add(key)
            continue
        number, bound = found.get(key, (0, False))
        found[key] = (number + row["numero"], bound or row["copertura"] != "completa")
    return {key: (number, bound or key in silent) for key, (number, bound) in found.items()}


def _cell(counted: tuple[int, bool] | None, people: int) -> dict[str, Any]:
    if counted is None:
        return {"known": False}
    number, bound = counted
    return {
        "known": True,
        "number": number,
        "bound": bound,
        "each": round(people / number) if number else None,
    }


def pole_rows(reading: Reading, rules: Rules) -> list[dict[str, Any]]:
    """Return the comuni in the order of the ranking, intervals from 0 to 100, and their vocations.

    Those of which too little is known to have a place come last, by name.
    """
    rows = reading.rows("servizi_poli")
    last = max((row["posto"] for row in rows if row["posto"]), default=1)

    def at(place: int) -> float:
        return round(100 * (place - 1) / max(last - 1, 1), 2)

    def span(row: Row) -> dict[str, float]:
        low, high = at(row["posto_5"]), at(row["posto_95"])
        return {"low": low, "width": round(max(high - low, 0.8), 2), "at": at(row["posto"])}

    return [
        {
            **row,
            **(span(row) if row["posto"] else {}),
            "bound": row.get("limite") == "sì",
            "level": rules.levels.value.get(row["rilevanza"]),
            "vocations": [
                {"name": named(rules.vocations.value[one]), "colour": rules.vocations.value[one]["colore"]}
                for one in str(row["vocazioni"] or "").split()
                if one in rules.vocations.value
            ],
        }
        for row in sorted(rows, key=lambda row: (row["posto"] or last + 1, row["nome"]))
    ]


def unmeasured(rules: Rules) -> list[dict[str, Any]]:
    """Return the measures that the register names and the data do not allow, with what each would need."""
    return [{**row, "name": named(row)} for row in rules.unmeasured.value.values()]


def pole_classes(reading: Reading, rules: Rules) -> list[dict[str, Any]]:
    """Return the standings as classes of the map."""
    rows = reading.rows("servizi_poli")
    return [
        {"label": named(row), "colour": row["colore"], "from": None, "value": name,
         "count": sum(one["rilevanza"] == name for one in rows)}
        for name, row in rules.levels.value.items()
    ]  # fmt: skip


def zone_classes(reading: Reading, rules: Rules) -> tuple[list[dict[str, Any]], dict[str, str | None]]:
    """Return classes of gathering and the class of each zone."""
    limit = float(rules.thresholds.value["hhi_concentrato"])
    middle = round((1 + limit) / 2, 2)
    between = gettext("da %(low)s a %(high)s") % {"low": _comma(middle), "high": _comma(limit)}
    steps = (
        (0.0, "#d7e8e4", gettext("meno di %(n)s") % {"n": _comma(middle)}),
        (middle, "#a3cbc4", between),
        (limit, "#37837a", gettext("%(n)s e oltre: concentrati") % {"n": _comma(limit)}),
    )
    beside = gettext("non è una zona omogenea")
    values: dict[str, str | None] = {}
    for row in reading.rows("servizi_zone"):
        ratio = row["rapporto"]
        within = [name for least, _, name in steps if ratio is not None and ratio >= least]
        values[row["zona"]] = within[-1] if within else None
        if row.get("tipo", "zona") != "zona":
            values[row["zona"]] = beside
    return [
        {"label": name, "colour": colour, "from": None, "value": name,
         "count": sum(one == name for one in values.values())}
        for _, colour, name in (*steps, (0.0, "#dfe3e6", beside))
    ], values  # fmt: skip


def _comma(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def outlines(reading: Reading) -> dict[str, Any] | None:
    """Return where the clusters of wide services are drawn; None where there are none."""
    version = reading.versions.get("servizi_nuclei")
    return vector(version) if version else None


def day_of(version: Version, today: date) -> date:
    """Return the day of the norms a version was made with."""
    return date.fromisoformat(version.provenance.day) if version.provenance.day else today

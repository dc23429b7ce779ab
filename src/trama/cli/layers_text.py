"""The answers of `trama layers` as people read them."""

from __future__ import annotations

from typing import Any

from trama.cli.layers_source import source_lines
from trama.cli.moments import local_day, local_moment
from trama.kernel.units import format_number

_KINDS = {
    "polygon": "aree",
    "line": "linee",
    "point": "punti",
    "mixed": "forme",
    "raster": "griglia",
    "table": "tabella",
}


def catalogue_text(rows: list[dict[str, Any]]) -> str:
    """Write the list of layers, one a line."""
    width = max((len(row["id"]) for row in rows), default=0)
    lines = []
    for row in rows:
        state = "non ancora caricato"
        if row["versione"]:
            state = f"{row['versione']} del {local_day(row['creata'])}"
            state += ", dati sintetici" if row["sintetico"] else ""
        lines.append(f"{row['id']:<{width}}  {_KINDS[row['geometria']]:<8} {row['titolo']} ({state})")
    return "\n".join(lines) or "Nessun livello descritto."


def sheet_text(body: dict[str, Any]) -> str:
    """Write a layer's manifest and one of its versions."""
    sheet, version = body["scheda"], body["versione_livello"]
    lines = [
        f"{sheet['titolo']}  [{sheet['id']}]",
        sheet["descrizione"],
        f"Ente: {sheet['ente']}. Licenza: {sheet['licenza']}.",
        f"{_KINDS[sheet['geometria']].capitalize()} in {sheet['crs']}.",
        "Campi:",
        *(
            f"  {field['nome']} ({field['tipo']}, {field['unita']}): {field['significato']}"
            for field in sheet["campi"]
        ),
    ]
    lines += source_lines(sheet["fonte"])
    if sheet["limiti_noti"]:
        lines += ["Limiti noti:", *(f"  {limit}" for limit in sheet["limiti_noti"])]
    lines += _version_lines(version) if version else ["Nessuna versione: il livello non è ancora caricato."]
    if body.get("impronte_verificate"):
        lines.append("Le impronte dei file coincidono con quelle registrate.")
    return "\n".join(lines)


def history_text(body: dict[str, Any]) -> str:
    """Write the versions of a layer, oldest first."""
    return "\n".join(line for version in body["versioni"] for line in _version_lines(version))


def report_text(body: dict[str, Any]) -> str:
    """Write what the checks found in an original, what to do, and what was written."""
    lines = [f"«{body['file']}» come {body['livello']}: {body['regola']}"]
    for check in body["controlli"]:
        count = f" ({format_number(check['numero'])})" if check["numero"] else ""
        lines.append(f"  {check['controllo']}: {check['esito']}{count}")
        if check["esito"] == "conforme":
            continue
        for place in check["dove"][:10]:
            at = f" a {place['at'][0]:.1f}, {place['at'][1]:.1f}" if place.get("at") else ""
            lines.append(f"    {place['id']}{at}: {place['why']}".replace("     ", "    "))
        if check["rimedio"]:
            lines.append(f"    {check['rimedio']}")
    lines += [f"  {note}" for note in body["note"]]
    version = body["versione_livello"]
    if version:
        lines.append(
            f"Pubblicata la versione {version['id']} di {body['livello']}, impronta {version['sha256'][:12]}."
        )
        lines += [f"Insieme: {layer} {made}." for layer, made in body.get("insieme", {}).items()]
    else:
        lines.append("Nulla è stato scritto: la versione corrente resta quella di prima.")
    return "\n".join(lines)


def _version_lines(version: dict[str, Any]) -> list[str]:
    label = ", dati sintetici" if version["sintetico"] else ""
    lines = [
        f"{version['id']} del {local_moment(version['creata'])}{label}: "
        f"{format_number(version['righe'])} elementi, impronta {version['sha256'][:12]}"
    ]
    lines.append(f"  Fatta da {version['fatta_da']}, {version['chi']}.")
    if version["fonte"]:
        licence = f" Licenza: {version['licenza']}." if version["licenza"] else ""
        lines.append(f"  Fonte: {version['fonte']}.{licence}")
    if version["ingressi"]:
        lines.append(
            f"  Da: {', '.join(f'{layer} {v}' for layer, v in sorted(version['ingressi'].items()))}."
        )
    return lines

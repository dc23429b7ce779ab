"""Where the original of a layer is, and what was fetched of it: as JSON and as people read it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from trama.kernel.layers import Manifest, SourceSpec
from trama.kernel.units import format_number

if TYPE_CHECKING:
    from trama.sources.fetch import Fetched

_PROTOCOLS = {"file": "file", "arcgis": "servizio ArcGIS, chiesto a pagine entro il territorio"}


def source_json(source: SourceSpec) -> dict[str, Any]:
    """Return what the manifest says of the original; what it does not say is None."""
    return {
        "tipo": source.kind,
        "ente": source.body or None,
        "indirizzo": source.url,
        "protocollo": source.protocol if source.url else None,
        "pagina": source.page,
        "filtro": source.where or None,
        "livello_interno": source.inner or None,
        "colonne": dict(source.columns),
        "campi_tenuti": list(source.kept),
        "licenza": source.licence or None,
        "edizione": source.edition or None,
        "attestazione": source.attested or None,
        "nota": source.note,
    }


def source_lines(said: dict[str, Any]) -> list[str]:
    """Write where the original is, one thing a line; `said` is of `source_json`."""
    lines = [f"  ente: {said['ente']}"] if said["ente"] else []
    if said["indirizzo"]:
        lines.append(f"  indirizzo ({_PROTOCOLS[said['protocollo']]}): {said['indirizzo']}")
    for name, key in (("pagina da aprire", "pagina"), ("filtro", "filtro"), ("livello", "livello_interno")):
        if said[key]:
            lines.append(f"  {name}: {said[key]}")
    if said["colonne"]:
        pairs = (f"{name} = {column or '(vuoto)'}" for name, column in said["colonne"].items())
        lines.append(f"  colonne: {', '.join(pairs)}")
    if said["campi_tenuti"]:
        lines.append(f"  tenuti dalla versione di prima: {', '.join(said['campi_tenuti'])}")
    if said["licenza"] or said["edizione"]:
        lines.append(f"  {', '.join(filter(None, (said['licenza'], said['edizione'])))}")
    lines += [f"  {said[key]}" for key in ("nota", "attestazione") if said[key]]
    return ["Originale ufficiale:", *lines] if lines else []


def fetched_json(manifest: Manifest, got: Fetched) -> dict[str, Any]:
    """Return what was fetched, and the command that loads it."""
    service = got.features is not None
    return {
        "livello": manifest.id,
        "file": str(got.path),
        "indirizzo": got.url,
        "protocollo": manifest.source.protocol,
        "sha256": got.sha256,
        "byte": got.size_bytes,
        "elementi": got.features,
        "ripreso_da_byte": None if service else got.resumed_from,
        "ripreso_da_elementi": got.resumed_from if service else None,
        "cambiato": got.changed,
        "classi": str(got.classes) if got.classes else None,
        "comando": _load_command(manifest, got),
    }


def fetched_text(body: dict[str, Any]) -> str:
    """Write what was fetched."""
    lines = [body["file"]]
    if body["elementi"] is not None:
        resumed = body["ripreso_da_elementi"]
        before = f", di cui {format_number(resumed)} già arrivati prima" if resumed else ""
        lines.append(f"Elementi: {format_number(body['elementi'])}{before}")
    if body["classi"]:
        lines.append(f"Tabella delle classi, dalla legenda del servizio: {body['classi']}")
    return "\n".join([*lines, f"Impronta (SHA-256): {body['sha256']}"])


def _load_command(manifest: Manifest, got: Fetched) -> str:
    source = manifest.source
    words = ["trama", "layers", "add", str(got.path), "--as", manifest.id, "--source", got.url]
    words += ["--classes", str(got.classes)] if got.classes else []
    words += ["--date", source.edition] if source.edition else []
    licence = shlex.quote(source.licence) if source.licence else "..."
    return f"{shlex.join(words)} --licence {licence}"

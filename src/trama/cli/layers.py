"""`trama layers`: what the knowledge base holds, where it comes from, how an official original gets in."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from trama.analyses.envelope import envelope
from trama.cli.layers_source import fetched_json, fetched_text, source_json
from trama.cli.layers_text import catalogue_text, history_text, report_text, sheet_text
from trama.cli.output import DONE, NOT_SATISFIED, day_option, guarded, json_option, print_json, say, today
from trama.kernel.errors import BadInput, NotFound

if TYPE_CHECKING:
    from trama.analyses.installation import Installation
    from trama.kernel.layers import Manifest, SourceSpec
    from trama.lake import Version
    from trama.sources.original import Original, Reading

DOWNLOADS = "scaricati"
"""Folder of the installation where originals are downloaded."""


class UnknownManifest(NotFound):
    """Neither the norms nor the lake describe that layer."""

    it = "Nessuna scheda descrive il livello «{what}». Livelli descritti: {hint}."
    en = "No manifest describes layer “{what}”. Described layers: {hint}."


class BadMapping(BadInput):
    """A ``--map`` that is not ``field=column``."""

    it = "«{what}» non si capisce: --map si scrive campo=COLONNA, con un campo della scheda ({fields})."
    en = "“{what}” is not understood: write --map field=COLUMN, with a field of the manifest ({fields})."


class NoReason(BadInput):
    """A confirmation without its reason, or with an endless one."""

    it = (
        "--confirm vuole il motivo per cui i valori insoliti sono veri: scriverlo tra virgolette, in non più "
        "di {most} caratteri."
    )
    en = (
        "--confirm wants the reason why unusual values are true: write it between quotes, in {most} "
        "characters at most."
    )


@click.group()
def layers() -> None:
    """Elenca, mostra, confronta, aggiunge e scarica i livelli informativi."""


@layers.command("list")
@day_option
@json_option
@guarded
def list_layers(day: date | None, as_json: bool) -> None:
    """Elenca i livelli descritti dalle norme e quelli presenti, con la versione corrente."""
    installation = _open()
    rows = []
    versions = []
    for manifest in _manifests(installation).values():
        current = installation.lake.version(manifest.id) if installation.lake.has(manifest.id) else None
        rows.append(_row(manifest, current))
        versions += [current] if current else []
    if as_json:
        print_json(envelope({"livelli": rows}, day=day or today(), layers=[each.use() for each in versions]))
    else:
        click.echo(catalogue_text(rows))


@layers.command("show")
@click.argument("layer", metavar="ID")
@click.option("--version", "wanted", default=None, help="Versione, per esempio v0001; la corrente se manca.")
@click.option("--verify", is_flag=True, help="Ricalcola le impronte dei file e le confronta.")
@day_option
@json_option
@guarded
def show_layer(layer: str, wanted: str | None, verify: bool, day: date | None, as_json: bool) -> None:
    """Mostra la scheda di un livello e la provenienza di una sua versione."""
    installation = _open()
    manifest = _manifest(installation, layer)
    found = installation.lake.version(layer, wanted) if wanted or installation.lake.has(layer) else None
    if found and verify:
        found.verify()
    body: dict[str, Any] = {
        "scheda": _sheet(found.manifest if found else manifest, _described(installation, layer).source),
        "versione_livello": _version(found) if found else None,
    }
    if found and verify:
        body["impronte_verificate"] = True
    if as_json:
        print_json(envelope(body, day=day or today(), layers=[found.use()] if found else []))
    else:
        click.echo(sheet_text(body))


@layers.command("history")
@click.argument("layer", metavar="ID")
@day_option
@json_option
@guarded
def history(layer: str, day: date | None, as_json: bool) -> None:
    """Elenca le versioni di un livello, dalla prima: data, provenienza, impronta."""
    installation = _open()
    _manifest(installation, layer)
    versions = installation.lake.history(layer)
    body = {"livello": layer, "versioni": [_version(each) for each in versions]}
    if as_json:
        print_json(envelope(body, day=day or today(), layers=[each.use() for each in versions]))
    else:
        click.echo(history_text(body))


@layers.command("diff")
@click.argument("layer", metavar="ID")
@click.argument("old", metavar="V1")
@click.argument("new", metavar="V2")
@day_option
@json_option
@guarded
def diff(layer: str, old: str, new: str, day: date | None, as_json: bool) -> None:
    """Dice che cosa è cambiato tra due versioni di un livello."""
    lake = _open().lake
    before, after = lake.version(layer, old), lake.version(layer, new)
    change = lake.diff(before, after)
    if as_json:
        body = {"differenza": change.to_json()}
        print_json(envelope(body, day=day or today(), layers=[before.use(), after.use()]))
    else:
        click.echo(change.to_text())


@layers.command("add")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "layer", required=True, metavar="ID", help="Livello che il file sostituisce.")
@click.option("--classes", type=click.Path(path_type=Path), default=None, help="Tabella CSV: valore, codice.")
@click.option("--crs", type=int, default=None, help="Codice EPSG, se il file non lo dichiara.")
@click.option("--layer", "inner", default=None, help="Livello interno al file, se ne contiene più d'uno.")
@click.option("--field", "value_field", default=None, help="Colonna con il codice o la grandezza.")
@click.option("--map", "mapping", multiple=True, metavar="CAMPO=COLONNA", help="Colonna di un campo.")
@click.option("--licence", default="", help="Licenza dei dati.")
@click.option("--date", "edition", default="", help="Giorno o anno a cui i dati si riferiscono.")
@click.option("--source", default="", help="Da dove viene il file: indirizzo o ente.")
@click.option("--coverage", default="", help="Di un elenco di servizi: completa, o parziale se manca.")
@click.option(
    "--covers", default="", help="Comuni che l'elenco copre, o «tutti»; se manca quelli delle righe."
)
@click.option("--repair", is_flag=True, help="Applica i rimedi proposti dai controlli.")
@click.option("--confirm", default=None, metavar="MOTIVO", help="Perché valori insoliti sono veri.")
@day_option
@json_option
@guarded
def add(file: Path, layer: str, repair: bool, day: date | None, as_json: bool, **said: Any) -> int:
    """Controlla un originale ufficiale e ne fa la nuova versione di un livello.

    Se i controlli trovano qualcosa da riparare lo dicono, con il rimedio, e nulla è scritto.
    """
    from trama.cli.progress import only_own_words
    from trama.sources.known import known_of, leading
    from trama.sources.readers import Said, add_original

    installation, on = _open(), day or today()
    manifest = _described(installation, leading(layer))
    layer = manifest.id
    original = _original(file, manifest, repair, said)
    words = Said(licence=said["licence"], edition=said["edition"], source=said["source"])
    known = known_of(installation.book, manifest, on)
    say(f"Lettura e controllo di {file.name}...")
    with only_own_words():
        reading, version = add_original(installation.lake, manifest, original, words, known)
    body = {"livello": layer, "file": file.name, **reading.to_json()}
    body["versione_livello"] = _version(version) if version else None
    made = [version, *(installation.lake.version(one) for one in _beside(reading))] if version else []
    uses = [one.use() for one in made]
    body["insieme"] = {one.layer: one.id for one in made[1:]}
    weak = [norm.use() for norm in known.used if not norm.status.official]
    if as_json:
        print_json(envelope(body, day=on, layers=uses, unofficial=weak))
    else:
        click.echo(report_text(body))
    return DONE if version else NOT_SATISFIED


@layers.command("fetch")
@click.argument("layer", metavar="ID")
@click.option("--accept-changed", is_flag=True, help="Accetta un originale diverso da quello già scaricato.")
@day_option
@json_option
@guarded
def fetch_layer(layer: str, accept_changed: bool, day: date | None, as_json: bool) -> None:
    """Scarica l'originale dall'indirizzo scritto nella scheda: un file, o un servizio ArcGIS; riprende.

    Senza indirizzo dice quale ente lo tiene e quale pagina aprire. Scaricare non carica: il comando per farlo
    è detto alla fine.
    """
    from trama.cli.progress import bars
    from trama.lake import home
    from trama.sources.fetch import address_of, fetch
    from trama.sources.territory import find_territory

    installation = _open()
    manifest = _described(installation, layer)
    address_of(manifest)
    within = None
    if manifest.source.protocol == "arcgis":
        shape = find_territory(installation.lake).shape
        within = shape.bounds if shape is not None else None
    with bars() as bar:
        advance = bar(f"Scarico l'originale di {layer}")
        got = fetch(
            manifest,
            home() / DOWNLOADS,
            lambda done, total: advance(done, total or done),
            within=within,
            accept_changed=accept_changed,
        )
    body = fetched_json(manifest, got)
    if as_json:
        print_json(envelope(body, day=day or today()))
    else:
        click.echo(fetched_text(body))
        say(f"Per caricarlo: {body['comando']}")


def _beside(reading: Reading) -> list[str]:
    """Return the layers that were written together with the one asked."""
    return list(getattr(reading, "beside", {}))


def _open() -> Installation:
    from trama.analyses.installation import open_installation

    return open_installation()


def _manifests(installation: Installation) -> dict[str, Manifest]:
    """Return every manifest: those of the norms, and those of layers that only the lake knows."""
    found = dict(installation.book.manifests)
    for layer in installation.lake.layers():
        if layer not in found:
            found[layer] = installation.lake.version(layer).manifest
    return dict(sorted(found.items()))


def _manifest(installation: Installation, layer: str) -> Manifest:
    found = _manifests(installation)
    if layer not in found:
        raise UnknownManifest(what=layer, hint=", ".join(found) or "nessuno")
    return found[layer]


def _described(installation: Installation, layer: str) -> Manifest:
    """Return the manifest that the norms give, which says how an original is read and where it is."""
    return installation.book.manifests.get(layer) or _manifest(installation, layer)


def _original(file: Path, manifest: Manifest, repair: bool, said: dict[str, Any]) -> Original:
    from trama.sources.original import Original
    from trama.sources.plausible import BadReason, read_reason

    names = [spec.name for spec in manifest.fields]
    columns = {}
    for pair in said["mapping"]:
        name, equals, column = pair.partition("=")
        if not equals or name not in names:
            raise BadMapping(what=pair, fields=", ".join(names))
        columns[name] = column
    try:
        confirm = "" if said["confirm"] is None else read_reason(said["confirm"])
    except BadReason as error:
        raise NoReason(**error.fields) from None
    return Original(
        file,
        said["classes"],
        said["crs"],
        said["inner"],
        said["value_field"],
        columns,
        repair=repair,
        confirm=confirm,
        source=said["source"],
        edition=said["edition"],
        coverage=said["coverage"],
        covers=said["covers"],
    )


def _row(manifest: Manifest, current: Version | None) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "titolo": manifest.title,
        "geometria": manifest.geometry,
        "ente": manifest.steward,
        "versione": current.id if current else None,
        "creata": current.created if current else None,
        "sintetico": current.synthetic if current else None,
        "righe": current.rows if current else None,
    }


def _sheet(manifest: Manifest, source: SourceSpec) -> dict[str, Any]:
    """Return the manifest as it was with the version, and where the original is as the norms say today."""
    return {
        "id": manifest.id,
        "titolo": manifest.title,
        "descrizione": manifest.description.strip(),
        "ente": manifest.steward,
        "licenza": manifest.licence,
        "fonte": source_json(source),
        "crs": f"EPSG:{manifest.crs}",
        "geometria": manifest.geometry,
        "chiave": manifest.key,
        "campi": [
            {"nome": spec.name, "tipo": spec.type, "unita": spec.unit, "significato": spec.meaning}
            for spec in manifest.fields
        ],
        "aggiornamento": manifest.refreshed,
        "controlli": list(manifest.checks),
        "limiti_noti": list(manifest.known_limits),
    }


def _version(version: Version) -> dict[str, Any]:
    made = version.provenance
    return {
        "id": version.id,
        "creata": version.created,
        "sha256": version.sha256,
        "righe": version.rows,
        "riquadro": list(version.bbox),
        "sintetico": version.synthetic,
        "fatta_da": made.made_by,
        "ingressi": dict(made.inputs),
        "richiesta": dict(made.asked),
        "giorno": made.day,
        "fonte": made.source,
        "fonte_sha256": made.source_sha256,
        "licenza": made.licence,
        "chi": made.who,
        "trace": made.trace or None,
        "controlli": list(version.findings),
    }

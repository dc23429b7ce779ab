"""What can go wrong between an address and a file on this machine."""

from __future__ import annotations

import http.client
import json
import urllib.error
from pathlib import Path
from urllib.parse import urlsplit

from trama.kernel.errors import BadInput, Unavailable
from trama.kernel.layers import Manifest
from trama.lake.files import is_full


class NoAddress(BadInput):
    """The manifest does not say where the original is."""

    it = (
        "La scheda di «{layer}» non ha l'indirizzo da cui scaricare l'originale. Lo tiene: {steward}.{page} "
        "Scaricarlo a mano, poi: trama layers add FILE --as {layer}"
    )
    en = (
        "The manifest of “{layer}” has no address for the original, which {steward} keeps.{page} "
        "Download it, then: trama layers add FILE --as {layer}"
    )


class NothingToFetch(BadInput):
    """The layer is computed or comes from the norms."""

    it = "«{layer}» non ha un originale da scaricare: lo calcola Trama, o viene dalle norme."
    en = "“{layer}” has no original to fetch: Trama computes it, or it comes from the norms."


class BadAddress(BadInput):
    """The address is not one of the web."""

    it = "L'indirizzo dell'originale di «{layer}» non è http o https: {url}"
    en = "The address of the original of “{layer}” is not http or https: {url}"


class ServerRefuses(Unavailable):
    """The server answered that there is no such file, or that it may not be had."""

    it = "Il server {host} ha risposto {status} per «{layer}»: {hint}{page}"
    en = "Server {host} answered {status} for “{layer}”.{page}"


class NoNetwork(Unavailable):
    """The server cannot be reached, or stopped answering."""

    it = (
        "Non si riesce a scaricare «{layer}» da {host}: {why}. Controllare la rete e ripetere il comando: "
        "riprende da dove era arrivato ({done})."
    )
    en = "“{layer}” cannot be downloaded from {host}: {why}. Check the network and run the command again."


class DownloadTooLarge(BadInput):
    """The file is larger than the limit."""

    it = "L'originale di «{layer}» supera il limite di {limit}: non è stato tenuto."
    en = "The original of “{layer}” is over the limit of {limit}: it was not kept."


class ChecksumChanged(Unavailable):
    """What came is not what was expected."""

    it = (
        "L'impronta dell'originale di «{layer}» è cambiata: attesa {expected}, scaricata {found}. "
        "Il file nuovo è in {path}: se è una nuova edizione, ripetere con --accept-changed."
    )
    en = (
        "The checksum of the original of “{layer}” has changed: expected {expected}, got {found}. See {path}."
    )


class DownloadDiskFull(Unavailable):
    """No room for the file."""

    it = "Non c'è più spazio in {folder}: fare spazio e ripetere, si riprende da {done}."
    en = "No room left in {folder}: make room and run again, it resumes from {done}."


class ServiceRefuses(Unavailable):
    """A map service answered with an error, or with something that is no answer."""

    it = "Il servizio {host} non dà «{layer}»: {why} {hint}{page}"
    en = "Service {host} does not give “{layer}”: {why}{page}"


class ServiceChanged(Unavailable):
    """The elements of the service are no longer those that were counted."""

    it = (
        "Il servizio {host} è cambiato mentre si scaricava «{layer}»: {why}. Ciò che era arrivato "
        "non è stato tenuto: ripetere il comando."
    )
    en = "Service {host} changed while “{layer}” was being downloaded: {why}. Run the command again."


HINTS = {
    404: "l'indirizzo non esiste più. Cercare quello nuovo, scaricare a mano e usare trama layers add.",
    410: "il file è stato tolto. Cercare la nuova edizione e usare trama layers add.",
    401: "serve un accesso. Scaricare a mano e usare trama layers add.",
    403: "non permette di scaricarlo così. Scaricare a mano e usare trama layers add.",
}
LATER = "riprovare più tardi."


def page_of(manifest: Manifest) -> str:
    """Return " Pagina: address." where the manifest has one, to end a sentence with."""
    return f" Pagina da aprire: {manifest.source.page}" if manifest.source.page else ""


def network_trouble(
    manifest: Manifest, error: Exception, folder: Path, done: str
) -> ServerRefuses | NoNetwork | DownloadDiskFull:
    """Say an error of the network or of the disk; `done` tells how much is kept."""
    host = urlsplit(manifest.source.url or "").netloc
    if isinstance(error, urllib.error.HTTPError):
        hint, page = HINTS.get(error.code, LATER), page_of(manifest)
        return ServerRefuses(what="", layer=manifest.id, host=host, status=error.code, hint=hint, page=page)
    if isinstance(error, OSError) and is_full(error):
        return DownloadDiskFull(what="", hint="", folder=folder, done=done)
    return NoNetwork(what="", hint="", layer=manifest.id, host=host, why=_why(error), done=done)


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    if isinstance(reason, TimeoutError):
        return "il server non risponde"
    if isinstance(error, http.client.HTTPException) or isinstance(reason, ConnectionResetError):
        return "il collegamento si è interrotto"
    if "CERTIFICATE" in str(reason).upper():
        return "il certificato del server non è valido"
    if isinstance(error, json.JSONDecodeError):
        return "la risposta è incompleta"
    return "il server non è raggiungibile"

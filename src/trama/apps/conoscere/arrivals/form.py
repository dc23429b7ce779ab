"""The form of an arriving original: which fields, and what it says beside each when something is wrong."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms

from trama.apps.conoscere.arrivals import store
from trama.apps.conoscere.arrivals.brought import Brought, brought
from trama.kernel.layers import FieldSpec, Manifest
from trama.sources.services.coverage import COMPLETE, PARTIAL

_YEAR = re.compile(r"(19|20)\d\d")
_ITALIAN_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
MEASURED = ("area_m2", "istat")


def read_edition(text: str) -> str:
    """Return a year (``2021``) or a day as ``2021-12-31``; raises `ValueError`.

    >>> read_edition("31.12.2021"), read_edition(" 2021 ")
    ('2021-12-31', '2021')
    """
    words = text.strip()
    if _YEAR.fullmatch(words):
        return words
    if italian := _ITALIAN_DAY.fullmatch(words):
        day, month, year = (int(part) for part in italian.groups())
        return date(year, month, day).isoformat()
    return date.fromisoformat(words).isoformat()


def _asked(manifest: Manifest, taken: Brought) -> list[FieldSpec]:
    """Return the fields whose column may be pointed at: not those the reader finds by itself."""
    derived = taken.derived
    return [] if derived is None else [spec for spec in manifest.fields if spec.name not in derived]


def _text(label: str, missing: str = "", **options: Any) -> forms.CharField:
    messages = {"required": missing, "max_length": "Più di 300 caratteri: abbreviare."}
    return forms.CharField(
        label=label, max_length=300, required=bool(missing), error_messages=messages, **options
    )


class ArrivalForm(forms.Form):
    """An original and what is said of it; a file `kept` from before need not be brought again."""

    file = forms.FileField(
        label="File",
        required=False,
        error_messages={"empty": "Il file è vuoto: esportarlo di nuovo dal programma d'origine."},
    )
    fonte = _text(
        "Da dove viene",
        "Scrivere chi ha dato il file o l'indirizzo da cui viene.",
        help_text="Chi ha dato il file, o l'indirizzo da cui viene: resta scritto accanto alla versione.",
    )
    licenza = _text(
        "Licenza", "Scrivere la licenza dei dati; «non dichiarata» se chi li ha dati non la dice."
    )
    giorno = _text(
        "Giorno o anno dei dati",
        "Scrivere a quando si riferiscono i dati: un anno (2021) o un giorno (31.12.2021).",
        help_text="Un anno (2021) o un giorno (31.12.2021).",
    )
    classi = forms.FileField(
        label="Tabella delle classi",
        required=False,
        error_messages={"empty": "La tabella è vuota."},
    )
    copertura = forms.ChoiceField(
        label="Copertura",
        required=False,
        choices=[
            ("", "Come dice il registro; parziale per un elenco"),
            (PARTIAL, "Parziale: ce ne possono essere altri"),
            (COMPLETE, "Completa: dove non ce n'è, il servizio non c'è"),
        ],
    )
    comuni = _text(
        "Comuni che il file copre",
        help_text="Nomi o codici ISTAT separati da virgole, o «tutti»; se vuoto, quelli in cui ha righe.",
    )
    crs = forms.IntegerField(
        label="Sistema di riferimento (codice EPSG)",
        required=False,
        help_text="Solo se il file non lo dichiara. Per esempio 32632.",
        error_messages={"invalid": "Serve il numero del codice EPSG, per esempio 32632."},
    )
    interno = _text("Livello interno al file", help_text="Solo se il file ne contiene più d'uno.")
    colonna = _text(
        "Colonna con il codice o la grandezza", help_text="Solo se il suo nome non è tra quelli soliti."
    )

    def __init__(self, manifest: Manifest, *args: Any, kept: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.manifest, self.kept = manifest, kept
        taken = brought(manifest)
        self.fields["file"].help_text = taken.file
        self.fields["classi"].help_text = taken.classes
        absent = {"classi": not taken.classes, "colonna": manifest.geometry != "raster"}
        absent |= dict.fromkeys(("copertura", "comuni"), not taken.coverage)
        absent |= dict.fromkeys(("crs", "interno"), taken.tells_all)
        for name in [name for name, gone in absent.items() if gone]:
            del self.fields[name]
        for spec in _asked(manifest, taken):
            beside = taken.columns.get(spec.name, spec.meaning)
            self.fields[f"colonna_{spec.name}"] = _text(f"Colonna per «{spec.name}»", help_text=beside)
        for name, field in self.fields.items():
            described = [f"{name}-aiuto"] if field.help_text else []
            described += [f"{name}-errore"] if name in self.errors else []
            marks = {"aria-describedby": " ".join(described)} if described else {}
            marks |= {"aria-invalid": "true"} if name in self.errors else {}
            field.widget.attrs.update({"id": name, "autocomplete": "off", **marks})

    def clean_file(self) -> Any:
        """Ask for the file, unless one was brought before."""
        uploaded = self.cleaned_data.get("file")
        if uploaded is None and not self.kept:
            raise forms.ValidationError("Scegliere il file da aggiungere.")
        if uploaded is not None and uploaded.size > store.LIMITS.file_bytes:
            limit = store.LIMITS.file_bytes // 1_000_000
            raise forms.ValidationError(
                f"Il file è di {uploaded.size // 1_000_000} MB e da questa pagina se ne caricano "
                f"al più {limit}: ritagliarlo sul territorio, o caricarlo dalla riga di comando, con "
                "«trama layers add»."
            )
        return uploaded

    def clean_giorno(self) -> str:
        """Read a year or a day that is not in the future."""
        try:
            edition = read_edition(self.cleaned_data["giorno"])
        except ValueError:
            raise forms.ValidationError(
                "Non è un anno né un giorno: scrivere 2021, oppure 31.12.2021."
            ) from None
        if edition[:4] > str(date.today().year):  # noqa: DTZ011 - the operator's own calendar
            raise forms.ValidationError("È nel futuro: scrivere a quando si riferiscono i dati.")
        return edition

    def clean_crs(self) -> int | None:
        """Accept only codes that exist."""
        code: int | None = self.cleaned_data.get("crs")
        if code is None:
            return None
        from pyproj import CRS
        from pyproj.exceptions import CRSError

        try:
            CRS.from_epsg(code)
        except CRSError:
            raise forms.ValidationError(
                f"Il codice EPSG {code} non esiste. Per esempio 32632 o 6707."
            ) from None
        return code

    def columns(self) -> dict[str, str]:
        """Return the manifest's field → the file's column, for those that were named."""
        prefix = "colonna_"
        named = {
            name.removeprefix(prefix): text
            for name, text in self.cleaned_data.items()
            if name.startswith(prefix)
        }
        return {name: text.strip() for name, text in named.items() if text.strip()}

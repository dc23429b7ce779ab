"""Write docs/invarianza-pratica.schema.json: the data file of a file of hydraulic invariance, key by key.

The request comes from its own shape (`trama.analyses.invarianza.pratica.Pratica`), the rest is written here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from trama.analyses.invarianza.pratica import Pratica
from trama.analyses.invarianza.pratica.answer import FORMAT
from trama.analyses.invarianza.pratica.verdict import STATE_LABELS, VERDICT_LABELS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "invarianza-pratica.schema.json"
TEXT, TICK = {"type": "string"}, {"type": "boolean"}


def of(unit: str, says: str = "", *, missing: bool = False) -> dict[str, Any]:
    """Return a number in a unit; `missing` where it may be null, which is never zero."""
    words = f"[{unit}] {says}".strip() if unit else says
    kind: Any = ["number", "null"] if missing else "number"
    return {"type": kind, "description": words} if words else {"type": kind}


def group(*, missing: bool = False, **properties: Any) -> dict[str, Any]:
    """Return an object with these keys, each always there."""
    kind: Any = ["object", "null"] if missing else "object"
    return {
        "type": kind,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def rows(item: dict[str, Any]) -> dict[str, Any]:
    """Return an array."""
    return {"type": "array", "items": item}


MAYBE = {"type": ["string", "null"]}
EVENT = group(
    missing=True,
    tempo_ritorno=of("anni", missing=True),
    a_mm=of("mm/h^n"),
    n=of(""),
    volume_massimo_m3=of("m3", "da invasare: il maggiore tra gli eventi, che stia o no nelle opere"),
    volume_invasato_m3=of("m3", "quanto ne sta nelle opere, al massimo fino al bordo"),
    volume_traboccato_m3=of("m3", "quanto ne trabocca"),
    governa=TEXT,
    eventi=rows(
        group(
            evento=TEXT,
            nome=TEXT,
            durata_critica_h=of("h"),
            volume_m3=of("m3", "da invasare"),
            volume_traboccato_m3=of("m3"),
            scarto_bilancio_m3=of("m3", "ingresso − uscite − invaso finale"),
        )
    ),
)
DUE = {
    "type": "object",
    "description": "Le chiavi di «trama invarianza», e in più pioggia_netta e volume_da_realizzare_m3.",
}
CHECK = group(
    id=TEXT,
    nome=TEXT,
    valore=of("", missing=True),
    unita=TEXT,
    valore_testo=TEXT,
    richiesto=TEXT,
    soddisfatta=TICK,
    stato={"enum": list(STATE_LABELS)},
    stato_testo=TEXT,
    frase=TEXT,
    sezione={"type": "integer"},
)
WORK = group(
    nome=TEXT,
    tipo=MAYBE,
    tipo_nome=MAYBE,
    numero={"type": "integer"},
    volume_utile_m3=of("m3", "sotto il franco", missing=True),
    volume_bordo_m3=of("m3", missing=True),
    altezza_m=of("m", missing=True),
    franco_m=of("m"),
    infiltra=TICK,
    problema=MAYBE,
)
SOIL = group(
    opere_infiltranti=TICK,
    conta=TICK,
    motivi=rows(TEXT),
    cautele=rows(TEXT),
    k_peggiore_m_s=of("m/s", missing=True),
    area_m2=of("m2"),
    portata_l_s=of("l/s"),
    riduzione_applicata=TICK,
    riduzione_motivi=rows(TEXT),
)
SERIES = group(
    missing=True,
    evento=TEXT,
    tempo_h=rows(of("h")),
    ingresso_l_s=rows(of("l/s", "medio dall'istante precedente")),
    scarico_l_s=rows(of("l/s")),
    infiltrazione_l_s=rows(of("l/s")),
    invaso_m3=rows(of("m3")),
)


def answer() -> dict[str, Any]:
    """Return the keys of the answer, in order."""
    return {
        "versione": TEXT,
        "giorno": {"type": "string", "format": "date", "description": "Giorno delle norme."},
        "formato": {"enum": [FORMAT]},
        "pratica": {"$ref": "#/$defs/Pratica"},
        "esito": group(classe={"enum": list(VERDICT_LABELS)}, testo=TEXT, etichetta=TEXT),
        "verifiche": rows(CHECK),
        "dovuto": DUE,
        "volume_necessario_m3": of(
            "m3", "il dovuto, o l'evento di progetto dove con lo scarico chiede di più"
        ),
        "opere": rows(WORK),
        "volume_opere_m3": of("m3", "somma sotto il franco", missing=True),
        "volume_bordo_m3": of("m3", missing=True),
        "smaltimento": rows(group(recapito=TEXT, esito=MAYBE, motivo=TEXT)),
        "scarico": group(
            legge=MAYBE,
            portata_massima_l_s=of("l/s", "con le opere piene al franco", missing=True),
            portata_limite_l_s=of("l/s"),
            solo_suolo=TICK,
        ),
        "infiltrazione": SOIL,
        "svuotamento": group(
            missing=True,
            volume_m3=of("m3"),
            tempo_h=of("h", "null se non si svuotano", missing=True),
            massimo_h=of("h"),
            volume_secondo_evento_m3=of("m3", missing=True),
        ),
        "eventi": group(progetto=EVENT, verifica=EVENT),
        "convergenza": rows(group(passi={"type": "integer"}, volume_m3=of("m3"), scarto=of(""))),
        "idrogramma": SERIES,
        "manutenzione": group(
            responsabile=TEXT, operazioni=rows(group(opere=TEXT, operazione=TEXT, frequenza=TEXT, chi=TEXT))
        ),
        "allegati": rows(group(id=TEXT, nome=TEXT, indicato=MAYBE)),
        "avvisi": rows(TEXT),
        "dati": rows({"type": "object"}),
        "valori_non_ufficiali": rows(group(parametro=TEXT, nome=TEXT, stato=TEXT, fonte=TEXT)),
        "trace": TEXT,
    }


def schema() -> str:
    """Return the whole schema as text."""
    request = Pratica.model_json_schema()
    shapes = request.pop("$defs")
    keys = answer()
    page = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Pratica di invarianza idraulica",
        "description": "Una cifra che manca è null, mai zero. «pratica» ha le chiavi del file YAML.",
        "type": "object",
        "properties": keys,
        "required": list(keys),
        "$defs": {"Pratica": request, **shapes},
    }
    return json.dumps(page, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PAGE.write_text(schema(), encoding="utf-8")
    print(f"wrote {PAGE.name}", file=sys.stderr)

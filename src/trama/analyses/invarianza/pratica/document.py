"""A file as one PDF/A: the summary first, then the report, and the annex with every step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from trama import __version__
from trama.analyses.annex import Cited, italian_day, show, steps
from trama.analyses.invarianza.answer import lines
from trama.analyses.invarianza.method import METHOD_LABELS
from trama.analyses.invarianza.pratica.answer import body, figure
from trama.analyses.invarianza.pratica.charts import BLUE, Mark, hydrograph
from trama.analyses.invarianza.pratica.ground import UM, permeability
from trama.analyses.invarianza.pratica.outcome import Findings, Outcome
from trama.analyses.invarianza.pratica.series import series
from trama.analyses.invarianza.pratica.summary import summary
from trama.analyses.invarianza.pratica.verdict import STATE_LABELS, VERDICT_LABELS
from trama.analyses.invarianza.question import KINDS
from trama.analyses.printing import FONT, printed
from trama.kernel.trace import ParameterUse
from trama.kernel.units import format_number

COLUMNS = {
    "fino_a_m2": "fino a {} m²",
    "oltre_m2": "oltre {} m²",
    "deflusso_oltre": "φ oltre",
    "deflusso_fino_a": "φ fino a",
    "classe": "classe",
    "volume": "{} m³/ha",
    "vuoti": "vuoti",
    "da": "da {} h",
    "a": "a {} h",
    "f0": "f0",
    "fc": "fc",
    "k": "k",
    "p": "P",
    "a1": "a1",
    "n": "n",
    "alfa": "α",
    "kappa": "κ",
    "epsilon": "ε",
}
WORDS = {**METHOD_LABELS, **STATE_LABELS, **VERDICT_LABELS}
"""How the codes of methods, checks and outcomes are said on paper."""
_STEP_STATES = {"scelto": "scelto", "parziale": "in parte", "escluso": "escluso", None: "non indicato"}


def render_pdf(outcome: Outcome) -> bytes:
    """Return the file as a PDF/A-2a and PDF/UA-1 document."""
    return printed("trama.analyses.invarianza.pratica", "pratica.typ", _document(outcome), outcome.day)


def _document(outcome: Outcome) -> dict[str, Any]:
    found, answer, trace, cited = outcome.found, body(outcome), outcome.trace(), Cited(COLUMNS, WORDS)
    request = found.request
    tree = list(steps(trace.root, 0, cited))
    unofficial = trace.unofficial()
    return {
        "nome": request.intervento.nome or "Intervento senza nome",
        "autore": request.professionista.nome or "Professionista non indicato",
        "versione": __version__,
        "trace": trace.id,
        "giorno": italian_day(trace.day.isoformat()),
        "data": [trace.day.year, trace.day.month, trace.day.day],
        "etichette": ["valore non ufficiale"] if unofficial else [],
        "esito": answer["esito"],
        "sintesi": summary(outcome),
        "verifiche": answer["verifiche"],
        "non_ufficiali": _unofficial(unofficial),
        "avvisi": answer["avvisi"],
        "intervento": _intervention(found),
        "superfici": _surfaces(found),
        "dovuto": [*(list(row) for row in lines(found.assessment)), *_horton(found)],
        "smaltimento": _disposal(found, answer),
        "terreno": _ground(found),
        "opere": [_work(row) for row in answer["opere"]],
        "opere_totale": figure(answer["volume_opere_m3"], "m3"),
        "scarico": _outfall(found, answer),
        "eventi": [_event(label, answer["eventi"][key]) for key, label in _EVENTS.items()],
        "convergenza": [_step(row) for row in answer["convergenza"]],
        "convergenza_detta": settled(answer["convergenza"]),
        "grafico": drawing(found),
        "manutenzione": answer["manutenzione"],
        "persone": _people(found),
        "asseverazione": str(found.practice("asseverazione").value),
        "firma": [
            request.professionista.luogo,
            italian_day(request.professionista.giorno.isoformat()) if request.professionista.giorno else "",
        ],
        "allegati": answer["allegati"],
        "passi": tree,
        "citate": cited.rows(),
    }


_EVENTS = {"progetto": "Evento di progetto", "verifica": "Evento di verifica"}


def drawing(found: Findings, font: str = FONT) -> dict[str, str]:
    """Return the chart of the worst design event and its words; empty where it was not tried."""
    run = series(found)
    if run is None or found.held is None or found.design is None:
        return {"svg": "", "descrizione": "", "didascalia": ""}
    limit = found.assessment.discharge.l_s
    wanted = "volume che serve" if found.event_governs else "volume dovuto"
    marks = {
        "uscita": [] if found.only_soil else [Mark(limit, f"limite {format_number(limit, 'l/s')}")],
        "invaso": [
            Mark(found.held.useful_m3, f"franco {figure(found.held.useful_m3, 'm3')}"),
            Mark(found.needed_m3, f"{wanted} {figure(found.needed_m3, 'm3')}", BLUE),
        ],
    }
    peak, out, over = max(run.stored_m3), max(run.receiver_l_s), found.design.spilled_m3
    spilled = f", il bordo; {figure(over, 'm3')} traboccano" if over else ""
    said = (
        f"{run.event}: ingresso fino a {format_number(max(run.inflow_l_s), 'l/s', 0)} (media "
        f"sull'intervallo disegnato), uscita fino a "
        f"{format_number(out, 'l/s')}, volume invasato fino a {figure(peak, 'm3')}{spilled}."
    )
    return {"svg": hydrograph(run, marks, font), "descrizione": said, "didascalia": said}


def _unofficial(uses: Iterable[ParameterUse]) -> list[str]:
    """Return the unofficial values, each once, with its standing."""
    return sorted({f"{use.label} ({use.status.value})" for use in uses})


def _intervention(found: Findings) -> list[list[str]]:
    what, comune = found.request.intervento, found.assessment.comune
    rows = [
        ["Comune", f"{comune.name} ({comune.istat})" if comune else what.comune or ""],
        ["Indirizzo", what.indirizzo],
        ["Catasto", what.catasto],
        ["Titolo edilizio", what.titolo_edilizio],
        [
            "Posizione",
            f"{what.est_m:.0f} E, {what.nord_m:.0f} N (EPSG:32632)" if what.est_m and what.nord_m else "",
        ],
        ["Piano attuativo", "sì: limiti delle aree A" if what.piano_attuativo else "no"],
        ["Descrizione", what.descrizione],
    ]
    return [row for row in rows if row[1]]


def _surfaces(found: Findings) -> list[list[str]]:
    step = found.assessment.root.find("coefficiente_deflusso/superficie")
    parts = {part.key: part for part in step.inputs} if step else {}
    rows = []
    for kind, area_m2 in found.request.intervento.superfici_m2.items():
        if area_m2:
            part = parts.get(kind)
            runoff = part.find("coefficiente") if part else None
            counted = runoff is not None and runoff.value is not None
            rows.append(
                [
                    KINDS[kind],
                    format_number(area_m2, "m2"),
                    show(runoff.value, "1") if counted and runoff else "—",
                ]
            )
    return rows


def _horton(found: Findings) -> list[list[str]]:
    if found.detailed is None:
        return []
    return [
        ["Con Horton sulle superfici permeabili", format_number(found.detailed.peak_m3, "m3", 1)],
        ["Volume da realizzare, con Horton", format_number(found.due_m3, "m3", 1)],
    ]


def _disposal(found: Findings, answer: dict[str, Any]) -> list[dict[str, str]]:
    table = found.practice("ordine_smaltimento").value
    return [
        {
            "nome": str(table[row["recapito"]]["nome"]),
            "esito": _STEP_STATES[row["esito"]],
            "motivo": row["motivo"],
        }
        for row in answer["smaltimento"]
    ]


def _ground(found: Findings) -> dict[str, Any]:
    soil, earth = found.request.terreno, found.ground
    rows = [
        [
            "Falda",
            show(None, "m")
            if soil.soggiacenza_falda_m is None
            else f"{show(soil.soggiacenza_falda_m, 'm')} dal piano di campagna; "
            f"{soil.fonte_falda or 'senza fonte'}",
        ],
    ]
    if earth.soaking:
        rows += [
            ["Permeabilità peggiore", permeability(earth.k_um_s)],
            ["Area che infiltra", format_number(earth.area_m2, "m2", 1)],
            ["Portata infiltrata", format_number(earth.l_s, "l/s")],
        ]
    tests = [
        [
            test.sigla,
            test.metodo,
            italian_day(test.giorno.isoformat()) if test.giorno else "",
            show(test.profondita_m, "m") if test.profondita_m is not None else "",
            permeability(None if test.k_m_s is None else test.k_m_s * UM),
        ]
        for test in soil.prove
    ]
    return {"righe": rows, "prove": tests, "motivi": list(earth.reasons), "infiltra": earth.soaking}


def _work(row: dict[str, Any]) -> dict[str, str]:
    return {
        "nome": row["nome"],
        "tipo": row["tipo_nome"] or "",
        "numero": str(row["numero"]),
        "altezza": show(row["altezza_m"], "m"),
        "franco": show(row["franco_m"], "m"),
        "volume": figure(row["volume_utile_m3"], "m3"),
        "problema": row["problema"] or "",
    }


def _outfall(found: Findings, answer: dict[str, Any]) -> list[list[str]]:
    given, empties = found.request.scarico, answer["svuotamento"]
    rows = [
        ["Ricettore", given.ricettore],
        ["Gestore", given.gestore],
        ["Atto", given.atto],
        ["Legge dello scarico", show(answer["scarico"]["legge"], "text")],
        ["Portata limite", format_number(found.assessment.discharge.l_s, "l/s")],
        ["Portata con le opere piene", show(found.most_l_s, "l/s")],
        ["Volume fino al bordo", figure(answer["volume_bordo_m3"], "m3")],
    ]
    if empties is not None:
        time = show(empties["tempo_h"], "h") if empties["tempo_h"] is not None else "non si svuotano"
        rows.append(["Svuotamento", f"{time} (dei {format_number(empties['volume_m3'], 'm3', 1)} dovuti)"])
        if empties["volume_secondo_evento_m3"] is not None:
            rows.append(
                ["Volume per un secondo evento", format_number(empties["volume_secondo_evento_m3"], "m3", 1)]
            )
    return [row for row in rows if row[1]]


def _event(label: str, trial: dict[str, Any] | None) -> dict[str, Any]:
    if trial is None:
        return {"nome": label, "righe": [], "piogge": "non valutato"}
    period = f"T {trial['tempo_ritorno']:g} anni, " if trial["tempo_ritorno"] else ""
    rain = f"{period}a = {format_number(trial['a_mm'], 'mm/h^n')}, n = {format_number(trial['n'], '1', 4)}"
    rows = [
        [row["nome"], format_number(row["durata_critica_h"], "h"), *volumes(row)] for row in trial["eventi"]
    ]
    return {"nome": label, "righe": rows, "piogge": rain}


def volumes(row: dict[str, Any]) -> list[str]:
    """Return what an event asks for, what stays in the works and what runs over, as every table says them."""
    over = row["volume_traboccato_m3"]
    return [figure(row["volume_m3"], "m3"), figure(row["volume_m3"] - over, "m3"), figure(over, "m3")]


def settled(rows: list[dict[str, Any]]) -> str:
    """Say in a sentence that the time step does not matter, where no figure of the table would differ."""
    if not rows or len({figure(row["volume_m3"], "m3") for row in rows}) > 1 or _gap(rows) > _UNSEEN:
        return ""
    counts = ", ".join(str(row["passi"]) for row in rows[:-1])
    volume = figure(rows[-1]["volume_m3"], "m3")
    return (
        f"Con {counts} e {rows[-1]['passi']} passi nell'evento il volume da invasare è lo stesso: {volume}."
    )


_UNSEEN = 5e-7


def _gap(rows: list[dict[str, Any]]) -> float:
    return max(abs(float(row["scarto"])) for row in rows)


def _step(row: dict[str, Any]) -> list[str]:
    return [
        str(row["passi"]),
        format_number(row["volume_m3"], "m3", 3),
        format_number(100 * row["scarto"], "%", 4),
    ]


def _people(found: Findings) -> dict[str, list[list[str]]]:
    client, signer = found.request.committente, found.request.professionista
    return {
        "committente": _filled(
            ("Nome", client.nome), ("Codice fiscale", client.codice_fiscale), ("Recapito", client.recapito)
        ),
        "professionista": _filled(
            ("Nome", f"{signer.titolo} {signer.nome}".strip()),
            ("Ordine", signer.ordine),
            ("Numero", signer.numero),
            ("Codice fiscale", signer.codice_fiscale),
            ("Studio", signer.studio),
            ("Recapito", signer.recapito),
        ),
    }


def _filled(*rows: tuple[str, str]) -> list[list[str]]:
    return [[name, value or "da indicare"] for name, value in rows]

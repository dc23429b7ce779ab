"""Where the intervention is: criticality, coefficient P, rainfall. What is declared wins."""

from __future__ import annotations

from dataclasses import dataclass, replace

from trama.analyses.invarianza.question import Question, UnknownComune
from trama.analyses.invarianza.regulation import ComuneRow, Regulation
from trama.engines.invariance import RainCurve, growth_factor
from trama.engines.invariance.errors import UnlikelyRain
from trama.kernel.trace import Node

CURVE = ("a1", "n", "alfa", "kappa", "epsilon")
RAIN = (*CURVE, *(f"{name}_fonte" for name in CURVE), "qualita", "segnalazioni")
PLACE = ("criticita", "p")
"""Columns of the comuni table quoted together, so that one record serves every step that reads them."""


@dataclass(frozen=True, slots=True)
class Rain:
    """The rainfall curve of the design return period, and the steps behind its two numbers.

    Attributes
    ----------
    return_period_year
        None where the curve was declared without saying of which return period it is.
    """

    curve: RainCurve
    a: Node
    n: Node
    return_period_year: float | None


def find_comune(law: Regulation, question: Question) -> ComuneRow | None:
    """Return the row of the comune asked for; raises `UnknownComune`."""
    if question.comune is None:
        return None
    table = law("criticita_piogge_comuni")
    if question.comune not in table.value:
        raise UnknownComune(what=question.comune)
    return ComuneRow(question.comune, table.value[question.comune], table)


def criticality(question: Question, comune: ComuneRow | None) -> Node:
    """Return the step of the hydraulic criticality: A, B or C."""
    label, read = "Area di criticità idraulica", None
    if comune is not None:
        read = Node(
            "criticita",
            label,
            str(comune.row["criticita"]),
            "text",
            source="tabella",
            note=f"comune di {comune.name}",
            parameters=(comune.use(*PLACE),),
        )
    return _declared_over("criticita", label, question.area, "text", read)


def coefficient_p(law: Regulation, question: Question, comune: ComuneRow | None) -> Node:
    """Return the step of the coefficient P."""
    label = "Coefficiente P"
    if comune is None:
        default = law("coefficiente_p")
        read = Node("p", label, float(default.value), source="tabella", parameters=(default.use(),))
    else:
        use = comune.use(*PLACE)
        read = Node("p", label, float(comune.row["p"]), source="tabella", parameters=(use,))
    return _declared_over("p", label, question.coefficient_p, "1", read)


def rain(law: Regulation, question: Question, comune: ComuneRow | None) -> Rain | None:
    """Return the rainfall of the design return period; None where neither declared nor in the tables.

    Raises
    ------
    BadCurve, UnlikelyRain
        Declared numbers that cannot be those of a curve of rain.
    """
    period_year = question.return_period_year
    a = n = None
    if comune is not None:
        a, period_year = _a_of_comune(law, question, comune)
        n = Node(
            "n",
            "Esponente della curva, n",
            float(comune.row["n"]),
            source="tabella",
            note=_checked(comune, "n"),
            parameters=(comune.use(*RAIN, rain=True),),
        )
    if question.a_mm is not None:
        most_mm = float(law("pioggia_oraria_massima").value)
        if question.a_mm > most_mm:
            raise UnlikelyRain(value=f"{question.a_mm:g}".replace(".", ","), most=f"{most_mm:g}")
        period_year = question.return_period_year
    elif comune is None:
        return None
    a = _declared_over("a", "Pioggia di un'ora, a", question.a_mm, "mm/h^n", a)
    n = _declared_over("n", "Esponente della curva, n", question.n, "1", n)
    short = law("esponente_sotto_ora")
    curve = RainCurve(float(a.value or 0), float(n.value or 0), float(short.value))
    return Rain(curve, a, n, period_year)


def _a_of_comune(law: Regulation, question: Question, comune: ComuneRow) -> tuple[Node, float]:
    design = law("tempo_ritorno_progetto")
    declared = question.return_period_year
    period = Node("tempo_ritorno", "Tempo di ritorno", design.value, "year", parameters=(design.use(),))
    period = _declared_over("tempo_ritorno", "Tempo di ritorno", declared, "year", period)
    period_year = float(period.value or 0)
    row = comune.row
    factor = growth_factor(period_year, row["alfa"], row["kappa"], row["epsilon"])
    w_t = Node(
        "w_t",
        "Fattore di crescita, w_T",
        factor,
        formula="w_T = ε + (α/κ)·{1 − [ln(T/(T−1))]^κ}",
        note=_checked(comune, "alfa", "kappa", "epsilon"),
        inputs=(period,),
    )
    a1 = Node(
        "a1",
        "Coefficiente pluviometrico orario, a1",
        float(row["a1"]),
        "mm/h^n",
        source="tabella",
        note=_checked(comune, "a1"),
    )
    a = Node(
        "a",
        "Pioggia di un'ora, a",
        a1.value * factor if isinstance(a1.value, float) else None,
        "mm/h^n",
        "a = a1·w_T",
        inputs=(a1, w_t),
        parameters=(comune.use(*RAIN, rain=True),),
    )
    return a, period_year


def rain_notice(comune: ComuneRow | None) -> str | None:
    """Return the sentence that says the rainfall was corrected, with what was read; None where it was not."""
    if comune is None or not comune.corrected:
        return None
    how = {"patched": "alcuni valori sono stati corretti", "row_replaced": "la riga è stata ricostruita"}
    read = "; ".join(
        f"{name} letto {_written(comune.row[f'{name}_fonte'])}, usato {_written(comune.row[name])}"
        for name in CURVE
        if comune.row[f"{name}_fonte"] != comune.row[name]
    )
    return (
        f"Le piogge di {comune.name} alla fonte sono difettose: {how[comune.row['qualita']]} ({read}). "
        "Per uso di legge indicare a e n presi dal visualizzatore di ARPA Lombardia."
    )


def _written(value: float) -> str:
    return f"{value:.6g}".replace(".", ",")


def _checked(comune: ComuneRow, *columns: str) -> str:
    changed = [name for name in columns if comune.row[name] != comune.row[f"{name}_fonte"]]
    return ", ".join(
        f"{name}: alla fonte {_written(comune.row[f'{name}_fonte'])}, corretto" for name in changed
    )


def _declared_over(key: str, label: str, declared: float | str | None, unit: str, read: Node | None) -> Node:
    """Return what was declared, with the table's own step beneath it; the latter where nothing was."""
    if declared is None:
        assert read is not None, "the question was checked: declared or in the tables"
        return read
    if read is not None and read.value == declared:
        return replace(read, note=read.note or "dichiarato, uguale alla tabella")
    note = "" if read is None else f"indicato al posto di {read.value}"
    return Node(key, label, declared, unit, source="dichiarato", note=note, replaced=read)

"""`trama explain`: the tree behind a number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click

from trama.analyses.envelope import traced
from trama.cli.output import guarded, json_option, print_json
from trama.kernel.errors import NotFound
from trama.kernel.trace import LayerUse, Node, ParameterUse
from trama.kernel.units import UNITS, format_number
from trama.norms.steps import Steps

DEPTH = 3
BRANCH, LAST, PIPE, BLANK = "├─ ", "└─ ", "│  ", "   "
SHOWN_ROWS = 6


class UnknownStep(NotFound):
    """The trace has no step at that path."""

    it = "La spiegazione non ha il passo «{what}». {hint}"
    en = "The trace has no step “{what}”. {hint}"


@click.command()
@click.argument("trace_id", metavar="ID")
@click.option("--passo", default="", help="Passo da spiegare, per esempio comuni/015146/idren.")
@click.option(
    "--profondita", default=DEPTH, show_default=True, help="Quanti livelli mostrare sotto il passo."
)
@json_option
@guarded
def explain(trace_id: str, passo: str, profondita: int, as_json: bool) -> None:
    """Spiega un numero: valore, formula, ingressi, norme con stato e articolo, versioni dei dati."""
    from trama.lake import open_lake

    trace = open_lake().traces.load(trace_id)
    node = trace.root.find(passo)
    if node is None:
        raise UnknownStep(what=passo, hint=_nearest(trace.root, passo))
    if as_json:
        body = {"oggetto": trace.subject, "chiesto": trace.asked, "software": trace.software, "passo": passo}
        print_json(traced({**body, "albero": replace(trace, root=node).to_json()["root"]}, trace))
        return
    click.echo(f"{trace.subject}, norme in vigore il {trace.day:%d/%m/%Y}, {trace.software}")
    if trace.asked:
        click.echo("chiesto: " + ", ".join(f"{name} = {value}" for name, value in trace.asked.items()))
    for line in tree_lines(node, profondita):
        click.echo(line)


def tree_lines(node: Node, depth: int) -> Iterator[str]:
    """Yield the lines of a tree as a person reads it, `depth` levels below the step."""
    yield _headline(node)
    yield from _below(node, "", depth)


def _below(node: Node, margin: str, depth: int) -> Iterator[str]:
    for line in _details(node):
        yield f"{margin}{PIPE if node.inputs and depth else BLANK}{line}"
    if not node.inputs:
        return
    if not depth:
        yield f"{margin}{LAST}... {len(node.inputs)} passi sotto: vi si scende con --passo o --profondita"
        return
    for child in node.inputs:
        last = child is node.inputs[-1]
        yield f"{margin}{LAST if last else BRANCH}{_headline(child)}"
        yield from _below(child, margin + (BLANK if last else PIPE), depth - 1)


def _headline(node: Node) -> str:
    status = node.status
    label = "" if status is None or status.official else "  [valore non ufficiale]"
    return f"{node.label}: {_value(node)}  ({node.key}){label}"


def _value(node: Node) -> str:
    if isinstance(node.value, bool):
        return "sì" if node.value else "no"
    if isinstance(node.value, str):
        return node.value
    return format_number(node.value, node.unit if node.unit in UNITS else "1")


def _details(node: Node) -> Iterator[str]:
    if node.formula:
        yield f"formula: {node.formula}"
    if node.note:
        yield f"nota: {node.note}"
    for parameter in node.parameters:
        yield _parameter(parameter)
    for layer in node.layers:
        yield _layer(layer)
    if node.replaced is not None:
        yield f"al posto di: {_headline(node.replaced)}"


def _parameter(use: ParameterUse) -> str:
    value = _ladder(use) if isinstance(use.value, dict) and "steps" in use.value else _short(use.value)
    unit = UNITS.get(use.unit, "")
    measured = f"{value} {unit}" if unit and not isinstance(use.value, dict | list) else value
    standing = f"dal {use.since:%d/%m/%Y}, {use.status.value}; {use.citation}"
    return f"norma: {use.label} = {measured}; {standing} [{use.path}]"


def _layer(use: LayerUse) -> str:
    synthetic = ", dati sintetici" if use.synthetic else ""
    return f"dati: {use.title} ({use.layer} {use.version}{synthetic})"


def _short(value: Any) -> str:
    """Write a value in a few words: tables and long lists by how many rows were used."""
    if isinstance(value, dict | list) and len(value) > SHOWN_ROWS:
        return f"{len(value)} righe usate"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_short(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(str(inner) for inner in value)
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def _ladder(use: ParameterUse) -> str:
    """Write steps one after the other: bound, then value."""
    bands = Steps.model_validate(use.value).bands(use.unit)
    return "; ".join(f"{text}: {format_number(float(points))}" for text, points in bands)


def _nearest(root: Node, path: str) -> str:
    """Say which steps there are where the path stops leading anywhere."""
    keys = path.split("/")
    ways = ("/".join(keys[:count]) for count in range(len(keys), -1, -1))
    walked, node = next((way, node) for way in ways if (node := root.find(way)) is not None)
    below = [child.key for child in node.inputs]
    shown = ", ".join(below[:20]) + (" ..." if len(below) > 20 else "")
    where = f"sotto «{walked}»" if walked else "all'inizio"
    return f"Passi {where}: {shown}." if below else f"Sotto «{walked}» non c'è altro."

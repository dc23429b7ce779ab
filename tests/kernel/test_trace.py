"""Traces: same content, same id; what is read back equals what was written."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from trama.kernel.citations import Citation, Status
from trama.kernel.trace import LayerUse, Node, ParameterUse, Trace

TEXT = st.text(max_size=8)
VALUES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
PARAMETERS = st.builds(
    ParameterUse,
    path=TEXT,
    label=TEXT,
    value=VALUES | st.dictionaries(TEXT, VALUES, max_size=2),
    unit=st.just("mm"),
    since=st.dates(),
    status=st.sampled_from(Status),
    citation=st.builds(Citation, TEXT, TEXT, st.none() | TEXT),
)
LAYERS = st.builds(LayerUse, TEXT, TEXT, TEXT, st.booleans(), TEXT)


def nodes(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(
        Node,
        key=TEXT,
        label=TEXT,
        value=VALUES,
        inputs=st.lists(children, max_size=2).map(tuple),
        parameters=st.lists(PARAMETERS, max_size=2).map(tuple),
        layers=st.lists(LAYERS, max_size=1).map(tuple),
        replaced=st.none() | children,
    )


LEAVES = st.builds(Node, key=TEXT, label=TEXT, value=VALUES)
TREES = st.recursive(LEAVES, nodes, max_leaves=6)


@given(TREES)
def test_a_trace_read_back_equals_the_one_written(root: Node) -> None:
    trace = Trace("prova", date(2026, 1, 15), root, "0")
    again = Trace.from_json(trace.to_json())
    assert again == trace
    assert again.id == trace.id


@given(TREES)
def test_the_status_is_the_weakest_of_all_parameters_below(root: Node) -> None:
    used = [use.status for node in root.walk() for use in node.parameters]
    assert root.status is (max(used, key=lambda status: status.rank) if used else None)


def test_another_value_anywhere_gives_another_id() -> None:
    def trace(value: float) -> Trace:
        return Trace("prova", date(2026, 1, 15), Node("a", "a", 1, inputs=(Node("b", "b", value),)), "0")

    assert trace(0.1).id != trace(0.1000001).id
    assert trace(0.1).root.find("b").value == 0.1
    assert trace(0.1).root.find("c/d") is None


def test_a_step_whose_key_holds_a_slash_is_found_and_the_way_to_it_is_told() -> None:
    """Names given by people are keys: ``A/B`` beside ``A``, which has a ``B`` of its own below it."""
    low = Node("B", "below A", 1)
    named = Node("A/B", "named A/B", 2, inputs=(Node("costo", "cost", 3),))
    root = Node("r", "root", inputs=(Node("A", "A", inputs=(low,)), named))
    assert root.find("A/B") is low
    assert root.find("A/B/costo") is named.inputs[0]
    assert [path for path, _ in root.way("A/B/costo") or ()] == ["", "A/B", "A/B/costo"]
    assert root.find("A/B/costo/x") is None
    assert root.find("") is root

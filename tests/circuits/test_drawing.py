"""The drawings: every gate of the circuit stands in the picture once, in the order in which it acts."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import matplotlib.figure
import pytest
import torch
from hypothesis import given, settings

from qtkit import CANDIDATES, Ansatz
from qtkit.circuits import CNOT, CRY, CU3, CZ, RX, RZZ, SWAP, U3, H
from qtkit.circuits.drawing import draw_circuit, title
from qtkit.circuits.elements import ANGLES
from qtkit.circuits.layout import circuit_layout
from qtkit.circuits.svg import circuit_svg
from tests.strategies import circuits_by_elements

SVG = "{http://www.w3.org/2000/svg}"
CONFIG_5 = CANDIDATES[4]
EDGES = [(1, 0), (1, 3), (2, 1), (4, 2), (10, 15)]


@pytest.mark.parametrize(("n", "depth"), EDGES)
@pytest.mark.parametrize("ansatz", [CANDIDATES[0], CONFIG_5, CANDIDATES[8], Ansatz(False, (), "rx")])
def test_the_layout_holds_the_circuit(ansatz, n, depth):
    gates = circuit_layout(ansatz, n, depth).gates
    kinds = [g.kind for g in gates]
    assert kinds.count("h") == (n if ansatz.hadamard else 0)
    assert kinds.count("meter") == n
    assert kinds.count("rotation") == n * depth
    for layer, rotation in enumerate(ansatz.rotations(depth)):
        inside = [g for g in gates if g.layer == layer]
        assert sorted(g.wires for g in inside if g.kind == "cnot") == sorted(ansatz.cnots(n))
        assert {g.name for g in inside if g.kind == "rotation"} == {rotation}


@pytest.mark.parametrize("n", [3, 7])
@pytest.mark.parametrize("ansatz", [*CANDIDATES[::3], Ansatz(True, ((2, 0), (0, 1), (1, 0)), "ry")])
def test_reading_left_to_right_gives_the_order_of_the_gates(ansatz, n):
    gates = [g for g in circuit_layout(ansatz, n, 3, max_width=6.0).gates if g.kind in ("cnot", "rotation")]
    read = sorted(gates, key=lambda g: (g.row, g.x))  # ties share a column and touch different wires
    for wire in range(n):
        drawn = [(g.kind, g.wires, g.layer) for g in read if wire in g.wires]
        expected = []
        for layer in range(3):
            expected += [("cnot", pair, layer) for pair in ansatz.cnots(n) if wire in pair]
            expected.append(("rotation", (wire,), layer))
        assert drawn == expected


def cnot_columns(ansatz: Ansatz, n: int) -> list[int]:
    """How many CNOTs stand in each column of a layer."""
    places = [gate.x for gate in circuit_layout(ansatz, n, 1, max_width=100.0).gates if gate.kind == "cnot"]
    return [places.count(x) for x in sorted(set(places))]


def test_brick_is_two_columns_and_ring_a_staircase():
    assert cnot_columns(CANDIDATES[0], 8) == [4, 3]
    assert cnot_columns(CONFIG_5, 8) == [1] * 8


def test_crossing_cnots_do_not_share_a_column():
    assert cnot_columns(Ansatz(True, ((0, 2), (1, 3)), "ry"), 4) == [1, 1]
    assert cnot_columns(Ansatz(True, ((0, 1), (2, 3)), "ry"), 4) == [2]


@pytest.mark.parametrize("max_width", [3.0, 6.0, 24.0])
def test_long_circuits_fold_within_the_line(max_width):
    layout = circuit_layout(CONFIG_5, 6, 9, max_width=max_width)
    assert all(width <= max_width + 1.5 for width in layout.widths)  # the meters may stand out
    for band in layout.bands:
        inside = [g.x for g in layout.gates if g.layer == band.layer and g.row == band.row]
        assert inside
        assert band.start < min(inside) <= max(inside) < band.end


def test_titles_use_the_words_of_table_one():
    assert title(CONFIG_5) == "Config 5: Hadamard Y, Cyc, Ry"
    assert title(CANDIDATES[8]) == "Config 9: Hadamard N, Ent, Rz"
    assert title(Ansatz(True, ((0, 1),), ("rx", "rz"))) == "Hadamard Y, 1 CNOT, Rx, Rz"
    assert title(Ansatz(True, "ent", ("rx", "rz") * 4)).endswith("Rx, Rz, Rx, Rz, …")


@pytest.mark.parametrize("config", range(1, 13))
def test_draw_gives_a_closed_figure_with_every_angle_named(config):
    import matplotlib.pyplot as plt

    figure = CANDIDATES[config - 1].draw(n_qubits=3, depth=2)
    assert isinstance(figure, matplotlib.figure.Figure)
    assert plt.get_fignums() == []
    words = [t.get_text() for t in figure.axes[0].texts]
    assert any(word.startswith(f"Config {config}:") for word in words)
    for layer in range(2):
        assert f"layer {layer}" in words
        assert all(f"θ({layer},{q})" in words for q in range(3))


def test_the_default_drawing_and_the_smallest():
    assert Ansatz().draw().axes
    assert Ansatz().draw(1, 0).axes


def test_values_replace_names():
    angles = torch.tensor([[0.25, -1.5]])
    words = [t.get_text() for t in draw_circuit(CONFIG_5, 2, 1, angles=angles).axes[0].texts]
    assert {"0.25", "-1.50"} <= set(words)
    assert "0.25" in circuit_svg(CONFIG_5, 2, 1, angles=angles)


@pytest.mark.parametrize(("n", "depth"), EDGES)
@pytest.mark.parametrize("config", [1, 5, 7, 9])
def test_svg_is_well_formed_and_complete(config, n, depth):
    ansatz = CANDIDATES[config - 1]
    root = ET.fromstring(circuit_svg(ansatz, n, depth))
    groups = [g for g in root.iter(f"{SVG}g") if "data-kind" in g.attrib]
    kinds = [g.get("data-kind") for g in groups]
    assert kinds.count("rotation") == n * depth
    assert kinds.count("cnot") == len(ansatz.cnots(n)) * depth
    assert kinds.count("h") == (n if ansatz.hadamard else 0)
    assert all(g.find(f"{SVG}title").text for g in groups), "every gate has a spoken name"
    assert root.find(f"{SVG}title").text.startswith(f"Config {config}:")
    _, _, width, height = map(float, root.get("viewBox").split())
    for element in root.iter():
        for name, limit in (("x", width), ("x1", width), ("x2", width), ("cx", width), ("y", height), ("cy", height)):
            assert 0 <= float(element.get(name, 0)) <= limit


def test_ghosts_show_where_hadamards_would_stand():
    root = ET.fromstring(circuit_svg(CANDIDATES[7], 3, 1, ghosts=True))
    ghosts = [g for g in root.iter(f"{SVG}g") if "ghost" in g.get("class", "").split()]
    assert [g.get("data-wires") for g in ghosts] == ["0", "1", "2"]
    assert "ghost" not in circuit_svg(CONFIG_5, 3, 1, ghosts=True)


@pytest.mark.parametrize(("n", "depth", "message"), [(0, 1, "n_qubits"), (2, -1, "depth"), (2.0, 1, "n_qubits")])
def test_bad_sizes_are_refused(n, depth, message):
    with pytest.raises(ValueError, match=message):
        Ansatz().draw(n, depth)
    with pytest.raises(ValueError, match=message):
        circuit_svg(Ansatz(), n, depth)


def test_a_cnot_out_of_range_is_refused():
    with pytest.raises(ValueError, match=r"out of range: 2 qubits have wires 0\.\.1"):
        circuit_svg(Ansatz(True, ((0, 2),), "ry"), 2, 1)


@settings(max_examples=25, deadline=None)
@given(circuits_by_elements())
def test_any_gate_stands_in_the_layout_once_and_in_order(circuit):
    ansatz, n, angles = circuit
    gates = circuit_layout(ansatz, n, len(angles), max_width=6.0).gates
    read = sorted((g for g in gates if g.kind != "meter"), key=lambda g: (g.row, g.x))
    acting = [(layer - 1, op) for layer, part in enumerate(ansatz.operations(n, len(angles))) for op in part]
    for wire in range(n):
        drawn = [(-1 if g.layer is None else g.layer, g.wires, g.angle) for g in read if wire in g.wires]
        assert drawn == [(layer, op.wires, op.angle) for layer, op in acting if wire in op.wires]
    assert len(read) == len(acting)
    for gate in gates:  # two of one column never cross
        span = range(min(gate.wires), max(gate.wires) + 1)
        beside = [g for g in gates if g is not gate and (g.row, g.x) == (gate.row, gate.x)]
        assert not [g for g in beside if set(span) & set(range(min(g.wires), max(g.wires) + 1))]


@settings(max_examples=10, deadline=None)
@given(circuits_by_elements(max_qubits=4))
def test_any_gate_is_in_the_svg_by_its_name_and_angle(circuit):
    ansatz, n, angles = circuit
    root = ET.fromstring(circuit_svg(ansatz, n, len(angles), angles=angles, ghosts=True))
    groups = [g for g in root.iter(f"{SVG}g") if g.get("data-kind", "meter") != "meter"]
    expected = [op for part in ansatz.operations(n, len(angles)) for op in part]
    if ansatz.in_words:
        groups = [g for g in groups if "ghost" not in g.get("class")]
    assert sorted((g.get("data-wires")) for g in groups) == sorted(",".join(map(str, op.wires)) for op in expected)
    for g in groups:
        name = g.get("class").split()[-1]
        assert g.find(f"{SVG}title").text.startswith("Hadamard" if name == "h" else name.upper())
        if ANGLES[name]:
            assert g.get("data-angle", g.get("data-wires")).isdigit()


def test_every_symbol_is_its_own():
    ansatz = Ansatz(start=[CZ(((0, 2),))], layer=[U3(), SWAP("brick"), CRY(((2, 0),)), RZZ(((0, 1),)), RX(wires=1)])
    svg = circuit_svg(ansatz, 3, 1, angles=torch.arange(20.0)[None] / 8)
    spoken = [title.text for title in ET.fromstring(svg).iter(f"{SVG}title")][1:]
    assert spoken[0] == "CZ on qubits 0 and 2"
    assert spoken[1] == "U3 by 0.0 0.1 0.2 on qubit 0, layer 0"
    assert "SWAP on qubits 1 and 2, layer 0" in spoken
    assert "CRY by 1.12, control 2, target 0, layer 0" in spoken
    assert "RZZ by 1.25 on qubits 0 and 1, layer 0" in spoken
    words = [t.get_text() for t in draw_circuit(ansatz, 3, 1).axes[0].texts]
    assert {"$U_{3}$", "$R_{zz}$", "$R_{x}$", "θ(0,0–2)", "θ(0,10)", "θ(0,11)"} <= set(words)
    assert words[0] == ansatz.label
    assert ansatz.draw(4, 2).axes


def test_a_wire_out_of_range_is_refused_whatever_the_gate():
    for ansatz in (Ansatz(layer=[RX(wires=3)]), Ansatz(start=[H(wires=3)], layer=[CNOT(), CU3()])):
        with pytest.raises(ValueError, match=r"out of range: 2 qubits have wires 0\.\.1, got wire 3"):
            circuit_svg(ansatz, 2, 0)

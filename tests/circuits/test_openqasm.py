"""Programs in OpenQASM 3 are read as the circuits they are, or refused with their line."""

from __future__ import annotations

import math
import textwrap

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qtkit import CANDIDATES, Ansatz, probabilities
from qtkit.circuits import CNOT, CRX, CU3, CZ, RX, RY, RZ, RZZ, SWAP, U3, H
from qtkit.circuits.export import openqasm
from qtkit.circuits.openqasm import read_openqasm
from tests.strategies import circuits, circuits_by_elements

HEAD = 'OPENQASM 3.0;\ninclude "stdgates.inc";\n'


def without_marks(source):
    return "\n".join(line for line in source.splitlines() if not line.startswith("// layer"))


@settings(max_examples=40, deadline=None)
@given(circuits_by_elements(max_qubits=5), st.booleans())
def test_any_circuit_comes_back_with_its_probabilities(circuit, marked):
    ansatz, n, angles = circuit
    source = openqasm(ansatz, angles, n)
    read = read_openqasm(source if marked else without_marks(source))
    found = probabilities(read.ansatz, read.angles, n_qubits=n)
    torch.testing.assert_close(found, probabilities(ansatz, angles, n_qubits=n), rtol=0, atol=1e-12)
    assert read.n_qubits == n
    assert not any(name for row in read.names for name in row)


@settings(max_examples=40, deadline=None)
@given(circuits(max_qubits=5))
def test_circuits_in_words_come_back_by_their_marks(circuit):
    ansatz, angles = circuit
    read = read_openqasm(openqasm(ansatz, angles))
    assert torch.equal(read.angles, angles)
    n, depth = angles.shape[1], len(angles)
    assert read.ansatz.operations(n, depth) == ansatz.operations(n, depth)
    assert read.ansatz.in_words


@pytest.mark.parametrize("config", range(1, 13))
@pytest.mark.parametrize("depth", [1, 2, 4])
def test_the_twelve_are_found_without_marks(config, depth):
    ansatz, angles = CANDIDATES[config - 1], torch.rand(depth, 4, dtype=torch.float64)
    read = read_openqasm(without_marks(openqasm(ansatz, angles)))
    assert read.ansatz == ansatz
    assert torch.equal(read.angles, angles)


def test_layers_in_turn_come_back_as_they_were():
    ansatz = Ansatz(start=[H(), CZ("star")], layer=[[U3(), SWAP()], [RZZ("ring"), RX(wires=(2, 0)), CU3(((2, 0),))]])
    angles = torch.rand(4, ansatz.angles_per_layer(3), dtype=torch.float64)
    read = read_openqasm(openqasm(ansatz, angles, 3))
    assert read.ansatz == ansatz
    assert torch.equal(read.angles[::2], angles[::2])


def test_one_layer_holds_what_does_not_repeat():
    read = read_openqasm(HEAD + "qubit[3] q; rx(1.0) q[2]; rx(2) q[2]; cx q[2], q[0]; cx q[0], q[1]; h q[1];")
    assert read.ansatz == Ansatz(layer=[RX(wires=2), RX(wires=2), CNOT(((2, 0), (0, 1))), H(wires=1)])
    assert read.angles.tolist() == [[1.0, 2.0]]


def test_every_way_to_write_a_gate():
    source = """
        /* a comment
           of two lines */
        gate rzz(t) a, b { cx a, b; rz(t) b; cx a, b; }  // passed over: rzz is known
        qubit[2] q; qubit r; bit[3] c;
        U(1, 2, 3) q[0]; u3(pi/2, -π, 2*(1+.5)) q[1];
        cu(1, 2, 3, 0) q[0], r; cu3(1, 2, 3) r, q[0]; ctrl @ U(1e-1, 2, 3) q[1], r;
        ctrl @ x q[0], q[1]; CX q[1], q[0]; ctrl @ z q[0], r;
        ctrl(1) @ rx(tau/4) q[0], q[1];
        rzz(4 - 1) q[0], q[1];
        barrier q;
        c[0] = measure q[0]; measure q -> c;"""
    read = read_openqasm(HEAD + source)
    assert read.n_qubits == 3
    elements = [U3(wires=(0, 1)), CU3(((0, 2), (2, 0), (1, 2))), CNOT(((0, 1), (1, 0))), CZ(((0, 2),))]
    assert read.ansatz == Ansatz(layer=[*elements, CRX(((0, 1),)), RZZ(((0, 1),))])
    expected = [1, 2, 3, math.pi / 2, -math.pi, 3, 1, 2, 3, 1, 2, 3, 0.1, 2, 3, math.pi / 2, 3]
    assert read.angles.tolist() == [expected]


def test_registers_are_acted_on_as_a_whole():
    read = read_openqasm("qubit[2] a; qubit[2] b; h a; h b; cx a, b; swap a[0], b; ry(0.5) b;")
    places = CNOT(((0, 2), (1, 3))), SWAP(((0, 2), (0, 3))), RY(wires=(2, 3))
    assert read.ansatz == Ansatz(start=[H()], layer=places)


def test_inputs_are_names_until_they_have_values():
    source = HEAD + "input float[64] a;\ninput array[float[64], 2] θ;\nqubit[2] q;\n"
    source += "ry(θ[0]) q[0]; ry(θ[1]) q[1]; rz(a) q[0]; rz(0.25) q[1];"
    read = read_openqasm(source)
    assert read.ansatz == Ansatz(layer=[RY(), RZ()])
    assert read.names == (("θ[0]", "θ[1]", "a", ""),)
    assert torch.isnan(read.angles).tolist() == [[True, True, True, False]]
    read = read_openqasm(source.replace("rz(a)", "rz(-a/2 + θ[1])"), {"a": 1, "θ": [3.0, 4.0]})
    assert read.angles.tolist() == [[3.0, 4.0, 3.5, 0.25]]
    assert set(read.names[0]) == {""}


def test_without_gates_or_angles():
    assert read_openqasm("qubit[2] q;").ansatz == Ansatz(False)
    assert read_openqasm("qubit[2] q; h q;").angles.shape == (0, 2)
    read = read_openqasm("qubit[2] q; h q[1]; cx q[1], q[0];")
    assert probabilities(read.ansatz, read.angles, n_qubits=2).tolist() == pytest.approx([0.5, 0, 0, 0.5])


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("t q[0];", r"line 3: 't q\[0\]' is not known; known are h, rx, .*rzz, cx, CX, U, cu, and ctrl @ before x"),
        ("h q[0];\n\nfor int i in [0:2] { h q[i]; }", "line 5: 'for int i in .* is not known"),
        ("ctrl @ h q[0], q[1];", "line 3: 'ctrl @ h .* is not known"),
        ("gate mine a { h a; }", "line 3: gates of one's own are not read, got 'gate mine a { h a; }'; known are h"),
        ("rx q[0];", "line 3: rx takes 1 angles, got 0"),
        ("cu(1, 2, 3, 4) q[0], q[1];", "last angle of 0, where it is CU3"),
        ("rx(k) q[0];", "line 3: 'k' is no angle: numbers, pi"),
        ("rx(1/0) q[0];", "'1/0' is no angle"),
        ("rx(__import__('os')) q[0];", "is no angle"),
        ("rx(2*a) q[0];", "the input a has no value"),
        ("rx(b[2]) q[0];", r"b\[2\] is out of range: b has 2 numbers"),
        ("h q[3];", r"q\[3\] is out of range: q has qubits 0\.\.2"),
        ("h r[0];", r"'r\[0\]' is no qubit; there are q"),
        ("cx q[0];", "cx acts on 2 qubits, got 1"),
        ("cx q[0], q[0];", "two different qubits"),
        ("qubit[2] s; cx q, s;", "registers of one length"),
        ("measure q -> c; h q[0];", "after a measurement"),
        ("qubit[2] q;", "q is declared twice"),
        ("qubit[99] r;", "1 to 30 qubits are read"),
        ("input bool b2;", "an input is a float"),
        ("h q[0]", r"line 3: 'h q\[0\]' does not end with a semicolon"),
    ],
)
def test_what_is_not_known_is_refused_with_its_line(statement, message):
    head = "OPENQASM 3.0;\nqubit[3] q; input float a; input array[float, 2] b;\n"
    with pytest.raises(ValueError, match=message):
        read_openqasm(head + statement)


def test_other_versions_values_and_kinds_are_refused():
    with pytest.raises(ValueError, match=r"line 1: OpenQASM 3 is read, got 'OPENQASM 2\.0'"):
        read_openqasm("OPENQASM 2.0;")
    with pytest.raises(ValueError, match="declares no qubits"):
        read_openqasm(HEAD)
    with pytest.raises(ValueError, match="must be a text, got Ansatz"):
        read_openqasm(CANDIDATES[0])
    with pytest.raises(ValueError, match=r"given for \['b'\], the program's inputs are \['a'\]"):
        read_openqasm("input float a; qubit q;", {"b": 1.0})
    with pytest.raises(ValueError, match="the input a is 2 numbers, got 1.0"):
        read_openqasm("input array[float, 2] a; qubit q;", {"a": 1.0})


@pytest.mark.slow
def test_the_reference_parser_reads_what_is_written():
    parser = pytest.importorskip("openqasm3.parser", reason="needs openqasm3[parser]")
    ansatz = Ansatz(layer=[U3(), CU3("ring"), RZZ("all"), CRX("star"), SWAP(), CZ()])
    source = openqasm(ansatz, torch.rand(2, ansatz.angles_per_layer(3)), 3)
    statements = parser.parse(textwrap.dedent(source)).statements
    written = [statement.name.name for statement in statements if type(statement).__name__ == "QuantumGate"]
    assert len(written) == sum(map(len, ansatz.operations(3, 2)))

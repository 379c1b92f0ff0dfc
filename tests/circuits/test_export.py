"""Every text form, run or parsed by someone else's tools, gives the probabilities it was made from."""

from __future__ import annotations

import ast
import re

import pennylane as qml
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qtkit import CANDIDATES, Ansatz, probabilities
from qtkit.circuits import CNOT, CRY, CU3, CZ, RX, RZZ, SWAP, U3, H
from qtkit.circuits.export import openqasm, pennylane_code, qtkit_code
from tests.strategies import circuits_by_elements

MIXED = Ansatz(True, ((2, 0), (0, 1)), ("rx", "ry", "rz"))
FORMS = {"qtkit": qtkit_code, "pennylane": pennylane_code, "openqasm": openqasm}


def run_python(source):
    scope = {}
    exec(compile(source, "<exported>", "exec"), scope)
    return scope


def run_openqasm(source, n):
    """The probabilities of a program that the reference parser of OpenQASM 3 reads and PennyLane interprets."""
    pytest.importorskip("openqasm3.parser", reason="needs openqasm3[parser]")
    import openqasm3

    kinds = [type(statement).__name__ for statement in openqasm3.parse(source).statements]
    assert kinds[-1] == "QuantumMeasurementStatement"
    body = source.replace('include "stdgates.inc";\n', "").replace("c = measure q;\n", "")  # PennyLane has its own
    body = re.sub(r"bit\[\d+\] c;\n", "", body)
    body = re.sub(r"qubit\[\d+\] q;", "".join(f"qubit q{i};\n" for i in range(n)), body)  # nor has it registers
    body = re.sub(r"q\[(\d+)\]", r"q\1", body)
    program = qml.from_qasm3(body, wire_map={f"q{i}": i for i in range(n)})

    @qml.qnode(qml.device("default.qubit", wires=n))
    def circuit():
        program()
        return qml.probs(wires=range(n))

    return torch.as_tensor(circuit())


def back(form, ansatz, angles):
    source = FORMS[form](ansatz, angles)
    if form == "openqasm":
        return run_openqasm(source, angles.shape[1])
    return torch.as_tensor(run_python(source)["probabilities"])


def angles_for(n, depth, dtype=torch.float64, seed=0):
    return torch.randn(depth, n, dtype=dtype, generator=torch.Generator().manual_seed(seed)) * 2


@pytest.mark.parametrize("form", FORMS)
def test_other_words_are_written_as_the_names(form):
    angles = angles_for(3, 2)
    assert FORMS[form](Ansatz(False, "Ring", ("RX", "RY")), angles) == FORMS[form](
        Ansatz(False, "cyc", ("rx", "ry")), angles
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ansatz", [*CANDIDATES, MIXED], ids=lambda a: str(a.config))
def test_round_trip(form, ansatz):
    angles = angles_for(3, 2)
    torch.testing.assert_close(back(form, ansatz, angles), probabilities(ansatz, angles), rtol=0, atol=1e-14)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("n", "depth"), [(1, 0), (1, 1), (2, 0), (4, 5)])
@pytest.mark.parametrize("config", [5, 7, 12])
def test_round_trip_at_the_edges(form, n, depth, config):
    angles = angles_for(n, depth)
    expected = probabilities(CANDIDATES[config - 1], angles)
    torch.testing.assert_close(back(form, CANDIDATES[config - 1], angles), expected, rtol=0, atol=1e-14)


@settings(max_examples=15, deadline=None)
@given(
    hadamard=st.booleans(),
    pairs=st.lists(st.permutations(range(3)).map(lambda wires: tuple(wires[:2])), max_size=5).map(tuple),
    names=st.lists(st.sampled_from(["rx", "ry", "rz"]), min_size=1, max_size=4).map(tuple),
    depth=st.integers(0, 4),
    form=st.sampled_from(list(FORMS)),
    scale=st.sampled_from([1e-12, 1.0, 1e6]),
)
def test_round_trip_of_any_circuit(hadamard, pairs, names, depth, form, scale):
    ansatz, angles = Ansatz(hadamard, pairs, names), angles_for(3, depth) * scale
    torch.testing.assert_close(back(form, ansatz, angles), probabilities(ansatz, angles), rtol=0, atol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("ansatz", [CANDIDATES[4], MIXED, Ansatz(False, (), "rz")])
def test_qtkit_code_gives_the_same_ansatz_and_the_same_bits(ansatz, dtype):
    angles = angles_for(3, 4, dtype) * torch.tensor([1e-20, 1.0, 1e20], dtype=dtype)
    scope = run_python(qtkit_code(ansatz, angles))
    assert scope["ansatz"] == ansatz
    assert scope["angles"].dtype == dtype
    assert torch.equal(scope["angles"], angles)


def test_whole_numbers_are_written_as_decimals():
    assert "rx(2.0) q[0];" in openqasm(CANDIDATES[0], torch.tensor([[2.0]]))


def test_float32_angles_are_written_short():
    assert "0.1," in pennylane_code(CANDIDATES[0], torch.tensor([[0.1, 0.2]]))


def test_python_forms_are_plain_scripts():
    for form in (qtkit_code, pennylane_code):
        tree = ast.parse(form(CANDIDATES[4], angles_for(10, 15)))
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in ("eval", "exec")]


@pytest.mark.parametrize("form", FORMS.values())
@pytest.mark.parametrize(
    ("angles", "message"),
    [
        (torch.zeros(3), r"shape \(L, n\) with n >= 1, got \(3,\)"),
        (torch.zeros(2, 0), r"got \(2, 0\)"),
        ([[0.0]], "got list"),
        (torch.zeros(2, 3, dtype=torch.int64), "floating-point"),
        (torch.full((2, 3), float("nan")), "finite"),
    ],
)
def test_bad_angles_are_refused(form, angles, message):
    with pytest.raises(ValueError, match=message):
        form(CANDIDATES[0], angles)


@pytest.mark.parametrize("form", FORMS.values())
def test_a_cnot_out_of_range_is_refused(form):
    with pytest.raises(ValueError, match="out of range"):
        form(MIXED, torch.zeros(1, 2))


@settings(max_examples=12, deadline=None)
@given(circuits_by_elements(max_qubits=4, max_depth=2), st.sampled_from(["qtkit", "pennylane"]))
def test_round_trip_of_any_gates(circuit, form):
    ansatz, n, angles = circuit
    source = FORMS[form](ansatz, angles, n)
    expected = probabilities(ansatz, angles, n_qubits=n)
    found = torch.as_tensor(run_python(source)["probabilities"])
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


EVERY = Ansatz(
    start=[H(), CZ("star")],
    layer=[
        [U3(), SWAP("ring"), CRY("brick")],
        [RZZ("all"), RX(wires=(2, 0)), CNOT("brick"), CU3(lambda n: [(n - 1, 0)])],
    ],
)


@pytest.mark.parametrize("form", FORMS)
def test_round_trip_of_every_kind_of_gate(form):
    angles = angles_for(EVERY.angles_per_layer(3), 2)
    source = FORMS[form](EVERY, angles, 3)
    if form == "openqasm":  # PennyLane knows neither `cu` nor, with arguments, a gate of the program's own
        source = re.sub(r"cu\((.*), 0.0\) (.*);", r"ctrl @ u3(\1) \2;", source)
        source = re.sub(r"gate rzz.*\n", "", source)
        source = re.sub(r"rzz\((.*)\) (.*), (.*);", r"cx \2, \3;\nrz(\1) \3;\ncx \2, \3;", source)
        found = run_openqasm(source, 3)
    else:
        found = torch.as_tensor(run_python(source)["probabilities"])
    torch.testing.assert_close(found, probabilities(EVERY, angles, n_qubits=3), rtol=0, atol=1e-12)


@pytest.mark.parametrize("form", FORMS.values())
def test_any_gates_need_their_number_of_qubits_and_angles(form):
    with pytest.raises(ValueError, match=r"number of qubits of .* must be told: n_qubits="):
        form(EVERY, torch.zeros(1, 11))
    with pytest.raises(ValueError, match=r"on 3 qubits a layer takes 11 angles: .* got \(1, 5\)"):
        form(EVERY, torch.zeros(1, 5), 3)
    with pytest.raises(ValueError, match=r"shape \(L, 4\) on 4 qubits"):
        form(CANDIDATES[4], torch.zeros(1, 5), 4)

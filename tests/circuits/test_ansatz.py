"""The circuits themselves: Table I, the CNOTs of each entangler, names and refusals."""

from __future__ import annotations

import matplotlib.figure
import numpy as np
import pytest
import torch

import qtkit
from qtkit import CANDIDATES, Ansatz
from qtkit.circuits.ansatz import qubits_for


def test_one_and_two_qubits_are_defined():
    assert Ansatz(entangler="cyc").cnots(1) == Ansatz(entangler="ent").cnots(1) == ()
    assert Ansatz(entangler="ent").cnots(2) == ((0, 1),)
    assert Ansatz(entangler="cyc").cnots(2) == ((0, 1), (1, 0))


def test_brick_and_ring_of_five():
    assert Ansatz(entangler="ent").cnots(5) == ((0, 1), (2, 3), (1, 2), (3, 4))
    assert Ansatz(entangler="cyc").cnots(5) == ((0, 1), (1, 2), (2, 3), (3, 4), (4, 0))


def test_candidates_are_table_1_in_order():
    assert len(CANDIDATES) == 12
    assert [c.config for c in CANDIDATES] == list(range(1, 13))
    assert [c.hadamard for c in CANDIDATES] == [True] * 6 + [False] * 6
    assert [c.entangler for c in CANDIDATES] == ["ent", "ent", "ent", "cyc", "cyc", "cyc"] * 2
    assert [c.rotation for c in CANDIDATES] == ["rx", "ry", "rz"] * 4


def test_a_custom_ansatz_has_no_number_and_is_hashable():
    custom = Ansatz(entangler=[(0, 2), (2, 1)], rotation=["rx", "ry"])
    assert custom.config is None
    assert custom.entangler == ((0, 2), (2, 1))
    assert custom.rotations(3) == ("rx", "ry", "rx")
    assert hash(custom) == hash(Ansatz(entangler=((0, 2), (2, 1)), rotation=("rx", "ry")))
    assert Ansatz(rotation=("ry", "ry")) == CANDIDATES[1]


@pytest.mark.parametrize(
    ("entangler", "rotation", "config"),
    [("ring", "RY", 5), ("brick", "Rx", 1), ("CYC", "rZ", 6), ("Ent", "rz", 3), ("Ring", ["RY", "ry"], 5)],
)
def test_other_words_make_the_same_circuit_of_the_same_name(entangler, rotation, config):
    made, of_table = Ansatz(True, entangler, rotation), CANDIDATES[config - 1]
    assert made == of_table and hash(made) == hash(of_table)
    assert (repr(made), made.label, str(made)) == (repr(of_table), of_table.label, str(of_table))
    assert made.config == config


def test_capital_letters_are_read_layer_by_layer():
    assert Ansatz(rotation=("RX", "ry")).rotation == ("rx", "ry")


def test_repr_can_be_evaluated_alone_and_in_a_tuple():
    circuits = (*CANDIDATES, Ansatz(False, ((1, 0),), ("rx", "rz")))
    for ansatz in circuits:
        assert eval(repr(ansatz), {"Ansatz": Ansatz}) == ansatz
    assert eval(repr(circuits), {"Ansatz": Ansatz}) == circuits
    assert repr(CANDIDATES[4]) == "Ansatz(hadamard=True, entangler='cyc', rotation='ry')"


def test_printed_it_names_the_config():
    assert str(CANDIDATES[4]) == "config 5: H, cyc, RY"
    assert str(Ansatz(False, ((1, 0),), ("rx", "rz"))) == "no H, 1 CNOT, RX-RZ"


@pytest.mark.parametrize("wrong", [0, -1, 2.0, True, "3", None])
def test_a_number_of_qubits_must_be_a_positive_whole_number(wrong):
    with pytest.raises(ValueError, match=r"n_qubits must be a whole number of at least 1, got"):
        CANDIDATES[0].cnots(wrong)


@pytest.mark.parametrize("wrong", [-1, 1.5, False, None])
def test_a_depth_must_be_a_whole_number_from_0(wrong):
    with pytest.raises(ValueError, match=r"depth must be a whole number of at least 0, got"):
        CANDIDATES[0].rotations(wrong)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"hadamard": "Y"}, "hadamard must be True or False, got 'Y'"),
        ({"entangler": "star"}, r"entangler must be one of \('ent', 'cyc', 'brick', 'ring'\) or .* got 'star'"),
        ({"entangler": ""}, r"entangler must be one of .* got ''"),
        ({"entangler": ((0, 0),)}, r"CNOT \(0, 0\): control and target must be two different wires"),
        ({"entangler": ((0, -1),)}, r"CNOT \(0, -1\)"),
        ({"entangler": ((0, 1, 2),)}, r"sequence of \(control, target\) pairs, got"),
        ({"entangler": 7}, r"sequence of \(control, target\) pairs, got 7"),
        ({"entangler": ((0.9, 1),)}, r"sequence of \(control, target\) pairs, got \(\(0.9, 1\),\)"),
        ({"entangler": ["01", "12"]}, r"sequence of \(control, target\) pairs, got \['01', '12'\]"),
        ({"rotation": None}, r"rotation must be one of .* got None"),
        ({"rotation": 3}, r"rotation must be one of .* got 3"),
        ({"rotation": "Y"}, r"rotation must be one of \('rx', 'ry', 'rz'\), in small or capital letters, .* got 'Y'"),
        ({"rotation": ("RX", "R")}, r"rotation must be one of .* got \('RX', 'R'\)"),
        ({"rotation": "r"}, r"rotation must be one of .* got 'r'"),
        ({"rotation": ()}, r"rotation must be one of .* got \(\)"),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Ansatz(**arguments)


def test_wires_may_come_from_numpy():
    pairs = np.array([[0, 1], [2, 0]])
    assert repr(Ansatz(entangler=pairs)) == repr(Ansatz(entangler=((0, 1), (2, 0))))


def test_a_cnot_out_of_range_names_the_wires():
    with pytest.raises(ValueError, match=r"CNOT \(0, 3\) is out of range: 3 qubits have wires 0..2"):
        Ansatz(entangler=((0, 3),)).cnots(3)


def test_to_pennylane_is_big_endian():
    flip_wire_0 = torch.zeros(1, 3, dtype=torch.float64)
    flip_wire_0[0, 0] = np.pi
    probabilities = Ansatz(False, (), "rx").to_pennylane(3, 1)(flip_wire_0)
    assert int(torch.argmax(probabilities)) == 0b100


@pytest.mark.slow
def test_draw_gives_a_figure_for_every_candidate():
    for ansatz in (*CANDIDATES, Ansatz(False, ((2, 0),), ("rx", "rz"))):
        assert isinstance(ansatz.draw(3, 2), matplotlib.figure.Figure)


@pytest.mark.parametrize(("p", "n"), [(1, 1), (2, 1), (3, 2), (1781, 11), (5825, 13), (6023, 13), (108_866, 17)])
def test_qubits_for(p, n):
    assert qubits_for(p) == n


def test_qubits_for_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one weight is needed, got 0"):
        qubits_for(0)


def test_public_names():
    assert set(qtkit.__all__) >= {"CANDIDATES", "Ansatz", "DiffQAS", "probabilities"}

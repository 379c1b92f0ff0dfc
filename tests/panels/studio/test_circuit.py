from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qtkit import CANDIDATES, Ansatz
from qtkit.panels.studio import MAX_DEPTH, StudioCircuit


def bench(config, n=4, depth=2):
    return StudioCircuit.of(CANDIDATES[config - 1], n, depth)


@pytest.mark.parametrize("config", range(1, 13))
@pytest.mark.parametrize(("n", "depth"), [(3, 1), (4, 2), (10, 15)])
def test_each_preset_is_recognised(config, n, depth):
    circuit = StudioCircuit().resized(n, depth).with_config(config)
    assert circuit.config == config
    assert circuit.configs == (config,)
    assert circuit.ansatz == CANDIDATES[config - 1]


def test_config_5_built_from_single_cnots():
    circuit = bench(9).with_hadamard(True).with_rotation("ry").with_entangler("none")
    assert circuit.config is None
    for pair in [(0, 1), (1, 2), (2, 3)]:
        circuit = circuit.with_cnot_toggled(*pair)
        assert circuit.config is None
        assert circuit.entangler_name == "own"
    circuit = circuit.with_cnot_toggled(3, 0)
    assert circuit.config == 5
    assert circuit.entangler_name == "cyc"
    assert circuit.ansatz == CANDIDATES[4]


def test_a_brick_is_known_in_whatever_order_its_halves_commute():
    circuit = bench(2).with_entangler("none")
    for pair in [(2, 3), (0, 1), (1, 2)]:
        circuit = circuit.with_cnot_toggled(*pair)
    assert circuit.config == 2
    other = bench(2).with_entangler("none")
    for pair in [(1, 2), (0, 1), (2, 3)]:  # the odd half first is another circuit
        other = other.with_cnot_toggled(*pair)
    assert other.config is None


def test_removing_one_cnot_of_a_ring_and_putting_it_back():
    ring = bench(5)
    without = ring.without_cnot(3)
    assert without.cnots == ((0, 1), (1, 2), (2, 3))
    assert without.config is None
    assert without.with_cnot_toggled(3, 0).config == 5
    assert ring.with_cnot_toggled(0, 1).cnots == ((1, 2), (2, 3), (3, 0))


def test_toggling_takes_the_last_of_equals():
    circuit = StudioCircuit(n_qubits=2, entangler=((0, 1), (1, 0), (0, 1)))
    assert circuit.with_cnot_toggled(0, 1).cnots == ((0, 1), (1, 0))


@pytest.mark.parametrize("config", [2, 5])
def test_where_several_configs_are_one_circuit(config):
    assert bench(config, n=1).configs == (2, 5)
    assert bench(config, n=1).config == config
    assert bench(config, depth=0).configs == (1, 2, 3, 4, 5, 6)
    assert bench(config, depth=0).config == config


def test_two_qubits_are_not_ambiguous():
    assert bench(2, n=2).configs == (2,)
    assert bench(5, n=2).configs == (5,)


def test_other_words_make_the_same_circuit():
    circuit = bench(5)
    assert circuit.with_entangler("ring") == circuit and circuit.with_entangler("Brick").config == 2
    assert circuit.with_rotation("RX").config == 4 and circuit.with_rotation("Rz", layer=1).rotations[1] == "rz"
    assert StudioCircuit(entangler="ring", rotations=("RY",) * MAX_DEPTH) == StudioCircuit()


def test_a_rotation_for_one_layer():
    mixed = bench(5).with_rotation("rz", layer=1)
    assert mixed.ansatz.rotation == ("ry", "rz")
    assert mixed.config is None
    assert mixed.resized(4, 1).config == 5, "the odd layer is out of sight"
    assert mixed.with_rotation("ry").config == 5


def test_what_is_taken_away_and_put_back_is_the_same():
    circuit = bench(5, n=6, depth=4).randomised(3).with_rotation("rx", layer=3).with_cnot_toggled(5, 2)
    assert circuit.resized(2, 1).resized(6, 4) == circuit


def test_angles():
    circuit = bench(5).with_all_angles(0.5).with_angle(1, 2, -1.25)
    expected = torch.full((2, 4), 0.5, dtype=torch.float64)
    expected[1, 2] = -1.25
    assert torch.equal(circuit.angles, expected)
    assert circuit.resized(4, 0).angles.shape == (0, 4)


def test_random_angles_are_reproducible_and_independent_of_size():
    big, small = bench(5, 8, 6).randomised(7), bench(5, 3, 2).randomised(7)
    assert torch.equal(big.angles[:2, :3], small.angles)
    assert not torch.equal(small.angles, bench(5, 3, 2).randomised(8).angles)
    assert big.angles.abs().max() <= math.pi


def test_from_an_ansatz_with_angles():
    ansatz, angles = Ansatz(False, ((2, 0),), ("rx", "rz")), torch.randn(3, 3)
    circuit = StudioCircuit.of(ansatz, 3, 3, angles)
    assert circuit.ansatz == Ansatz(False, ((2, 0),), ("rx", "rz", "rx"))
    assert torch.equal(circuit.angles.float(), angles)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda c: c.resized(0, 2), "number of qubits must be a whole number from 1 to 10, got 0"),
        (lambda c: c.resized(11, 2), "from 1 to 10"),
        (lambda c: c.resized(2, 16), "layers must be a whole number from 0 to 15, got 16"),
        (lambda c: c.resized(2.5, 1), "whole number"),
        (lambda c: c.with_config(13), "from 1 to 12"),
        (lambda c: c.with_entangler("star"), r"one of \('ent', 'cyc', 'brick', 'ring', 'none'\), got 'star'"),
        (lambda c: c.with_rotation("rq"), r"one of \('rx', 'ry', 'rz'\), in small or capital letters, got 'rq'"),
        (lambda c: c.with_rotation("rx", MAX_DEPTH), "from 0 to 14"),
        (lambda c: c.with_cnot_toggled(1, 1), "two different wires"),
        (lambda c: c.with_cnot_toggled(0, 4), "target must be a whole number from 0 to 3"),
        (lambda c: c.without_cnot(4), "from 0 to 3"),
        (lambda c: c.with_angle(0, 0, math.nan), "finite"),
        (lambda c: c.with_all_angles("one"), "finite"),
        (lambda c: c.randomised(-1), "seed"),
        (lambda c: StudioCircuit.of(c.ansatz, 4, 2, torch.zeros(2, 3)), r"shape \(2, 4\)"),
        (lambda _: StudioCircuit.of(Ansatz(True, ((0, 5),)), 4, 2), "out of range"),
    ],
)
def test_bad_edits_are_refused(edit, message):
    with pytest.raises(ValueError, match=message):
        edit(bench(5))


def test_a_layer_holds_a_limited_number_of_cnots():
    full = StudioCircuit(entangler=((0, 1), (1, 0)) * 20)
    with pytest.raises(ValueError, match="40 CNOTs"):
        full.with_cnot_toggled(2, 3)


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(lambda p: p[0] != p[1]), max_size=8))
def test_toggling_twice_is_nothing(pairs):
    circuit = StudioCircuit(entangler=())
    for pair in pairs:
        circuit = circuit.with_cnot_toggled(*pair)
    assert len(set(circuit.cnots)) == len(circuit.cnots)
    for pair in circuit.cnots:
        circuit = circuit.with_cnot_toggled(*pair)
    assert circuit.cnots == ()

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from qtkit import CANDIDATES, Ansatz, DiffQAS, probabilities
from qtkit.panels.studio import Rank, StudioCircuit, StudioModel, rank, reach


def test_undo_and_redo():
    model = StudioModel()
    start = model.circuit
    model.undo()
    assert not model.can_undo
    model.load_config(8)
    model.set_rotation("rx", 1)
    changed = model.circuit
    model.undo()
    assert model.circuit.config == 8
    model.undo()
    assert model.circuit == start
    assert not model.can_undo
    model.redo()
    model.redo()
    model.redo()
    assert model.circuit == changed
    assert not model.can_redo


def test_a_new_edit_ends_redo():
    model = StudioModel()
    model.load_config(8)
    model.undo()
    model.load_config(7)
    assert not model.can_redo


def test_a_drag_is_one_edit():
    model = StudioModel()
    start = model.circuit
    for value in (0.1, 0.2, 0.3):
        model.set_angle(0, 1, value, dragging=True)
    model.end_gesture()
    model.set_angle(0, 1, 0.4, dragging=True)
    model.undo()
    assert float(model.angles[0, 1]) == 0.3
    model.undo()
    assert model.circuit == start


def test_drags_of_two_angles_are_two_edits():
    model = StudioModel()
    model.set_angle(0, 0, 1.0, dragging=True)
    model.set_angle(0, 1, 1.0, dragging=True)
    model.undo()
    assert float(model.angles[0, 0]) == 1.0


def test_nothing_done_is_nothing_to_undo_and_a_refused_edit_changes_nothing():
    model = StudioModel()
    before = model.circuit
    model.set_hadamard(before.hadamard)
    assert not model.can_undo
    with pytest.raises(ValueError, match="qubits"):
        model.set_size(11, 1)
    assert model.circuit == before
    assert not model.can_undo


def test_history_is_bounded():
    model = StudioModel()
    for seed in range(300):
        model.randomise(seed + 1)
    steps = 0
    while model.can_undo:
        model.undo()
        steps += 1
    assert steps == 200


def test_state_is_plain_json_and_complete():
    model = StudioModel()
    for n, depth in [(1, 0), (1, 1), (4, 2), (10, 15)]:
        model.set_size(n, depth)
        state = json.loads(json.dumps(model.circuit_state()))
        assert len(state["rotations"]) == depth
        assert len(state["mapping"]) == n + 2
        assert state["svg"].startswith("<svg")
        json.dumps(model.sizes())


@pytest.mark.parametrize(
    ("config", "depends", "words"),
    [(1, False, "1/16"), (5, True, "real"), (7, True, "IQP"), (12, False, "0…0")],
)
def test_words_about_the_circuit(config, depends, words):
    model = StudioModel()
    model.load_config(config)
    state = model.circuit_state()
    assert state["depends"] is depends
    assert words in state["headline"] + state["reason"]
    assert state["recognised"].startswith(f"config {config}: ")
    assert bool(state["parity"]) == (config == 7)


def test_recognition_in_words():
    model = StudioModel()
    model.set_size(1, 1)
    assert model.recognised() == "config 5: H, cyc, RY (here the same circuit as 2)"
    model.set_size(3, 2)
    model.remove_cnot(0)
    assert model.recognised() == "Not in Table I (H, 2 CNOTs, RY)"


def test_rank_and_reach():
    model = StudioModel()
    model.load_config(8)
    model.set_all_angles(0.0)
    assert rank(model.circuit) == Rank(here=0, random=8, angles=8)
    numbers = reach(model.circuit)
    assert 0 < numbers.entanglement < 1
    assert numbers.expressibility > 0
    model.randomise(5)
    assert reach(model.circuit) is numbers, "other angles, the same circuit: known at once"


def test_weights_and_measurement():
    model = StudioModel(target=10)
    assert model.weights().shape == (10,)
    model.set_target("6,023")
    assert model.weights().shape == (16,), "the circuit has no more"
    assert model.sizes()["qubits"] == 13
    model.set_shots("1000")
    assert model.probabilities().sum() == pytest.approx(1)
    model.set_shot_seed(2)
    model.set_shots("exact")
    np.testing.assert_allclose(model.probabilities(), probabilities(model.ansatz, model.angles), atol=1e-14)
    with pytest.raises(ValueError, match="seed"):
        model.set_shot_seed(-1)
    with pytest.raises(ValueError, match="at least 1 weight"):
        model.set_target("0")
    assert model.target == 6023
    model.set_target("")
    assert model.target == 16
    model.set_size(6, 2)
    assert model.target == 64


def test_what_is_built_can_be_searched_over():
    model = StudioModel(StudioCircuit.of(Ansatz(True, ((0, 2),), "ry"), 3, 2))
    search = DiffQAS(3, 2, [model.ansatz, CANDIDATES[7]])
    with torch.no_grad():
        search.angles.copy_(model.angles)
    np.testing.assert_allclose(search.candidate_probabilities()[0].detach(), model.probabilities(), atol=1e-6)


@pytest.mark.parametrize(
    ("form", "begins"), [("pennylane", "import numpy"), ("openqasm", "OPENQASM 3.0"), ("svg", "<svg")]
)
def test_exports(form, begins):
    assert StudioModel().export(form).startswith(begins)


def test_an_unknown_export_is_refused():
    with pytest.raises(ValueError, match="'latex'"):
        StudioModel().export("latex")

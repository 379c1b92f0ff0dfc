"""The studio by elements: what can be built, what it is worth, and when words say it again."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from qtkit import CANDIDATES, Ansatz, DiffQAS, probabilities
from qtkit.circuits import CNOT, CRX, CRY, CRZ, CU3, CZ, RX, RY, RZ, RZZ, SWAP, U3, H
from qtkit.panels import AnsatzStudio
from qtkit.panels.studio import Rank, StudioCircuit, StudioModel, rank, reach
from tests.panels.page import Page

RING = Ansatz(start=[H()], layer=[CZ("ring"), U3()])
EVERY = Ansatz(
    start=[H(wires=(0,)), CNOT("star"), SWAP("brick"), CZ("all")],
    layer=[[RX(), CRX("brick"), CRY("ring"), RZZ("star")], [RY(wires=(1,)), CRZ("all"), CU3(((2, 0),)), U3(), RZ()]],
)


def bench(ansatz: Ansatz = RING, n: int = 3, depth: int = 2) -> StudioCircuit:
    return StudioCircuit.of(ansatz, n, depth)


def model(ansatz: Ansatz = RING, n: int = 3, depth: int = 2) -> StudioModel:
    return StudioModel(bench(ansatz, n, depth))


@pytest.mark.parametrize("ansatz", [RING, EVERY, Ansatz(layer=[CZ("all")])])
def test_any_circuit_is_shown_with_its_row_of_angles(ansatz):
    n, depth = 3, 3
    width = ansatz.angles_per_layer(n)
    angles = torch.rand(depth, width, dtype=torch.float64)
    studio = StudioModel(StudioCircuit.of(ansatz, n, depth, angles))
    assert studio.ansatz == ansatz
    assert torch.equal(studio.angles, angles)
    np.testing.assert_allclose(studio.probabilities(), probabilities(ansatz, angles, n_qubits=n), atol=1e-14)
    state = json.loads(json.dumps(studio.circuit_state()))
    assert [len(layer) for layer in state["operations"]["layers"]] == [
        len(layer) for layer in ansatz.operations(n, len(ansatz.layers))[1:]
    ]
    assert state["svg"].startswith("<svg") and state["recognised"] == f"Not in Table I ({ansatz.label})"


def test_from_words_to_elements_and_back():
    studio = model(CANDIDATES[4])
    angles = studio.angles
    assert studio.circuit_state()["elements"] == {
        "start": [{"gate": "H", "label": "H", "pairs": False, "pattern": None}],
        "layers": [
            [
                {"gate": "CNOT", "label": "CNOT ring", "pairs": True, "pattern": "ring"},
                {"gate": "RY", "label": "RY", "pairs": False, "pattern": None},
            ]
        ],
    }
    studio.add_element("cz")
    assert studio.ansatz == Ansatz(start=[H()], layer=[CNOT("ring"), RY(), CZ("brick")])
    assert torch.equal(studio.angles, angles), "no angle is lost on the way"
    studio.set_pattern(0, 2, "star")
    studio.move_element(0, 2, 0)
    studio.add_element("SWAP", "start", 0)
    assert studio.ansatz == Ansatz(start=[SWAP("brick"), H()], layer=[CZ("star"), CNOT("ring"), RY()])
    studio.move_element("start", 0, 1, to_part=0)
    assert studio.ansatz == Ansatz(start=[H()], layer=[CZ("star"), SWAP("brick"), CNOT("ring"), RY()])
    studio.remove_element(0, 0)
    assert studio.circuit.config is None
    studio.remove_element(0, 0)
    assert studio.circuit.elements is None and studio.circuit.config == 5, "words can say it again"
    assert torch.equal(studio.angles, angles)
    for _ in range(7):
        studio.undo()
    assert studio.ansatz == CANDIDATES[4] and not studio.can_undo


@pytest.mark.parametrize(
    ("edit", "config"),
    [
        (lambda m: m.load_config(8), 8),
        (lambda m: m.set_rotation("rx"), 4),
        (lambda m: m.set_entangler("ent"), 2),
        (lambda m: m.set_rotation("ry", 0), 5),
    ],
)
def test_words_end_what_elements_said(edit, config):
    studio = model()
    edit(studio)
    assert studio.circuit.config == config
    assert studio.angles.shape == (2, 3)
    studio.undo()
    assert studio.ansatz == RING


def test_hadamards_and_single_cnots_are_elements_too():
    studio = model()
    studio.set_hadamard(False)
    assert studio.ansatz == Ansatz(layer=[CZ("ring"), U3()])
    studio.set_hadamard(True)
    assert studio.ansatz == RING
    studio.toggle_cnot(0, 2)
    assert studio.ansatz == Ansatz(start=[H()], layer=[CZ("ring"), U3(), CNOT(((0, 2),))])
    studio.toggle_cnot(0, 2)
    assert studio.ansatz == RING


def test_layers_in_turn_are_changed_one_by_one():
    studio = model(EVERY)
    studio.add_element("U3", 1, 0)
    assert studio.ansatz.layers == (EVERY.layers[0], (U3(), *EVERY.layers[1]))
    mixed = model(Ansatz(True, "ring", ("rx", "rz")))
    mixed.add_element("H", 1)
    assert mixed.ansatz.layers == ((CNOT("ring"), RX()), (CNOT("ring"), RZ(), H()))


def test_what_is_on_wires_that_are_gone_comes_back():
    studio = model(EVERY)
    before = studio.circuit
    studio.set_size(2)
    assert CU3(((2, 0),)) not in studio.ansatz.layers[1]
    studio.set_size(3)
    assert studio.circuit == before
    studio = model(Ansatz(layer=[CZ(((1, 2),))]))
    with pytest.raises(ValueError, match="a layer is empty"):
        studio.set_size(2)
    assert studio.circuit.n_qubits == 3


def test_angles_of_a_wide_row_are_set_drawn_and_kept():
    circuit = bench(RING, 6, 3).randomised(3)  # 18 angles a layer
    assert torch.equal(circuit.angles[:, :6], StudioCircuit.of(CANDIDATES[4], 6, 3, seed=3).angles)
    assert circuit.angles.unique().numel() == 54
    changed = circuit.with_angle(1, 17, 0.5).with_angle(1, 0, -0.5)
    assert (changed.angles != circuit.angles).nonzero().tolist() == [[1, 0], [1, 17]]
    assert changed.resized(2, 1).resized(6, 3) == changed
    assert (circuit.with_all_angles(0.25).angles == 0.25).all()
    with pytest.raises(ValueError, match="the angle must be a whole number from 0 to 89"):
        circuit.with_angle(0, 90, 0.0)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda m: m.add_element("RXX"), r"the gate must be one of \('H', 'RX', .*got 'RXX'"),
        (lambda m: m.add_element("RX", "start"), "start acts once and has no angles"),
        (lambda m: m.add_element("RX", 1), "the layer must be a whole number from 0 to 0"),
        (lambda m: m.add_element("RX", "end"), "the layer must be a whole number"),
        (lambda m: m.add_element("RX", 0, 3), "the place must be a whole number from 0 to 2"),
        (lambda m: m.remove_element(0, 2), "the element must be a whole number from 0 to 1"),
        (lambda m: m.set_pattern(0, 1, "ring"), "U3 acts on single wires"),
        (lambda m: m.set_pattern(0, 0, "snake"), "pattern of CZ must be one of"),
        (lambda m: (m.remove_element(0, 0), m.remove_element(0, 0)), "a layer is empty"),
        (
            lambda m: (m.add_element("CU3"), m.set_size(10), m.set_pattern(0, 2, "all")),
            "90 angles; this one has 165 on 10",
        ),
        (lambda m: [m.set_size(10), *(m.add_element("CZ") for _ in range(12))], "100 gates; this one has 101 on 10"),
    ],
)
def test_bad_edits_are_refused_and_change_nothing(edit, words):
    studio = model()
    with pytest.raises(ValueError, match=words):
        edit(studio)
    assert studio.circuit.elements is not None
    studio.circuit_state()


def test_table_i_is_known_also_in_other_words():
    n, depth = 2, 2
    studio = model(Ansatz(start=[H()], layer=[CNOT("star"), RY()]), n, depth)
    assert studio.circuit.config == 2, "on two wires the star is the brick"
    studio.set_size(3)
    assert studio.circuit.config is None
    studio.set_size(depth=0)
    assert studio.circuit.configs == (1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize("ansatz", [RING, Ansatz(layer=[SWAP("brick"), RX()]), Ansatz(layer=[CNOT("star"), RX()])])
def test_what_is_known_of_it(ansatz):
    studio = model(ansatz)
    found = rank(studio.circuit)
    assert found == Rank(found.here, found.random, 2 * ansatz.angles_per_layer(3)) and 0 < found.random <= 7
    numbers = reach(studio.circuit)
    assert numbers.expressibility > 0 and 0 <= numbers.entanglement <= 1
    state = studio.circuit_state()
    assert state["depends"] is True
    assert bool(state["parity"]) == (ansatz.layers[0][0] == CNOT("star"))
    assert studio.sizes()["trainable"] == 2 * ansatz.angles_per_layer(3) + 5


def test_what_would_take_long_is_not_computed():
    wide = Ansatz(layer=[CRX("all"), U3()])
    assert rank(bench(wide, 10, 3)) is None and reach(bench(wide, 10, 4)) is None
    studio = AnsatzStudio(wide, n_qubits=10, depth=15)
    assert studio.join() and studio.error is None
    assert Page(studio)["numbers"] == {"rank": None, "reach": None}
    studio.close()


def test_a_circuit_without_angles():
    studio = model(Ansatz(start=[H()], layer=[CZ("ring")]))
    assert studio.angles.shape == (2, 0)
    assert rank(studio.circuit) == Rank(0, 0, 0)
    assert reach(studio.circuit).entanglement >= 0
    assert studio.circuit_state()["depends"] is False
    assert "(2, 0)" in studio.export("qtkit") or "2, 0" in studio.export("qtkit")
    studio.set_target("2")
    assert studio.sizes()["trainable"] == 0 + 3


def test_sizes_where_nothing_is_left_of_it():
    studio = model(Ansatz(layer=[CRX(((1, 2),))]))
    studio.set_target("2")
    assert studio.sizes()["trainable"] is None


@pytest.mark.parametrize("form", ["qtkit", "pennylane", "openqasm"])
def test_it_can_be_taken_along(form):
    studio = model(EVERY)
    text = studio.export(form)
    if form != "openqasm":
        names: dict[str, object] = {}
        exec(text, names)
        np.testing.assert_allclose(np.asarray(names["probabilities"]), studio.probabilities(), atol=1e-12)
    else:
        assert "cu(" in text


def test_noise_and_shots():
    studio = model()
    exact = studio.probabilities()
    studio.set_noise("0.1")
    noisy = studio.probabilities()
    assert noisy.sum() == pytest.approx(1) and np.abs(noisy - 1 / 8).max() < np.abs(exact - 1 / 8).max()
    studio.set_noise("0")
    studio.set_shots("1000")
    assert studio.probabilities().sum() == pytest.approx(1)


def test_the_page_builds_by_messages_and_the_cell_gets_the_ansatz():
    studio = AnsatzStudio(5, n_qubits=3, depth=2)
    page = Page(studio)
    for action, values in [
        ("remove_element", {"part": 0, "place": 0}),
        ("add_element", {"gate": "CZ", "part": 0, "place": 0}),
        ("pattern", {"part": 0, "place": 0, "pattern": "ring"}),
        ("add_element", {"gate": "U3", "part": 0}),
        ("move_element", {"part": 0, "place": 2, "to": 1, "to_part": 0}),
        ("remove_element", {"part": 0, "place": 2}),
        ("angle", {"layer": 1, "qubit": 8, "value": 0.5, "dragging": True}),
    ]:
        page.act(action, field="gates", **values)
        assert page["errors"] == {}, action
    assert studio.ansatz == RING
    assert float(studio.angles[1, 8]) == 0.5
    assert np.array(page["angles"]).shape == (2, 9)
    assert DiffQAS(3, 2, [studio.ansatz])().shape == (8,)
    page.act("remove_element", field="gates", part=0, place=7)
    assert "from 0 to 1" in page["errors"]["gates"]
    assert studio.join() and studio.error is None
    assert page["numbers"]["rank"]["angles"] == 18
    assert repr(studio) == "AnsatzStudio: Not in Table I (H, CZ ring, U3), 3 qubits, 2 layers"
    studio.close()

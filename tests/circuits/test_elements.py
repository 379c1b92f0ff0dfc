"""Elements: the gates they place and the angles they take, what equals a circuit in words, storing, and refusals."""

from __future__ import annotations

import dataclasses
import json

import pytest

from qtkit import CANDIDATES, Ansatz
from qtkit.circuits import CNOT, CRX, CRY, CU3, CZ, RX, RY, RZ, RZZ, SWAP, U3, H, Operation


def wires_of(element, n):
    return [operation.wires for operation in element.operations(n)]


def test_the_words_of_patterns_are_these_pairs():
    assert wires_of(CNOT("brick"), 5) == [(0, 1), (2, 3), (1, 2), (3, 4)]
    assert wires_of(CNOT("ring"), 4) == [(0, 1), (1, 2), (2, 3), (3, 0)]
    assert wires_of(CZ("star"), 4) == [(0, 1), (0, 2), (0, 3)]
    assert wires_of(CZ("all"), 3) == [(0, 1), (0, 2), (1, 2)]
    assert (CNOT("ent"), CNOT("Cyc")) == (CNOT("brick"), CNOT("ring"))


@pytest.mark.parametrize("pattern", ["brick", "ring", "star", "all"])
def test_one_qubit_has_no_pairs(pattern):
    assert CNOT(pattern).operations(1) == CZ(pattern).operations(1) == ()


def test_the_ring_of_two_has_one_pair_for_gates_without_a_control():
    assert wires_of(CNOT("ring"), 2) == [(0, 1), (1, 0)]
    assert [wires_of(kind("ring"), 2) for kind in (CZ, SWAP, RZZ)] == [[(0, 1)]] * 3


def test_a_pattern_may_be_a_function_of_n():
    ends = CZ(lambda n: [(0, n - 1)])
    assert wires_of(ends, 5) == [(0, 4)]
    assert ends == CZ(ends.pattern) != CZ(lambda n: [(0, n - 1)])
    with pytest.raises(ValueError, match=r"CZ \(0, 0\): a pair has two different wires"):
        ends.operations(1)
    with pytest.raises(ValueError, match=r"the pattern's function of n = 3 of CZ is a sequence of pairs .* got 7"):
        CZ(lambda n: 7).operations(3)


def test_angles_stand_one_wire_after_another():
    assert U3().operations(2) == (Operation("u3", (0,), 0), Operation("u3", (1,), 3))
    assert RX(wires=(2, 0)).operations(3, angle=5) == (Operation("rx", (2,), 5), Operation("rx", (0,), 6))
    counts = {kind: kind("all").count_angles(4) for kind in (CNOT, CZ, SWAP, CRX, CRY, RZZ, CU3)}
    assert counts == {CNOT: 0, CZ: 0, SWAP: 0, CRX: 6, CRY: 6, RZZ: 6, CU3: 18}


def test_layers_are_used_in_turn_and_read_from_one_row():
    ansatz = Ansatz(layer=[[U3(), CRX("ring")], [RY()]])
    assert ansatz.angles_per_layer(3) == 12
    start, *layers = ansatz.operations(3, 3)
    assert start == ()
    assert layers[0] == layers[2] == (*U3().operations(3), *CRX("ring").operations(3, 9))
    assert layers[1] == RY().operations(3)


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("ansatz", [CANDIDATES[1], CANDIDATES[9], Ansatz(False, ((1, 0),), ("rx", "rz"))])
def test_a_circuit_in_words_has_these_gates(ansatz, n):
    if n == 1 and ansatz.config is None:
        with pytest.raises(ValueError, match=r"CNOT \(1, 0\) is out of range"):
            ansatz.operations(n, 1)
        with pytest.raises(ValueError, match=r"CNOT \(1, 0\) is out of range"):
            ansatz.check_fits(n)
        return
    start, *layers = ansatz.operations(n, 2)
    assert start == (H().operations(n) if ansatz.hadamard else ())
    for layer, name in zip(layers, ansatz.rotations(2), strict=True):
        cnots = tuple(Operation("cnot", pair) for pair in ansatz.cnots(n))
        assert layer == (*cnots, *(Operation(name, (wire,), wire) for wire in range(n)))
    assert ansatz.angles_per_layer(n) == n


@pytest.mark.parametrize("number", range(1, 13))
def test_the_twelve_by_elements_are_the_twelve(number):
    candidate = CANDIDATES[number - 1]
    kind = {"rx": RX, "ry": RY, "rz": RZ}[candidate.rotation]
    word = {"ent": "brick", "cyc": "ring"}[candidate.entangler]
    made = Ansatz(start=[H()] if candidate.hadamard else [], layer=[CNOT(word), kind()])
    assert made == candidate
    assert (hash(made), repr(made), made.label, made.config) == (
        hash(candidate),
        repr(candidate),
        candidate.label,
        number,
    )
    words = {"hadamard": candidate.hadamard, "entangler": candidate.entangler, "rotation": candidate.rotation}
    assert made.to_dict() == words
    assert made.layers == ((CNOT(word), kind()),)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (Ansatz(layer=[RY()]), Ansatz(False, (), "ry")),
        (Ansatz(layer=[CNOT(((0, 1),)), CNOT(((2, 1),)), RX()]), Ansatz(False, ((0, 1), (2, 1)), "rx")),
        (Ansatz(start=H(), layer=[[CNOT("ring"), RY()], [CNOT("cyc"), RZ()]]), Ansatz(True, "cyc", ("ry", "rz"))),
        (Ansatz(layer=[[CNOT("ring"), RY()], [CNOT("ring"), RY()]]), Ansatz(False, "cyc", "ry")),
    ],
)
def test_what_words_can_say_is_said_in_words(made, words):
    assert made == words
    assert made.in_words


OTHERS = (
    Ansatz(start=[H()], layer=[CZ("ring"), U3()]),
    Ansatz(layer=[CNOT("star"), RY()]),
    Ansatz(layer=[RY(), CNOT("ring")]),
    Ansatz(layer=[CNOT("ring"), RY(wires=(0, 1))]),
    Ansatz(start=[H(wires=0)], layer=[CNOT("ring"), RY()]),
    Ansatz(start=[H(), CZ("all")], layer=[[CRX(((0, 1), (1, 0)))], [RZZ(), SWAP("brick"), RX()]]),
    Ansatz(layer=[[CNOT("ring"), RY()], [CNOT("brick"), RY()]]),
)


@pytest.mark.parametrize("ansatz", OTHERS, ids=str)
def test_all_others_stay_what_their_elements_say(ansatz):
    assert not ansatz.in_words
    assert ansatz.config is None
    names = {kind.__name__: kind for kind in (Ansatz, CNOT, CRX, CZ, H, RX, RY, RZZ, SWAP, U3)}
    assert eval(repr(ansatz), names) == ansatz
    assert Ansatz.from_dict(json.loads(json.dumps(ansatz.to_dict()))) == ansatz
    assert dataclasses.replace(ansatz) == ansatz
    assert len({*OTHERS, ansatz}) == len(OTHERS)
    with pytest.raises(ValueError, match="has no layers of CNOTs and one rotation: `operations` tells its gates"):
        ansatz.cnots(3)
    with pytest.raises(ValueError, match="`operations` tells its gates"):
        ansatz.rotations(2)


def test_labels():
    assert [str(ansatz) for ansatz in OTHERS[:6:5]] == [
        "H, CZ ring, U3",
        "H, CZ all, 2 CRXs | RZZ brick, SWAP brick, RX",
    ]
    assert str(OTHERS[4]) == "H on 0, CNOT ring, RY"


def test_a_circuit_with_a_function_cannot_be_stored():
    def ends(n):
        return [(0, n - 1)]

    ansatz = Ansatz(layer=[CZ(ends), RY()])
    assert ansatz.label == "CZ ends, RY"
    with pytest.raises(ValueError, match="has a function as its pattern, which cannot be stored: give it as pairs"):
        ansatz.to_dict()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Ansatz(layer=[]), "a layer is empty; at least one element is needed"),
        (lambda: Ansatz(layer=[[RY()], []]), "a layer is empty"),
        (lambda: Ansatz(start=[H()]), r"needs a layer, such as layer=\[CZ\('ring'\), U3\(\)\]"),
        (lambda: Ansatz(layer="ry"), r"layer must be a list of elements \(H, RX, .* got 'ry'"),
        (lambda: Ansatz(layer=["ry"]), r"layer: unknown gate 'ry'; there are H, RX, RY, RZ, U3, CNOT, .*, RZZ"),
        (lambda: Ansatz(layer=[RY]), r"layer holds the class RY: write RY\(\)"),
        (lambda: Ansatz(layer=[[RY()], ["T"]]), "layer 1: unknown gate 'T'"),
        (lambda: Ansatz(start=[RX()], layer=[RY()]), r"start acts once and has no angles: RX\(\) belongs to the layer"),
        (lambda: Ansatz(True, "cyc", layer=[RY()]), "in words .* or by elements .* not both: got entangler='cyc'"),
        (lambda: CZ("rim"), r"pattern of CZ must be one of \('brick', 'ring', 'star', 'all', .* got 'rim'"),
        (lambda: CZ(((0, 0),)), r"CZ \(0, 0\): a pair has two different wires, from 0 on"),
        (lambda: CRY(((0, 1, 2),)), r"a pattern of CRY is a sequence of pairs of wires"),
        (lambda: RX(wires=()), r"wires of RX are whole numbers from 0 on, at least one, got \(\)"),
        (lambda: RX(wires=(0, 0)), r"RX names a wire twice in wires=\(0, 0\)"),
        (lambda: RX(wires=0.5), r"wires of RX are whole numbers such as \(0, 2\), got 0.5"),
        (lambda: RX(wires=-1), r"wires of RX are whole numbers from 0 on"),
        (
            lambda: RX(wires=(0, 3)).operations(3),
            r"RX\(wires=\(0, 3\)\) is out of range: 3 qubits have wires 0..2, got",
        ),
        (lambda: CZ(((0, 3),)).operations(3), r"CZ \(0, 3\) is out of range: 3 qubits have wires 0..2"),
        (lambda: Ansatz(layer=[RX(wires=4)]).angles_per_layer(2), "out of range: 2 qubits have wires 0..1"),
        (lambda: Ansatz(layer=[RX(wires=4)]).check_fits(2), "out of range: 2 qubits have wires 0..1"),
        (
            lambda: Ansatz.from_dict({"layer": [[{"gate": "T"}]], "start": []}),
            r"must have a gate of .* got {'gate': 'T'}",
        ),
        (lambda: Ansatz.from_dict({"layer": [[{"gate": "H", "at": 1}]], "start": []}), "H cannot be read from"),
        (lambda: Ansatz.from_dict({"layer": [[{"gate": "RY"}]]}), "by elements must have start and layer"),
    ],
)
def test_bad_elements_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()

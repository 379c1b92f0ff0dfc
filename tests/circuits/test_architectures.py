"""A space of circuits by four choices."""

from __future__ import annotations

import dataclasses

import pytest

from qtkit import CANDIDATES, Ansatz
from qtkit.circuits import CNOT, CZ, RX, RZ, U3, H
from qtkit.circuits.architectures import ARCHITECTURES, CHOICES, Architecture, architecture_of


def test_all_are_different_circuits() -> None:
    assert len(set(ARCHITECTURES)) == len({(each.ansatz, each.depth) for each in ARCHITECTURES}) == 224
    assert len({str(each) for each in ARCHITECTURES}) == 224


def test_the_paper_s_twelve_are_among_them() -> None:
    assert {each.ansatz.config for each in ARCHITECTURES if each.depth == 15} == {None, *range(1, 13)}
    assert Architecture("none", "CNOT brick", "RX", 3).ansatz == CANDIDATES[6]


def test_the_circuit_of_an_architecture() -> None:
    assert Architecture("H", "CZ star", "U3", 3).ansatz == Ansatz(start=[H()], layer=[CZ("star"), U3()])
    assert Architecture("none", "none", "RZ", 1).ansatz == Ansatz(start=[], layer=[RZ()])
    assert str(Architecture("none", "CNOT ring", "RX", 15)) == "no H, CNOT ring, RX × 15"


@pytest.mark.parametrize("each", ARCHITECTURES[::11], ids=str)
def test_back_from_the_circuit(each: Architecture) -> None:
    assert architecture_of(each.ansatz, each.depth) == each


def test_a_circuit_that_is_not_in_the_space() -> None:
    with pytest.raises(ValueError, match=r"RX is not in the space; it has a start of \('none', 'H'\), in each layer"):
        architecture_of(Ansatz(start=[H()], layer=[CNOT("all"), RX()]), 3)
    with pytest.raises(ValueError, match=r"depth must be one of \(1, 3, 7, 15\), got 4"):
        architecture_of(CANDIDATES[0], 4)


@pytest.mark.parametrize(
    ("choice", "value"), [("start", "X"), ("entangler", "CZ"), ("rotation", "ry"), ("depth", 2), ("depth", True)]
)
def test_a_choice_that_there_is_not(choice: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"{choice} must be one of"):
        dataclasses.replace(Architecture(), **{choice: value})


def test_neighbours_differ_in_one_choice() -> None:
    one = Architecture("H", "CZ ring", "RY", 3)
    found = list(one.neighbours())
    assert len(set(found)) == len(found) == sum(len(values) - 1 for values in CHOICES.values())
    for other in found:
        assert sum(getattr(one, name) != getattr(other, name) for name in CHOICES) == 1

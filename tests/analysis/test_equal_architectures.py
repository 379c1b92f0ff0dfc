"""Architectures that have the same distributions are found by their gates, and others are other ones."""

from __future__ import annotations

import pytest
import torch

from qtkit import probabilities
from qtkit.analysis.equal_architectures import equal_architectures
from qtkit.circuits.architectures import ARCHITECTURES, Architecture
from qtkit.runs.sweeps.league_plan import LEAGUE_TASKS, stand_ins

N = 4


def groups(n: int = N) -> list[list[Architecture]]:
    return [[ARCHITECTURES[place] for place in group] for group in equal_architectures(ARCHITECTURES, n)]


def distribution(each: Architecture, seed: int) -> torch.Tensor:
    """At angles that depend on nothing but the seed."""
    generator = torch.Generator().manual_seed(seed)
    angles = torch.randn(15, 3 * N, generator=generator, dtype=torch.float64)
    own = angles[: each.depth, : each.ansatz.angles_per_layer(N)]
    return probabilities(each.ansatz, own, n_qubits=N, backend="torch")  # no kernel is compiled


def test_equal_ones_agree_at_random_angles_and_different_ones_of_a_kind_do_not() -> None:
    found = {group[0]: distribution(group[0], seed=1) for group in groups()}
    for group in groups():
        for other in group[1:]:
            assert torch.allclose(distribution(other, seed=1), found[group[0]], rtol=0, atol=1e-12), str(other)
    for place, first in enumerate(found):
        for second in list(found)[place + 1 :]:
            same_angles = (first.rotation == "U3") == (second.rotation == "U3")
            if same_angles and first.depth == second.depth:
                assert not torch.allclose(found[first], found[second], rtol=0, atol=1e-9), f"{first} | {second}"


def test_how_many_there_are() -> None:
    sizes = sorted((len(group) for group in groups()), reverse=True)
    assert len(sizes) == 117 and sum(sizes) == 224
    assert sizes[:2] == [44, 28]  # uniform; and basis state 0
    # RX and RY behind what does nothing, and U3; RY and U3 from |+>; RX and RY with 3, 7 and 15 layers of none or CZ.
    assert sizes[2:6] == [14, 7, 4, 4] and sizes[6:18] == [2] * 12 and set(sizes[18:]) == {1}


@pytest.mark.parametrize("task", LEAGUE_TASKS)
def test_they_are_the_same_on_every_task_s_qubits(task: str) -> None:
    assert equal_architectures(ARCHITECTURES, 11) == equal_architectures(ARCHITECTURES, 17)
    assert len(set(stand_ins(task))) == 117
    assert all(first <= place for place, first in enumerate(stand_ins(task)))


def test_one_layer_behind_what_does_nothing() -> None:
    no_start = [Architecture("none", name, "RX", 1) for name in ("none", "CNOT star", "CZ ring")]
    from_plus = [Architecture("H", name, "RY", 1) for name in ("none", "CNOT star", "CZ ring")]
    assert equal_architectures([*no_start, *from_plus], 5) == ((0, 1, 2), (3, 4), (5,))
    two = [Architecture("none", name, "RX", 3) for name in ("none", "CNOT star", "CZ ring")]
    assert len(equal_architectures(two, 5)) == 3
    assert equal_architectures([Architecture("none", "CZ ring", name, 7) for name in ("RX", "RY", "U3")], 5) == (
        (0, 1),
        (2,),
    )
    assert len(equal_architectures([Architecture("H", "CZ ring", name, 7) for name in ("RX", "RY")], 5)) == 2

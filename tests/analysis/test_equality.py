"""Equal circuits are found by their structure and gates, not by their numbers."""

from __future__ import annotations

import torch

from qtkit import CANDIDATES, Ansatz, probabilities
from qtkit.analysis import equal_circuits
from qtkit.analysis.equality import equal_candidates
from qtkit.circuits.ansatz import qubits_for
from qtkit.paper import EXPERIMENTS


def test_the_twelve_candidates() -> None:
    numbers = [tuple(place + 1 for place in group) for group in equal_circuits(CANDIDATES, 5, 3)]
    assert numbers == [(1, 3, 4, 6), (2,), (5,), (7,), (8,), (9, 12), (10,), (11,)]


def test_groups_agree_at_random_angles_and_others_do_not() -> None:
    angles = torch.randn(3, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    groups = equal_circuits(CANDIDATES, 5, 3)
    found = [[probabilities(CANDIDATES[place], angles) for place in group] for group in groups]
    for number, (first, *rest) in enumerate(found):
        assert all(torch.equal(first, other) for other in rest)
        assert not any(torch.allclose(first, other[0]) for other in found[:number])


def test_one_circuit_in_two_spellings() -> None:
    ring = Ansatz(hadamard=False, entangler=((0, 1), (1, 2), (2, 0)), rotation="ry")
    known = Ansatz(hadamard=False, entangler="cyc", rotation="ry")
    assert equal_circuits([ring, known], 3, 2) == ((0, 1),)
    assert equal_circuits([ring, known], 4, 2) == ((0,), (1,))


def test_without_layers_only_the_start_counts() -> None:
    assert equal_circuits(CANDIDATES, 3, 0) == (tuple(range(6)), tuple(range(6, 12)))


def test_the_paper_has_eight_distinct_circuits_in_all_experiments() -> None:
    for experiment in EXPERIMENTS.values():
        for target in experiment.targets:
            qubits = qubits_for(target.num_weights)
            assert equal_candidates() == equal_circuits(CANDIDATES, qubits, experiment.depth)

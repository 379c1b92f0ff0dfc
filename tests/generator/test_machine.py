"""`Machine`: shots, faulty gates and faulty readout."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from qtkit import CANDIDATES, DiffQAS, Machine, QuantumTrain
from qtkit.generator.machine import read_wrong
from qtkit.simulation.density import density_matrix_probabilities as by_density_matrix


def search(**options) -> DiffQAS:
    found = DiffQAS(
        3, 2, angle_init="uniform", generator=torch.Generator().manual_seed(0), dtype=torch.float64, **options
    )
    with torch.no_grad():
        if len(found.candidates) > 1:
            found.structural_weights.copy_(torch.linspace(-0.3, 0.5, len(found.candidates)))
    return found


def test_a_perfect_machine_reads_the_search() -> None:
    found = search()
    assert Machine().perfect and not Machine(shots=10).perfect
    assert torch.equal(Machine().measure(found), found())
    assert not Machine().measure(found).requires_grad


def test_shots_are_whole_counts_of_each_candidate() -> None:
    alone = search(candidates=[CANDIDATES[4]])
    read = Machine(shots=1_000).measure(alone)
    counts = 1_000 * read
    torch.testing.assert_close(counts, counts.round())
    assert read.sum().item() == pytest.approx(1)
    together = search()
    assert Machine(shots=1_000).measure(together).sum().item() == pytest.approx(together.mixture.sum().item())


@pytest.mark.parametrize("options", [{}, {"shared_angles": False}])
def test_many_shots_come_to_the_probabilities(options: dict) -> None:
    found = search(**options)
    errors = [
        (Machine(shots=shots, seed=seed).measure(found) - found()).abs().mean().item()
        for shots in (10**3, 10**5, 10**7)
        for seed in range(4)
    ]
    few, more, many = np.array(errors).reshape(3, 4).mean(axis=1)
    assert more < few / 5 and many < more / 5 and many < 1e-3, "a tenth each time, but for chance"
    assert torch.allclose(Machine(shots=10**15).measure(found), found().detach(), atol=1e-6)


def test_seeds() -> None:
    found = search()
    one, same, other = (Machine(shots=100, seed=seed).measure(found) for seed in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)
    equal = DiffQAS(3, 2, candidates=[CANDIDATES[0], CANDIDATES[3]], dtype=torch.float64)
    alone = Machine(shots=100).measure(DiffQAS(3, 2, candidates=[CANDIDATES[0]], dtype=torch.float64))
    assert not torch.allclose(Machine(shots=100).measure(equal), alone), "each circuit has shots of its own"


def test_shots_on_faulty_gates_are_counts() -> None:
    """Though the estimate of a noisy distribution may be negative somewhere."""
    alone = search(candidates=[CANDIDATES[10]])
    counts = 1_000 * Machine(shots=1_000, gate_error=0.05, trajectories=2).measure(alone)
    torch.testing.assert_close(counts, counts.round())
    assert (counts >= 0).all() and counts.sum().item() == pytest.approx(1_000)


@pytest.mark.slow
def test_faulty_gates_are_those_of_the_density_matrix() -> None:
    found = search(candidates=[CANDIDATES[4]])
    expected = by_density_matrix(CANDIDATES[4], found.angles.detach(), 0.05)
    read = Machine(gate_error=0.05, trajectories=4_000).measure(found)
    np.testing.assert_allclose(read.numpy(), expected, atol=0.02)


def test_bits_read_wrong() -> None:
    n, error = 4, 0.1
    distribution = torch.rand(2**n, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    distribution /= distribution.sum()
    flipped = np.array([[bin(i ^ j).count("1") for j in range(2**n)] for i in range(2**n)])
    expected = (error**flipped * (1 - error) ** (n - flipped)) @ distribution.numpy()
    np.testing.assert_allclose(read_wrong(distribution, error).numpy(), expected, atol=1e-12)
    np.testing.assert_allclose(read_wrong(distribution, 0.5).numpy(), 1 / 16, atol=1e-12)
    assert read_wrong(distribution, 0) is distribution
    found = search(candidates=[CANDIDATES[4]])
    torch.testing.assert_close(Machine(readout_error=0.1).measure(found), read_wrong(found().detach(), 0.1))


def test_the_network_it_makes() -> None:
    model = QuantumTrain(nn.Linear(3, 2), 2, probability="scaled", generator=torch.Generator().manual_seed(0))
    exact, measured = Machine().network(model), Machine(shots=20).network(model)
    assert type(measured) is nn.Linear and measured.weight.shape == (2, 3)
    assert torch.equal(exact.weight, model.to_classical().weight)
    assert not torch.equal(measured.weight, exact.weight)
    read = Machine(shots=20).measure(model.search)
    kappa = torch.cat([measured.weight.flatten(), measured.bias])
    torch.testing.assert_close(kappa, model.weights(read))


def test_a_distribution_that_does_not_fit() -> None:
    model = QuantumTrain(nn.Linear(3, 2), 2)
    with pytest.raises(
        ValueError, match=r"must be a tensor of shape \(8,\) and torch.float32, got \(4,\), torch.float32"
    ):
        model.weights(torch.ones(4))
    with pytest.raises(ValueError, match=r"got \(8,\), torch.float64"):
        model.generate(torch.ones(8, dtype=torch.float64))
    with pytest.raises(ValueError, match=r"got \[1\]"):
        model.to_classical([1])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"shots": 0}, r"shots must be a whole number from 1 to 1,\d+.* or None, got 0"),
        ({"shots": 1.5}, "shots must be a whole number .* got 1.5"),
        ({"gate_error": 0.8}, "gate_error must be a number from 0 to 0.75, got 0.8"),
        ({"gate_error": float("nan")}, "gate_error must be a number from 0 to 0.75, got nan"),
        ({"readout_error": 0.6}, "readout_error must be a number from 0 to 0.5, got 0.6"),
        ({"readout_error": True}, "readout_error must be a number from 0 to 0.5, got True"),
        ({"trajectories": 0}, "trajectories must be a whole number from 1 to 10,000, got 0"),
        ({"seed": -1}, "seed must be a whole number from 0"),
    ],
)
def test_what_no_machine_is(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Machine(**options)


def test_numbers_of_other_libraries() -> None:
    machine = Machine(shots=np.int64(10), gate_error=np.float32(0.5), seed=np.int32(3))
    assert machine == Machine(shots=10, gate_error=0.5, seed=3)
    assert type(machine.shots) is int and type(machine.gate_error) is float


def test_stacked_blocks_cannot_be_read() -> None:
    with pytest.raises(ValueError, match="which 2 stacked blocks forbid"):
        Machine(shots=1).measure(DiffQAS(3, 2, n_blocks=2))

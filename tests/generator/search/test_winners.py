"""The circuit a search prefers, and that it is the same for every way to write the same network."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qtkit import CANDIDATES, Ansatz, DiffQAS, QuantumTrain
from qtkit.generator.search.winners import signal_shares

UNIFORM, BASIS = (1, 3, 4, 6), (9, 12)


def made(seed: int = 0, probability: str = "raw") -> QuantumTrain:
    """A search over the twelve on 6 qubits, with random angles and weights."""
    generator = torch.Generator().manual_seed(seed)
    model = QuantumTrain(
        torch.nn.Linear(10, 4),
        depth=2,
        probability=probability,
        angle_init="uniform",
        generator=generator,
        dtype=torch.float64,
    )
    with torch.no_grad():
        model.search.structural_weights.copy_(torch.randn(12, generator=generator, dtype=torch.float64))
    return model


def shares(search: DiffQAS) -> dict[str, float]:
    return {str(circuit.ansatz): circuit.share for circuit in search.winners()}


factors = st.floats(0.01, 100).flatmap(lambda size: st.sampled_from([size, -size]))


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 5),
    factor=factors,
    moved=st.tuples(*[st.floats(-3, 3)] * 5),
    probability=st.sampled_from(["raw", "scaled"]),
)
def test_every_way_to_write_the_network_has_the_same_winners(
    seed: int, factor: float, moved: tuple[float, ...], probability: str
) -> None:
    model = made(seed, probability)
    before, found = model.weights().detach(), shares(model.search)
    w, m = model.search.structural_weights, model.mapping.weight[0, -1].item()
    with torch.no_grad():
        # Moved between equal circuits, and added to the uniform one.
        for config, amount in zip((3, 4, 6), moved, strict=False):
            w[config - 1] += amount
            w[0] -= amount
        w[8] += moved[3]
        w[11] -= moved[3]
        w[0] += moved[4]
        w *= factor
        model.mapping.weight[0, -1] /= factor
        if probability == "scaled":
            model.mapping.bias += m / factor - m - m * moved[4]
        else:
            model.mapping.bias -= m * moved[4] / 2**model.n_qubits
    torch.testing.assert_close(model.weights().detach(), before, rtol=1e-9, atol=1e-11)
    after = shares(model.search)
    assert after.keys() == found.keys()
    np.testing.assert_allclose([after[name] for name in found], list(found.values()), rtol=1e-9, atol=1e-12)


def test_shares_are_weight_times_distance_from_uniform() -> None:
    search = made(1).search
    w = search.structural_weights.detach()
    each = search.candidate_probabilities().detach()
    distance = 0.5 * (each - 1 / 64).abs().sum(dim=1)
    signal = {k: abs(w[k - 1].item()) * distance[k - 1].item() for k in (2, 5, 7, 8, 10, 11)}
    signal[9] = abs(w[8].item() + w[11].item()) * (1 - 1 / 64)
    signal[1] = 0.0
    found = {circuit.ansatz.config: circuit for circuit in search.winners()}
    assert {k: circuit.share for k, circuit in found.items()} == pytest.approx(
        {k: value / sum(signal.values()) for k, value in signal.items()}
    )
    assert [ansatz.config for ansatz in found[1].equal] == [3, 4, 6]
    assert [ansatz.config for ansatz in found[9].equal] == [12]
    ordered = [circuit.share for circuit in search.winners()]
    assert ordered == sorted(ordered, reverse=True)
    assert search.winner() == search.winners()[0].ansatz


def test_a_uniform_circuit_never_wins_however_large_its_weight() -> None:
    search = made(2).search
    with torch.no_grad():
        search.structural_weights[[k - 1 for k in UNIFORM]] = 1e6
    assert search.winners()[-1].share == 0 and search.winners()[-1].ansatz == CANDIDATES[0]


@pytest.mark.parametrize("backend", ["numba", "torch"])
def test_equal_circuits_are_one_on_both_roads(backend: str) -> None:
    search = DiffQAS(5, 3, angle_init="uniform", backend=backend)
    assert len(search.winners()) == 8


def test_softmax_separate_angles_and_circuits_of_ones_own() -> None:
    ring, star = Ansatz(True, "ring", "ry"), Ansatz(True, tuple((0, k) for k in range(1, 4)), "ry")
    search = DiffQAS(4, 2, candidates=[ring, star], weighting="softmax", shared_angles=False, angle_init="uniform")
    with torch.no_grad():
        search.structural_weights.copy_(torch.tensor([-4.0, 4.0]))
    assert search.winner() == star
    assert search.angles.grad is None and search.winners()[0].share > 0.5


def test_where_there_is_no_winner() -> None:
    with pytest.raises(ValueError, match="nothing is searched: config 5: H, cyc, RY is the only candidate"):
        DiffQAS(3, 2, candidates=[CANDIDATES[4]]).winner()
    with pytest.raises(ValueError, match="no distribution of their own in 2 stacked blocks"):
        DiffQAS(3, 2, n_blocks=2).winner()
    with pytest.raises(ValueError, match="the mixture is uniform, or nothing"):
        DiffQAS(3, 2, candidates=[CANDIDATES[0], CANDIDATES[2]]).winner()


def test_distances_that_are_known() -> None:
    uniform, basis, half = torch.full((4,), 0.25), torch.tensor([1.0, 0, 0, 0]), torch.tensor([0.5, 0.5, 0, 0])
    found, groups = signal_shares(torch.tensor([7.0, 0.5, -1.0, 0.25]), torch.stack([uniform, basis, half, basis]))
    assert groups == [[0], [1, 3], [2]]
    torch.testing.assert_close(found, torch.tensor([0, 0.75 * 0.75, 0.5]) / (0.75 * 0.75 + 0.5))

"""Candidates heard alike: what is scaled, what stays, and where it is refused."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from qtkit import CANDIDATES, DiffQAS, Machine, QuantumTrain
from qtkit.generator import LayerwiseSearch
from qtkit.generator.compiled import CompiledGenerator
from qtkit.generator.search.signals import equalise_signals
from qtkit.simulation import candidate_probabilities
from qtkit.tasks.measured import check_measurable


def search(**options) -> DiffQAS:
    start = torch.Generator().manual_seed(1)
    return DiffQAS(4, 3, equal_signals=True, angle_init="uniform", dtype=torch.float64, generator=start, **options)


def test_every_circuit_that_has_a_signal_is_as_loud():
    model = search()
    rows = equalise_signals(model.candidate_probabilities())
    assert torch.allclose(rows.sum(1), torch.ones(12, dtype=torch.float64))
    heard = (16 * rows - 1).abs().mean(1)
    uniform = [CANDIDATES.index(each) for each in CANDIDATES if each.config in (1, 3, 4, 6)]
    assert all(heard[k] == 0 if k in uniform else abs(heard[k] - 1) < 1e-12 for k in range(12))
    assert torch.equal(model(), model.mixture @ rows)


def test_the_weights_alone_decide_the_shares():
    model = search(candidates=[CANDIDATES[k - 1] for k in (5, 9, 10)])
    with torch.no_grad():
        model.structural_weights.copy_(torch.tensor([0.2, -0.5, 0.3], dtype=torch.float64))
    assert [round(each.share, 12) for each in model.winners()] == [0.5, 0.3, 0.2]
    assert model.winner() == CANDIDATES[8]
    assert model.prune(keep=1) == (CANDIDATES[4], CANDIDATES[9])


def test_gradients_are_those_of_the_scaled_sum():
    angles = torch.rand(2, 3, dtype=torch.float64, requires_grad=True)
    weights = torch.rand(12, dtype=torch.float64, requires_grad=True)

    def scaled_sum(angles, weights):
        return weights @ equalise_signals(candidate_probabilities(CANDIDATES, angles))

    assert torch.autograd.gradcheck(scaled_sum, (angles, weights))


@pytest.mark.parametrize("backend", ["numba", "torch"])
def test_a_network_is_generated_trained_and_read(backend):
    model = QuantumTrain(nn.Linear(9, 4), 2, probability="scaled", equal_signals=True, backend=backend)
    model(torch.rand(5, 9)).sum().backward()
    assert model.search.structural_weights.grad.abs().sum() > 0
    assert not CompiledGenerator.supports(model)
    exact = Machine(gate_error=1e-12, trajectories=1).measure(model.search)
    assert torch.allclose(exact, model.search(), atol=1e-6)


def test_where_it_has_no_meaning_it_is_refused():
    with pytest.raises(ValueError, match="2 stacked blocks have none"):
        search(n_blocks=2)
    with pytest.raises(ValueError, match="equal_signals is not for a layerwise search"):
        QuantumTrain(nn.Linear(9, 4), 2, layerwise="score", equal_signals=True)
    with pytest.raises(ValueError, match="goes with neither shots nor noise"):
        check_measurable(100, 0.0, search())
    with pytest.raises(ValueError, match="equal_signals must be"):
        DiffQAS(3, 1, equal_signals="yes")
    assert LayerwiseSearch(3, 2).equal_signals is False

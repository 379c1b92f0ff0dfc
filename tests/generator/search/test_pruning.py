"""Candidates dropped while training: what is left goes on as it was, and its optimiser with it."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from qtkit import CANDIDATES, Ansatz, DiffQAS, QuantumTrain
from qtkit.circuits import CZ, U3
from qtkit.tasks.optimisers import Adam

FIVE = [CANDIDATES[k] for k in (1, 2, 4, 6, 10)]
WEIGHTS = torch.tensor([0.1, 0.5, -0.2, 0.4, 0.3], dtype=torch.float64)


def made(**options) -> DiffQAS:
    draws = torch.Generator().manual_seed(0)
    search = DiffQAS(
        3, 2, FIVE, generator=draws, dtype=torch.float64, **{"angle_init": "uniform", "weighting": "softmax", **options}
    )
    with torch.no_grad():
        search.structural_weights.copy_(WEIGHTS.expand_as(search.structural_weights))
    return search


@pytest.mark.parametrize("shared", [True, False])
def test_the_most_probable_are_left_with_all_they_had(shared):
    search = made(shared_angles=shared)
    rows = search.candidate_probabilities()
    assert search.prune(3) == (FIVE[0], FIVE[2])
    assert search.candidates == (FIVE[1], FIVE[3], FIVE[4])
    assert search.structural_weights.tolist() == [0.5, 0.4, 0.3]
    torch.testing.assert_close(search.candidate_probabilities(), rows[[1, 3, 4]], rtol=0, atol=0)
    assert "3 candidates" in repr(search)


def test_raw_weights_are_pruned_by_their_signal():
    search = made(weighting="raw")
    rows = search.candidate_probabilities()
    signal = WEIGHTS.abs() * (rows - 1 / 8).abs().sum(1)
    search.prune(2)
    assert set(search.candidates) == {FIVE[k] for k in signal.argsort(descending=True)[:2].tolist()}


@pytest.mark.parametrize("kind", [torch.optim.Adam, torch.optim.AdamW, lambda p, lr: torch.optim.SGD(p, lr, 0.9), Adam])
@pytest.mark.parametrize("shared", [True, False])
def test_the_optimiser_goes_on_with_what_it_knows(kind, shared):
    target = torch.softmax(torch.arange(8, dtype=torch.float64), 0)

    def step(search: DiffQAS, optimiser: torch.optim.Optimizer) -> None:
        optimiser.zero_grad()
        (search() - target).square().sum().backward()
        optimiser.step()

    pruned = made(shared_angles=shared, weighting="raw")
    optimiser = kind(pruned.parameters(), lr=0.05)
    for _ in range(3):
        step(pruned, optimiser)
    before = {
        name: {k: v.clone() for k, v in optimiser.state[p].items() if torch.is_tensor(v)}
        for name, p in pruned.named_parameters()
    }
    graph = pruned().sum()  # an earlier step's, which is still there
    weights = pruned.structural_weights.detach().clone()
    pruned.prune(2, optimiser)
    places = [FIVE.index(candidate) for candidate in pruned.candidates]
    assert torch.equal(pruned.structural_weights.detach(), weights[places])
    for name, value in optimiser.state[pruned.structural_weights].items():
        if torch.is_tensor(value) and value.ndim:
            assert torch.equal(value, before["structural_weights"][name][places])
    for name, value in optimiser.state[pruned.angles].items():
        if torch.is_tensor(value) and value.ndim:
            old = before["angles"][name]
            assert torch.equal(value, old if shared else old[places])
    losses = []
    for _ in range(20):
        losses.append((pruned() - target).square().sum().item())
        step(pruned, optimiser)
    assert pruned.structural_weights.shape == (2,)
    assert losses[-1] < losses[0]
    assert graph.requires_grad


def test_a_model_goes_on_and_its_state_is_that_of_the_kept_candidates():
    draws = torch.Generator().manual_seed(2)
    model = QuantumTrain(nn.Linear(4, 3), 2, weighting="softmax", structural_init="random", generator=draws)
    model(torch.ones(1, 4)).sum().backward()
    model.search.prune(1)
    assert model.search.structural_weights.grad.shape == (1,)
    other = QuantumTrain(nn.Linear(4, 3), 2, FIVE, weighting="softmax", generator=draws)
    other.search.prune(3)
    again = QuantumTrain(nn.Linear(4, 3), 2, other.search.candidates, weighting="softmax")
    again.load_state_dict(other.state_dict())
    assert torch.equal(again.weights(), other.weights())


def test_angles_that_only_dropped_candidates_had_go_with_them():
    candidates = [CANDIDATES[4], Ansatz(layer=[CZ("ring"), U3()]), CANDIDATES[6]]
    search = DiffQAS(3, 2, candidates, weighting="softmax", angle_init="uniform", dtype=torch.float64, backend="torch")
    optimiser = torch.optim.Adam(search.parameters())
    search().square().sum().backward()
    optimiser.step()
    with torch.no_grad():
        search.structural_weights.copy_(torch.tensor([1.0, 0.0, 0.5]))
    rows, angles = search.candidate_probabilities(), search.angles.detach().clone()
    assert search.prune(2, optimiser) == (candidates[1],)
    assert torch.equal(search.angles.detach(), angles[:, :3])
    assert optimiser.state[search.angles]["exp_avg"].shape == (2, 3)
    torch.testing.assert_close(search.candidate_probabilities(), rows[[0, 2]], rtol=0, atol=1e-12)


def test_blocks_are_pruned_alike():
    search = made(n_blocks=2, weighting="raw")
    search.prune(2)
    assert search.candidates == (FIVE[1], FIVE[3]) and search.structural_weights.shape == (2, 2)
    assert search().shape == (8,)


@pytest.mark.parametrize("keep", [0, 6, 2.5])
def test_impossible_numbers_are_refused(keep):
    with pytest.raises(ValueError, match="keep must be a whole number of at least 1|from 1 to 5"):
        made().prune(keep)


def test_lbfgs_is_refused():
    search = made()
    with pytest.raises(ValueError, match="LBFGS has a history"):
        search.prune(2, torch.optim.LBFGS(search.parameters()))
    assert search.prune(5) == ()

"""`recompute=True`: the same numbers, with no states kept in between."""

from __future__ import annotations

import tracemalloc

import pytest
import torch

from qtkit import CANDIDATES, Ansatz, DiffQAS, QuantumTrain
from qtkit.generator.compiled import CompiledGenerator
from qtkit.simulation import ensemble
from qtkit.simulation.memory import memory_estimate

CANDIDATES_AND_OTHERS = (
    *CANDIDATES,
    CANDIDATES[4],
    Ansatz(True, "cyc", ("ry", "rx", "rz")),
    Ansatz(False, ((0, 2), (1, 0)), "rx"),
)


@pytest.mark.parametrize("backend", ["auto", "torch"])
@pytest.mark.parametrize("shared", [True, False], ids=["shared", "separate"])
@pytest.mark.parametrize("depth", [0, 1, 4])
def test_values_and_gradients_are_those_of_kept_states(depth: int, shared: bool, backend: str) -> None:
    chance = torch.Generator().manual_seed(depth)
    shape = (depth, 5) if shared else (len(CANDIDATES_AND_OTHERS), depth, 5)
    angles = torch.randn(shape, generator=chance, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(len(CANDIDATES_AND_OTHERS), generator=chance, dtype=torch.float64, requires_grad=True)
    upstream = torch.randn(32, generator=chance, dtype=torch.float64)
    results = []
    for recompute in (False, True):
        total = ensemble(CANDIDATES_AND_OTHERS, angles, weights, backend=backend, recompute=recompute)
        gradients = torch.autograd.grad(total, (angles, weights), upstream, retain_graph=True)
        again = torch.autograd.grad(total, (angles, weights), upstream)
        assert all(torch.equal(a, b) for a, b in zip(gradients, again, strict=True))
        results.append((total, *gradients))
    for kept, computed_again in zip(*results, strict=True):
        torch.testing.assert_close(computed_again, kept, rtol=0, atol=1e-12)


def test_the_gradient_sees_the_angles_and_weights_of_its_value() -> None:
    module = DiffQAS(4, 2, recompute=True, angle_init="uniform", dtype=torch.float64)
    expected = torch.autograd.grad(module()[3], list(module.parameters()))
    value = module()[3]
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(1)  # as an optimiser does
    for ours, before in zip(torch.autograd.grad(value, list(module.parameters())), expected, strict=True):
        assert torch.equal(ours, before)


def test_a_second_derivative_is_refused() -> None:
    module = DiffQAS(3, 2, recompute=True)
    with pytest.raises(RuntimeError, match="differentiated once; a second derivative needs backend='torch'"):
        torch.autograd.grad(module()[0], module.angles, create_graph=True)


def peak(n: int, depth: int, *, recompute: bool) -> int:
    """The most bytes of arrays alive at once in one value and gradient."""
    module = DiffQAS(n, depth, angle_init="uniform", recompute=recompute)
    tracemalloc.start()
    try:
        module().sum().backward()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_less_memory_than_kept_states_take() -> None:
    for recompute in (False, True):
        peak(3, 2, recompute=recompute)  # to load a kernel takes more memory than it works with
    n, depth = 14, 37  # a size of no other test: no array is there to be used again
    kept, computed_again = (peak(n, depth, recompute=recompute) for recompute in (False, True))
    assert computed_again < 0.6 * kept
    estimate = memory_estimate(n, depth, CANDIDATES, torch.float32, recompute=True)
    assert computed_again < 1.1 * estimate


def test_kernels_for_small_networks_leave_it_to_autograd() -> None:
    assert not CompiledGenerator.supports(QuantumTrain(torch.nn.Linear(3, 2), 2, recompute=True))
    assert CompiledGenerator.supports(QuantumTrain(torch.nn.Linear(3, 2), 2))

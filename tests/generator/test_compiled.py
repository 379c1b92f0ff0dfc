"""The compiled generator against autograd, in every setting that the mapping and the search have."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from torch import nn

from qtkit import CANDIDATES, QuantumTrain
from qtkit.generator import Annealing
from qtkit.generator.compiled import CompiledGenerator

TARGET = nn.Linear(9, 4)  # 40 weights of 64: some probabilities write none
SEEN = [("raw", "01"), ("tanh", "pm1"), ("scaled", "01")]


def model(dtype: torch.dtype = torch.float64, **options) -> QuantumTrain:
    draws = torch.Generator().manual_seed(3)
    candidates = options.pop("candidates", (1, 2, 5, 7, 9, 10))
    made = QuantumTrain(
        TARGET,
        2,
        [CANDIDATES[k - 1] for k in candidates],
        generator=draws,
        dtype=dtype,
        angle_init="uniform",
        **options,
    )
    with torch.no_grad():
        if made.search.structural_weights.requires_grad:
            made.search.structural_weights += 0.1 * torch.randn(len(candidates), generator=draws).to(dtype)
    return made


def autograd(made: QuantumTrain, upstream: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
    kappa = made.weights()
    return kappa.detach(), torch.autograd.grad(kappa, list(made.parameters()), upstream)


@pytest.mark.parametrize(("probability", "bits"), SEEN)
@pytest.mark.parametrize("centre", [False, True])
@pytest.mark.parametrize(
    ("weighting", "shared", "candidates"),
    [
        *itertools.product(("raw", "softmax"), (True, False), [(1, 2, 5, 7, 9, 10)]),
        ("raw", True, (5,)),
        ("raw", True, (1,)),
        ("raw", True, (9,)),
    ],
)
def test_weights_and_gradients_are_autograd_s(probability, bits, centre, weighting, shared, candidates):
    made = model(
        probability=probability,
        bits=bits,
        centre=centre,
        weighting=weighting,
        shared_angles=shared,
        candidates=candidates,
    )
    upstream = torch.randn(40, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    kappa, gradients = autograd(made, upstream)
    compiled = CompiledGenerator(made)
    np.testing.assert_allclose(compiled.weights(), kappa, rtol=1e-11, atol=1e-13)
    compiled.backward(upstream.numpy())
    scale = max(gradient.abs().max() for gradient in gradients)
    for (name, p), gradient in zip(made.named_parameters(), gradients, strict=True):
        torch.testing.assert_close(p.grad, gradient, rtol=1e-9, atol=float(1e-11 * scale), msg=name)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("straight_through", [True, False])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_gumbel_noise_of_every_step_is_autograd_s(dtype, straight_through, training):
    made = model(dtype, weighting="gumbel", temperature=Annealing(1.0, 0.3, 3), straight_through=straight_through)
    made.train(training)
    upstream = torch.randn(40, generator=torch.Generator().manual_seed(4), dtype=dtype)
    compiled, exact = CompiledGenerator(made), dtype == torch.float64
    for step in range(4):
        kappa, gradients = autograd(made, upstream)
        np.testing.assert_allclose(compiled.weights(), kappa, **_close(exact, 1), err_msg=str(step))
        made.zero_grad()
        compiled.backward(upstream.numpy())
        scale = float(max(gradient.abs().max() for gradient in gradients))
        for (name, p), gradient in zip(made.named_parameters(), gradients, strict=True):
            np.testing.assert_allclose(p.grad, gradient, **_close(exact, scale), err_msg=name)
        made.search.advance()


def test_a_schedule_that_begins_at_one_is_followed():
    """The kernels once took the temperature of the first step for that of all."""
    made = model(weighting="softmax", temperature=Annealing(1.0, 0.2, 2))
    compiled = CompiledGenerator(made)
    made.search.advance()
    np.testing.assert_allclose(compiled.weights(), made.weights().detach(), rtol=1e-11, atol=1e-13)


def _close(exact, scale):
    return {"rtol": 1e-9, "atol": 1e-11 * scale} if exact else {"rtol": 1e-3, "atol": 1e-4 * scale}


def test_gradients_are_added_and_the_numbers_may_move():
    made = model()
    compiled, upstream = CompiledGenerator(made), torch.ones(40, dtype=torch.float64)
    for turn in range(3):
        expected = autograd(made, upstream)[1]
        before = [torch.zeros_like(p) if p.grad is None else p.grad.clone() for p in made.parameters()]
        compiled.weights()
        compiled.backward(upstream.numpy())
        for p, old, gradient in zip(made.parameters(), before, expected, strict=True):
            torch.testing.assert_close(p.grad, old + gradient, rtol=1e-9, atol=1e-12, msg=str(turn))
        with torch.no_grad():
            for p in made.parameters():
                p -= 0.05 * p.grad


def test_single_precision():
    made = model(torch.float32)
    compiled, upstream = CompiledGenerator(made), torch.linspace(-1, 1, 40)
    kappa, gradients = autograd(made, upstream)
    assert compiled.weights().dtype == np.float32
    np.testing.assert_allclose(compiled.weights(), kappa, rtol=1e-5, atol=1e-6)
    compiled.backward(upstream.numpy())
    for p, gradient in zip(made.parameters(), gradients, strict=True):
        assert p.grad.dtype == torch.float32
        torch.testing.assert_close(p.grad, gradient, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("options", [{"backend": "torch"}, {"n_blocks": 2}])
def test_what_kernels_cannot_do_is_refused(options):
    made = model(candidates=(2, 5), **options) if "backend" in options else QuantumTrain(TARGET, 2, n_blocks=2)
    assert not CompiledGenerator.supports(made)
    with pytest.raises(ValueError, match="n_blocks=1 and a backend that is not 'torch'"):
        CompiledGenerator(made)


def test_equal_numbers_give_equal_bits_wherever_they_lie():
    made, found = model(torch.float32), set()
    upstream = torch.randn(40, generator=torch.Generator().manual_seed(0)).numpy()
    for shift in range(5):
        for p in made.parameters():
            room = torch.zeros(p.numel() + shift)
            room[shift:] = p.detach().reshape(-1)
            p.data, p.grad = room[shift:].view(p.shape), None
        compiled = CompiledGenerator(made)
        kappa = compiled.weights().tobytes()
        moved = np.concatenate([np.zeros(shift, np.float32), upstream])[shift:]
        compiled.backward(moved)
        found.add(kappa + b"".join(p.grad.numpy().tobytes() for p in made.parameters()))
    assert len(found) == 1

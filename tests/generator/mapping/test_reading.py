"""What the mapping sees, against closed forms and autograd; the names it had before."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch import nn

from qtkit import QuantumTrain
from qtkit.choices import PROBABILITIES
from qtkit.generator.mapping.reading import Reading

CLOSED_FORMS = {
    "raw": lambda p: p,
    "tanh": lambda p: math.tanh(0.3 * 4 * p),  # gamma 2**(n-1) P
    "scaled": lambda p: 8 * p - 1,
}


def test_every_kind_has_a_closed_form_here():
    assert set(CLOSED_FORMS) == set(PROBABILITIES)


@pytest.mark.parametrize("kind", PROBABILITIES)
def test_what_is_seen_is_the_closed_form(kind):
    p = np.random.default_rng(0).dirichlet(np.ones(8))
    expected = [CLOSED_FORMS[kind](value) for value in p]
    np.testing.assert_allclose(Reading(kind, 3, 0.3).seen(p), expected, rtol=1e-14)


@pytest.mark.parametrize("kind", PROBABILITIES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_tensors_and_arrays_keep_their_dtype_and_see_the_same(kind, dtype):
    p, reading = torch.linspace(0, 0.5, 8, dtype=dtype), Reading(kind, 3, 0.3)
    seen, by_numpy = reading.seen(p), reading.seen(p.numpy())
    assert seen.dtype == dtype and by_numpy.dtype == p.numpy().dtype
    np.testing.assert_allclose(by_numpy, seen.numpy(), rtol=4 * torch.finfo(dtype).eps, atol=0)


@pytest.mark.parametrize("kind", PROBABILITIES)
def test_the_slope_is_the_derivative(kind):
    p = torch.linspace(0, 0.5, 8, dtype=torch.float64, requires_grad=True)
    reading = Reading(kind, 3, 0.3)
    seen = reading.seen(p)
    (derivative,) = torch.autograd.grad(seen.sum(), p)
    expected = np.broadcast_to(reading.slope(seen.detach().numpy()), 8)
    np.testing.assert_allclose(derivative, expected, rtol=1e-14)


def test_the_uniform_distribution_is_scaled_to_zero():
    assert Reading("scaled", 10).seen(torch.full((1024,), 2.0**-10)).tolist() == [0.0] * 1024


@pytest.mark.parametrize("wrong", ["centred", "", None, ["raw"]])
def test_another_kind_is_refused(wrong):
    with pytest.raises(ValueError, match=r"probability must be one of \('raw', 'tanh', 'scaled'\), got"):
        Reading(wrong, 3)


def test_a_model_reads_the_former_name_with_a_warning_at_the_caller():
    with pytest.warns(DeprecationWarning, match="probability='centred' is called 'scaled' now") as caught:
        former = QuantumTrain(nn.Linear(3, 2), 2, probability="centred", generator=torch.Generator().manual_seed(0))
    assert caught[0].filename == __file__
    now = QuantumTrain(nn.Linear(3, 2), 2, probability="scaled", generator=torch.Generator().manual_seed(0))
    assert former.probability == now.probability == "scaled"
    assert torch.equal(former.weights(), now.weights())


@pytest.mark.parametrize("wrong", ["centered", ["centred"], 3])
def test_a_model_refuses_what_never_was_a_name(wrong):
    with pytest.raises(ValueError, match="probability must be one of"):
        QuantumTrain(nn.Linear(3, 2), 2, probability=wrong)

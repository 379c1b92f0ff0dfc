"""The simulators that the benchmark stands beside compute the same."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from qtkit import CANDIDATES, probabilities

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
peers = pytest.importorskip("peers")


@pytest.mark.skipif(not peers.has_qulacs(), reason="Qulacs is not installed")
@pytest.mark.parametrize("ansatz", CANDIDATES, ids=lambda a: a.label)
def test_qulacs_gives_the_same_gradient(ansatz):
    generator = np.random.default_rng(0)
    angles, upstream = generator.uniform(-3, 3, (3, 5)), generator.normal(size=2**5)
    ours = torch.from_numpy(angles).requires_grad_()
    (gradient,) = torch.autograd.grad(probabilities(ansatz, ours), ours, torch.from_numpy(upstream))
    np.testing.assert_allclose(peers.qulacs_gradient(ansatz, angles, upstream), gradient, atol=1e-10)


@pytest.mark.skipif(not peers.has_tensorcircuit(), reason="TensorCircuit-NG or JAX is not installed")
@pytest.mark.parametrize("ansatz", CANDIDATES, ids=lambda a: a.label)
def test_tensorcircuit_gives_the_same_gradient(ansatz):
    generator = np.random.default_rng(0)
    angles, upstream = generator.uniform(-3, 3, (3, 5)), generator.normal(size=2**5)
    ours = torch.from_numpy(angles).requires_grad_()
    (gradient,) = torch.autograd.grad(probabilities(ansatz, ours), ours, torch.from_numpy(upstream))
    found = peers.tensorcircuit_gradient(ansatz, *angles.shape, precision="complex64")(angles, upstream)
    np.testing.assert_allclose(found, gradient, atol=1e-5)


def test_a_peer_that_is_not_installed_is_left_out(monkeypatch):
    monkeypatch.setattr(peers.importlib.util, "find_spec", lambda name: None)
    assert not peers.has_qulacs()
    assert not peers.has_tensorcircuit()

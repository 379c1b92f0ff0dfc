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

"""Measures of w that the scale and the sign of w do not change."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qtkit import CANDIDATES, QuantumTrain
from qtkit.analysis import equal_circuits, weight_shares, weights_in_effect

DISTINCT = equal_circuits(CANDIDATES, 6, 2)


def made(probability: str) -> QuantumTrain:
    generator = torch.Generator().manual_seed(0)
    model = QuantumTrain(
        torch.nn.Linear(10, 4), depth=2, probability=probability, generator=generator, dtype=torch.float64
    )
    with torch.no_grad():
        model.search.structural_weights.copy_(torch.randn(12, generator=generator, dtype=torch.float64))
    return model


def weights(model: QuantumTrain) -> np.ndarray:
    return model.search.structural_weights.detach().numpy().copy()


def in_effect(model: QuantumTrain) -> np.ndarray:
    return weights_in_effect(weights(model), model.mapping.weight[0, -1].item())


@pytest.mark.parametrize("factor", [-2.0, 0.25, 7.0])
def test_the_same_network_has_the_same_measures(factor: float) -> None:
    model = made("raw")
    before, w, effect = model.generate(), weights(model), in_effect(model)
    with torch.no_grad():
        model.search.structural_weights *= factor
        model.mapping.weight[0, -1] /= factor
    for name, values in model.generate().items():
        torch.testing.assert_close(values, before[name], rtol=0, atol=1e-15)
    np.testing.assert_allclose(in_effect(model), effect)
    for groups in (None, DISTINCT):
        np.testing.assert_allclose(weight_shares(weights(model), groups), weight_shares(w, groups))
    assert not np.allclose(weights(model), w), "w itself says otherwise"


def test_with_the_signal_scaled_the_bias_takes_back_the_rest() -> None:
    """2ⁿP - 1: the mapping's bias takes what the constant 1 leaves."""
    model, factor = made("scaled"), -2.0
    before, w = model.generate(), weights(model)
    with torch.no_grad():
        last = model.mapping.weight[0, -1].item()
        model.search.structural_weights *= factor
        model.mapping.weight[0, -1] /= factor
        model.mapping.bias += last / factor - last
    for name, values in model.generate().items():
        torch.testing.assert_close(values, before[name], rtol=0, atol=1e-13)
    np.testing.assert_allclose(weight_shares(weights(model)), weight_shares(w))


def test_equal_circuits_count_by_their_sum() -> None:
    w = np.zeros(12)
    w[[0, 2, 3, 5]] = 0.5, -0.5, 0.25, 0.25  # configs 1, 3, 4, 6
    w[1], w[8], w[11] = 0.25, -1.0, 0.5  # config 2; 9 and 12
    shares = weight_shares(w, DISTINCT)
    assert shares.shape == (8,) and shares.sum() == pytest.approx(1)
    assert shares.tolist() == pytest.approx([0.4, 0.2, 0, 0, 0, 0.4, 0, 0])
    assert weight_shares(np.stack([w, -3 * w]), DISTINCT).tolist() == [pytest.approx(shares.tolist())] * 2


def test_nothing_to_share() -> None:
    with pytest.raises(ValueError, match="all structural weights are 0: they have no shares"):
        weight_shares(np.zeros(12))

"""Does a search choose well: agreement and regret on made-up weights."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.claims.statistics import agreements, average_ranks, regrets


def test_agreement_is_that_of_the_orders() -> None:
    merits = [[0.9, 0.8, 0.7, 0.6]] * 3
    shares = [[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4], [0.4, 0.2, 0.3, 0.1]]
    assert agreements(shares, merits).tolist() == pytest.approx([1, -1, 4 / 6])


def test_regret_is_what_the_largest_weight_loses() -> None:
    chosen, by_chance = regrets([[0.7, 0.2, 0.1], [0.2, 0.7, 0.1], [0.4, 0.4, 0.2]], [[0.9, 0.8, 0.1]] * 3)
    assert chosen.tolist() == pytest.approx([0, 0.1, 0.05])
    assert by_chance.tolist() == pytest.approx([0.3] * 3)


def test_what_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match=r"both have shape \(seeds, N\), got \(2,\) and \(2,\)"):
        regrets([1, 2], [1, 2])
    with pytest.raises(ValueError, match="row 1 has no order"):
        agreements([[1, 2], [1, 1]], [[1, 2], [1, 2]])


def test_equal_models_share_the_mean_of_their_places() -> None:
    assert average_ranks([3.0, 1.0, 1.0, 2.0], lower=True).tolist() == [4, 1.5, 1.5, 3]
    assert average_ranks([[3.0, 1.0], [1.0, 2.0]], lower=False).tolist() == [[1, 2], [2, 1]]


def test_under_equal_models_every_model_has_the_middle_rank() -> None:
    """Even one that is there three times."""
    values = np.random.default_rng(0).normal(size=(20_000, 5))
    values[:, 1:3] = values[:, :1]
    assert np.abs(average_ranks(values, lower=True).mean(axis=0) - 3).max() < 0.05

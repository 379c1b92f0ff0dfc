"""Does a search choose well: agreement and regret on made-up weights."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from qtkit.claims.statistics import (
    SIGNIFICANCE,
    agreement_by_chance,
    agreements,
    average_ranks,
    detectable_agreement,
    merit_agreement,
    merit_agreement_by_chance,
    picks_by_chance,
    regrets,
)


def test_agreement_is_that_of_the_orders() -> None:
    merits = [[0.9, 0.8, 0.7, 0.6]] * 3
    shares = [[0.4, 0.3, 0.2, 0.1], [0.1, 0.2, 0.3, 0.4], [0.4, 0.2, 0.3, 0.1]]
    assert agreements(shares, merits).tolist() == pytest.approx([1, -1, 4 / 6])


def test_of_one_seed_the_chance_is_scipys() -> None:
    random = np.random.default_rng(0)
    for number in (4, 6):
        shares, merits = random.random((2, 1, number))
        tails = agreement_by_chance(shares, merits)
        for found, alternative in zip(tails, ("greater", "less"), strict=True):
            expected = stats.kendalltau(shares[0], merits[0], alternative=alternative, method="exact").pvalue
            assert found == pytest.approx(expected)


def test_seeds_that_say_the_same_prove_no_more_than_one() -> None:
    shares, merits = np.random.default_rng(1).random((2, 1, 5))
    once, often = (
        agreement_by_chance(shares, merits),
        agreement_by_chance(*([each[0]] * 9 for each in (shares, merits))),
    )
    assert once == often


def test_chance_is_as_rare_as_it_says() -> None:
    """Weights that have nothing to do with merit, the same bias in all three seeds: one in twenty below 5 %."""
    random, rare = np.random.default_rng(0), []
    for _ in range(400):
        bias, merit = random.normal(size=(2, 1, 5))
        noise = 0.3 * random.normal(size=(2, 3, 5))
        rare.append(agreement_by_chance(bias + noise[0], merit + noise[1]).above <= 0.05)
    assert np.mean(rare) <= 0.08


def test_many_candidates_are_dealt_out_at_random() -> None:
    tails = agreement_by_chance([np.arange(12)] * 2, [np.arange(12)] * 2)
    assert tails.above == pytest.approx(1 / 40_320) and tails.below == 1


def test_agreement_that_would_have_been_seen() -> None:
    """Six seeds of one steady τ see what is rare; five see nothing, nor do circuits that have few orders."""
    random = np.random.default_rng(0)
    order = np.arange(6.0)
    same = detectable_agreement([order] * 6, [[3, 4, 5, 0, 1, 2]] * 6)
    rare = stats.kendalltau(order, [0, 1, 3, 2, 5, 4]).statistic  # of 720 orders 20 have at most two pairs turned
    assert same == pytest.approx(rare, abs=0.14) and same > stats.norm.isf(SIGNIFICANCE / 2) * np.sqrt(34 / 270) - 0.14
    scattered = detectable_agreement(random.normal(size=(6, 6)), random.normal(size=(6, 6)))
    assert 0 < scattered < same, "deals of seeds that differ have a mean nearer to 0"
    assert detectable_agreement([order] * 5, [order] * 5) == np.inf
    assert detectable_agreement([order[:3]] * 6, [order[:3]] * 6) == np.inf, "no order of three is rare"


def test_one_pick_of_eight_is_never_rarer_than_an_eighth() -> None:
    merits = np.random.default_rng(0).normal(size=(6, 8)) + 10 * np.eye(8)[2]
    found = picks_by_chance(np.tile(np.eye(8)[2], (6, 1)), merits)
    assert (found.above, found.below) == (1 / 8, 1)
    shared = picks_by_chance(np.tile(np.eye(8)[1] + np.eye(8)[2], (6, 1)), merits)
    assert 1 / 8 < shared.above <= 1 / 4, "one of the two is the best"
    assert picks_by_chance(np.ones((6, 8)), merits) == (1, 1)


def test_agreement_of_merits() -> None:
    orders = [[1, 2, 3, 4], [1, 2, 3, 4], [4, 3, 2, 1]]
    assert merit_agreement(orders) == pytest.approx((1 - 1 - 1) / 3)
    random = np.random.default_rng(0).integers(0, 4, (4, 6)).astype(float)  # with ties
    pairs = [stats.kendalltau(random[a], random[b]).statistic for a in range(4) for b in range(a)]
    assert merit_agreement(random) == pytest.approx(np.mean(pairs))
    assert merit_agreement_by_chance([orders[0]] * 6).above < 0.001
    dead = [[0, 0, 0, 0], orders[0]]
    assert np.isnan(merit_agreement(dead)) and merit_agreement_by_chance(dead) == (1, 1)


def test_agreement_of_merits_is_as_rare_as_it_says() -> None:
    random = np.random.default_rng(1)
    rare = [merit_agreement_by_chance(random.normal(size=(4, 5))).above <= 0.05 for _ in range(300)]
    assert 0.02 < np.mean(rare) < 0.09


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

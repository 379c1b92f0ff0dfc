"""How large a difference is, and which could have been seen."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.claims.statistics import POWER, SIGNIFICANCE, detectable, every, judge, signed_rank, typical
from qtkit.claims.statistics.words import FAILS, HOLDS, NOISE


def test_the_typical_difference_and_its_bounds() -> None:
    centre, low, high = typical([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    assert (centre, low, high) == (3.5, 1.0, 6.0)
    assert typical([0.1, 0.2, 0.9])[1:] == (-np.inf, np.inf), "three seeds bound nothing"


def test_the_bounds_are_what_the_test_does_not_refuse() -> None:
    differences = np.random.default_rng(0).normal(size=12)
    _, low, high = typical(differences)
    for bound, sign in ((low, 1), (high, -1)):
        refused = signed_rank(sign * (differences - bound + sign * 1e-9))
        kept = signed_rank(sign * (differences - bound - sign * 1e-9))
        assert refused.above <= SIGNIFICANCE / 2 < kept.above


def test_bounds_hold_the_truth_as_often_as_they_say() -> None:
    random = np.random.default_rng(0)
    inside = [low <= 0.3 <= high for _, low, high in (typical(row) for row in random.normal(0.3, size=(2_000, 8)))]
    assert 0.94 <= np.mean(inside) <= 0.98  # eight seeds: 1 - 2 * 4/256 = 0.969


def test_what_could_have_been_seen_is_seen_so_often() -> None:
    """Differences of one spread: an effect of the size told is found in four of five fresh tables, or about so."""
    random = np.random.default_rng(1)
    told = np.mean([detectable(row) for row in random.normal(size=(40, 10))])
    fresh = signed_rank(random.normal(size=(4_000, 10)) + told)
    assert (fresh.above <= SIGNIFICANCE / 2).mean() == pytest.approx(POWER, abs=0.06)


def test_more_seeds_see_less() -> None:
    random = np.random.default_rng(0)
    few, many = (np.mean([detectable(random.normal(size=seeds)) for _ in range(20)]) for seeds in (6, 24))
    assert many < few / 1.5


def test_of_many_comparisons_all_must_be_seen() -> None:
    differences = np.random.default_rng(0).normal(size=(8, 10))
    assert detectable(differences, every) > max(detectable(each) for each in differences) * 0.9


def test_too_few_seeds_see_nothing() -> None:
    assert detectable([0.1, 0.2, -0.1]) == np.inf
    assert detectable(np.zeros(6)) == 0, "if nothing varies, everything is seen"


def test_a_verdict_is_a_word() -> None:
    assert judge(signed_rank(np.arange(1, 7))) == HOLDS
    assert judge(signed_rank(-np.arange(1, 7))) == FAILS
    assert judge(signed_rank([-1, 2, 3, 4, 5, 6])) == NOISE
    assert judge(signed_rank(np.arange(1, 6))) == NOISE

"""The exact signed-rank test, against scipy and against all patterns of signs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from qtkit.claims.statistics import SIGNIFICANCE, signed_rank


def test_it_is_scipys_where_nothing_is_tied() -> None:
    differences = np.random.default_rng(0).normal(size=(4, 5, 11)) + 0.3
    tails = signed_rank(differences)
    for found, alternative in zip(tails, ("greater", "less"), strict=True):
        expected = stats.wilcoxon(differences, axis=-1, alternative=alternative, method="exact").pvalue
        assert found.shape == (4, 5)
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_ties_and_zeros_are_exact() -> None:
    """Against every pattern of signs, written out."""
    for values in ([1, 1, -1, 2, 2, 0], [0.95, 0.95, 0.95, 0, 0, 0], [3, -3, 3, -3, 3], [-1, -2, -2, -4, 5, 5, 0]):
        sizes = np.abs(values)
        ranks = np.where(sizes > 0, stats.rankdata(sizes) - (sizes == 0).sum(), 0)
        sums = [
            sum(r for r, s in zip(ranks, signs, strict=True) if s)
            for signs in itertools.product((0, 1), repeat=len(values))
        ]
        won = ranks[np.array(values) > 0].sum()
        tails = signed_rank(values)
        assert float(tails.above) == pytest.approx(np.mean(np.array(sums) >= won))
        assert float(tails.below) == pytest.approx(np.mean(np.array(sums) <= won))


def test_nothing_to_tell() -> None:
    assert signed_rank(np.zeros(6)) == (1, 1)
    for bad in ([], [1.0, np.nan], [np.inf, 1.0]):
        with pytest.raises(ValueError, match="differences must be finite and at least one"):
            signed_rank(bad)


@pytest.mark.parametrize("seeds", range(1, 13))
def test_whatever_the_sizes_a_verdict_by_chance_is_rarer_than_the_level(seeds: int) -> None:
    """Of all patterns of signs, on sizes that are equal, tied, far apart or none: what makes wrong verdicts rare."""
    random = np.random.default_rng(seeds)
    signs = np.array(list(itertools.product((-1, 1), repeat=seeds)))
    for sizes in (np.ones(seeds), random.normal(size=seeds), random.integers(0, 4, seeds), 10.0 ** np.arange(seeds)):
        tails = signed_rank(signs * sizes)
        wrong = ((tails.above <= SIGNIFICANCE / 2) | (tails.below <= SIGNIFICANCE / 2)).mean()
        assert wrong <= SIGNIFICANCE
        assert not (seeds < 6 and wrong), "five that agree are no proof"


def test_many_seeds() -> None:
    differences = np.random.default_rng(0).normal(size=120)
    expected = stats.wilcoxon(differences, alternative="greater", method="approx").pvalue
    assert float(signed_rank(differences).above) == pytest.approx(expected, abs=2e-3)

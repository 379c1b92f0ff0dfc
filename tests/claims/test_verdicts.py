"""Draws and verdicts from few seeds."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.claims.verdicts import (
    FAILS,
    HOLDS,
    MOST,
    NOISE,
    Claim,
    count_below,
    judge,
    judge_any,
    negate,
    sample_posterior,
)
from qtkit.names import BASELINES, OURS, PAPER_MODELS


def values(ours: list[float], baseline: list[float]) -> dict[str, np.ndarray]:
    return {OURS: np.array(ours), **dict.fromkeys(BASELINES, np.array(baseline))}


def test_draws_have_the_spread_of_the_mean() -> None:
    """Of normal seeds with an unknown spread the mean is a t distribution with seeds - 1 degrees of freedom."""
    seeds = [1.0, 2.0, 3.0, 4.0, 5.0]
    drawn = sample_posterior(values(seeds, [0.0, 0.1, -0.1]), "a")
    assert drawn.shape == (13, 20_000)
    error = np.std(seeds, ddof=1) / np.sqrt(5)
    low, high = np.quantile(drawn[0], [0.05, 0.95])
    assert (low, high) == pytest.approx((3 - 2.132 * error, 3 + 2.132 * error), abs=0.05)  # 2.132: t table, 4
    numbers = dict(zip(PAPER_MODELS, drawn, strict=True))
    assert np.array_equal(numbers["Config 1"], numbers["Config 6"]), "equal baselines have their noise in common"
    assert not np.array_equal(numbers["Config 1"], numbers["Config 2"]), "others with the same numbers have not"
    other = sample_posterior(values(seeds, [0.0, 0.1, -0.1]), "b")
    assert abs(np.corrcoef(drawn[0], other[0])[0, 1]) < 0.05, "another measure has random numbers of its own"


def test_one_spread_where_seeds_are_few() -> None:
    """Baselines of one seed: whatever their spread is, it is that of all."""
    drawn = sample_posterior(values([0.0, 1.0, 2.0], [5.0]), "a")
    spread = np.abs(drawn[[2, 5]] - 5)  # configs 2 and 5
    assert np.corrcoef(np.log(spread))[0, 1] > 0.1, "a wide draw is wide for both"
    still = sample_posterior(values([1.0, 1.0, 1.0], [0.9, 1.1]), "a")
    assert still[0].std() > 0.05, "three equal seeds do not prove that there is no spread"


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [1, 3])
def test_equal_models_seldom_get_a_verdict(seeds: int) -> None:
    """Thirteen models of the same worth: claims on the best of them, and on most, are within noise."""
    generator, wrong = np.random.default_rng(0), {"best": 0, "two": 0, "most": 0}
    for number in range(60):
        found = {OURS: generator.normal(size=3)} | {label: generator.normal(size=seeds) for label in BASELINES}
        drawn = sample_posterior(found, str(number))
        wrong["best"] += judge_any(drawn[1:] > drawn[0]) != NOISE
        wrong["two"] += judge_any(drawn[1:] > drawn[0], 2) != NOISE
        wrong["most"] += judge(count_below(drawn) > MOST) != NOISE
    assert all(count <= 9 for count in wrong.values()), wrong


def test_some_are_named() -> None:
    def holds(*shares: float) -> np.ndarray:
        return np.array([np.arange(1_000) < 1_000 * share for share in (*shares, *[0.0] * (12 - len(shares)))])

    assert judge_any(holds(0.999)) == HOLDS and judge_any(holds(0.99)) == NOISE and judge_any(holds(0.04)) == FAILS
    assert judge_any(holds(0.999, 0.5), 2) == NOISE and judge_any(holds(0.999, 0.999), 2) == HOLDS
    assert judge_any(holds(0.999), 2) == FAILS
    assert [negate(each) for each in (HOLDS, FAILS, NOISE)] == [FAILS, HOLDS, NOISE]


def test_verdicts() -> None:
    assert [judge(np.arange(100) < n) for n in (95, 94, 6, 5)] == [HOLDS, NOISE, NOISE, FAILS]


def test_a_claim_is_a_line() -> None:
    claims = [Claim("it is so", HOLDS, "3 of 3", None), Claim("it is best", FAILS, "rank 2", False)]
    assert [str(claim) for claim in claims] == [
        "           holds: it is so (3 of 3)",
        "   does not hold: it is best (rank 2)",
    ]

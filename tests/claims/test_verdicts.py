"""A claim's verdict and its words."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.claims.statistics import FAILS, HOLDS, NOISE, TOO_FEW, every
from qtkit.claims.verdicts import MOST, Claim, most, say_difference, say_factor, weigh


def test_most_of_the_distinct_baselines() -> None:
    assert MOST == 5
    differences = np.where(np.arange(8)[:, None] < 5, 1.0, -1.0) * np.arange(1, 11)
    assert weigh(differences, most, "", say_difference)[0] == HOLDS
    differences[4] *= -1
    assert weigh(differences, most, "", say_difference)[0] == FAILS


def test_within_noise_the_effect_that_could_be_seen_is_told() -> None:
    differences = np.random.default_rng(0).normal(size=(8, 10))
    verdict, evidence = weigh(differences, every, "as found", say_difference)
    assert verdict == NOISE and evidence.startswith("as found; a difference of ")
    assert evidence.endswith(" would have been seen")
    sure = weigh(np.abs(differences), every, "as found", say_difference)
    assert sure == (HOLDS, "as found")


@pytest.mark.parametrize("seeds", [1, 3, 5])
def test_few_seeds_that_agree_are_no_proof(seeds: int) -> None:
    """Three equal seeds of the search against one of 0.95: agreement is no certainty."""
    assert weigh(np.full((8, seeds), -0.95), every, "as found", say_difference) == (TOO_FEW, "as found")


def test_sizes_in_words() -> None:
    assert say_difference(0.0123) == "a difference of 0.012"
    assert say_factor(np.log10(3.16)) == "a factor of 3.2"


def test_a_claim_is_a_line() -> None:
    claims = [Claim("it is so", HOLDS, "3 of 3", None), Claim("it is best", FAILS, "rank 2", False)]
    assert [str(claim) for claim in claims] == [
        "           holds: it is so (3 of 3)",
        "   does not hold: it is best (rank 2)",
    ]

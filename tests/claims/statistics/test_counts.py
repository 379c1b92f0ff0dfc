"""Verdicts on made-up tables, counted: few are wrong, and the counts in the docs are the committed command's."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import verdicts
from qtkit.claims.statistics import FAILS, HOLDS, NOISE, SIGNIFICANCE, TOO_FEW, signed_rank
from tests.helpers import ROOT

TABLES = 2_000


@pytest.mark.slow
@pytest.mark.parametrize("case", verdicts.CASES)
def test_wrong_verdicts_are_rare(case: str) -> None:
    """At most one in twenty, as far as so many tables can tell."""
    chance = 3 * np.sqrt(SIGNIFICANCE * (1 - SIGNIFICANCE) / TABLES)
    for seeds in verdicts.SEEDS:
        for claim, shares in verdicts.count(verdicts.CASES[case], seeds, tables=TABLES, start=1).items():
            if (case, claim) in verdicts.TRUE:
                assert shares[1] == 0, claim
            else:
                assert sum(shares) <= SIGNIFICANCE + chance, (claim, seeds)


@pytest.mark.parametrize("case", verdicts.CASES)
@pytest.mark.parametrize("seeds", [1, 3, 5])
def test_fewer_than_six_seeds_give_no_verdict(case: str, seeds: int) -> None:
    """Bimodal returns and three seeds that agree are no proof: nothing is ever certain."""
    found = verdicts.count(verdicts.CASES[case], seeds, shift=100.0, tables=200)
    assert set(found.values()) <= {(0.0, 0.0)}


def test_pairing_finds_what_the_seeds_hide() -> None:
    """An effect of 0.5 where seeds differ by 1 and runs of a seed by 0.3: ten seeds find it in nine of ten tables."""
    found = verdicts.count(verdicts.seed_in_common, 10, shift=0.5, tables=TABLES)
    assert found["better than one"][0] > 0.85
    assert found["better than one"][1] == 0


def test_the_docs_explain_every_word() -> None:
    text = (ROOT / "docs/statistics.md").read_text()
    assert [word for word in (HOLDS, FAILS, NOISE, TOO_FEW) if f"| **{word}** |" not in text] == []


def test_the_docs_show_the_counts_that_are_stored() -> None:
    stored = (ROOT / "results/benchmarks/verdicts.md").read_text()
    assert stored in (ROOT / "docs/statistics.md").read_text()


def test_the_docs_show_the_counts_of_searches_that_are_stored() -> None:
    stored = (ROOT / "results/benchmarks/search-verdicts.md").read_text()
    assert stored in (ROOT / "docs/statistics.md").read_text()
    case = verdicts.SEARCH_CASES[0]
    counts = [verdicts.count_searches(case, seeds, searches=40) for seeds in verdicts.SEARCH_SEEDS]
    assert all(each["order"] < 0.1 and set(each) == set(verdicts.SEARCH_CLAIMS) for each in counts)


@pytest.mark.slow
def test_wrong_orders_of_searches_are_rare() -> None:
    """Of weights that know nothing of merit; where two cannot learn, among those that hear."""
    for case in verdicts.SEARCH_CASES[:4]:
        found = verdicts.count_searches(case, 6, searches=200, start=1)
        assert found["order, those that hear"] <= 0.06
        assert found["order"] <= 0.06 or case == "two that cannot learn get little"


@pytest.mark.slow
def test_the_stored_counts_can_be_made_again() -> None:
    stored = (ROOT / "results/benchmarks/verdicts.md").read_text()
    counts = [verdicts.count(verdicts.mostly_dead, seeds) for seeds in verdicts.SEEDS]
    cells = [", ".join(f"{100 * sum(each[claim]):.1f}" for each in counts) for claim in verdicts.CLAIMS]
    assert f"| mostly dead | {' | '.join(cells)} |" in stored


def test_lopsided_returns_of_equal_means_are_what_the_docs_say() -> None:
    """The one way to a wrong verdict that the test does not guard against: it asks about typical runs, not means."""
    random = np.random.default_rng(0)
    for seeds, share in ((6, 0.26), (10, 0.11), (20, 0.21)):
        differences = 0.19 - 0.95 * (random.random((4_000, seeds)) < 0.2)
        assert (signed_rank(differences).above <= SIGNIFICANCE / 2).mean() == pytest.approx(share, abs=0.02)
    assert "26 % of the\ntables, with ten in 11 %, with twenty in 21 %" in (ROOT / "docs/statistics.md").read_text()

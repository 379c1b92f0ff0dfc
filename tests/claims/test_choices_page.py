"""What docs/results.md and notebook 05 tell of all that the paper leaves open is what the stored runs say."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from qtkit.claims.left_open import SERIES, compare_seeds, measure_choices, measure_factors, summary
from qtkit.names import OURS
from qtkit.paper import TABLE_II
from qtkit.runs.sweeps.paper_plans import CHOICES
from tests.helpers import ROOT

pytestmark = pytest.mark.slow  # it reads the stored results

PAGE = " ".join((ROOT / "docs" / "results.md").read_text(encoding="utf-8").split())
SEEDS = (0, 1, 2)
"""Those that all ways have."""


@pytest.fixture(scope="module")
def ways() -> pd.DataFrame:
    table = measure_choices(ROOT / "results")
    table = table[table["seed"].isin(SEEDS)]
    return table.assign(ratio=table["error"] / table["dataset"].map(TABLE_II[OURS]))


def test_how_many_ways_are_below_the_printed_errors(ways: pd.DataFrame) -> None:
    assert len(ways) == 96 * len(SERIES) * len(SEEDS)
    counts = summary(ways)["below"].value_counts()
    assert counts.index.max() == 4
    assert f"{counts[4]} is below in four columns, {counts[3]} in three, {counts[2]} in two, the other" in PAGE
    assert f"the other {counts[1] + counts[0]} in one or none" in PAGE
    by_run = (ways["ratio"] < 1).groupby([ways[name] for name in (*CHOICES, "seed")]).sum()
    assert f"{(by_run == len(SERIES)).sum()} of {len(by_run)}" in PAGE


def test_one_seed_does_not_tell_what_another_will(ways: pd.DataFrame) -> None:
    taus = compare_seeds(ways)
    assert f"Kendall's τ of {min(taus):.2f} to {max(taus):.2f}" in PAGE
    factors = measure_factors(ways)
    chances = [kendalltau(factors[one], factors[other]).pvalue for one, other in combinations(SEEDS, 2)]
    assert f"beyond chance in {sum(chance < 0.05 for chance in chances)} of {len(chances)} pairs of seeds" in PAGE
    best = factors[0].nsmallest(5).index
    places = sorted(factors[1].rank()[best].astype(int))
    assert f"with seed 1 they are {', '.join(map(str, places[:-1]))} and {places[-1]}" in PAGE


def test_which_choices_matter(ways: pd.DataFrame) -> None:
    def better(name: str, before: str, after: str) -> tuple[float, float]:
        """How often the errors of `after` are lower, all else equal, and the median factor."""
        others = [each for each in (*CHOICES, "dataset", "seed") if each != name]
        pairs = np.log(ways.pivot_table(index=others, columns=name, values="error"))
        change = pairs[after] - pairs[before]
        return float((change < 0).mean()), float(np.exp(change.median()))

    tanh, pm1, soft = (
        better("probability", "raw", "tanh"),
        better("bits", "01", "pm1"),
        better("weighting", "raw", "softmax"),
    )
    assert f"lower with the tanh of P than with P in {tanh[0]:.0%} of the pairs, by a factor of {tanh[1]:.2f}" in PAGE
    assert f"with bits as ±1 in {pm1[0]:.0%} (factor {pm1[1]:.2f})" in PAGE
    assert f"with a softmax in {soft[0]:.0%} (factor {soft[1]:.2f})" in PAGE

"""What docs/results.md and notebook 05 tell of all that the paper leaves open is what the stored runs say."""

from __future__ import annotations

from itertools import combinations

import nbformat
import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, wilcoxon

from qtkit import CANDIDATES, Ansatz
from qtkit.circuits import CNOT, RY, H
from qtkit.circuits.elements import ELEMENTS
from qtkit.claims.left_open import (
    SERIES,
    beside_calm,
    claims,
    compare_seeds,
    measure_calm,
    measure_choices,
    measure_factors,
    summary,
)
from qtkit.claims.seeds import DISTINCT
from qtkit.claims.selecting import select
from qtkit.claims.statistics import HOLDS, NOISE
from qtkit.claims.tables import judge
from qtkit.names import OURS, model_label
from qtkit.paper import TABLE_II
from qtkit.runs.sweeps.paper_plans import CHOICES
from qtkit.tasks.readings import WRITTEN
from qtkit.tasks.series.settings import SeriesSettings
from tests.helpers import ROOT

pytestmark = pytest.mark.slow  # it reads the stored results

PAGE = " ".join((ROOT / "docs" / "results.md").read_text(encoding="utf-8").split())
LESSON = " ".join(cell.source for cell in nbformat.read(ROOT / "notebooks" / "05_time_series.ipynb", 4).cells)
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


def test_the_calm_way_and_its_verdict(ways: pd.DataFrame) -> None:
    calm = measure_calm(ROOT / "results")
    errors = calm.pivot(index="seed", columns="dataset", values="error")[list(SERIES)]
    printed = pd.Series(TABLE_II[OURS])[list(SERIES)]
    assert errors.index.tolist() == list(range(10)) and errors.notna().all(axis=None)
    below = errors < printed
    told = ", ".join(f"{median:.1e}".replace("e-0", "e-") for median in errors.median())
    assert (errors.median() < printed).all()
    assert f"medians of ten seeds {told}: below the printed errors in all five columns" in PAGE
    assert f"With single seeds {below.all(axis=1).sum()} of 10 are below in all five at once" in PAGE
    counts = [str(count) for count in below.sum()]
    assert f"within noise: {', '.join(counts[:-1])} and {counts[-1]} of 10 seeds are below" in PAGE
    chance = wilcoxon(np.log(printed["Damped SHM"]) - np.log(errors["Damped SHM"]), alternative="greater").pvalue
    assert f"the {below['Damped SHM'].sum()}, on damped SHM, are what chance gives (p = {chance:.2f})" in PAGE
    assert claims(ways, calm)[-1].verdict == NOISE
    assert below["Damped SHM"].sum() == 6 and "that is within noise" in LESSON
    assert "six of ten seeds on damped SHM are a coin's toss" in LESSON


def test_what_the_picture_of_all_ways_shows(ways: pd.DataFrame) -> None:
    rows = summary(ways)
    below = {name: (rows[name] < TABLE_II[OURS][name]).mean() for name in SERIES}
    assert all(0.28 < below[name] < 0.38 for name in ("Bessel", "Delayed QC")) and below["Damped SHM"] < 0.06
    assert "The pulses and Bessel are below the printed number in about a third of the rows" in LESSON
    every = beside_calm(ways, measure_calm(ROOT / "results"))
    assert every["factor"].idxmin() == len(every) - 1 == 96 and "the calm way is the first of the table" in LESSON


def test_how_many_seeds_the_ways_have() -> None:
    table = measure_choices(ROOT / "results").groupby([*CHOICES, "dataset"])["seed"].nunique()
    seeds = table.unstack("dataset").min(axis=1)
    assert (len(seeds), *((seeds == count).sum() for count in (10, 3))) == (96, 4, 92)
    assert "Of the 96 ways 4 have ten seeds, 92 have three" in PAGE


def test_which_ways_have_circuits_to_be_ranked_with() -> None:
    models: dict[tuple[object, ...], set[str]] = {}
    chosen = select("series", lambda each: WRITTEN.includes(each, free=CHOICES), folder=ROOT / "results").settings
    for settings in chosen.values():
        told = settings.to_dict()
        models.setdefault(tuple(told[name] for name in CHOICES), set()).add(model_label(settings))
    with_circuits = {way[0] for way, found in models.items() if set(DISTINCT) <= found}
    assert with_circuits == {"raw", "scaled"} and sum(set(DISTINCT) <= found for found in models.values()) == 2
    assert "of the 96 two have them, as written and heard" in PAGE
    assert f"would be {94 * 5 * 8 * 6:,} runs more" in PAGE


@pytest.mark.parametrize("table", ["accuracies", "2", "rewards"])
def test_in_no_reading_do_all_claims_hold(table: str) -> None:
    for reading in ("written", "seeing-heard" if table == "rewards" else "heard"):
        claims = judge(table, folder=ROOT / "results", reading=reading).claims
        assert {claim.verdict for claim in claims} - {HOLDS}, "some do not hold, or are within noise"
    assert "In neither do all claims hold, on images, on series or for agents" in PAGE


def test_the_claim_that_takes_the_search_alone(ways: pd.DataFrame) -> None:
    errors = ways.pivot_table(index=[*CHOICES, "seed"], columns="dataset", values="error")
    by_way = errors.groupby(level=list(CHOICES))
    medians = by_way.median()
    harder = (errors["NARMA 10"] > errors["NARMA 5"]).groupby(level=list(CHOICES)).all()
    told = (
        f"so it is with {(medians['NARMA 10'] > medians['NARMA 5']).sum()} of the 96, with every seed in {harder.sum()}"
    )
    assert told in PAGE


def test_rotations_first_are_circuits_by_elements() -> None:
    first = [
        Ansatz(start=[H()] if each.hadamard else [], layer=[ELEMENTS[each.rotation.upper()](), CNOT(each.entangler)])
        for each in CANDIDATES
    ]
    assert first[4] == Ansatz(start=[H()], layer=[RY(), CNOT("ring")]) and not set(first) & set(CANDIDATES)
    assert len(SeriesSettings(candidates=tuple(first)).ansatze) == 12
    assert '`Ansatz(start=[H()], layer=[RY(), CNOT("ring")])` is config 5 so' in PAGE

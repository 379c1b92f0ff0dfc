"""What docs/results.md and notebook 04 tell of rivals of the same size is what the stored runs say."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
import numpy as np
import pandas as pd
import pytest

from qtkit.claims.search import rates
from qtkit.claims.search.shipped import ShippedRun, read_runs
from qtkit.claims.statistics import FAILS, HOLDS, NOISE, typical
from qtkit.names import OURS, RIVALS
from qtkit.paper import TABLE_II
from tests.helpers import ROOT

pytestmark = pytest.mark.slow  # it reads the stored results

PAGE = " ".join((ROOT / "docs" / "results.md").read_text(encoding="utf-8").split())
LESSON = " ".join(cell.source for cell in nbformat.read(ROOT / "notebooks" / "04_what_the_circuit_adds.ipynb", 4).cells)
SERIES = list(TABLE_II[OURS])
FAR = ("Fourier", "Subspace", "Random P")
NEAR = ("Hashed", "Small network")
FIRST_RATES = (0.001, 0.003, 0.01)


@pytest.fixture(scope="module")
def at_best() -> pd.DataFrame:
    return rates.best_rates(ROOT / "results")


def of_series(found: pd.DataFrame) -> dict[str, dict[str, dict[int, float]]]:
    """Merits, by series, model and seed."""
    part = found[found["task"] == "series"]
    return {name: dict(zip(of["model"], of["merits"], strict=True)) for name, of in part.groupby("experiment")}


def ahead(merits: dict[str, dict[int, float]], rival: str) -> np.ndarray:
    return np.array([merits[OURS][seed] - merits[rival][seed] for seed in sorted(merits[OURS])])


def keep_runs(monkeypatch: pytest.MonkeyPatch, kept: Callable[[ShippedRun], bool]) -> None:
    """As if no other runs of series were stored."""

    def read_some(_: object = None, *, end: float = rates.END) -> dict[str, list[ShippedRun]]:
        runs = read_runs(ROOT / "results", end=end, task="series")
        return {task: [run for run in each if kept(run)] for task, each in runs.items()}

    monkeypatch.setattr(rates, "read_runs", read_some)


def test_the_table_of_errors(at_best: pd.DataFrame) -> None:
    rows = at_best[at_best["task"] == "series"]
    assert set(rows["seeds"]) == {6} and set(rows["tried"]) == {7} and set(FAR + NEAR) == set(RIVALS.values())
    for name in SERIES:
        errors = rows[rows["experiment"] == name].set_index("model")["merit"].map(lambda merit: 10**-merit)
        columns = (OURS, "Config 5", "Mapping alone", *FAR, *NEAR)
        line = f"| {name} | {' | '.join(f'{errors[model]:.1e}'.replace('e-0', 'e-') for model in columns)} |"
        assert line in PAGE, line


def test_the_verdicts(at_best: pd.DataFrame) -> None:
    claims = rates.claims(at_best[at_best["task"] == "series"])
    of_all = [claim for claim in claims if "every rival" in claim.text]
    assert len(of_all) == 5 and {claim.verdict for claim in of_all} == {NOISE}
    assert "within noise on all five" in PAGE and "within noise on all five series" in LESSON
    alone = [claim for claim in claims if claim not in of_all]
    assert len(alone) == 25 and "Of these 25 verdicts" in PAGE
    five, ten = (claim for claim in alone if claim.verdict == FAILS)
    assert "on NARMA 5" in five.text and "Small network" in five.text
    assert "on NARMA 10" in ten.text and "Random P" in ten.text
    assert "One such of 25 verdicts may be luck" in LESSON
    won = [claim for claim in alone if claim.verdict == HOLDS]
    assert [any(rival in claim.text for claim in won) for rival in FAR] == [True] * 3
    assert len(won) == 3 and all("on Bessel" in claim.text for claim in won)
    assert f"and in {len(won)} the search is, all on Bessel: against Fourier, subspace and random P, by factors" in PAGE
    noise = sum(claim.verdict == NOISE for claim in alone)
    assert f"The other {noise} are within noise" in PAGE and len(alone) == 2 + len(won) + noise


def test_rivals_without_a_circuit_win_on_two_series(at_best: pd.DataFrame) -> None:
    merits = of_series(at_best)
    lead = ahead(merits["NARMA 5"], "Small network")
    factor, low, high = (10**-size for size in typical(lead))
    told = (
        f"in {(lead < 0).sum()} of {len(lead)} seeds, typically by a factor of {factor:.1f} ({high:.1f} to {low:.0f})"
    )
    assert f"on NARMA 5 a small network with 101 numbers is better than the search with 135, {told}" in PAGE
    random = ahead(merits["NARMA 10"], "Random P")
    factor, low, high = (10**-size for size in typical(random))
    assert (random < 0).all() and "never trained: better in 6 of 6 seeds" in PAGE
    assert f"in 6 of 6 seeds, typically by a factor of {factor:.1f} ({high:.1f} to {low:.1f})" in PAGE
    assert "and on NARMA 10 random P, a distribution that is drawn once and never trained" in LESSON
    assert (lead < 0).all() and "on NARMA 5 the small network, which has fewer numbers and no generator" in LESSON


def test_whose_best_rate_is_at_the_edge_of_the_grid(at_best: pd.DataFrame) -> None:
    rows = at_best[(at_best["task"] == "series") & at_best["model"].isin([OURS, *RIVALS.values()])]
    assert set(rows["edge"]) == {"", "lowest"}
    lowest = rows[rows["edge"] == "lowest"].groupby("model").size().to_dict()
    assert lowest == {"Random P": 2}
    assert "All have their best inside the grid now, but random P on the two NARMA series" in PAGE
    pictures = at_best[at_best["task"] == "images"].set_index("model")
    assert set(pictures["tried"]) == {3} and set(pictures[pictures["edge"] != "lowest"].index) == set(NEAR)
    assert "of which the lowest is best for all but hashed numbers and the small network" in PAGE


def test_with_how_many_seeds_the_search_is_ahead_of_its_two_equals(at_best: pd.DataFrame) -> None:
    merits = of_series(at_best)
    wins = {name: [int((ahead(merits[name], rival) > 0).sum()) for rival in NEAR] for name in SERIES}
    level = wins["Bessel"] + wins["Delayed QC"]
    assert (min(level), max(level)) == (3, 5)
    assert max(count for name, counts in wins.items() if name not in ("Bessel", "Delayed QC") for count in counts) == 2
    told = "with three to five of six seeds on Bessel and delayed QC, and with two at most on the other three"
    assert f"level at best: ahead of either {told}" in LESSON


def test_on_bessel_the_search_is_ahead_of_three(at_best: pd.DataFrame) -> None:
    leads = [ahead(of_series(at_best)["Bessel"], rival) for rival in FAR]
    assert all((lead > 0).all() for lead in leads)
    first, second, third = (f"{10 ** typical(lead).centre:.2g}" for lead in leads)
    assert f"by factors of {first}, {second} and {third}" in PAGE
    assert "On Bessel the search is ahead of three rivals with every seed" in LESSON


def test_three_rates_told_another_story(at_best: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    rates_of_ours = at_best[(at_best["model"] == OURS) & (at_best["task"] == "series")]["rate"]
    assert rates_of_ours.isin(FIRST_RATES).all() and "among which the search has its best on every series" in PAGE
    keep_runs(monkeypatch, lambda run: run.settings.learning_rate in FIRST_RATES)
    found = rates.best_rates()
    merits = of_series(found)
    factors = [10 ** typical(ahead(merits[name], rival)).centre for name in SERIES for rival in FAR]
    assert f"by factors of {min(factors):.1f} to {max(factors):.0f}" in PAGE and "up to seven hundred" in LESSON
    won = sum(claim.verdict == HOLDS for claim in rates.claims(found) if "every rival" not in claim.text)
    assert f"{won} of the 25 verdicts were for the search" in PAGE
    assert f"{won} of 25 verdicts were for the search" in LESSON


def test_who_is_near_by_the_statistic_of_the_table(at_best: pd.DataFrame) -> None:
    merits = of_series(at_best)
    factors = {rival: [10 ** -typical(ahead(merits[name], rival)).centre for name in SERIES] for rival in NEAR}
    small = [f"{factor:.1f}" for factor in factors["Small network"]]
    assert min(factors["Small network"]) > 1
    assert f"the small network's error is the lower one on all five, by {', '.join(small[:-1])} and {small[-1]}" in PAGE
    ahead_of = [factor for factor in factors["Hashed"] if factor > 1]
    behind = [1 / factor for factor in factors["Hashed"] if factor < 1]
    assert len(behind) == 2 and factors["Hashed"][0] < 1 and factors["Hashed"][2] < 1
    told = f"behind on Bessel and delayed QC (factors of {behind[0]:.1f} and {behind[1]:.1f}) and ahead on the other"
    assert f"{told} three ({min(ahead_of):.1f} to {max(ahead_of):.1f})" in PAGE


def test_one_seed_would_have_told_another_story(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_runs(monkeypatch, lambda run: run.settings.seed == 0)
    merits = of_series(rates.best_rates())
    won = [name for name in SERIES if all(ahead(merits[name], rival)[0] > 0 for rival in RIVALS.values())]
    assert won == ["Bessel", "Damped SHM", "Delayed QC"]
    assert "With seed 0 alone the search is ahead of all rivals on Bessel, damped SHM and delayed QC" in PAGE
    assert "seed 0 alone" in LESSON


def test_what_was_not_run_is_named(at_best: pd.DataFrame) -> None:
    assert set(at_best["task"]) == {"images", "series"} and all(at_best["settings"].str.startswith("heard"))
    assert set(at_best.loc[at_best["task"] == "images", "experiment"]) == {"FashionMNIST 5/7"}
    assert "**Not run:** anything as written, MNIST 1/5, FashionMNIST 1/5, and agents." in PAGE
    assert "What was not run: rivals as written, where the mapping sees $P$; rivals on digits" in LESSON


def test_the_pictures_have_one_seed_so_far(at_best: pd.DataFrame) -> None:
    rows = at_best[at_best["task"] == "images"].set_index("model")
    assert set(rows["seeds"]) == {1}
    order = ("Small network", "Config 5", "Hashed", "Subspace", "Fourier", "Random P", OURS)
    told = [f"{rows['merit'][model]:.3f}" for model in order]
    assert f"the small network of {rows['numbers']['Small network']} numbers has {told[0]}" in PAGE
    assert f"config 5 alone {told[1]}, hashed numbers {told[2]}" in PAGE
    assert f"subspace, Fourier and random P {told[3]}, {told[4]} and {told[5]}, the search {told[6]}" in PAGE

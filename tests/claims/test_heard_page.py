"""What docs/results.md and notebook 05 tell of the series as written and heard is what the stored runs say."""

from __future__ import annotations

from collections import Counter

import nbformat
import numpy as np
import pandas as pd
import pytest

from qtkit.claims import table2
from qtkit.claims.statistics import HOLDS, NOISE, judge, signed_rank, typical
from qtkit.claims.stored import load_errors
from qtkit.claims.verdicts import Claim
from qtkit.names import OURS
from qtkit.paper import DATASETS, TABLE_II
from qtkit.tasks.readings import BOTH
from tests.helpers import ROOT

pytestmark = pytest.mark.slow  # it reads the stored results

PAGE = " ".join((ROOT / "docs" / "results.md").read_text(encoding="utf-8").split())
LESSON = " ".join(cell.source for cell in nbformat.read(ROOT / "notebooks" / "05_time_series.ipynb", 4).cells)
SERIES = tuple(DATASETS.values())


@pytest.fixture(scope="module")
def curves() -> dict[str, pd.DataFrame]:
    """By reading."""
    return {reading.name: load_errors(ROOT / "results", reading=reading) for reading in BOTH}


@pytest.fixture(scope="module")
def errors(curves: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Of the search: a row a seed, a column a series."""
    found = {name: table2.final_errors(frame) for name, frame in curves.items()}
    return {
        name: each[each["model"] == OURS].pivot(index="seed", columns="dataset", values="error")[list(SERIES)]
        for name, each in found.items()
    }


def in_words(values: pd.Series) -> str:
    median, low, high = (f"{value:.1e}".replace("e-0", "e-") for value in (values.median(), values.min(), values.max()))
    return f"{median} ({low}–{high})"


def ahead(errors: dict[str, pd.DataFrame], name: str) -> np.ndarray:
    """By how much the heard error is lower, by seeds that both have."""
    both = pd.concat([errors["written"][name], errors["heard"][name]], axis=1, keys=["written", "heard"]).dropna()
    return np.log10(both["written"] / both["heard"]).to_numpy()


def test_the_table_of_both_readings(errors: dict[str, pd.DataFrame]) -> None:
    seeds = {name: len(each.dropna()) for name, each in errors.items()}
    assert f"as written, {seeds['written']} seeds | below the printed | heard, {seeds['heard']} seeds" in PAGE
    for name in SERIES:
        cells = [name]
        for each in errors.values():
            cells += [in_words(each[name].dropna()), str((each[name] < TABLE_II[OURS][name]).sum())]
        lead = ahead(errors, name)
        centre, low, high = (f"{10**size:.2g}" for size in typical(lead))
        line = f"| {' | '.join(cells)} | {(lead > 0).sum()} of {len(lead)} | {centre} ({low}–{high}) |"
        assert line in PAGE, line


def test_between_the_readings_nothing_is_beyond_noise(errors: dict[str, pd.DataFrame]) -> None:
    assert {judge(signed_rank(ahead(errors, name))) for name in SERIES} == {NOISE}
    assert "On no series is the difference between the readings beyond noise" in PAGE


def test_the_claims_in_both_readings(curves: dict[str, pd.DataFrame]) -> None:
    found = {name: table2.claims(table2.final_errors(each), each) for name, each in curves.items()}

    def improved(claims: list[Claim]) -> list[str]:
        return [each.text for each in claims if "improves" in each.text and each.verdict == HOLDS]

    for claims in found.values():
        assert Counter(each.verdict for each in claims if "improves" not in each.text) == {NOISE: 9}
    assert len(improved(found["written"])) == 3
    assert [text.split()[3] for text in improved(found["heard"])] == ["Bessel", "Damped"]
    (pulses,) = [each for each in found["heard"] if "Delayed QC improves" in each.text]
    assert f"lower than after its first epoch in {pulses.evidence.split(' seeds')[0].removeprefix('lower in ')}" in PAGE


def test_seed_0_in_both_readings(errors: dict[str, pd.DataFrame]) -> None:
    larger = [name for name in SERIES if errors["heard"].loc[0, name] > errors["written"].loc[0, name]]
    assert larger == list(SERIES[:4]) and SERIES[4] == "NARMA 10"
    assert "the larger one on four series of five, and the smaller one on NARMA 10" in LESSON

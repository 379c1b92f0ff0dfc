"""What the first table of docs/results.md tells is what the stored runs say, and which are of uncommitted code."""

from __future__ import annotations

import pandas as pd
import pytest

from qtkit.runs import results
from tests.helpers import ROOT

PAGE = " ".join((ROOT / "docs" / "results.md").read_text(encoding="utf-8").split())
PLACE = ROOT / "results"

ROWS = {
    "DiffQAS": "| DiffQAS, all twelve candidates | 286 | {} | {} |",
    "Mapping alone": "| the mapping alone, no circuit (equal to config 1) | 19 | {} | {} |",
    "DiffQAS · probability=scaled": "| DiffQAS, the mapping shown 2ⁿP − 1 instead of P | 286 | {} | {} |",
    "DiffQAS · centre=False": "| DiffQAS, generated weights not centred | 286 | {} | {} |",
    "Mapping alone · centre=False": "| the mapping alone, generated weights not centred | 19 | {} | {} |",
    "Classical": "| the network itself | 108,866 | {} | {} |",
}
UNTRAINED = "DiffQAS · probability=scaled train_angles=False"
RANDOM = "DiffQAS · angle_init=uniform probability=scaled train_angles=False"


@pytest.fixture(scope="module")
def ends() -> pd.DataFrame:
    """The last row of each run, and whether it is of code with uncommitted changes."""
    table = results.load("images", "mnist-1-5", PLACE)
    told = results.provenance("images", "mnist-1-5", PLACE)["runs"]
    last = table[table["epoch"] == 20]
    changed = [any(session["git"]["changed"] for session in told[key]["sessions"]) for key in last["run"]]
    return last.assign(changed=changed)


def in_words(runs: pd.DataFrame) -> str:
    values, mark = runs["test_accuracy"], "†" if runs["changed"].any() else ""
    return f"{values.median():.3f} ({values.min():.3f}–{values.max():.3f}){mark}"


@pytest.mark.parametrize("label", ROWS)
def test_a_row_and_its_mark(ends: pd.DataFrame, label: str) -> None:
    runs = ends[ends["label"] == label]
    line = ROWS[label].format(in_words(runs), len(runs))
    assert line in PAGE, line


def test_the_row_of_two(ends: pd.DataFrame) -> None:
    untrained, random = (ends[ends["label"] == label] for label in (UNTRAINED, RANDOM))
    assert len(untrained) == len(random) == 3 and "†" not in in_words(untrained) + in_words(random)
    assert f"with random angles | 31 | {in_words(untrained)}; {in_words(random)} | 3 each |" in PAGE


def test_how_many_are_of_uncommitted_code() -> None:
    images = [
        session["git"]["changed"]
        for experiment in ("fashion-1-5", "fashion-5-7", "mnist-1-5")
        for run in results.provenance("images", experiment, PLACE)["runs"].values()
        for session in run["sessions"]
    ]
    assert f"{sum(images)} of the {len(images)} sessions of `results/images`" in PAGE
    machine = results.provenance("machine", "mnist-1-5", PLACE)["runs"].values()
    assert len(machine) == 8 and all(session["git"]["changed"] for run in machine for session in run["sessions"])
    others = [
        session["git"]["changed"]
        for path in sorted((*PLACE.glob("*/*/*.json"), *PLACE.glob("series/*.json"), *PLACE.glob("gridworld/*.json")))
        for run in results.provenance(path.parent.name, path.stem, path.parent.parent)["runs"].values()
        for session in run["sessions"]
    ]
    assert len(others) > 4000 and not any(others), "all others are of committed code"


def test_what_three_networks_stand() -> None:
    read = results.load("machine", "mnist-1-5", PLACE)
    read = read[(read["label"] == "DiffQAS · probability=scaled") & (read["readout_error"] == 0)]
    exact = read[read["shots"] > 1e300]

    def told(rate: float, digits: int) -> str:
        values = exact.loc[exact["gate_error"] == rate, "test_accuracy"]
        assert len(values) == 3
        return f"{values.median():.{digits}f} ({values.min():.{digits}f}–{values.max():.{digits}f})"

    assert f"they have {told(1e-4, 3)} with gate errors of 0.0001, {told(3e-4, 2)} with 0.0003" in PAGE
    lost = exact.loc[exact["gate_error"] == 1e-3, "test_accuracy"] < 0.6
    assert lost.sum() == 2 and "two of the three are lost at 0.001" in PAGE
    by_shots = read[read["gate_error"] == 0].groupby("shots")["test_accuracy"]
    assert by_shots.max()[1e4] < 0.95 < by_shots.min()[1e5]

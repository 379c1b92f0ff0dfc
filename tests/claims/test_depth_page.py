"""What docs/results.md and notebook 04 tell of the number of layers is what the stored runs say."""

from __future__ import annotations

import pandas as pd
import pytest

from qtkit.claims.depth import measure_depths
from tests.helpers import ROOT

PAGE = " ".join((ROOT / "docs" / "results.md").read_text(encoding="utf-8").split())


@pytest.fixture(scope="module")
def runs() -> pd.DataFrame:
    """Test accuracy after 20 epochs: a row a reading and depth, a column a seed."""
    table = measure_depths(ROOT / "results")
    table = table[(table["experiment"] == "fashion-5-7") & (table["seed"] < 3)]
    return table.pivot_table(index=["reading", "depth"], columns="seed", values="test_accuracy")


def test_every_depth_has_three_seeds(runs: pd.DataFrame) -> None:
    assert runs.shape == (2 * 20, 3) and runs.notna().all(axis=None)


def test_as_written_one_layer_does(runs: pd.DataFrame) -> None:
    medians = runs.loc["As written"].median(axis=1)
    assert f"all medians lie between {medians.min():.3f} and {medians.max():.3f}" in PAGE
    assert f"with one layer {medians[1]:.3f}, with fifteen {medians[15]:.3f}" in PAGE
    lost = runs.loc["As written", 15] - runs.loc["As written", 1]
    assert lost.median() < 0.01


def test_heard_more_layers_are_better(runs: pd.DataFrame) -> None:
    heard = runs.loc["Heard"]
    medians = heard.median(axis=1)
    for depth, words in (
        (1, "with one layer"),
        (5, "with five"),
        (10, "with ten"),
        (15, "with fifteen"),
        (20, "with twenty"),
    ):
        assert f"{words} {medians[depth]:.3f}" in PAGE
    assert (heard.loc[15] - heard.loc[1] > 0.01).all(), "in every seed"
    assert medians.diff()[15] < medians.diff().max(), "no step at fifteen"

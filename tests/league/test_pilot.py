"""Whether few epochs keep the order of many."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau

from qtkit import league
from qtkit.circuits.architectures import CHOICES, Architecture
from qtkit.league.pilot import PAPER, PILOT
from qtkit.league.writing import write_league
from qtkit.runs import results
from qtkit.runs.sweeps.league_plan import PILOT_EPOCHS
from tests.helpers import ROOT
from tests.league.conftest import told


def test_without_longer_trainings(write: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no longer trainings are stored; to compute it: qtkit sweep league"):
        league.order_kept(write(tmp_path, ["bessel"]))


def test_the_order_of_a_made_up_pilot(tmp_path: Path) -> None:
    """Two circuits that cross at epoch 10, and one that is always the worst."""
    rows = []
    for place, entangler in enumerate(("CZ ring", "CZ star", "none")):
        choices = {name: getattr(Architecture("H", entangler, "U3", 3), name) for name in CHOICES}
        for epoch in range(PILOT_EPOCHS + 1):
            value = (0.9 + 0.001 * epoch, 0.91, 0.5)[place]
            rows.append({"kind": "pilot", "task": "fashion-5-7", **choices, "seed": 0, "epoch": epoch,
                         "train_loss": -value, "test_accuracy": value})  # fmt: skip
    write_league(tmp_path / "league", pd.DataFrame(rows), told())
    kept = league.order_kept(tmp_path).set_index("epoch")
    assert set(kept["source"]) == {PILOT} and set(kept["circuits"]) == {3} and set(kept["seeds"]) == {1}
    assert kept.loc[[1, 9], "tau"].tolist() == pytest.approx([1 / 3] * 2)
    assert kept.loc[[11, 29], "tau"].tolist() == kept.loc[[11, 29], "tau_seen"].tolist() == pytest.approx([1, 1])


def test_what_is_stored_of_the_paper_s_circuits() -> None:
    kept = league.order_kept(ROOT / "results")
    paper = kept[(kept["source"] == PAPER) & (kept["task"] == "fashion-5-7")].set_index("epoch")
    assert set(paper["circuits"]) == {8} and set(paper["seeds"]) == {6}
    rows = results.load("images", "fashion-5-7", ROOT / "results" / "choices")
    rows = rows[rows["label"].isin([f"Config {k} · probability=scaled" for k in (1, 2, 5, 7, 8, 9, 10, 11)])]
    taus = []
    for _, part in rows.groupby("seed"):
        wide = part.pivot_table(index="label", columns="epoch", values="test_accuracy")
        taus.append(kendalltau(wide[5], wide[PILOT_EPOCHS]).statistic)
    assert paper.loc[5, "tau"] == pytest.approx(np.mean(taus))
    # As few as keep the order of 30 epochs: five do so as well as twenty.
    assert paper.loc[5, "tau"] > paper.loc[20, "tau"] - 0.1

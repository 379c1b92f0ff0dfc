"""How each item stands by what is stored."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from qtkit.claims.reproduction import ITEMS, overview, stand
from qtkit.runs.sweeps.plans import PLANS
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims.shipped import accuracies, errors, ship


def level(settings) -> float:
    """The search is the best, by so much that six seeds settle it."""
    return 0.9 + 0.001 * settings.seed + (0.02 + 0.001 * settings.seed if len(settings.candidates) > 1 else 0)


@pytest.mark.slow
def test_images_heard_and_nothing_else(tmp_path: Path) -> None:
    runs = [each for each in PLANS["images"].runs(range(6), ["epochs=3"], "heard") if each.dataset == "mnist"]
    ship(tmp_path / "choices" / "images", runs, accuracies(level))
    rows = overview([ITEMS[name] for name in ("fig1", "fig5", "fig6", "fig13", "table1", "table2")], tmp_path)
    rows = rows.set_index(["item", "reading"])
    heard = rows.loc[("fig5", "heard")]
    assert heard["result"] == "DiffQAS 0.875 over 6 seeds" and heard["runs"] == 90
    assert heard["verdict"] == "1 holds, 1 does not hold, 2 within noise"
    assert heard["command"] == "qtkit reproduce fig5 --reading heard" and heard["seconds"] == pytest.approx(66 * 1000)
    written = rows.loc[("fig5", "written")]
    assert (written["verdict"], written["runs"], written["result"]) == ("not enough runs", 0, "")
    assert rows.loc[("fig6", "heard"), "verdict"] == "not enough runs"
    assert {reading for item, reading in rows.index if item == "fig13"} == {
        "written",
        "heard",
        "seeing",
        "seeing-heard",
    }
    assert pd.isna(rows.loc[("fig13", "written"), "seconds"]), "nothing alike is stored"
    assert rows.loc[("table1", ""), "result"] == "qtkit.CANDIDATES are these twelve"
    assert rows.loc[("fig1", ""), ["result", "verdict"]].tolist() == ["a drawing", ""]


def test_what_is_missing_is_told_with_the_command(tmp_path: Path) -> None:
    written, heard = stand([ITEMS["fig8"]], tmp_path)
    assert "qtkit sweep table2 --reading written" in written.missing and not written.claims
    assert heard.missing.endswith("qtkit export series --reading heard --to results/choices/series")


def test_a_prediction_needs_the_search_alone(tmp_path: Path) -> None:
    runs = [SeriesSettings(probability="scaled", seed=seed) for seed in range(6)]
    ship(tmp_path / "choices" / "series", runs, errors(lambda each: 1e-4 * (1 + each.seed)))
    _, heard = stand([ITEMS["fig8"]], tmp_path)
    assert (heard.verdict, heard.runs, heard.missing) == ("1 holds", 6, "")
    assert heard.result == "DiffQAS 0.00035 over 6 seeds"
    _, table = stand([ITEMS["table2"]], tmp_path)
    assert table.verdict == "not enough runs" and "the claims need all of Table II" in table.missing

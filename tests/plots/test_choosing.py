"""What the pictures of choices and of budgets refuse, and how models of one size stand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qtkit.plots import budget_figure, choosing_figure
from qtkit.plots.budgets import COLUMNS, WIDE
from qtkit.plots.choosing import AGREEMENT, POINTS


def test_columns_that_are_missing() -> None:
    points, agreement = pd.DataFrame(columns=list(POINTS)), pd.DataFrame(columns=list(AGREEMENT))
    with pytest.raises(ValueError, match="share"):
        choosing_figure(points.drop(columns="share"), agreement)
    with pytest.raises(ValueError, match="progress"):
        choosing_figure(points, agreement.drop(columns="progress"))
    with pytest.raises(ValueError, match="numbers"):
        budget_figure(pd.DataFrame(columns=[name for name in COLUMNS if name != "numbers"]))


def test_nothing_to_show() -> None:
    with pytest.raises(ValueError, match="no search has a point: nothing to show"):
        choosing_figure(pd.DataFrame(columns=list(POINTS)), pd.DataFrame(columns=list(AGREEMENT)))
    with pytest.raises(ValueError, match="several learning rates: nothing to show"):
        budget_figure(pd.DataFrame(columns=list(COLUMNS)))


def test_models_of_one_size_stand_side_by_side() -> None:
    numbers = {"mapping": 286, "VQC": 19, "low rank": 286, "subspace": 287}
    same = {"task": "images", "experiment": "mnist-1-5", "settings": "depth=1", "unit": "accuracy", "rate": 0.01}
    same |= {"seeds": 1, "merit": 0.9, "low": np.nan, "high": np.nan, "merits": {0: 0.9}}
    figure = budget_figure(pd.DataFrame([{**same, "model": model, "numbers": p} for model, p in numbers.items()]))
    marks = {trace.name: trace.x for trace in figure.data if trace.name}
    places = np.array([marks[model][0] for model in numbers])
    assert places[1] == pytest.approx(19), "alone where it is"
    steps = np.diff(np.log10(np.sort(places[[0, 2, 3]])))
    assert steps.tolist() == pytest.approx([WIDE, WIDE])
    assert np.log10(places[[0, 2, 3]]).mean() == pytest.approx(np.log10([286, 286, 287]).mean())

"""Settings by what they came to with two seeds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qtkit.plots import by_seed_figure

NAMES = [f"way {k}" for k in range(8)]


def factors() -> pd.DataFrame:
    return pd.DataFrame({0: [8.0, 7, 6, 5, 4, 3, 2, 1], 1: [1.0, 2, 3, 4, 5, 6, 7, 8], 2: 1.0}, index=NAMES)


def test_a_point_a_setting_and_the_best_of_the_first_seed_large() -> None:
    figure = by_seed_figure(factors(), title="ways")
    others, best = figure.data
    assert best.name == "the 5 best with seed 0" and list(best.text) == NAMES[:2:-1]
    assert list(best.x) == [1, 2, 3, 4, 5] and list(best.y) == [8, 7, 6, 5, 4]
    assert list(others.text) == NAMES[:3] and list(others.x) == [8, 7, 6]
    assert best.marker.size > others.marker.size
    assert figure.layout.xaxis.title.text == "× the printed error, seed 0"
    assert figure.layout.yaxis.title.text == "× the printed error, seed 1"
    low, high = (10**end for end in figure.layout.xaxis.range)
    assert low < 1 and high > 8 and figure.layout.xaxis.range == figure.layout.yaxis.range


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (factors()[[0]], r"two seeds of some settings are needed, got a table of shape \(8, 1\)"),
        (factors().iloc[:0], r"two seeds of some settings are needed, got a table of shape \(0, 3\)"),
        (factors() - 1, "every value must be positive"),
        (factors().replace(8.0, np.nan), "every value must be positive"),
    ],
)
def test_what_cannot_be_drawn(table: pd.DataFrame, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        by_seed_figure(table)

"""Accuracy against depth, and the ways to choose as a picture: what cannot be drawn."""

from __future__ import annotations

import pandas as pd
import pytest

from qtkit.plots.depth import depth_curves
from qtkit.plots.left_open import left_open_figure

ROWS = pd.DataFrame(
    {
        "pair": ["a", "a", "a", "b"],
        "reading": ["one", "one", "two", "two"],
        "depth": [2, 1, 1, 3],
        "seeds": [3, 3, 1, 2],
        "test_accuracy": [0.8, 0.7, 0.6, 0.9],
        "low": [0.75, 0.65, 0.6, 0.85],
        "high": [0.82, 0.72, 0.6, 0.95],
    }
)


def test_a_line_a_reading_with_its_band_in_every_pair():
    figure = depth_curves(ROWS, enough=15, title="here")
    lines = [trace for trace in figure.data if trace.mode == "lines+markers"]
    assert [(trace.name, trace.xaxis, list(trace.y)) for trace in lines] == [
        ("one", "x", [0.7, 0.8]),
        ("two", "x", [0.6]),
        ("two", "x2", [0.9]),
    ]
    assert [trace.name for trace in figure.data if trace.showlegend] == ["one", "two"]
    bands = [trace for trace in figure.data if trace.fill]
    assert list(bands[0].y) == [0.72, 0.82, 0.75, 0.65]
    assert {shape.x0 for shape in figure.layout.shapes} == {15} and len(figure.layout.shapes) == 2


def test_what_cannot_be_drawn():
    with pytest.raises(ValueError, match=r"the table lacks the columns \['low'\]"):
        depth_curves(ROWS.drop(columns="low"))
    with pytest.raises(ValueError, match="the table has no row: nothing to show"):
        depth_curves(ROWS.iloc[:0])
    rows = pd.DataFrame({"Bessel": [1e-4], "below": [0], "seeds": [2]})
    with pytest.raises(ValueError, match="2 names for 1 rows"):
        left_open_figure(rows, ["a", "b"], {"Bessel": 4e-5})
    with pytest.raises(ValueError, match=r"the table lacks the columns \['NARMA 5'\]"):
        left_open_figure(rows, ["a"], {"NARMA 5": 4e-5})
    with pytest.raises(ValueError, match="the table has no row: nothing to show"):
        left_open_figure(rows.iloc[:0], [], {"Bessel": 4e-5})

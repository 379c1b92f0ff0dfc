"""The search beside its rulers: marks at the normalised errors, the search in its own colour."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qtkit.names import OURS
from qtkit.plots.models import OURS_COLOUR
from qtkit.plots.rulers import ruler_figure


def summary() -> pd.DataFrame:
    rows = [
        ("A", OURS, 2.0, 1.0, 4.0, 0.5, 1.0),
        ("A", "Config 1", 3.0, 1.0, 4.0, 0.75, 2.0),
        ("A", "Repeat", 0.4, np.nan, np.nan, 0.1, np.nan),
        ("A", "Mean", 4.0, np.nan, np.nan, 1.0, np.nan),
        ("B", OURS, 0.02, 0.01, 0.04, 2.0, 1.0),
        ("B", "Mean", 0.01, np.nan, np.nan, 1.0, np.nan),
    ]
    return pd.DataFrame(rows, columns=["dataset", "model", "median", "low", "high", "normalised", "rank"])


def test_marks_stand_at_normalised_errors():
    figure = ruler_figure(summary())
    marks = {trace.name: trace for trace in figure.data if trace.mode == "markers"}
    assert list(marks) == [f"{OURS}, median and range", "Repeat", "Mean"]
    assert list(marks["Mean"].x) == [1.0, 1.0] and list(marks["Mean"].y) == ["A", "B"]
    assert list(marks["Repeat"].x) == [0.1]
    assert len({trace.marker.symbol for trace in marks.values()}) == 3
    assert marks[f"{OURS}, median and range"].marker.color == OURS_COLOUR


def test_the_range_over_the_seeds_is_normalised_too():
    ranges = [trace for trace in ruler_figure(summary()).data if trace.mode == "lines" and trace.line.width == 3]
    assert [list(trace.x) for trace in ranges] == [pytest.approx([0.25, 1.0]), pytest.approx([1.0, 4.0])]
    assert not any(trace.showlegend for trace in ranges)


def test_what_cannot_be_shown_is_refused():
    with pytest.raises(ValueError, match="nothing to hold rulers against"):
        ruler_figure(summary()[lambda table: table["model"] != OURS])
    with pytest.raises(ValueError, match="normalised"):
        ruler_figure(summary().drop(columns="normalised"))

"""Test errors over the epochs: a line a run, on a logarithmic axis."""

from __future__ import annotations

import pandas as pd
import pytest

from qtkit.circuits.look import ROTATION_COLOURS
from qtkit.plots.errors import COLOURS, error_curves


def run(*errors: float | None) -> pd.DataFrame:
    return pd.DataFrame({"epoch": [0.5 * k for k in range(len(errors))], "test_loss": errors})


def test_a_line_a_run_at_the_epochs_ends():
    figure = error_curves({"fast": run(1.0, None, 0.1), "calm": run(1.0, None, 0.01)}, title="Bessel")
    assert [trace.name for trace in figure.data] == ["fast", "calm"]
    assert list(figure.data[1].x) == [0.0, 1.0] and list(figure.data[1].y) == [1.0, 0.01]
    assert figure.layout.yaxis.type == "log" and figure.layout.title.text == "Bessel"


def test_no_colour_is_a_rotations():
    assert not set(COLOURS) & set(ROTATION_COLOURS.values())


def test_what_cannot_be_shown_is_refused():
    with pytest.raises(ValueError, match="no run to show"):
        error_curves({})
    with pytest.raises(ValueError, match="calm has no test error"):
        error_curves({"calm": run(None)})
    with pytest.raises(ValueError, match="test_loss"):
        error_curves({"calm": run(1.0).drop(columns="test_loss")})

"""Curves of any measure of a task."""

from __future__ import annotations

import pandas as pd
import pytest

from qtkit.names import OURS
from qtkit.plots import measure_curves


def frame(measure: str = "mae", low: float = 0.1) -> pd.DataFrame:
    rows = [
        {"label": label, "seed": seed, "epoch": epoch, f"test_{measure}": value, f"train_{measure}": value / 2}
        for label, start in ((OURS, 1.0), ("Mapping alone", 2.0))
        for seed in (0, 1)
        for epoch in range(4)
        for value in [start / (epoch + 1) + 0.1 * seed + low]
    ]
    return pd.DataFrame(rows)


def legend(figure) -> list[str]:
    shown = sorted((trace for trace in figure.data if trace.showlegend), key=lambda trace: trace.legendrank)
    return [trace.name.replace("<b>", "").replace("</b>", "") for trace in shown]


def test_testing_at_the_left_training_at_the_right() -> None:
    figure = measure_curves(frame(), "mae", title="mine")
    assert [axis.title.text for axis in figure.select_yaxes()] == ["test mae", "train mae"]
    assert figure.layout.yaxis.range == figure.layout.yaxis2.range
    assert figure.layout.title.text == "mine"
    assert legend(figure) == ["Mapping alone  0.65, 2 seeds", f"{OURS}  0.4, 2 seeds"], "the highest first"


def test_losses_the_lowest_first_by_their_logarithms() -> None:
    figure = measure_curves(frame("loss"))
    assert figure.layout.yaxis.type == figure.layout.yaxis2.type == "log"
    assert legend(figure)[0].startswith(OURS)
    below = measure_curves(frame("loss", low=-1.0))
    assert below.layout.yaxis.type != "log"
    assert below.layout.yaxis.range[0] < -0.75, "a loss below zero has no logarithm"


def test_bands_are_of_all_models_if_asked() -> None:
    plain, banded = (measure_curves(frame(), "mae", bands=bands) for bands in (False, True))
    assert len({trace.legendgroup for trace in plain.data if trace.fill}) == 1
    assert len({trace.legendgroup for trace in banded.data if trace.fill}) == 2


def test_what_is_missing_is_told() -> None:
    with pytest.raises(ValueError, match=r"the table lacks the columns \['test_loss', 'train_loss'\]"):
        measure_curves(frame())
    with pytest.raises(ValueError, match="no row has test_mae and train_mae"):
        measure_curves(frame().assign(test_mae=None), "mae")
    with pytest.raises(ValueError, match="has seed 0 more than once"):
        measure_curves(pd.concat([frame(), frame()]), "mae")

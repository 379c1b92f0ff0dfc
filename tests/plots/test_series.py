"""The pictures of predicted series: what they show, and what they refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch

from qtkit import records
from qtkit.circuits.look import ROTATION_COLOURS
from qtkit.plots.curves import RUN_COLOURS
from qtkit.plots.series import (
    BOUNDARY_COLOUR,
    FREE_COLOUR,
    MAX_POINTS,
    PREDICTION_COLOUR,
    TRUTH_COLOUR,
    forecast_figure,
    predictions_by_epoch,
    rollout_figure,
    rollout_slider,
    value_limits,
)
from qtkit.plots.table2 import table2_figure
from qtkit.tasks.series import Series, SeriesSettings, own_series, train


def test_no_line_has_the_colour_of_a_rotation() -> None:
    """Beside a series stand the weights of circuits; runs that are compared may be circuits, too."""
    lines = (TRUTH_COLOUR, PREDICTION_COLOUR, FREE_COLOUR, BOUNDARY_COLOUR, *RUN_COLOURS[:3])
    assert not set(lines) & set(ROTATION_COLOURS.values())


@pytest.fixture(scope="module")
def series() -> Series:
    return own_series(torch.sin(torch.arange(67) / 3))


@pytest.fixture(scope="module")
def predictions(series) -> dict[int, np.ndarray]:
    return {epoch: series.targets.numpy() + 1 / epoch for epoch in (1, 2, 15, 30, 100)}


def named(figure, name):
    return [trace for trace in figure.data if trace.name == name]


@pytest.mark.slow
def test_forecast_shows_truth_prediction_and_boundary(series, predictions):
    figure = forecast_figure(series, predictions[2])
    (truth,), (prediction,) = named(figure, "truth"), named(figure, "prediction")
    np.testing.assert_allclose(truth.y, series.targets, atol=1e-5)
    np.testing.assert_allclose(prediction.y, series.targets + 0.5, atol=1e-5)
    assert list(truth.x) == list(prediction.x) == series.times.tolist()
    assert figure.layout.shapes[0].x0 == figure.layout.shapes[0].x1 == series.boundary == 45
    low, high = figure.layout.yaxis.range
    assert low < series.targets.min() and high > series.targets.max() and [low, high] == value_limits(series)
    assert "an array, 67 points" in figure.layout.title.text


def test_forecast_without_and_with_a_free_run(series, predictions):
    alone = forecast_figure(series)
    assert [trace.name for trace in alone.data] == ["truth"]
    assert "prediction" not in alone.layout.title.text, "nothing is named that is not shown"
    figure = forecast_figure(series, predictions[1], free=np.zeros(100))
    (free,) = named(figure, "free running")
    assert list(free.x) == series.times[41:].tolist(), "no further than the series"
    assert "free running" in figure.layout.title.text


def test_rollout_grid_is_the_papers(series, predictions):
    figure = rollout_figure(series, predictions)
    assert [a.text.split(":")[0] for a in figure.layout.annotations] == ["epoch 1", "epoch 15", "epoch 30", "epoch 100"]
    assert figure.layout.annotations[3].text == "epoch 100: test MSE 0.0001"
    assert len(named(figure, "truth")) == len(named(figure, "prediction")) == len(figure.layout.shapes) == 4
    assert {trace.yaxis for trace in figure.data} == {"y", "y2", "y3", "y4"}
    assert len(named(rollout_figure(series, predictions, epochs=(2, 1, 15)), "prediction")) == 3


def test_slider_has_every_epoch_and_starts_at_the_last(series, predictions):
    figure = rollout_slider(series, predictions)
    (slider,) = figure.layout.sliders
    assert [step.label.split()[0] for step in slider.steps] == ["1", "2", "15", "30", "100"] and slider.active == 4
    changes, traces = slider.steps[1].args
    assert figure.data[traces[0]].name == "prediction"
    np.testing.assert_allclose(changes["y"][0], series.targets + 0.5, atol=1e-5)
    assert isinstance(changes["y"][0], list), "packed arrays are not unpacked there"
    assert not figure.frames


def test_long_series_are_thinned():
    long = own_series(torch.sin(torch.arange(5_000) / 30))
    figure = forecast_figure(long, long.targets.numpy())
    assert all(len(trace.x) == MAX_POINTS for trace in figure.data)
    assert figure.data[0].x[-1] == long.times[-1]


def test_predictions_of_a_run():
    settings = SeriesSettings(dataset="own", candidates=(1,), depth=1, epochs=2)
    series = own_series(torch.sin(torch.arange(67) / 3))
    frame = records.frame(train(settings, series), settings.ansatze)
    found = predictions_by_epoch(frame)
    assert list(found) == [0, 1, 2] and all(p.shape == (62,) for p in found.values())
    stored = frame.assign(prediction=[None if p is None else np.array(p) for p in frame["prediction"]])
    assert list(predictions_by_epoch(stored)) == [0, 1, 2], "as Parquet gives them"


def test_what_cannot_be_shown(series, predictions):
    with pytest.raises(ValueError, match=r"no prediction of epoch 3; there are \[1, 2, 15, 30, 100\]"):
        rollout_figure(series, predictions, epochs=(3,))
    with pytest.raises(ValueError, match=r"a prediction must have shape \(62,\), got \(3,\)"):
        forecast_figure(series, [1, 2, 3])
    with pytest.raises(ValueError, match=r"a prediction must have shape \(62,\), got \(3,\)"):
        rollout_figure(series, {1: [1, 2, 3]}, epochs=(1,))
    with pytest.raises(ValueError, match="no prediction to show: a run keeps them with predictions='all'"):
        rollout_slider(series, {})
    with pytest.raises(ValueError, match=r"lacks the columns \['epoch', 'prediction'\]; it has \['a'\]"):
        predictions_by_epoch(pd.DataFrame({"a": [1]}))


def test_table_2_as_a_picture():
    cells = [
        {
            "dataset": d,
            "model": m,
            "seeds": 3,
            "median": v,
            "low": v / 2,
            "high": v * 2,
            "paper": 5e-4,
            "below": 1,
            "rank": r,
        }
        for d, m, v, r in (
            ("Bessel", "DiffQAS", 1e-4, 1),
            ("Bessel", "Config 1", 2e-2, 2),
            ("NARMA 5", "DiffQAS", 3e-5, 1),
        )
    ]
    (heat,) = table2_figure(pd.DataFrame(cells)).data
    assert list(heat.x) == ["Bessel", "NARMA 5"] and list(heat.y) == ["<b>DiffQAS</b>", "Config 1"]
    assert heat.z[0][0] == 0 and heat.z[1][0] == 1, "from the best of the column to ten times that and above"
    assert np.isnan(heat.z[1][1]) and heat.text[1][1] == "", "what has not been run"
    assert heat.text[0][0] == "<b>1.0e-4</b> ★<br>5.0e-5 – 2.0e-4<br>paper 5.0e-4 · 1/3"
    ruler = {"dataset": "Bessel", "model": "Least squares", "median": 1e-9, "rank": None}
    (heat,) = table2_figure(pd.DataFrame([ruler, *cells])).data
    assert list(heat.y) == ["<b>DiffQAS</b>", "Config 1", "<i>Least squares</i>"], "below the models"
    assert heat.z[0][0] == 0 and heat.z[2][0] == 0, "a ruler does not set the colour scale"
    assert heat.text[2][0] == "<b>1.0e-9</b>" and heat.text[2][1] == ""
    with pytest.raises(ValueError, match="Bessel has rulers only: no model to compare them with"):
        table2_figure(pd.DataFrame([ruler, cells[2]]))
    with pytest.raises(ValueError, match="lacks the columns"):
        table2_figure(pd.DataFrame({"dataset": []}))
    with pytest.raises(ValueError, match="no row"):
        table2_figure(pd.DataFrame(cells).iloc[:0])


def test_the_picture_is_widened_for_predictions_but_not_for_any(series):
    low, high = value_limits(series)
    truth = series.targets.numpy()
    span = truth.max() - truth.min()
    assert value_limits(series, [truth]) == pytest.approx([low, high])
    assert value_limits(series, [truth - 0.5 * span]) == pytest.approx([low - 0.5 * span, high])
    assert value_limits(series, [truth, truth + 9 * span]) == pytest.approx([low, high + span]), "at most its height"
    figure = rollout_figure(series, {1: truth - 0.5 * span}, epochs=(1,))
    assert figure.layout.yaxis.range == pytest.approx((low - 0.5 * span, high))

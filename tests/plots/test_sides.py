"""Readings side by side: one scale a row, one entry a model in the legend, and columns without runs."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.names import OURS
from qtkit.plots import accuracy_sides, reward_sides, rollout_sides
from qtkit.plots.sides import ABSENT
from qtkit.tasks.series.data import load_series
from qtkit.tasks.series.settings import SeriesSettings
from tests.claims import accuracy_frames, reward_frames

LEVELS = {OURS: 0.8, "Config 2": 0.9, "Config 5": 0.7}


def accuracies(more: float = 0.0, labels=tuple(LEVELS), **options):
    pairs = ["mnist-1-5"]
    return accuracy_frames.curves(lambda label, *_: LEVELS[label] + more, labels=labels, pairs=pairs, **options)


def rewards(more: float = 0.0):
    return reward_frames.curves(
        lambda label, *_: LEVELS[label] + more, labels=LEVELS, environments=["minigrid-empty-5x5-v0"], episodes=20_000
    )


def legend(figure) -> list[str]:
    named = sorted((trace for trace in figure.data if trace.showlegend), key=lambda trace: trace.legendrank)
    return [trace.name for trace in named]


@pytest.mark.slow
def test_each_model_is_once_in_the_legend_with_its_value_in_every_column():
    columns = {"left": accuracies(), "right": accuracies(0.05, labels=(OURS, "Config 2"))}
    figure = accuracy_sides(columns, names={"Config 2": "two"})
    assert legend(figure) == ["two  0.900 | 0.950", "<b>DiffQAS  0.800 | 0.850</b>", "Config 5  0.700 | –"]
    assert {each.text for each in figure.layout.annotations} == {"<b>left</b>", "<b>right</b>"}
    titles = [figure.get_subplot(row, 1).yaxis.title.text for row in range(1, 5)]
    assert titles == ["test accuracy", "train accuracy", "test loss", "train loss"]
    lines = [trace for trace in figure.data if trace.legendgroup == "Config 5" and trace.line.width]
    assert len(lines) == 4, "in the left column only"


@pytest.mark.slow
def test_the_longer_column_decides_the_scale():
    figure = accuracy_sides({"short": accuracies(epochs=15), "long": accuracies(0.05, epochs=50)})
    assert {figure.get_subplot(row, column).xaxis.range[1] for row in (1, 4) for column in (1, 2)} == {50.5}
    low, high = figure.get_subplot(1, 1).yaxis.range
    assert low < 0.7 and high > 0.96, "both columns' values are seen"


@pytest.mark.slow
def test_a_column_without_runs_has_axes_and_says_so():
    right, left = accuracy_sides({"a": accuracies(), "b": None}), reward_sides({"a": None, "b": rewards()})
    for figure, place in ((right, "x2 domain"), (left, "x domain")):
        (words,) = [each for each in figure.layout.annotations if each.text == ABSENT]
        assert words.xref == place
        axes = {trace.xaxis for trace in figure.data}
        assert axes == {f"x{number or ''}" for number in (0, *range(2, len(axes) + 1))}, "axes show where a trace is"


@pytest.mark.slow
def test_rewards_of_two_readings():
    figure = reward_sides({"a": rewards(), "b": rewards(0.05)})
    assert [name.split("  ")[0] for name in legend(figure)] == ["Config 2", "<b>DiffQAS", "Config 5"]
    for row in range(1, 4):
        left, right = (figure.get_subplot(row, column) for column in (1, 2))
        assert left.yaxis.range == right.yaxis.range and left.xaxis.range == right.xaxis.range
    assert figure.get_subplot(2, 1).xaxis.range == (15_000, 20_000)


def test_predictions_of_two_readings():
    series = load_series(SeriesSettings())
    truth = series.targets.numpy()
    known = {epoch: truth + 1 / epoch for epoch in (1, 15, 30, 100)}
    figure = rollout_sides(series, {"a": known, "b": None})
    texts = [each.text for each in figure.layout.annotations]
    assert texts[0] == "<b>a</b>, epoch 1: test MSE 1" and "<b>b</b>" in texts and ABSENT in texts
    worst = rollout_sides(series, {"a": known, "b": dict.fromkeys(known, 0 * truth)})
    assert len(worst.data) == 16
    assert np.allclose(worst.get_subplot(1, 1).yaxis.range, worst.get_subplot(4, 2).yaxis.range)
    with pytest.raises(ValueError, match=r"b: no prediction of epoch 15; there are \[1\]"):
        rollout_sides(series, {"a": known, "b": {1: truth}})


def test_nothing_to_show():
    for draw in (accuracy_sides, reward_sides):
        with pytest.raises(ValueError, match=r"none of the readings \['a', 'b'\] has runs: nothing to show"):
            draw({"a": None, "b": None})

"""Figures 5 to 7: what they show, and what they refuse."""

from __future__ import annotations

import pandas as pd
import pytest

from qtkit.names import OURS, PAPER_MODELS
from qtkit.plots import accuracy_curves
from qtkit.plots.accuracy import VIEWS
from qtkit.plots.models import CASING, OURS_COLOUR, model_styles
from qtkit.plots.style import MIXED_COLOUR
from tests.claims.accuracy_frames import curves

LEVELS = {label: 0.8 + 0.01 * i for i, label in enumerate((*PAPER_MODELS, "Classical", "Mapping alone"))}
ONE = ["mnist-1-5"]


def frame(**options) -> pd.DataFrame:
    return curves(lambda label, seed, _: LEVELS[label] + 0.02 * (seed - 1), labels=LEVELS, pairs=ONE, **options)


def test_the_only_search_is_black_whatever_it_searches() -> None:
    own = ["Mapping alone", "DiffQAS 2,5,8,A", "Config 5", "H, CZ ring, RY"]
    styles = model_styles(own)
    assert styles["DiffQAS 2,5,8,A"]["color"] == OURS_COLOUR
    assert styles["H, CZ ring, RY"]["color"] == MIXED_COLOUR, "as in the panel"
    two = model_styles([OURS, "DiffQAS 2,5"])
    assert two[OURS]["color"] == OURS_COLOUR != two["DiffQAS 2,5"]["color"]


@pytest.mark.slow
def test_four_plots_of_every_model():
    figure = accuracy_curves(frame(), title="Figure 5")
    for value, axes in zip(VIEWS, ("x", "x2", "x3", "x4"), strict=True):
        own = {trace.legendgroup: trace for trace in figure.data if trace.xaxis == axes and trace.name}
        assert set(own) == set(LEVELS)
        styles = model_styles(list(LEVELS))
        for label, trace in own.items():
            truth = frame()
            truth = truth[truth["label"] == label].groupby("epoch")[value].median()
            assert trace.y == pytest.approx(truth.to_numpy(), abs=1e-4), (label, value)
            assert trace.line.color == styles[label]["color"]


@pytest.mark.slow
def test_the_legend_has_the_last_accuracies_the_highest_first():
    figure = accuracy_curves(frame())
    named = sorted((trace for trace in figure.data if trace.showlegend), key=lambda trace: trace.legendrank)
    assert [trace.legendgroup for trace in named] == sorted(LEVELS, key=lambda label: -LEVELS[label])
    assert named[-1].name == "<b>DiffQAS  0.800, 3 seeds</b>"
    assert named[0].name == "Mapping alone  0.940, 3 seeds"


@pytest.mark.slow
def test_the_search_is_black_on_a_light_edge_over_its_seeds_and_band():
    own = [trace for trace in accuracy_curves(frame()).data if trace.legendgroup == OURS and trace.xaxis == "x"]
    band, *seeds, edge, line = own
    assert line.line.color == OURS_COLOUR and edge.line.color == CASING and edge.line.width > line.line.width
    assert [trace.y[-1] for trace in seeds] == pytest.approx([0.78, 0.8, 0.82], abs=1e-3)
    assert (max(band.y), band.y[len(band.y) // 2]) == pytest.approx((0.82, 0.78), abs=1e-3)


@pytest.mark.slow
def test_one_seed_alone():
    own = [trace for trace in accuracy_curves(frame(seeds=1)).data if trace.legendgroup == OURS and trace.xaxis == "x"]
    assert len(own) == 3, "band, edge and line"
    assert own[-1].name == f"<b>{OURS}  0.780</b>"


@pytest.mark.slow
def test_accuracies_share_a_scale_and_so_do_losses():
    layout = accuracy_curves(frame()).layout
    assert layout.yaxis.range == layout.yaxis3.range and layout.yaxis2.range == layout.yaxis4.range
    values = frame()
    values = values[values["epoch"] >= 1]
    low, high = layout.yaxis.range
    assert low < values["test_accuracy"].min() and high > values["train_accuracy"].max(), "what is trained is seen"
    assert low > 0.5, "where all begin is not what is compared"
    assert layout.yaxis2.type == layout.yaxis4.type == "log"
    assert [layout[f"yaxis{n}"].title.text for n in ("", 2, 3, 4)] == [
        "test accuracy",
        "test loss",
        "train accuracy",
        "train loss",
    ]


def test_what_cannot_be_drawn():
    table = frame()
    with pytest.raises(ValueError, match=r"the table lacks the columns \['train_loss'\]; it has"):
        accuracy_curves(table.drop(columns="train_loss"))
    with pytest.raises(ValueError, match="no row has accuracies and losses: nothing to show"):
        accuracy_curves(table.iloc[:0])
    with pytest.raises(ValueError, match=r"one pair of classes a figure, got \['fashion-1-5', 'mnist-1-5'\]"):
        accuracy_curves(pd.concat([table, table.assign(experiment="fashion-1-5")]))
    with pytest.raises(ValueError, match="DiffQAS has seed 0 more than once: choose the runs of one setting"):
        accuracy_curves(pd.concat([table, table]))


def test_a_run_that_repeats_another_is_drawn_once() -> None:
    """Such as the mapping's with other candidates, which it has none of."""
    table = frame().assign(run="one")
    again = accuracy_curves(pd.concat([table, table.assign(run="two")]))
    assert len(again.data) == len(accuracy_curves(table).data)
    with pytest.raises(ValueError, match="has seed 0 more than once"):
        accuracy_curves(pd.concat([table, table.assign(run="two", test_loss=0.5)]))

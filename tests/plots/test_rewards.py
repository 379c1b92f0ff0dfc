"""Figures 13 and 14: what they show, and what they refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.names import PAPER_MODELS
from qtkit.plots import candidate_style, reward_curves
from qtkit.plots.models import CASING, OURS_COLOUR
from qtkit.plots.rewards import MAX_POINTS
from tests.claims.reward_frames import ENVIRONMENTS, curves

LEVELS = {
    label: 0.5 + 0.01 * i for i, label in enumerate((*PAPER_MODELS, "Classical", "DiffQAS · entropy_weight=0.01"))
}


def frame(labels=tuple(LEVELS), **options) -> pd.DataFrame:
    return curves(
        lambda label, seed, _: LEVELS[label] + 0.05 * (seed - 1) * (label == "DiffQAS"),
        lambda label, seed, _: 0.1 + 0.1 * seed,
        labels=labels,
        environments=ENVIRONMENTS[:1],
        **options,
    )


def drawn(figure, label: str, axis: str = "x") -> list:
    """The traces of a model with its colour."""
    return [
        trace
        for trace in figure.data
        if trace.legendgroup == label and (trace.xaxis or "x") == axis and (trace.hovertemplate or "").strip()
    ]


def test_a_line_a_model_the_best_first_in_the_legend():
    figure = reward_curves(frame())
    named = sorted((trace for trace in figure.data if trace.showlegend), key=lambda trace: trace.legendrank)
    assert len(named) == len(LEVELS)
    assert [trace.legendgroup for trace in named] == sorted(LEVELS, key=lambda label: -LEVELS[label])
    assert named[-1].name == "<b>DiffQAS  0.500, 3 seeds</b>" and named[-2].name == "Config 1  0.510"


def test_baselines_have_the_style_of_their_factors():
    figure = reward_curves(frame())
    for ansatz in CANDIDATES:
        (trace,) = drawn(figure, f"Config {ansatz.config}")
        style = candidate_style(ansatz)
        assert (trace.line.color, trace.line.dash) == (style.colour, style.dash)
    widths = {label: drawn(figure, label)[0].line.width for label in ("Config 1", "Config 7")}
    assert widths["Config 1"] > widths["Config 7"], "Hadamards are thick"
    (control,) = drawn(figure, "Classical")
    assert control.line.dash == "dot"


def test_the_search_is_black_on_a_light_edge_over_its_seeds_and_band():
    figure = reward_curves(frame())
    own = [trace for trace in figure.data if trace.legendgroup == "DiffQAS" and (trace.xaxis or "x") == "x"]
    band, *seeds, edge, line = own
    assert line.line.color == OURS_COLOUR and line.line.width > 3 and figure.data[-1].line.color == OURS_COLOUR
    assert edge.line.color == CASING and edge.line.width > line.line.width and not edge.showlegend
    assert len(seeds) == 3
    # The seeds end at 0.45, 0.5, 0.55, with deviations of 0.1, 0.2, 0.3.
    assert [trace.y[-1] for trace in seeds] == pytest.approx([0.45, 0.5, 0.55], abs=1e-3)
    assert line.y[-1] == pytest.approx(0.5, abs=1e-3)
    spread = np.sqrt((0.01 + 0.04 + 0.09) / 3)
    assert line.customdata[-1] == pytest.approx(spread, abs=1e-3)
    middle = len(band.y) // 2
    assert (band.y[middle - 1], band.y[middle]) == pytest.approx((0.5 + spread, 0.5 - spread), abs=1e-3)


def test_the_last_episodes_are_enlarged_and_their_deviation_shown():
    figure = reward_curves(frame())
    for label in ("Config 4", "DiffQAS"):
        mean, std = drawn(figure, label, "x2")[-1], drawn(figure, label, "x3")[-1]
        assert min(mean.x) == min(std.x) == 45_000 and max(mean.x) == 50_000
        assert mean.y[-1] == drawn(figure, label)[-1].y[-1] and list(std.y) == list(mean.customdata)
        assert not mean.showlegend and not std.showlegend
    assert list(figure.layout.xaxis2.range) == list(figure.layout.xaxis3.range) == [45_000, 50_000]
    low, high = figure.layout.yaxis2.range
    assert low < 0.45 and high > LEVELS["DiffQAS · entropy_weight=0.01"]
    assert figure.layout.shapes[0].x0 == 45_000 and figure.layout.shapes[0].y1 == high


def test_no_line_has_more_points_than_can_be_seen():
    figure = reward_curves(frame(("DiffQAS", "Config 1"), episodes=200_000), bands=True)
    assert max(len(trace.x) for trace in figure.data) == MAX_POINTS
    assert len(drawn(figure, "Config 1")[0].x) == MAX_POINTS and drawn(figure, "Config 1")[0].x[-1] == 200_000


@pytest.mark.slow
def test_bands_of_all_if_asked():
    filled = [trace.legendgroup for trace in reward_curves(frame(), bands=True).data if trace.fill]
    assert sorted(filled) == sorted(LEVELS)
    assert [trace.legendgroup for trace in reward_curves(frame()).data if trace.fill] == ["DiffQAS"]


def test_a_short_run_of_one_model():
    figure = reward_curves(frame(("Config 3",), episodes=300), title="here")
    (line,) = drawn(figure, "Config 3")
    assert list(line.x) == [100, 200, 300] and figure.layout.title.text == "here"
    assert list(figure.layout.xaxis2.range) == [0, 300]


def test_seeds_that_are_not_equally_far_are_compared_as_far_as_all_are():
    table = frame(("DiffQAS",))
    table = table[(table["seed"] > 0) | (table["episode"] <= 20_000)]
    assert drawn(reward_curves(table), "DiffQAS")[-1].x[-1] == 20_000


def test_what_cannot_be_drawn():
    table = frame(("DiffQAS", "Config 1"))
    with pytest.raises(ValueError, match=r"the table lacks the columns \['moving_std'\]"):
        reward_curves(table.drop(columns="moving_std"))
    with pytest.raises(ValueError, match="the table has no row: nothing to show"):
        reward_curves(table.iloc[:0])
    with pytest.raises(ValueError, match="DiffQAS has seed 0 more than once: choose the runs of one setting"):
        reward_curves(pd.concat([table, table]))
    with pytest.raises(ValueError, match=r"one environment a figure, got \['minigrid-empty-5x5-v0', 'minigrid"):
        reward_curves(curves(labels=("Config 1",)))


def test_a_run_that_repeats_another_is_drawn_once() -> None:
    """Such as the mapping's with other candidates, which it has none of."""
    table = frame(("DiffQAS", "Config 1")).assign(run="one")
    again = reward_curves(pd.concat([table, table.assign(run="two")]))
    assert len(again.data) == len(reward_curves(table).data)
    with pytest.raises(ValueError, match="has seed 0 more than once"):
        reward_curves(pd.concat([table, table.assign(run="two", moving_mean=0.5)]))

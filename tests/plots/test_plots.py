from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
import torch
from torch import nn

from qtkit import CANDIDATES, Ansatz, QuantumTrain
from qtkit.plots import (
    SearchState,
    candidate_grid,
    candidate_style,
    compare_runs,
    first_layer,
    generated_weights,
    search_figure,
    training_curves,
    weight_bars,
    weight_histogram,
    weight_history,
)
from qtkit.plots.curves import MAX_POINTS, RUN_COLOURS, thin
from qtkit.plots.labels import end_labels, spread, step_end, value_range
from qtkit.plots.live.picture import PARTS
from qtkit.plots.live.search import SearchPicture
from qtkit.plots.models import CASING, OURS_COLOUR
from qtkit.plots.style import INK, MIXED_COLOUR, slots
from qtkit.records import frame
from qtkit.tasks.images.settings import ImageSettings
from tests.panels.fake_training import FakeTraining

OWN = Ansatz(entangler=((0, 1),), rotation=("rx", "ry"))


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def records(n_steps: int = 30, **overrides: object) -> list:
    return list(FakeTraining(ImageSettings(**overrides), n_steps=n_steps))


class TestStyle:
    def test_the_three_factors_have_a_channel_each(self) -> None:
        styles = [candidate_style(candidate) for candidate in CANDIDATES]
        assert len({(s.colour, s.dash, s.width) for s in styles}) == 12
        for candidate, style in zip(CANDIDATES, styles, strict=True):
            same = [s for c, s in zip(CANDIDATES, styles, strict=True) if c.rotation == candidate.rotation]
            assert {s.colour for s in same} == {style.colour}
            assert (style.dash == "dash") == (candidate.entangler == "cyc")
            assert (style.pattern == "") == candidate.hadamard

    @pytest.mark.parametrize("page", ["#ffffff", "#111111"])
    def test_text_and_lines_are_seen_on_light_and_dark_pages(self, page: str) -> None:
        assert contrast(INK, page) > 4
        for candidate in CANDIDATES:
            assert contrast(candidate_style(candidate).colour, page) > 3

    def test_circuits_of_ones_own_have_a_colour_and_a_dash_of_their_own(self) -> None:
        star = Ansatz(True, ((0, 1), (0, 2)), "ry")  # as config 2 rotates
        for own in (OWN, star, Ansatz(True, "cyc", ("rx", "ry"))):
            assert (candidate_style(own).colour, candidate_style(own).dash) == (MIXED_COLOUR, "dot")

    def test_circuits_of_ones_own_come_after_the_twelve(self) -> None:
        assert slots([CANDIDATES[3], OWN]) == (*CANDIDATES, OWN)


class TestLabels:
    def test_lines_that_end_together_share_a_label(self) -> None:
        values = [0.1, 0.2, 0.1, 0.1, 0.05, 0.1, *[None] * 6]
        labels = end_labels(values, CANDIDATES, (0, 0.3))
        assert [text for _, text, _ in labels] == ["5", "1, 3, 4, 6", "2"]
        colours = {text: colour for _, text, colour in labels}
        assert colours["1, 3, 4, 6"] == INK
        assert colours["2"] == candidate_style(CANDIDATES[1]).colour

    def test_labels_keep_their_distance_and_stay_on_the_axis(self) -> None:
        labels = end_labels([0.0005 * i for i in range(12)], CANDIDATES, (0, 0.3), gap=0.05)
        heights = [height for height, _, _ in labels]
        assert min(np.diff(heights)) >= 0.05 * 0.3 - 1e-9
        assert heights[0] >= 0
        assert heights[-1] <= 0.3

    def test_nothing_moves_that_needs_not(self) -> None:
        assert spread([0.0, 1.0, 2.0], 0.5) == [0.0, 1.0, 2.0]
        assert spread([1.0, 1.0], 0.5) == [0.75, 1.25]
        assert spread([], 0.5) == []

    def test_not_a_number_has_no_label(self) -> None:
        assert end_labels([math.nan, *[None] * 11], CANDIDATES, (0, 1)) == []


@pytest.mark.parametrize(("low", "high"), [(0, 0), (0.083, 0.0834), (-3, 5), (1e-9, 2e-9), (0.2, 0.2)])
def test_value_range_holds_its_values(low: float, high: float) -> None:
    for zero in (False, True):
        bottom, top = value_range(low, high, zero=zero)
        assert bottom <= low <= high < top
        assert not zero or bottom <= 0 <= top


def test_step_axis_moves_in_stages() -> None:
    ends = [step_end(step) for step in range(1, 1000)]
    assert all(end >= 1.14 * step for step, end in enumerate(ends, start=1) if step > 10)
    assert len(set(ends)) <= 20


class TestWeights:
    def test_bars_keep_their_places_when_candidates_are_off(self) -> None:
        figure = weight_bars([0.3, 0.7], [CANDIDATES[4], CANDIDATES[7]], start=[0.5, 0.5])
        heights = list(figure.data[0].y)
        assert heights[4] == 0.3
        assert heights[7] == 0.7
        assert heights.count(None) == 10
        assert figure.layout.xaxis.ticktext[0] == "1"

    def test_negative_weights_stay_on_the_axis(self) -> None:
        figure = weight_bars([-0.5] + [0.1] * 11)
        assert figure.layout.yaxis.range[0] <= -0.5

    def test_history_has_a_line_for_each_and_names_at_the_ends(self) -> None:
        weights = np.linspace(0, 1, 5)[:, None] * np.arange(1, 13)  # (5, 12)
        figure = weight_history(range(5), weights)
        assert len(figure.data) == 13
        assert [text.strip() for text in figure.data[-1].text] == [str(i) for i in range(1, 13)]

    def test_shapes_that_do_not_match_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"must have shape \(3, 12\), got \(3, 2\)"):
            weight_history(range(3), np.zeros((3, 2)))
        with pytest.raises(ValueError, match="2 weights for 12 candidates"):
            weight_bars([0.1, 0.2])


class TestGenerated:
    def test_counts_add_up_and_far_weights_fall_into_the_end_bins(self) -> None:
        network = nn.Linear(100, 50)
        with torch.no_grad():
            network.bias[0] = 1e6
        summary = generated_weights(network)
        assert summary.counts.sum() == summary.n_weights == 5050
        assert summary.centres[-1] < 10

    def test_pictures_are_those_of_the_first_units(self) -> None:
        network = nn.Linear(784, 16)
        summary = generated_weights(network)
        assert summary.layer.shape == (57, 4 * 29 - 1)
        weight = network.weight.detach().numpy()
        np.testing.assert_array_equal(summary.layer[:28, 29:57], weight[1].reshape(28, 28))
        assert np.isnan(summary.layer[28]).all()
        assert summary.layer_text == "8 of 16 units, 28 × 28 pixels each"

    def test_a_matrix_that_is_no_picture_is_shown_as_it_is(self) -> None:
        summary = generated_weights(nn.Linear(21, 20))
        assert summary.layer.shape == (20, 21)

    def test_of_a_convolution_the_filters_of_one_channel_are_pictures(self) -> None:
        network = nn.Sequential(nn.Conv2d(1, 6, 5), nn.Flatten(), nn.Linear(64, 3))
        summary = generated_weights(network)
        assert summary.layer_text == "6 of 6 units, 5 × 5 pixels each"
        np.testing.assert_array_equal(summary.layer[:5, :5], network[0].weight.detach().numpy()[0, 0])
        assert generated_weights(nn.Conv2d(3, 8, 3)).layer.shape == (8, 27), "several channels are no picture"

    def test_weights_that_are_all_equal_and_no_matrix_at_all(self) -> None:
        bias = nn.Module()
        bias.register_parameter("b", nn.Parameter(torch.zeros(3)))
        assert generated_weights(bias).counts.sum() == 3

    def test_it_is_the_generated_weights_that_count(self) -> None:
        model = QuantumTrain(nn.Linear(5, 3), depth=1)
        summary = generated_weights(model)
        assert summary.n_weights == 18
        assert weight_histogram(model).data[0].y.sum() == 18
        assert first_layer(model).data[0].z.shape == (3, 5)


class TestCurves:
    def test_few_points_whatever_the_length(self) -> None:
        assert thin(3) == [0, 1, 2]
        picked = thin(100_000)
        assert len(picked) == MAX_POINTS <= 1000
        assert (picked[0], picked[-1]) == (0, 99_999)

    def test_training_curves_draw_what_is_known(self) -> None:
        figure = training_curves(frame(records()))
        by_name = {(trace.name, trace.yaxis): trace for trace in figure.data}
        assert list(by_name["test", "y2"].y) == pytest.approx([0.5, 0.6, 0.7, 0.8])
        assert figure.layout.yaxis.type == "log"

    def test_a_table_without_the_columns_is_refused(self) -> None:
        with pytest.raises(ValueError, match="lacks the columns"):
            training_curves(pd.DataFrame({"step": [1]}))

    def test_runs_are_compared_by_median_and_range(self) -> None:
        table = pd.DataFrame(
            [
                {"label": label, "seed": seed, "epoch": epoch, "test_accuracy": value + 0.1 * epoch}
                for label, values in (("search", (0.5, 0.6, 0.9)), ("mapping", (0.4,)))
                for seed, value in enumerate(values)
                for epoch in (0, 1)
            ]
        )
        figure = compare_runs(table)
        lines = {trace.name: trace for trace in figure.data if trace.name}
        assert list(lines["search"].y) == pytest.approx([0.6, 0.7])
        assert {a.text for a in figure.layout.annotations} == {"search (3 seeds)", "mapping (1 seed)"}
        band = next(trace for trace in figure.data if not trace.name)
        assert (min(band.y), max(band.y)) == pytest.approx((0.5, 1.0))

    def test_a_seed_counts_once(self) -> None:
        table = pd.DataFrame({"label": "a", "seed": [0, 1], "epoch": 0, "test_accuracy": [0.5, 0.9]})
        again = compare_runs(pd.concat([table, table.iloc[:1]]))
        assert again.data[1].y[0] == pytest.approx(0.7), "the same numbers again change nothing"
        with pytest.raises(ValueError, match="a has seed 1 more than once: choose the runs of one setting"):
            compare_runs(pd.concat([table, table.iloc[1:].assign(test_accuracy=0.1)]))

    def test_a_model_of_the_paper_looks_as_in_all_figures(self) -> None:
        labels = ["DiffQAS", "Config 5", "mine", "Mapping alone"]
        table = pd.DataFrame({"label": labels, "seed": 0, "epoch": 0, "test_accuracy": [0.4, 0.3, 0.2, 0.1]})
        figure = compare_runs(table)
        lines = {trace.name: trace.line for trace in figure.data if trace.name}
        assert {label: lines[label].color for label in labels} == {
            "DiffQAS": OURS_COLOUR,
            "Config 5": candidate_style(CANDIDATES[4]).colour,
            "mine": RUN_COLOURS[0],
            "Mapping alone": INK,
        }
        assert sum(trace.line.color == CASING for trace in figure.data) == 1, "black is seen on a dark page"
        colours = {note.text.partition(" (")[0]: note.font.color for note in figure.layout.annotations}
        assert colours["DiffQAS"] == INK

    def test_nothing_to_compare_is_refused(self) -> None:
        table = pd.DataFrame({"label": ["a"], "seed": [0], "epoch": [0], "test_accuracy": [np.nan]})
        with pytest.raises(ValueError, match="nothing to compare"):
            compare_runs(table)


class TestSearchFigure:
    def test_it_shows_what_the_records_say(self) -> None:
        state = SearchState(CANDIDATES, records(), generated_weights(nn.Linear(64, 3)))
        figure = search_figure(state)
        traces = dict(zip(SearchPicture().names, figure.data, strict=True))
        assert traces["bars"].y[4] == pytest.approx(1 / 12 + 0.3)
        assert traces["start"].y[4] == pytest.approx(1 / 12)
        assert list(traces["line 4"].y)[-1] == pytest.approx(1 / 12 + 0.3)
        assert list(traces["test accuracy"].x) == [0, 10, 20, 30]
        assert len(traces["batch loss"].x) == 30
        assert traces["layer"].z.shape[0] > 0

    def test_empty_states_can_be_drawn(self) -> None:
        for state in (
            SearchState(CANDIDATES),
            SearchState(()),
            SearchState((), records(5, model="mapping")),
            SearchState((CANDIDATES[4],), records(5, candidates=(5,))),
            SearchState(CANDIDATES, expected=(1 / 12,) * 12),
        ):
            assert isinstance(search_figure(state), go.Figure)
        assert search_figure(SearchState(CANDIDATES, expected=(1 / 12,) * 12)).data[0].y[0] == pytest.approx(1 / 12)

    def test_no_trace_is_heavy_however_long_the_run(self) -> None:
        data = SearchPicture().data(SearchState(CANDIDATES, records(5000)))
        for name, changes in data.items():
            if name != "layer":
                assert max(len(v) for v in changes.values() if hasattr(v, "__len__")) <= 1000, name

    def test_parts_are_disjoint_and_complete(self) -> None:
        state = SearchState(CANDIDATES, records())
        parts = [set(SearchPicture().data(state, (part,))) for part in PARTS]
        assert set.union(*parts) == set(SearchPicture().names)
        assert sum(map(len, parts)) == len(set.union(*parts))

    def test_ranges_move_seldom(self) -> None:
        every = records(300)
        ranges = [json.dumps(SearchPicture().ranges(SearchState(CANDIDATES, every[:n]))) for n in range(1, 301)]
        moves = sum(one != other for one, other in itertools.pairwise(ranges))
        assert moves < 60

    def test_the_loss_axis_always_has_two_ticks(self) -> None:
        low, high = SearchPicture().ranges(SearchState(CANDIDATES, records(1)))["yaxis3_range"]
        ticks = [
            t for t in search_figure(SearchState(CANDIDATES)).layout.yaxis3.tickvals if low <= math.log10(t) <= high
        ]
        assert len(ticks) >= 2


def test_candidate_grid() -> None:
    figure = candidate_grid([f"note {i}" for i in range(12)])
    assert len(figure.layout.shapes) == 12
    assert figure.data[0].text[11] == "<b>12</b><br>note 11"
    with pytest.raises(ValueError, match="got 2"):
        candidate_grid(["a", "b"])


def test_figures_are_small_enough_to_be_stored_in_a_notebook() -> None:
    state = SearchState(CANDIDATES, records(1000), generated_weights(nn.Linear(784, 128)))
    for figure in (search_figure(state), candidate_grid(), first_layer(nn.Linear(784, 128))):
        assert len(figure.to_json()) < 300_000

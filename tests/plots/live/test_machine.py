"""The machine panel's figure, read back from plotly."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qtkit.plots.live.machine import MAX_TRIES, MachinePicture, MachineState, n_beyond
from qtkit.plots.style import TEST_COLOUR

EXACT = np.linspace(-1.0, 3.0, 500)


def trace(state: MachineState, name: str):
    picture = MachinePicture.of(state)
    return picture.figure(state).data[picture.names.index(name)]


def ranges_of(state: MachineState) -> dict:
    return MachinePicture.of(state).ranges(state)


@pytest.mark.parametrize("measure", ["accuracy", "loss"])
def test_nothing_known_yet(measure: str) -> None:
    state = MachineState(measure)
    figure = MachinePicture(measure).figure(state)
    assert len(figure.data) == len(MachinePicture(measure).names)
    assert len(trace(state, "weights").x) == len(trace(state, "tries").x) == len(trace(state, "last").x) == 0
    assert trace(state, "exact").y == (None, None)
    assert n_beyond(state) == 0
    assert figure.layout.yaxis2.type == ("log" if measure == "loss" else None)
    assert f"test {measure}" in figure.layout.annotations[1].text


def test_before_the_first_try_the_weights_stand_on_the_diagonal() -> None:
    weights = trace(MachineState(exact_weights=EXACT, exact=0.9), "weights")
    np.testing.assert_array_equal(weights.x, weights.y)
    assert trace(MachineState(exact_weights=EXACT, exact=0.9), "exact").y == (0.9, 0.9)


def test_weights_beyond_the_picture_stand_at_its_edge_and_say_their_value() -> None:
    read = EXACT.copy()
    read[100], read[200] = 99.0, -99.0
    state = MachineState(exact_weights=EXACT, read_weights=read)
    weights, (low, high) = trace(state, "weights"), ranges_of(state)["yaxis_range"]
    assert (weights.y[100], weights.y[200]) == (high, low)
    assert (weights.marker.symbol[100], weights.marker.symbol[200]) == ("triangle-up", "triangle-down")
    assert set(weights.marker.symbol) == {"circle", "triangle-up", "triangle-down"}
    np.testing.assert_array_equal(weights.customdata[100], [EXACT[100], 99.0])
    assert weights.marker.color == TEST_COLOUR
    assert n_beyond(state) == 2
    np.testing.assert_array_equal(weights.y[:100], EXACT[:100])


def test_one_far_exact_weight_does_not_squeeze_the_others() -> None:
    exact = np.linspace(-1, 1, 2_000)
    exact[0] = 500.0
    ranges = ranges_of(MachineState(exact_weights=exact))
    assert ranges["xaxis_range"] == pytest.approx([-1.08, 1.08], abs=0.01)
    points = MachinePicture().data(MachineState(exact_weights=exact))["weights"]
    assert max(points["x"]) <= 1.09 and points["customdata"][0].tolist() == [500.0, 500.0]


def test_equal_weights_have_a_range_too() -> None:
    low, high = ranges_of(MachineState(exact_weights=np.full(8, 0.25)))["xaxis_range"]
    assert low < 0.25 < high


def test_the_axes_of_the_weights_do_not_follow_what_is_read() -> None:
    kept = [ranges_of(MachineState(exact_weights=EXACT, read_weights=factor * EXACT)) for factor in (1, 50)]
    assert kept[0] == kept[1]


def test_tries_in_order_the_last_filled() -> None:
    tries = [(0.8, "one"), (math.nan, "two"), (0.9, "three"), (0.7, "four")]
    state = MachineState(exact=0.95, tries=tries)
    rings, last = trace(state, "tries"), trace(state, "last")
    assert (rings.x, rings.y, rings.customdata) == ((1, 3), (0.8, 0.9), ("one", "three"))
    assert (last.x, last.y, last.customdata) == ((4,), (0.7,), ("four",))
    assert ranges_of(state)["xaxis2_range"] == [0, 10]
    assert ranges_of(state)["yaxis2_range"] == [0.4, 1.02]
    assert ranges_of(MachineState(tries=[(0.25, "")]))["yaxis2_range"] == [0.2, 1.02]
    many = MachinePicture().data(MachineState(tries=[(0.5, "")] * 1_000))
    assert len(many["tries"]["x"]) + len(many["last"]["x"]) == MAX_TRIES and many["last"]["x"] == [1_000]


def test_losses_are_logarithmic_and_their_axis_moves_in_stages() -> None:
    first, second, far = (
        ranges_of(MachineState("loss", exact=0.011, tries=[(value, "")]))["yaxis2_range"]
        for value in (0.3, 0.4, math.inf)
    )
    assert first == second and first[0] <= math.log10(0.011) and first[1] >= math.log10(0.4)
    assert all(math.isfinite(end) for end in far)
    assert MachinePicture("loss").data(MachineState("loss", exact=math.inf))["exact"]["y"] == [None, None]


def test_a_picture_fits_what_its_tries_give() -> None:
    assert MachinePicture("loss").fits(MachineState("loss")) and not MachinePicture("loss").fits(MachineState())

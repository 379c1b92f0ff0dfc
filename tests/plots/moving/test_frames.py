"""What all moving pictures share: buttons, a slider with a word a frame, and frames that fit their traces."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.plots import moving
from qtkit.plots.moving.frames import Frame, ease, moving_figure, stroke

PICTURES = [moving.move_amplitudes, moving.move_bloch_arrows, moving.move_clocks, moving.move_stripes]


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_can_be_played_and_moved_by_hand(picture):
    figure = picture()
    play, pause = figure.layout.updatemenus[0].buttons
    assert play.args[0] is None and list(pause.args[0]) == [None]
    (slider,) = figure.layout.sliders
    assert [step.args[0][0] for step in slider.steps] == [frame.name for frame in figure.frames]
    assert all(step.method == "animate" and step.label for step in slider.steps)
    assert len(figure.to_json()) < 120_000, "light enough for a page"


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_starts_at_its_first_frame(picture):
    figure = picture()
    for place, new in zip(figure.frames[0].traces, figure.frames[0].data, strict=True):
        shown = figure.data[place]
        assert shown.type == new.type
        for part in ("x", "y", "z"):
            if part in new:
                np.testing.assert_array_equal(shown[part], new[part])


def test_still_traces_stay_behind():
    figure = moving_figure([stroke([0], [0])], [stroke([1], [1])], [Frame("a", [{"x": [1], "y": [1]}])], height=100)
    assert figure.frames[0].traces == (1,)


def test_ease_goes_from_nothing_to_all():
    assert (ease(0), ease(0.5), ease(1)) == pytest.approx((0, 0.5, 1))


def test_frames_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="at least one frame"):
        moving_figure([], [], [], height=100)
    with pytest.raises(ValueError, match="1 traces move, but the frame 'b' has another number"):
        moving_figure([], [stroke([0], [0])], [Frame("b", [])], height=100)

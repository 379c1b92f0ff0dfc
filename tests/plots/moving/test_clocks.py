"""The hands show config 6's state, and none of them grows."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit import CANDIDATES
from qtkit.analysis import statevectors
from qtkit.plots.moving.clocks import ANGLES, move_clocks


def hands(frame):
    """The amplitudes, by the clock at which each stands; up is 1, and clockwise is a positive phase."""
    traces = sorted(frame.data, key=lambda trace: trace.x[0])
    return np.array([complex(trace.y[1], trace.x[1] - trace.x[0]) / 0.8 for trace in traces])


def test_hands_end_as_the_circuits_state():
    last = hands(move_clocks().frames[-1])
    right = statevectors(CANDIDATES[5], np.array([ANGLES]))[0]
    assert abs(np.vdot(right, last)) == pytest.approx(1)


def test_no_hand_grows():
    for frame in move_clocks().frames:
        assert [abs(hand) for hand in hands(frame)] == pytest.approx([0.5] * 4)

"""A bit of the index is a stripe; uniform probabilities add nothing, a basis state one weight, config 5 a pattern."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.plots.moving.stripes import LAST, SIDE, move_stripes


@pytest.fixture(scope="module")
def steps():
    """What each frame adds to the one before the circuits: `(frames, SIDE**2)`."""
    frames = move_stripes().frames
    return np.array([np.asarray(frame.data[0].z, dtype=float).ravel() for frame in frames])


def test_each_bit_is_a_stripe(steps):
    index = np.arange(SIDE**2)
    for wire in range(8):
        added = steps[wire + 1] - steps[wire]
        set_ = (index >> (7 - wire)) & 1 == 1
        assert (
            np.ptp(added[set_]) < 2e-3 and np.ptp(added[~set_]) < 2e-3 and abs(added[set_] - added[~set_]).min() > 0.2
        )


def test_what_the_circuits_add(steps):
    bits, uniform, basis, moving = steps[8], *steps[9:]
    assert list(LAST) == [1, 9, 5]
    assert np.allclose(uniform, bits, atol=2e-3)
    added = basis - bits
    assert np.ptp(added[1:]) < 2e-3 and added[0] > 1
    assert np.std(moving - bits) > 0.2

"""The walk of amplitudes ends where the CNOTs put them."""

from __future__ import annotations

import numpy as np
import pytest

from qtkit.plots.moving.permutation import FLOORS, move_amplitudes


def heights(frame, floor):
    """The amplitudes of one of the two states, by the basis state at which each stands."""
    stands = [trace for trace in frame.data if trace.y[0] == floor]
    return [trace.y[1] - floor for trace in sorted(stands, key=lambda trace: trace.x[0])]


def test_amplitudes_end_where_matrices_put_them():
    figure = move_amplitudes([(0, 1), (1, 2)], 3)
    flip, keep, one, zero = np.array([[0, 1], [1, 0]]), np.eye(2), np.diag([0, 1]), np.diag([1, 0])
    first = np.kron(np.kron(zero, keep) + np.kron(one, flip), keep)
    second = np.kron(keep, np.kron(zero, keep) + np.kron(one, flip))
    above, below = FLOORS
    begun = heights(figure.frames[0], above)
    assert heights(figure.frames[-1], above) == pytest.approx(second @ first @ begun)
    assert len(set(begun)) == 8
    assert heights(figure.frames[-1], below) == pytest.approx(heights(figure.frames[0], below))


def test_all_zeros_never_walks():
    figure = move_amplitudes()
    assert all(frame.data[0].x == (0, 0) for frame in figure.frames)


def test_a_cnot_beyond_the_wires_is_refused():
    with pytest.raises(ValueError, match="out of range"):
        move_amplitudes([(0, 3)], 3)

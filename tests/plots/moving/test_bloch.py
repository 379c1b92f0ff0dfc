"""The bars beside the Bloch spheres are the circuits' own probabilities."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

import qtkit
from qtkit.plots.moving.bloch import STARTS, TURNS, move_bloch_arrows, turn


@pytest.mark.parametrize("rotation", ["rx", "ry", "rz"])
@pytest.mark.parametrize("start", list(STARTS))
def test_heights_are_probabilities(start, rotation):
    for angle in (0.0, 0.7, 2.0, 5.1):
        circuit = qtkit.Ansatz(start == "|+⟩", (), rotation)
        right = qtkit.probabilities(circuit, torch.tensor([[angle]], dtype=torch.float64))[1].item()
        assert (1 - turn(STARTS[start], rotation, angle)[2]) / 2 == pytest.approx(right)


@pytest.mark.parametrize(("rotation", "matrix"), [("rx", [[0, 1], [1, 0]]), ("ry", [[0, -1j], [1j, 0]])])
def test_arrows_turn_as_states_do(rotation, matrix):
    state = math.cos(0.4) * np.array([1, 0]) - 1j * math.sin(0.4) * np.array(matrix)[:, 0]  # of |0⟩, by 0.8
    paulis = [np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])]
    assert turn(STARTS["|0⟩"], rotation, 0.8) == pytest.approx([(state.conj() @ p @ state).real for p in paulis])


def test_three_of_six_bars_stand_still():
    figure = move_bloch_arrows()
    bars = [[frame.data[place].y[1] for frame in figure.frames] for place in range(1, 12, 2)]
    assert [np.ptp(bar) < 1e-12 for bar in bars] == [True, False, True, False, False, True]
    assert len(figure.frames) == TURNS + 1

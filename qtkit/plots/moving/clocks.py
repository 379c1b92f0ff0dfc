"""`move_clocks`: RZ turns amplitudes of equal size, CNOTs move them about, and their sizes stay equal."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.circuits.look import ROTATION_COLOURS
from qtkit.plots.moving.frames import STEPS, Frame, arrow, ease, hide_axes, moving_figure, stroke, write
from qtkit.plots.style import Spec
from qtkit.simulation.permutation import cnot_images

ANGLES = ((1.9, -0.8), (-1.3, 2.2))
"""Of two layers on two qubits, in radians."""


def move_clocks() -> go.Figure:
    """The four amplitudes of config 6 on two qubits, as hands of clocks; below each its probability.

    A hand's length is the amplitude's size, its direction the phase. In both layers two CNOTs of the ring move hands
    from clock to clock, then RZ turns them.
    """
    n, size = 2, 4
    places, phases = np.arange(size, dtype=float), np.zeros(size)

    def show(at: np.ndarray, directions: np.ndarray) -> list[Spec]:
        # drawn at twice their size, 1/2: a hand is as long as the clock's radius of 0.4
        return [
            {"x": [x, x + 0.4 * np.sin(phase)], "y": [0.0, 0.4 * np.cos(phase)]}
            for x, phase in zip(at, directions, strict=True)
        ]

    frames = [Frame("Hadamards: four equal amplitudes", show(places, phases))]
    for layer, angles in enumerate(ANGLES):
        for control, target in CANDIDATES[5].cnots(n):
            images = cnot_images(((control, target),), n)
            words = f"layer {layer}, CNOT {control}→{target}: two hands change places"
            moved = images[places.astype(int)].astype(float)
            for step in range(1, STEPS + 1):
                at = places + ease(step / STEPS) * (moved - places)
                frames.append(Frame(words, show(at, phases)))
            places = moved
        bits = (places.astype(int)[:, None] >> np.arange(n)[::-1]) & 1  # (4, n), wire 0 first
        turned = phases + (bits - 0.5) @ np.array(angles)  # RZ: a phase of -θ/2 for bit 0, θ/2 for bit 1
        for step in range(1, STEPS + 1):
            between = phases + ease(step / STEPS) * (turned - phases)
            frames.append(Frame(f"layer {layer}, RZ: the hands turn, none grows", show(places, between)))
        phases = turned
    circle = np.linspace(0, 2 * np.pi, 61)
    still = [stroke(x + 0.4 * np.cos(circle), 0.4 * np.sin(circle), width=1) for x in range(size)]
    still += [stroke([x, x], [-1.15, -0.9], width=26) for x in range(size)]
    colour = ROTATION_COLOURS["rz"]
    moving = [arrow(each["x"], each["y"], colour=colour, width=4, size=12) for each in frames[0].traces]
    figure = moving_figure(still, moving, frames, height=360)
    for state in range(size):
        write(figure, f"{state:0{n}b}", state, 0.55, size=13)
        write(figure, "P = 1/4", state, -0.78)
    hide_axes(figure, x=[-0.6, size - 0.4], y=[-1.2, 0.65], square=True)
    return figure

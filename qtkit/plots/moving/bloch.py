"""`move_bloch_arrows`: three rotations of two starts; what a measurement sees is the arrow's height alone."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from qtkit.circuits.look import ROTATION_COLOURS
from qtkit.circuits.words import ROTATIONS
from qtkit.plots.moving.frames import Frame, arrow, hide_axes, moving_figure, stroke, write
from qtkit.plots.style import GRID, Spec

STARTS = {"|+⟩": (1.0, 0.0, 0.0), "|0⟩": (0.0, 0.0, 1.0)}
"""The two starts, as points `(x, y, z)` of the Bloch sphere."""

TURNS = 36
"""Frames of one full turn."""

_WIDTH, _HEIGHT = 3.7, 2.8  # of one sphere with its bar
_BAR = 1.55  # where the bar stands, from the sphere's middle


def turn(point: tuple[float, float, float], rotation: str, angle: float) -> np.ndarray:
    """A point `(x, y, z)` of the Bloch sphere after RX, RY or RZ by `angle`, in radians."""
    first = (ROTATIONS.index(rotation) + 1) % 3  # turned towards the next axis
    second = (first + 1) % 3
    turned = np.array(point)
    turned[first] = np.cos(angle) * point[first] - np.sin(angle) * point[second]
    turned[second] = np.sin(angle) * point[first] + np.cos(angle) * point[second]
    return turned


def move_bloch_arrows() -> go.Figure:
    """RX, RY and RZ turn |+⟩ (left) and |0⟩ (right) once round; the bar beside each sphere is P(1).

    Three of the six bars stand still: RX and RZ from |+⟩, RZ from |0⟩. There, no measurement sees the angle.
    """
    cases = [(start, rotation) for start in STARTS for rotation in ROTATIONS]
    middles = [(column * _WIDTH, -row * _HEIGHT) for column in range(len(STARTS)) for row in range(len(ROTATIONS))]

    def show(angle: float) -> list[Spec]:
        traces: list[Spec] = []
        for (start, rotation), (u, v) in zip(cases, middles, strict=True):
            point = turn(STARTS[start], rotation, angle)
            x, y = _project(point)
            chance = (1 - point[2]) / 2
            traces.append({"x": [u, u + x], "y": [v, v + y]})
            traces.append({"x": [u + _BAR, u + _BAR], "y": [v - 1, v - 1 + 2 * chance]})
        return traces

    angles = np.linspace(0, 2 * np.pi, TURNS + 1)
    frames = [Frame(f"θ = {angle / np.pi:.2f} π", show(angle)) for angle in angles]
    still, moving = [], []
    for number, ((_, rotation), (u, v)) in enumerate(zip(cases, middles, strict=True)):
        still += _sphere(u, v)
        still.append(stroke([u + _BAR, u + _BAR], [v - 1, v + 1], colour=GRID, width=14))
        needle, bar = frames[0].traces[2 * number], frames[0].traces[2 * number + 1]
        moving.append(arrow(needle["x"], needle["y"], colour=ROTATION_COLOURS[rotation], width=4, size=12))
        moving.append(stroke(bar["x"], bar["y"], colour=ROTATION_COLOURS[rotation], width=14))
    figure = moving_figure(still, moving, frames, height=600)
    for (start, rotation), (u, v) in zip(cases, middles, strict=True):
        write(figure, f"<b>{rotation.upper()}</b> on {start}", u, v + 1.3, size=13)
        write(figure, "P(1)", u + _BAR, v + 1.2, size=11)
    hide_axes(figure, x=[-1.4, _WIDTH + 2.0], y=[-2 * _HEIGHT - 1.2, 1.6], square=True)
    return figure


def _project(point: np.ndarray) -> tuple[float, float]:
    """Where a point of the sphere is drawn: y to the right, z upwards, x towards the reader."""
    x, y, z = point
    return float(0.91 * y - 0.40 * x), float(0.95 * z - 0.26 * x)


def _sphere(u: float, v: float) -> list[Spec]:
    """Its outline, the equator, and the axis upwards."""
    circle = np.linspace(0, 2 * np.pi, 61)
    equator = np.array([_project(np.array([np.cos(angle), np.sin(angle), 0.0])) for angle in circle])
    return [
        stroke(u + np.cos(circle), v + np.sin(circle), width=1),
        stroke(u + equator[:, 0], v + equator[:, 1], width=1, dash="dot"),
        stroke([u, u], [v - 0.95, v + 0.95], width=1, dash="dot"),
    ]

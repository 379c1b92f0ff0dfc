"""`move_amplitudes`: a CNOT permutes the basis states, and |+…+⟩ does not notice."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from qtkit.circuits.ansatz import CNOT, Ansatz
from qtkit.plots.moving.frames import STEPS, Frame, arrow, ease, hide_axes, moving_figure, stroke, write
from qtkit.simulation.permutation import cnot_images

FLOORS = (1.55, 0.0)
"""Where the amplitudes stand: above those of some state, below those of |+…+⟩, which are all equal."""

FIXED_COLOUR = "#D55E00"
"""Of |0…0⟩, which no CNOT moves."""


def move_amplitudes(cnots: Sequence[CNOT] = ((0, 1), (1, 2), (2, 0)), n_qubits: int = 3) -> go.Figure:
    """The amplitudes of two states walk as CNOTs permute them, one CNOT after the other.

    Above they all differ, and each walk is seen. Below they are equal, and after every CNOT the picture is the old one.

    Arguments:
        cnots: `(control, target)` pairs, in order.

    Raises:
        ValueError: if a CNOT names a wire outside `0..n_qubits-1`.
    """
    cnots = Ansatz(True, tuple(cnots), "rz").cnots(n_qubits)
    size = 2**n_qubits
    heights = [[1.15 - 0.95 * state / (size - 1) for state in range(size)], [0.7] * size]
    shades = sample_colorscale("Viridis", [0.2 + 0.6 * state / (size - 1) for state in range(size)])
    colours = [FIXED_COLOUR, *shades[1:]]
    places = list(range(size))

    def stand(at: Sequence[float]) -> list[dict[str, list[float]]]:
        return [
            {"x": [x, x], "y": [floor, floor + height]}
            for floor, row in zip(FLOORS, heights, strict=True)
            for x, height in zip(at, row, strict=True)
        ]

    frames = [Frame("some state above, |+…+⟩ below", stand(places))]
    for control, target in cnots:
        images = cnot_images(((control, target),), n_qubits)
        moved = [int(images[place]) for place in places]
        words = f"CNOT {control}→{target}: where bit {control} is 1, bit {target} flips"
        for step in range(1, STEPS + 1):
            share = ease(step / STEPS)
            frames.append(Frame(words, stand([a + share * (b - a) for a, b in zip(places, moved, strict=True)])))
        places = moved
    floors = [stroke([-0.5, size - 0.5], [floor, floor], width=1) for floor in FLOORS]
    moving = [
        arrow(each["x"], each["y"], colour=colours[number % size], width=7, size=14)
        for number, each in enumerate(frames[0].traces)
    ]
    figure = moving_figure(floors, moving, frames, height=440)
    for floor in FLOORS:
        for state in range(size):
            write(figure, f"{state:0{n_qubits}b}", state, floor - 0.13, size=11)
    write(figure, "some state:<br>its amplitudes change places", size / 2 - 0.5, 3.02, size=13)
    write(figure, f"|{'+' * n_qubits}⟩: they change places too,<br>and nobody can tell", size / 2 - 0.5, 1.08, size=13)
    hide_axes(figure, x=[-0.7, size - 0.3], y=[-0.25, 3.2])
    return figure

"""`draw_circuit`: a circuit as a matplotlib figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtkit.circuits.layout import CircuitLayout, Gate, circuit_layout
from qtkit.circuits.look import (
    BAND,
    BOX,
    CROSS,
    DOT,
    INK,
    MARGIN_LEFT,
    PAPER,
    RING,
    ROTATION_COLOURS,
    ROTATION_TINTS,
    Angles,
    extent_of,
    gate_label,
    height_of,
    symbol,
    title,
)

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure

    from qtkit.circuits.ansatz import Ansatz


def draw_circuit(
    ansatz: Ansatz, n_qubits: int, depth: int, *, angles: Angles | None = None, max_width: float = 24.0
) -> matplotlib.figure.Figure:
    """The circuit as a matplotlib figure: wires down, time to the right, folded like text where it grows long.

    Arguments:
        angles: `(L, A)`; their values stand in the boxes instead of θ(layer, k), which is `angles[layer, k]`: A is n
            and k the qubit for a circuit in words, else see `Ansatz.angles_per_layer`.
        max_width: the length of a line, in units of the distance between two wires.

    Raises:
        ValueError: for a bad `n_qubits` or `depth`, or a wire out of range.

    Source: Figure 3 and Table I of the paper.
    """
    import matplotlib.pyplot as plt

    layout = circuit_layout(ansatz, n_qubits, depth, max_width=max_width)
    width, height = extent_of(layout)
    scale = 0.55  # inches a wire
    figure = plt.figure(figsize=(width * scale, height * scale), facecolor=PAPER, dpi=120)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    axes.axis("off")
    axes.text(0.1, 0.3, title(ansatz), fontsize=9, va="center", color=INK)
    brush = _Brush(axes, layout)
    for row, length in enumerate(layout.widths):
        for q in range(layout.n_qubits):
            brush.wire(q, row, length)
    for band in layout.bands:
        brush.band(band.layer, band.row, band.start, band.end)
    for gate in layout.gates:
        brush.gate(gate, gate_label(gate, angles))
    return figure


class _Brush:
    """Draws gates on matplotlib axes whose unit is the distance between two wires, y pointing down."""

    def __init__(self, axes: matplotlib.axes.Axes, layout: CircuitLayout) -> None:
        self.axes, self.layout = axes, layout

    def wire(self, wire: int, row: int, length: float) -> None:
        y = height_of(self.layout, row, wire)
        self.axes.plot((MARGIN_LEFT, MARGIN_LEFT + length), (y, y), color=INK, lw=0.8, zorder=1)
        text = rf"$q_{{{wire}}}$" + (r" $|0\rangle$" if row == 0 else "")
        self.axes.text(MARGIN_LEFT - 0.08, y, text, ha="right", va="center", fontsize=8.5, color=INK)

    def band(self, layer: int, row: int, start: float, end: float) -> None:
        from matplotlib.patches import Rectangle

        top, bottom = (
            height_of(self.layout, row, 0) - 0.45,
            height_of(self.layout, row, self.layout.n_qubits - 1) + 0.45,
        )
        corner = (MARGIN_LEFT + start, top)
        self.axes.add_patch(Rectangle(corner, end - start, bottom - top, facecolor=BAND, edgecolor="none", zorder=0))
        x = MARGIN_LEFT + (start + end) / 2
        self.axes.text(x, top - 0.04, f"layer {layer}", ha="center", va="bottom", fontsize=6.5, color="#59606B")

    def gate(self, gate: Gate, label: str) -> None:
        x, y = MARGIN_LEFT + gate.x, height_of(self.layout, gate.row, gate.wires[0])
        end = height_of(self.layout, gate.row, gate.wires[-1])
        if gate.kind == "cnot":
            self._cnot(x, y, end)
        elif gate.kind in ("cz", "swap"):
            self._line(x, y, end)
            for height in (y, end):
                self._dot(x, height) if gate.kind == "cz" else self._cross(x, height)
        elif gate.kind == "h":
            self._box(x, y, PAPER, INK)
            self.axes.text(x, y, "$H$", ha="center", va="center", fontsize=9, color=INK, zorder=4)
        elif gate.kind == "meter":
            self._meter(x, y)
        else:
            if gate.kind == "rzz":
                self._rotation(x, y, gate, label)
            if gate.kind == "controlled":
                self._dot(x, y)
            if len(gate.wires) > 1:
                self._line(x, y, end)
            self._rotation(x, end, gate, label)

    def _rotation(self, x: float, y: float, gate: Gate, label: str) -> None:
        self._box(x, y, ROTATION_TINTS[gate.name], ROTATION_COLOURS[gate.name])
        letter, index = symbol(gate)
        name = rf"${letter}_{{{index}}}$"
        size = 5.5 if len(label) < 9 else 3.8
        self.axes.text(x, y - 0.09, name, ha="center", va="center", fontsize=8.5, color=INK, zorder=4)
        self.axes.text(x, y + 0.18, label, ha="center", va="center", fontsize=size, color=INK, zorder=4)

    def _line(self, x: float, start: float, end: float) -> None:
        self.axes.plot((x, x), (start, end), color=INK, lw=0.9, zorder=2)

    def _dot(self, x: float, y: float) -> None:
        from matplotlib.patches import Circle

        self.axes.add_patch(Circle((x, y), DOT, facecolor=INK, edgecolor="none", zorder=3))

    def _cross(self, x: float, y: float) -> None:
        for rise in (CROSS, -CROSS):
            self.axes.plot((x - CROSS, x + CROSS), (y - rise, y + rise), color=INK, lw=1.1, zorder=3)

    def _box(self, x: float, y: float, fill: str, edge: str) -> None:
        from matplotlib.patches import Rectangle

        width, height = BOX
        corner = (x - width / 2, y - height / 2)
        self.axes.add_patch(Rectangle(corner, width, height, facecolor=fill, edgecolor=edge, lw=0.9, zorder=3))

    def _cnot(self, x: float, control: float, target: float) -> None:
        from matplotlib.patches import Circle

        tip = target + (RING if target > control else -RING)
        self.axes.plot((x, x), (control, tip), color=INK, lw=0.9, zorder=2)
        self.axes.plot((x - RING, x + RING), (target, target), color=INK, lw=0.9, zorder=4)
        self.axes.add_patch(Circle((x, control), DOT, facecolor=INK, edgecolor="none", zorder=3))
        self.axes.add_patch(Circle((x, target), RING, facecolor=PAPER, edgecolor=INK, lw=0.9, zorder=3))
        self.axes.plot((x, x), (target - RING, target + RING), color=INK, lw=0.9, zorder=4)

    def _meter(self, x: float, y: float) -> None:
        from matplotlib.patches import Arc

        self._box(x, y, PAPER, INK)
        arc = Arc((x, y + 0.14), 0.46, 0.46, theta1=180, theta2=360, color=INK, lw=0.9, zorder=4)
        self.axes.add_patch(arc)
        self.axes.plot((x, x + 0.18), (y + 0.14, y - 0.17), color=INK, lw=0.9, zorder=4)

"""Where each gate of an `Ansatz` stands in a drawing: `circuit_layout`, used by the figure, the SVG and the studio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtkit.checks import checked_depth, checked_qubits

if TYPE_CHECKING:
    from qtkit.circuits.ansatz import CNOT, Ansatz

CNOT_WIDTH, BOX_WIDTH = 0.62, 1.12  # of a column, in units of the distance between two wires
_LAYER_GAP = 0.22


@dataclass(frozen=True)
class Gate:
    """One symbol of the drawing.

    Attributes:
        kind: `"h"`, `"cnot"`, `"rotation"` or `"meter"`.
        wires: `(wire,)`, or `(control, target)` for a CNOT.
        row: the line of the folded drawing it stands on, from 0.
        x: its centre in that line, in units of the distance between two wires.
        layer: the layer it belongs to, from 0; None for Hadamards and meters.
        name: `"rx"`, `"ry"` or `"rz"` for a rotation, else empty.
    """

    kind: str
    wires: tuple[int, ...]
    row: int
    x: float
    layer: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Band:
    """The stretch of one drawn line that a layer covers, from `start` to `end`."""

    layer: int
    row: int
    start: float
    end: float


@dataclass(frozen=True)
class CircuitLayout:
    """A placed circuit: its gates, the stretch of every layer, and the length of each line of the drawing."""

    n_qubits: int
    gates: tuple[Gate, ...]
    bands: tuple[Band, ...]
    widths: tuple[float, ...]


def circuit_layout(
    ansatz: Ansatz, n_qubits: int, depth: int, *, max_width: float = 24.0, reserve_hadamard: bool = False
) -> CircuitLayout:
    """Place the gates of `ansatz`, time from left to right, folded after `max_width` like lines of text.

    A layer is kept on one line if it fits there. CNOTs stand as far left as possible: two share a column if the
    stretches of wires between their ends do not touch, so that no picture hides the order in which they act.

    Arguments:
        reserve_hadamard: leave room for the column of Hadamards even if the ansatz has none.

    Raises:
        ValueError: for a bad `n_qubits` or `depth`, or a custom CNOT out of range.
    """
    n, depth = checked_qubits(n_qubits), checked_depth(depth)
    columns = cnot_columns(ansatz.cnots(n))
    pen = _Pen(max_width)
    gates: list[Gate] = []
    if ansatz.hadamard or reserve_hadamard:
        x = pen.advance(BOX_WIDTH)
        gates += [Gate("h", (q,), pen.row, x) for q in range(n) if ansatz.hadamard]
    bands: list[Band] = []
    for layer, rotation in enumerate(ansatz.rotations(depth)):
        pen.fold_unless(_LAYER_GAP + len(columns) * CNOT_WIDTH + BOX_WIDTH)
        pen.position += _LAYER_GAP
        pen.covered.clear()
        for column in columns:
            x = pen.advance(CNOT_WIDTH)
            gates += [Gate("cnot", pair, pen.row, x, layer) for pair in column]
        x = pen.advance(BOX_WIDTH)
        gates += [Gate("rotation", (q,), pen.row, x, layer, rotation) for q in range(n)]
        bands += [Band(layer, row, start, end) for row, (start, end) in pen.covered.items()]
    pen.max_width += _LAYER_GAP + BOX_WIDTH  # the meters may stand out a little rather than on a line of their own
    pen.position += _LAYER_GAP
    x = pen.advance(BOX_WIDTH)
    gates += [Gate("meter", (q,), pen.row, x) for q in range(n)]
    return CircuitLayout(n, tuple(gates), tuple(bands), tuple(pen.closed()))


def cnot_columns(cnots: tuple[CNOT, ...]) -> list[list[CNOT]]:
    """The CNOTs of one layer in columns, order kept: a column holds CNOTs whose stretches of wires do not touch."""
    columns: list[list[CNOT]] = []
    reached: dict[int, int] = {}  # wire -> the first column that is free there
    for pair in cnots:
        span = range(min(pair), max(pair) + 1)
        column = max((reached.get(wire, 0) for wire in span), default=0)
        if column == len(columns):
            columns.append([])
        columns[column].append(pair)
        for wire in span:
            reached[wire] = column + 1
    return columns


class _Pen:
    """The place in the drawing, moving right and folding like text."""

    def __init__(self, max_width: float) -> None:
        self.max_width, self.row, self.position = max_width, 0, 0.0
        self.covered: dict[int, tuple[float, float]] = {}  # row -> the stretch moved over since it was cleared
        self._widths: list[float] = []

    def fold_unless(self, width: float) -> None:
        """Begin a new line unless `width` more fits on this one."""
        if self.position > 0 and self.position + width > self.max_width:
            self._widths.append(self.position)
            self.row, self.position = self.row + 1, 0.0

    def advance(self, width: float) -> float:
        """Move over a column of `width`; its centre."""
        self.fold_unless(width)
        start, _ = self.covered.get(self.row, (self.position, 0.0))
        self.position += width
        self.covered[self.row] = (start, self.position)
        return self.position - width / 2

    def closed(self) -> list[float]:
        return [*self._widths, self.position]

"""Where each gate of an `Ansatz` stands in a drawing: `circuit_layout`, used by the figure, the SVG and the studio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from qtkit.checks import checked_depth, checked_qubits
from qtkit.circuits.elements import ANGLES

if TYPE_CHECKING:
    from qtkit.circuits.ansatz import Ansatz
    from qtkit.circuits.elements import Operation

NARROW, BOX_WIDTH = 0.62, 1.12  # of a column, in units of the distance between two wires
_LAYER_GAP = 0.22
KINDS = {"h": "h", "rx": "rotation", "ry": "rotation", "rz": "rotation", "u3": "u3", "rzz": "rzz"} | {
    "cnot": "cnot", "cz": "cz", "swap": "swap"
} | dict.fromkeys(("crx", "cry", "crz", "cu3"), "controlled")  # fmt: skip
"""The kind of symbol of every gate."""


@dataclass(frozen=True)
class Gate:
    """One symbol of the drawing.

    Attributes:
        kind: `"h"`, `"cnot"`, `"cz"`, `"swap"`, `"rotation"`, `"u3"`, `"controlled"`, `"rzz"` or `"meter"`.
        wires: `(wire,)`, or two, of which the first is the control if there is one.
        row: the line of the folded drawing it stands on, from 0.
        x: its centre in that line, in units of the distance between two wires.
        layer: the layer it belongs to, from 0; None for gates of the start and meters.
        name: of a gate with angles, such as `"rx"`, else empty.
        angle: the place of its first angle in the layer's row.
    """

    kind: str
    wires: tuple[int, ...]
    row: int
    x: float
    layer: int | None = None
    name: str = ""
    angle: int = 0


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

    A layer is kept on one line if it fits there. Gates stand as far left as possible, symbols like CNOTs and boxes in
    columns of their own: two share a column if the stretches of wires between their ends do not touch, so that no
    picture hides the order in which they act.

    Arguments:
        reserve_hadamard: leave room for the column of Hadamards even if the ansatz, in words, has none.

    Raises:
        ValueError: for a bad `n_qubits` or `depth`, or a wire out of range.
    """
    n, depth = checked_qubits(n_qubits), checked_depth(depth)
    ansatz.check_fits(n)
    start, *layers = ansatz.operations(n, depth)
    pen = _Pen(max_width)
    gates = _placed(pen, start, None)
    if reserve_hadamard and ansatz.in_words and not start:
        pen.advance(BOX_WIDTH)
    bands: list[Band] = []
    for layer, operations in enumerate(layers):
        pen.fold_unless(_LAYER_GAP + sum(width for width, _ in _columns(operations)))
        pen.position += _LAYER_GAP
        pen.covered.clear()
        gates += _placed(pen, operations, layer)
        bands += [Band(layer, row, begin, end) for row, (begin, end) in pen.covered.items()]
    pen.max_width += _LAYER_GAP + BOX_WIDTH  # the meters may stand out a little rather than on a line of their own
    pen.position += _LAYER_GAP
    x = pen.advance(BOX_WIDTH)
    gates += [Gate("meter", (q,), pen.row, x) for q in range(n)]
    return CircuitLayout(n, tuple(gates), tuple(bands), tuple(pen.closed()))


def _placed(pen: _Pen, operations: tuple[Operation, ...], layer: int | None) -> list[Gate]:
    gates = []
    for width, column in _columns(operations):
        x = pen.advance(width)
        for name, wires, angle in column:
            gates.append(Gate(KINDS[name], wires, pen.row, x, layer, name if ANGLES[name] else "", angle))
    return gates


def _columns(operations: tuple[Operation, ...]) -> list[tuple[float, list[Operation]]]:
    """The columns of gates that act one after the other, each with its width."""
    found: list[tuple[float, list[Operation]]] = []
    for width, run in groupby(operations, lambda each: NARROW if each.name in ("cnot", "cz", "swap") else BOX_WIDTH):
        gates = list(run)
        found += [(width, [gates[k] for k in column]) for column in _share([each.wires for each in gates])]
    return found


def _share(places: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Which of these sets of wires stand in each column."""
    columns: list[list[int]] = []
    reached: dict[int, int] = {}  # wire -> the first column that is free there
    for index, wires in enumerate(places):
        span = range(min(wires), max(wires) + 1)
        column = max((reached.get(wire, 0) for wire in span), default=0)
        if column == len(columns):
            columns.append([])
        columns[column].append(index)
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

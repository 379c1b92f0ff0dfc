"""What both drawings of a circuit share: colours, sizes in units of the distance between two wires, and labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qtkit.circuits.ansatz import Ansatz
    from qtkit.circuits.layout import CircuitLayout, Gate

# Okabe and Ito's palette tells the rotations apart for colour-blind readers too; the boxes carry the name as well.
ROTATION_COLOURS = {"rx": "#0072B2", "ry": "#D55E00", "rz": "#009E73"}
ROTATION_TINTS = {"rx": "#DCEBF5", "ry": "#FBE6D8", "rz": "#D9F0E9"}
INK, FAINT, BAND, PAPER = "#1F2328", "#8A9099", "#F3F4F6", "#FFFFFF"

BOX = (0.86, 0.62)  # width and height of a gate's box, in units of the distance between two wires
DOT, RING = 0.075, 0.16  # radii of a CNOT's control and target
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM, ROW_GAP = 0.75, 0.3, 1.15, 0.25, 1.45

Angles = Sequence[Sequence[float]]  # or a tensor: anything with angles[layer][wire]


def title(ansatz: Ansatz) -> str:
    """The ansatz in Table I's words, such as `"Config 5: Hadamard Y, Cyc, Ry"`."""
    entangler = ansatz.entangler.capitalize() if isinstance(ansatz.entangler, str) else f"{len(ansatz.entangler)} CNOTs"
    names = (ansatz.rotation,) if isinstance(ansatz.rotation, str) else ansatz.rotation
    rotation = ", ".join(name.capitalize() for name in names[:4]) + (", …" if len(names) > 4 else "")
    number = f"Config {ansatz.config}: " if ansatz.config else ""
    return f"{number}Hadamard {'Y' if ansatz.hadamard else 'N'}, {entangler}, {rotation}"


def gate_label(gate: Gate, angles: Angles | None = None) -> str:
    """The small print in a rotation's box: its name `θ(layer, qubit)`, or its value in radians given `angles`."""
    if gate.kind != "rotation" or gate.layer is None:
        return ""
    wire = gate.wires[0]
    return f"θ({gate.layer},{wire})" if angles is None else f"{float(angles[gate.layer][wire]):.2f}"


def height_of(layout: CircuitLayout, row: int, wire: int) -> float:
    """Where a wire of a line of the drawing lies, from the top."""
    return MARGIN_TOP + row * (layout.n_qubits - 1 + ROW_GAP) + wire


def extent_of(layout: CircuitLayout) -> tuple[float, float]:
    """Width and height of the whole drawing."""
    last = height_of(layout, len(layout.widths) - 1, layout.n_qubits - 1)
    return MARGIN_LEFT + max(layout.widths) + MARGIN_RIGHT, last + 0.45 + MARGIN_BOTTOM

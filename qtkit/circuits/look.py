"""What both drawings of a circuit share: colours, sizes in units of the distance between two wires, and labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qtkit.circuits.elements import ANGLES
from qtkit.names import counted

if TYPE_CHECKING:
    from qtkit.circuits.ansatz import Ansatz
    from qtkit.circuits.layout import CircuitLayout, Gate

# Okabe and Ito's palette tells the rotations apart for colour-blind readers too; the boxes carry the name as well.
_COLOURS = {"x": "#0072B2", "y": "#D55E00", "z": "#009E73", "3": "#AA4F82"}
_TINTS = {"x": "#DCEBF5", "y": "#FBE6D8", "z": "#D9F0E9", "3": "#F6E4EE"}
ROTATION_COLOURS = {name: _COLOURS[name[-1]] for name, angles in ANGLES.items() if angles}
ROTATION_TINTS = {name: _TINTS[name[-1]] for name in ROTATION_COLOURS}
INK, FAINT, BAND, PAPER = "#1F2328", "#8A9099", "#F3F4F6", "#FFFFFF"

BOX = (0.86, 0.62)  # width and height of a gate's box, in units of the distance between two wires
DOT, RING = 0.075, 0.16  # radii of a CNOT's control and target
CROSS = 0.13  # half the width of the crosses of a SWAP
MARGIN_LEFT, MARGIN_RIGHT, MARGIN_TOP, MARGIN_BOTTOM, ROW_GAP = 0.75, 0.3, 1.15, 0.25, 1.45

Angles = Sequence[Sequence[float]]  # or a tensor: anything with angles[layer][place]


def title(ansatz: Ansatz) -> str:
    """The ansatz in Table I's words, such as `"Config 5: Hadamard Y, Cyc, Ry"`, or the label of its elements."""
    if not ansatz.in_words:
        return ansatz.label
    entangler = ansatz.entangler
    entangler = entangler.capitalize() if isinstance(entangler, str) else counted(len(entangler), "CNOT")
    names = (ansatz.rotation,) if isinstance(ansatz.rotation, str) else ansatz.rotation
    rotation = ", ".join(name.capitalize() for name in names[:4]) + (", …" if len(names) > 4 else "")
    number = f"Config {ansatz.config}: " if ansatz.config else ""
    return f"{number}Hadamard {'Y' if ansatz.hadamard else 'N'}, {entangler}, {rotation}"


def gate_label(gate: Gate, angles: Angles | None = None, *, digits: int = 2) -> str:
    """The small print in a box: `θ(layer, place)`, of three angles `θ(layer, first–last)`, or values in radians.

    Three values have one digit less each, for room.
    """
    if not gate.name or gate.layer is None:
        return ""
    first, count = gate.angle, ANGLES[gate.name]
    if angles is None:
        return f"θ({gate.layer},{first})" if count == 1 else f"θ({gate.layer},{first}–{first + count - 1})"
    digits -= count > 1
    return " ".join(f"{float(angles[gate.layer][first + k]):.{digits}f}" for k in range(count))


def symbol(gate: Gate) -> tuple[str, str]:
    """What a box says: a letter and its subscript, such as `("R", "y")`."""
    return {"h": ("H", ""), "rzz": ("R", "zz")}.get(gate.kind) or (gate.name[-2].upper(), gate.name[-1])


def height_of(layout: CircuitLayout, row: int, wire: int) -> float:
    """Where a wire of a line of the drawing lies, from the top."""
    return MARGIN_TOP + row * (layout.n_qubits - 1 + ROW_GAP) + wire


def extent_of(layout: CircuitLayout) -> tuple[float, float]:
    """Width and height of the whole drawing."""
    last = height_of(layout, len(layout.widths) - 1, layout.n_qubits - 1)
    return MARGIN_LEFT + max(layout.widths) + MARGIN_RIGHT, last + 0.45 + MARGIN_BOTTOM

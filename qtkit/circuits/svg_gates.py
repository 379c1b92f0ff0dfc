"""The symbol of every gate in an SVG picture, with what is spoken of it: `svg_gate`."""

from __future__ import annotations

from qtkit.circuits.layout import CircuitLayout, Gate
from qtkit.circuits.look import (
    BOX,
    CROSS,
    DOT,
    INK,
    MARGIN_LEFT,
    PAPER,
    RING,
    ROTATION_COLOURS,
    ROTATION_TINTS,
    height_of,
    symbol,
)

_PEN = f'stroke="{INK}" stroke-width="0.035"'


def svg_gate(layout: CircuitLayout, gate: Gate, label: str, extra: str = "") -> str:
    """The group of one gate; `label` names its angles, `extra` is one more class."""
    x, y = MARGIN_LEFT + gate.x, height_of(layout, gate.row, gate.wires[0])
    end = height_of(layout, gate.row, gate.wires[-1])
    layer = "" if gate.layer is None else f' data-layer="{gate.layer}"'
    if gate.name and (gate.kind != "rotation" or gate.wires != (gate.angle,)):
        layer += f' data-angle="{gate.angle}"'
    wires = ",".join(map(str, gate.wires))
    faded = ' opacity="0.35" stroke-dasharray="0.1"' if extra == "ghost" else ""
    classes = " ".join(dict.fromkeys(filter(None, ("gate", gate.kind, gate.name, extra))))
    group = f'<g class="{classes}" data-kind="{gate.kind}" data-wires="{wires}"{layer}{faded}>'
    if gate.kind == "cnot":
        shape = _svg_cnot(x, y, end)
    elif gate.kind in ("cz", "swap"):
        end_of = _svg_dot if gate.kind == "cz" else _svg_cross
        shape = _svg_line(x, y, end) + end_of(x, y) + end_of(x, end)
    elif gate.kind in ("rotation", "u3"):
        shape = _svg_rotation(x, y, gate, label)
    elif gate.kind in ("controlled", "rzz"):
        shape = _svg_linked(x, y, end, gate, label)
    else:
        shape = _svg_h(x, y) if gate.kind == "h" else _svg_meter(x, y)
    return f"{group}<title>{_spoken(gate, label)}</title>{shape}</g>"


def _spoken(gate: Gate, label: str) -> str:
    layer = "" if gate.layer is None else f", layer {gate.layer}"
    name = f"{gate.name.upper()} by {label}" if gate.name else gate.kind.upper()
    if gate.kind in ("cnot", "controlled"):
        return f"{name}, control {gate.wires[0]}, target {gate.wires[1]}{layer}"
    if len(gate.wires) > 1:
        return f"{name} on qubits {gate.wires[0]} and {gate.wires[1]}{layer}"
    if gate.name:
        return f"{name} on qubit {gate.wires[0]}{layer}"
    return f"{'Hadamard' if gate.kind == 'h' else 'Measurement'} on qubit {gate.wires[0]}{layer}"


def _svg_box(x: float, y: float, fill: str, edge: str) -> str:
    width, height = BOX
    return (
        f'<rect class="box" x="{x - width / 2:.4g}" y="{y - height / 2:.4g}" width="{width}" height="{height}" '
        f'rx="0.05" fill="{fill}" stroke="{edge}" stroke-width="0.035"/>'
    )


def _svg_h(x: float, y: float) -> str:
    return (
        _svg_box(x, y, PAPER, INK)
        + f'<text class="ink" x="{x:.4g}" y="{y + 0.12:.4g}" font-size="0.34" fill="{INK}">H</text>'
    )


def _svg_rotation(x: float, y: float, gate: Gate, label: str) -> str:
    letter, index = symbol(gate)
    size = "0.18" if len(label) < 9 else "0.12"
    return (
        _svg_box(x, y, ROTATION_TINTS[gate.name], ROTATION_COLOURS[gate.name])
        + f'<text class="ink" x="{x:.4g}" y="{y:.4g}" font-size="0.27" fill="{INK}">{letter}{index.upper()}</text>'
        + f'<text class="ink angle" x="{x:.4g}" y="{y + 0.23:.4g}" font-size="{size}" fill="{INK}">{label}</text>'
    )


def _svg_linked(x: float, y: float, end: float, gate: Gate, label: str) -> str:
    """A control and its box, or two boxes of which neither controls the other."""
    first = _svg_rotation(x, y, gate, label) if gate.kind == "rzz" else _svg_dot(x, y)
    return _svg_line(x, y, end) + first + _svg_rotation(x, end, gate, label)


def _svg_line(x: float, y: float, end: float) -> str:
    return f'<line class="ink-line" x1="{x:.4g}" x2="{x:.4g}" y1="{y:.4g}" y2="{end:.4g}" {_PEN}/>'


def _svg_dot(x: float, y: float) -> str:
    return f'<circle class="ink-dot" cx="{x:.4g}" cy="{y:.4g}" r="{DOT}" fill="{INK}"/>'


def _svg_cross(x: float, y: float) -> str:
    left, right, top, bottom = x - CROSS, x + CROSS, y - CROSS, y + CROSS
    path = f"M{left:.4g} {top:.4g}L{right:.4g} {bottom:.4g}M{left:.4g} {bottom:.4g}L{right:.4g} {top:.4g}"
    return f'<path class="ink-line" d="{path}" {_PEN}/>'


def _svg_cnot(x: float, y: float, target: float) -> str:
    return (
        _svg_line(x, y, target + (RING if target > y else -RING))
        + _svg_dot(x, y)
        + f'<circle class="box ink-line" cx="{x:.4g}" cy="{target:.4g}" r="{RING}" fill="{PAPER}" {_PEN}/>'
        f'<path class="ink-line" d="M{x - RING:.4g} {target:.4g}H{x + RING:.4g}M{x:.4g} {target - RING:.4g}'
        f'V{target + RING:.4g}" {_PEN}/>'
    )


def _svg_meter(x: float, y: float) -> str:
    return _svg_box(x, y, PAPER, INK) + (
        f'<path class="ink-line" fill="none" stroke="{INK}" stroke-width="0.035" '
        f'd="M{x - 0.23:.4g} {y + 0.14:.4g}A0.23 0.23 0 0 1 {x + 0.23:.4g} {y + 0.14:.4g}'
        f'M{x:.4g} {y + 0.14:.4g}L{x + 0.18:.4g} {y - 0.17:.4g}"/>'
    )

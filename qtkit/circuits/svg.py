"""A circuit as an SVG picture that reads well on light and dark pages, and aloud."""

from __future__ import annotations

from html import escape

from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.layout import Band, CircuitLayout, Gate, circuit_layout
from qtkit.circuits.look import (
    BOX,
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
    title,
)


def circuit_svg(
    ansatz: Ansatz,
    n_qubits: int,
    depth: int,
    *,
    angles: Angles | None = None,
    max_width: float = 24.0,
    pixels: float = 44.0,
    ghosts: bool = False,
) -> str:
    """The circuit as the text of an SVG file, complete in itself.

    Colours are plain attributes, so a page that embeds the text can restyle it by the classes `wire`, `band`, `box`,
    `ink`, `rx`, `ry`, `rz`; every gate is a group with `data-kind`, `data-wires` and `data-layer`.

    Arguments:
        angles: as for `draw_circuit`.
        max_width: the length of a line, in units of the distance between two wires.
        pixels: that distance in pixels.
        ghosts: show where the Hadamards would stand if there are none, as an editor needs it.

    Raises:
        ValueError: as for `draw_circuit`.
    """
    layout = circuit_layout(ansatz, n_qubits, depth, max_width=max_width, reserve_hadamard=ghosts)
    width, height = extent_of(layout)
    parts = [_svg_wires(layout), *(_svg_band(layout, band) for band in layout.bands)]
    if ghosts and not ansatz.hadamard:
        ghost_gates = (g for g in circuit_layout(Ansatz(True, (), "ry"), n_qubits, 0).gates if g.kind == "h")
        parts += [_svg_gate(layout, gate, "", "ghost") for gate in ghost_gates]
    parts += [_svg_gate(layout, gate, gate_label(gate, angles)) for gate in layout.gates]
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width * pixels:g}" height="{height * pixels:g}"'
    words = escape(f"{title(ansatz)}; {n_qubits} qubits, {depth} layers")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qtkit-circuit" role="img" '
        f'aria-label="{words}" {size} '
        f'font-family="system-ui, sans-serif" text-anchor="middle"><title>{words}</title>\n'
        + "\n".join(parts)
        + "\n</svg>"
    )


def _svg_wires(layout: CircuitLayout) -> str:
    parts = []
    for row, length in enumerate(layout.widths):
        for q in range(layout.n_qubits):
            y = height_of(layout, row, q)
            parts.append(
                f'<g class="wire-group" data-wire="{q}"><line class="wire" x1="{MARGIN_LEFT:g}" '
                f'x2="{MARGIN_LEFT + length:g}" y1="{y:g}" y2="{y:g}" stroke="{INK}" stroke-width="0.03"/>'
                f'<text class="ink" x="{MARGIN_LEFT - 0.38:g}" y="{y + 0.09:g}" font-size="0.27" fill="{INK}">'
                f"q{q}</text></g>"
            )
    return "\n".join(parts)


def _svg_band(layout: CircuitLayout, band: Band) -> str:
    top, bottom = height_of(layout, band.row, 0) - 0.45, height_of(layout, band.row, layout.n_qubits - 1) + 0.45
    x = MARGIN_LEFT + band.start
    return (
        f'<g class="layer-group" data-layer="{band.layer}"><rect class="band" x="{x:.3g}" y="{top:.4g}" '
        f'width="{band.end - band.start:.3g}" height="{bottom - top:.4g}" fill="{INK}" fill-opacity="0.05"/>'
        f'<text class="faint" x="{x + (band.end - band.start) / 2:.4g}" y="{top - 0.08:.4g}" font-size="0.2" '
        f'fill="#59606B">layer {band.layer}</text></g>'
    )


def _svg_gate(layout: CircuitLayout, gate: Gate, label: str, extra: str = "") -> str:
    x, y = MARGIN_LEFT + gate.x, height_of(layout, gate.row, gate.wires[0])
    layer = "" if gate.layer is None else f' data-layer="{gate.layer}"'
    wires = ",".join(map(str, gate.wires))
    faded = ' opacity="0.35" stroke-dasharray="0.1"' if extra == "ghost" else ""
    classes = " ".join(filter(None, ("gate", gate.kind, gate.name, extra)))
    group = f'<g class="{classes}" data-kind="{gate.kind}" data-wires="{wires}"{layer}{faded}>'
    if gate.kind == "cnot":
        shape = _svg_cnot(x, y, height_of(layout, gate.row, gate.wires[1]))
    elif gate.kind == "rotation":
        shape = _svg_rotation(x, y, gate.name, label)
    else:
        shape = _svg_h(x, y) if gate.kind == "h" else _svg_meter(x, y)
    return f"{group}<title>{_spoken(gate, label)}</title>{shape}</g>"


def _spoken(gate: Gate, label: str) -> str:
    if gate.kind == "cnot":
        return f"CNOT, control {gate.wires[0]}, target {gate.wires[1]}, layer {gate.layer}"
    if gate.kind == "rotation":
        return f"{gate.name.upper()} by {label} on qubit {gate.wires[0]}, layer {gate.layer}"
    return f"{'Hadamard' if gate.kind == 'h' else 'Measurement'} on qubit {gate.wires[0]}"


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


def _svg_rotation(x: float, y: float, name: str, label: str) -> str:
    return (
        _svg_box(x, y, ROTATION_TINTS[name], ROTATION_COLOURS[name])
        + f'<text class="ink" x="{x:.4g}" y="{y:.4g}" font-size="0.27" fill="{INK}">R{name[1].upper()}</text>'
        + f'<text class="ink angle" x="{x:.4g}" y="{y + 0.23:.4g}" font-size="0.18" fill="{INK}">{label}</text>'
    )


def _svg_cnot(x: float, y: float, target: float) -> str:
    tip = target + (RING if target > y else -RING)
    pen = f'stroke="{INK}" stroke-width="0.035"'
    return (
        f'<line class="ink-line" x1="{x:.4g}" x2="{x:.4g}" y1="{y:.4g}" y2="{tip:.4g}" {pen}/>'
        f'<circle class="ink-dot" cx="{x:.4g}" cy="{y:.4g}" r="{DOT}" fill="{INK}"/>'
        f'<circle class="box ink-line" cx="{x:.4g}" cy="{target:.4g}" r="{RING}" fill="{PAPER}" {pen}/>'
        f'<path class="ink-line" d="M{x - RING:.4g} {target:.4g}H{x + RING:.4g}M{x:.4g} {target - RING:.4g}'
        f'V{target + RING:.4g}" {pen}/>'
    )


def _svg_meter(x: float, y: float) -> str:
    return _svg_box(x, y, PAPER, INK) + (
        f'<path class="ink-line" fill="none" stroke="{INK}" stroke-width="0.035" '
        f'd="M{x - 0.23:.4g} {y + 0.14:.4g}A0.23 0.23 0 0 1 {x + 0.23:.4g} {y + 0.14:.4g}'
        f'M{x:.4g} {y + 0.14:.4g}L{x + 0.18:.4g} {y - 0.17:.4g}"/>'
    )

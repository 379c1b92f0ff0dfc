"""Circuits as pictures: `draw_circuit` (matplotlib) and `circuit_svg` (text of an SVG file)."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.layout import Band, CircuitLayout, Gate, circuit_layout

if TYPE_CHECKING:
    import matplotlib.axes
    import matplotlib.figure

# Okabe and Ito's palette tells the rotations apart for colour-blind readers too; the boxes carry the name as well.
ROTATION_COLOURS = {"rx": "#0072B2", "ry": "#D55E00", "rz": "#009E73"}
_ROTATION_TINTS = {"rx": "#DCEBF5", "ry": "#FBE6D8", "rz": "#D9F0E9"}
_INK, _FAINT, _BAND, _PAPER = "#1F2328", "#8A9099", "#F3F4F6", "#FFFFFF"

_BOX = (0.86, 0.62)  # width and height of a gate's box, in units of the distance between two wires
_DOT, _RING = 0.075, 0.16  # radii of a CNOT's control and target
_MARGIN_LEFT, _MARGIN_RIGHT, _MARGIN_TOP, _MARGIN_BOTTOM, _ROW_GAP = 0.75, 0.3, 1.15, 0.25, 1.45

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
    if gate.kind != "rotation":
        return ""
    wire = gate.wires[0]
    return f"θ({gate.layer},{wire})" if angles is None else f"{float(angles[gate.layer][wire]):.2f}"


def draw_circuit(
    ansatz: Ansatz, n_qubits: int, depth: int, *, angles: Angles | None = None, max_width: float = 24.0
) -> matplotlib.figure.Figure:
    """The circuit as a matplotlib figure: wires down, time to the right, folded like text where it grows long.

    Arguments:
        angles: `(L, n)`; their values stand in the boxes instead of θ(layer, qubit), which is `angles[layer, qubit]`.
        max_width: the length of a line, in units of the distance between two wires.

    Raises:
        ValueError: for a bad `n_qubits` or `depth`, or a custom CNOT out of range.

    Source: Figure 3 and Table I of the paper.
    """
    import matplotlib.pyplot as plt

    layout = circuit_layout(ansatz, n_qubits, depth, max_width=max_width)
    width, height = _extent(layout)
    scale = 0.55  # inches a wire
    figure = plt.figure(figsize=(width * scale, height * scale), facecolor=_PAPER, dpi=120)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    axes.axis("off")
    axes.text(0.1, 0.3, title(ansatz), fontsize=9, va="center", color=_INK)
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
        y = _y(self.layout, row, wire)
        self.axes.plot((_MARGIN_LEFT, _MARGIN_LEFT + length), (y, y), color=_INK, lw=0.8, zorder=1)
        text = rf"$q_{{{wire}}}$" + (r" $|0\rangle$" if row == 0 else "")
        self.axes.text(_MARGIN_LEFT - 0.08, y, text, ha="right", va="center", fontsize=8.5, color=_INK)

    def band(self, layer: int, row: int, start: float, end: float) -> None:
        from matplotlib.patches import Rectangle

        top, bottom = _y(self.layout, row, 0) - 0.45, _y(self.layout, row, self.layout.n_qubits - 1) + 0.45
        corner = (_MARGIN_LEFT + start, top)
        self.axes.add_patch(Rectangle(corner, end - start, bottom - top, facecolor=_BAND, edgecolor="none", zorder=0))
        x = _MARGIN_LEFT + (start + end) / 2
        self.axes.text(x, top - 0.04, f"layer {layer}", ha="center", va="bottom", fontsize=6.5, color="#59606B")

    def gate(self, gate: Gate, label: str) -> None:
        x, y = _MARGIN_LEFT + gate.x, _y(self.layout, gate.row, gate.wires[0])
        if gate.kind == "cnot":
            self._cnot(x, y, _y(self.layout, gate.row, gate.wires[1]))
        elif gate.kind == "h":
            self._box(x, y, _PAPER, _INK)
            self.axes.text(x, y, "$H$", ha="center", va="center", fontsize=9, color=_INK, zorder=4)
        elif gate.kind == "meter":
            self._meter(x, y)
        else:
            self._box(x, y, _ROTATION_TINTS[gate.name], ROTATION_COLOURS[gate.name])
            name = rf"$R_{{{gate.name[1]}}}$"
            self.axes.text(x, y - 0.09, name, ha="center", va="center", fontsize=8.5, color=_INK, zorder=4)
            self.axes.text(x, y + 0.18, label, ha="center", va="center", fontsize=5.5, color=_INK, zorder=4)

    def _box(self, x: float, y: float, fill: str, edge: str) -> None:
        from matplotlib.patches import Rectangle

        width, height = _BOX
        corner = (x - width / 2, y - height / 2)
        self.axes.add_patch(Rectangle(corner, width, height, facecolor=fill, edgecolor=edge, lw=0.9, zorder=3))

    def _cnot(self, x: float, control: float, target: float) -> None:
        from matplotlib.patches import Circle

        tip = target + (_RING if target > control else -_RING)
        self.axes.plot((x, x), (control, tip), color=_INK, lw=0.9, zorder=2)
        self.axes.plot((x - _RING, x + _RING), (target, target), color=_INK, lw=0.9, zorder=4)
        self.axes.add_patch(Circle((x, control), _DOT, facecolor=_INK, edgecolor="none", zorder=3))
        self.axes.add_patch(Circle((x, target), _RING, facecolor=_PAPER, edgecolor=_INK, lw=0.9, zorder=3))
        self.axes.plot((x, x), (target - _RING, target + _RING), color=_INK, lw=0.9, zorder=4)

    def _meter(self, x: float, y: float) -> None:
        from matplotlib.patches import Arc

        self._box(x, y, _PAPER, _INK)
        arc = Arc((x, y + 0.14), 0.46, 0.46, theta1=180, theta2=360, color=_INK, lw=0.9, zorder=4)
        self.axes.add_patch(arc)
        self.axes.plot((x, x + 0.18), (y + 0.14, y - 0.17), color=_INK, lw=0.9, zorder=4)


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
    width, height = _extent(layout)
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
            y = _y(layout, row, q)
            parts.append(
                f'<g class="wire-group" data-wire="{q}"><line class="wire" x1="{_MARGIN_LEFT:g}" '
                f'x2="{_MARGIN_LEFT + length:g}" y1="{y:g}" y2="{y:g}" stroke="{_INK}" stroke-width="0.03"/>'
                f'<text class="ink" x="{_MARGIN_LEFT - 0.38:g}" y="{y + 0.09:g}" font-size="0.27" fill="{_INK}">'
                f"q{q}</text></g>"
            )
    return "\n".join(parts)


def _svg_band(layout: CircuitLayout, band: Band) -> str:
    top, bottom = _y(layout, band.row, 0) - 0.45, _y(layout, band.row, layout.n_qubits - 1) + 0.45
    x = _MARGIN_LEFT + band.start
    return (
        f'<g class="layer-group" data-layer="{band.layer}"><rect class="band" x="{x:.3g}" y="{top:.4g}" '
        f'width="{band.end - band.start:.3g}" height="{bottom - top:.4g}" fill="{_INK}" fill-opacity="0.05"/>'
        f'<text class="faint" x="{x + (band.end - band.start) / 2:.4g}" y="{top - 0.08:.4g}" font-size="0.2" '
        f'fill="#59606B">layer {band.layer}</text></g>'
    )


def _svg_gate(layout: CircuitLayout, gate: Gate, label: str, extra: str = "") -> str:
    x, y = _MARGIN_LEFT + gate.x, _y(layout, gate.row, gate.wires[0])
    layer = "" if gate.layer is None else f' data-layer="{gate.layer}"'
    wires = ",".join(map(str, gate.wires))
    faded = ' opacity="0.35" stroke-dasharray="0.1"' if extra == "ghost" else ""
    classes = " ".join(filter(None, ("gate", gate.kind, gate.name, extra)))
    group = f'<g class="{classes}" data-kind="{gate.kind}" data-wires="{wires}"{layer}{faded}>'
    if gate.kind == "cnot":
        shape = _svg_cnot(x, y, _y(layout, gate.row, gate.wires[1]))
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
    width, height = _BOX
    return (
        f'<rect class="box" x="{x - width / 2:.4g}" y="{y - height / 2:.4g}" width="{width}" height="{height}" '
        f'rx="0.05" fill="{fill}" stroke="{edge}" stroke-width="0.035"/>'
    )


def _svg_h(x: float, y: float) -> str:
    return (
        _svg_box(x, y, _PAPER, _INK)
        + f'<text class="ink" x="{x:.4g}" y="{y + 0.12:.4g}" font-size="0.34" fill="{_INK}">H</text>'
    )


def _svg_rotation(x: float, y: float, name: str, label: str) -> str:
    return (
        _svg_box(x, y, _ROTATION_TINTS[name], ROTATION_COLOURS[name])
        + f'<text class="ink" x="{x:.4g}" y="{y:.4g}" font-size="0.27" fill="{_INK}">R{name[1].upper()}</text>'
        + f'<text class="ink angle" x="{x:.4g}" y="{y + 0.23:.4g}" font-size="0.18" fill="{_INK}">{label}</text>'
    )


def _svg_cnot(x: float, y: float, target: float) -> str:
    tip = target + (_RING if target > y else -_RING)
    pen = f'stroke="{_INK}" stroke-width="0.035"'
    return (
        f'<line class="ink-line" x1="{x:.4g}" x2="{x:.4g}" y1="{y:.4g}" y2="{tip:.4g}" {pen}/>'
        f'<circle class="ink-dot" cx="{x:.4g}" cy="{y:.4g}" r="{_DOT}" fill="{_INK}"/>'
        f'<circle class="box ink-line" cx="{x:.4g}" cy="{target:.4g}" r="{_RING}" fill="{_PAPER}" {pen}/>'
        f'<path class="ink-line" d="M{x - _RING:.4g} {target:.4g}H{x + _RING:.4g}M{x:.4g} {target - _RING:.4g}'
        f'V{target + _RING:.4g}" {pen}/>'
    )


def _svg_meter(x: float, y: float) -> str:
    return _svg_box(x, y, _PAPER, _INK) + (
        f'<path class="ink-line" fill="none" stroke="{_INK}" stroke-width="0.035" '
        f'd="M{x - 0.23:.4g} {y + 0.14:.4g}A0.23 0.23 0 0 1 {x + 0.23:.4g} {y + 0.14:.4g}'
        f'M{x:.4g} {y + 0.14:.4g}L{x + 0.18:.4g} {y - 0.17:.4g}"/>'
    )


def _y(layout: CircuitLayout, row: int, wire: int) -> float:
    return _MARGIN_TOP + row * (layout.n_qubits - 1 + _ROW_GAP) + wire


def _extent(layout: CircuitLayout) -> tuple[float, float]:
    last = _y(layout, len(layout.widths) - 1, layout.n_qubits - 1)
    return _MARGIN_LEFT + max(layout.widths) + _MARGIN_RIGHT, last + 0.45 + _MARGIN_BOTTOM

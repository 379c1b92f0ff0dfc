"""A circuit as an SVG picture that reads well on light and dark pages, and aloud."""

from __future__ import annotations

from html import escape

from qtkit.circuits.ansatz import Ansatz
from qtkit.circuits.layout import Band, CircuitLayout, circuit_layout
from qtkit.circuits.look import INK, MARGIN_LEFT, Angles, extent_of, gate_label, height_of, title
from qtkit.circuits.svg_gates import svg_gate
from qtkit.names import counted


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
    `ink` and the gates' names; every gate is a group with `data-kind`, `data-wires` and `data-layer`, and `data-angle`,
    the place of its first angle, where that is not its wire.

    Arguments:
        angles: as for `draw_circuit`.
        max_width: the length of a line, in units of the distance between two wires.
        pixels: that distance in pixels.
        ghosts: show where the Hadamards would stand if a circuit in words has none, as an editor needs it.

    Raises:
        ValueError: as for `draw_circuit`.
    """
    layout = circuit_layout(ansatz, n_qubits, depth, max_width=max_width, reserve_hadamard=ghosts)
    width, height = extent_of(layout)
    parts = [_svg_wires(layout), *(_svg_band(layout, band) for band in layout.bands)]
    if ghosts and ansatz.in_words and not ansatz.hadamard:
        ghost_gates = (g for g in circuit_layout(Ansatz(True, (), "ry"), n_qubits, 0).gates if g.kind == "h")
        parts += [svg_gate(layout, gate, "", "ghost") for gate in ghost_gates]
    parts += [svg_gate(layout, gate, gate_label(gate, angles)) for gate in layout.gates]
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width * pixels:g}" height="{height * pixels:g}"'
    words = escape(f"{title(ansatz)}; {counted(n_qubits, 'qubit')}, {counted(depth, 'layer')}")
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

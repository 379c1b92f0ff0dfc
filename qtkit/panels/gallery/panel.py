"""`CandidateGallery`: the twelve candidates of Table I side by side, on one Θ that can be drawn anew."""

from __future__ import annotations

from html import escape
from pathlib import Path

import traitlets

from qtkit.checks import checked_depth, checked_qubits
from qtkit.circuits.svg import circuit_svg
from qtkit.names import counted
from qtkit.panels.parts.still import Still
from qtkit.plots.gallery import gallery_items
from qtkit.web.bundle import bundle

_HERE = Path(__file__).parent


class CandidateGallery(Still):
    """Twelve circuits and their distributions, filtered by factor; six of them stay still whatever Θ is.

    The circuits share their angles, as in equation 7. Everything runs in the browser.

    Arguments:
        n_qubits: 1..6.
        depth: layers, 0..6.

    Raises:
        ValueError: for sizes out of range.
    """

    _esm = bundle(_HERE / "gallery.js")
    _css = bundle(_HERE / "gallery.css")
    _sizes = traitlets.Dict().tag(sync=True)
    _items: traitlets.List[dict[str, object]] = traitlets.List().tag(sync=True)

    def __init__(self, n_qubits: int = 3, depth: int = 2) -> None:
        n, depth = checked_qubits(n_qubits), checked_depth(depth)
        if n > 6 or depth > 6:
            raise ValueError(f"the gallery shows up to 6 qubits and 6 layers, got {n} and {depth}")
        super().__init__()
        self._sizes = {"n": n, "depth": depth}
        self._items = [
            {
                "config": item.config,
                "label": item.ansatz.label,
                "hadamard": item.ansatz.hadamard,
                "entangler": item.ansatz.entangler,
                "rotation": item.ansatz.rotation,
                "depends": item.depends,
                "headline": item.headline,
                "effective": item.effective,
                "cnots": [list(pair) for pair in item.ansatz.cnots(n)],
                "rotations": list(item.ansatz.rotations(depth)),
                "svg": circuit_svg(item.ansatz, n, depth, max_width=1e6),
            }
            for item in gallery_items(n, depth)
        ]

    def _still(self) -> str:
        """The twelve as HTML, for where no kernel runs."""
        circuits = ""
        for item in self._items:
            told = escape(f"Config {item['config']}: {item['label']}. {item['headline']}")
            circuits += f'<figure style="margin:0"><figcaption>{told}</figcaption>{item["svg"]}</figure>'
        columns = "repeat(auto-fill,minmax(min(100%,280px),1fr))"
        return f'<div style="display:grid;grid-template-columns:{columns};gap:16px">{circuits}</div>'

    def __repr__(self) -> str:
        sizes = f"{counted(self._sizes['n'], 'qubit')}, {counted(self._sizes['depth'], 'layer')}"
        return f"CandidateGallery: the twelve of Table I, {sizes}"

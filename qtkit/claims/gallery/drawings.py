"""Figures 1 to 4 and Table I, which come from circuits and need no run: as HTML, or as a figure to hover over."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import torch
from torch import nn

from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.circuits.svg import circuit_svg
from qtkit.circuits.words import ENTANGLERS
from qtkit.generator.quantum_train import QuantumTrain

if TYPE_CHECKING:
    import plotly.graph_objects as go

_QUBITS, _LAYERS, _SEED = 3, 2, 0


def draw_concept(name: str) -> str:
    """The drawing of `"fig1"`, `"fig3"` or `"table1"` as HTML; empty for what is a figure or has runs."""
    drawings = {"fig1": _compare_circuits, "fig3": _show_parts, "table1": _show_candidates}
    return drawings[name]() if name in drawings else ""


def draw_numbers(name: str) -> go.Figure | None:
    """`"fig2"` and `"fig4"` from a model of four qubits, its numbers drawn with a fixed seed; None for others."""
    from qtkit.plots.concepts import ensemble_bars, mapping_bars

    start = torch.Generator().manual_seed(_SEED)
    if name == "fig2":
        alone = [CANDIDATES[4]]
        return mapping_bars(QuantumTrain(nn.Linear(4, 3), 3, candidates=alone, angle_init="uniform", generator=start))
    if name == "fig4":
        return ensemble_bars(QuantumTrain(nn.Linear(4, 3), 3, angle_init="uniform", generator=start))
    return None


def _compare_circuits() -> str:
    circuit = circuit_svg(Ansatz(hadamard=False, entangler="cyc", rotation="ry"), _QUBITS, _LAYERS)
    usual = ("the input x", "U(x): x as angles", circuit, "expectation values ⟨Z₁⟩ … ⟨Zₙ⟩: the answer")
    train = ("|0 … 0⟩, no input", circuit, "probabilities P(i) of all 2ⁿ states: weights of a network")
    parts = (("A usual variational circuit", usual), ("In Quantum-Train", train))
    return "\n".join(f"<h4>{title}</h4>{_flow(steps)}" for title, steps in parts)


def _flow(steps: tuple[str, ...]) -> str:
    items = "".join(f"<li>{step if step.startswith('<svg') else escape(step)}</li>" for step in steps)
    return f'<ol class="flow">{items}</ol>'


def _show_parts() -> str:
    shown = [Ansatz(hadamard, entangler, "ry") for hadamard in (True, False) for entangler in ENTANGLERS]
    words = {"ent": "a brick of CNOTs", "cyc": "a ring of CNOTs"}
    cards = [
        f"<li><h4>{'Hadamards, then' if each.hadamard else 'No Hadamards,'} {words[str(each.entangler)]}</h4>"
        f"{circuit_svg(each, 4, 1)}</li>"
        for each in shown
    ]
    return (
        f'<ul class="cards">{"".join(cards)}</ul>'
        "<p>Here each layer ends with RY; with RX and RZ in its place there are twelve.</p>"
    )


def _show_candidates() -> str:
    from qtkit.plots.gallery import gallery_items

    cards = [
        f'<li data-model="Config {item.config}"><h4>Config {item.config}: {escape(item.ansatz.label)}</h4>'
        f"{circuit_svg(item.ansatz, _QUBITS, 1)}<p>{escape(item.headline)}</p></li>"
        for item in gallery_items(_QUBITS, _LAYERS)
    ]
    return f'<ul class="cards">{"".join(cards)}</ul>'

"""The twelve candidates side by side: `gallery_items`, and the still picture `draw_gallery`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from qtkit.analysis import effective_parameters, explain, random_angles
from qtkit.checks import checked_depth, checked_qubits, checked_whole
from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.plots.style import candidate_style
from qtkit.simulation import probabilities

if TYPE_CHECKING:
    import matplotlib.figure


@dataclass(frozen=True)
class GalleryItem:
    """One candidate of the gallery.

    Attributes:
        config: its number in Table I.
        ansatz: the circuit.
        depends: whether its distribution can depend on Θ.
        headline: that, in one sentence.
        effective: the rank of ∂p/∂Θ at random angles.
    """

    config: int
    ansatz: Ansatz
    depends: bool
    headline: str
    effective: int


def gallery_items(n_qubits: int = 3, depth: int = 2, candidates: Sequence[Ansatz] = CANDIDATES) -> list[GalleryItem]:
    """What the gallery says of each candidate on `n_qubits` qubits and `depth` layers."""
    items = []
    for ansatz in candidates:
        said = explain(ansatz, n_qubits, depth)
        rank = effective_parameters(ansatz, n_qubits, depth, n_draws=1)
        items.append(GalleryItem(ansatz.config or 0, ansatz, said.depends, said.headline, rank))
    return items


def draw_gallery(n_qubits: int = 3, depth: int = 2, *, n_draws: int = 3, seed: int = 0) -> matplotlib.figure.Figure:
    """Table I as twelve small charts: each candidate's distribution at `n_draws` random settings of Θ, overlaid.

    Rows and columns are those of the factors; every candidate gets the same angles. A chart with one level at each
    bar, and the mark "cannot depend on Θ", belongs to a candidate whose distribution ignores its angles.

    Raises:
        ValueError: for a bad `n_qubits` or `depth`, or `n_draws` below 1.
    """
    import matplotlib.pyplot as plt

    n, depth = checked_qubits(n_qubits), checked_depth(depth)
    n_draws = checked_whole("n_draws", n_draws, 1)
    draws = torch.as_tensor(random_angles(n, depth, n_draws, seed=seed))
    figure, axes = plt.subplots(4, 3, figsize=(9, 7.2), sharex=True, layout="constrained")
    names = [f"{i:0{n}b}" for i in range(2**n)]
    for item, place in zip(gallery_items(n, depth), axes.flat, strict=True):
        colour = candidate_style(item.ansatz).colour
        for angles in draws:
            values = probabilities(item.ansatz, angles).numpy()
            place.bar(names, values, width=0.8, color=colour, alpha=0.28, edgecolor=colour, linewidth=1)
        note = "" if item.depends else "cannot depend on Θ"
        place.set_title(f"{item.config}: {item.ansatz.label}", fontsize=9, loc="left")
        place.text(0.98, 0.92, note, transform=place.transAxes, ha="right", va="top", fontsize=8, style="italic")
        place.set_ylim(0, max(place.get_ylim()[1], 1.6 / 2**n))
        place.tick_params(labelsize=7)
        place.tick_params(axis="x", rotation=90)
        place.spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"The twelve candidates at {n_draws} random Θ: {n} qubits, {depth} layers", fontsize=10)
    plt.close(figure)
    return figure

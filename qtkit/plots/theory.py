"""Still figures of the theory notebooks: distributions, the ensemble, compression over network size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from qtkit.circuits.look import ROTATION_COLOURS
from qtkit.generator.counts import counts
from qtkit.paper import EXPERIMENTS
from qtkit.plots.style import INK, TRAIN_COLOUR, Spec

if TYPE_CHECKING:
    import matplotlib.figure
    from matplotlib.patches import FancyArrowPatch

    from qtkit.generator.quantum_train import QuantumTrain


def draw_distributions(distributions: Mapping[str, Sequence[float]]) -> matplotlib.figure.Figure:
    """Bars of one or more distributions `(2**n,)` below each other, on the same states."""
    import matplotlib.pyplot as plt

    size = len(next(iter(distributions.values())))
    n = size.bit_length() - 1
    names = [f"{i:0{n}b}" for i in range(size)]
    figure, rows = plt.subplots(
        len(distributions),
        1,
        figsize=(7, 0.5 + 1.3 * len(distributions)),
        sharex=True,
        squeeze=False,
        layout="constrained",
    )
    for axes, (label, values) in zip(rows[:, 0], distributions.items(), strict=True):
        axes.bar(names, np.asarray(values, dtype=float), color="#0072B2")
        axes.axhline(1 / size, color=INK, lw=0.8, ls=":")
        axes.set_title(label, fontsize=9, loc="left")
        axes.set_ylabel("P(i)", fontsize=8)
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    rows[-1, 0].tick_params(axis="x", rotation=90 if n > 3 else 0)
    plt.close(figure)
    return figure


def draw_compression(depth: int = 10) -> matplotlib.figure.Figure:
    """Trained against generated numbers, p from 1 to 10⁹, with the paper's four networks at their own depths."""
    import matplotlib.pyplot as plt

    p = np.unique(np.logspace(0, 9, 400).astype(int))
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    axes.loglog(p, p, color=TRAIN_COLOUR, ls="--", lw=1)
    along = axes.text(2e8, 4e8, "no compression: p", color=INK, fontsize=9, ha="right", va="bottom")
    along.set(rotation=32, rotation_mode="anchor")
    axes.loglog(p, [counts(int(q), depth).searched for q in p], color="#0072B2", lw=2)
    axes.text(1.1e9, counts(10**9, depth).searched, f"L = {depth}", color="#0072B2", fontsize=9, va="center")
    for experiment in EXPERIMENTS.values():
        for target in experiment.targets:
            axes.plot(target.num_weights, target.num_trainable, "o", color="#D55E00")
    for x, y, text, up in ((1_781, 135, "LSTM", -16), (5_900, 157, "policy, value", 9), (108_866, 286, "image MLP", 9)):
        place = (0, up)
        axes.annotate(text, (x, y), place, textcoords="offset points", ha="center", fontsize=9, color="#D55E00")
    axes.set(xlabel="generated weights p", ylabel="trained numbers", xlim=(1, 4e9), ylim=(10, 1e9))
    axes.spines[["top", "right"]].set_visible(False)
    plt.close(figure)
    return figure


def draw_ensemble(model: QuantumTrain) -> matplotlib.figure.Figure:
    """Figure 4 with real numbers: one Θ into every candidate, their weighted sum, and the weights it becomes.

    Arguments:
        model: a `QuantumTrain` on few qubits, with candidates of Table I and without stacked blocks.

    Raises:
        ValueError: if its blocks are stacked: candidates have no distribution of their own then.
    """
    import matplotlib.pyplot as plt
    import torch

    search = model.search
    with torch.no_grad():
        own, w = search.candidate_probabilities().numpy(), search.mixture.numpy()
        mixed, kappa = search().numpy(), model.weights().numpy()
    rows = -(-len(own) // 3)
    figure = plt.figure(figsize=(10, 0.8 + 1.25 * rows))
    left = figure.add_gridspec(rows, 3, left=0.12, right=0.60, top=0.86, bottom=0.06, hspace=0.75, wspace=0.18)
    right = figure.add_gridspec(2, 1, left=0.72, right=0.985, top=0.80, bottom=0.12, hspace=0.9)
    x, top = range(len(mixed)), max(float(own.max()), 1e-9)
    for j, (candidate, values) in enumerate(zip(search.candidates, own, strict=True)):
        axes = figure.add_subplot(left[j // 3, j % 3])
        colour = ROTATION_COLOURS.get(candidate.rotation, INK) if isinstance(candidate.rotation, str) else INK
        axes.bar(x, values, width=0.85, color=colour)
        axes.set(xticks=[], yticks=[], ylim=(0, top))
        axes.set_title(f"{w[j]:.3f} × config {candidate.config or '–'}", fontsize=8.5, loc="left", pad=3)
        axes.spines[["top", "right", "left"]].set_visible(False)
    parts = (
        (0, mixed, "#0072B2", "Σ wⱼ Pⱼ(i)"),
        (1, kappa, "#D55E00", f"κ = mapping(bits, sum): {len(kappa)} weights"),
    )
    for place, values, colour, text in parts:
        axes = figure.add_subplot(right[place])
        axes.bar(range(len(values)), values, width=0.85, color=colour)
        axes.axhline(0, color=INK, lw=0.8)
        axes.set(xticks=[], xlim=(-0.7, len(mixed) - 0.3))
        axes.set_title(text, fontsize=9, loc="left")
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    angles = "one Θ for all" if search.shared_angles else "a Θ for each"
    box = {"boxstyle": "round,pad=0.5", "facecolor": "#F3F4F6", "edgecolor": INK}
    figure.text(0.045, 0.46, f"Θ\n{search.depth} × {search.n_qubits}", ha="center", va="center", fontsize=12, bbox=box)
    for start, end, y in ((0.08, 0.115, 0.46), (0.605, 0.69, 0.64)):
        arrow = {"arrowstyle": "-|>", "color": INK, "lw": 1.5}
        figure.add_artist(_arrow((start, y), (end, y), arrow, figure))
    figure.add_artist(_arrow((0.85, 0.52), (0.85, 0.45), {"arrowstyle": "-|>", "color": INK, "lw": 1.5}, figure))
    figure.text(0.6475, 0.665, "Σ", ha="center", fontsize=15, color=INK)
    figure.text(0.12, 0.94, f"{len(own)} circuits, {angles}: wⱼ × Pⱼ(i; Θ)", fontsize=10)
    figure.text(0.72, 0.94, "their sum, and what it writes", fontsize=10)
    plt.close(figure)
    return figure


def _arrow(
    start: tuple[float, float], end: tuple[float, float], look: Spec, figure: matplotlib.figure.Figure
) -> FancyArrowPatch:
    from matplotlib.patches import FancyArrowPatch

    return FancyArrowPatch(start, end, transform=figure.transFigure, mutation_scale=14, **look)

"""Figure 2 with real numbers: a circuit's distribution, the weights it becomes, and the network that has them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from qtkit.plots.style import INK

if TYPE_CHECKING:
    import matplotlib.figure
    from matplotlib.axes import Axes

    from qtkit.generator.quantum_train import QuantumTrain

_UP, _DOWN = "#D55E00", "#0072B2"  # weights above and below 0
_BOX = {"boxstyle": "round,pad=0.5", "facecolor": "#F3F4F6", "edgecolor": INK}


def draw_mapping(model: QuantumTrain) -> matplotlib.figure.Figure:
    """From the angles by way of a small `QuantumTrain`'s probabilities and weights to its network, and back.

    Arguments:
        model: on few qubits; its network's layers are drawn if they are linear ones, one after the other.
    """
    import matplotlib.pyplot as plt
    from matplotlib.lines import Line2D

    with torch.no_grad():
        probability, kappa = model.search().numpy(), model.weights().numpy()
    n, p = model.n_qubits, model.num_weights
    names = [f"{i:0{n}b}" for i in range(2**n)]
    figure = plt.figure(figsize=(10, 4.6))
    rows = figure.add_gridspec(2, 1, left=0.16, right=0.70, top=0.90, bottom=0.24, hspace=0.75)
    upper = figure.add_subplot(rows[0])
    lower = figure.add_subplot(rows[1], sharex=upper)
    upper.bar(names, probability, color=["#0072B2" if i < p else "#C8D3DB" for i in range(2**n)])
    upper.set_title(f"P(i) of the 2ⁿ = {2**n} states (pale: beyond the first p, not used)", fontsize=9, loc="left")
    upper.tick_params(labelbottom=False)
    lower.bar(names[:p], kappa, color=[_UP if value > 0 else _DOWN for value in kappa])
    lower.axhline(0, color=INK, lw=0.8)
    lower.set_title(f"κᵢ = mapping(bits of i, P(i)): the p = {p} weights", fontsize=9, loc="left")
    lower.tick_params(axis="x", rotation=90 if n > 3 else 0)
    for axes in (upper, lower):
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    network = figure.add_axes((0.78, 0.26, 0.19, 0.56))
    _draw_network(network, model.generate())
    network.set_title("the network", fontsize=9)
    figure.text(0.06, 0.76, f"Θ\n{model.depth} × {n}\nangles", ha="center", va="center", fontsize=11, bbox=_BOX)
    figure.text(0.06, 0.40, f"β\n{n} + 2\nnumbers", ha="center", va="center", fontsize=11, bbox=_BOX)
    for start, end in (((0.10, 0.76), (0.13, 0.76)), ((0.10, 0.40), (0.13, 0.40)), ((0.71, 0.40), (0.76, 0.45))):
        _arrow(figure, start, end)
    _arrow(figure, (0.43, 0.635), (0.43, 0.57))
    figure.add_artist(Line2D((0.87, 0.87, 0.06), (0.22, 0.09, 0.09), color=INK, lw=1.3, transform=figure.transFigure))
    _arrow(figure, (0.06, 0.086), (0.06, 0.27))
    told = "the loss on the data: its gradients go back to β and, through the circuit, to Θ"
    figure.text(0.465, 0.03, told, fontsize=9, color=INK, ha="center")
    plt.close(figure)
    return figure


def _draw_network(axes: Axes, weights: dict[str, Tensor]) -> None:
    """Linear layers, a line a weight: as wide as it is large."""
    matrices = [tensor.detach() for tensor in weights.values() if tensor.ndim == 2]  # (out, in) each
    sizes = [matrices[0].shape[1], *(matrix.shape[0] for matrix in matrices)] if matrices else []
    if any(before.shape[0] != after.shape[1] for before, after in pairwise(matrices)):
        sizes = []  # not one after the other
    places = [[(layer, (k + 0.5) / size) for k in range(size)] for layer, size in enumerate(sizes)]
    for layer, matrix in enumerate(matrices if sizes else ()):
        widest = float(matrix.abs().max()) or 1.0
        for to, row in zip(places[layer + 1], matrix.tolist(), strict=True):
            for come, value in zip(places[layer], row, strict=True):
                width = 0.3 + 3 * abs(value) / widest
                axes.plot(*zip(come, to, strict=True), color=_UP if value > 0 else _DOWN, lw=width, zorder=1)
    for column in places:
        across, up = zip(*column, strict=True)
        axes.scatter(across, up, s=70, color="white", edgecolor=INK, zorder=2)
    axes.set_axis_off()


def _arrow(figure: matplotlib.figure.Figure, start: tuple[float, float], end: tuple[float, float]) -> None:
    from matplotlib.patches import FancyArrowPatch

    whole = figure.transFigure
    figure.add_artist(
        FancyArrowPatch(start, end, transform=whole, mutation_scale=13, arrowstyle="-|>", color=INK, lw=1.3)
    )

"""Still figures of the theory notebooks: distributions, the mapping, compression over network size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from qtkit.paper import EXPERIMENTS
from qtkit.plots.style import INK, TRAIN_COLOUR
from qtkit.studio.counts import counts

if TYPE_CHECKING:
    import matplotlib.figure


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
    axes.text(2e7, 3e7, "no compression: p", color=INK, fontsize=9, rotation=36, ha="right")
    axes.loglog(p, [counts(int(q), depth).searched for q in p], color="#0072B2", lw=2)
    axes.text(1.1e9, counts(10**9, depth).searched, f"L = {depth}", color="#0072B2", fontsize=9, va="center")
    for experiment in EXPERIMENTS.values():
        for target in experiment.targets:
            axes.plot(target.num_weights, target.num_trainable, "o", color="#D55E00")
    for x, y, text, up in ((1_781, 135, "LSTM", -16), (5_900, 157, "policy, value", 9), (108_866, 286, "image MLP", 9)):
        place = {"xytext": (0, up), "textcoords": "offset points", "ha": "center"}
        axes.annotate(text, (x, y), fontsize=9, color="#D55E00", **place)
    axes.set(xlabel="generated weights p", ylabel="trained numbers", xlim=(1, 4e9), ylim=(10, 1e9))
    axes.spines[["top", "right"]].set_visible(False)
    plt.close(figure)
    return figure


def draw_mapping(model) -> matplotlib.figure.Figure:
    """Figure 2 with real numbers: a small `QuantumTrain`'s probabilities above, the weights they become below."""
    import matplotlib.pyplot as plt
    import torch

    with torch.no_grad():
        probability, kappa = model.search().numpy(), model.weights().numpy()
    n, p = model.n_qubits, model.num_weights
    names = [f"{i:0{n}b}" for i in range(2**n)]
    figure, (upper, lower) = plt.subplots(2, 1, figsize=(7, 3.6), sharex=True, layout="constrained")
    upper.bar(names, probability, color=["#0072B2" if i < p else "#C8D3DB" for i in range(2**n)])
    upper.set_title(
        f"probabilities of the 2ⁿ = {2**n} states (pale: beyond the first p, not used)", fontsize=9, loc="left"
    )
    lower.bar(names[:p], kappa, color="#D55E00")
    lower.axhline(0, color=INK, lw=0.8)
    lower.set_title(f"κ = mapping(bits, probability): the p = {p} weights of the network", fontsize=9, loc="left")
    lower.tick_params(axis="x", rotation=90 if n > 3 else 0)
    for axes in (upper, lower):
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    plt.close(figure)
    return figure

"""Names at the ends of lines, kept apart; and axes that stay put while their values creep."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qtkit.circuits.ansatz import Ansatz
from qtkit.names import candidate_name
from qtkit.plots.style import INK, Spec, candidate_style


def end_labels(
    values: Sequence[float | None], places: Sequence[Ansatz], limits: Sequence[float], *, gap: float = 0.11
) -> list[tuple[float, str, str]]:
    """Where to write the names of lines that end at `values`: `(height, text, colour)` each, from low to high.

    Lines that end at the same height share one label ("1, 3, 4, 6"); labels closer than `gap` of the axis are moved
    apart, as little as possible, within the axis' `limits`.
    """
    span = limits[1] - limits[0]
    ends = sorted((value, i) for i, value in enumerate(values) if value is not None and math.isfinite(value))
    groups: list[list[tuple[float, int]]] = []
    for value, i in ends:
        if groups and value - groups[-1][0][0] <= 2e-3 * span:
            groups[-1].append((value, i))
        else:
            groups.append([(value, i)])
    heights = spread([float(np.mean([value for value, _ in group])) for group in groups], gap * span, limits)
    labels = []
    for height, group in zip(heights, groups, strict=True):
        members = sorted(i for _, i in group)
        colours = {candidate_style(places[i]).colour for i in members}
        text = ", ".join(candidate_name(places[i], places) for i in members)
        labels.append((height, text, colours.pop() if len(colours) == 1 else INK))
    return labels


def spread(heights: list[float], gap: float, limits: Sequence[float] = (-math.inf, math.inf)) -> list[float]:
    """Sorted heights, moved apart to at least `gap`: clusters that touch are centred, then kept within the limits."""
    merged: list[tuple[float, int]] = []  # centre, members
    for height in heights:
        merged.append((height, 1))
        while len(merged) > 1:
            (low, n_low), (high, n_high) = merged[-2:]
            if high - low >= gap * (n_low + n_high) / 2 - 1e-12:
                break
            merged[-2:] = [((low * n_low + high * n_high) / (n_low + n_high), n_low + n_high)]
    apart = [centre + gap * (i - (n - 1) / 2) for centre, n in merged for i in range(n)]
    apart = [max(height, limits[0] + gap * (i + 0.5)) for i, height in enumerate(apart)]
    return [min(height, limits[1] - gap * (len(apart) - i - 0.5)) for i, height in enumerate(apart)]


def label_data(labels: Sequence[tuple[float, str, str]], x: float) -> Spec:
    """`end_labels` as the data of a text trace."""
    return {
        "x": [x] * len(labels),
        "y": [height for height, _, _ in labels],
        "text": [f" {text}" for _, text, _ in labels],
        "textfont": {"color": [colour for _, _, colour in labels], "size": 12},
    }


def value_range(low: float, high: float, *, zero: bool = False) -> list[float]:
    """A range around `low..high` with round ends, so that an axis stays put while its values creep."""
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    least = max(0.1 * max(abs(low), abs(high)), 1e-6)  # no magnifying glass for what hardly moves
    span = max(high - low, least)
    step = 10 ** math.floor(math.log10(span)) / 2
    if span / step > 10:
        step *= 2
    pad = 0.05 * span + (span - (high - low)) / 2
    bottom = math.floor((low - pad) / step) * step if not (zero and low == 0) else 0.0
    return [bottom, math.ceil((high + pad) / step) * step]


def step_end(last: float) -> float:
    """Where a step axis ends: a little beyond `last`, in stages, so that it does not move at every draw."""
    end = 10.0
    while end < 1.14 * last:
        end *= 1.3
    return end

"""Figures 5 to 7."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from qtkit.claims.drawing.parts import CALLED, EXPERIMENT, choose_models, load_each, name_figure, say_equal, small_lines
from qtkit.claims.images import find_missing
from qtkit.claims.stored import Folder, how_to_compute, load_accuracies
from qtkit.tasks.readings import Reading

if TYPE_CHECKING:
    import plotly.graph_objects as go


def draw_accuracies(
    number: int, folder: Folder, readings: Sequence[Reading], *, controls: bool, any_data: bool
) -> go.Figure:
    """A figure of one reading, or of several side by side; see `qtkit.claims.figures.figure`."""
    from qtkit.plots.accuracy import accuracy_curves
    from qtkit.plots.sides import accuracy_sides

    def load(reading: Reading | None) -> tuple[pd.DataFrame, str]:
        frame = load_accuracies(folder, EXPERIMENT[number], reading, any_data=any_data)
        how = how_to_compute("images", reading)
        missing = find_missing(frame).get(EXPERIMENT[number])
        return choose_models(frame, number, controls=controls, how=how), f"{missing}; {how}" if missing else ""

    if len(readings) > 1:
        frames, lacks = load_each(load, readings)
        title = name_figure(number) + small_lines(lacks)
        return accuracy_sides(frames, title=title + say_equal(*frames.values()), names=CALLED)
    frame, missing = load(*readings or (None,))
    title = name_figure(number, *readings) + small_lines([missing and f"Incomplete: {missing}"])
    return accuracy_curves(frame, title=title + say_equal(frame), bands=True, names=CALLED)

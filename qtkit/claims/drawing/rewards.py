"""Figures 13 and 14."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from qtkit.claims.drawing.parts import CALLED, EXPERIMENT, choose_models, load_each, name_figure, say_equal, small_lines
from qtkit.claims.gridworld import find_missing
from qtkit.claims.stored import Folder, how_to_compute, load_rewards
from qtkit.tasks.readings import Reading

if TYPE_CHECKING:
    import plotly.graph_objects as go


def draw_rewards(number: int, folder: Folder, readings: Sequence[Reading], *, controls: bool) -> go.Figure:
    """A figure of one reading, or of several side by side; see `qtkit.claims.figures.figure`."""
    from qtkit.plots.rewards import reward_curves
    from qtkit.plots.sides import reward_sides

    def load(reading: Reading | None) -> tuple[pd.DataFrame, str]:
        frame, runs = load_rewards(folder, EXPERIMENT[number], reading)
        how = how_to_compute("gridworld", reading)
        missing = find_missing(runs).get(EXPERIMENT[number])
        return choose_models(frame, number, controls=controls, how=how), f"{missing}; {how}" if missing else ""

    if len(readings) > 1:
        frames, lacks = load_each(load, readings)
        title = name_figure(number) + small_lines(lacks)
        return reward_sides(frames, title=title + say_equal(*frames.values()), names=CALLED)
    frame, lacking = load(*readings or (None,))
    title = name_figure(number, *readings) + small_lines([lacking and f"Incomplete: {lacking}"])
    return reward_curves(frame, title=title + say_equal(frame), names=CALLED)

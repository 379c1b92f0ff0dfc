"""Figures that the paper does not have: accuracy against depth, and what it leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qtkit.claims import depth, left_open
from qtkit.claims.drawing.parts import small_lines
from qtkit.claims.stored import Folder
from qtkit.names import OURS
from qtkit.paper import TABLE_II
from qtkit.runs.sweeps.paper_plans import CHOICES, DEPTH_EPOCHS
from qtkit.tasks.readings import BOTH, Reading

if TYPE_CHECKING:
    import plotly.graph_objects as go


def draw_depths(folder: Folder, readings: Sequence[Reading]) -> go.Figure:
    """The search on images with 1 to 20 layers, in these readings or in both."""
    from qtkit.plots.depth import depth_curves

    chosen = tuple(readings) or BOTH
    table = depth.measure_depths(folder, chosen)
    missing = depth.find_missing(table, chosen)
    lines = [f"{each.title}: {each.words}" for each in chosen] + ([f"Incomplete: {missing}"] if missing else [])
    title = f"The search with 1 to 20 layers, after {DEPTH_EPOCHS} epochs; dotted: the paper's {depth.ENOUGH}"
    return depth_curves(depth.summary(table), enough=depth.ENOUGH, title=title + small_lines(lines))


def draw_choices(folder: Folder, readings: Sequence[Reading]) -> go.Figure:
    """The search on the series under all that the paper leaves open.

    Raises:
        ValueError: if a reading is asked for: each is one of the ways that are shown.
    """
    from qtkit.plots.left_open import left_open_figure

    if readings:
        raise ValueError(f"the figure 'choices' is of no single reading, got {readings[0].name!r}")
    table = left_open.measure_choices(folder)
    rows = left_open.summary(table)
    names = [left_open.name_choices({name: row[name] for name in CHOICES}) for row in rows.to_dict("records")]
    title = "What the paper leaves open: the search's median test error, and on how many series it is below the printed"
    printed = {name: TABLE_II[OURS][name] for name in left_open.SERIES}
    lines = left_open.note(table).splitlines()[1:]
    return left_open_figure(rows, names, printed, title=title + small_lines(lines))


DRAWN = {"depth": draw_depths, "choices": draw_choices}
"""They by name."""

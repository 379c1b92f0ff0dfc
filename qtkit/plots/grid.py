"""Table I as a picture: the 4 x 3 grid of candidates, coloured by rotation."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.plots.style import Spec, base_layout, candidate_style

ROWS = ("H, ent", "H, cyc", "no H, ent", "no H, cyc")
COLUMNS = ("RX", "RY", "RZ")


def candidate_grid(notes: Sequence[str] | None = None) -> go.Figure:
    """The twelve candidates: a row for each start and entangler, a column for each rotation.

    As everywhere colour is the rotation, a dashed edge the ring, and a hatched field a circuit without Hadamards.

    Arguments:
        notes: a short text for each of the twelve, written under its number; for example what kind of circuit it is.

    Raises:
        ValueError: if there are not twelve notes.
    """
    notes = [""] * len(CANDIDATES) if notes is None else list(notes)
    if len(notes) != len(CANDIDATES):
        raise ValueError(f"one note for each of the {len(CANDIDATES)} candidates is needed, got {len(notes)}")
    figure = go.Figure(layout=base_layout(300))
    texts, x, y = [], [], []
    for i, (candidate, note) in enumerate(zip(CANDIDATES, notes, strict=True)):
        row, column = divmod(i, len(COLUMNS))
        style = candidate_style(candidate)
        figure.add_shape(
            type="rect",
            x0=column - 0.46,
            x1=column + 0.46,
            y0=row - 0.42,
            y1=row + 0.42,
            line={"color": style.colour, "width": 2, "dash": style.dash},
        )
        texts.append(f"<b>{i + 1}</b>" + (f"<br>{note}" if note else ""))
        x.append(column)
        y.append(row)
    figure.add_trace({"type": "scatter", "mode": "text", "x": x, "y": y, "text": texts, "hoverinfo": "skip"})
    figure.add_trace(_fillings(x, y))
    hidden = {"showgrid": False, "zeroline": False, "ticks": "", "fixedrange": True}
    figure.update_xaxes(tickvals=[0, 1, 2], ticktext=list(COLUMNS), side="top", range=[-0.6, 2.6], **hidden)
    figure.update_yaxes(tickvals=[0, 1, 2, 3], ticktext=list(ROWS), range=[3.6, -0.6], **hidden)
    figure.update_layout(margin={"l": 80, "r": 10, "t": 36, "b": 8}, width=460)
    return figure


def _fillings(x: Sequence[float], y: Sequence[float]) -> Spec:
    """The fields as bars: shapes cannot be hatched."""
    styles = [candidate_style(candidate) for candidate in CANDIDATES]
    return {
        "type": "bar",
        "x": list(x),
        "y": [0.84] * len(styles),
        "base": [row - 0.42 for row in y],
        "width": 0.92,
        "opacity": 0.2,
        "hoverinfo": "skip",
        "marker": {
            "color": [style.colour for style in styles],
            "line": {"width": 0},
            "pattern": {"shape": [style.pattern for style in styles], "size": 7, "solidity": 0.3},
        },
    }

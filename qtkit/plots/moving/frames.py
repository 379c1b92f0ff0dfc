"""`moving_figure`: what all moving pictures share: frames, a button that plays them, a slider with a word on each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go

from qtkit.plots.style import CLEAR, INK, Spec, axis, base_layout

Points = Sequence[float] | np.ndarray
STEPS = 10
"""Frames of one smooth change."""

_LINE = 32
"""Characters of the slider's word that a telephone shows beside each other."""


@dataclass(frozen=True)
class Frame:
    """One moment: what the slider says, and what is new of each trace that changes."""

    words: str
    traces: Sequence[Spec]


def ease(share: float) -> float:
    """From 0 to 1, slowly at both ends."""
    return (1 - math.cos(math.pi * share)) / 2


def moving_figure(
    still: Sequence[Spec],
    moving: Sequence[Spec],
    frames: Sequence[Frame],
    *,
    height: int,
    duration: int = 70,
    redraw: bool = False,
) -> go.Figure:
    """A figure that shows the first frame, and plays when it is told to.

    Arguments:
        still: traces that never change, behind the others.
        moving: traces that do, as in the first frame.
        frames: at least one; each has as many traces as `moving`.
        duration: of one frame, in milliseconds.
        redraw: whether a frame changes more than places of lines and markers, which plotly draws anew.

    Raises:
        ValueError: if there is no frame, or one has another number of traces.
    """
    if not frames:
        raise ValueError("a moving figure needs at least one frame")
    if uneven := [frame.words for frame in frames if len(frame.traces) != len(moving)]:
        raise ValueError(f"{len(moving)} traces move, but the frame {uneven[0]!r} has another number of them")
    kinds = [{"type": trace["type"]} for trace in moving]
    places = list(range(len(still), len(still) + len(moving)))
    how = {"frame": {"duration": duration, "redraw": redraw}, "transition": {"duration": 0}}
    steps = [
        {
            "label": "<br>".join(wrap(frame.words, _LINE)),
            "method": "animate",
            "args": [[str(number)], how | {"mode": "immediate"}],
        }
        for number, frame in enumerate(frames)
    ]
    figure = go.Figure([*still, *moving], base_layout(height))
    figure.frames = [
        go.Frame(
            name=str(number), data=[kind | new for kind, new in zip(kinds, frame.traces, strict=True)], traces=places
        )
        for number, frame in enumerate(frames)
    ]
    slider = {
        "active": 0,
        "steps": steps,
        "currentvalue": {"font": {"size": 14, "color": INK}, "xanchor": "left"},
        "x": 0,
        "len": 1,
        "pad": {"t": 24},
        "ticklen": 0,
        "minorticklen": 0,
        "font": {"color": CLEAR},  # the labels under the slider would lie on each other
    }
    buttons = [
        {"label": "▶", "method": "animate", "args": [None, how | {"fromcurrent": True, "mode": "immediate"}]},
        {"label": "❚❚", "method": "animate", "args": [[None], how | {"mode": "immediate"}]},
    ]
    menu = {"type": "buttons", "direction": "left", "buttons": buttons, "showactive": False, "font": {"color": INK}}
    menu |= {
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "bottom",
        "pad": {"b": 8},  # above the picture: beside the slider there is no room on a telephone
        "bgcolor": CLEAR,
        "bordercolor": INK,
    }
    figure.update_layout(sliders=[slider], updatemenus=[menu], margin={"t": 56, "b": 104, "l": 20, "r": 20})
    figure.update_layout(meta={"least_width": 260})  # a page need not make it wider than a telephone
    figure.update_xaxes(axis(fixedrange=True))
    figure.update_yaxes(axis(fixedrange=True))
    return figure


def hide_axes(figure: go.Figure, *, x: Sequence[float], y: Sequence[float], square: bool = False) -> None:
    """Keep the ranges `x` and `y` and show no axis; `square` if a unit is as long upwards as sideways."""
    figure.update_xaxes(visible=False, range=list(x))
    figure.update_yaxes(visible=False, range=list(y))
    if square:
        figure.update_xaxes(constrain="domain")  # not by wider ranges, which stay when the window becomes narrow
        figure.update_yaxes(scaleanchor="x", scaleratio=1, constrain="domain")


def write(figure: go.Figure, text: str, x: float, y: float, *, size: int = 12, colour: str = INK) -> None:
    """A word at a place of the picture."""
    font = {"size": size, "color": colour}
    figure.add_annotation(text=text, x=x, y=y, xref="x", yref="y", showarrow=False, font=font)


def stroke(x: Points, y: Points, *, colour: str = INK, width: float = 1.5, dash: str = "solid") -> Spec:
    """A line that says nothing when it is pointed at."""
    line = {"color": colour, "width": width, "dash": dash}
    return {"type": "scatter", "mode": "lines", "x": list(x), "y": list(y), "line": line, "hoverinfo": "skip"}


def arrow(x: Points, y: Points, *, colour: str, width: float = 3, size: float = 10) -> Spec:
    """A line with a ball at its end."""
    marker = {"size": [0, size], "color": colour, "opacity": 1, "line": {"width": 0}}
    return stroke(x, y, colour=colour, width=width) | {"mode": "lines+markers", "marker": marker}

"""How the plots look: one style a candidate, by its factors, and colours that hold on light and dark pages.

A candidate is a combination of three factors, and each has a visual channel of its own: the rotation is the colour,
the entangler the dash of a line, the Hadamards a filled bar or a thick line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.circuits.look import ROTATION_COLOURS

MIXED_COLOUR = "#CC79A7"
"""Circuits of one's own (Okabe and Ito's reddish purple)."""

TRAIN_COLOUR, TEST_COLOUR = "#8C8C8C", "#CC79A7"
HISTOGRAM_COLOUR = "#8C8C8C"

INK = "#787878"
"""Text and axes: a grey with a contrast above 4 on white and on JupyterLab's dark page alike."""

LEAST_WIDTH = 600
"""Of a figure, in pixels, where its `layout.meta["least_width"]` says no other: below it scrolls."""

LEAST_WITH_LEGEND = 780
"""The same of a figure that has a legend at its side."""

GRID = "rgba(128,128,128,0.22)"
CLEAR = "rgba(0,0,0,0)"
Spec = dict[str, Any]
"""A part of a figure, as plotly takes it: a trace, a line, an axis, a layout."""

FONT = "Helvetica, Arial, 'DejaVu Sans', sans-serif"


@dataclass(frozen=True)
class CandidateStyle:
    """How one candidate is drawn."""

    colour: str
    dash: str  # of its line: the entangler
    width: float  # of its line: the Hadamards
    pattern: str  # of its bar: "" is filled (Hadamards), "/" is hatched (none)


def candidate_style(ansatz: Ansatz) -> CandidateStyle:
    """Colour by rotation, dash by entangler, line width and bar filling by Hadamards; one's own has a colour apart."""
    own = not ansatz.config
    return CandidateStyle(
        colour=MIXED_COLOUR if own else ROTATION_COLOURS[str(ansatz.rotation)],
        dash="dot" if own else {"ent": "solid", "cyc": "dash"}[str(ansatz.entangler)],
        width=2.4 if ansatz.hadamard else 1.3,
        pattern="" if ansatz.hadamard else "/",
    )


def slots(candidates: Sequence[Ansatz]) -> tuple[Ansatz, ...]:
    """Every place a plot keeps: the twelve of Table I, whether they take part or not, then circuits of one's own.

    So a bar stays where it is when other candidates are switched off.
    """
    own = tuple(dict.fromkeys(candidate for candidate in candidates if candidate.config is None))
    return CANDIDATES + own


def base_layout(height: int) -> Spec:
    """What all figures share: transparent, grey ink, tight margins, no legend."""
    return {
        "height": height,
        "autosize": True,
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 12, "color": INK},
        "margin": {"l": 52, "r": 16, "t": 28, "b": 36},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "bargap": 0.2,
        "modebar": {"bgcolor": CLEAR, "color": INK, "activecolor": INK},  # plotly's would be pale on grey
    }


def axis(**more: object) -> Spec:
    """One axis: a faint grid, no heavy zero line."""
    return {
        "gridcolor": GRID,
        "linecolor": GRID,
        "zerolinecolor": "rgba(128,128,128,0.6)",
        "zeroline": False,
        "automargin": False,
        "ticklabeloverflow": "allow",  # measuring every label for overflow costs a fifth of a redraw
        "ticks": "",
        "fixedrange": False,
        **more,
    }


def figure_title(text: str | None, room: int = 12) -> Spec:
    """A figure's title, at the left end of its top.

    Arguments:
        room: pixels above it.
    """
    place = {"x": 0.01, "y": 1, "yanchor": "top", "pad": {"t": room}}
    return {"text": text, **place, "font": {"size": 14, "family": FONT}}


def title(text: str, x: float, y: float) -> Spec:
    """A small heading at the left end of a plot, in figure coordinates."""
    return {
        "text": text,
        "x": x,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 13},
    }

"""One line style a model, the same in every figure that compares the search with its baselines and controls."""

from __future__ import annotations

from collections.abc import Sequence

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.names import BASELINES, CLASSICAL, CONTROLS, OURS
from qtkit.plots.style import INK, MIXED_COLOUR, Spec, candidate_style

OURS_COLOUR, CASING = "#000000", "rgba(255,255,255,0.85)"
"""Black as in the paper, and the light edge that keeps it visible on a dark page."""

BAND = "rgba(128,128,128,0.28)"

_OTHER_COLOURS = (MIXED_COLOUR, "#E69F00", "#56B4E9", "#0072B2", "#009E73")


def model_styles(labels: Sequence[str]) -> dict[str, Spec]:
    """The `line` of each label.

    The search is black and thick, that over some circuits too if it is the only one; a baseline has the colour of its
    rotation, the dash of its entangler, and a thick line for Hadamards; a control is grey and dotted; other settings
    have colours of their own.
    """
    styles: dict[str, Spec] = {}
    searches = [label for label in labels if label.startswith(OURS)]
    others = iter(_OTHER_COLOURS * len(labels))
    baselines = dict(zip(BASELINES, CANDIDATES, strict=True))
    for label in labels:
        if label == OURS or [label] == searches:
            styles[label] = {"color": OURS_COLOUR, "width": 3.2}
        elif label in baselines:
            style = candidate_style(baselines[label])
            styles[label] = {"color": style.colour, "dash": style.dash, "width": 0.75 * style.width}
        elif label in CONTROLS:
            styles[label] = {"color": INK, "dash": "dot" if label == CLASSICAL else "dashdot", "width": 2.0}
        else:
            styles[label] = {"color": next(others), "width": 2.4}
    return styles


def casing(line: Spec) -> Spec:
    """The light edge below a line."""
    return {"color": CASING, "width": line["width"] + 3}

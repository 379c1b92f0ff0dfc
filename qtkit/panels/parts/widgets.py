"""Pieces that all panels share: the style sheet, fields, messages, the row of buttons, the table of runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd
import traitlets

from qtkit.panels.parts.hearing import Hearing
from qtkit.panels.parts.phase import Phase
from qtkit.web.bundle import bundle

_HERE = Path(__file__).parent


class Fit(Hearing):
    """Brings the panel's style sheet, makes a figure follow the width of its column, and knows whether it is seen."""

    hidden = traitlets.Bool(default_value=False).tag(sync=True)
    """Whether the page is out of sight: in another tab of the browser, say."""
    figure = traitlets.Unicode("").tag(sync=True)
    """The model of the panel's plotly figure."""

    _esm = bundle(_HERE / "fit.js")
    _css = bundle(_HERE / "panel.css")


def add_classes(widget: w.DOMWidget, *names: str) -> w.DOMWidget:
    """The widget, with CSS classes."""
    for name in names:
        widget.add_class(name)
    return widget


def row(children: Sequence[w.Widget], *names: str) -> w.HBox:
    """A row that wraps."""
    return add_classes(w.HBox(children, layout=w.Layout(flex_flow="row wrap", overflow="visible")), *names)


def field(widget: w.DOMWidget, label: str, tooltip: str, width: str) -> w.DOMWidget:
    """A control with its label above it."""
    widget.description, widget.tooltip = label, tooltip
    widget.style.description_width = "auto"
    widget.layout.width = width
    return add_classes(widget, "qtkit-field")


def menu(choices: Sequence[Any] | Mapping[str, Any], value: Any) -> w.Dropdown:
    """A menu; `choices` are values, pairs of text and value, or texts to values."""
    return w.Dropdown(options=list(choices.items() if isinstance(choices, Mapping) else choices), value=value)


def set_trait(widget: w.Widget, **traits: Any) -> None:
    """Set traits that differ from what they are: nothing is sent to the browser that it has."""
    for name, value in traits.items():
        if getattr(widget, name) != value:
            setattr(widget, name, value)


class Message(w.HTML):
    """Errors and notes, in plain words."""

    def clear(self) -> None:
        """Say nothing."""
        set_trait(self, value="")

    def note(self, text: str) -> None:
        """Say something."""
        set_trait(self, value=f'<div class="qtkit-note" role="status">{escape(text)}</div>')

    def error(self, text: str, traceback: str = "") -> None:
        """Say what went wrong; the traceback is folded away."""
        details = f"<details><summary>where it happened</summary><pre>{escape(traceback)}</pre></details>"
        body = f"<b>{escape(text)}</b>{details if traceback else ''}"
        set_trait(self, value=f'<div class="qtkit-error" role="alert">{body}</div>')


class RunBar(w.VBox):
    """Start, Pause, Step, Stop, Reset; how far the run is.

    Arguments:
        actions: what the five buttons do, by their names in lower case.
    """

    def __init__(self, actions: dict[str, Callable[[], None]]) -> None:
        looks = {
            "start": ("Start", "play", "Begin a run with these settings", "primary"),
            "pause": ("Pause", "pause", "Pause after the step under way", ""),
            "step": ("Step", "step-forward", "One optimiser step, then pause", ""),
            "stop": ("Stop", "stop", "End the run", ""),
            "reset": ("Reset", "refresh", "End the run and clear the figure", ""),
        }
        self.buttons: dict[str, w.Button] = {}
        for name, (text, icon, tooltip, style) in looks.items():
            button = w.Button(description=text, icon=icon, tooltip=tooltip, button_style=style)
            button.on_click(lambda _, action=actions[name]: action())
            self.buttons[name] = button
        self.status = w.HTML()
        self.bar = add_classes(w.FloatProgress(min=0, max=1, value=0), "qtkit-progress")
        self.line = add_classes(w.HTML(), "qtkit-note")
        super().__init__([row(list(self.buttons.values()), "qtkit-buttons"), self.status, self.bar, self.line])
        self.add_class("qtkit-run")

    def show(self, phase: Phase, status: str, line: str, part: float | None) -> None:
        """Buttons as the phase allows, and the run's place in words and as a bar; `part` is in 0..1, None unknown."""
        paused, moving = phase is Phase.PAUSED, phase in (Phase.RUNNING, Phase.PREPARING)
        set_trait(self.buttons["start"], disabled=moving, description="Resume" if paused else "Start")
        set_trait(self.buttons["pause"], disabled=not moving)
        set_trait(self.buttons["step"], disabled=moving)
        set_trait(self.buttons["stop"], button_style="danger" if phase.active else "")  # it and Reset are always alive
        set_trait(self.status, value=f"<b>{escape(status)}</b>")
        set_trait(self.line, value=escape(line))
        set_trait(self.bar, value=part or 0.0, bar_style="success" if phase is Phase.FINISHED else "")


def table_html(table: pd.DataFrame) -> str:
    """A small table of runs as HTML, numbers to the right."""
    if table.empty:
        return ""
    mark = {n: ' class="qtkit-number"' if pd.api.types.is_numeric_dtype(table[n]) else "" for n in table.columns}
    lines = ["".join(f"<th{mark[name]}>{escape(str(name))}</th>" for name in table.columns)]
    for values in table.itertuples(index=False):
        cells = zip(table.columns, values, strict=True)
        lines.append("".join(f"<td{mark[name]}>{escape(_cell(value))}</td>" for name, value in cells))
    caption = '<caption class="qtkit-note">Runs of this panel</caption>'
    rows = "".join(f"<tr>{line}</tr>" for line in lines)
    reached = 'class="qtkit-runs-scroll" tabindex="0" role="group" aria-label="runs of this panel"'
    return f"<div {reached}><table>{caption}{rows}</table></div>"


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)

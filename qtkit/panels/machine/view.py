"""The widgets of the machine panel. They show a model and pass changes on to it; they know no more."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets as w

from qtkit.panels.machine.model import MachineModel
from qtkit.panels.machine.words import error_label, shots_label
from qtkit.panels.parts.live_figure import LiveFigure
from qtkit.panels.parts.quiet import Quiet
from qtkit.panels.parts.widgets import Fit, Message, add_classes, row, set_trait
from qtkit.panels.training import words
from qtkit.plots.live.machine import MachinePicture

EXACT = 0  # on the slider of the shots
SHOTS = (EXACT, *(10**power for power in range(12, 1, -1)))
GATE_ERRORS = (0.0, 1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1)
READOUT_ERRORS = (0.0, 1e-4, 1e-3, 0.005, 0.01, 0.02, 0.05, 0.1)
TOOLTIPS = {
    "shots": "How often each circuit is run and measured",
    "gate_error": "The chance that a gate leaves a random error on each qubit it touches",
    "readout_error": "The chance that a bit is read wrong",
}


class MachineView:
    """Widgets around a `MachineModel`; `root` is the one to show."""

    def __init__(self, model: MachineModel) -> None:
        self.model = model
        self._drawing = threading.RLock()  # draws come from the background and from clicks
        self._drawn: Any = None
        self._quiet = Quiet()
        self.controls = {
            "shots": _slider("shots of each circuit", SHOTS, _shots_label),
            "gate_error": _slider("gate error", GATE_ERRORS, error_label),
            "readout_error": _slider("readout error", READOUT_ERRORS, error_label),
        }
        for name, slider in self.controls.items():
            slider.tooltip = TOOLTIPS[name]
            slider.observe(lambda change, name=name: self._on_slider(name, change["new"]), "value")
        self.again = w.Button(description="Measure again", icon="refresh", tooltip="The same machine, the next seed")
        self.perfect = w.Button(description="Perfect", icon="check", tooltip="Exact probabilities, no errors")
        self.again.on_click(lambda _: self._measure(seed=self.model.machine.seed + 1))
        self.perfect.on_click(lambda _: self._measure(shots=None, gate_error=0.0, readout_error=0.0))

        self.info, self.effects = add_classes(w.HTML(), "qtkit-note"), add_classes(w.HTML(), "qtkit-note")
        self.status, self.message = add_classes(w.HTML(), "qtkit-words"), Message()
        self.status.layout.min_height = "24px"
        state = model.state()
        self.figure = LiveFigure(MachinePicture.of(state), state)
        self.fit = Fit(figure=self.figure.widget.model_id)
        sliders = row(list(self.controls.values()), "qtkit-fields")
        buttons = row([self.again, self.perfect], "qtkit-buttons")
        main = add_classes(w.VBox([self.status, self.effects, self.figure.box]), "qtkit-main")
        parts = [self.fit, self.info, sliders, buttons, self.message, add_classes(w.Box([main]), "qtkit-body")]
        self.root = add_classes(w.VBox(parts), "qtkit-panel")
        model.on_change = self._on_change
        self.refresh()

    def refresh(self) -> None:
        """Show the present state."""
        with self._drawing:
            model = self.model
            self._show_controls()
            set_trait(self.info, value=escape(model.info()))
            set_trait(self.status, value=f'<b role="status">{escape(model.status())}</b>')
            set_trait(self.effects, value=escape(model.effects()))
            if model.error is None or model.busy:
                self.message.clear()
            else:
                self.message.error(words.plain_error(model.error), model.traceback)
            mark = (model.exact is None, len(model.readings))
            if mark != self._drawn:
                self.figure.draw(model.state())
                self._drawn = mark

    def _show_controls(self) -> None:
        """Every slider at the machine's value, also if that is none of the usual ones."""
        machine = self.model.machine
        with self._quiet.setting():
            for name, slider in self.controls.items():
                value = getattr(machine, name) or 0
                if value not in [known for _, known in slider.options]:
                    label = _shots_label if name == "shots" else error_label
                    slider.options = _with_value(slider.options, value, label)
                set_trait(slider, value=value)
        set_trait(self.again, disabled=machine.perfect)  # nothing in it is random
        set_trait(self.perfect, disabled=machine.perfect)

    def _on_slider(self, name: str, value: Any) -> None:
        if not self._quiet.here:
            self._measure(**{name: (value or None) if name == "shots" else value})

    def _measure(self, **changes: Any) -> None:
        self.model.set(**changes)
        self.model.ask()
        self.refresh()

    def _on_change(self) -> None:
        try:
            self.refresh()
        except Exception as error:  # a thread has no one else to tell
            self.message.error(f"The panel could not be drawn: {words.plain_error(error)}", traceback.format_exc())


def _shots_label(value: int) -> str:
    return shots_label(value or None)


def _slider(description: str, values: tuple[Any, ...], label: Callable[[Any], str]) -> w.SelectionSlider:
    slider = w.SelectionSlider(options=[(label(value), value) for value in values], description=description)
    slider.style.description_width = "initial"
    slider.layout.width = "auto"
    slider.layout.flex = "1 1 290px"
    slider.layout.max_width = "440px"
    return slider


def _with_value(options: tuple[tuple[str, Any], ...], value: Any, label: Callable[[Any], str]) -> list[tuple[str, Any]]:
    """The options and one more, from the least faulty to the most: shots fall, errors rise."""
    falling = options[1][1] > options[2][1]
    first, *rest = [*options, (label(value), value)]
    return [first, *sorted(rest, key=lambda option: option[1], reverse=falling)]

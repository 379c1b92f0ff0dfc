"""The widgets that the panels of all tasks share. They show a model and pass clicks on to it; they know no more."""

from __future__ import annotations

import threading
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any, ClassVar, Generic

import ipywidgets as w

from qtkit.panels.parts.live_figure import LiveFigure
from qtkit.panels.parts.phase import Phase
from qtkit.panels.parts.widgets import Fit, Message, RunBar, add_classes, row, set_trait, table_html
from qtkit.panels.training import words
from qtkit.panels.training.candidate_toggles import Candidates, CandidateToggles
from qtkit.panels.training.model import ENDING, LOCKED, TrainingModel
from qtkit.panels.training.presets import Presets
from qtkit.panels.training.session import Run, SettingsT, TrainingT
from qtkit.panels.training.ticker import Ticker
from qtkit.plots.live.picture import PARTS, Part

_SLOWER = 4  # curves and words change at every fourth draw
_HIDDEN = 20  # while nobody sees the page, only every twentieth draw is made


class TrainingView(ABC, Generic[SettingsT, TrainingT]):
    """Widgets around a model; `root` is the one to show."""

    presets: ClassVar[Presets[Any]]
    """Those of the model's settings."""

    def __init__(self, model: TrainingModel[SettingsT, TrainingT, Any]) -> None:
        self.model = model
        self._drawing = threading.RLock()  # draws come from the ticker and from clicks
        self._count, self._draws = 0, 0  # of the ticker: its ticks, and those that drew
        self._arrived = False
        self._drawn: tuple[Run[SettingsT] | None, int] | None = None
        self._note, self._note_is_error = "", False
        self.ticker = Ticker(self._tick, lambda: model.moving)

        self.form = self._make_form(self._on_setting)
        self.toggles = CandidateToggles((*model.own, *model.settings.candidates), self._on_candidates)
        self.bar = RunBar({name: self._action(name) for name in ("start", "pause", "step", "stop", "reset")})
        self.words, self.info = add_classes(w.HTML(), "qtkit-words"), add_classes(w.HTML(), "qtkit-note")
        self.message, self.table = Message(), add_classes(w.HTML(), "qtkit-runs")
        self.code_button = w.Button(description="Settings as code", icon="code", tooltip="Python for this state")
        self.save_button = w.Button(description="Save the trained network", icon="save", tooltip="as safetensors")
        self.code_button.on_click(lambda _: self._toggle_code())
        self.save_button.on_click(lambda _: self._save())
        self.code = add_classes(w.Textarea(rows=5, layout=w.Layout(width="100%", display="none")), "qtkit-code")
        self.figure = self._new_figure()

        side = add_classes(w.Box([self.toggles, self.bar]), "qtkit-side")
        self.main = add_classes(w.VBox(self._middle()), "qtkit-main")
        body = add_classes(w.Box([side, self.main]), "qtkit-body")
        below = row([self.code_button, self.save_button], "qtkit-buttons")
        self.fit = Fit(figure=self.figure.widget.model_id)
        parts = [self.fit, self.form, self.info, self.message, body, below, self.code, self.table]
        self.root = add_classes(w.VBox(parts), "qtkit-panel")
        self.refresh()

    @abstractmethod
    def _make_form(self, on_change: Callable[[str, Any], None]) -> w.Widget:
        """The controls of the settings."""

    @abstractmethod
    def _show_form(self, *, locked: bool) -> None:
        """Bring them to the model's settings."""

    def _set(self, name: str, value: Any) -> str:
        """Change what a control stands for; a note to show, or an empty text."""
        settings = self.model.settings
        if name != "preset":
            self.model.settings = replace(settings, **{name: value})
        elif value in self.presets.table:
            self.model.settings = self.presets.settings(value, settings)
            return self.presets.table[value][0]
        return ""

    def _middle(self) -> list[w.Widget]:
        """What stands beside the controls."""
        return [self.words, self.figure.box]

    def refresh(self) -> None:
        """Show the present state at once, and keep drawing while something moves."""
        with self._drawing:
            moving = self.model.moving  # before drawing: what ends meanwhile is drawn by the ticker
            self._draw_controls()
            self._draw_words()
            if not moving:
                self._draw_figure(PARTS)
        if moving:
            self.ticker.start()

    def say(self, text: str, *, error: bool = False) -> None:
        """A note or an error of the panel itself, until the next one."""
        self._note, self._note_is_error = text, error

    # Drawing

    def _tick(self) -> None:
        try:
            with self._drawing:
                moving, arrived = self.model.moving, self.model.look_again()
                self._arrived |= arrived
                self._count += 1
                if moving and (self.figure.behind or (self.fit.hidden and self._count % _HIDDEN)):
                    return
                thorough = self._draws % _SLOWER == 0 or self.fit.hidden or not moving
                self._draws += 1
                if thorough:
                    self._draw_controls()
                    self._draw_words()
                mark = (self.model.run, len(self.model.records))
                if thorough or mark != self._drawn:
                    due: dict[Part, bool] = {"bars": True, "curves": thorough, "generated": self._arrived}
                    self._draw_figure([part for part in PARTS if due[part]])
                    self._drawn, self._arrived = mark, False
        except Exception as error:  # a thread has no one else to tell
            self.message.error(f"The panel could not be drawn: {words.plain_error(error)}", traceback.format_exc())

    def _new_figure(self) -> LiveFigure[Any]:
        state = self.model.state()
        return LiveFigure(self.model.picture.of(state), state)

    def _draw_figure(self, parts: Sequence[Part]) -> None:
        state = self.model.state()
        if not self.figure.picture.fits(state):
            old, self.figure = self.figure, self._new_figure()
            self.main.children = tuple(self._middle())
            self.fit.figure = self.figure.widget.model_id
            old.close()
        self.figure.draw(state, parts)

    def _draw_controls(self) -> None:
        model, locked = self.model, self.model.phase.active
        self._show_form(locked=locked)
        circuits = model.settings.model == "diffqas"
        self.toggles.show(model.settings.candidates if circuits else (), locked=locked or not circuits)
        set_trait(self.info, value=f"{escape(model.source())}{f' <b>{escape(LOCKED)}</b>' if locked else ''}")
        set_trait(self.code, value=model.code())
        set_trait(self.save_button, disabled=model.training is None)
        if model.phase is Phase.FAILED and model.error is not None:
            self.message.error(f"The run ended: {words.plain_error(model.error)}", model.traceback)
        elif not self._note:
            self.message.clear()
        elif self._note_is_error:
            self.message.error(self._note)
        else:
            self.message.note(self._note)

    def _draw_words(self) -> None:
        model = self.model
        status = model.status()
        if model.busy and model.phase is Phase.STOPPED:
            status += f" {ENDING}"
        self.bar.show(model.phase, status, model.progress(), model.part_done)
        set_trait(self.words, value=escape(model.sentence()))
        set_trait(self.table, value=table_html(model.table()))

    # Clicks: they only set flags and settings, for they may come on any thread

    def _action(self, name: str) -> Callable[[], None]:
        def act() -> None:
            self.say("")
            getattr(self.model, name)()
            self.refresh()

        return act

    def _on_setting(self, name: str, value: Any) -> None:
        try:
            self.model.check_unlocked()
            self.say(self._set(name, value))
        except (ValueError, RuntimeError) as error:
            self.say(f"{words.plain_error(error)}. The setting stays as it was.", error=True)
        self.refresh()

    def _on_candidates(self, candidates: Candidates) -> None:
        if candidates:
            self._on_setting("candidates", candidates)
        else:
            self.say("At least one circuit must take part: the last one stays on.", error=True)
            self.refresh()

    def _toggle_code(self) -> None:
        hidden = self.code.layout.display == "none"
        self.code.layout.display = "" if hidden else "none"
        self.code_button.description = "Hide the code" if hidden else "Settings as code"

    def _save(self) -> None:
        try:
            self.model.save().add_done_callback(self._saved)
        except RuntimeError as error:
            self.say(words.plain_error(error), error=True)
            self.refresh()

    def _saved(self, future: Future[Path]) -> None:
        error = future.exception()
        if error is not None:
            self.say(f"The network could not be saved: {words.plain_error(error)}", error=True)
        else:
            path = future.result().resolve()
            self.say(f"Saved the network's weights, with the settings that made them, to {path}")
        if self.model.moving:
            return  # the next draw shows it; this is the training's thread
        self.refresh()

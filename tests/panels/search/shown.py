"""A search panel as its user has it."""

from __future__ import annotations

import ipywidgets as w

from qtkit.panels import SearchPanel


class Shown:
    """A panel with its widgets, as a user has it before them."""

    def __init__(self, panel: SearchPanel) -> None:
        self.panel = panel
        panel.widget  # noqa: B018
        self.view = panel.view

    def click(self, name: str) -> None:
        button = self.view.bar.buttons[name]
        assert not button.disabled, f"{name} is disabled"
        button.click()

    def control(self, name: str) -> w.DOMWidget:
        return self.view.form.controls[name]

    @property
    def error(self) -> str:
        return self.view.message.value if "qtkit-error" in self.view.message.value else ""

    def disabled(self) -> set[str]:
        return {name for name, button in self.view.bar.buttons.items() if button.disabled}

"""The twelve candidates as toggle buttons, in the 4 x 3 grid of their factors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as w

from qtkit.circuits.ansatz import CANDIDATES
from qtkit.panels.parts.quiet import Quiet
from qtkit.panels.parts.widgets import add_classes, set_trait
from qtkit.panels.training.presets import SEEING, SEEING_NUMBERS
from qtkit.plots.grid import COLUMNS, ROWS


class CandidateToggles(w.VBox):
    """Twelve toggles; `numbers` are those switched on, as in Table I.

    Arguments:
        on_change: called with the numbers after each click.
    """

    def __init__(self, numbers: tuple[int, ...], on_change: Callable[[tuple[int, ...]], None]) -> None:
        self._on_change, self._quiet = on_change, Quiet()
        self.toggles: dict[int, w.ToggleButton] = {}
        corner = w.Label("candidates", tooltip="which circuits take part")
        cells: list[w.Widget] = [corner, *(add_classes(w.Label(name), "qtkit-head") for name in COLUMNS)]
        for number, candidate in enumerate(CANDIDATES, start=1):
            if number % len(COLUMNS) == 1:
                cells.append(w.Label(ROWS[number // len(COLUMNS)]))
            toggle = w.ToggleButton(value=number in numbers, description=str(number))
            toggle.tooltip = f"config {number}: {candidate.label}"
            add_classes(toggle, f"qtkit-{candidate.rotation}", f"qtkit-{candidate.entangler}")
            if not candidate.hadamard:
                toggle.add_class("qtkit-plain")
            toggle.observe(self._changed, "value")
            self.toggles[number] = toggle
            cells.append(toggle)
        self._all = w.Button(description="all", tooltip="switch all twelve on")
        self._none = w.Button(description="only those that see Θ", tooltip=f"{SEEING_NUMBERS}: the rest is constant")
        self._all.on_click(lambda _: self._set_by_hand(tuple(self.toggles)))
        self._none.on_click(lambda _: self._set_by_hand(SEEING))
        shortcuts = add_classes(w.HBox([self._all, self._none]), "qtkit-buttons")
        super().__init__([add_classes(w.Box(cells), "qtkit-grid"), shortcuts])

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers switched on, in order."""
        return tuple(number for number, toggle in self.toggles.items() if toggle.value)

    def show(self, numbers: tuple[int, ...], *, locked: bool) -> None:
        """Set the toggles without telling `on_change`."""
        with self._quiet.setting():
            for number, toggle in self.toggles.items():
                set_trait(toggle, value=number in numbers, disabled=locked)
        set_trait(self._all, disabled=locked)
        set_trait(self._none, disabled=locked)

    def _set_by_hand(self, numbers: tuple[int, ...]) -> None:
        self.show(numbers, locked=False)
        self._on_change(numbers)

    def _changed(self, _: dict[str, Any]) -> None:
        if not self._quiet.here:
            self._on_change(self.numbers)

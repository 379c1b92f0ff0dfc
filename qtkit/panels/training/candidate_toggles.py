"""The candidates as toggle buttons: the twelve in the 4 x 3 grid of their factors, circuits of one's own below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as w

from qtkit.circuits.ansatz import CANDIDATES, Ansatz
from qtkit.names import candidate_name
from qtkit.panels.parts.quiet import Quiet
from qtkit.panels.parts.widgets import add_classes, set_trait
from qtkit.panels.training.presets import SEEING, SEEING_NUMBERS
from qtkit.plots.grid import COLUMNS, ROWS

Candidates = tuple[int | Ansatz, ...]


class CandidateToggles(w.VBox):
    """Twelve toggles by their numbers in Table I, and one for each circuit of one's own that ever took part.

    Arguments:
        candidates: those switched on: numbers, or circuits; one of Table I stands for its number.
        on_change: called with those switched on after each click: numbers, then circuits of one's own.
    """

    def __init__(self, candidates: Sequence[int | Ansatz], on_change: Callable[[Candidates], None]) -> None:
        self._on_change, self._quiet = on_change, Quiet()
        self.toggles: dict[int, w.ToggleButton] = {}
        self.own: dict[Ansatz, w.ToggleButton] = {}
        corner = w.Label("candidates", tooltip="which circuits take part")
        cells: list[w.Widget] = [corner, *(add_classes(w.Label(name), "qtkit-head") for name in COLUMNS)]
        for number, candidate in enumerate(CANDIDATES, start=1):
            if number % len(COLUMNS) == 1:
                cells.append(w.Label(ROWS[number // len(COLUMNS)]))
            toggle = w.ToggleButton(description=str(number))
            toggle.tooltip = f"config {number}: {candidate.label}"
            add_classes(toggle, f"qtkit-{candidate.rotation}", f"qtkit-{candidate.entangler}")
            if not candidate.hadamard:
                toggle.add_class("qtkit-plain")
            toggle.observe(self._changed, "value")
            self.toggles[number] = toggle
            cells.append(toggle)
        self._all = w.Button(description="all", tooltip="switch all of them on")
        self._none = w.Button(description="only those that see Θ", tooltip=f"{SEEING_NUMBERS}: the rest is constant")
        self._all.on_click(lambda _: self._set_by_hand((*self.toggles, *self.own)))
        self._none.on_click(lambda _: self._set_by_hand((*SEEING, *self._own_on)))
        shortcuts = add_classes(w.HBox([self._all, self._none]), "qtkit-buttons")
        self._legend = add_classes(w.Box(), "qtkit-own")
        super().__init__([add_classes(w.Box(cells), "qtkit-grid"), shortcuts, self._legend])
        self.show(candidates, locked=False)

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers switched on, in order."""
        return tuple(number for number, toggle in self.toggles.items() if toggle.value)

    @property
    def candidates(self) -> Candidates:
        """All that is switched on: numbers, then circuits of one's own in the order in which they came."""
        return self.numbers + self._own_on

    def show(self, candidates: Sequence[int | Ansatz], *, locked: bool) -> None:
        """Set the toggles without telling `on_change`."""
        shown = set(map(_number, candidates))
        with self._quiet.setting():
            self._add([candidate for candidate in map(_number, candidates) if isinstance(candidate, Ansatz)])
            for candidate, toggle in [*self.toggles.items(), *self.own.items()]:
                set_trait(toggle, value=candidate in shown, disabled=locked)
        set_trait(self._all, disabled=locked)
        set_trait(self._none, disabled=locked)

    @property
    def _own_on(self) -> tuple[Ansatz, ...]:
        return tuple(ansatz for ansatz, toggle in self.own.items() if toggle.value)

    def _add(self, circuits: Sequence[Ansatz]) -> None:
        """A toggle and a line of legend for each circuit of one's own that has none."""
        for ansatz in circuits:
            if ansatz in self.own:
                continue
            name = candidate_name(ansatz, [*self.own, ansatz])
            toggle = add_classes(w.ToggleButton(description=name, tooltip=f"own circuit {name}: {ansatz.label}"))
            toggle.observe(self._changed, "value")
            self.own[ansatz] = toggle
            self._legend.children += (w.HBox([toggle, w.Label(ansatz.label)]),)

    def _set_by_hand(self, candidates: Candidates) -> None:
        self.show(candidates, locked=False)
        self._on_change(candidates)

    def _changed(self, _: dict[str, Any]) -> None:
        if not self._quiet.here:
            self._on_change(self.candidates)


def _number(candidate: int | Ansatz) -> int | Ansatz:
    """The number of a circuit of Table I; one's own is itself."""
    return candidate if isinstance(candidate, int) else candidate.config or candidate

"""`Playground`: a circuit writes a network, wholly in the page; Python is given what came out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import traitlets

from qtkit.panels.parts.still import Still
from qtkit.panels.playground.page import SCRIPT, STYLE, live_part, write_playground

if TYPE_CHECKING:
    from torch import Tensor

    from qtkit.generator.quantum_train import QuantumTrain
    from qtkit.panels.playground.model import HandedOver, PlaygroundSettings


class Playground(Still):
    """Points of two classes, and the network that divides them while circuits learn to write its weights.

    The page simulates, differentiates and trains by itself: no kernel is needed, and in an exported page the playground
    is as live as here. Where there is a kernel, the page tells it the state, once a second and whenever it pauses.
    A setting that is changed trains anew at once, so nothing is locked while it runs.

    Arguments:
        state: to begin with, as *Link* gives it, or a whole link. What is not named is as usual; a page shows what it
            cannot read.

    Raises:
        TypeError: for a state that is no text.

    Example:
        >>> Playground("data=spirals&depth=5")
        Playground: data=spirals&depth=5
    """

    _esm = SCRIPT
    _css = STYLE

    _start = traitlets.Unicode().tag(sync=True)
    _handed = traitlets.Dict().tag(sync=True)

    def __init__(self, state: str = "") -> None:
        if not isinstance(state, str):
            raise TypeError(f"the state of a playground is text such as 'data=spirals&depth=5', got {state!r}")
        super().__init__()
        self._start = state.rpartition("#")[2]

    @property
    def state(self) -> str:
        """Where the playground is, as text: `Playground(state)` goes on from there."""
        return str(self._handed.get("state", self._start))

    @property
    def handed_over(self) -> HandedOver:
        """All that the page gave: settings, step, loss, trained numbers, points.

        Raises:
            ValueError: if the page has sent nothing yet.
        """
        from qtkit.panels.playground.model import HandedOver  # PyTorch: only when it is needed

        return HandedOver.read(self._handed)

    @property
    def settings(self) -> PlaygroundSettings:
        """What is set on the page. Raises ValueError if the page has sent nothing yet."""
        return self.handed_over.settings

    @property
    def data(self) -> tuple[Tensor, Tensor]:
        """The points to train on, float64: `(B, 2)`, and their classes 0 and 1 `(B, 1)`.

        Raises:
            ValueError: if the page has sent nothing yet.
        """
        return _taken_apart(self.handed_over.train)

    @property
    def test_data(self) -> tuple[Tensor, Tensor]:
        """The points to test on, as `data`; none beside points placed by hand."""
        return _taken_apart(self.handed_over.test)

    def to_model(self) -> QuantumTrain:
        """The very network that the page shows, and the circuits that write it: points `(B, 2)` to logits `(B, 1)`.

        Raises:
            ValueError: if the page has sent nothing yet.
        """
        return self.handed_over.to_model()

    def write_page(self, path: str | Path) -> Path:
        """Write this playground as one HTML file that needs neither a kernel nor a network; returns its path."""
        return write_playground(path, self.state)

    def __repr__(self) -> str:
        return f"Playground: {self.state or 'as it begins'}"

    def _still(self) -> str:
        return live_part(self.state)


def _taken_apart(points: Tensor) -> tuple[Tensor, Tensor]:
    return points[:, :2], points[:, 2:]

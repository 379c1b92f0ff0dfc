"""Draws at a steady rate on a thread of its own, for as long as something moves."""

from __future__ import annotations

import time
from collections.abc import Callable

from qtkit.panels.parts.background import Background

INTERVAL = 0.11
"""Seconds between two draws: nine a second. Faster, the browser falls behind and buttons stop answering."""


class Ticker(Background):
    """Calls `draw` every `interval` seconds while `moving()`, and once more afterwards.

    The draw that sees the end is always made: whether something moves is looked up before drawing. Drawing never takes
    more than half of the time, however slow it is: the training and the buttons get the rest.

    Arguments:
        draw: called on the thread; must not raise.
        moving: whether to go on.
    """

    def __init__(self, draw: Callable[[], None], moving: Callable[[], bool], interval: float = INTERVAL) -> None:
        super().__init__(self._tick, "qtkit-draw", rest=self._pause)
        self._draw, self._moving, self._interval = draw, moving, interval
        self._took = 0.0

    def _tick(self) -> bool:
        began = time.monotonic()
        moving = self._moving()
        self._draw()
        self._took = time.monotonic() - began
        return moving

    def _pause(self) -> None:
        time.sleep(max(self._interval - self._took, self._took))

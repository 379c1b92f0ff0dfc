"""Draws at a steady rate on a thread of its own, for as long as something moves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

INTERVAL = 0.11
"""Seconds between two draws: nine a second. Faster, the browser falls behind and buttons stop answering."""


class Ticker:
    """Calls `draw` every `interval` seconds while `moving()`, and once more afterwards.

    The draw that sees the end is always made: whether something moves is looked up before drawing. Drawing never takes
    more than half of the time, however slow it is: the training and the buttons get the rest.

    Arguments:
        draw: called on the thread; must not raise.
        moving: whether to go on.
    """

    def __init__(self, draw: Callable[[], None], moving: Callable[[], bool], interval: float = INTERVAL) -> None:
        self._draw, self._moving, self._interval = draw, moving, interval
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wanted = False

    def start(self) -> None:
        """Begin, unless it is going on already."""
        with self._lock:
            self._wanted = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._tick, name="qtkit-draw", daemon=True)
                self._thread.start()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the last draw; True if nothing draws any more."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)
        return self._thread is None

    def _tick(self) -> None:
        while True:
            began = time.monotonic()
            with self._lock:
                self._wanted = False
            moving = self._moving()
            self._draw()
            with self._lock:
                if not moving and not self._wanted:
                    self._thread = None
                    return
            took = time.monotonic() - began
            time.sleep(max(self._interval - took, took))

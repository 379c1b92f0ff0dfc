"""Ctrl-C and a polite kill, turned into a wish that training asks for between two steps."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any, Self


class StopOnSignal:
    """In a `with` block, the first SIGINT or SIGTERM is kept for whoever asks; a second SIGINT interrupts at once.

    A signal that is ignored, such as SIGHUP under `nohup`, stays ignored. Outside the main thread, where Python allows
    no handlers, nothing is caught.

    Attributes:
        received: the signal, or None.
    """

    signals = tuple(s for s in (getattr(signal, n, None) for n in ("SIGINT", "SIGTERM", "SIGHUP")) if s is not None)

    def __init__(self) -> None:
        self.received: int | None = None
        self._before: dict[int, Any] = {}

    def __call__(self) -> bool:
        """Whether a signal came."""
        return self.received is not None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            heeded = [number for number in self.signals if signal.getsignal(number) is not signal.SIG_IGN]
            self._before = {number: signal.signal(number, self._keep) for number in heeded}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _keep(self, number: int, _: FrameType | None) -> None:
        if self.received is not None and number == signal.SIGINT:
            raise KeyboardInterrupt
        self.received = number

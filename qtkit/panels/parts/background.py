"""`Background`: work that is done again and again on a thread of its own, for as long as there is any."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Background:
    """Calls `work` on a daemon thread that ends when there is nothing left to do.

    Arguments:
        work: must not raise; whether there is more to do.
        name: of the thread.
        rest: called between two calls of `work`.
    """

    def __init__(self, work: Callable[[], bool], name: str, rest: Callable[[], None] = lambda: None) -> None:
        self._work, self._name, self._rest = work, name, rest
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wanted = False

    @property
    def wanted(self) -> bool:
        """Whether `work` will be called again, because it was asked for since it was last begun."""
        return self._wanted

    def start(self) -> None:
        """Have `work` called, from now on: if it is under way, once more afterwards."""
        with self._lock:
            self._wanted = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until there is nothing left to do; True if so."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)
        return self._thread is None

    def _run(self) -> None:
        while True:
            with self._lock:
                self._wanted = False
            more = self._work()
            with self._lock:
                if not more and not self._wanted:
                    self._thread = None
                    return
            self._rest()

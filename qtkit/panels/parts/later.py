"""Work that waits for a quiet moment: `Later`."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Later:
    """Runs the latest job on a background thread, once nothing new was asked for during `quiet` seconds.

    A job that was not begun is replaced by a newer one. One thread, started when first needed, a daemon.
    """

    def __init__(self, quiet: float) -> None:
        self.quiet = quiet
        self._changed = threading.Condition()
        self._job: Callable[[], None] | None = None
        self._busy = False
        self._thread: threading.Thread | None = None
        self._closed = False
        self.error: Exception | None = None

    def do(self, job: Callable[[], None]) -> None:
        """Ask for `job`; forget the one that waits."""
        with self._changed:
            self._job = job
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._work, name="qtkit-later", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def close(self) -> None:
        """End the thread after the job under way."""
        with self._changed:
            self._closed, self._job = True, None
            self._changed.notify_all()

    def wait(self, timeout: float = 30.0) -> bool:
        """Wait until nothing is left to do; False if it took longer."""
        with self._changed:
            return self._changed.wait_for(lambda: self._job is None and not self._busy, timeout)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._job is not None)
                if self._closed:
                    return
                while not self._closed and self._changed.wait(self.quiet):
                    pass  # asked anew: wait again
                job = self._job
                if self._closed or job is None:  # closing forgets the job
                    return
                self._job, self._busy = None, True
            try:
                job()
            except Exception as error:  # a failed number must not end the thread; the panel simply does not show it
                self.error = error
            with self._changed:
                self._busy = False
                self._changed.notify_all()

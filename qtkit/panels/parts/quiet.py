"""`Quiet`: tells what a program sets from what a user sets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Quiet:
    """While a thread sets controls to what is the case, what they report on that thread is no wish of the user's.

    On another thread it is one: a user may click while something else is drawn.
    """

    def __init__(self) -> None:
        self._thread: int | None = None

    @contextmanager
    def setting(self) -> Iterator[None]:
        """Meanwhile this thread sets controls; not two threads at once."""
        self._thread = threading.get_ident()
        try:
            yield
        finally:
            self._thread = None

    @property
    def here(self) -> bool:
        """Whether this thread is setting controls."""
        return self._thread == threading.get_ident()

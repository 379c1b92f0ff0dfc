"""A limit on the time that a learner's function may take, in a notebook and on any system."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from functools import wraps
from typing import Any, Generic, TypeVar

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds that may pass for each that may be worked: an answer that only waits must come to an end, too."""

_ASK_AGAIN = (0.1, 0.2, 0.4, 0.8)  # seconds between asking a thread to stop and asking again
_LOOK_AGAIN = 0.01  # seconds at least between two looks at the clock


class TookTooLong(Exception):  # noqa: N818  it says what happened
    """A function that was not done in time.

    Attributes:
        stopped: whether it could be stopped; if not, it goes on in the background until the program ends.
    """

    def __init__(self, seconds: float, *, stopped: bool) -> None:
        super().__init__(f"took longer than {seconds:g} s")
        self.seconds = seconds
        self.stopped = stopped


class Clock:
    """Adds up the time spent inside the functions it is put on.

    A busy machine shall not refuse a right answer: what counts is the time of a processor. The system tells it of all
    threads together, of which others may be at work, such as a panel's training; so never more than has passed.
    """

    def __init__(self) -> None:
        self._before = (0.0, 0.0)
        self._entered: tuple[float, float] | None = None

    def on(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._entered = _now()
            try:
                return function(*args, **kwargs)
            finally:
                self._before, self._entered = self._both, None

        return timed

    @property
    def spent(self) -> float:
        """Seconds of a processor."""
        return self._both[0]

    @property
    def passed(self) -> float:
        """Seconds."""
        return self._both[1]

    @property
    def _both(self) -> tuple[float, float]:
        spent, passed = self._before
        entered = self._entered  # once: it is looked at from another thread
        if entered is None:
            return spent, passed
        more = [now - then for now, then in zip(_now(), entered, strict=True)]
        return spent + min(more), passed + more[1]


def _now() -> tuple[float, float]:
    """Seconds of a processor that this process has had, and of the clock."""
    return time.process_time(), time.perf_counter()


class _Worker(threading.Thread, Generic[T]):
    """Runs a function, and keeps what it returned or raised."""

    def __init__(self, function: Callable[[], T]) -> None:
        super().__init__(name="exercise", daemon=True)
        self._function, self._context = function, copy_context()  # the context: printing goes to the caller's cell
        self.got: list[T] = []
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            self.got.append(self._context.run(self._function))
        except BaseException as error:
            self.error = error

    def stop(self) -> bool:
        """Raise SystemExit wherever the thread is; whether it ended. Inside a long library call it is not heard."""
        for seconds in _ASK_AGAIN:
            # Of all exceptions SystemExit alone ends a thread without a word, should it come at the very last moment.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident or 0), ctypes.py_object(SystemExit))
            self.join(seconds)
            if not self.is_alive():
                return True
        return False


def run_within(seconds: float, clock: Clock, function: Callable[[], T]) -> T:
    """What `function` returns, if no more than `seconds` are spent on `clock` meanwhile, and ten times as many pass.

    It runs in a thread, which works where signals do not: on Windows, and off the main thread.

    Raises:
        TookTooLong: if more are.
    """
    worker = _Worker(function)
    worker.start()
    try:
        while worker.is_alive():
            for limit, taken in ((seconds, clock.spent), (PATIENCE * seconds, clock.passed)):
                if taken >= limit:
                    raise TookTooLong(limit, stopped=worker.stop())
            worker.join(max(seconds - clock.spent, _LOOK_AGAIN))
    except KeyboardInterrupt:
        worker.stop()
        raise
    if worker.error is not None:
        raise worker.error
    return worker.got[0]

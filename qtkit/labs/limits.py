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

_PATIENCE = (0.1, 0.2, 0.4, 0.8)  # seconds between asking a thread to stop and asking again


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
    """Adds up the time spent inside the functions it is put on."""

    def __init__(self) -> None:
        self._spent = 0.0
        self._entered: float | None = None

    def on(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        @wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            self._entered = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self._spent, self._entered = self.spent, None

        return timed

    @property
    def spent(self) -> float:
        """Seconds."""
        entered = self._entered
        return self._spent + (0.0 if entered is None else time.perf_counter() - entered)


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
        for seconds in _PATIENCE:
            # Of all exceptions SystemExit alone ends a thread without a word, should it come at the very last moment.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self.ident or 0), ctypes.py_object(SystemExit))
            self.join(seconds)
            if not self.is_alive():
                return True
        return False


def run_within(seconds: float, clock: Clock, function: Callable[[], T]) -> T:
    """What `function` returns, if no more than `seconds` are spent on `clock` meanwhile.

    It runs in a thread, which works where signals do not: on Windows, and off the main thread.

    Raises:
        TookTooLong: if more are.
    """
    worker = _Worker(function)
    worker.start()
    try:
        while worker.is_alive():
            left = seconds - clock.spent
            if left <= 0:
                raise TookTooLong(seconds, stopped=worker.stop())
            worker.join(left)
    except KeyboardInterrupt:
        worker.stop()
        raise
    if worker.error is not None:
        raise worker.error
    return worker.got[0]

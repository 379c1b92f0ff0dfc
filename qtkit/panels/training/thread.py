"""`PanelThread`: a training on a thread of its own, which can be started, paused, stepped and stopped at any time."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

from qtkit.panels.parts.phase import Phase

AnswerT = TypeVar("AnswerT")


class PanelThread:
    """One run: takes record after record from an iterable, on a daemon thread.

    Nothing here blocks the caller: the methods set flags, and the thread looks at them between records. `stop()` counts
    at once: from then on `phase` says stopped and no further record is asked for. The record under way, or a
    compilation, cannot be broken off; it ends in the background (`busy` is true meanwhile).

    Arguments:
        make: builds the model and returns an iterable of records; called on the thread.
        on_record: called with each record, on the thread.
        after: an earlier run, waited for before `make` is called, so that two never compute at the same time.
    """

    def __init__(
        self,
        make: Callable[[], Iterable[Any]],
        on_record: Callable[[Any], None],
        *,
        after: PanelThread | None = None,
        name: str = "qtkit-run",
    ) -> None:
        self._make, self._on_record, self._after = make, on_record, after
        self._changed = threading.Condition()
        self._budget: float = 0  # steps that may still be taken; infinite while running
        self._stopping = False
        self._phase = Phase.READY
        self._requests: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self.error: BaseException | None = None
        self.traceback = ""

    @property
    def phase(self) -> Phase:
        """Where the run stands, as the user sees it."""
        with self._changed:
            return Phase.STOPPED if self._stopping and self._phase.active else self._phase

    @property
    def busy(self) -> bool:
        """Whether the thread still lives."""
        return self._thread.is_alive()

    def start(self, steps: float = float("inf")) -> None:
        """Begin; pause after `steps` optimiser steps if that is finite.

        Raises:
            RuntimeError: if the run was started before.
        """
        with self._changed:
            if self._phase is not Phase.READY:
                raise RuntimeError(f"this run was started before and is {self._phase}")
            self._phase, self._budget = Phase.PREPARING, steps
        self._thread.start()

    def pause(self) -> None:
        """Pause after the step under way."""
        self._allow(0)

    def resume(self, steps: float = float("inf")) -> None:
        """Go on, for `steps` more steps."""
        self._allow(steps)

    def stop(self) -> None:
        """End the run for good."""
        with self._changed:
            if self._phase is Phase.READY:
                self._phase = Phase.STOPPED
            self._stopping = True
            self._changed.notify_all()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until the thread has ended; True if it has."""
        if self._thread.ident is not None:
            self._thread.join(timeout)
        return not self._thread.is_alive()

    def ask(self, function: Callable[[], AnswerT]) -> Future[AnswerT]:
        """Have `function` called between two steps, when nothing moves; at once if no thread is at work."""
        answer: Future[AnswerT] = Future()
        with self._changed:
            if self._phase.active:
                self._requests.append((function, answer))
                self._changed.notify_all()
                return answer
        _answer(function, answer)
        return answer

    def _allow(self, steps: float) -> None:
        with self._changed:
            self._budget = steps
            if self._phase is Phase.PAUSED and steps > 0:
                self._phase = Phase.RUNNING
            self._changed.notify_all()

    def _work(self) -> None:
        records: Iterator[Any] | None = None
        outcome = Phase.STOPPED
        try:
            self._wait_for_earlier_run()
            if not self._stopping:
                records = iter(self._make())
                outcome = self._consume(records)
        except BaseException as error:  # whatever a training raises is shown in the panel, not lost with the thread
            if not self._stopping:  # after a stop nobody waits for what came of it
                self.error, self.traceback = error, traceback.format_exc()
                outcome = Phase.FAILED
        finally:
            close = getattr(records, "close", None)
            if close is not None:
                close()
            with self._changed:
                self._phase = outcome
                waiting = list(self._requests)
                self._requests.clear()
                self._changed.notify_all()
            for function, answer in waiting:
                _answer(function, answer)

    def _wait_for_earlier_run(self) -> None:
        """Also if this run is stopped meanwhile: a later one waits for this one alone."""
        if self._after is not None:
            self._after.join()
        self._after = None  # lets go of the earlier run's model

    def _consume(self, records: Iterator[Any]) -> Phase:
        first = True
        while self._may_go_on(first):
            try:
                record = next(records)
            except StopIteration:
                return Phase.STOPPED if self._stopping else Phase.FINISHED
            with self._changed:
                if first and self._phase is Phase.PREPARING:
                    self._phase = Phase.RUNNING
                first = False
                self._budget -= getattr(record, "step", 1) > 0  # the record of the start costs no step
            self._on_record(record)
        return Phase.STOPPED

    def _may_go_on(self, first: bool) -> bool:
        """Answer requests, wait while paused; False once stopped. The record of the start is always fetched."""
        while True:
            with self._changed:
                while not (self._stopping or self._requests or self._budget > 0 or first):
                    self._phase = Phase.PAUSED
                    self._changed.wait()
                if not self._requests:
                    if not self._stopping:
                        self._phase = Phase.PREPARING if first else Phase.RUNNING
                    return not self._stopping
                function, answer = self._requests.popleft()
            _answer(function, answer)


def _answer(function: Callable[[], AnswerT], answer: Future[AnswerT]) -> None:
    if not answer.set_running_or_notify_cancel():
        return
    try:
        answer.set_result(function())
    except BaseException as error:
        answer.set_exception(error)

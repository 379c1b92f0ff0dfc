from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from qtkit.panels.parts.phase import Phase
from qtkit.panels.training.thread import PanelThread
from qtkit.panels.training.ticker import Ticker
from tests.helpers import PATIENCE, wait_until


def numbers(n: int = 10**9, delay: float = 0.001) -> Iterator[int]:
    for i in range(n):
        time.sleep(delay)
        yield i


def test_it_runs_to_the_end() -> None:
    got: list[int] = []
    worker = PanelThread(lambda: numbers(20), got.append)
    assert worker.phase is Phase.READY
    worker.start()
    assert worker.join(PATIENCE)
    assert worker.phase is Phase.FINISHED
    assert got == list(range(20))
    assert not worker.busy


def test_pause_resume_and_step_count_exactly() -> None:
    got: list[int] = []
    worker = PanelThread(lambda: numbers(), got.append)
    worker.start(steps=1)
    wait_until(lambda: worker.phase is Phase.PAUSED)
    assert got == [0]
    worker.resume(steps=3)
    wait_until(lambda: worker.phase is Phase.PAUSED and len(got) > 1)
    assert got == [0, 1, 2, 3]
    worker.resume()
    wait_until(lambda: len(got) > 20)
    worker.pause()
    wait_until(lambda: worker.phase is Phase.PAUSED)
    held = len(got)
    for _ in range(3):  # answered between two steps, if there were any
        worker.ask(lambda: None).result(PATIENCE)
    assert len(got) == held
    worker.stop()
    assert worker.join(PATIENCE)
    assert worker.phase is Phase.STOPPED


def test_the_record_of_the_start_costs_no_step() -> None:
    class Step:
        def __init__(self, step: int) -> None:
            self.step = step

    got: list[Step] = []
    worker = PanelThread(lambda: map(Step, range(9)), got.append)
    worker.start(steps=1)
    wait_until(lambda: worker.phase is Phase.PAUSED)
    assert [record.step for record in got] == [0, 1]
    worker.stop()
    assert worker.join(PATIENCE)


def test_stop_counts_at_once_during_a_long_step() -> None:
    inside, gate, got = threading.Event(), threading.Event(), []

    def slow() -> Iterator[int]:
        yield 0
        inside.set()
        gate.wait(PATIENCE)
        yield 1
        yield 2

    worker = PanelThread(slow, got.append)
    worker.start()
    assert inside.wait(PATIENCE)
    worker.stop()
    assert worker.phase is Phase.STOPPED
    assert worker.busy
    gate.set()
    assert worker.join(PATIENCE)
    assert got == [0, 1], "the step under way is recorded, no further one is asked for"


def test_stop_while_the_model_is_built() -> None:
    gate, got = threading.Event(), []

    def make() -> Iterator[int]:
        gate.wait(PATIENCE)
        return numbers()

    worker = PanelThread(make, got.append)
    worker.start()
    assert worker.phase is Phase.PREPARING
    worker.stop()
    assert worker.phase is Phase.STOPPED
    gate.set()
    assert worker.join(PATIENCE)
    assert got == []
    assert worker.phase is Phase.STOPPED


def test_two_runs_never_compute_at_the_same_time() -> None:
    gate, order = threading.Event(), []

    def first() -> Iterator[int]:
        gate.wait(PATIENCE)
        order.append("first ends")
        yield 0

    def second() -> Iterator[int]:
        order.append("second begins")
        return numbers(1)

    one = PanelThread(first, lambda _: None)
    two = PanelThread(second, lambda _: None, after=one)
    three = PanelThread(second, lambda _: None, after=two)
    one.start()
    one.stop()
    two.start()
    two.stop()
    assert two.phase is Phase.STOPPED, "a run that waits is stopped at once"
    three.start()
    assert not three.join(0.1) and two.busy, "and yet waits on: the next one relies on it"
    assert order == []
    gate.set()
    assert three.join(PATIENCE)
    assert order == ["first ends", "second begins"] and two.phase is Phase.STOPPED


def test_errors_are_kept_with_their_traceback() -> None:
    def fails() -> Iterator[int]:
        yield 0
        raise RuntimeError("the fridge is warm")

    worker = PanelThread(fails, lambda _: None)
    worker.start()
    assert worker.join(PATIENCE)
    assert worker.phase is Phase.FAILED
    assert str(worker.error) == "the fridge is warm"
    assert "in fails" in worker.traceback


def test_an_error_after_stop_is_not_a_failure() -> None:
    inside, gate = threading.Event(), threading.Event()

    def fails() -> Iterator[int]:
        inside.set()
        gate.wait(PATIENCE)
        raise RuntimeError("too late to matter")
        yield 0

    worker = PanelThread(fails, lambda _: None)
    worker.start()
    assert inside.wait(PATIENCE)
    worker.stop()
    gate.set()
    assert worker.join(PATIENCE)
    assert worker.phase is Phase.STOPPED


def test_questions_are_answered_between_steps() -> None:
    current = []

    def steps() -> Iterator[int]:
        for i in range(10**6):
            current.append("inside")
            time.sleep(0.001)
            current.pop()
            yield i

    worker = PanelThread(steps, lambda _: None)
    worker.start()
    assert all(worker.ask(lambda: list(current)).result(PATIENCE) == [] for _ in range(20))
    worker.pause()
    assert worker.ask(lambda: 7).result(PATIENCE) == 7
    with pytest.raises(ZeroDivisionError):
        worker.ask(lambda: 1 / 0).result(PATIENCE)
    worker.stop()
    assert worker.join(PATIENCE)
    assert worker.ask(lambda: 8).result(0) == 8


def test_a_worker_starts_once() -> None:
    worker = PanelThread(lambda: numbers(1), lambda _: None)
    worker.stop()
    assert worker.phase is Phase.STOPPED
    worker = PanelThread(lambda: numbers(1), lambda _: None)
    worker.start()
    with pytest.raises(RuntimeError, match="was started before"):
        worker.start()
    assert worker.join(PATIENCE)


class Clock:
    """Time that passes only while something sleeps or draws."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("qtkit.panels.training.ticker.time", clock)
    return clock


def test_ticker_draws_steadily_and_sees_the_end(clock: Clock) -> None:
    drawn: list[float] = []

    def draw() -> None:
        drawn.append(clock.now)
        clock.now += 0.005

    ticker = Ticker(draw, lambda: clock.now < 0.3, interval=0.02)
    ticker.start()
    assert ticker.join(PATIENCE)
    assert drawn == pytest.approx([0.02 * k for k in range(16)])
    ticker.start()
    assert ticker.join(PATIENCE) and len(drawn) == 17, "it can be started again"


def test_a_ticker_that_is_started_while_it_draws_draws_once_more() -> None:
    drawing, gate, drawn = threading.Event(), threading.Event(), []

    def draw() -> None:
        drawn.append(threading.current_thread())
        drawing.set()
        assert gate.wait(PATIENCE)

    ticker = Ticker(draw, lambda: False, interval=0.001)
    ticker.start()
    assert drawing.wait(PATIENCE)
    ticker.start()
    gate.set()
    assert ticker.join(PATIENCE)
    assert len(drawn) == 2 and len(set(drawn)) == 1, "on one thread"


def test_slow_drawing_leaves_half_of_the_time(clock: Clock) -> None:
    drawn: list[float] = []

    def draw() -> None:
        drawn.append(clock.now)
        clock.now += 0.03

    ticker = Ticker(draw, lambda: len(drawn) < 6, interval=0.001)
    ticker.start()
    assert ticker.join(PATIENCE)
    assert drawn == pytest.approx([0.06 * k for k in range(7)])

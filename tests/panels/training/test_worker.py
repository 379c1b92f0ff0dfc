from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from qtkit.panels.parts.phase import Phase
from qtkit.panels.training.ticker import Ticker
from qtkit.panels.training.worker import Worker


def wait_until(condition: Callable[[], bool], timeout: float = 5.0) -> None:
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.002)


def numbers(n: int = 10**9, delay: float = 0.001) -> Iterator[int]:
    for i in range(n):
        time.sleep(delay)
        yield i


def test_it_runs_to_the_end() -> None:
    got: list[int] = []
    worker = Worker(lambda: numbers(20), got.append)
    assert worker.phase is Phase.READY
    worker.start()
    assert worker.join(5)
    assert worker.phase is Phase.FINISHED
    assert got == list(range(20))
    assert not worker.busy


def test_pause_resume_and_step_count_exactly() -> None:
    got: list[int] = []
    worker = Worker(lambda: numbers(), got.append)
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
    time.sleep(0.05)
    assert len(got) == held
    worker.stop()
    assert worker.join(5)
    assert worker.phase is Phase.STOPPED


def test_the_record_of_the_start_costs_no_step() -> None:
    class Step:
        def __init__(self, step: int) -> None:
            self.step = step

    got: list[Step] = []
    worker = Worker(lambda: map(Step, range(9)), got.append)
    worker.start(steps=1)
    wait_until(lambda: worker.phase is Phase.PAUSED)
    assert [record.step for record in got] == [0, 1]
    worker.stop()
    assert worker.join(5)


def test_stop_counts_at_once_during_a_long_step() -> None:
    inside, gate, got = threading.Event(), threading.Event(), []

    def slow() -> Iterator[int]:
        yield 0
        inside.set()
        gate.wait()
        yield 1
        yield 2

    worker = Worker(slow, got.append)
    worker.start()
    assert inside.wait(5)
    began = time.monotonic()
    worker.stop()
    assert worker.phase is Phase.STOPPED
    assert time.monotonic() - began < 0.1
    assert worker.busy
    gate.set()
    assert worker.join(5)
    assert got == [0, 1], "the step under way is recorded, no further one is asked for"


def test_stop_while_the_model_is_built() -> None:
    gate, got = threading.Event(), []

    def make() -> Iterator[int]:
        gate.wait()
        return numbers()

    worker = Worker(make, got.append)
    worker.start()
    assert worker.phase is Phase.PREPARING
    worker.stop()
    assert worker.phase is Phase.STOPPED
    gate.set()
    assert worker.join(5)
    assert got == []
    assert worker.phase is Phase.STOPPED


def test_two_runs_never_compute_at_the_same_time() -> None:
    gate, order = threading.Event(), []

    def first() -> Iterator[int]:
        gate.wait()
        order.append("first ends")
        yield 0

    def second() -> Iterator[int]:
        order.append("second begins")
        return numbers(1)

    one = Worker(first, lambda _: None)
    two = Worker(second, lambda _: None, after=one)
    three = Worker(second, lambda _: None, after=two)
    one.start()
    one.stop()
    two.start()
    two.stop()
    assert two.phase is Phase.STOPPED, "a run that waits is stopped at once"
    three.start()
    assert not three.join(0.1) and two.busy, "and yet waits on: the next one relies on it"
    assert order == []
    gate.set()
    assert three.join(5)
    assert order == ["first ends", "second begins"] and two.phase is Phase.STOPPED


def test_errors_are_kept_with_their_traceback() -> None:
    def fails() -> Iterator[int]:
        yield 0
        raise RuntimeError("the fridge is warm")

    worker = Worker(fails, lambda _: None)
    worker.start()
    assert worker.join(5)
    assert worker.phase is Phase.FAILED
    assert str(worker.error) == "the fridge is warm"
    assert "in fails" in worker.traceback


def test_an_error_after_stop_is_not_a_failure() -> None:
    inside, gate = threading.Event(), threading.Event()

    def fails() -> Iterator[int]:
        inside.set()
        gate.wait()
        raise RuntimeError("too late to matter")
        yield 0

    worker = Worker(fails, lambda _: None)
    worker.start()
    assert inside.wait(5)
    worker.stop()
    gate.set()
    assert worker.join(5)
    assert worker.phase is Phase.STOPPED


def test_questions_are_answered_between_steps() -> None:
    current = []

    def steps() -> Iterator[int]:
        for i in range(10**6):
            current.append("inside")
            time.sleep(0.001)
            current.pop()
            yield i

    worker = Worker(steps, lambda _: None)
    worker.start()
    assert all(worker.ask(lambda: list(current)).result(5) == [] for _ in range(20))
    worker.pause()
    assert worker.ask(lambda: 7).result(5) == 7
    with pytest.raises(ZeroDivisionError):
        worker.ask(lambda: 1 / 0).result(5)
    worker.stop()
    assert worker.join(5)
    assert worker.ask(lambda: 8).result(0) == 8


def test_a_worker_starts_once() -> None:
    worker = Worker(lambda: numbers(1), lambda _: None)
    worker.stop()
    assert worker.phase is Phase.STOPPED
    worker = Worker(lambda: numbers(1), lambda _: None)
    worker.start()
    with pytest.raises(RuntimeError, match="was started before"):
        worker.start()
    assert worker.join(5)


def test_ticker_draws_steadily_and_sees_the_end() -> None:
    until, drawn = time.monotonic() + 0.3, []
    moving = [True]

    def draw() -> None:
        drawn.append(time.monotonic())
        moving[0] = time.monotonic() < until

    ticker = Ticker(draw, lambda: moving[0], interval=0.02)
    ticker.start()
    ticker.start()
    assert ticker.join(5)
    assert 5 <= len(drawn) <= 17
    assert drawn[-1] >= until
    ticker.start()
    assert ticker.join(5), "it can be started again"


def test_slow_drawing_leaves_half_of_the_time() -> None:
    calls = []

    def draw() -> None:
        calls.append(time.monotonic())
        time.sleep(0.03)

    ticker = Ticker(draw, lambda: len(calls) < 6, interval=0.001)
    ticker.start()
    assert ticker.join(5)
    assert min(b - a for a, b in itertools.pairwise(calls)) >= 0.058

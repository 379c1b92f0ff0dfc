"""What a panel's session does with a training that holds more than memory, such as worker processes."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

from qtkit.panels.parts.phase import Phase
from qtkit.panels.training import session as session_module
from qtkit.panels.training.session import Session
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining
from tests.helpers import PATIENCE, wait_until

SETTINGS = GridworldSettings(model="classical", workers=2, episodes=1_000_000)


class Closing(GridworldTraining):
    """Knows when it was closed; may fail."""

    def __init__(self, settings: GridworldSettings, fail_at: int = -1) -> None:
        super().__init__(settings)
        self.fail_at, self.advanced, self.closed, self.at_work = fail_at, 0, threading.Event(), threading.Event()

    def close(self) -> None:
        super().close()
        self.closed.set()

    def _advance(self):
        self.at_work.set()
        if self.advanced >= self.fail_at >= 0:
            raise RuntimeError("a worker failed")
        self.advanced += 1
        return super()._advance()


class Forgetful(Session):
    """Keeps no record: there is no end of them."""

    def _note(self, run, record) -> None:
        pass


@pytest.mark.parametrize("ending", ["stop", "reset", "failure", "finish"])
def test_a_training_is_closed_with_its_run(ending: str) -> None:
    settings = GridworldSettings(model="classical", workers=2, episodes=2) if ending == "finish" else SETTINGS
    training = Closing(settings, fail_at=4 if ending == "failure" else -1)
    session = Session("closing", settings, lambda _: training)
    session.start()
    assert training.at_work.wait(PATIENCE)
    if ending in ("stop", "reset"):
        assert not training.closed.is_set()
        getattr(session, ending)()
    assert training.closed.wait(PATIENCE)
    assert session.join(PATIENCE)


def test_a_pause_closes_nothing() -> None:
    training = Closing(SETTINGS)
    session = Session("closing", SETTINGS, lambda _: training)
    session.start()
    assert training.at_work.wait(PATIENCE)
    session.pause()
    wait_until(lambda: session.phase is Phase.PAUSED)
    assert not training.closed.is_set()
    session.stop()
    assert training.closed.wait(PATIENCE) and session.join(PATIENCE)


def test_two_panels_that_take_over_from_each_other_do_not_wait_for_each_other() -> None:
    class Hesitant(Forgetful):
        def stop(self, reason: str = "stopped") -> None:
            time.sleep(0.02)
            super().stop(reason)

    at_work, most = [], []

    def make(_: None):
        for _ in itertools.count():
            at_work.append(1)
            most.append(len(at_work))
            time.sleep(0.001)
            at_work.pop()
            yield object()

    sessions = [Hesitant("hesitant", None, make) for _ in range(2)]
    starts = [threading.Thread(target=session.start, daemon=True) for session in sessions]
    for start in starts:
        start.start()
    for start in starts:
        start.join(PATIENCE)
        assert not start.is_alive(), "each waits for the other's lock"
    ended = [session for session in sessions if not session.phase.active]
    assert [session.run.ending for session in ended] == ["ended by another panel"]
    for session in sessions:
        session.stop()
    assert all(session.join(PATIENCE) for session in sessions)
    assert max(most, default=0) <= 1


def test_a_panel_that_is_outdone_before_its_run_began(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = (Forgetful("outdone", None, lambda _: itertools.repeat(object())) for _ in range(2))
    take_over = session_module.take_over

    def overtaken(session: Session) -> None:
        take_over(session)
        take_over(two)

    monkeypatch.setattr(session_module, "take_over", overtaken)
    one.start()
    assert one.phase is Phase.STOPPED and one.run.ending == "ended by another panel"
    assert one.join(PATIENCE)

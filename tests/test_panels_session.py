"""What a panel's session does with a training that holds more than memory, such as worker processes."""

from __future__ import annotations

import threading

import pytest

from qtkit.panels.session import Session
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining

SETTINGS = GridworldSettings(model="classical", workers=2, episodes=1_000_000)


class Closing(GridworldTraining):
    """Knows when it was closed; may fail."""

    def __init__(self, settings: GridworldSettings, fail_at: int = -1) -> None:
        super().__init__(settings)
        self.fail_at, self.closed, self.at_work = fail_at, threading.Event(), threading.Event()

    def close(self) -> None:
        super().close()
        self.closed.set()

    def _advance(self):
        self.at_work.set()
        if self._updates >= self.fail_at >= 0:
            raise RuntimeError("a worker failed")
        return super()._advance()


@pytest.mark.parametrize("ending", ["stop", "reset", "failure", "finish"])
def test_a_training_is_closed_with_its_run(ending: str) -> None:
    settings = GridworldSettings(model="classical", workers=2, episodes=2) if ending == "finish" else SETTINGS
    training = Closing(settings, fail_at=4 if ending == "failure" else -1)
    session = Session("closing", settings, lambda _: training)
    session.start()
    assert training.at_work.wait(20)
    if ending in ("stop", "reset"):
        assert not training.closed.is_set()
        getattr(session, ending)()
    assert training.closed.wait(20)
    assert session.join(20)


def test_a_pause_closes_nothing() -> None:
    training = Closing(SETTINGS)
    session = Session("closing", SETTINGS, lambda _: training)
    session.start()
    assert training.at_work.wait(20)
    session.pause()
    assert not training.closed.wait(0.3)
    session.stop()
    assert training.closed.wait(20) and session.join(20)

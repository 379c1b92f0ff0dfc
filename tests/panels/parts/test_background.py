"""Work on a thread that ends when there is none left."""

from __future__ import annotations

import threading

from qtkit.panels.parts.background import Background
from tests.helpers import PATIENCE


def test_it_goes_on_while_there_is_more_and_rests_in_between() -> None:
    done: list[str] = []

    def work() -> bool:
        done.append("work")
        return done.count("work") < 3

    background = Background(work, "qtkit-test", rest=lambda: done.append("rest"))
    assert background.join(), "nothing is left to do before anything was asked for"
    for round_ in (1, 2):
        done.clear()
        background.start()
        assert background.join(PATIENCE)
        assert done == ["work", "rest", "work", "rest", "work"], round_
    assert "qtkit-test" not in [thread.name for thread in threading.enumerate()]


def test_asked_for_meanwhile_it_is_done_once_more_on_the_same_thread() -> None:
    begun, gate, threads = threading.Event(), threading.Event(), []

    def work() -> bool:
        threads.append(threading.current_thread())
        begun.set()
        assert gate.wait(PATIENCE)
        return False

    background = Background(work, "qtkit-test")
    background.start()
    assert begun.wait(PATIENCE) and not background.wanted
    background.start()
    background.start()
    assert background.wanted and not background.join(0.01)
    gate.set()
    assert background.join(PATIENCE)
    assert len(threads) == 2 and len(set(threads)) == 1

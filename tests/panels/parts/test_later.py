from __future__ import annotations

import threading

from qtkit.panels.parts.later import Later
from tests.helpers import PATIENCE


def test_only_the_last_of_many_jobs_runs():
    begun, go_on, done, later = threading.Event(), threading.Event(), [], Later(0.0)
    later.do(lambda: (begun.set(), go_on.wait(PATIENCE)))
    assert begun.wait(PATIENCE)
    for number in range(5):
        later.do(lambda number=number: done.append(number))
    go_on.set()
    assert later.wait(PATIENCE)
    assert done == [4]
    later.close()


def test_nothing_runs_before_it_is_quiet():
    done, later = [], Later(3600)
    for number in range(5):
        later.do(lambda number=number: done.append(number))
    assert not later.wait(0.2)
    assert done == []
    later.close()


def test_it_runs_on_another_thread_and_survives_an_error():
    names, later = [], Later(0.0)
    later.do(lambda: 1 / 0)
    assert later.wait(PATIENCE)
    assert isinstance(later.error, ZeroDivisionError)
    later.do(lambda: names.append(threading.current_thread().name))
    assert later.wait(PATIENCE)
    assert names == ["qtkit-later"]
    later.close()


def test_after_close_nothing_runs():
    before, done, later = threading.enumerate(), [], Later(3600)
    later.do(lambda: done.append(1))
    threads = [thread for thread in threading.enumerate() if thread not in before]
    later.close()
    later.quiet = 0
    later.do(lambda: done.append(2))
    for thread in threads:
        thread.join(PATIENCE)
    assert len(threads) == 1 and not threads[0].is_alive()
    assert done == []

from __future__ import annotations

import threading
import time

from qtkit.panels.parts.later import Later


def test_only_the_last_of_many_jobs_runs_and_only_when_quiet():
    done, later = [], Later(0.05)
    for number in range(5):
        later.do(lambda number=number: done.append(number))
        time.sleep(0.01)
    assert done == []
    assert later.wait(5)
    assert done == [4]
    later.close()


def test_it_runs_on_another_thread_and_survives_an_error():
    names, later = [], Later(0.0)
    later.do(lambda: 1 / 0)
    assert later.wait(5)
    assert isinstance(later.error, ZeroDivisionError)
    later.do(lambda: names.append(threading.current_thread().name))
    assert later.wait(5)
    assert names == ["qtkit-later"]
    later.close()


def test_after_close_nothing_runs():
    done, later = [], Later(0.05)
    later.do(lambda: done.append(1))
    later.close()
    later.do(lambda: done.append(2))
    time.sleep(0.2)
    assert done == []

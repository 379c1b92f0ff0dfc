from __future__ import annotations

import threading

from qtkit.panels.parts.later import Later


def test_only_the_last_of_many_jobs_runs_and_only_when_quiet():
    done, later = [], Later(3600)
    for number in range(5):
        later.do(lambda number=number: done.append(number))
    assert done == []
    later.quiet = 0
    later.do(lambda: done.append(5))
    assert later.wait(60)
    assert done == [5]
    later.close()


def test_it_runs_on_another_thread_and_survives_an_error():
    names, later = [], Later(0.0)
    later.do(lambda: 1 / 0)
    assert later.wait(60)
    assert isinstance(later.error, ZeroDivisionError)
    later.do(lambda: names.append(threading.current_thread().name))
    assert later.wait(60)
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
        thread.join(60)
    assert len(threads) == 1 and not threads[0].is_alive()
    assert done == []

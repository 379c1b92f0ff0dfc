"""What the process does, first of all, that qtkit's processes are copies of: see `qtkit.processes`.

It is imported there, by name, and by nobody else; imported elsewhere it does nothing.
"""

from __future__ import annotations

import multiprocessing.forkserver
import os
import signal
import sys

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
"""What Ctrl-C, a job's end or a closed terminal sends to all processes at once."""


def outlive_signals() -> None:
    """Ignore them here, so that copies can still end in order, each with a checkpoint; copies have them as usual.

    Except for Ctrl-C, which copies ignore, too: multiprocessing sees to that, and it is for whoever started them. The
    server needs no signal to end: it does so when the process that started it is gone.
    """
    signals = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]
    before = {each: signal.signal(each, signal.SIG_IGN) for each in signals}
    server = os.getpid()

    def restore() -> None:
        if os.getppid() == server:
            for each, handler in before.items():
                signal.signal(each, handler)

    os.register_at_fork(after_in_child=restore)


if getattr(sys.modules["__main__"], "main", None) is multiprocessing.forkserver.main:
    outlive_signals()

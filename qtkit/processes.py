"""How qtkit starts processes of its own: on Linux as copies of one that has imported PyTorch already.

A process that is started anew ("spawn") imports PyTorch and what trains, which takes seconds of a core and 360 MB of
memory, each of them (`python benchmarks/workers.py`). A copy takes hundredths of a second, and shares that memory until
it writes to it. The process that is copied (multiprocessing's fork server) holds no thread and no lock, as a copy of a
notebook's process would. It starts with the first of qtkit's processes and ends with the process that asked. Elsewhere
all are started anew: macOS forbids copies of a process that has used its own libraries, and Windows makes none.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing.context import ForkServerContext, SpawnContext
from typing import ParamSpec, TypeVar

PRELOADED = ("qtkit.process_server", "qtkit.runs.runner", "qtkit.tasks.gridworld.a3c.worker_process")
"""What that process imports: modules of all that qtkit's processes run.

They are of rooms above this one, and so told by name: the process is one for all who ask, and imports when the first of
them starts it, before the others could tell what they need.
"""

P = ParamSpec("P")
R = TypeVar("R")


def process_context() -> ForkServerContext | SpawnContext:
    """Where qtkit's processes, pipes and events come from. A script that has some begins with
    `if __name__ == "__main__":`, for each process imports it.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context


def in_this_environment(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, which in another process begins with taking over this one's environment variables.

    A copy has those that the process it is copied from was started with.
    """
    return partial(_call, dict(os.environ), function)


def _call(environment: Mapping[str, str], function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    if environment != os.environ:
        os.environ.clear()
        os.environ.update(environment)
    return function(*args, **kwargs)
